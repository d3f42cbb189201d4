/** Many requests at once against a limit, in simulated time. */
import { Pace } from '../../../nodes/shared/pace';
import { simulateTime } from '../../support/time.cts';

simulateTime(0.5);

const LATENCY_MS = 10;

interface Limit {
	/** Requests a second. */
	rate?: number;
	burst?: number;
	/** Not a limit: each of so many is refused, however fast they come. */
	refusesEach?: number;
	retryAfterMs?: number;
	items?: number;
	atOnce?: number;
	/** As the action node does it when its user sets nothing. */
	isAutomatic?: boolean;
}

/** Gets all items through a token bucket, as the transport does: how many requests and how long it takes. */
async function through(limit: Limit) {
	const {
		rate = 0,
		burst = 0,
		refusesEach,
		retryAfterMs,
		items = 200,
		atOnce = 20,
		isAutomatic,
	} = limit;
	const pace = isAutomatic ? new Pace(undefined, { first: 5, most: atOnce }) : new Pace();
	const begun = Date.now();
	let [left, requests, lost, tokens, refilled, done] = [items, 0, 0, burst, begun, begun];
	const passes = () => {
		if (refusesEach) return requests % refusesEach !== 0;
		const now = Date.now();
		tokens = Math.min(burst, tokens + ((now - refilled) / 1000) * rate);
		refilled = now;
		if (tokens < 1) return false;
		tokens--;
		return true;
	};
	const one = async () => {
		for (;;) {
			await pace.ready();
			const startedAt = Date.now();
			requests++;
			const isThrough = passes();
			await new Promise((resolve) => setTimeout(resolve, LATENCY_MS));
			if (isThrough) return pace.succeeded(startedAt);
			if (!pace.slowDown(startedAt, retryAfterMs)) return void lost++;
		}
	};
	let [underWay, most] = [0, 0];
	const worker = async () => {
		while (left-- > 0) {
			await pace.take();
			most = Math.max(most, ++underWay);
			await one();
			underWay--;
			pace.giveBack();
		}
		done = Date.now();
	};
	const all = Promise.all(Array.from({ length: isAutomatic ? items : atOnce }, worker));
	await jest.advanceTimersByTimeAsync(600_000);
	await all;
	return { most, requests, lost, seconds: (done - begun) / 1000 };
}

describe('a limit of', () => {
	it.each<[string, Limit]>([
		['20 a second, with Retry-After', { rate: 20, burst: 20, retryAfterMs: 1000 }],
		['20 a second, without', { rate: 20, burst: 20 }],
		['20 a second, 5 at once', { rate: 20, burst: 20, atOnce: 5 }],
		[
			'5 a second, 5 at once, with Retry-After',
			{ rate: 5, burst: 5, retryAfterMs: 1000, atOnce: 5 },
		],
		['20 a second, of 60', { rate: 20, burst: 20, items: 60 }],
		['100 a second, of 500', { rate: 100, burst: 20, items: 500 }],
	])('%s: hardly longer than it must take, and few are sent in vain', async (_name, limit) => {
		const { items = 200, rate = 0, atOnce = 20 } = limit;
		const { requests, lost, seconds } = await through(limit);
		expect(lost).toBe(0);
		expect(seconds).toBeLessThan((items / rate) * 1.25);
		// The first of all that go out at once find the limit; then one in seven at most.
		expect(requests).toBeLessThan(items * 1.15 + 2 * atOnce);
	});
});

describe('automatic, a limit of', () => {
	it.each<[string, Limit]>([
		['20 a second, with Retry-After', { rate: 20, burst: 20, retryAfterMs: 1000, atOnce: 50 }],
		['20 a second, without', { rate: 20, burst: 20, atOnce: 50 }],
		['20 a second, of 500', { rate: 20, burst: 20, atOnce: 50, items: 500 }],
		['20 a second, 20 at most', { rate: 20, burst: 20, atOnce: 20 }],
		['5 a second, with Retry-After', { rate: 5, burst: 5, retryAfterMs: 1000, atOnce: 50 }],
		['50 a second, of 500', { rate: 50, burst: 50, items: 500, atOnce: 50 }],
	])('%s: within a tenth of what it must take, nothing lost', async (_name, limit) => {
		const { items = 200, rate = 0, atOnce = 0 } = limit;
		const { most, requests, lost, seconds } = await through({ ...limit, isAutomatic: true });
		expect(lost).toBe(0);
		expect(seconds).toBeLessThan((items / rate) * 1.1);
		expect(requests).toBeLessThan(items * 1.15 + 2 * atOnce);
		expect(most).toBeLessThanOrEqual(atOnce);
	});

	it('none at all: as many at once as may be, soon', async () => {
		const { most, seconds } = await through({
			...{ rate: 1e6, burst: 1e6, items: 1000, atOnce: 50, isAutomatic: true },
		});
		expect(most).toBe(50);
		expect(seconds).toBeLessThan((1000 / 50) * (LATENCY_MS / 1000) * 1.5);
	});
});

it.each([1, 5, 20])(
	'refusals that no pace would spare (one in ten) cost a pause each, %i at once',
	async (atOnce) => {
		const { lost, seconds } = await through({ refusesEach: 10, items: 1000, atOnce });
		const pauses = 1000 / 9;
		expect(lost).toBe(0);
		expect(seconds).toBeLessThan(pauses * 0.3 + (1000 / atOnce) * (LATENCY_MS / 1000) * 1.5);
	},
);

it('is soon as fast as before after a limit that was only for a moment', async () => {
	const pace = new Pace();
	for (let minute = 0; minute < 2; minute++) {
		await jest.advanceTimersByTimeAsync(60_000);
		await pace.ready();
		pace.succeeded(Date.now());
		const startedAt = Date.now() - 1;
		pace.slowDown(Date.now());
		pace.slowDown(startedAt);
	}
	const begun = Date.now();
	const done = (async () => {
		for (let sent = 0; sent < 1000; sent++) {
			await pace.ready();
			pace.succeeded(Date.now());
		}
		return (Date.now() - begun) / 1000;
	})();
	await jest.advanceTimersByTimeAsync(3_600_000);
	expect(await done).toBeLessThan(60);
});
