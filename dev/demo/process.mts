// Starting other programs, and being sure they are gone afterwards.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from './problem.mts';

const POSIX = process.platform !== 'win32';
const KEPT_LINES = 400;
const PATIENCE_MS = 20_000;

export interface Program {
	/** The last lines it wrote. */
	tail(lines?: number): string;
	/** Whether it has written this text. */
	said(text: string): boolean;
	running(): boolean;
	/** Undefined if it could not start. */
	pid?: number;
	/** Its exit code; null if it was killed or could not start. */
	gone: Promise<number | null>;
	/** Asks it to stop, and after a while insists. */
	stop(): Promise<void>;
	/** As a power cut would. */
	kill(): Promise<void>;
}

const running = new Set<ChildProcess>();

function signal(child: ChildProcess, name: NodeJS.Signals): void {
	try {
		// A group of its own: the program and whatever it started, and nothing else.
		if (POSIX && child.pid) process.kill(-child.pid, name);
		else child.kill(name);
	} catch {
		// already gone
	}
}

// Should this process end in an unforeseen way, nothing of ours may stay behind.
process.on('exit', () => running.forEach((child) => signal(child, 'SIGKILL')));

export interface ProgramOptions {
	command: string;
	args: string[];
	cwd: string;
	env?: NodeJS.ProcessEnv;
	/** File for all of its output, after what is in it. */
	log?: string;
	/** Who it runs as, if not as us. */
	uid?: number;
	gid?: number;
}

export function startProgram({ command, args, cwd, env, log, uid, gid }: ProgramOptions): Program {
	const file = log ? createWriteStream(log, { flags: 'a' }) : undefined;
	const lines: string[] = [];
	const child = spawn(command, args, {
		cwd,
		env,
		uid,
		gid,
		detached: POSIX,
		stdio: ['ignore', 'pipe', 'pipe'],
		shell: command === 'npm' && !POSIX,
	});
	running.add(child);
	const ended = once(child, 'close').then(
		([code]) => code as number | null,
		(error: Error) => (lines.push(error.message), null),
	);
	const gone = ended.then((code) => {
		running.delete(child);
		file?.end();
		return code;
	});
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk: Buffer) => {
			file?.write(chunk);
			lines.push(...chunk.toString().split('\n').filter(Boolean));
			lines.splice(0, lines.length - KEPT_LINES);
		});
	}
	return {
		tail: (count = 30) => lines.slice(-count).join('\n'),
		said: (text) => lines.some((line) => line.includes(text)),
		running: () => running.has(child),
		pid: child.pid,
		gone,
		async stop() {
			signal(child, 'SIGTERM');
			const insist = setTimeout(() => signal(child, 'SIGKILL'), PATIENCE_MS);
			await gone;
			clearTimeout(insist);
		},
		async kill() {
			signal(child, 'SIGKILL');
			await gone;
		},
	};
}

/** Runs a program to its end; its output matters only if it fails. */
export async function run(what: string, options: ProgramOptions): Promise<void> {
	const program = startProgram(options);
	if ((await program.gone) !== 0) throw new Problem(`${what} failed:\n${program.tail(KEPT_LINES)}`);
}

/** Tries until it gets something; says what it waited for if it never does. */
export async function until<T>(
	what: string,
	attempt: () => Promise<T | undefined | null | false>,
	{ seconds = 60, every = 250 }: { seconds?: number; every?: number } = {},
): Promise<T> {
	const deadline = Date.now() + seconds * 1000;
	for (;;) {
		const value = await attempt();
		if (value) return value;
		if (Date.now() > deadline) throw new Problem(`Waited ${seconds} s in vain for ${what}.`);
		await sleep(every);
	}
}
