// What goes to the ERP, and comes to the parent before a payment: against a Jodo, a Google and an ERPNext that stand in.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import type { Workflow } from '../../dev/demo/api.mts';
import { until } from '../../dev/demo/process.mts';
import { erp } from './erp.mts';
import {
	browse,
	examples,
	importAll,
	mails,
	makeTables,
	putRow,
	runPinned,
	type Mail,
	type Run,
} from './examples.mts';
import { sheets } from './sheets.mts';
import type { Item } from './trigger.mts';
import { api, cleanSlate, cluster, demo, sandbox } from './world.mts';

const fileOf = (file: string) => examples.find((example) => example.file === file);
const jsons = (items: Item[]) => items.map((json) => ({ json }));

async function imported(file: string, ...called: string[]): Promise<Workflow> {
	const wanted = examples.filter((example) =>
		[file, '13-a-workflow-failed.json', ...called].includes(example.file),
	);
	return (await importAll(wanted)).get(fileOf(file)?.name as string) as Workflow;
}

const pinnedBy = (pinned: Record<string, Item[]>) =>
	Object.fromEntries(Object.entries(pinned).map(([name, items]) => [name, jsons(items)]));

async function runs(workflow: Workflow, pinned: Record<string, Item[]>): Promise<Run> {
	const manual = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger');
	const form = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.formTrigger');
	const run = await runPinned(workflow, (manual ?? form)?.name as string, pinnedBy(pinned));
	assert.equal(run.status, 'success', run.error);
	return run;
}

/** Begins a run, and kills n8n once this has happened; n8n is there again afterwards. */
async function killedWhen(
	workflow: Workflow,
	trigger: string,
	pinned: Record<string, Item[]>,
	what: string,
	happened: () => Promise<boolean>,
): Promise<void> {
	const { versionId } = await api.workflow(workflow.id);
	const pinData = pinnedBy(pinned);
	await api.call('PATCH', `/workflows/${workflow.id}`, { versionId, pinData });
	await api.runFrom(workflow.id, trigger);
	await until(what, happened, { saw: async () => await api.executions(workflow.id) });
	await demo.n8n.kill();
	await sandbox.admin('DELETE', '/faults');
	await demo.startAgain();
}

/** What Jodo was asked to do by requests of this kind. */
async function asked(method: string, path: RegExp): Promise<string[]> {
	const all = await sandbox.admin<Array<{ method: string; path: string }>>('GET', '/requests');
	return all
		.filter((request) => request.method === method && path.test(request.path))
		.map((request) => request.path);
}

describe('25: a settled row becomes a Payment Entry in ERPNext', () => {
	const TABLE = 'Jodo payments';
	let workflow: Workflow;
	let ledger: Workflow;
	before(async () => {
		await makeTables();
		workflow = await imported('25-erpnext.json');
		ledger = await imported('14-ledger.json');
	});

	let day = 0;
	beforeEach(async () => {
		await cleanSlate();
		day++;
		erp.reset([
			{ custom_admission_no: 'BV/2026/0117' },
			{ custom_admission_no: 'BV/2026/0231' },
			{ custom_admission_no: 'TWICE' },
			{ custom_admission_no: 'TWICE' },
			{ custom_admission_no: '' },
		]);
	});
	/** A day of settlement for each test, so that they don't meet in the table. */
	const settled_on = () => `2041-01-${String(day).padStart(2, '0')}`;
	const settings = (more: Item = {}): Item => ({
		url: `${erp.url}/`,
		company: 'Bharati Vidyalaya',
		paid_to: 'HDFC Bank - BV',
		from: settled_on(),
		environment: 'live',
		mode_of_payment: 'Wire Transfer',
		party_type: 'Customer',
		party_field: 'custom_admission_no',
		key_field: 'custom_jodo_row_key',
		submit: false,
		...more,
	});
	const run = async (more: Item = {}) => await runs(workflow, { 'Your ERPNext': [settings(more)] });

	async function settled(number: number, more: Item = {}): Promise<string> {
		const row_key = `settled|erp_${day}_${number}|UTRERP|TUITION_FEE`;
		await putRow(TABLE, 'row_key', {
			row_key,
			payment_key: `erp_${day}_${number}`,
			books: 'received',
			type: 'settled',
			amount: 1000.1 + number,
			settled_on: settled_on(),
			settlement_utr: 'UTRERP',
			identifier: 'BV/2026/0117',
			component_type: 'TUITION_FEE',
			environment: 'live',
			occurred_at: '2041-01-01T06:00:00Z',
			told_on: settled_on(),
			...more,
		});
		return row_key;
	}
	const keptFor = async (row_key: string) =>
		(await api.rows(TABLE)).find((row) => row['row_key'] === row_key)?.['erp_entry'];
	const keysThere = () => erp.entries().map(({ custom_jodo_row_key }) => custom_jodo_row_key);

	it('enters each once, under its row_key, and keeps the name, however often it runs', async () => {
		const one = await settled(1);
		const other = await settled(2, { identifier: 'BV/2026/0231' });
		await Promise.all([run(), run()]);
		await run();
		assert.deepEqual([...keysThere()].sort(), [one, other]);
		const entry = erp.entries().find(({ custom_jodo_row_key }) => custom_jodo_row_key === one);
		assert.deepEqual(entry, {
			name: entry?.name,
			payment_type: 'Receive',
			company: 'Bharati Vidyalaya',
			mode_of_payment: 'Wire Transfer',
			party_type: 'Customer',
			party: 'CUST-1',
			posting_date: settled_on(),
			paid_to: 'HDFC Bank - BV',
			paid_amount: 1001.1,
			received_amount: 1001.1,
			source_exchange_rate: 1,
			target_exchange_rate: 1,
			reference_no: 'UTRERP',
			reference_date: settled_on(),
			custom_remarks: 1,
			remarks: `TUITION_FEE, erp_${day}_1, paid by Jodo`,
			custom_jodo_row_key: one,
			docstatus: 0,
		});
		assert.equal(await keptFor(one), entry?.name);
		assert.deepEqual(await mails(), []);
	});

	it('n8n killed while ERPNext makes an entry: found there afterwards, the rest entered, none twice', async () => {
		const keys = [await settled(1), await settled(2), await settled(3)];
		erp.fail((method, _, body) =>
			method === 'POST' && body['custom_jodo_row_key'] === keys[1] ? 'silent' : undefined,
		);
		await killedWhen(
			workflow,
			'When you run it',
			{ 'Your ERPNext': [settings()] },
			'ERPNext to have made it',
			async () => keysThere().includes(keys[1]),
		);
		erp.fail(() => undefined);

		await run();
		assert.match(String(await keptFor(keys[1] as string)), /^claimed /);
		for (const row_key of keys)
			await putRow(TABLE, 'row_key', {
				row_key,
				erp_entry: `claimed ${new Date(Date.now() - 16 * 60_000).toISOString()} 1`,
			});
		await run();
		assert.deepEqual([...keysThere()].sort(), keys);
		for (const row_key of keys) assert.match(String(await keptFor(row_key)), /^ACC-PAY-/);
		assert.deepEqual(await mails(), []);
	});

	it('says what could not be entered and why, and tries that again', async () => {
		const nobody = await settled(1, { identifier: 'nobody', component_type: '=1+1<b>' });
		await settled(2, { identifier: '' });
		await settled(3, { identifier: 'TWICE' });
		await settled(4, { amount: null });
		const good = await settled(5);
		await run();
		assert.deepEqual(keysThere(), [good]);
		const [mail] = await mails();
		assert.equal(mail?.subject, '4 settled rows not in ERPNext');
		for (const line of [
			/₹1,001\.10 · =1\+1<b> · nobody · UTR UTRERP: no Customer in ERPNext with this admission number/,
			/₹1,002\.10 · TUITION_FEE · UTR UTRERP: Jodo gave no admission number/,
			/₹1,003\.10 .*: several of Customer in ERPNext with this admission number/,
			/₹\? .*: ERPNext refused it: frappe\.exceptions\.ValidationError: Paid Amount is mandatory/,
		])
			assert.match(mail?.text ?? '', line);

		await putRow(TABLE, 'row_key', { row_key: nobody, identifier: 'BV/2026/0231' });
		await run();
		assert.deepEqual(keysThere(), [good, nobody]);
	});

	const answer = (status: number, exc_type: string, text: string) => ({
		status,
		body: { exception: `frappe.exceptions.${exc_type}: ${text}`, exc_type },
	});
	const UNAUTHORIZED = answer(401, 'AuthenticationError', 'Unauthorized');
	const DUPLICATE = answer(409, 'DuplicateEntryError', 'ACC-PAY-2041-9');

	/** How long the workflow waits for ERPNext. */
	async function patient(ms: number): Promise<void> {
		const { versionId, nodes } = await api.workflow(workflow.id);
		const text = JSON.stringify(nodes).replaceAll(/"timeout":\d+/g, `"timeout":${ms}`);
		await api.call('PATCH', `/workflows/${workflow.id}`, { versionId, nodes: JSON.parse(text) });
	}

	it('has nothing to enter for a fee head of zero, and says so where a correction made it zero', async () => {
		const zero = await settled(1, { amount: 0 });
		const corrected = await settled(2);
		await run();
		assert.equal(await keptFor(zero), 'nothing to enter');
		assert.deepEqual(keysThere(), [corrected]);
		assert.deepEqual(await mails(), []);

		await settled(2, { amount: 0, erp_entry: null });
		await run();
		const [mail, ...more] = await mails();
		assert.deepEqual(more, []);
		assert.match(mail?.text ?? '', /₹0\.00 .*: stands in ERPNext as ACC-PAY-\S+ with ₹1,002\.10/);
	});

	it('made, but ERPNext did not say so in time: told, and found there the next evening', async () => {
		const keys = [await settled(1), await settled(2)];
		erp.fail((method, _, body) =>
			method === 'POST' && body['custom_jodo_row_key'] === keys[0] ? 'silent' : undefined,
		);
		// Not the half minute that the file gives it.
		await patient(3000);
		await run();
		await patient(30_000);
		assert.match((await mails())[0]?.text ?? '', /₹1,001\.10 .*: ERPNext did not answer/);
		assert.equal((await mails())[0]?.subject, '1 settled row not in ERPNext');
		erp.fail(() => undefined);
		await run();
		assert.deepEqual([...keysThere()].sort(), keys);
		for (const row_key of keys) assert.match(String(await keptFor(row_key)), /^ACC-PAY-/);
		assert.equal((await mails()).length, 1);
	});

	it('enters nothing where ERPNext gives no clear answer, and says which', async () => {
		const row_key = await settled(1);
		const answers: Array<[RegExp, () => void, Item?]> = [
			[
				/Field not permitted in query: no_such_field/,
				() => undefined,
				{ key_field: 'no_such_field' },
			],
			[/What answered is not ERPNext/, () => erp.fail(() => ({ status: 200, body: '<html>' }))],
			[/refused it: 503 Service Unavailable/, () => erp.fail(() => ({ status: 503, body: '' }))],
			[/refused it: .*Unauthorized/, () => erp.fail(() => UNAUTHORIZED)],
			[
				/refused it: .*DuplicateEntryError: ACC-PAY-2041-9/,
				() => erp.fail((method) => (method === 'POST' ? DUPLICATE : undefined)),
			],
			[/refused it: 302 Found/, () => erp.fail(() => ({ status: 302, body: {} }))],
			[/did not answer: .*Invalid URL/, () => undefined, { url: '' }],
			[/did not answer: .*ECONNREFUSED/, () => undefined, { url: 'http://127.0.0.1:9' }],
		];
		for (const [said, arrange, more] of answers) {
			await sandbox.admin('DELETE', '/inbox');
			erp.fail(() => undefined);
			arrange();
			await run(more);
			assert.match((await mails())[0]?.text ?? '', said);
			assert.doesNotMatch((await mails())[0]?.text ?? '', /erp_secret/);
			assert.deepEqual(keysThere(), []);
			assert.equal((await keptFor(row_key)) ?? '', '');
		}
	});

	it('leaves what stands there alone where Jodo corrected the amount, and says so', async () => {
		const row_key = await settled(1);
		await run();
		const [made] = erp.entries();
		const corrected = {
			...(await api.rows(TABLE)).find((row) => row['row_key'] === row_key),
			amount: 900.5,
			occurred_at: '2041-02-01T06:00:00Z',
		};
		await runPinned(ledger, 'Rows of Jodo', pinnedBy({ 'Rows of Jodo': [corrected] }));
		await run();
		assert.deepEqual(erp.entries(), [made]);
		const said = new RegExp(`₹900\\.50 .*: stands in ERPNext as ${made?.name} with ₹1,001\\.10`);
		assert.match((await mails())[0]?.text ?? '', said);

		Object.assign(made as Item, { paid_amount: 900.5 });
		await run();
		assert.equal(await keptFor(row_key), made?.name);
	});

	it('does not miss what Jodo corrects while ERPNext makes the entry', async () => {
		const row_key = await settled(1);
		let correction: Promise<unknown> | undefined;
		erp.fail((method) => {
			if (method === 'POST')
				correction = putRow(TABLE, 'row_key', { row_key, amount: 900.5, erp_entry: null });
			return undefined;
		});
		await run();
		await correction;
		erp.fail(() => undefined);
		await run();
		assert.match(
			(await mails()).at(-1)?.text ?? '',
			/₹900\.50 .*: stands in ERPNext as .* with ₹1,001\.10/,
		);
	});

	it('enters neither Test money nor what was settled before the day that the office named', async () => {
		await settled(1, { environment: 'test' });
		await settled(2, { settled_on: '2040-12-31' });
		await settled(3, { books: 'in_transit' });
		await run();
		await settled(4);
		await run({ from: '' });
		assert.deepEqual(keysThere(), []);
		await run({ environment: 'test', submit: true });
		assert.deepEqual(
			erp.entries().map(({ docstatus, remarks }) => [docstatus, remarks]),
			[[1, `TEST: TUITION_FEE, erp_${day}_1, paid by Jodo`]],
		);
	});
});

describe('23: Flex plans from a sheet', () => {
	const TAB = 'Flex';
	const COLUMNS = 'Admission No,jodo_student_id,Due Date,Fee Head,Amount,Downpayment'.split(',');
	let workflow: Workflow;
	/** Students without a plan. */
	let ids: [string, string, string];
	before(async () => {
		workflow = await imported('23-flex-plans.json');
	});
	beforeEach(async () => {
		await cleanSlate();
		await sandbox.admin('POST', '/seed');
		const all = await sandbox.admin<Array<{ jodo_student_id: string; actions: string[] }>>(
			'GET',
			'/students',
		);
		const free = all.filter(({ actions }) => actions.includes('plan'));
		ids = free.slice(0, 3).map(({ jodo_student_id }) => jodo_student_id) as typeof ids;
		for (const id of ids)
			await browse(`${sandbox.url}/api/v1/integrations/erp/students/${id}`, {
				method: 'PATCH',
				headers: {
					authorization: `Basic ${btoa('sandbox_key:sandbox_secret')}`,
					'content-type': 'application/json',
				},
				body: JSON.stringify({ fullname: 'Asha Rao', identifier: `A-${id}` }),
			});
	});

	type Row = [
		admission: string,
		id: string,
		due: unknown,
		head: string,
		amount: unknown,
		down?: string,
	];
	const fill = (...rows: Row[]) => sheets.reset({ [TAB]: [COLUMNS, ...(rows as string[][])] });
	const statuses = () => sheets.rows(TAB).map(({ status }) => status);
	const run = async (admission = '') =>
		await runs(workflow, { 'Whose plans': [{ 'Admission No': admission }] });
	const planOf = async (id: string) => {
		const { payments } = await sandbox.admin<{
			payments: Array<{ kind: string; due_date?: string; details: Item[] }>;
		}>('GET', `/students/${id}`);
		return payments
			.filter(({ due_date }) => due_date)
			.map(({ kind, due_date, details }) => [
				kind,
				due_date,
				...details.map(({ fee_component, amount }) => `${String(fee_component)} ${String(amount)}`),
			]);
	};
	const SET = /\/flex\/students\/[^/]+\/plans$/;
	const sent = async () => await asked('POST', SET);
	const simple = (id: string, more: { 2?: string; 3?: string; 4?: string } = {}): Row =>
		Object.assign(['A-' + id, id, '10/09/2040', 'TUITION_FEE', '20,000'], more) as Row;

	it('sets one plan per student as the sheet has it, and the second time none', async () => {
		const [first, second] = ids;
		fill(
			[
				`A-${first}`,
				first,
				{ value: 51318, shown: '01/07/2040' } as never,
				'TUITION_FEE',
				'₹20,000.00',
				'yes',
			],
			[
				`A-${first}`,
				first,
				'10-Sep-2040',
				'TUITION_FEE',
				{ value: 20000, shown: '20,000' } as never,
				'no',
			],
			[`A-${second}`, second, '2040-09-10', 'TUITION_FEE', '1,00,000'],
			[`A-${first}`, first, '10/09/2040', 'TRANSPORT_FEE', '7,500.50'],
		);
		await run();
		assert.deepEqual(await planOf(first), [
			['downpayment', '2040-07-01', 'TUITION_FEE 20000'],
			['instalment', '2040-09-10', 'TUITION_FEE 20000', 'TRANSPORT_FEE 7500.5'],
		]);
		assert.deepEqual(await planOf(second), [['instalment', '2040-09-10', 'TUITION_FEE 100000']]);
		assert.deepEqual(statuses(), ['Set', 'Set', 'Set', 'Set']);
		await run();
		assert.equal((await sent()).length, 2);
		assert.deepEqual(
			(await mails()).map(({ subject }) => subject),
			[
				'Flex plans: 2 set, 0 as they were, 0 not set',
				'Flex plans: 0 set, 2 as they were, 0 not set',
			],
		);
	});

	it('sets a corrected plan again, for the student that the form names only', async () => {
		const [first, second] = ids;
		fill(simple(first), simple(second));
		await run();
		fill(simple(first, { 4: '25,000' }), simple(second, { 4: '25,000' }));
		await run(` a-${first} `);
		assert.deepEqual(await planOf(first), [['instalment', '2040-09-10', 'TUITION_FEE 25000']]);
		assert.deepEqual(await planOf(second), [['instalment', '2040-09-10', 'TUITION_FEE 20000']]);
		assert.deepEqual(statuses(), ['Set', '']);
		await run('A-nobody');
		const [mail] = (await mails()).slice(-1);
		assert.equal(mail?.subject, 'Flex plans: 0 set, 0 as they were, 1 not set');
		assert.equal(mail?.text.trim(), 'A-nobody: the sheet has no row for it');
	});

	it('sends no plan to a student whose Admission No at Jodo is another', async () => {
		const [first, second] = ids;
		fill([`A-${first}`, second, '10/09/2040', 'TUITION_FEE', '20,000']);
		await run();
		assert.deepEqual(
			[statuses(), await planOf(second), await sent()],
			[[`Not set: jodo_student_id ${second} is that of Admission No A-${second}`], [], []],
		);
	});

	it('leaves a plan alone that the parent has set up, and says so', async () => {
		const [first] = ids;
		fill(simple(first));
		await run();
		await sandbox.admin('POST', `/students/${first}/setup`);
		await run();
		assert.deepEqual(statuses(), ['Set']);
		fill(simple(first, { 4: '25,000' }));
		await run();
		assert.match(String(statuses()[0]), /^Not set: .*already set up/);
		assert.deepEqual(await planOf(first), [['instalment', '2040-09-10', 'TUITION_FEE 20000']]);
	});

	it('n8n killed after the first of two plans: that one is not sent again, the other is', async () => {
		const [first, second] = ids;
		fill(simple(first), simple(second));
		await sandbox.admin('POST', '/faults', {
			method: 'POST',
			path: `/api/v1/integrations/flex/students/${second}/plans`,
			effect: { stall: true },
		});
		await killedWhen(
			workflow,
			'Whose plans',
			{ 'Whose plans': [{ 'Admission No': '' }] },
			'both to be sent',
			async () => (await sent()).length === 2 && (await planOf(first)).length === 1,
		);
		await run();
		assert.deepEqual(statuses(), ['Set', 'Set']);
		const all = await sent();
		assert.deepEqual(
			[first, second].map((id) => all.filter((path) => path.includes(`/${id}/`)).length),
			[1, 2],
		);
		assert.equal((await planOf(second)).length, 1);
	});

	it('believes only what Jodo says it has', async () => {
		const [first, second] = ids;
		const fault = async (id: string, effect: Item) =>
			await sandbox.admin('POST', '/faults', {
				method: 'POST',
				path: `/api/v1/integrations/flex/students/${id}/plans`,
				effect,
			});
		await fault(first, { cut: 'after' });
		await fault(second, { status: 200, body: { status: 'success' } });
		fill(simple(first), simple(second));
		await run();
		await sandbox.admin('DELETE', '/faults');
		assert.equal(statuses()[0], 'Set');
		assert.equal(statuses()[1], 'Not set: Jodo has another plan: none');
	});

	it('sends no plan of which one row cannot be read, and says which; the other students get theirs', async () => {
		const [good, shared, bad] = ids;
		fill(
			simple(good),
			simple(bad),
			['A-' + bad, bad, '31/09/2040', 'TUITION_FEE', 'twelve', '=1+1'],
			['A-shared', shared, '10/09/2040', 'TUITION_FEE', '1'],
			['A-other', shared, '10/09/2040', 'TUITION_FEE', '1'],
			['A-none', '', '10/09/2040', 'TUITION_FEE', '1'],
			['', '', '', '', '', ''],
			['A-text', 'no such id', '10/09/2040', 'TUITION_FEE', '1'],
		);
		await run();
		const [set, one, other, , , none, blank, text] = statuses().map(String);
		assert.equal(set, 'Set');
		assert.equal(one, other);
		for (const said of [
			'row 4: Due Date "31/09/2040" is not a day',
			'row 4: Amount "twelve" is not an amount',
			'row 4: Downpayment "=1+1" is neither yes nor no',
		])
			assert.ok(one?.includes(said), one);
		assert.match(
			String(statuses()[3]),
			/row 6 has the same jodo_student_id for another Admission No/,
		);
		assert.match(none ?? '', /jodo_student_id is empty/);
		assert.equal(blank, '');
		assert.match(
			text ?? '',
			/^Not set: jodo_student_id no such id could not be looked up\. .*not found/,
		);
		assert.equal((await planOf(shared)).length + (await planOf(bad)).length, 0);
		assert.equal((await mails())[0]?.subject, 'Flex plans: 1 set, 0 as they were, 5 not set');
	});

	it('takes no part of a plan for the whole where merged cells hide whose the other rows are', async () => {
		const [merged, good] = ids;
		fill(
			simple(merged),
			['', '', '10/10/2040', 'TUITION_FEE', '20,000'],
			['', '', '10/11/2040', 'TUITION_FEE', '20,000'],
			['', '', '', '', ''],
			simple(good),
		);
		await run();
		const [first, second, third, , last] = statuses().map(String);
		assert.equal(first, 'Not set: row 3, below it, has no Admission No');
		assert.match(`${second} ${third}`, /Admission No is empty.*Admission No is empty/);
		assert.equal(last, 'Set');
		assert.deepEqual(await planOf(merged), []);
		assert.equal((await planOf(good)).length, 1);
	});

	it('sends no day that is over, no fee head that Jodo does not know, none twice on one day', async () => {
		const [over, unknown, twice] = ids;
		fill(
			simple(over, { 2: '10/09/2020' }),
			simple(unknown, { 3: 'SWIMMING' }),
			simple(twice),
			simple(twice),
		);
		await run();
		const [one, two, three] = statuses().map(String);
		assert.equal(one, 'Not set: the day 2020-09-10 is over');
		assert.match(two ?? '', /^Not set: (?!Row).*Fee component is not available/);
		assert.equal(three, 'Not set: rows 4 and 5 have the same day and fee head');
		assert.equal((await planOf(twice)).length, 0);
	});
});

describe('24: a login link on request', () => {
	const TAB = 'Students';
	const TABLE = 'Jodo login links';
	const COLUMNS = 'Admission No,Student,Parent,Email,registration_id,jodo_student_id'.split(',');
	const QUARTER_MS = 15 * 60_000;
	interface Student {
		jodo_student_id: string;
		registration_id: string;
		profile: Record<string, string>;
	}
	let workflow: Workflow;
	let number = 0;
	let admission: string;
	let student: Student;
	let other: Student;
	before(async () => {
		await makeTables();
		workflow = await imported('24-login-link.json');
	});
	beforeEach(async () => {
		await cleanSlate();
		await sandbox.admin('POST', '/seed');
		[student, other] = await sandbox.admin<[Student, Student]>('GET', '/students');
		admission = `L-${++number}`;
		fill(rowOf(student));
		// A quarter of an hour that ends between two requests would let both through.
		await until(
			'a quarter of an hour to be young',
			async () => QUARTER_MS - (Date.now() % QUARTER_MS) > 60_000,
			{ seconds: 90 },
		);
	});

	const emailOf = ({ profile }: Student) => String(profile['primary_contact_email']);
	const rowOf = (one: Student, more: Item = {}): Item => ({
		'Admission No': admission,
		Student: one.profile['fullname'],
		Parent: one.profile['primary_contact_name'],
		Email: emailOf(one),
		registration_id: one.registration_id,
		jodo_student_id: one.jodo_student_id,
		...more,
	});
	const fill = (...rows: Item[]) =>
		sheets.reset({
			[TAB]: [COLUMNS, ...rows.map((row) => COLUMNS.map((name) => row[name] as string))],
		});
	const filled = (email = emailOf(student), number = admission) => ({
		'Ask for a link': [{ 'Admission No': number, 'E-mail address': email }],
	});
	const ask = async (...typed: [email?: string, number?: string]) =>
		await runs(workflow, filled(...typed));
	const requests = async () =>
		(await api.rows(TABLE)).filter(({ identifier }) => identifier === admission);
	const tokens = async () => await asked('GET', /\/access_token$/);
	const linkIn = (mail?: Mail) => /http\S+login-redirect\S+/.exec(mail?.text ?? '')?.[0] as string;

	const address = () => {
		const form = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.formTrigger');
		return `${demo.n8n.url}/form/${form?.webhookId}`;
	};
	/** Sends the published form as a browser does; what it answers. */
	async function send(email: string): Promise<[status: number, text: string]> {
		const body = new FormData();
		body.append('field-0', ` ${admission.toLowerCase()} `);
		body.append('field-1', email);
		const answer = await browse(address(), { method: 'POST', body });
		return [answer.status, await answer.text()];
	}

	it('sends it to the address on file; the form says the same to everybody, and n8n keeps no link', async () => {
		await api.publish(workflow.id);
		const said = await send(emailOf(student).toUpperCase());
		const [mail] = await until(
			'the e-mail',
			async () => {
				const all = await mails();
				return all.length > 0 && all;
			},
			{ saw: async () => [await requests(), await api.executions(workflow.id)] },
		);
		assert.equal(said[0], 200);
		assert.deepEqual(await send('stranger@example.com'), said);
		const form = await browse(address());
		assert.match(await form.text(), /If the school has this address/);

		assert.deepEqual(mail?.to, [emailOf(student)]);
		assert.match(mail?.subject ?? '', /^TEST: Your link to the fee account of /);
		const page = await browse(linkIn(mail));
		assert.equal(page.status, 200, await page.text());
		await until(
			'the runs to be over, and forgotten',
			async () => {
				const sent = (await requests())[0]?.['status'] === 'sent';
				return sent && !(await api.executions(workflow.id)).length;
			},
			{ saw: async () => [await requests(), await api.executions(workflow.id)] },
		);
		await api.unpublish(workflow.id);
		assert.equal((await mails()).length, 1);
	});

	it('asked for three times in a quarter of an hour, two of them at once: one link', async () => {
		await Promise.all([ask(), ask()]);
		await ask();
		assert.equal((await tokens()).length, 1);
		assert.equal((await mails()).length, 1);
		assert.deepEqual(
			(await requests()).map(({ status, email }) => [status, email]),
			[['sent', emailOf(student)]],
		);
	});

	it('asked for ten times at once, by the published form: one link, and no run that fails', async () => {
		await api.publish(workflow.id);
		const said = await Promise.all(Array.from({ length: 10 }, () => send(emailOf(student))));
		assert.deepEqual(said, Array(10).fill(said[0]));
		assert.equal(said[0]?.[0], 200);
		// Runs of the form that went well are forgotten: what stays has failed.
		const kept = async () =>
			(await api.executions(workflow.id)).filter(({ mode }) => mode === 'webhook');
		const over = async () =>
			sheets.calls().reads >= 10 &&
			(await kept()).every(({ status }) => !['new', 'running', 'waiting'].includes(status));
		await until('the ten runs to be over', over, {
			saw: async () => [sheets.calls(), await requests(), await kept()],
		});
		assert.deepEqual(await kept(), []);
		await api.unpublish(workflow.id);
		assert.equal((await tokens()).length, 1);
		assert.deepEqual(
			(await mails()).map(({ to }) => to),
			[[emailOf(student)]],
		);
		assert.deepEqual(
			(await requests()).map(({ status }) => status),
			['sent'],
		);
	});

	const skip = cluster && 'the key of the table refuses them';
	it(
		'a request that has two rows, as two runs at once make them in some databases, is one link',
		{ skip },
		async () => {
			const quarter = new Date(Math.floor(Date.now() / QUARTER_MS) * QUARTER_MS).toISOString();
			const request = `${admission.toLowerCase()} ${quarter}`;
			await putRow(TABLE, 'asked_at', { request, asked_at: 'one' }, { request, asked_at: 'two' });
			await ask();
			assert.equal((await requests()).length, 2);
			assert.equal((await tokens()).length, 1);
			assert.equal((await mails()).length, 1);
		},
	);

	it('n8n killed before the link: none is sent behind the back, and the parent may ask again later', async () => {
		await sandbox.admin('POST', '/faults', {
			method: 'GET',
			path: `/api/v1/integrations/erp/students/${student.jodo_student_id}`,
			effect: { stall: true },
		});
		await killedWhen(workflow, 'Ask for a link', filled(), 'Jodo to be asked', async () => {
			const about = await asked('GET', new RegExp(`/students/${student.jodo_student_id}$`));
			return about.length > 0;
		});
		await ask();
		assert.deepEqual(
			(await requests()).map(({ status }) => status),
			['claimed'],
		);
		assert.deepEqual(await mails(), []);
		// As if the quarter of an hour were over.
		const identifier = admission;
		await putRow(TABLE, 'identifier', { identifier, request: `${admission} earlier` });
		await ask();
		assert.equal((await mails()).length, 1);
	});

	it('sends nothing, and reports nothing, for what fits nobody', async () => {
		const email = emailOf(student);
		for (const typed of [
			['stranger@example.com'],
			[emailOf(other)],
			[`stranger@example.com, ${email}`],
			[`${email}\nBcc: stranger@example.com`],
			['=HYPERLINK("http://example.com")'],
			['', ''],
			[email, '*'],
			[email, `${admission}\u0000`],
		] as Array<[string, string?]>)
			await ask(...typed);
		assert.deepEqual(await mails(), []);
		assert.deepEqual(await tokens(), []);
		assert.deepEqual(await requests(), []);
	});

	it('knows an address by the whole of it, and among several in the cell', async () => {
		const Email = `Asha <asha@example.com>, o'brien@example.com; ${emailOf(student)}`;
		fill(rowOf(student, { Email }));
		for (const part of ['brien@example.com', 'asha@example.co', 'sha@example.com']) await ask(part);
		assert.deepEqual(await requests(), []);
		await ask();
		assert.deepEqual(
			(await mails()).map(({ to }) => to),
			[[emailOf(student)]],
		);
	});

	it('tells the office why a parent who is known got none', async () => {
		const cases: Array<[said: RegExp, rows: Item[], typed?: string]> = [
			[/is not registered at Jodo yet/, [rowOf(student, { registration_id: '' })]],
			[/several rows/, [rowOf(student), rowOf(other, { Email: emailOf(student) })]],
			[
				/another e-mail address/,
				[rowOf(student, { Email: 'moved@example.com' })],
				'moved@example.com',
			],
			[
				/another e-mail address/,
				[rowOf(student, { Email: "o'brien@example.com" })],
				"o'brien@example.com",
			],
			[/another e-mail address/, [rowOf(other, { Email: emailOf(student) })]],
			[/User not found/, [rowOf(student, { registration_id: 'user_0' })]],
			[/jodo_student_id|not found/i, [rowOf(student, { jodo_student_id: '0' })]],
		];
		for (const [said, rows, typed] of cases) {
			await sandbox.admin('DELETE', '/inbox');
			admission = `L-${++number}`;
			fill(...rows.map((row) => ({ ...row, 'Admission No': admission })));
			await ask(typed);
			const [mail, ...more] = await mails();
			assert.deepEqual([mail?.to, more], [['office@example.edu'], []]);
			assert.match(mail?.text ?? '', said);
			assert.equal((await requests())[0]?.['status'], 'not sent');
		}
		assert.equal((await tokens()).length, 1);
	});

	it('says so where the mail server takes no e-mail to the parent', async () => {
		const down = await api.credential({
			name: 'A mail server that is down',
			type: 'smtp',
			data: {
				host: '127.0.0.1',
				port: 9,
				secure: false,
				disableStartTls: true,
				user: '',
				password: '',
			},
		});
		const { versionId, nodes } = await api.workflow(workflow.id);
		const patched = structuredClone(nodes);
		for (const node of patched)
			if (node.name === 'E-mail the parent')
				node.credentials = { smtp: { id: down.id, name: down.name } };
		await api.call('PATCH', `/workflows/${workflow.id}`, { versionId, nodes: patched });
		await ask();
		const { versionId: now } = await api.workflow(workflow.id);
		await api.call('PATCH', `/workflows/${workflow.id}`, { versionId: now, nodes });
		await api.call('DELETE', `/credentials/${down.id}`);
		const [mail, ...more] = await mails();
		assert.deepEqual([mail?.to, more], [['office@example.edu'], []]);
		assert.match(mail?.text ?? '', /got none: .*ECONNREFUSED/);
		assert.doesNotMatch(mail?.text ?? '', /login-redirect/);
		assert.equal((await requests())[0]?.['status'], 'not sent');
	});
});
