// Starts dev/sandbox as its own process on free ports: it runs on Node 24, Jest may run on an older one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const READY = /^Jodo sandbox ready: (\S+) \(mail: (\S+)\)$/m;

export interface Answer {
	status: number;
	headers: Headers;
	text: string;
	// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
	body: any;
}

export interface Sandbox {
	/** e.g. http://127.0.0.1:40001 */
	url: string;
	/** e.g. smtp://127.0.0.1:40002 */
	smtpUrl: string;
	/** The sandbox's own controls; throws unless the answer is 2xx, returns the JSON. */
	admin(method: string, path: string, body?: unknown): Promise<Answer['body']>;
	/** A call as a client of Jodo makes it, with the right keys unless others are given (null = none). */
	api(
		method: string,
		path: string,
		body?: unknown,
		keys?: [string, string] | null,
	): Promise<Answer>;
	/** Everything the process printed so far. */
	output(): string;
	/** Asks it to stop and waits; the exit code. */
	stop(): Promise<number | null>;
}

/** The Node that runs the sandbox; dev/run.mjs has put one in place where the machine's is too old. */
export function node24(): string {
	if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
	const platform = process.platform.replace('win32', 'win');
	const binary = join(
		ROOT,
		`dev/node24/node_modules/node-${platform}-${process.arch}/bin`,
		platform === 'win' ? 'node.exe' : 'node',
	);
	if (!existsSync(binary)) throw new Error(`No Node 24 at ${binary}: run "npm test" once`);
	return binary;
}

async function request(
	url: string,
	method: string,
	body: unknown,
	headers: Record<string, string> = {},
): Promise<Answer> {
	const response = await fetch(url, {
		method,
		redirect: 'manual',
		headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
		body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
	});
	const text = await response.text();
	const json = /json/.test(response.headers.get('content-type') ?? '');
	return {
		status: response.status,
		headers: response.headers,
		text,
		body: json ? JSON.parse(text) : undefined,
	};
}

export async function startSandbox(env: Record<string, string> = {}): Promise<Sandbox> {
	if (!existsSync(join(ROOT, 'dev/sandbox/node_modules'))) {
		throw new Error('dev/sandbox is not installed: run "npm test" or "npm run sandbox" once');
	}
	const child = spawn(
		node24(),
		['--require', join(__dirname, 'clock.cts'), join(ROOT, 'dev/sandbox/main.mts')],
		{
			env: { ...process.env, PORT: '0', SMTP_PORT: '0', ...env },
			stdio: ['ignore', 'pipe', 'pipe'],
		},
	);
	let printed = '';
	const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
	const [, url, smtpUrl] = await new Promise<RegExpExecArray>((resolve, reject) => {
		const read = (chunk: Buffer) => {
			printed += chunk.toString();
			const ready = READY.exec(printed);
			if (ready) resolve(ready);
		};
		child.stdout.on('data', read);
		child.stderr.on('data', read);
		void exited.then(() => reject(new Error(`The sandbox did not start:\n${printed}`)));
	});
	if (!url || !smtpUrl) throw new Error('unreachable: the pattern has two groups');

	return {
		url,
		smtpUrl,
		async admin(method, path, body) {
			const answer = await request(url + path, method, body);
			if (answer.status >= 300)
				throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
			return answer.body;
		},
		api(method, path, body, keys = ['sandbox_key', 'sandbox_secret']) {
			const token = keys && Buffer.from(keys.join(':')).toString('base64');
			return request(`${url}/api/v1/integrations${path}`, method, body, {
				...(token && { authorization: `Basic ${token}` }),
			});
		},
		output: () => printed,
		async stop() {
			child.kill('SIGTERM');
			return exited;
		},
	};
}
