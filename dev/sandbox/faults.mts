// Makes the API misbehave on request, so that clients can be tried against it.
import { createHash } from 'node:crypto';
import type { LoggedRequest } from './state.mts';

export interface Effect {
	/** Wait so long before anything else. */
	latencyMs?: number;
	/** Never answer. */
	stall?: boolean;
	/** Close the connection: before the work is done, or after it, instead of the answer. */
	cut?: 'before' | 'after';
	/** Answer this instead of doing the work. A text goes out as HTML, anything else as JSON. */
	status?: number;
	body?: unknown;
	headers?: Record<string, string>;
	/** Do the work all the same, then give the answer above. */
	work?: boolean;
	/** Do the work, then send only the first half of its JSON. */
	truncate?: boolean;
	/** Put so many spaces before the answer: JSON all the same, only bigger. */
	padding?: number;
	/** Send the answer compressed. */
	gzip?: boolean;
	/** Send the answer byte by byte, with a pause of so many milliseconds after each. */
	trickleMs?: number;
	/** Puts this body in place of the route's, and has it checked against openapi.yaml as any. */
	answer?: unknown;
	/** A token bucket; beyond it 429, with Retry-After (seconds) if given. */
	rateLimit?: { rate: number; burst: number; retryAfter?: number };
}

export interface Fault {
	method?: string;
	/** Start of the path, or a regular expression. */
	path?: string;
	/** Only requests whose body contains this text. */
	match?: string;
	/** Let so many matching requests pass first. */
	after?: number;
	/** Then act on so many; without it, on all. */
	count?: number;
	/** 0 to 1: act on that share of them, at random; the same `seed` gives the same run. */
	probability?: number;
	seed?: number;
	effect: Effect;
}

const KNOWN: Record<keyof Effect | keyof Fault, true> = {
	...{ latencyMs: true, stall: true, cut: true, status: true, body: true, headers: true },
	...{ work: true, truncate: true, answer: true, rateLimit: true },
	...{ padding: true, gzip: true, trickleMs: true },
	...{ method: true, path: true, match: true, after: true, count: true },
	...{ probability: true, seed: true, effect: true },
};

interface Armed extends Fault {
	seen: number;
	tokens: number;
	refilled: number;
}

export class Faults {
	#armed: Armed[] = [];

	add(fault: Fault) {
		// A pattern that is none must fail here, not in some later request.
		RegExp(fault.path ?? '');
		const odd = Object.keys({ ...fault, ...fault.effect }).find(
			(key) => !Object.hasOwn(KNOWN, key),
		);
		if (odd) throw new SyntaxError(`${odd} is nothing a fault can have`);
		const tokens = fault.effect.rateLimit?.burst ?? 0;
		this.#armed.push({ ...fault, seen: 0, tokens, refilled: Date.now() });
	}

	list(): Fault[] {
		return this.#armed;
	}

	clear() {
		this.#armed = [];
	}

	/** All that befalls this request, and the headers of a 429 if its bucket is empty. */
	meet(
		{ method, path }: LoggedRequest,
		text: string,
	): Effect & { limited?: Record<string, string> } {
		let met: ReturnType<Faults['meet']> = {};
		for (const fault of this.#armed) {
			if (fault.method && fault.method.toUpperCase() !== method) continue;
			if (fault.path && !path.startsWith(fault.path) && !new RegExp(fault.path).test(path))
				continue;
			if (fault.match && !text.includes(fault.match)) continue;
			const place = fault.seen++ - (fault.after ?? 0);
			if (place < 0 || place >= (fault.count ?? Infinity)) continue;
			if (!chosen(fault, place)) continue;
			met = { ...met, ...fault.effect };
			if (fault.effect.rateLimit && !takeToken(fault, fault.effect.rateLimit)) {
				const { retryAfter } = fault.effect.rateLimit;
				met.limited = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
			}
		}
		return met;
	}
}

/** A coin that falls the same way for the same seed and place. */
function chosen({ probability = 1, seed = 1 }: Fault, place: number): boolean {
	const bits = createHash('sha256').update(`${seed}/${place}`).digest().readUInt32BE();
	return bits / 2 ** 32 < probability;
}

function takeToken(fault: Armed, { rate, burst }: { rate: number; burst: number }): boolean {
	const now = Date.now();
	fault.tokens = Math.min(burst, fault.tokens + ((now - fault.refilled) / 1000) * rate);
	fault.refilled = now;
	if (fault.tokens < 1) return false;
	fault.tokens -= 1;
	return true;
}
