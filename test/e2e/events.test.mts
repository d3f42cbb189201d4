// Every event of Jodo: registered, delivered, and put out as the one row.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import {
	api,
	cleanSlate,
	codes,
	receiver,
	registrations,
	runsOf,
	sandbox,
	type Delivery,
} from './world.mts';
import { EVENTS, itemsOf, outputsOf, sampleOf, type Envelope, type Item } from './trigger.mts';

const STUDENT_LINKED = ['payment.debited', 'payment.settled'];
const FAILED = ['expired', 'bounced', 'cancelled', 'rejected', 'dropped'];

async function raise(event: string, payload?: unknown): Promise<Envelope> {
	const { deliveries } = await sandbox.admin<{ deliveries: Delivery[] }>('POST', '/events', {
		event,
		payload,
	});
	assert.ok(deliveries.length > 0, `${event} went nowhere`);
	for (const { status } of deliveries) assert.equal(status, 200, event);
	return JSON.parse(deliveries[0]?.body as string) as Envelope;
}

/** Every leaf of it, with its path; an empty list or object is one. */
function leavesOf(value: unknown, path = ''): Array<[path: string, leaf: unknown]> {
	if (typeof value !== 'object' || value === null || !Object.keys(value).length) {
		return [[path, value]];
	}
	return Object.entries(value).flatMap(([key, member]) => leavesOf(member, `${path}.${key}`));
}

const textOf = (leaf: unknown) => (typeof leaf === 'object' ? JSON.stringify(leaf) : String(leaf));

/** The leaves of a payload that the row says nowhere: in no column, line, note or extra. */
function unsaid(payload: unknown, row: Item): string[] {
	const texts = leavesOf({ ...row, raw: 'not looked at' }).map(([, leaf]) => textOf(leaf));
	// A number may come as its text, "1000.00"; a note's key is a key in the row too.
	const said = new Set([...texts, ...Object.keys(row['notes'] as object)]);
	return leavesOf(payload)
		.filter(([, leaf]) => !said.has(textOf(leaf)) && !said.has(String(Number(textOf(leaf)))))
		.map(([path, leaf]) => `${path} = ${textOf(leaf)}`);
}

describe('all events', () => {
	beforeEach(cleanSlate);

	it('are registered, start one run each, and come out as the one row', async () => {
		await sandbox.admin('PATCH', '/settings', { studentCodes: 'both' });
		const workflow = await receiver(EVENTS);
		await api.publish(workflow.id);
		const both = [...EVENTS, ...STUDENT_LINKED.map((event) => `pay.${event}`)];
		assert.deepEqual(codes(await registrations()).sort(), both.sort());

		const sent = new Map<string, Envelope>();
		for (const event of EVENTS) sent.set(event, await raise(event));
		const runs = await runsOf(workflow, EVENTS.length);

		const rows = new Map<string, Item>();
		for (const run of runs) {
			const items = await itemsOf(run);
			assert.equal(items.length, 1);
			rows.set(String(items[0]?.['event']), items[0] as Item);
		}
		assert.deepEqual([...rows.keys()].sort(), EVENTS);
		const columns = Object.keys(rows.get('payment.debited') as Item);
		for (const [event, row] of rows) {
			const { payload } = sent.get(event) as Envelope;
			assert.deepEqual(Object.keys(row), columns, event);
			assert.deepEqual(unsaid(payload, row), [], event);
			assert.equal(row['raw'], null, event);
		}
	});

	it('come out of the right one of four outputs, also with the payloads of the documentation', async () => {
		const workflow = await receiver(EVENTS, { options: { splitOutput: true } });
		await api.publish(workflow.id);
		for (const event of EVENTS) await raise(event, sampleOf(event).payload);
		const runs = await runsOf(workflow, EVENTS.length);
		const seen: string[][] = [[], [], [], []];
		for (const run of runs) {
			const outputs = await outputsOf(run);
			assert.equal(outputs.flat().length, 1);
			const output = outputs.findIndex((items) => items.length);
			const row = outputs.flat()[0] as Item;
			const { event, books, type } = row as Record<string, string>;
			const expected = ['in_transit', 'received'].indexOf(String(books));
			const other = FAILED.includes(String(type)) ? 2 : 3;
			assert.equal(output, expected < 0 ? other : expected, event);
			assert.deepEqual(unsaid(sampleOf(String(event)).payload, row), [], event);
			seen[output]?.push(String(event));
		}
		assert.deepEqual(seen.flat().sort(), EVENTS);
		// One of each kind, by name: so that this does not hang on the columns alone.
		assert.ok(seen[0]?.includes('flex.downpayment.debited'));
		assert.ok(seen[1]?.includes('cred.loan.disbursed'));
		assert.ok(seen[2]?.includes('flex.instalment.bounced'));
		assert.ok(seen[3]?.includes('cred.emi.debited'));
	});

	for (const studentCodes of ['pay', 'plain'] as const) {
		it(`a student's payment arrives where Jodo knows one of its two codes (${studentCodes})`, async () => {
			await sandbox.admin('PATCH', '/settings', { studentCodes });
			const workflow = await receiver(STUDENT_LINKED);
			await api.publish(workflow.id);
			const prefix = studentCodes === 'pay' ? 'pay.' : '';
			assert.deepEqual(
				codes(await registrations()),
				STUDENT_LINKED.map((event) => prefix + event),
			);
			for (const event of STUDENT_LINKED) await raise(event);
			const runs = await runsOf(workflow, 2);
			const rows = (await Promise.all(runs.map((run) => itemsOf(run)))).flat();
			assert.deepEqual(rows.map(({ event }) => event).sort(), STUDENT_LINKED);
		});
	}
});

describe('the options of the row', () => {
	beforeEach(cleanSlate);

	it('a row per fee component, with the headers but not the signature', async () => {
		const workflow = await receiver(['order.payment.settled'], {
			options: { itemPer: 'component', includeHeaders: true },
		});
		await api.publish(workflow.id);
		const { payload } = sampleOf('order.payment.settled');
		const order = payload['order'] as { details: Item[] };
		const [line = {}] = order.details;
		order.details = [
			{ ...line, component_type: 'TUITION_FEE', amount: 1000.25 },
			{ ...line, component_type: 'TRANSPORT_FEE', amount: '500.50' },
		];
		await raise('order.payment.settled', payload);
		const [run] = await runsOf(workflow, 1);
		const rows = await itemsOf(run as NonNullable<typeof run>);
		assert.deepEqual(
			rows.map(({ component_type, amount }) => [component_type, amount]),
			[
				['TUITION_FEE', 1000.25],
				['TRANSPORT_FEE', 500.5],
			],
		);
		for (const { headers, settlement_utr, row_key } of rows) {
			assert.equal(settlement_utr, line['settlement_utr']);
			assert.match(String(row_key), /^settled\|/);
			const names = Object.keys(headers as object);
			assert.ok(names.includes('content-type'));
			assert.ok(!names.includes('x-jodo-signature'));
		}
		assert.equal(new Set(rows.map(({ row_key }) => row_key)).size, 2);
	});

	it('without Simplify: the envelope exactly as Jodo sent it', async () => {
		const workflow = await receiver(['payment.settled'], { simplify: false });
		await api.publish(workflow.id);
		const sent = await raise('payment.settled');
		const [run] = await runsOf(workflow, 1);
		assert.deepEqual(await itemsOf(run as NonNullable<typeof run>), [sent]);
	});
});
