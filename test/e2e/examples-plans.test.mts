// What goes to the ERP, and comes to the parent before a payment: against a Jodo, a Google and an ERPNext that stand in.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import type { Workflow } from '../../dev/demo/api.mts';
import { until } from '../../dev/demo/process.mts';
import { erp } from './erp.mts';
import { examples, importAll, makeTables, putRow, runPinned, type Run } from './examples.mts';
import type { Item } from './trigger.mts';
import { api, cleanSlate, demo, sandbox } from './world.mts';

interface Mail {
	to: string[];
	subject: string;
	text: string;
}
const mails = async () => await sandbox.admin<Mail[]>('GET', '/inbox');
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

async function runs(workflow: Workflow, pinned: Record<string, Item[]> = {}): Promise<Run> {
	const run = await runPinned(workflow, 'When you run it', pinnedBy(pinned));
	assert.equal(run.status, 'success', run.error);
	return run;
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
		await api.call('PATCH', `/workflows/${workflow.id}`, {
			versionId: (await api.workflow(workflow.id)).versionId,
			pinData: pinnedBy({ 'Your ERPNext': [settings()] }),
		});
		await api.runFrom(workflow.id, 'When you run it');
		await until('ERPNext to have made it', async () => keysThere().includes(keys[1]));
		await demo.n8n.kill();
		await demo.startAgain();
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
		await settled(4, { amount: 0 });
		const good = await settled(5);
		await run();
		assert.deepEqual(keysThere(), [good]);
		const [mail] = await mails();
		assert.equal(mail?.subject, '4 settled row(s) not in ERPNext');
		for (const line of [
			/₹1,001\.10 · =1\+1<b> · nobody · UTR UTRERP: no Customer in ERPNext with this admission number/,
			/₹1,002\.10 · TUITION_FEE · UTR UTRERP: Jodo gave no admission number/,
			/₹1,003\.10 .*: several of Customer in ERPNext with this admission number/,
			/₹0\.00 .*: ERPNext refused it: frappe\.exceptions\.ValidationError: Paid Amount is mandatory/,
		])
			assert.match(mail?.text ?? '', line);

		await putRow(TABLE, 'row_key', { row_key: nobody, identifier: 'BV/2026/0231' });
		await run();
		assert.deepEqual(keysThere(), [good, nobody]);
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
