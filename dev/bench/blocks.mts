// For how long n8n can do nothing else while the action node works through ten thousand items.
import { contenders, isAsInstalled, type Operation } from './contenders.mts';
import { freshJodo, itemsFor, prepare, type Item } from './action.mts';
import type { Lab } from './lab.mts';
import { openInspector } from './profile.mts';

export interface Result {
	what: string;
	items: number;
	/** The longest stretch between two turns for anything else, in CPU and by the clock. */
	cpuMs: number;
	clockMs: number;
	/** The longest without what Node.js spent in it on collecting garbage, in CPU. */
	workMs: number;
	/** The longest that n8n took to read one parameter of one item. */
	parameterMs: number;
}

interface Scene {
	what: string;
	operation: Operation;
	fault?: object;
	settings?: object;
	change?(items: Item[]): void;
}

const SCENES: Scene[] = [
	{ what: 'Get', operation: 'get' },
	{ what: 'Create', operation: 'create' },
	{
		what: 'Create, all checked, the last row bad: nothing is sent',
		operation: 'create',
		settings: { onError: 'stopWorkflow' },
		change: (items) => Object.assign(items.at(-1) as Item, { amount: 'ten' }),
	},
	{
		what: 'Create, the first row refused, Retry On Fail: all others answer from memory',
		operation: 'create',
		settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
		fault: {
			match: '"Parent 0"',
			effect: { status: 400, body: { status: 'error', message: 'No' } },
		},
	},
	{
		what: 'Create, Jodo asks for an hour: all rows fail',
		operation: 'create',
		settings: { onError: 'continueErrorOutput' },
		fault: { effect: { status: 429, body: {}, headers: { 'retry-after': '3600' } } },
	},
	{
		what: 'Create, no row can be used',
		operation: 'create',
		settings: { onError: 'continueErrorOutput' },
		change: (items) => items.forEach((item) => Object.assign(item, { amount: 'ten' })),
	},
];

/** Inside n8n: around our node's `execute`, which n8n looks up for each call. */
const RECORDER = `(() => {
	const cache = Object.values(process.getBuiltinModule('module')._cache);
	const { prototype } = cache.find(({ exports }) => exports?.Jodo?.prototype?.execute).exports.Jodo;
	const { execute } = prototype;
	const cpu = () => { const { user, system } = process.threadCpuUsage(); return (user + system) / 1000 };
	const { performance, PerformanceObserver } = process.getBuiltinModule('perf_hooks');
	let [turns, collections, parameterMs] = [[], [], 0];
	new PerformanceObserver((list) => collections.push(...list.getEntries())).observe({ entryTypes: ['gc'] });
	const garbageIn = ({ from, to }) => collections.reduce((sum, { startTime, duration }) =>
		sum + Math.max(0, Math.min(to, startTime + duration) - Math.max(from, startTime)), 0);
	const longest = (numbers) => numbers.reduce((one, other) => Math.max(one, other), 0);
	globalThis.longestTurn = async () => {
		// The collections are told a little later.
		await new Promise((resolve) => setTimeout(resolve, 100));
		const said = {
			cpuMs: longest(turns.map(({ cpu }) => cpu)),
			clockMs: longest(turns.map(({ from, to }) => to - from)),
			workMs: longest(turns.map((turn) => turn.cpu - garbageIn(turn))),
			parameterMs,
		};
		[turns, collections, parameterMs] = [[], [], 0];
		return JSON.stringify(said);
	};
	prototype.execute = async function () {
		let [before, from] = [cpu(), performance.now()];
		const tick = () => {
			const [now, to] = [cpu(), performance.now()];
			if (to - from > 5) turns.push({ from, to, cpu: now - before });
			[before, from] = [now, to];
		};
		const getNodeParameter = (...given) => {
			const before = cpu();
			try { return this.getNodeParameter(...given) }
			finally { parameterMs = Math.max(parameterMs, cpu() - before) }
		};
		const timer = setInterval(tick, 1);
		try { return await execute.call(Object.create(this, { getNodeParameter: { value: getNodeParameter } })) } finally { tick(); clearInterval(timer) }
	};
})()`;

/** The longest of each scene. */
export async function blocks(lab: Lab): Promise<Result[]> {
	const items = lab.quick ? 300 : 10_000;
	const ours = (await contenders(lab)).filter(isAsInstalled);
	const { ask, close } = await openInspector(lab);
	const evaluate = async (expression: string) => {
		const asked = { expression, awaitPromise: true };
		const { result } = await ask<{ result: { value: string } }>('Runtime.evaluate', asked);
		return result.value;
	};
	try {
		const results: Result[] = [];
		let isRecording = false;
		for (const { what, operation, fault, settings, change } of SCENES) {
			const contender = ours.find((one) => one.operation === operation)!;
			const node = { ...contender.node, ...settings };
			const run = await prepare(lab, { ...contender, node });
			const order = await freshJodo(lab, { operation, items });
			if (!isRecording) {
				// n8n loads a node's code when it first needs it.
				await run(itemsFor(order, 20));
				await evaluate(RECORDER);
				isRecording = true;
			}
			if (fault) await lab.sandbox.admin('POST', '/faults', fault);
			const all = itemsFor(order, items);
			change?.(all);
			await run(all);
			const longest = JSON.parse(await evaluate('longestTurn()')) as Omit<Result, 'what' | 'items'>;
			lab.say(`${what}: ${JSON.stringify(longest)}`);
			results.push({ what, items, ...longest });
		}
		return results;
	} finally {
		close();
	}
}
