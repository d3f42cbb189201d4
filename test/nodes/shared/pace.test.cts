/** How long a pause is, and how many are under way at once, to the millisecond and the piece. */
import { Pace } from '../../../nodes/shared/pace';
import { simulateTime } from '../../support/time.cts';

simulateTime(0.5);

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

	it('is none where all in a row would last more than ten minutes; a success begins a new row', async () => {
		const pace = new Pace();
		expect(await pauses(pace, 5, 120_000)).toEqual(Array(5).fill(120_000));
		expect(pace.isHopeless).toBe(false);
		pace.succeeded(Date.now());
		expect(await pauses(pace, 9, 119_999)).toEqual(Array(5).fill(119_999));
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

describe('after a limit was met again, requests follow one another as they got through before', () => {
	const ms = (wait: number) => jest.advanceTimersByTimeAsync(wait);

	/** When each of so many may be sent, from now on. */
	async function times(pace: Pace, count: number) {
		const begun = Date.now();
		const sent: number[] = [];
		const done = (async () => {
			for (let i = 0; i < count; i++) {
				await pace.ready();
				sent.push(Date.now() - begun);
			}
		})();
		await ms(3_600_000);
		await done;
		return sent;
	}

	/** A pause, then so many successes within a second, then the next pause, begun by a new request. */
	async function twoPauses(successes: number, old: Array<'refused' | 'done'>, seconds = 1) {
		jest.spyOn(Math, 'random').mockReturnValue(0);
		const pace = new Pace();
		const first = Date.now();
		await ms(10);
		pace.slowDown(Date.now());
		const pausedAt = Date.now();
		for (const one of old) {
			if (one === 'refused') pace.slowDown(first);
			else pace.succeeded(first);
		}
		for (let i = 0; i < successes; i++) pace.succeeded(pausedAt);
		await ms(seconds * 1000);
		pace.slowDown(Date.now());
		return pace;
	}

	it('four in a second: each a quarter of a second after the one before', async () => {
		const pace = await twoPauses(4, ['refused']);
		expect(await times(pace, 4)).toEqual([250, 500, 750, 1000]);
	});

	it('each that gets through brings the next one closer, by a fiftieth', async () => {
		const pace = await twoPauses(4, ['refused']);
		await times(pace, 1);
		pace.succeeded(Date.now());
		pace.succeeded(Date.now());
		// 250 × 0.98 × 0.98 = 240.1, and a timer counts whole milliseconds.
		expect(await times(pace, 3)).toEqual([0, 241, 482]);
	});

	it('but never more than a second later', async () => {
		const pace = await twoPauses(1, ['refused'], 5);
		expect(await times(pace, 3)).toEqual([250, 1250, 2250]);
	});

	it.each<[string, number, Array<'refused' | 'done'>]>([
		['none of those under way was refused as well', 4, []],
		['as many of them got through', 4, ['refused', 'done']],
		['more of them got through', 4, ['refused', 'done', 'done']],
		['nothing got through in between', 0, ['refused']],
	])('not where %s', async (_name, successes, old) => {
		const pace = await twoPauses(successes, old);
		const [first = 0, ...others] = await times(pace, 3);
		expect(others).toEqual([first, first]);
	});

	it('what was counted before a pause does not count after it', async () => {
		const pace = await twoPauses(4, ['refused']);
		await ms(1000);
		pace.succeeded(Date.now());
		await ms(1000);
		// None of those under way was refused since: the gap stays as it was, but for the success.
		pace.slowDown(Date.now());
		expect(await times(pace, 2)).toEqual([250, 495]);
	});

	it('a refusal of an old request makes nobody wait less', async () => {
		const pace = new Pace();
		const first = Date.now();
		await ms(10);
		pace.slowDown(Date.now(), 60_000);
		pace.slowDown(first, 1_000);
		expect(await times(pace, 1)).toEqual([60_000]);
	});
});

describe('how many are under way at once', () => {
	/** How many of a hundred get a place, with nobody giving one back. */
	async function placesOf(pace: Pace, begun = 0) {
		let places = begun;
		for (let i = 0; i < 100; i++) void pace.take().then(() => places++);
		await jest.advanceTimersByTimeAsync(0);
		return places;
	}

	it('without a word of it as many as come', async () => {
		expect(await placesOf(new Pace())).toBe(100);
	});

	it('as many as at first, and one more for each success, up to the most', async () => {
		const pace = new Pace(undefined, { first: 2, most: 4 });
		pace.succeeded(Date.now());
		expect(await placesOf(pace)).toBe(3);
		const full = new Pace(undefined, { first: 2, most: 4 });
		for (let i = 0; i < 9; i++) full.succeeded(Date.now());
		expect(await placesOf(full)).toBe(4);
	});

	it('a success of a request from before the pause is no reason for more', async () => {
		const pace = new Pace(undefined, { first: 4, most: 8 });
		const before = Date.now();
		for (let i = 0; i < 4; i++) await pace.take();
		await jest.advanceTimersByTimeAsync(1);
		pace.slowDown(Date.now());
		pace.succeeded(before);
		for (let i = 0; i < 4; i++) pace.giveBack();
		// Half of the four.
		expect(await placesOf(pace)).toBe(2);
	});

	it.each([
		[1, 1],
		[2, 1],
		[3, 1],
		[5, 2],
		[8, 4],
	])('of %d under way a pause leaves %d', async (taken, left) => {
		const pace = new Pace(undefined, { first: 8, most: 9 });
		for (let i = 0; i < taken; i++) await pace.take();
		pace.slowDown(Date.now());
		for (let i = 0; i < taken; i++) pace.giveBack();
		expect(await placesOf(pace)).toBe(left);
	});

	it('a place that is given back goes to one who waits, in the order in which they came', async () => {
		const pace = new Pace(undefined, { first: 1, most: 1 });
		await pace.take();
		const order: string[] = [];
		for (const name of ['a', 'b']) void pace.take().then(() => order.push(name));
		pace.giveBack();
		await jest.advanceTimersByTimeAsync(0);
		expect(order).toEqual(['a']);
		pace.giveBack();
		await jest.advanceTimersByTimeAsync(0);
		expect(order).toEqual(['a', 'b']);
		pace.giveBack();
		expect(await placesOf(pace)).toBe(1);
	});
});
