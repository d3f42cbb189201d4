/** A wait that ends at once when the execution is stopped, also where n8n's own sleep takes no notice. */
import { pause } from '../../../nodes/shared/pause';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** How it ended after so long; 'waiting' if it has not. */
async function after(ms: number, waiting: Promise<void>): Promise<string> {
	let state = 'waiting';
	waiting.then(
		() => (state = 'over'),
		(error: Error) => (state = error.message),
	);
	await jest.advanceTimersByTimeAsync(ms);
	return state;
}

it.each([
	['without a way to be stopped', undefined],
	['with one', new AbortController().signal],
])('%s it takes as long as it should', async (_name, signal) => {
	expect(await after(999, pause(1000, signal))).toBe('waiting');
	expect(await after(1000, pause(1000, signal))).toBe('over');
});

it('is over as soon as the execution is stopped', async () => {
	const stopper = new AbortController();
	const waiting = pause(60_000, stopper.signal);
	expect(await after(10, waiting)).toBe('waiting');
	stopper.abort();
	expect(await after(0, waiting)).toMatch(/stopped|abort/i);
});

it('does not begin after a stop', async () => {
	const stopper = new AbortController();
	stopper.abort();
	expect(await after(0, pause(60_000, stopper.signal))).toMatch(/abort/i);
	expect(jest.getTimerCount()).toBe(0);
});

it('leaves nothing behind that waits for a stop', async () => {
	const { signal } = new AbortController();
	const added = jest.spyOn(signal, 'addEventListener');
	const removed = jest.spyOn(signal, 'removeEventListener');
	expect(await after(5, pause(5, signal))).toBe('over');
	const listeners = (spy: typeof added | typeof removed) =>
		spy.mock.calls.map(([type, listener]) => [type, listener]);
	expect(listeners(added).length).toBeGreaterThan(0);
	for (const one of listeners(added)) expect(listeners(removed)).toContainEqual(one);
	jest.restoreAllMocks();
});

describe("where n8n's own sleep takes no notice of a stop, as before 2.34", () => {
	/** A signal that only the first listener hears of, and that tells nobody whether it has been given. */
	function signalOf() {
		const listeners: Array<() => void> = [];
		let isStopped = false;
		const signal = {
			throwIfAborted: () => {
				if (isStopped) throw new Error('The run was aborted');
			},
			addEventListener: (_type: string, listener: () => void) => void listeners.push(listener),
			removeEventListener: () => {},
		} as unknown as AbortSignal;
		const stop = () => {
			isStopped = true;
			listeners[0]?.();
		};
		return { signal, stop };
	}

	it('a wait ends all the same', async () => {
		const { signal, stop } = signalOf();
		const waiting = pause(60_000, signal);
		expect(await after(10, waiting)).toBe('waiting');
		stop();
		expect(await after(0, waiting)).toBe('The execution was stopped');
	});

	it('and none begins after a stop', async () => {
		const { signal, stop } = signalOf();
		stop();
		expect(await after(0, pause(60_000, signal))).toBe('The run was aborted');
	});
});
