// A real n8n on the loopback address, with its own folder, saying nothing to the internet.
import { join } from 'node:path';
import { N8N } from './paths.mts';
import type { Ports } from './ports.mts';
import { Problem } from './problem.mts';
import { startProgram, until, type Program } from './process.mts';

/** Settings of an n8n that the user runs elsewhere must not reach this one. */
const FOREIGN = /^(N8N_|DB_|EXECUTIONS_|QUEUE_|WEBHOOK_|NODES_|GENERIC_TIMEZONE|OFFLOAD_)/i;

export interface N8n extends Program {
	url: string;
	log: string;
}

export async function startN8n(folder: string, ports: Ports, signal?: AbortSignal): Promise<N8n> {
	const url = `http://127.0.0.1:${ports.n8n}`;
	const log = join(folder, 'n8n.log');
	const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
	const program = startProgram({
		command: process.execPath,
		args: [N8N, 'start'],
		cwd: folder,
		log,
		env: {
			...Object.fromEntries(inherited),
			N8N_USER_FOLDER: folder,
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_PORT: String(ports.n8n),
			N8N_RUNNERS_BROKER_PORT: String(ports.broker),
			WEBHOOK_URL: `${url}/`,
			N8N_SECURE_COOKIE: 'false',
			N8N_DIAGNOSTICS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
			N8N_TEMPLATES_ENABLED: 'false',
			N8N_PERSONALIZATION_ENABLED: 'false',
			N8N_DISABLED_MODULES: 'mcp-registry',
			GENERIC_TIMEZONE: 'Asia/Kolkata',
		},
	});
	try {
		await until(
			'n8n to be ready',
			async () => {
				signal?.throwIfAborted();
				if (!program.running()) throw new Problem('n8n stopped while starting.');
				return (
					program.said('Editor is now accessible') &&
					(await fetch(`${url}/rest/settings`).then(
						(answer) => answer.ok,
						() => false,
					))
				);
			},
			{ seconds: 240 },
		);
	} catch (error) {
		const tail = program.tail();
		await program.kill();
		signal?.throwIfAborted();
		throw new Problem(`${(error as Error).message} The end of its log (${log}):\n${tail}`);
	}
	return { ...program, url, log };
}
