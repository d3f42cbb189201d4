// The "Test" of the credential, as the editor calls it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { version } from '../../dev/demo/versions.mts';
import { api, jodoCredential, sandbox } from './world.mts';

const right = () => ({
	environment: 'custom',
	baseUrl: sandbox.url,
	apiKey: 'sandbox_key',
	apiSecret: 'sandbox_secret',
});

describe('credential test', () => {
	it('passes with the right keys', async () => {
		const { id, name, type } = await jodoCredential();
		const { status, message } = await api.testCredential({ id, name, type, data: right() });
		assert.equal(status, 'OK', message);
	});

	for (const wrong of [
		{ apiKey: 'another' },
		{ apiSecret: 'another' },
		{ apiKey: '', apiSecret: '' },
		{ baseUrl: 'http://127.0.0.1:9' },
	]) {
		it(`fails with ${JSON.stringify(wrong)}`, async () => {
			const { id, name, type } = await jodoCredential();
			const data = { ...right(), ...wrong };
			const { status } = await api.testCredential({ id, name, type, data });
			assert.equal(status, 'Error');
		});
	}

	const skip =
		Object.keys(version().testSays).length > 0 &&
		'this n8n has sentences of its own for these codes';
	it('says in a code of n8n why nobody answered; the README explains each', { skip }, async () => {
		const hangsUp = createTcpServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
		await once(hangsUp, 'listening');
		try {
			const { id, name, type } = await jodoCredential();
			const said = async (baseUrl: string) =>
				(await api.testCredential({ id, name, type, data: { ...right(), baseUrl } })).message;
			assert.match(String(await said('https://no-such-host.invalid')), /^(ENOTFOUND|EAI_AGAIN)$/);
			assert.equal(await said('http://127.0.0.1:9'), 'ECONNREFUSED');
			const { port } = hangsUp.address() as AddressInfo;
			assert.equal(await said(`http://127.0.0.1:${port}`), 'ECONNRESET');
			assert.equal(await said(sandbox.url.replace('http:', 'https:')), 'EPROTO');
			assert.match(String(await said('127.0.0.1')), /^'Base URL' is not a web address/);
		} finally {
			hangsUp.close();
		}
	});

	for (const [status, type, text, words] of [
		[200, 'text/html', '<!doctype html><title>Router</title>', /not Jodo/],
		[200, 'text/plain', '', /not Jodo/],
		[204, 'text/plain', '', /not Jodo/],
		[200, 'application/json', '{"hello":"world"}', /not Jodo/],
		[200, 'application/json', '{"status":"error","message":"no"}', /API key and secret/],
		[302, 'text/html', 'elsewhere', /not Jodo/],
		[401, 'application/json', '{}', /API key and secret/],
		[403, 'text/html', 'blocked', /firewall/],
		[404, 'text/html', 'nothing here', /not Jodo/],
		[407, 'text/html', 'who are you', /proxy/],
		[429, 'application/json', '{"message":"Too many requests."}', /try again in a few minutes/],
		[500, 'text/html', 'oops', /try again in a few minutes/],
		[503, 'application/json', '{}', /try again in a few minutes/],
	] as const) {
		it(`says what is wrong with ${status} ${JSON.stringify(text)}`, async () => {
			const server = createServer((_request, response) =>
				response.writeHead(status, { 'content-type': type, location: '/elsewhere' }).end(text),
			).listen(0, '127.0.0.1');
			await once(server, 'listening');
			try {
				const { id, name, type: credential } = await jodoCredential();
				const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
				const data = { ...right(), baseUrl };
				const answer = await api.testCredential({ id, name, type: credential, data });
				assert.equal(answer.status, 'Error');
				const own = version().testSays[status];
				if (own) assert.equal(answer.message, own);
				else assert.match(String(answer.message), words);
			} finally {
				server.close();
			}
		});
	}
});
