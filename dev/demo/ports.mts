// Which ports the demo listens on, all on the loopback address.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Problem } from './problem.mts';

export interface Ports {
	n8n: number;
	/** n8n's own traffic with its task runner; nobody opens it. */
	broker: number;
	sandbox: number;
	smtp: number;
}

const CHOSEN_BY = [
	{ key: 'n8n', variable: 'N8N_PORT', usual: 5678, what: 'n8n' },
	{ key: 'sandbox', variable: 'PORT', usual: 4010, what: 'the local Jodo' },
	{ key: 'smtp', variable: 'SMTP_PORT', usual: 4025, what: 'the local mail box' },
] as const;

/** Listens for a moment: the port if it is free, else undefined. */
async function tryPort(port: number): Promise<number | undefined> {
	const server = createServer();
	try {
		server.listen(port, '127.0.0.1');
		await once(server, 'listening');
		return port;
	} catch {
		return undefined;
	} finally {
		server.close();
	}
}

/** Below those that systems give to outgoing connections, which could take one between two starts of a program. */
const [FIRST, LAST] = [15_000, 30_000];

export async function freePort(): Promise<number> {
	for (;;) {
		const port = await tryPort(randomInt(FIRST, LAST));
		if (port) return port;
	}
}

/** The usual ports, or those chosen by environment variable; a taken one is the user's to solve. */
export async function usualPorts(env: NodeJS.ProcessEnv = process.env): Promise<Ports> {
	const ports: Ports = { n8n: 0, sandbox: 0, smtp: 0, broker: await freePort() };
	for (const { key, variable, usual, what } of CHOSEN_BY) {
		const port = Number(env[variable] || usual);
		if (!Number.isInteger(port) || port < 1 || port > 65535) {
			throw new Problem(`${variable}=${env[variable]} is not a port number (1 to 65535).`);
		}
		if (!(await tryPort(port))) {
			throw new Problem(
				`Port ${port}, meant for ${what}, can't be used: another program listens there (a demo that is still running?) or it is reserved.\n` +
					`Stop that program, or choose another port: ${variable}=${port + 100} npm start`,
			);
		}
		ports[key] = port;
	}
	return ports;
}

/** Ports that nobody uses, for runs that must not disturb a running demo. */
export async function anyPorts(): Promise<Ports> {
	return {
		n8n: await freePort(),
		sandbox: await freePort(),
		smtp: await freePort(),
		broker: await freePort(),
	};
}
