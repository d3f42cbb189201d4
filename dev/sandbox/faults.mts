// Makes the API misbehave on request, so that clients can be tried against it.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Response } from 'express';
import { TOO_MANY } from './errors.mts';
import { replyOf, type Reply } from './reply.mts';
import type { LoggedRequest } from './state.mts';

/** undefined: nothing more is sent. */
type Next = () => Promise<Reply | undefined>;

interface Exchange {
	response: Response;
	/** Does what the request asks for; `instead` takes the place of its answer, and is held against openapi.yaml as any. */
	work: (instead?: { body: unknown }) => Promise<Reply>;
	/** All that befalls this request. */
	effect: { body?: unknown; work?: boolean };
}

interface Kind<T> {
	/** For the page and the README. */
	text: string;
	example: T;
	/** Not only values like the example. */
	free?: boolean;
	/** Around everything that stands below it in the table. */
	run?(value: T, next: Next, exchange: Exchange): Promise<Reply | undefined>;
}
const kind = <T,>(text: string, example: T, run?: Kind<NoInfer<T>>['run']): Kind<T> => ({
	text,
	example,
	run,
});
const free = (text: string, example: unknown, run?: Kind<unknown>['run']): Kind<unknown> => ({
	...{ text, example, run, free: true },
});
const changed =
	<T,>(change: (reply: Reply, value: T) => Partial<Reply>) =>
	async (value: T, next: Next) => {
		const reply = await next();
		return reply && { ...reply, ...change(reply, value) };
	};

interface Bucket {
	tokens: number;
	refilled: number;
}
interface RateLimit {
	rate: number;
	burst: number;
	retryAfter?: number;
}
/** A fault's limit is shared by all requests that it meets. */
const buckets = new WeakMap<RateLimit, Bucket>();

function takeToken(limit: RateLimit): boolean {
	const now = Date.now();
	const { tokens, refilled } = buckets.get(limit) ?? { tokens: limit.burst, refilled: now };
	const filled = Math.min(limit.burst, tokens + ((now - refilled) / 1000) * limit.rate);
	const takes = filled >= 1;
	buckets.set(limit, { tokens: takes ? filled - 1 : filled, refilled: now });
	return takes;
}

/** What can befall a request; a new fault is an entry here. Several at once: each around those below it. */
export const EFFECTS = {
	latencyMs: kind('Wait so many milliseconds before anything else', 2000, async (ms, next) => {
		await sleep(ms);
		return next();
	}),
	stall: kind('Never answer', true, async () => undefined),
	cut: kind<'before' | 'after'>(
		'Close the connection before the work is done, or after it, instead of the answer',
		'after',
		async (when, next, { response }) => {
			if (when === 'after') await next();
			response.destroy();
			return undefined;
		},
	),
	trickleMs: kind(
		'Send the answer byte by byte, with a pause of so many milliseconds after each',
		50,
		changed((_reply, pauseMs) => ({ pauseMs })),
	),
	gzip: kind(
		'Send the answer compressed',
		true,
		changed(({ headers, body }) => ({
			body: gzipSync(body ?? ''),
			headers: { ...headers, 'content-encoding': 'gzip' },
		})),
	),
	padding: kind(
		'Put so many spaces before the answer: JSON all the same, only bigger',
		1_000_000,
		changed(({ body }, spaces) => ({
			body: body && Buffer.concat([Buffer.alloc(spaces, ' '), body]),
		})),
	),
	headers: kind<Record<string, string>>(
		'Add these headers to the answer',
		{ 'retry-after': '5' },
		changed((reply, headers) => ({ headers: { ...reply.headers, ...headers } })),
	),
	rateLimit: kind<RateLimit>(
		'So many requests a second, beyond them 429; with Retry-After if retryAfter (seconds) is given',
		{ rate: 20, burst: 5 },
		async (limit, next) => {
			if (takeToken(limit)) return next();
			const { retryAfter } = limit;
			return replyOf(
				TOO_MANY,
				retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
			);
		},
	),
	status: kind(
		'Answer with this status instead of doing the work',
		503,
		async (status, next, { effect: { body, work } }) => {
			if (work) await next();
			return replyOf({ status, body });
		},
	),
	body: free('With a status: this body. A text goes out as HTML, anything else as JSON', {
		message: 'Down for maintenance',
	}),
	work: kind('With a status: do the work all the same', true),
	truncate: kind(
		'Do the work, then send only the first half of its JSON',
		true,
		changed(({ body }) => ({ body: body?.subarray(0, body.length / 2) })),
	),
	answer: free(
		"Put this in place of the answer's body, and hold it against openapi.yaml as any",
		{ status: 'success', data: {} },
		async (body, _next, { work }) => work({ body }),
	),
};

/** Which requests it befalls; without any, all. */
export const CONDITIONS = {
	method: kind('Only this method', 'POST'),
	path: kind('Only paths that begin with this, or fit this regular expression', 'payment_links$'),
	match: kind('Only if the body contains this text', 'Asha Rao'),
	after: kind('Let so many such requests pass first', 1),
	count: kind('Then act on so many; without it, on all', 3),
	probability: kind('0 to 1: act on that share of them, at random', 0.5),
	seed: kind('The same gives the same run again', 1),
};

type Values<Table> = { [Name in keyof Table]?: Table[Name] extends Kind<infer T> ? T : never };

export type Effect = Values<typeof EFFECTS>;
export type Fault = Values<typeof CONDITIONS> & { effect: Effect };
/** With how many requests it has met that fit method, path and text. */
type Armed = Fault & { seen: number };

/** Why that cannot be asked for. */
function misfit(table: Record<string, Kind<unknown>>, asked: object): string | undefined {
	for (const [name, value] of Object.entries(asked)) {
		if (!Object.hasOwn(table, name)) return `${name} is nothing a fault can have`;
		const { example, free } = table[name]!;
		if (free || typeof value === typeof example) continue;
		return `${name}: for example ${JSON.stringify(example)}`;
	}
	return undefined;
}

export class Faults {
	#armed: Armed[] = [];

	add(fault: Fault) {
		const { effect, ...conditions } = fault;
		const odd = misfit(CONDITIONS, conditions) ?? misfit(EFFECTS, effect);
		if (odd) throw new SyntaxError(odd);
		// A pattern that is none must fail here, not in some later request.
		RegExp(fault.path ?? '');
		this.#armed.push({ ...fault, seen: 0 });
	}

	list(): readonly Armed[] {
		return this.#armed;
	}

	clear() {
		this.#armed = [];
	}

	/** All that befalls this request; of two values for one effect, the later fault's. */
	meet({ method, path }: LoggedRequest, text: string): Effect {
		let met: Effect = {};
		for (const fault of this.#armed) {
			if (fault.method && fault.method.toUpperCase() !== method) continue;
			if (fault.path && !path.startsWith(fault.path) && !new RegExp(fault.path).test(path))
				continue;
			if (fault.match && !text.includes(fault.match)) continue;
			const place = fault.seen++ - (fault.after ?? 0);
			if (place < 0 || place >= (fault.count ?? Infinity)) continue;
			if (chosen(fault, place)) met = { ...met, ...fault.effect };
		}
		return met;
	}
}

/** The answer after all that befalls the request. */
export function befall(effect: Effect, exchange: Omit<Exchange, 'effect'>) {
	const asked = Object.entries<Kind<unknown>>(EFFECTS).flatMap(([name, { run }]) => {
		const value = effect[name as keyof Effect];
		return run && value !== undefined && value !== false ? [{ run, value }] : [];
	});
	return asked.reduceRight<Next>(
		(next, { run, value }) =>
			() =>
				run(value, next, { ...exchange, effect }),
		() => exchange.work(),
	)();
}

/** A coin that falls the same way for the same seed and place. */
function chosen({ probability = 1, seed = 1 }: Fault, place: number): boolean {
	const bits = createHash('sha256').update(`${seed}/${place}`).digest().readUInt32BE();
	return bits / 2 ** 32 < probability;
}
