// For how long n8n can do nothing else while the action node works through ten thousand items.
import { contenders, isAsInstalled, type Operation } from './contenders.mts';
import { freshJodo, itemsFor, prepare, type Item } from './action.mts';
import type { Lab } from './lab.mts';
import { openInspector } from './profile.mts';

export interface Result {
	what: string;
	items: number;
	/** The longest stretch of the node's own work without a turn for anything else, in CPU and by the clock. */
	cpuMs: number;
	clockMs: number;
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
	globalThis.longestTurn = { cpuMs: 0, clockMs: 0 };
	prototype.execute = async function () {
		let [cpuBefore, clockBefore] = [cpu(), performance.now()];
		const tick = () => {
			const [cpuNow, clockNow] = [cpu(), performance.now()];
			const longest = globalThis.longestTurn;
			longest.cpuMs = Math.max(longest.cpuMs, cpuNow - cpuBefore);
			longest.clockMs = Math.max(longest.clockMs, clockNow - clockBefore);
			[cpuBefore, clockBefore] = [cpuNow, clockNow];
		};
		const timer = setInterval(tick, 1);
		try { return await execute.call(this) } finally { tick(); clearInterval(timer) }
	};
})()`;
const READ = `(() => {
	const said = JSON.stringify(globalThis.longestTurn);
	Object.assign(globalThis.longestTurn, { cpuMs: 0, clockMs: 0 });
	return said;
})()`;

/** The longest of each scene. */
export async function blocks(lab: Lab): Promise<Result[]> {
	const items = lab.quick ? 300 : 10_000;
	const ours = (await contenders(lab)).filter(isAsInstalled);
	const { ask, close } = await openInspector(lab);
	const evaluate = async (expression: string) => {
		const { result } = await ask<{ result: { value: string } }>('Runtime.evaluate', { expression });
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
			const longest = JSON.parse(await evaluate(READ)) as Pick<Result, 'cpuMs' | 'clockMs'>;
			lab.say(`${what}: ${JSON.stringify(longest)}`);
			results.push({ what, items, ...longest });
		}
		return results;
	} finally {
		close();
	}
}
