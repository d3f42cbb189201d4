// What the events missed is looked up in the night, against a Jodo.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import type { Workflow } from '../../dev/demo/api.mts';
import { browse, emptyTables, examples, importAll, putRow, runPinned } from './examples.mts';
import { api, cleanSlate, sandbox, type Order } from './world.mts';

const FILES = ['05-link-expired.json', '13-a-workflow-failed.json', '14-ledger.json'];
const FILE = '15-catch-up.json';
const NAMES = new Map(examples.map(({ file, name }) => [file, name]));

async function paidLink(): Promise<string> {
	const { order_id } = await sandbox.admin<Order>('POST', '/orders', {
		kind: 'link',
		payer: { name: 'Asha Rao', phone: '9876543210', email: 'asha@example.com' },
		details: [{ component_type: 'TUITION_FEE', amount: 1000 }],
	});
	await sandbox.admin('POST', `/orders/${order_id}/pay`);
	return order_id;
}

describe('15: catch up', () => {
	let workflow: Workflow;
	before(async () => {
		await emptyTables();
		const wanted = examples.filter(({ file }) => [...FILES, FILE].includes(file));
		const workflows = await importAll(wanted);
		workflow = workflows.get(NAMES.get(FILE) as string) as Workflow;
		await cleanSlate();
		for (const file of FILES) {
			const called = workflows.get(NAMES.get(file) as string) as Workflow;
			await api.publish(called.id);
		}
	});
	beforeEach(async () => await sandbox.admin('DELETE', '/inbox'));

	const run = async () => {
		const ended = await runPinned(workflow, 'When you run it', {});
		assert.equal(ended.status, 'success', ended.error);
		return ended;
	};
	const ledger = async (order_id: string) =>
		(await api.rows('Jodo payments'))
			.filter((row) => row['order_id'] === order_id)
			.map(({ books, amount }) => [books, amount]);

	it('books what happened while nobody listened, marks the link, and says so once', async () => {
		const { order_id } = await sandbox.admin<Order>('POST', '/orders', {
			kind: 'link',
			payer: { name: 'Asha Rao', phone: '9876543210', email: 'asha@example.com' },
			details: [
				{ component_type: 'TUITION_FEE', amount: 1000 },
				{ component_type: 'TRANSPORT_FEE', amount: 0.5 },
			],
		});
		await putRow('Jodo links', 'order_id', {
			order_id,
			reference: 'CATCH-UP',
			status: 'sent',
			environment: 'test',
		});
		await run();
		assert.deepEqual(await ledger(order_id), []);

		await sandbox.admin('POST', `/orders/${order_id}/pay`);
		await sandbox.admin('POST', `/orders/${order_id}/settle`, { utr: 'UTRMISSED', rows: [0] });
		await run();
		const booked = [
			['in_transit', 0.5],
			['in_transit', 1000],
			['received', 1000],
		];
		assert.deepEqual((await ledger(order_id)).sort(), booked);
		const link = (await api.rows('Jodo links')).find((row) => row['order_id'] === order_id);
		assert.equal(link?.['status'], 'paid');
		const mails = await sandbox.admin<Array<{ subject: string; text: string }>>('GET', '/inbox');
		assert.equal(mails.length, 1);
		assert.equal(mails[0]?.subject, 'TEST: Jodo: 3 missed, 0 to look at');
		assert.match(mails[0]?.text ?? '', /TEST · .*₹1,000\.00 · .*UTR UTRMISSED/);

		await run();
		assert.deepEqual((await ledger(order_id)).sort(), booked);
		await sandbox.admin('POST', `/orders/${order_id}/settle`, { utr: 'UTRREST' });
		await run();
		assert.equal((await ledger(order_id)).length, 4);
		await run();
		const all = await sandbox.admin<unknown[]>('GET', '/inbox');
		assert.equal(all.length, 2);
	});

	it('finds an application whose payment nobody reported, and marks it', async () => {
		const { order_id } = await sandbox.admin<Order>('POST', '/orders', {
			kind: 'order',
			payer: { name: 'Suresh Menon', phone: '9876543215', email: 'suresh@example.com' },
			details: [{ component_type: 'Payable Amount', amount: 500 }],
		});
		const created_on = new Date().toISOString().slice(0, 10);
		await putRow('Jodo applications', 'order_id', {
			order_id,
			status: 'sent',
			created_on,
			environment: 'test',
		});
		await sandbox.admin('POST', `/orders/${order_id}/pay`);
		await run();
		assert.deepEqual(await ledger(order_id), [['in_transit', 500]]);
		const row = (await api.rows('Jodo applications')).find((one) => one['order_id'] === order_id);
		assert.equal(row?.['status'], 'paid');
	});

	const linkOf = async (order_id: string) =>
		(await api.rows('Jodo links')).find((row) => row['order_id'] === order_id);

	it('takes on a link that expired or was cancelled unheard', async () => {
		const made = async () =>
			await sandbox.admin<Order>('POST', '/orders', {
				kind: 'link',
				payer: { name: 'Asha Rao', phone: '9876543210', email: 'asha@example.com' },
				details: [{ component_type: 'TUITION_FEE', amount: 1000 }],
			});
		const [{ order_id: expired }, { order_id: cancelled }] = [await made(), await made()];
		await sandbox.admin('POST', `/orders/${expired}/expire`);
		const cancel = await browse(
			`${sandbox.url}/api/v1/integrations/pay/payment_links/${cancelled}`,
			{
				method: 'DELETE',
				headers: { authorization: `Basic ${btoa('sandbox_key:sandbox_secret')}` },
			},
		);
		assert.equal(cancel.status, 200, await cancel.text());
		const before = (await sandbox.admin<{ orders: unknown[] }>('GET', '/state')).orders.length;
		await putRow(
			'Jodo links',
			'order_id',
			...[expired, cancelled].map((order_id) => ({
				order_id,
				reference: `UNHEARD ${order_id}`,
				environment: 'test',
				status: 'sent',
				reminders: 0,
				name: 'Asha Rao',
				phone: '9876543210',
				email: 'asha@example.com',
				amount: 1000,
				details: '[{"component_type":"TUITION_FEE","amount":1000}]',
			})),
		);
		await run();
		assert.equal((await linkOf(cancelled))?.['status'], 'cancelled');
		const old = await linkOf(expired);
		assert.equal(old?.['status'], 'replaced');
		assert.equal((await linkOf(String(old?.['replaced_by'])))?.['status'], 'sent');
		await run();
		const orders = (await sandbox.admin<{ orders: unknown[] }>('GET', '/state')).orders;
		assert.equal(orders.length, before + 1);
	});

	it('names what stands otherwise in the table by a later event, and does not call it missed', async () => {
		const order_id = await paidLink();
		await putRow('Jodo links', 'order_id', {
			order_id,
			reference: 'DIFFERS',
			status: 'sent',
			environment: 'test',
		});
		await run();
		const row_key = `debited|${order_id}||TUITION_FEE`;
		const more = { amount: 900, occurred_at: '2099-01-01T00:00:00Z' };
		await putRow('Jodo payments', 'row_key', { row_key, ...more });
		await sandbox.admin('DELETE', '/inbox');
		await run();
		assert.deepEqual(await ledger(order_id), [['in_transit', 900]]);
		const [mail] = await sandbox.admin<Array<{ subject: string; text: string }>>('GET', '/inbox');
		assert.equal(mail?.subject, 'Jodo: 0 missed, 1 to look at');
		assert.match(
			mail?.text ?? '',
			/Jodo now says ₹1,000\.00, and the table has ₹900\.00 of a later event: debited\|order_/,
		);
		await putRow('Jodo payments', 'row_key', { row_key, closed_on: '2099-01-01' });
	});

	it('a payment at Test does not hide that one at Live with the same id is open', async () => {
		const order_id = await paidLink();
		const row = { order_id, source: 'payment_link', amount: 1000, component_type: 'TUITION_FEE' };
		await putRow(
			'Jodo payments',
			'row_key',
			{
				...row,
				row_key: `debited|${order_id}||TUITION_FEE`,
				payment_key: order_id,
				books: 'in_transit',
			},
			// Of which the first news was missed.
			{
				...row,
				...{ row_key: `test|settled|${order_id}`, payment_key: `test|${order_id}` },
				...{ books: 'received', environment: 'test', amount: 5000 },
			},
		);
		await sandbox.admin('POST', `/orders/${order_id}/settle`, { utr: 'UTRTWOWORLDS' });
		await run();
		const booked = (await api.rows('Jodo payments')).filter(
			(one) => one['settlement_utr'] === 'UTRTWOWORLDS',
		);
		assert.deepEqual(
			booked.map(({ amount, books }) => [amount, books]),
			[[1000, 'received']],
		);
	});

	it('what Jodo says otherwise at the same second is the later news', async () => {
		const order_id = await paidLink();
		await putRow('Jodo links', 'order_id', {
			order_id,
			reference: 'EQUAL',
			status: 'sent',
			environment: 'test',
		});
		await run();
		const row_key = `debited|${order_id}||TUITION_FEE`;
		await putRow('Jodo payments', 'row_key', { row_key, amount: 900 });
		await run();
		assert.deepEqual(await ledger(order_id), [['in_transit', 1000]]);
	});

	it('names what Jodo could not be asked about', async () => {
		await putRow('Jodo links', 'order_id', { order_id: 'order_0', reference: 'X', status: 'sent' });
		await run();
		const [mail] = await sandbox.admin<Array<{ subject: string; text: string }>>('GET', '/inbox');
		assert.equal(mail?.subject, 'Jodo: 0 missed, 1 to look at');
		assert.match(mail?.text ?? '', /does not know this record/);
		await putRow('Jodo links', 'order_id', { order_id: 'order_0', status: 'cancelled' });
	});
});
