// Reminders, the counter and the day book, against a Jodo.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import type { Workflow } from '../../dev/demo/api.mts';
import {
	emptyTables,
	examples,
	importAll,
	mails,
	makeTables,
	putRow,
	runPinned,
	type Run,
} from './examples.mts';
import type { Item } from './trigger.mts';
import { api, cleanSlate, sandbox, type Order } from './world.mts';

const FAILED = '13-a-workflow-failed.json';
const jsons = (items: Item[]) => items.map((json) => ({ json }));

let workflows: Map<string, Workflow>;
const fileOf = (file: string) => examples.find((example) => example.file === file);
async function runs(file: string, trigger: string, pinned: Record<string, Item[]>): Promise<Run> {
	const workflow = workflows.get(fileOf(file)?.name as string) as Workflow;
	const pins = Object.fromEntries(
		Object.entries(pinned).map(([name, items]) => [name, jsons(items)]),
	);
	const run = await runPinned(workflow, trigger, pins);
	assert.equal(run.status, 'success', run.error);
	return run;
}

before(async () => {
	await makeTables();
	workflows = await importAll(
		examples.filter(({ file }) =>
			[FAILED, '16-dues.json', '17-cash-at-the-counter.json', '18-day-book.json'].includes(file),
		),
	);
});

/** A payment link at Jodo, and in the table. */
async function link(reference: string, more: Item = {}): Promise<string> {
	const { order_id, checkout_url } = await sandbox.admin<Order>('POST', '/orders', {
		kind: 'link',
		payer: { name: 'Asha Rao', phone: '9876543210', email: 'asha@example.com' },
		details: [{ component_type: 'TUITION_FEE', amount: 5000 }],
	});
	await putRow('Jodo links', 'order_id', {
		reference,
		order_id,
		redirect_url: checkout_url,
		status: 'sent',
		name: 'Asha Rao',
		student_name: 'Meera Rao',
		phone: '9876543210',
		email: `${reference.toLowerCase()}@example.com`,
		amount: 5000,
		...more,
	});
	return order_id;
}
const linkOf = async (order_id: string) =>
	(await api.rows('Jodo links')).find((row) => row['order_id'] === order_id);

describe('16: reminders of what is due', () => {
	before(emptyTables);
	beforeEach(cleanSlate);
	const run = async () =>
		await runs('16-dues.json', 'When you run it', { Today: [{ today: '2031-06-12' }] });

	it('reminds who has not paid, on the right days, each reminder once', async () => {
		await link('DUE-3', { pay_by: '2031-06-15' });
		await link('DUE-4', { pay_by: '2031-06-16' });
		await link('LATE', { pay_by: '2031-06-11', phone: '+44 7911 123456', environment: 'test' });
		await link('NO-MAIL', { pay_by: '2031-06-19', email: '' });
		const paid = await link('PAID', { pay_by: '2031-06-15' });
		await sandbox.admin('POST', `/orders/${paid}/pay`);
		await Promise.all([run(), run()]);
		await run();
		const sent = await mails();
		const parents = sent.filter(({ to }) => to[0] !== 'office@example.edu');
		assert.deepEqual(parents.map(({ to, subject }) => [to[0], subject]).sort(), [
			['due-3@example.com', 'Fee of Meera Rao: due on 15 Jun 2031'],
			['late@example.com', 'TEST: Fee of Meera Rao: overdue'],
		]);
		assert.match(parents[0]?.text ?? '', /^Dear Asha Rao,\s+The fee of ₹5,000\.00 for Meera Rao/);
		const office = sent.filter(({ to }) => to[0] === 'office@example.edu');
		const told = office.map(({ text }) => text).join('\n');
		assert.equal(told.match(/wa\.me\/91/g)?.length, 2);
		assert.equal(told.match(/wa\.me\/447911123456/g)?.length, 1);
		assert.deepEqual(told.match(/^TEST.*/gm), [
			'TEST · 11 Jun 2031 · ₹5,000.00 · Asha Rao · Meera Rao · LATE',
		]);
	});
});

describe('16 and a new link', () => {
	before(emptyTables);
	beforeEach(cleanSlate);

	it('says nothing on the day on which the parent got the link', async () => {
		const today = new Date(Date.now() + 5.5 * 3600_000).toISOString().slice(0, 10);
		const pay_by = new Date(Date.parse(today) + 7 * 86400_000).toISOString().slice(0, 10);
		await link('NEW', { pay_by, created_on: today });
		await link('OLD', { pay_by, created_on: '2026-06-01' });
		await runs('16-dues.json', 'When you run it', { Today: [{ today }] });
		const told = (await mails()).map(({ to }) => to[0]);
		assert.deepEqual(told.sort(), ['office@example.edu', 'old@example.com']);
	});

	it('reminds of a Live link, not of one of Test that has the same id', async () => {
		const order_id = await link('SAME-LIVE', { pay_by: '2031-06-15', environment: 'live' });
		const row = await linkOf(order_id);
		await api.insertRows('Jodo links', [
			{ ...row, id: undefined, createdAt: undefined, updatedAt: undefined, pay_by: '2031-07-15' },
		]);
		const run = async () =>
			await runs('16-dues.json', 'When you run it', { Today: [{ today: '2031-06-12' }] });
		await run();
		const marked = (await api.rows('Jodo links')).filter((one) => one['order_id'] === order_id);
		assert.deepEqual(
			marked.map((one) => [one['pay_by'], Boolean(one['reminded_on'])]),
			[
				['2031-06-15', true],
				['2031-07-15', false],
			],
		);
	});
});

describe('17: cash at the counter', () => {
	beforeEach(async () => {
		await cleanSlate();
		await sandbox.admin('POST', '/seed');
	});
	let number = 0;
	interface Student {
		jodo_student_id: string;
		profile: { identifier: string };
	}
	async function student(): Promise<Student> {
		const [one] = await sandbox.admin<Student[]>('GET', '/students');
		return one as Student;
	}
	const form = async (more: Item = {}): Promise<Item> => ({
		'Receipt No': `R-${++number}`,
		'Admission No': (await student()).profile.identifier,
		'Student ID at Jodo': (await student()).jodo_student_id,
		Amount: '₹ 5,000',
		'Fee Head': 'TUITION_FEE',
		Mode: 'cash',
		'Reference of the Open Link': '',
		...more,
	});
	const run = async (filled: Item) =>
		await runs('17-cash-at-the-counter.json', 'Receipt form', { 'Receipt form': [filled] });
	const counted = async (receipt: unknown) =>
		(await api.rows('Jodo counter')).find((row) => row['receipt'] === receipt);
	const added = async (receipt: unknown) => {
		const all = await sandbox.admin<Array<{ method: string; path: string; body?: unknown }>>(
			'GET',
			'/requests',
		);
		return all.filter(
			({ method, path, body }) =>
				method === 'POST' &&
				path.endsWith('/payments') &&
				JSON.stringify(body ?? '').includes(String(receipt)),
		);
	};

	it('cancels the open link, then records the payment, once, however often it is sent', async () => {
		const order_id = await link('CASH-1');
		const filled = await form({ 'Reference of the Open Link': 'CASH-1' });
		await Promise.all([run(filled), run(filled)]);
		assert.equal((await counted(filled['Receipt No']))?.['status'], 'recorded');
		assert.equal((await linkOf(order_id))?.['status'], 'cancelled');
		assert.equal((await added(filled['Receipt No'])).length, 1);
		assert.deepEqual((await mails()).map(({ subject }) => subject).sort(), [
			`Receipt ${String(filled['Receipt No'])} came a second time`,
			`Recorded: receipt ${String(filled['Receipt No'])}`,
		]);
		const [told] = (await mails()).filter(({ subject }) => subject.startsWith('Recorded'));
		assert.match(
			told?.text ?? '',
			/by cash: recorded at Jodo\.\s+The open link is cancelled\.\s*$/,
		);
		await run(filled);
		assert.match((await mails()).at(-1)?.text ?? '', /already: recorded\. Nothing was done\.\s*$/);
	});

	it('records nothing where the link was paid just now, and may be sent again', async () => {
		const order_id = await link('CASH-2');
		await sandbox.admin('POST', `/orders/${order_id}/pay`);
		const filled = await form({ 'Reference of the Open Link': 'CASH-2' });
		await run(filled);
		assert.equal((await added(filled['Receipt No'])).length, 0);
		const row = await counted(filled['Receipt No']);
		assert.equal(row?.['status'] ?? '', '');
		assert.match(String(row?.['reason']), /^The open link could not be cancelled/);
		await run({ ...filled, 'Reference of the Open Link': '' });
		assert.equal((await counted(filled['Receipt No']))?.['status'], 'recorded');
	});

	it('records nothing where it is not certain that the link can no more be paid', async () => {
		await link('CASH-OPEN');
		await link('CASH-PAID', { status: 'paid' });
		const claimed = await link('CASH-CLAIMED', { status: 'claimed' });
		await link('CASH-UNKNOWN', { status: 'unknown' });
		await link('CASH-TWICE');
		await link('CASH-TWICE');
		for (const [reference, why] of [
			['CASH-OPNE', /No link in "Jodo links" has the Reference CASH-OPNE/],
			['cash-open', /No link in "Jodo links" has the Reference cash-open/],
			['CASH-PAID', /CASH-PAID is paid/],
			['CASH-CLAIMED', /CASH-CLAIMED is being made/],
			['CASH-UNKNOWN', /CASH-UNKNOWN has an unclear outcome/],
			['CASH-TWICE', /Several open links have the Reference CASH-TWICE/],
		] as const) {
			const filled = await form({ 'Reference of the Open Link': reference });
			await run(filled);
			assert.equal((await added(filled['Receipt No'])).length, 0, reference);
			assert.match(String((await counted(filled['Receipt No']))?.['reason']), why);
			const told = (await mails()).at(-1);
			assert.match(told?.subject ?? '', /^Not recorded: receipt/);
			assert.match(told?.text ?? '', why);
		}
		await putRow('Jodo links', 'order_id', { order_id: claimed, status: 'cancelled' });
	});

	it('records nothing for another student than the one whose Admission No was typed', async () => {
		for (const [id, why] of [
			[(await student()).jodo_student_id, /is that of Admission No .+, not 2026-9999/],
			['999999', /could not be looked up/],
		] as const) {
			const filled = await form({ 'Admission No': '2026-9999', 'Student ID at Jodo': id });
			await run(filled);
			assert.equal((await added(filled['Receipt No'])).length, 0);
			assert.match(String((await counted(filled['Receipt No']))?.['reason']), why);
			assert.match((await mails()).at(-1)?.text ?? '', why);
		}
	});

	it('records what is paid in place of a link that is expired, cancelled or replaced', async () => {
		for (const status of ['expired', 'cancelled', 'replaced']) {
			await link(`CASH-${status}`, { status });
			const filled = await form({ 'Reference of the Open Link': `CASH-${status}` });
			await run(filled);
			assert.equal((await counted(filled['Receipt No']))?.['status'], 'recorded');
		}
		// And of one that expired and was replaced, the newer one is cancelled.
		await link('CASH-NEWER', { status: 'replaced' });
		const newer = await link('CASH-NEWER');
		await run(await form({ 'Reference of the Open Link': 'CASH-NEWER' }));
		assert.equal((await linkOf(newer))?.['status'], 'cancelled');
	});

	it('cancels no link whose Reference was not typed, and names those that can still be paid', async () => {
		const filled = await form();
		const identifier = `0${String(filled['Admission No'])}`;
		const left = await link('CASH-LEFT', { identifier });
		await link('CASH-GONE', { identifier, status: 'expired' });
		await link('CASH-STRANGER', { identifier: '2026-9999' });
		await link('CASH-TYPED', { identifier });
		await run(filled);
		assert.equal((await counted(filled['Receipt No']))?.['status'], 'recorded');
		assert.equal((await linkOf(left))?.['status'], 'sent');
		const said = async () =>
			/which can still be paid: (.*?)\. Cancel/.exec((await mails()).at(-1)?.text ?? '')?.[1];
		assert.equal(await said(), 'CASH-LEFT, CASH-TYPED');
		await run(await form({ 'Reference of the Open Link': 'CASH-TYPED' }));
		assert.equal(await said(), 'CASH-LEFT');
	});

	it('says why Jodo took nothing, and leaves an unclear outcome alone', async () => {
		const wrong = await form({ Amount: 'twelve' });
		await run(wrong);
		const [mail] = await mails();
		assert.equal(mail?.subject, `Not recorded: receipt ${String(wrong['Receipt No'])}`);
		assert.match(mail?.text ?? '', /not an amount in rupees[^]*"twelve"/);
		assert.match(
			mail?.text ?? '',
			/\s+Nothing was recorded\. Correct it and send the form again\.\s*$/,
		);
		const filled = await form({ Amount: 'Rs. 5,000/-' });
		await sandbox.admin('POST', '/faults', {
			method: 'POST',
			path: '/api/v1/integrations/erp/students',
			effect: { cut: 'after' },
		});
		await run(filled);
		await sandbox.admin('DELETE', '/faults');
		assert.equal((await counted(filled['Receipt No']))?.['status'], 'unknown');
		const unclear = (await mails()).find(({ subject }) => subject.startsWith('Unclear'));
		assert.match(
			unclear?.text ?? '',
			/Outcome unknown[^]*delete the row in the table "Jodo counter"/,
		);
		await run(filled);
		assert.equal((await added(filled['Receipt No'])).length, 1);
		// Nobody may take that for recorded.
		assert.match(
			(await mails()).at(-1)?.text ?? '',
			/already: unknown\. Nothing was done\.\s+Whether it is recorded is not known/,
		);
	});
});

describe('18: the day book', () => {
	beforeEach(cleanSlate);
	const FILE = '18-day-book.json';
	const pinned = (name: string) => (fileOf(FILE)?.pinData?.[name] ?? []).map(({ json }) => json);
	const run = async (more: Record<string, Item[]>) =>
		(await runs(FILE, 'When you run it', { 'Which day': pinned('Which day'), ...more })).out[
			'Add up'
		]?.map(({ list, of_class, fee_head, mode, count, amount }) => [
			list,
			of_class,
			fee_head,
			mode,
			count,
			amount,
		]);

	it('adds up by class, fee head and mode; Live only', async () => {
		const lines = await run({
			Payments: pinned('Payments'),
			'Unpaid links': [
				...pinned('Unpaid links'),
				{ ...pinned('Unpaid links')[0], environment: 'test' },
			],
		});
		assert.deepEqual(lines, [
			['Received', 'Class I', 'TUITION_FEE', 'pg', 1, 30000],
			['Received, total', '', '', '', 1, 30000],
			['In transit', 'Class VIII', 'TRANSPORT_FEE', 'upi', 1, 15000.2],
			['In transit', 'Class VIII', 'TUITION_FEE', 'upi', 1, 84000.1],
			['In transit, total', '', '', '', 2, 99000.3],
			['Recorded', 'Class I', 'Not given', 'cash', 1, 2000],
			['Recorded, total', '', '', '', 1, 2000],
			['Unpaid links', 'Class VIII', 'Not due yet', '', 1, 100000],
			['Unpaid links', 'Not given', '1 to 7 days over', '', 1, 60000.5],
			['Unpaid links, total', '', '', '', 2, 160000.5],
		]);
		const [mail] = await mails();
		assert.equal(mail?.subject, 'Day book of 11 Jun 2026');
		assert.match(
			mail?.text ?? '',
			/Received: ₹30,000\.00\nIn transit: ₹99,000\.30\nRecorded: ₹2,000\.00/,
		);
	});

	it('names apart what was told only after the book of its day was sent, in one book only', async () => {
		const [row] = pinned('Payments').filter(({ books }) => books === 'received') as [Item];
		const came = (createdAt: string, settled_on: string, amount: number) => ({
			...row,
			...{ createdAt, settled_on, amount, row_key: createdAt },
		});
		const Payments = [
			came('2031-01-02T02:00:00.000Z', '2030-12-31', 1),
			// At 3 in the night, by the catch-up, and after the book of 31 December.
			came('2031-01-01T21:30:00.000Z', '2030-12-31', 10),
			came('2031-01-01T02:00:00.000Z', '2030-12-31', 100),
			came('2031-01-01T01:00:00.000Z', '2030-12-31', 1000),
			came('2031-01-01T21:30:00.000Z', '2031-01-01', 10000),
		];
		const of = async (day: string) =>
			(await run({ Payments, 'Unpaid links': [{}], 'Which day': [{ day }] }))
				?.filter(([list, , , , count]) => String(list).endsWith('total') && count)
				.map(([list, , , , , amount]) => [list, amount]);
		assert.deepEqual(await of('2030-12-31'), [['Received, total', 1111]]);
		assert.deepEqual(await of('2031-01-01'), [
			['Received, total', 10000],
			['Received earlier, told late, total', 110],
		]);
		assert.deepEqual(await of('2031-01-02'), [['Received earlier, told late, total', 1]]);
		assert.match((await mails()).at(-1)?.text ?? '', /Received earlier, told late: ₹1\.00/);
	});

	it('reads the tables themselves, empty or not', async () => {
		const day = [{ day: '2031-01-01' }];
		assert.equal((await run({ 'Which day': day, 'Unpaid links': [{}] }))?.length, 4);
		await putRow('Jodo payments', 'row_key', {
			...pinned('Payments')[2],
			id: undefined,
			createdAt: undefined,
			updatedAt: undefined,
			row_key: 'day book',
			settled_on: '2031-01-01',
		});
		// A concession that came with it is part of the sum, and a fee head of zero is no line.
		for (const [row_key, amount] of [
			['day book, less', -500.5],
			['day book, nothing', 0],
		] as const)
			await putRow('Jodo payments', 'row_key', {
				...pinned('Payments')[2],
				id: undefined,
				createdAt: undefined,
				updatedAt: undefined,
				...{ row_key, amount, settled_on: '2031-01-01' },
			});
		const lines = await run({ 'Which day': day, 'Unpaid links': [{}] });
		assert.deepEqual(lines?.[1], ['Received, total', '', '', '', 2, 29499.5]);
	});
});
