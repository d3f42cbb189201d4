// Our own share of the work: the built code, in this process, with an n8n and a Jodo that cost nothing.
import { createHmac, randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pack } from '../demo/package.mts';
import { ROOT } from '../demo/paths.mts';

export interface Result {
	/** Microseconds of each event inside webhook(). */
	events: number[];
	/** Microseconds per item inside execute(), one figure a round. */
	items: Record<'get' | 'create', number[]>;
}

type Execute = { execute(): Promise<unknown[][]> };
type Webhook = { webhook(): Promise<{ workflowData?: unknown[] }> };
const built = createRequire(import.meta.url);

const SECRET = 'known to both';
const FIXTURES = join(ROOT, 'test/fixtures/events');

/** All 36 events as Jodo sends them. */
const samples = readdirSync(FIXTURES).map((file) => {
	const { event } = JSON.parse(readFileSync(join(FIXTURES, file), 'utf8')) as { event: object };
	return { value: file.replace(/\.json$/, ''), event };
});

class Answer extends EventEmitter {
	statusCode = 200;
	closed = false;
}

/** One delivery, a new fact, signed; how long `webhook()` took over it. */
async function deliver({ webhook }: Webhook, place: number): Promise<number> {
	const { event } = samples[place % samples.length] as (typeof samples)[number];
	const rawBody = Buffer.from(
		JSON.stringify({ ...event, event_id: randomUUID(), timestamp: place }),
	);
	const headers = {
		'x-jodo-signature': createHmac('sha256', SECRET).update(rawBody).digest('hex'),
	};
	const parameters: Record<string, unknown> = {
		events: samples.map(({ value }) => value),
		simplify: true,
		options: {},
	};
	const answer = new Answer();
	const context = {
		getRequestObject: () => ({ rawBody }),
		getResponseObject: () => answer,
		getHeaderData: () => headers,
		getNodeParameter: (name: string) => parameters[name],
		getWorkflowStaticData: () => ({ secret: SECRET, environment: 'custom' }),
		// A workflow of its own each time: the same sample is a new fact in it.
		getWorkflow: () => ({ id: String(place) }),
		getNode: () => ({ id: 'n1', name: 'Jodo Trigger' }),
		getMode: () => 'webhook',
		logger: { warn: () => {} },
	};
	const begun = performance.now();
	const { workflowData } = await webhook.call(context);
	const took = performance.now() - begun;
	answer.emit('finish');
	if (!workflowData) throw new Error('An event was not accepted');
	return took * 1000;
}

const item = {
	id: 'order_1',
	name: 'Asha Rao',
	phone: '9876543210',
	email: 'a@example.com',
	amount: 10,
};
const OPERATIONS = {
	get: { orderId: (one: typeof item) => one.id, simplify: () => true },
	create: {
		specifyBody: () => 'fields',
		name: (one: typeof item) => one.name,
		phone: (one: typeof item) => one.phone,
		email: (one: typeof item) => one.email,
		details: ({ amount }: typeof item) => ({
			lineItem: [{ componentType: 'Payable Amount', amount }],
		}),
		additionalFields: () => ({}),
	},
};
const ORDER = {
	id: 'order_1',
	order_id: 'order_1',
	redirect_url: 'https://example.com',
	name: 'A',
	details: [],
};

async function work({ execute }: Execute, operation: 'get' | 'create', count: number) {
	const fixed: Record<string, unknown> = { resource: 'paymentLink', operation, options: {} };
	const fields = OPERATIONS[operation] as Record<string, (one: typeof item) => unknown>;
	const answer = {
		statusCode: 200,
		headers: {},
		body: JSON.stringify({ status: 'success', data: ORDER }),
	};
	const nodeContext = {};
	const context = {
		getInputData: () => Array.from({ length: count }, () => ({ json: item })),
		getNodeParameter: (name: string, _item: number, fallback: unknown) =>
			fixed[name] ?? fields[name]?.(item) ?? fallback,
		// As expressions, or they would be read once for all.
		getNode: () => ({
			type: 'n8n-nodes-jodo.jodo',
			parameters: { orderId: '=', name: '=', phone: '=', email: '=', details: '=' },
		}),
		continueOnFail: () => false,
		getContext: () => nodeContext,
		evaluateExpression: () => 0,
		getExecutionCancelSignal: () => undefined,
		getCredentials: async () => ({ environment: 'custom', baseUrl: 'http://127.0.0.1' }),
		helpers: { httpRequestWithAuthentication: async () => answer },
	};
	const begun = performance.now();
	const [output] = await execute.call(context);
	const took = performance.now() - begun;
	if (output?.length !== count) throw new Error(`${operation}: not all items came out`);
	return (took * 1000) / count;
}

export async function inside({ rounds }: { rounds: number }): Promise<Result> {
	await pack();
	const { Jodo, JodoTrigger } = built(join(ROOT, 'index.js')) as {
		Jodo: { prototype: Execute };
		JodoTrigger: { prototype: Webhook };
	};
	const events: number[] = [];
	for (let place = 0; place < 4000; place++) {
		const took = await deliver(JodoTrigger.prototype, place);
		if (place >= 1000) events.push(took);
	}
	const items: Result['items'] = { get: [], create: [] };
	for (const operation of ['get', 'create'] as const) {
		for (let round = -1; round < rounds; round++) {
			const took = await work(Jodo.prototype, operation, 2000);
			if (round >= 0) items[operation].push(took);
		}
	}
	return { events, items };
}
