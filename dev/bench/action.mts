// The action node against what people would use instead: many items, and a Jodo that limits requests.
import { randomUUID } from 'node:crypto';
import {
	contenders,
	HTTP,
	isAsInstalled,
	NOTHING,
	OURS,
	type Contender,
	type Operation,
} from './contenders.mts';
import { node } from '../demo/api.mts';
import { until } from '../demo/process.mts';
import { costOf, inRounds, workflowOf, type Lab } from './lab.mts';

export type Item = Record<string, unknown>;

export interface Outcome {
	seconds: number;
	cpuSeconds: number;
	peakMb: number;
	requests: number;
	/** The most requests at once, counted at the local Jodo. */
	underWay: number;
	/** Items without a good answer from Jodo. */
	errors: number;
}

export interface Scene {
	operation: Operation;
	items: number;
	latencyMs?: number;
	rounds?: number;
	/** Our node as installed and the HTTP Request node alone: the others would only take longer. */
	light?: boolean;
	limit?: { rate: number; burst: number; retryAfter?: number };
}

export interface Result extends Scene {
	name: string;
	atOnce?: number;
	outcomes: Outcome[];
}

const SCENES: Scene[] = [
	{ operation: 'get', items: 100 },
	{ operation: 'get', items: 1000 },
	{ operation: 'get', items: 10_000, rounds: 1, light: true },
	{ operation: 'create', items: 1000 },
	{ operation: 'create', items: 10_000, rounds: 1, light: true },
	{ operation: 'get', items: 1000, latencyMs: 50, light: true },
	{ operation: 'get', items: 1000, latencyMs: 300, light: true },
	{ operation: 'create', items: 1000, latencyMs: 50, light: true },
];
const QUICK_SCENES: Scene[] = [
	{ operation: 'get', items: 100, rounds: 1 },
	{ operation: 'get', items: 300, rounds: 1, light: true },
	{ operation: 'create', items: 100, rounds: 1 },
	{ operation: 'create', items: 100, latencyMs: 50, rounds: 1, light: true },
];

/** How many requests of our node may be under way at once. */
export const MOST: Record<Operation, number> = { get: 50, create: 20 };

export const RATE = 20;
const limits = (items: number): Scene[] =>
	[undefined, 1].map((retryAfter) => ({
		operation: 'get',
		items,
		limit: { rate: RATE, burst: RATE, retryAfter },
	}));

interface Ended {
	ms: number;
	/** The whole workflow failed, and all items with it. */
	isLost?: boolean;
}

interface Logged {
	status: number;
	underWay: number;
}
const isGood = ({ status }: Logged) => status >= 200 && status < 300;

/** Publishes a workflow around the contender, and returns what runs it over items. */
export async function prepare(lab: Lab, { name, operation, node: contender }: Contender) {
	const path = randomUUID();
	const start = { httpMethod: 'POST', path, responseMode: 'lastNode' };
	const begin = '={{ { at: Date.now(), items: $json.body.items } }}';
	// Not looking at the items: ten thousand are too much for one of n8n's expressions.
	const end = "={{ { ms: Date.now() - $('Begin').first().json.at } }}";
	const workflow = await workflowOf(
		lab,
		`${operation} by ${name}`,
		[
			node('Start', 'n8n-nodes-base.webhook', 2.1, start, { webhookId: path }),
			node('Begin', 'n8n-nodes-base.set', 3.4, { mode: 'raw', jsonOutput: begin }),
			node('Items', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'items' }),
			contender,
			node('One', 'n8n-nodes-base.limit', 1, { maxItems: 1 }),
			node('End', 'n8n-nodes-base.set', 3.4, { mode: 'raw', jsonOutput: end }),
		],
		{ saveDataSuccessExecution: 'none' },
	);
	await lab.api.publish(workflow.id);
	return async (items: Item[]): Promise<Outcome> => {
		// A node that gave n8n no turn has made it take its own silence for a lost database.
		await until(
			'n8n to be ready',
			async () => (await fetch(`${lab.n8n.url}/healthz/readiness`)).ok,
			{ seconds: 120 },
		);
		const { result, cpuSeconds, peakMb } = await costOf(lab, async (): Promise<Ended> => {
			const begun = Date.now();
			const answer = await fetch(`${lab.n8n.url}/webhook/${path}`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ items }),
			});
			const said = await answer.text();
			if (answer.ok) return JSON.parse(said) as { ms: number };
			lab.say(`${name} failed as a whole: ${said}`);
			return { ms: Date.now() - begun, isLost: true };
		});
		const requests = await lab.sandbox.admin<Logged[]>('GET', '/requests');
		const good = result.isLost ? 0 : requests.filter(isGood).length;
		const errors = name === NOTHING ? 0 : items.length - good;
		const underWay = Math.max(0, ...requests.map((request) => request.underWay));
		return {
			...{ seconds: result.ms / 1000, cpuSeconds, peakMb },
			...{ requests: requests.length, underWay, errors },
		};
	};
}

/** A Jodo with nothing in it but one link, and the trouble of this scene. */
export async function freshJodo({ sandbox }: Lab, { latencyMs, limit }: Scene): Promise<string> {
	await sandbox.admin('POST', '/reset');
	const { order_id } = await sandbox.admin<{ order_id: string }>('POST', '/orders', {
		kind: 'link',
		payer: { name: 'Asha Rao', phone: '9876543210', email: 'asha@example.com' },
		details: [{ component_type: 'Payable Amount', amount: 1000 }],
	});
	await sandbox.admin('POST', '/faults', { effect: { latencyMs, rateLimit: limit } });
	return order_id;
}

export const itemsFor = (id: string, count: number): Item[] =>
	Array.from({ length: count }, (_, i) => ({
		id,
		name: `Parent ${i}`,
		phone: String(9_000_000_000 + i),
		email: `parent${i}@example.com`,
		amount: 1000 + i,
	}));

async function play(lab: Lab, all: Contender[], scenes: Scene[]): Promise<Result[]> {
	const prepared = new Map<Contender, Awaited<ReturnType<typeof prepare>>>();
	for (const one of all) prepared.set(one, await prepare(lab, one));
	const measure = async (contender: Contender, scene: Scene) => {
		const order = await freshJodo(lab, scene);
		return await prepared.get(contender)!(itemsFor(order, scene.items));
	};
	for (const one of all) await measure(one, { operation: one.operation, items: 20 });

	const results: Result[] = [];
	for (const scene of scenes) {
		const { operation, items, latencyMs = 0, light } = scene;
		lab.say(`${operation}, ${items} items, ${latencyMs} ms`);
		const those = all.filter((one) => one.operation === operation && (!light || isWanted(one)));
		const rounds = Math.min(scene.rounds ?? lab.rounds, lab.rounds);
		const outcomes = await inRounds(rounds, those, async (one) => await measure(one, scene));
		for (const [{ name, atOnce }, each] of outcomes) {
			results.push({ ...scene, name, atOnce, outcomes: each });
		}
	}
	return results;
}

export async function action(lab: Lab): Promise<Result[]> {
	return await play(lab, await contenders(lab), lab.quick ? QUICK_SCENES : SCENES);
}

/** Two hundred items through a limit of twenty a second. */
export async function limit(lab: Lab): Promise<Result[]> {
	const all = (await contenders(lab, RATE)).filter(
		({ operation, name, atOnce }) =>
			operation === 'get' && (name === OURS ? atOnce !== 1 : name.startsWith(HTTP)),
	);
	return await play(lab, all, limits(lab.quick ? 60 : 200));
}

const isWanted = ({ name, atOnce }: Contender) =>
	name === NOTHING || name === HTTP || isAsInstalled({ name, atOnce });

export const isOurs = ({ name }: { name: string }) => name === OURS;
export const isNothing = ({ name }: { name: string }) => name === NOTHING;
