// Receipts with a number of the office's own series, against a Jodo.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import type { Workflow } from '../../dev/demo/api.mts';
import { until } from '../../dev/demo/process.mts';
import {
	examples,
	importAll,
	mails,
	makeTables,
	putRow,
	runPinned,
	type Run,
} from './examples.mts';
import type { Item } from './trigger.mts';
import { api, cleanSlate, demo, sandbox } from './world.mts';

const FILES = ['22-receipt.json', '13-a-workflow-failed.json'];
const RECEIPTS = 'Jodo receipts';
const PAYMENTS = 'Jodo payments';

describe('22: receipts with a number', () => {
	let workflow: Workflow;
	before(async () => {
		await makeTables();
		const made = await importAll(examples.filter(({ file }) => FILES.includes(file)));
		workflow = made.get('Jodo: receipts with a number') as Workflow;
	});

	let series = 0;
	/** So that tests don't meet in the tables: each has its own days, payments and series. */
	const firstDay = () => `20${40 + series}-04-01`;
	beforeEach(async () => {
		await cleanSlate();
		series++;
	});

	/** A row of money in the bank. */
	const received = (key: string, more: Item = {}): Item => ({
		books: 'received',
		type: 'settled',
		amount: 1000,
		payment_amount: 1000,
		paid_on: firstDay(),
		settled_on: firstDay(),
		settlement_utr: `UTR${series}`,
		name: 'Kavita Deshpande',
		student_name: 'Aarav Deshpande',
		component_type: 'TUITION_FEE',
		email: `${key}@example.com`,
		environment: 'live',
		payment_key: `r${series}-${key}`,
		row_key: `settled|r${series}-${key}|${String(more['component_type'] ?? '')}`,
		...more,
	});
	const put = async (...rows: Item[]) => await putRow(PAYMENTS, 'row_key', ...rows);

	const begin = () => ({
		begins_with: `S${series}/`,
		first_number: 41,
		first_day: firstDay(),
	});
	const start = async (more: Item = {}) =>
		await runPinned(workflow, 'When you run it', {
			'The series': [{ json: { ...begin(), ...more } }],
		});
	async function run(): Promise<Run> {
		const ended = await start();
		assert.equal(ended.status, 'success', ended.error);
		return ended;
	}
	const receipts = async () =>
		(await api.rows(RECEIPTS))
			.filter((row) => String(row['payment_key']).startsWith(`r${series}-`))
			.sort((a, b) => String(a['receipt_no']).localeCompare(String(b['receipt_no'])));
	const numbers = async () =>
		(await receipts()).map((row) => [row['receipt_no'], row['payment_key']]);
	/** As if it had been so long ago. */
	const minutesAgo = (minutes: number) =>
		`claimed ${new Date(Date.now() - minutes * 60_000).toISOString()} 1`;

	it('gives what is settled whole the next number, mails it, and nothing a second time', async () => {
		const later = firstDay().replace('-01', '-02');
		await put(
			received('b', { settled_on: later, environment: 'live' }),
			received('a', { component_type: 'TUITION_FEE', amount: 42000, payment_amount: 49500.5 }),
			received('a', { component_type: 'TRANSPORT_FEE', amount: 7500.5, payment_amount: 49500.5 }),
			received('half', { amount: 500 }),
			received('old', { settled_on: '2039-12-31' }),
			received('owed', { books: 'in_transit' }),
		);
		await run();
		assert.deepEqual(await numbers(), [
			[`S${series}/0041`, `r${series}-a`],
			[`S${series}/0042`, `r${series}-b`],
		]);
		const sent = await mails();
		assert.deepEqual(
			sent.map(({ to, subject }) => [to[0], subject]),
			[
				['a@example.com', `Receipt S${series}/0041: ₹49,500.50`],
				['b@example.com', `Receipt S${series}/0042: ₹1,000.00`],
			],
		);
		assert.match(
			sent[0]?.text ?? '',
			/for Aarav Deshpande:\nT\w+_FEE: ₹\S+\nT\w+_FEE: ₹\S+\nTotal: ₹49,500\.50\n/,
		);
		await run();
		assert.equal((await mails()).length, 2);

		await put(received('half', { amount: 500, component_type: 'TRANSPORT_FEE' }));
		await run();
		assert.deepEqual((await numbers())[2], [`S${series}/0043`, `r${series}-half`]);
		assert.equal((await receipts())[2]?.['amount'], 1000);
		assert.equal((await mails()).length, 3);
	});

	it('what Jodo gave no readable amount for waits, and keeps no other from its receipt', async () => {
		const unread = { amount: null, payment_amount: null };
		await put(
			received('bad', unread),
			received('part', { ...unread, component_type: 'BUS' }),
			received('part', { payment_amount: null }),
			received('good'),
		);
		await run();
		await run();
		assert.deepEqual(await numbers(), [[`S${series}/0041`, `r${series}-good`]]);
		await put(received('bad'));
		await run();
		assert.deepEqual((await numbers())[1], [`S${series}/0042`, `r${series}-bad`]);
	});

	it('of what a charge was kept of, the rest gets its receipt once the office has closed it', async () => {
		const paid = { books: 'in_transit', type: 'debited', row_key: `debited|r${series}-kept` };
		await put(received('kept', { amount: 950 }), received('kept', paid));
		await run();
		assert.deepEqual(await numbers(), []);
		await put(received('kept', { ...paid, closed_on: firstDay(), closed_reason: 'A late fee' }));
		await run();
		await run();
		assert.deepEqual(
			(await receipts()).map((row) => [row['receipt_no'], row['amount']]),
			[[`S${series}/0041`, 950]],
		);
	});

	it('a part that comes after the receipt gets one of its own, and no number is left out', async () => {
		// Jodo showed the first part alone, as if it were all.
		await put(received('a', { amount: 400, payment_amount: 400, occurred_at: '2040-04-01' }));
		await run();
		const late = { component_type: 'LATE', amount: 600, occurred_at: '2040-04-05' };
		await put(received('a', late), received('b'));
		await run();
		await put(received('a', { amount: 100, component_type: 'LATER', payment_amount: 1100 }));
		await Promise.all([run(), run()]);
		assert.deepEqual(
			(await receipts()).map((row) => [row['receipt_no'], row['payment_key'], row['amount']]),
			[
				[`S${series}/0041`, `r${series}-a`, 400],
				[`S${series}/0042`, `r${series}-a`, 600],
				[`S${series}/0043`, `r${series}-b`, 1000],
				[`S${series}/0044`, `r${series}-a`, 100],
			],
		);
		assert.equal((await mails()).length, 4);
		assert.match((await mails()).at(-1)?.text ?? '', /\nLATER: ₹100\.00\nTotal: ₹100\.00\n/);
	});

	it('a receipt stays as it was where the payment is corrected or cancelled afterwards', async () => {
		await put(received('a'), received('b'));
		await run();
		const given = await receipts();
		await put(
			received('a', { amount: 900, payment_amount: 900, occurred_at: '2040-04-09' }),
			received('a', { books: 'none', type: 'cancelled', row_key: `cancelled|r${series}-a` }),
			received('b', { books: 'reversed', amount: 1000, row_key: `reversed|r${series}-b` }),
		);
		await run();
		await put(received('c'));
		await run();
		const all = await receipts();
		assert.deepEqual(all.slice(0, 2), given);
		assert.deepEqual(all[2]?.['receipt_no'], `S${series}/0043`);
		assert.equal((await mails()).length, 3);
	});

	it('four runs at once give each payment one number and one e-mail, and leave none out', async () => {
		const keys = Array.from({ length: 12 }, (_, index) => `p${10 + index}`);
		await put(...keys.map((key) => received(key)));
		await Promise.all([run(), run(), run(), run()]);
		await run();
		assert.deepEqual(
			await numbers(),
			keys.map((key, index) => [`S${series}/00${41 + index}`, `r${series}-${key}`]),
		);
		assert.equal((await mails()).length, keys.length);
	});

	it('keeps Test apart from Live: a series of its own, and e-mails that say so', async () => {
		await put(received('t', { environment: 'test' }), received('l'));
		await run();
		assert.deepEqual(await numbers(), [
			[`S${series}/0041`, `r${series}-l`],
			[`TEST/S${series}/0041`, `r${series}-t`],
		]);
		const subjects = (await mails()).map(({ subject }) => subject).sort();
		assert.match(subjects[1] ?? '', /^TEST: Receipt TEST\//);
		assert.match(subjects[0] ?? '', /^Receipt S/);
	});

	it('sends what it can mail to nobody to the office; asks Jodo for what a student payment lacks', async () => {
		await sandbox.admin('POST', '/seed');
		const [student] = await sandbox.admin<
			Array<{ jodo_student_id: string; profile: Record<string, string> }>
		>('GET', '/students');
		const { primary_contact_email: address, fullname } = student?.profile ?? {};
		assert.ok(address && fullname);
		const unnamed = { email: '', name: '', student_name: '' };
		await put(
			received('nobody', { email: 'at the office', phone: '9876543210' }),
			received('student', { ...unnamed, jodo_student_id: student?.jodo_student_id }),
			received('ugly', {
				name: '=HYPERLINK("https://example.org")\nBcc: all@example.org',
				student_name: '<img src=x onerror=alert(1)>',
				email: 'Asha <asha@example.com>, other@example.com',
				amount: 0.3,
				payment_amount: 0.1 + 0.2,
				settlement_utr: null,
				component_type: null,
				paid_on: null,
			}),
		);
		await run();
		const sent = await mails();
		const office = sent.find(({ to }) => to[0] === 'office@example.edu');
		assert.equal(office?.subject, '1 receipt to print');
		assert.match(office?.text ?? '', /No e-mail address\. Phone: 9876543210/);
		assert.match(office?.text ?? '', new RegExp(`Receipt S${series}/0041`));
		const [nobody, ofStudent] = await receipts();
		assert.match(String(nobody?.['mailed_on']), /^office, /);

		const contact = sent.find(({ to }) => to[0] === address);
		assert.match(contact?.text ?? '', new RegExp(` for ${fullname}`));
		assert.equal(ofStudent?.['student_name'], fullname);

		const ugly = sent.find(({ to }) => to[0] === 'asha@example.com');
		assert.deepEqual(ugly?.to, ['asha@example.com']);
		assert.match(ugly?.text ?? '', /Fee: ₹0\.30\nTotal: ₹0\.30/);
		assert.match(ugly?.text ?? '', /a day that Jodo did not give/);
		await run();
		assert.equal((await mails()).length, 3);
	});

	it('says what is missing where nobody has said from which day', async () => {
		await put(received('a'));
		const { status, error } = await start({ first_day: '' });
		assert.equal(status, 'error');
		assert.match(error ?? '', /Enter in "The series"/);
		assert.deepEqual(await receipts(), []);
	});

	it('killed while it gave numbers, it gives the same payments the same ones: no gap, none twice', async () => {
		const keys = Array.from({ length: 30 }, (_, index) => `p${10 + index}`);
		await put(...keys.map((key) => received(key)));
		const ended = start().catch(() => undefined);
		const states = async () => (await api.rows('Jodo series')).map(({ state }) => String(state));
		await until(
			'the numbers to be taken',
			async () => (await states()).some((state) => state.includes(`r${series}-p39`)),
			{ every: 1, saw: states },
		);
		await demo.n8n.kill();
		void ended;
		await demo.startAgain();
		const had = await numbers();
		await run();
		const all = await numbers();
		assert.deepEqual(
			all,
			keys.map((key, index) => [`S${series}/00${41 + index}`, `r${series}-${key}`]),
		);
		for (const [number, key] of had.filter(([given]) => given))
			assert.equal(all.find((one) => one[1] === key)?.[0], number);
	});

	it('killed while it mailed, it mails the rest a quarter of an hour later', async () => {
		await sandbox.admin('POST', '/faults', {
			method: 'GET',
			path: '/api/v1/integrations/erp/students',
			effect: { stall: true },
		});
		await put(received('a', { jodo_student_id: '6231', student_name: '' }), received('b'));
		void start().catch(() => undefined);
		await until(
			'the claim',
			async () => (await receipts()).some((row) => String(row['mailed_on']).startsWith('claimed ')),
			{ saw: receipts },
		);
		await demo.n8n.kill();
		await sandbox.admin('DELETE', '/faults');
		await demo.startAgain();
		await run();
		assert.deepEqual(await mails(), []);
		const rows = await receipts();
		await putRow(
			RECEIPTS,
			'payment_key',
			...rows.map(({ payment_key }) => ({ payment_key, mailed_on: minutesAgo(16) })),
		);
		await run();
		assert.deepEqual((await mails()).map(({ subject }) => subject).sort(), [
			`Receipt S${series}/0041: ₹1,000.00`,
			`Receipt S${series}/0042: ₹1,000.00`,
		]);
	});
});
