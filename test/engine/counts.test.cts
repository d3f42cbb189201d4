/** What a bench can't hold on to in CI, counted instead of timed: the work per item and per event. */
import { Expression } from 'n8n-workflow';

import { itemsOf, Node } from '../nodes/JodoTrigger/fakeNode.cts';
import { sampleOf } from '../nodes/events/samples.cts';
import { outputOf, runJodo } from '../support/engine.cts';
import { answer, startFaultyServer, type FaultyServer } from '../support/faultyServer.cts';

const LINK = {
	id: 'order_1',
	order_id: 'order_1',
	redirect_url: 'https://example.com',
	details: [],
};

let jodo: FaultyServer;
beforeAll(async () => {
	jodo = await startFaultyServer(answer(200, JSON.stringify({ status: 'success', data: LINK })));
});
afterAll(async () => await jodo.stop());

const OPERATIONS = {
	get: { orderId: '={{ $json.id }}' },
	create: {
		name: '={{ $json.name }}',
		phone: '={{ $json.phone }}',
		email: '={{ $json.email }}',
		details: {
			lineItem: [{ componentType: 'Payable Amount', amount: '={{ $json.amount }}' }],
		},
		additionalFields: {},
	},
};

/** What so many items make n8n and Jodo do. */
async function work(operation: keyof typeof OPERATIONS, count: number) {
	const expressions = jest.spyOn(Expression.prototype, 'resolveSimpleParameterValue');
	let credentialReads = 0;
	const before = jodo.requests.length;
	const run = await runJodo({
		parameters: { resource: 'paymentLink', operation, ...OPERATIONS[operation] },
		items: Array.from({ length: count }, (_, i) => ({
			id: 'order_1',
			name: `Parent ${i}`,
			phone: '9876543210',
			email: 'parent@example.com',
			amount: 1000 + i,
		})),
		get credential() {
			credentialReads++;
			return { environment: 'custom', baseUrl: jodo.url, apiKey: 'key', apiSecret: 'secret' };
		},
	});
	const counts = {
		output: outputOf(run).length,
		requests: jodo.requests.length - before,
		expressions: expressions.mock.calls.length,
		credentialReads,
	};
	jest.restoreAllMocks();
	return counts;
}

it.each<[keyof typeof OPERATIONS, number, number]>([
	['get', 1, 0],
	// $runIndex, which tells the runs of a loop apart.
	['create', 4, 1],
])(
	'%s: an item costs one request and %i expression(s), the credential is read for all',
	async (operation, each, once) => {
		for (const count of [100, 1000]) {
			expect(await work(operation, count)).toEqual({
				output: count,
				requests: count,
				expressions: count * each + once,
				credentialReads: 1,
			});
		}
	},
);

it('an event costs three parameters and no credential', async () => {
	const node = new Node();
	const parameters = jest.fn();
	node.parameters = new Proxy(node.parameters, {
		get: (target, name: string) => (parameters(name), target[name]),
	});
	expect(itemsOf(await node.send(sampleOf('payment_link.payment.debited')))).toHaveLength(1);
	expect(parameters.mock.calls.flat().sort()).toEqual(['events', 'options', 'simplify']);
	expect(node.credentialReads).toBe(0);
});
