// One fact, one run, however often Jodo tells it; and a ledger that adds up.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, beforeEach, describe, it } from 'node:test';
import type { Credential, Workflow } from '../../dev/demo/api.mts';
import {
	api,
	cleanSlate,
	jodoCredential,
	ledgerInto,
	node,
	receiver,
	runsOf,
	sandbox,
	to,
	type Delivery,
	type Order,
} from './world.mts';
import {
	addressOf,
	bodyOf,
	credentialWith,
	deliver,
	itemsOf,
	sampleOf,
	type Envelope,
} from './trigger.mts';

const DEBITED = 'payment.debited';

const statuses = (deliveries: Delivery[]) => deliveries.map(({ status }) => status);
const factOf = ({ body }: Delivery) => JSON.parse(body) as Envelope;

/** A student pays: under every code that Jodo knows for it. */
async function raise(payload: object): Promise<Delivery[]> {
	return (
		await sandbox.admin<{ deliveries: Delivery[] }>('POST', '/events', { event: DEBITED, payload })
	).deliveries;
}

function studentPayment() {
	const { payload } = sampleOf(DEBITED);
	const id = `pg_${randomUUID()}`;
	return { ...payload, payment: { ...(payload['payment'] as object), id } };
}

describe('one fact, one run', () => {
	let workflow: Workflow;
	beforeEach(async () => {
		await cleanSlate();
		await sandbox.admin('PATCH', '/settings', { studentCodes: 'both' });
		workflow = await receiver([DEBITED]);
		await api.publish(workflow.id);
	});

	it('a payment under both codes, then again under fresh ids, starts one run', async () => {
		const deliveries = await raise(studentPayment());
		assert.deepEqual(statuses(deliveries), [200, 200]);
		assert.deepEqual(
			deliveries.map(({ event }) => event).sort(),
			[DEBITED, `pay.${DEBITED}`].sort(),
		);
		for (const delivery of deliveries) {
			const again = await sandbox.admin<Delivery[]>('POST', `/deliveries/${delivery.id}/resend`, {
				times: 2,
				freshEventId: true,
			});
			assert.deepEqual(statuses(again), [200, 200]);
			const ids = [delivery, ...again].map((one) => factOf(one).event_id);
			assert.equal(new Set(ids).size, 3);
		}
		// Another payment afterwards is the second run: so none of those had started one.
		await raise(studentPayment());
		await runsOf(workflow, 2);
	});

	it('two payments that differ in one value are two runs, at the same moment too', async () => {
		const payment = studentPayment();
		const other = { ...payment, payment: { ...payment.payment, amount: 4321.09 } };
		const deliveries = await Promise.all([raise(payment), raise(other)]);
		assert.deepEqual(statuses(deliveries.flat()), [200, 200, 200, 200]);
		const runs = await runsOf(workflow, 2);
		const rows = (await Promise.all(runs.map((run) => itemsOf(run)))).flat();
		assert.ok(rows.some(({ amount }) => amount === 4321.09));
	});
});

describe('the same event_id', () => {
	let credential: Credential;
	before(async () => {
		credential = await credentialWith({});
	});
	beforeEach(cleanSlate);

	it('on two different payments: two runs', async () => {
		const workflow = await receiver([DEBITED], {}, credential);
		await api.publish(workflow.id);
		const event_id = randomUUID();
		const bodies = [1, 2].map(() => bodyOf(DEBITED, studentPayment(), { event_id }));
		for (const body of bodies) assert.equal(await deliver(addressOf(workflow), body), 200);
		const runs = await runsOf(workflow, 2);
		const rows = (await Promise.all(runs.map((run) => itemsOf(run)))).flat();
		assert.deepEqual(
			rows.map((row) => row['event_id']),
			[event_id, event_id],
		);
		assert.equal(new Set(rows.map(({ payment_key }) => payment_key)).size, 2);
	});

	it('on the same payment under the other code, from two directions at once: one run', async () => {
		const workflow = await receiver([DEBITED], {}, credential);
		await api.publish(workflow.id);
		const payload = studentPayment();
		const bodies = [DEBITED, `pay.${DEBITED}`, DEBITED].map((code) => bodyOf(code, payload));
		const answers = await Promise.all(bodies.map((body) => deliver(addressOf(workflow), body)));
		assert.deepEqual(answers, [200, 200, 200]);
		await deliver(addressOf(workflow), bodyOf(DEBITED, studentPayment()));
		await runsOf(workflow, 2);
	});
});

const LEDGER = 'Ledger by component';

/** Writes what the trigger puts out by row_key, as the ledger examples do. */
async function bookkeeper(): Promise<Workflow> {
	const ledger = await ledgerInto(LEDGER, {
		component_type: 'string',
		amount: 'number',
		settlement_utr: 'string',
		order_id: 'string',
	});
	const { id, name } = await jodoCredential();
	return await api.createWorkflow({
		name: 'Writes the ledger by component',
		nodes: [
			node(
				'Jodo Trigger',
				'n8n-nodes-jodo.jodoTrigger',
				1,
				{
					events: ['order.payment.settled'],
					failureNotificationEmail: 'office@example.com',
					options: { itemPer: 'component' },
				},
				{ webhookId: randomUUID(), credentials: { jodoApi: { id, name } } },
			),
			ledger,
		],
		connections: { 'Jodo Trigger': { main: [to('Ledger')] } },
	});
}

describe('an order settled in two parts, with a row per fee component', () => {
	beforeEach(cleanSlate);

	for (const settledRows of ['all', 'batch'] as const) {
		it(`adds up to what was paid (second event: ${settledRows} rows)`, async () => {
			await sandbox.admin('PATCH', '/settings', { settledRows });
			const workflow = await bookkeeper();
			await api.publish(workflow.id);
			const { order_id } = await sandbox.admin<Order>('POST', '/orders', {
				kind: 'order',
				payer: { name: 'Asha Rao', phone: '9876543210', email: 'asha@example.com' },
				details: [
					{ component_type: 'TUITION_FEE', amount: 1000.1 },
					{ component_type: 'TRANSPORT_FEE', amount: 200.2 },
					{ component_type: 'ADMISSION_FEE', amount: 300.3 },
				],
			});
			await sandbox.admin('POST', `/orders/${order_id}/pay`);
			const settle = async (utr: string, rows: number[]) =>
				await sandbox.admin<{ deliveries: [Delivery] }>('POST', `/orders/${order_id}/settle`, {
					utr,
					rows,
				});
			const booked = async () =>
				(await api.rows(LEDGER))
					.filter((row) => row['order_id'] === order_id)
					.map(({ component_type, amount, settlement_utr }) => [
						component_type,
						amount,
						settlement_utr,
					])
					.sort();

			await settle('UTR1', [0, 2]);
			await runsOf(workflow, 1);
			const first = [
				['ADMISSION_FEE', 300.3, 'UTR1'],
				['TUITION_FEE', 1000.1, 'UTR1'],
			];
			assert.deepEqual(await booked(), first);

			const [second] = (await settle('UTR2', [1])).deliveries;
			await runsOf(workflow, 2);
			const carried = factOf(second).payload['order'] as { details: unknown[] };
			assert.equal(carried.details.length, settledRows === 'all' ? 3 : 1);
			const both = [...first, ['TRANSPORT_FEE', 200.2, 'UTR2']].sort();
			assert.deepEqual(await booked(), both);

			// A restart forgets what was seen. A repeat that gets through writes the same rows again.
			const { event, payload } = factOf(second);
			const repeat = { ...payload, told: 'once more' };
			await sandbox.admin('POST', '/events', { event, payload: repeat });
			await runsOf(workflow, 3);
			assert.deepEqual(await booked(), both);
		});
	}
});
