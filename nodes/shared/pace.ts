import { sleep } from 'n8n-workflow';

const FIRST_PAUSE_MS = 250;
/** Pauses in a row without one success between them; with doubling, about two minutes. */
const MAX_STRIKES = 9;

/**
 * Lets requests that run side by side slow down together: one "too many requests" pauses all of them.
 * A pause doubles as long as nothing succeeds, and starts small again after a success.
 */
export class Pace {
	private pausedUntil = 0;

	private pausedAt = 0;

	private strikes = 0;

	private readonly longestPauseMs: number;

	constructor(longestPauseMs = 120_000) {
		this.longestPauseMs = longestPauseMs;
	}

	/** Resolves when requests may be sent. Rejects if the execution is cancelled meanwhile. */
	async ready(signal?: AbortSignal): Promise<void> {
		for (;;) {
			const wait = this.pausedUntil - Date.now();
			if (wait <= 0) return;
			await sleep(wait, signal);
		}
	}

	succeeded(): void {
		this.strikes = 0;
	}

	/**
	 * Notes a "too many requests" for a request begun at `startedAt` (milliseconds).
	 * Returns false when waiting has become pointless or too long.
	 */
	slowDown(startedAt: number, retryAfterMs?: number): boolean {
		if (retryAfterMs !== undefined && retryAfterMs > this.longestPauseMs) return false;
		// Requests that were already on their way when the pause began tell nothing new.
		if (startedAt >= this.pausedAt) this.strikes++;
		if (this.strikes > MAX_STRIKES) return false;

		const backOff = FIRST_PAUSE_MS * 2 ** (this.strikes - 1) * (1 + Math.random() / 4);
		const now = Date.now();
		this.pausedAt = now;
		this.pausedUntil = Math.max(
			this.pausedUntil,
			now + Math.min(retryAfterMs ?? backOff, this.longestPauseMs),
		);
		return true;
	}
}
