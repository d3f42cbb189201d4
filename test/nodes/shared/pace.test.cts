/** Many requests at once against a limit, in simulated time. */
import { Pace } from '../../../nodes/shared/pace';

beforeEach(() => {
	jest.useFakeTimers();
	jest.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
	jest.useRealTimers();
	jest.restoreAllMocks();
});

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
		['100 a second, of 1000', { rate: 100, burst: 20, items: 1000 }],
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
		['20 a second, of 1000', { rate: 20, burst: 20, atOnce: 50, items: 1000 }],
		['20 a second, 20 at most', { rate: 20, burst: 20, atOnce: 20 }],
		['5 a second, with Retry-After', { rate: 5, burst: 5, retryAfterMs: 1000, atOnce: 50 }],
		['50 a second, of 1000', { rate: 50, burst: 50, items: 1000, atOnce: 50 }],
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

describe('a pause', () => {
	/** Refused at once whenever it may be sent: how long each of the pauses was. */
	async function pauses(pace: Pace, refusals: number, retryAfterMs?: number) {
		const waits: number[] = [];
		const done = (async () => {
			for (let i = 0; i < refusals; i++) {
				const begun = Date.now();
				if (!pace.slowDown(begun, retryAfterMs)) return;
				await pace.ready();
				waits.push(Date.now() - begun);
			}
		})();
		await jest.advanceTimersByTimeAsync(3_600_000);
		await done;
		return waits;
	}

	it('is a quarter of a second long, then twice as long each time, and up to a quarter more', async () => {
		jest.spyOn(Math, 'random').mockReturnValue(0);
		expect(await pauses(new Pace(), 5)).toEqual([250, 500, 1000, 2000, 4000]);
		jest.spyOn(Math, 'random').mockReturnValue(1);
		expect(await pauses(new Pace(), 2)).toEqual([313, 625]);
	});

	it('grows to its ceiling, and after nine in a row it is hopeless', async () => {
		jest.spyOn(Math, 'random').mockReturnValue(0);
		const pace = new Pace(10_000);
		expect(await pauses(pace, 20)).toEqual([
			...[250, 500, 1000, 2000, 4000, 8000],
			...[10_000, 10_000, 10_000],
		]);
		expect(pace.isHopeless).toBe(true);
	});

	it('is as long as Jodo asks; longer than the ceiling is hopeless at once', async () => {
		expect(await pauses(new Pace(), 2, 7_000)).toEqual([7_000, 7_000]);
		const pace = new Pace();
		expect(await pauses(pace, 2, 120_000)).toEqual([120_000, 120_000]);
		expect(pace.isHopeless).toBe(false);
		expect(pace.slowDown(Date.now(), 120_001)).toBe(false);
		expect(pace.isHopeless).toBe(true);
	});

	it('begins small again after a success', async () => {
		jest.spyOn(Math, 'random').mockReturnValue(0);
		const pace = new Pace();
		await pauses(pace, 3);
		pace.succeeded(Date.now());
		expect(await pauses(pace, 1)).toEqual([250]);
	});

	it('is one for all that were under way when it began', async () => {
		jest.spyOn(Math, 'random').mockReturnValue(0);
		const pace = new Pace();
		const startedAt = Date.now();
		await jest.advanceTimersByTimeAsync(10);
		for (let i = 0; i < 9; i++) expect(pace.slowDown(startedAt)).toBe(true);
		let isOver = false;
		void pace.ready().then(() => (isOver = true));
		await jest.advanceTimersByTimeAsync(249);
		expect(isOver).toBe(false);
		await jest.advanceTimersByTimeAsync(1);
		expect(isOver).toBe(true);
	});

	it('halves how many are under way at once, and each success lets one more go', async () => {
		const pace = new Pace(undefined, { first: 5, most: 8 });
		let underWay = 0;
		const take = () => void pace.take().then(() => underWay++);
		for (let i = 0; i < 20; i++) take();
		await jest.advanceTimersByTimeAsync(0);
		expect(underWay).toBe(5);
		for (let i = 0; i < 5; i++) pace.succeeded(Date.now());
		await jest.advanceTimersByTimeAsync(0);
		// Eight at most, though five succeeded.
		expect(underWay).toBe(8);
		pace.slowDown(Date.now() + 1);
		for (let i = 0; i < 4; i++) pace.giveBack();
		await jest.advanceTimersByTimeAsync(0);
		expect(underWay).toBe(8);
		pace.giveBack();
		await jest.advanceTimersByTimeAsync(0);
		expect(underWay).toBe(9);
	});

	it("leaves the user's own number as it is", async () => {
		const pace = new Pace(undefined, { first: 4, most: 4 });
		let underWay = 0;
		for (let i = 0; i < 9; i++) void pace.take().then(() => underWay++);
		pace.slowDown(Date.now());
		pace.giveBack();
		await jest.advanceTimersByTimeAsync(0);
		expect(underWay).toBe(5);
	});

	it('ends when the execution is stopped', async () => {
		const pace = new Pace();
		pace.slowDown(Date.now(), 60_000);
		const stopper = new AbortController();
		const stopped = expect(pace.ready(stopper.signal)).rejects.toThrow(/stopped|abort/i);
		stopper.abort();
		await stopped;
		await expect(pace.ready(stopper.signal)).rejects.toThrow(/abort/i);
	});
});
