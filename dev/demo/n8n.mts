// A real n8n on the loopback address, with its own folder, saying nothing to the internet.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { installInto } from './package.mts';
import { N8N } from './paths.mts';
import type { Ports } from './ports.mts';
import { Problem } from './problem.mts';
import { startProgram, until, type Program } from './process.mts';
import { version } from './versions.mts';

/** Settings of an n8n that the user runs elsewhere must not reach this one. */
const FOREIGN = /^(N8N_|DB_|EXECUTIONS_|QUEUE_|WEBHOOK_|NODES_|GENERIC_TIMEZONE|OFFLOAD_)/i;

export interface N8n extends Pick<Program, 'gone' | 'kill' | 'pid' | 'said' | 'stop' | 'tail'> {
	url: string;
	log: string;
	/** After it was stopped or killed, with all that it knew; with further settings if need be. */
	startAgain(env?: Record<string, string>): Promise<N8n>;
	/** Stops it together with what it needs. */
	end(): Promise<void>;
}

export interface N8nOptions {
	/** Where it keeps everything. */
	folder: string;
	/** Our package. */
	tarball: string;
	ports: Ports;
	/** Settings beside those that every n8n here gets. */
	env?: Record<string, string>;
	signal?: AbortSignal;
}

export interface ProcessOptions {
	/** What n8n is told to be. */
	command: 'start' | 'worker' | 'webhook';
	/** Its user folder. */
	folder: string;
	log: string;
	env: Record<string, string>;
	/** What it says when it is ready. */
	says: string;
	/** An address that answers then. */
	answers: string;
	signal?: AbortSignal;
}

export async function startN8nProcess(options: ProcessOptions): Promise<Program> {
	const { command, folder, log, env, says, answers, signal } = options;
	mkdirSync(folder, { recursive: true });
	const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
	const program = startProgram({
		command: process.execPath,
		args: [N8N, command],
		cwd: folder,
		log,
		env: {
			...Object.fromEntries(inherited),
			N8N_USER_FOLDER: folder,
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_SECURE_COOKIE: 'false',
			N8N_DIAGNOSTICS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
			N8N_TEMPLATES_ENABLED: 'false',
			N8N_PERSONALIZATION_ENABLED: 'false',
			...version().env,
			GENERIC_TIMEZONE: 'Asia/Kolkata',
			...env,
		},
	});
	try {
		await until(
			`n8n ${command} to be ready`,
			async () => {
				signal?.throwIfAborted();
				if (!program.running()) throw new Problem(`n8n ${command} stopped while starting.`);
				return (
					program.said(says) &&
					(await fetch(answers).then(
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
	return program;
}

/** What the process with the editor says last, and what answers then. */
export const readyAt = (url: string) => ({
	says: 'Editor is now accessible',
	answers: `${url}/rest/settings`,
});

/** All of n8n in one process, on SQLite. */
export async function startN8n({ folder, tarball, ports, env, signal }: N8nOptions): Promise<N8n> {
	await installInto(folder, tarball);
	const url = `http://127.0.0.1:${ports.n8n}`;
	const log = join(folder, 'n8n.log');
	const program = await startN8nProcess({
		command: 'start',
		folder,
		log,
		env: {
			N8N_PORT: String(ports.n8n),
			N8N_RUNNERS_BROKER_PORT: String(ports.broker),
			WEBHOOK_URL: `${url}/`,
			...env,
		},
		...readyAt(url),
		signal,
	});
	const startAgain = async (more?: Record<string, string>) =>
		await startN8n({ folder, tarball, ports, env: more });
	return { ...program, url, log, startAgain, end: program.stop };
}
