// A ledger in n8n's own table that adds up: a payment settled in three parts, one delivery lost, and the look-up
// that fills it in.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Workflow, WorkflowNode } from '../../dev/demo/api.mts';
import { blackBox } from './blackBox.mts';
import {
	api,
	cleanSlate,
	demo,
	ledgerInto,
	node,
	receiver,
	runsOf,
	sandbox,
	type Delivery,
	type Order,
} from './world.mts';

const COLUMNS = {
	books: 'string',
	type: 'string',
	amount: 'number',
	component_type: 'string',
	settlement_utr: 'string',
	settled_on: 'string',
	payment_key: 'string',
	occurred_at: 'string',
} as const;

const EVENTS = ['payment_link.payment.debited', 'payment_link.payment.settled'];

interface Line {
	amount: number;
	settled_at?: string | null;
}

/** What the sandbox knows of it, in paise. */
async function atJodo(id: string) {
	const { orders } = await sandbox.admin<{
		orders: Array<{ order_id: string; details: Line[] }>;
	}>('GET', '/state');
	const { details } = orders.find(({ order_id }) => order_id === id) as { details: Line[] };
	const sum = (lines: Line[]) =>
		lines.reduce((total, { amount }) => total + Math.round(amount * 100), 0);
	return { in_transit: sum(details), received: sum(details.filter((line) => line.settled_at)) };
}

describe('a payment settled in three parts', () => {
	for (const itemPer of ['transfer', 'component']) {
		it(`one delivery lost, then looked up: the sums are Jodo's (a row per ${itemPer})`, async () => {
			await cleanSlate();
			await sandbox.admin('PATCH', '/settings', { settledRows: 'batch' });
			const table = `Adds up per ${itemPer}`;
			const write = await ledgerInto(table, COLUMNS);
			const ledger = await receiver(EVENTS, { options: { itemPer } }, undefined, [write]);
			await api.publish(ledger.id);

			const { order_id } = await sandbox.admin<Order>('POST', '/orders', {
				kind: 'link',
				payer: { name: 'Asha Rao', phone: '9876543210', email: 'asha@example.com' },
				details: [
					{ component_type: 'TUITION_FEE', amount: 1000.1 },
					{ component_type: 'TRANSPORT_FEE', amount: 200.2 },
					{ component_type: 'ADMISSION_FEE', amount: 300.3 },
				],
			});
			const settle = async (utr: string, rows: number[]) =>
				await sandbox.admin<{ deliveries: Delivery[] }>('POST', `/orders/${order_id}/settle`, {
					utr,
					rows,
				});
			const booked = async () => {
				const rows = (await api.rows(table)).filter((row) => row['payment_key'] === order_id);
				const sum = (books: string) =>
					rows
						.filter((row) => row['books'] === books)
						.reduce((total, row) => total + Math.round(Number(row['amount']) * 100), 0);
				return { in_transit: sum('in_transit'), received: sum('received'), rows };
			};
			const sums = async () => {
				const { in_transit, received } = await booked();
				return { in_transit, received };
			};

			await sandbox.admin('POST', `/orders/${order_id}/pay`);
			await settle('UTR1', [0]);
			await runsOf(ledger, 2);
			assert.deepEqual(await sums(), await atJodo(order_id));

			// Nobody is registered when the second part is settled.
			await api.unpublish(ledger.id);
			assert.deepEqual((await settle('UTR2', [1])).deliveries, []);
			await api.publish(ledger.id);
			await settle('UTR3', [2]);
			await runsOf(ledger, 3);
			assert.notDeepEqual(await sums(), await atJodo(order_id));

			const box = await blackBox(
				`Looks up per ${itemPer}`,
				{
					resource: 'paymentLink',
					operation: 'get',
					orderId: '={{ $json.orderId }}',
					options: { asRows: true, itemPer },
				},
				{ onError: 'stopWorkflow' },
			);
			const looked = await box.run([{ orderId: order_id }]);
			// As a scheduled look-up hands them on: to the same node that writes the events' rows.
			const before = (await booked()).rows.map((row) => row['row_key']);
			const filling = await blackBoxInto(
				write,
				looked.map(({ json }) => json),
			);
			await runsOf(filling, 1);
			assert.deepEqual(await sums(), await atJodo(order_id));

			const { rows } = await booked();
			const added = rows.filter((row) => !before.includes(row['row_key']));
			assert.deepEqual(
				added.map(({ books, amount, settlement_utr }) => [books, amount, settlement_utr]),
				[['received', 200.2, 'UTR2']],
			);
			assert.equal(rows.length, itemPer === 'transfer' ? 4 : 6);
		});
	}
});

/** Writes these items into the table as the ledger does. */
async function blackBoxInto(write: WorkflowNode, items: object[]): Promise<Workflow> {
	const path = `fill-${Date.now()}`;
	const workflow = await api.createWorkflow({
		name: 'Fills the ledger',
		nodes: [
			node(
				'Start',
				'n8n-nodes-base.webhook',
				2.1,
				{ httpMethod: 'POST', path, responseMode: 'lastNode' },
				{ webhookId: path },
			),
			node('Rows', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'body.items' }),
			write,
		],
		connections: {
			Start: { main: [[{ node: 'Rows', type: 'main', index: 0 }]] },
			Rows: { main: [[{ node: 'Ledger', type: 'main', index: 0 }]] },
		},
	});
	await api.publish(workflow.id);
	const answer = await fetch(`${demo.n8n.url}/webhook/${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ items }),
	});
	assert.equal(answer.status, 200, await answer.text());
	return workflow;
}
