import { sleep } from 'n8n-workflow';

const FIRST_PAUSE_MS = 250;
/** Pauses in a row without one success between them; with doubling, about two minutes. */
const MAX_STRIKES = 9;
/** How much closer the next request may follow, after each that succeeds: half the gap after 14 of them. */

const CLOSER = 0.98;
const LONGEST_GAP_MS = 1000;

/**
 * Lets requests that run side by side slow down together: one "too many requests" pauses all of them.
 * A pause doubles as long as nothing succeeds, and starts small again after a success. From the second pause
 * on, requests follow each other only as fast as they got through since the last one.
 */
export class Pace {
	/** When the next request may be sent. */
	private nextAt = 0;

	private pausedAt = 0;

	private strikes = 0;

	/** Since the last pause began. */
	private successes = 0;

	private gapMs = 0;

	private readonly longestPauseMs: number;

	constructor(longestPauseMs = 120_000) {
		this.longestPauseMs = longestPauseMs;
	}

	/** Resolves when a request may be sent. Rejects if the execution is cancelled meanwhile. */
	async ready(signal?: AbortSignal): Promise<void> {
		for (;;) {
			const now = Date.now();
			const wait = this.nextAt - now;
			if (wait <= 0) {
				this.nextAt = now + this.gapMs;
				return;
			}
			await sleep(wait, signal);
		}
	}

	succeeded(): void {
		this.strikes = 0;
		this.successes++;
		this.gapMs *= CLOSER;
	}

	/**
	 * Notes a "too many requests" for a request begun at `startedAt` (milliseconds).
	 * Returns false when waiting has become pointless or too long.
	 */
	slowDown(startedAt: number, retryAfterMs?: number): boolean {
		if (retryAfterMs !== undefined && retryAfterMs > this.longestPauseMs) return false;
		const now = Date.now();
		// Requests that were already on their way when the pause began tell nothing new.
		if (startedAt >= this.pausedAt) {
			this.strikes++;
			if (this.pausedAt && this.successes) {
				this.gapMs = Math.min((now - this.pausedAt) / this.successes, LONGEST_GAP_MS);
			}
		}
		if (this.strikes > MAX_STRIKES) return false;

		const backOff = FIRST_PAUSE_MS * 2 ** (this.strikes - 1) * (1 + Math.random() / 4);
		this.pausedAt = now;
		this.successes = 0;
		this.nextAt = Math.max(
			this.nextAt,
			now + Math.min(retryAfterMs ?? backOff, this.longestPauseMs),
		);
		return true;
	}
}
