/** n8n can do nothing else while the node works: it must get a turn in time, counted in work instead of measured. */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { createPaymentLink } from '../../../nodes/Jodo/actions/paymentLink/create.operation';
import { getPaymentLink } from '../../../nodes/Jodo/actions/paymentLink/get.operation';
import * as rowErrors from '../../../nodes/Jodo/rowErrors';
import { run } from '../../../nodes/Jodo/runner';
import * as pausing from '../../../nodes/shared/pause';

const COUNT = 300;
const LONGEST_MS = 50;

/** A clock that stands still but for the work that is done: each piece of it takes so long. */
const PIECE_MS = 2;
let now = 0;
const piece = () => void (now += PIECE_MS);

const nextTurn = async () => await new Promise<void>((resolve) => setImmediate(resolve));

beforeEach(() => {
	now = 1_800_000_000_000;
	jest.spyOn(Date, 'now').mockImplementation(() => now);
	// A timer may be due again before anything else has had its turn, if the machine is slow.
	jest.spyOn(pausing, 'pause').mockImplementation(async () => await nextTurn());
	for (const operation of [createPaymentLink, getPaymentLink]) {
		const { output } = operation;
		jest.spyOn(operation, 'output').mockImplementation((...given) => {
			piece();
			return output(...given);
		});
	}
	const { failedItem } = rowErrors;
	jest.spyOn(rowErrors, 'failedItem').mockImplementation((...given) => {
		piece();
		return failedItem(...given);
	});
});
afterEach(() => jest.restoreAllMocks());

const LINK = { id: 'o', order_id: 'order_1', redirect_url: 'https://pay.example/1', details: [] };
const DONE = { statusCode: 200, headers: {}, body: JSON.stringify({ data: LINK }) };
const REFUSED = { statusCode: 400, headers: {}, body: '{"status":"error","message":"No"}' };
const BUSY = { statusCode: 429, headers: { 'retry-after': '3600' }, body: '{}' };

interface Scene {
	operation: 'create' | 'get';
	/** What Jodo answers to the nth request, from 0. */
	answerTo?(request: number): object;
	amountOf?(item: number): unknown;
	store?: object;
}

/** All items through the node: its output, and the longest that n8n had to wait for a turn. */
async function work({ operation, answerTo = () => DONE, amountOf = () => 100, store = {} }: Scene) {
	let requests = 0;
	const fields: Record<string, (item: number) => unknown> = {
		resource: () => 'paymentLink',
		operation: () => operation,
		orderId: (item) => `order_${item}`,
		name: (item) => `Parent ${item}`,
		phone: (item) => String(9_000_000_000 + item),
		email: () => 'a@example.com',
		details: (item) => ({ lineItem: [{ componentType: 'Fee', amount: amountOf(item) }] }),
	};
	const context = {
		getInputData: () => Array.from({ length: COUNT }, () => ({ json: {} })),
		getNodeParameter: (name: string, item: number, fallback: unknown) => {
			const value = fields[name];
			if (!value) return fallback;
			piece();
			return value(item);
		},
		getNode: () => ({
			...{ name: 'Jodo', type: 'n8n-nodes-jodo.jodo', onError: 'continueErrorOutput' },
			// As expressions, or they would be read once for all.
			parameters: { orderId: '=', name: '=', phone: '=', email: '=', details: '=' },
		}),
		continueOnFail: () => true,
		getContext: () => store,
		evaluateExpression: () => 0,
		getExecutionCancelSignal: () => undefined,
		getMode: () => 'trigger',
		getCredentials: async () => ({ environment: 'custom', baseUrl: 'http://127.0.0.1' }),
		helpers: {
			// As if the network took no time: nothing but the node itself gives n8n a turn.
			httpRequestWithAuthentication: async () => answerTo(requests++),
		},
	};
	let [last, longest, turns, isDone] = [now, 0, 0, false];
	const turn = () => {
		longest = Math.max(longest, now - last);
		last = now;
		// Far more than it takes: where the work never ends, nor may this.
		if (!isDone && ++turns < 20_000) setImmediate(turn);
	};
	setImmediate(turn);
	const [output = []] = await run.call(context as unknown as IExecuteFunctions);
	await nextTurn();
	isDone = true;
	turn();
	return { output, longest };
}
const failed = ({ json }: { json: IDataObject }) => json.error !== undefined;

it.each(['create', 'get'] as const)('while it reads and sends (%s)', async (operation) => {
	const { output, longest } = await work({ operation });
	expect(output).toHaveLength(COUNT);
	expect(output.filter(failed)).toEqual([]);
	expect(longest).toBeGreaterThan(0);
	expect(longest).toBeLessThanOrEqual(LONGEST_MS);
});

it('while it finds that no row can be used', async () => {
	const { output, longest } = await work({ operation: 'create', amountOf: () => 'ten' });
	expect(output.filter(failed)).toHaveLength(COUNT);
	expect(longest).toBeLessThanOrEqual(LONGEST_MS);
});

it('while all rows fail because Jodo asks to wait too long', async () => {
	const { output, longest } = await work({ operation: 'create', answerTo: () => BUSY });
	expect(output.filter(failed)).toHaveLength(COUNT);
	expect(longest).toBeLessThanOrEqual(LONGEST_MS);
});

it('while it answers from memory', async () => {
	const store = {};
	const answerTo = (request: number) => (request === 0 ? REFUSED : DONE);
	const first = await work({ operation: 'create', store, answerTo });
	expect(first.output.filter(failed)).toHaveLength(1);
	const again = await work({ operation: 'create', store, answerTo: () => BUSY });
	expect(again.output.filter(failed)).toHaveLength(1);
	expect(again.longest).toBeLessThanOrEqual(LONGEST_MS);
});
