import { pause } from './pause';

const FIRST_PAUSE_MS = 250;
/** Pauses in a row without one success between them; with doubling, about two minutes. */
const MAX_STRIKES = 9;
/** All pauses in a row; the claim of a row may count as left behind after a quarter of an hour. */
const LONGEST_ROW_OF_PAUSES_MS = 600_000;
/** How much closer the next request may follow, after each that succeeds: half the gap after 34 of them. */
const CLOSER = 0.98;
const LONGEST_GAP_MS = 1000;

/** How many at once: to begin with, and at most. The same number twice stays as it is. */
export interface AtOnce {
	first: number;
	most: number;
}

/**
 * Lets requests that run side by side slow down together: one "too many requests" pauses all of them.
 * A pause doubles as long as nothing succeeds, and starts small again after a success. Where most of the
 * requests under way were refused as well, they then follow each other only as fast as they got through since
 * the last pause; a refusal among many that got through is no matter of pace.
 * It also says how many are under way at once: one more for each success, half of them after a pause.
 */
export class Pace {
	/** Waiting has become pointless, or would take too long: whoever has not begun need not begin. */
	isHopeless = false;

	/** When the next request may be sent. */
	private nextAt = 0;

	private pausedAt = 0;

	private strikes = 0;

	/** Of the first strike. */
	private busySince = 0;

	/** Since the last pause began. */
	private successes = 0;

	/** Of the requests that were under way then: the refused ones, less those that got through. */
	private refusedMore = 0;

	private gapMs = 0;

	private places: number;

	private taken = 0;

	private readonly waiting: Array<() => void> = [];

	private readonly longestPauseMs: number;

	private readonly atOnce: AtOnce;

	constructor(longestPauseMs = 120_000, atOnce: AtOnce = { first: Infinity, most: Infinity }) {
		this.longestPauseMs = longestPauseMs;
		this.atOnce = atOnce;
		this.places = atOnce.first;
	}

	/** Resolves when one more may be under way; to be given back. */
	async take(): Promise<void> {
		if (this.taken < this.places) this.taken++;
		else await new Promise<void>((resolve) => this.waiting.push(resolve));
	}

	giveBack(): void {
		this.taken--;
		this.handOut();
	}

	private handOut(): void {
		while (this.waiting.length && this.taken < this.places) {
			this.taken++;
			this.waiting.shift()?.();
		}
	}

	/** Resolves when a request may be sent. Rejects if the execution is stopped meanwhile. */
	async ready(signal?: AbortSignal): Promise<void> {
		for (;;) {
			signal?.throwIfAborted();
			const now = Date.now();
			const wait = this.nextAt - now;
			if (wait <= 0) {
				this.nextAt = now + this.gapMs;
				return;
			}
			await pause(wait, signal);
		}
	}

	/** Notes a success of a request begun at `startedAt` (milliseconds). */
	succeeded(startedAt: number): void {
		this.strikes = 0;
		this.successes++;
		this.gapMs *= CLOSER;
		if (startedAt < this.pausedAt) this.refusedMore--;
		else if (this.places < this.atOnce.most) {
			this.places++;
			this.handOut();
		}
	}

	/**
	 * Notes a "too many requests" for a request begun at `startedAt` (milliseconds).
	 * Returns false when waiting has become pointless or too long.
	 */
	slowDown(startedAt: number, retryAfterMs?: number): boolean {
		if ((retryAfterMs ?? 0) > this.longestPauseMs) return this.giveUp();
		const now = Date.now();
		if (startedAt < this.pausedAt) {
			// Already on its way when the pause began: no new strike.
			this.refusedMore++;
		} else {
			if (this.strikes++ === 0) this.busySince = now;
			if (this.refusedMore > 0 && this.successes) {
				this.gapMs = Math.min((now - this.pausedAt) / this.successes, LONGEST_GAP_MS);
			}
			if (this.atOnce.most > this.atOnce.first) {
				this.places = Math.max(1, Math.floor(Math.min(this.places, this.taken) / 2));
			}
			this.pausedAt = now;
			this.successes = 0;
			this.refusedMore = 0;
		}
		const backOff = FIRST_PAUSE_MS * 2 ** (this.strikes - 1) * (1 + Math.random() / 4);
		const pauseMs = Math.min(retryAfterMs ?? backOff, this.longestPauseMs);
		const isTooLong = now + pauseMs - this.busySince > LONGEST_ROW_OF_PAUSES_MS;
		if (this.strikes > MAX_STRIKES || isTooLong) return this.giveUp();
		this.nextAt = Math.max(this.nextAt, now + pauseMs);
		return true;
	}

	private giveUp(): false {
		this.isHopeless = true;
		return false;
	}
}
