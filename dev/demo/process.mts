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
	const kill = async () => {
		signal(child, 'SIGKILL');
		if ((await within(PATIENCE_MS, gone)) === LATE) {
			throw new Problem(`${command} (${child.pid}) was killed and is not gone.`);
		}
	};
	return {
		tail: (count = 30) => lines.slice(-count).join('\n'),
		said: (text) => lines.some((line) => line.includes(text)),
		running: () => running.has(child),
		pid: child.pid,
		gone,
		async stop() {
			signal(child, 'SIGTERM');
			if ((await within(PATIENCE_MS, gone)) === LATE) await kill();
		},
		kill,
	};
}

/** Runs a program to its end; its output matters only if it fails. */
export async function run(what: string, options: ProgramOptions): Promise<void> {
	const program = startProgram(options);
	if ((await program.gone) !== 0) throw new Problem(`${what} failed:\n${program.tail(KEPT_LINES)}`);
}

export interface Patience {
	seconds?: number;
	/** Milliseconds between two attempts; more where one takes long, so that asking keeps nobody busy. */
	every?: number;
	/** What there is instead, for the message if it waits in vain. */
	saw?: () => unknown;
}

/** Tries until it gets something; says what it waited for, and what it saw, if it never does. */
export async function until<T>(
	what: string,
	attempt: () => Promise<T | undefined | null | false>,
	{ seconds = 60, every = 250, saw }: Patience = {},
): Promise<T> {
	const deadline = Date.now() + seconds * 1000;
	for (;;) {
		const begun = Date.now();
		// An answer may be late, but not for ever.
		const value = await within(Math.max(deadline - begun, 0) + PATIENCE_MS, attempt());
		if (value !== LATE && value) return value;
		if (value === LATE || Date.now() > deadline) {
			const seen = saw && (await within(PATIENCE_MS, Promise.resolve().then(saw).catch(String)));
			const words = saw ? ` Seen: ${seen === LATE ? 'no answer' : JSON.stringify(seen)}` : '';
			throw new Problem(`Waited ${seconds} s in vain for ${what}.${words}`);
		}
		await sleep(Math.max(every, 2 * (Date.now() - begun)));
	}
}

const LATE = Symbol('late');

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | typeof LATE> {
	const timer = new AbortController();
	try {
		return await Promise.race([
			promise,
			sleep(milliseconds, LATE as typeof LATE, { signal: timer.signal }),
		]);
	} finally {
		timer.abort();
	}
}
