// The "Test" of the credential, as the editor calls it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
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
});
