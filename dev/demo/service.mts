// A program that is started again whenever it ends, as a service manager does.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Program } from './process.mts';

const PAUSE_MS = 1000;

export interface Service {
	name: string;
	/** How often it has been started again. */
	restarts(): number;
	/** Resolves when it is ready, also after it has been killed. */
	ready(): Promise<void>;
	/** As a power cut would; it stays down until the given moment. */
	kill(until?: Promise<unknown>): Promise<void>;
	/** For good: asks it to end, and waits. */
	stop(): Promise<void>;
	/** For good, as a power cut would. */
	end(): Promise<void>;
	tail(lines?: number): string;
	said(text: string): boolean;
}

/** @param start resolves when the program is ready; heeds the signal, which means: no longer wanted */
export async function keepRunning(
	name: string,
	start: (signal: AbortSignal) => Promise<Program>,
): Promise<Service> {
	const stopping = new AbortController();
	const stopped = once(stopping.signal, 'abort');
	let restarts = 0;
	let held: Promise<unknown> = Promise.resolve();
	let program = await start(stopping.signal);
	let ready: Promise<void> = Promise.resolve();

	async function startAgain(): Promise<void> {
		for (;;) {
			await Promise.race([held, stopped]);
			await sleep(PAUSE_MS);
			if (stopping.signal.aborted) return;
			try {
				program = await start(stopping.signal);
				restarts++;
				return watch();
			} catch {
				// Whatever it needs may still be down.
			}
		}
	}
	function watch(): void {
		void program.gone.then(() => {
			if (!stopping.signal.aborted) ready = startAgain();
		});
	}
	watch();

	async function finish(how: 'stop' | 'kill'): Promise<void> {
		stopping.abort();
		await program[how]();
		// It may have been starting again.
		await ready;
		await program[how]();
	}

	return {
		name,
		restarts: () => restarts,
		ready: async () => await ready,
		async kill(until = Promise.resolve()) {
			held = until;
			await program.kill();
		},
		stop: async () => await finish('stop'),
		end: async () => await finish('kill'),
		tail: (lines) => program.tail(lines),
		said: (text) => program.said(text),
	};
}
