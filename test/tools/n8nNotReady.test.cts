/** What speaks to n8n waits while n8n turns everything away because its database is slow, and says so in the end. */
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { node24 } from '../support/sandbox.cts';

const API = String(pathToFileURL(join(__dirname, '../../dev/demo/api.mts')));
const BUSY = { code: 503, message: 'Database is not ready!' };

let server: Server;
let url: string;
let seen: string[];
/** What n8n answers, one after the other; the last for ever. */
let answers: Array<[status: number, body: object]>;

beforeAll(async () => {
	server = createServer((request, response) => {
		seen.push(`${request.method} ${request.url}`);
		const [status, body] = (answers.length > 1 ? answers.shift() : answers[0]) as [number, object];
		response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => (seen = []));

/** Runs this with what dev/demo/api.mts exports; what it printed. */
async function run(script: string): Promise<string> {
	const code = `import { ask, N8nApi } from '${API}'; const url = '${url}'; ${script}`;
	const { stdout } = await promisify(execFile)(node24(), ['--input-type=module', '--eval', code]);
	return stdout.trim();
}

it('asks again until n8n takes the request', async () => {
	answers = [
		[503, BUSY],
		[503, BUSY],
		[200, { data: { id: '7' } }],
	];
	const said = await run(
		"console.log((await new N8nApi(url).call('POST', '/workflows', { name: 'One' })).id);",
	);
	expect(said).toBe('7');
	expect(seen).toEqual(Array(3).fill('POST /rest/workflows'));
});

it('says what n8n kept saying, and does not wait for ever', async () => {
	answers = [[503, BUSY]];
	const said = await run(
		'console.log(await ask(`${url}/form/fee`, {}, { patience: 1 }).catch(({ message }) => message));',
	);
	expect(said).toBe(`n8n has said "Database is not ready" to GET ${url}/form/fee for 1 s.`);
	expect(seen.length).toBeGreaterThan(1);
});

it('leaves every other answer to whoever asked', async () => {
	answers = [[503, { message: 'Jodo does not answer' }]];
	expect(await run('console.log((await ask(url)).status);')).toBe('503');
	expect(seen).toHaveLength(1);
});
