// The examples at work: rehearsed on their pinned data, then live, with the local Jodo raising events.
import assert from 'node:assert/strict';

import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, beforeEach, describe, it } from 'node:test';
import type { Execution, Workflow, WorkflowNode } from '../../dev/demo/api.mts';
import { ROOT } from '../../dev/demo/paths.mts';
import { until } from '../../dev/demo/process.mts';
import {
	emptyTables,
	ENDS,
	endOf,
	examples,
	importAll,
	mails,
	makeTables,
	putRow,
	runOf,
	runPinned,
	type Run,
} from './examples.mts';
import { sheets } from './sheets.mts';
import { allRuns, sampleOf, type Item } from './trigger.mts';
import { api, cleanSlate, node, sandbox, to, type Delivery, type Order } from './world.mts';

const NAMES = {
	inbox: 'Jodo inbox',
	ledger: 'Jodo: write to the ledger',
	sheet: 'Jodo: settled money to the sheet',
	thanks: 'Jodo: thank the parent',
	expired: 'Jodo: remind and send a new link',
	bounced: 'Jodo: follow up a bounce',
};
const FAILED = 'Jodo: a workflow failed';
const ours = examples.filter(({ name }) => [...Object.values(NAMES), FAILED].includes(name));

/** What the trigger does with a delivery, from the package just built. */
const { toRows } = createRequire(import.meta.url)(join(ROOT, 'dist/nodes/events/row.js')) as {
	toRows(delivery: unknown, context: object): Item[];
};

const PAYMENTS = 'Jodo payments';
const LINKS = 'Jodo links';
const FOLLOW_UPS = 'Jodo follow-ups';
/** The tab of the Google Sheet. */
const SHEET = 'Settled';

before(makeTables);

describe('on the pinned data, "Execute workflow" is a rehearsal', () => {
	let workflows: Map<string, Workflow>;
	let rowsBefore: unknown[][];
	const rowsNow = async () =>
		await Promise.all([PAYMENTS, LINKS, FOLLOW_UPS].map(async (table) => await api.rows(table)));
	before(async () => {
		await cleanSlate();
		workflows = await importAll(ours);
		rowsBefore = await rowsNow();
	});

	async function rehearse(name: string, trigger: string): Promise<Run> {
		const run = await runPinned(workflows.get(name) as Workflow, trigger);
		assert.equal(run.status, 'success', run.error);
		return run;
	}

	it('the inbox sends a paid link to the table and to the thanks', async () => {
		const { out } = await rehearse(NAMES.inbox, 'Jodo Trigger');
		assert.deepEqual(Object.keys(out).sort(), [
			'Jodo Trigger',
			'Thank the parent',
			'The same rows',
			'What is it?',
			'Write to the ledger',
		]);
	});

	it('the sheet gets a row per fee component, in plain words', async () => {
		const { out } = await rehearse(NAMES.sheet, 'When you run it');
		assert.deepEqual(
			out['In plain words']?.map(({ row_key, fee, amount, student, payer, ...row }) => ({
				row_key,
				shown: [fee, amount, student, payer, row['class'], row['settled_on'], row['utr']],
			})),
			[
				{
					row_key: 'settled|order_5c1f0a9be2d34471|AXISN52606090417|TUITION_FEE',
					shown: [
						'Tuition Fee',
						42000,
						'Aarav Deshpande',
						'Kavita Deshpande',
						'Class VIII',
						'2026-06-09',
						'AXISN52606090417',
					],
				},
				{
					row_key: 'settled|order_5c1f0a9be2d34471|AXISN52606090417|TRANSPORT_FEE',
					shown: [
						'Transport Fee',
						7500.5,
						'Aarav Deshpande',
						'Kavita Deshpande',
						'Class VIII',
						'2026-06-09',
						'AXISN52606090417',
					],
				},
				{
					row_key: 'settled|pg_90417|AXISN52606090417|TUITION_FEE',
					shown: [
						'Tuition Fee',
						30000,
						'Zoya Shaikh',
						'Imran Shaikh',
						'Class I',
						'2026-06-09',
						'AXISN52606090417',
					],
				},
			],
		);
		// What the sheet is pinned to is what it was given.
		assert.deepEqual(out['Append or update'], out['In plain words']);
	});

	it('the payer is thanked', async () => {
		const { out } = await rehearse(NAMES.thanks, 'A payment');
		assert.deepEqual(
			out['One for each payment']?.map(({ email }) => email),
			['kavita.deshpande@example.com'],
		);
		assert.ok(out['Thank the payer']);
	});

	it('the ledger takes rows', async () => {
		const { out } = await rehearse(NAMES.ledger, 'Rows of Jodo');
		assert.equal(out['Columns of the table']?.length, 2);
	});

	it('an expired link takes the way to a new one', async () => {
		const { out } = await rehearse(NAMES.expired, 'An expired link');
		assert.ok(out['Send the new link']);
		assert.equal(out['Not noted yet'], undefined);
	});

	it('a second bounce goes to the finance office', async () => {
		const { out } = await rehearse(NAMES.bounced, 'A bounced instalment');
		assert.ok(out['Tell the finance office']);
		assert.equal(out['Tell the parent'], undefined);
	});

	it('touches nothing: no row, no e-mail, no request to Jodo', async () => {
		assert.deepEqual(await rowsNow(), rowsBefore);
		assert.deepEqual(await sandbox.admin('GET', '/inbox'), []);
		assert.deepEqual(await sandbox.admin('GET', '/requests'), []);
	});
});

const mailsTo = async (address: string) => (await mails()).filter(({ to }) => to.includes(address));
const rowsWhere = async (table: string, column: string, value: unknown) =>
	(await api.rows(table)).filter((row) => row[column] === value);

describe('live', () => {
	let workflows: Map<string, Workflow>;
	before(async () => {
		await cleanSlate();
		workflows = await importAll(ours);
		// That of the sheet runs by the clock: here, when a test says so.
		const { inbox, ledger, thanks, expired, bounced } = NAMES;
		for (const name of [ledger, thanks, expired, bounced, inbox]) {
			await api.publish((workflows.get(name) as Workflow).id);
		}
		await emptyTables();
		sheets.reset({ [SHEET]: [] });
	});
	beforeEach(async () => await sandbox.admin('DELETE', '/inbox'));

	const workflow = (name: string) => workflows.get(name) as Workflow;
	const ended = async (name: string) =>
		(await allRuns(workflow(name))).filter(
			({ status }) => !['new', 'running', 'waiting', 'unknown'].includes(status),
		);

	/** Waits until so many more runs of these workflows than before `act` have ended, all of them well. */
	async function after(act: () => Promise<unknown>, ...names: string[]): Promise<Run[]> {
		const before = await Promise.all(names.map(async (name) => (await ended(name)).length));
		await act();
		const runs: Run[] = [];
		for (const [index, name] of names.entries()) {
			const known = before[index] as number;
			const all = await until(
				`another run of "${name}"`,
				async () => {
					const now = await ended(name);
					return now.length > known && now;
				},
				{ saw: async () => await allRuns(workflow(name)) },
			);
			assert.equal(all.length, known + 1);
			const [newest] = all.sort((a, b) => Number(b.id) - Number(a.id)) as [Execution];
			const run = await runOf(newest);
			assert.equal(run.status, 'success', `${name}: ${run.error}`);
			runs.push(run);
		}
		return runs;
	}

	/** Runs one node on these items. */
	async function give(items: Item[], next: WorkflowNode): Promise<Run> {
		const one = await api.createWorkflow({
			name: next.name,
			nodes: [
				node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
				node('Items', 'n8n-nodes-base.code', 2, { jsCode: `return ${JSON.stringify(items)};` }),
				next,
			],
			connections: { Start: { main: [to('Items')] }, Items: { main: [to(next.name)] } },
		});
		const run = await runPinned(one, 'Start');
		assert.equal(run.status, 'success', run.error);
		return run;
	}

	const caller = (name: string, parameters: Item) =>
		node(`Calls "${name}"`, 'n8n-nodes-base.executeWorkflow', 1.3, {
			workflowId: { __rl: true, mode: 'id', value: workflow(name).id },
			...parameters,
		});

	/** Calls a sub-workflow with items, as the inbox does: as often as one likes, unlike the trigger. */
	const call = async (name: string, items: Item[]) =>
		await give(items, caller(name, { options: { waitForSubWorkflow: true } }));

	/** A run of the sub-workflow for each item, all at once. */
	async function callEach(name: string, items: Item[]): Promise<void> {
		const before = (await ended(name)).length;
		await give(items, caller(name, { mode: 'each', options: { waitForSubWorkflow: false } }));
		await until(
			`${items.length} more runs of "${name}"`,
			async () => (await ended(name)).length >= before + items.length,
			{ seconds: 240, saw: async () => (await ended(name)).length - before },
		);
	}

	/** The run of every five minutes, now. */
	async function tell(): Promise<Run> {
		const run = await runPinned(workflow(NAMES.sheet), 'When you run it', {});
		assert.equal(run.status, 'success', run.error);
		return run;
	}

	/** The items that a sub-workflow got from the inbox. */
	const got = ({ out }: Run, trigger: string) => out[trigger] as Item[];

	const payer = (name: string, email: string) => ({
		name,
		phone: '9845012345',
		email,
		identifier: 'BV/2026/0117',
		student_name: `Child of ${name}`,
		grade: 'grade_5944',
	});
	const DETAILS = [
		{ component_type: 'TUITION_FEE', amount: 42000 },
		{ component_type: 'TRANSPORT_FEE', amount: 7500.5 },
	];

	const orderOf = async (body: object) => await sandbox.admin<Order>('POST', '/orders', body);
	const happens = async (order_id: string, what: string, body?: object) =>
		await sandbox.admin<{ deliveries: Delivery[] }>('POST', `/orders/${order_id}/${what}`, body);

	it('money that is paid, then settled in two parts, is booked once, and told once', async () => {
		const email = 'kavita.deshpande@example.com';
		const { order_id } = await orderOf({
			kind: 'link',
			payer: payer('Kavita Deshpande', email),
			details: DETAILS,
		});

		const [, thanked] = await after(
			async () => await happens(order_id, 'pay'),
			NAMES.inbox,
			NAMES.thanks,
		);
		assert.equal((await mailsTo(email)).length, 1);
		const [thanks] = await mailsTo(email);
		assert.match(thanks?.subject ?? '', /₹49,500\.50/);
		assert.match(thanks?.text ?? '', /Jodo received your payment/);
		assert.deepEqual(
			(await rowsWhere(PAYMENTS, 'payment_key', order_id)).map((row) => [
				row['type'],
				row['amount'],
			]),
			[
				['debited', 42000],
				['debited', 7500.5],
			],
		);
		await call(NAMES.thanks, got(thanked as Run, 'A payment'));
		assert.equal((await mailsTo(email)).length, 1);

		const settled = async () =>
			(await rowsWhere(PAYMENTS, 'payment_key', order_id))
				.filter(({ type }) => type === 'settled')
				.map((row) => [row['row_key'], row['amount'], row['component_type']]);
		const inSheet = () =>
			sheets
				.rows(SHEET)
				.filter(({ payment }) => payment === order_id)
				.map((row) => [row['row_key'], row['amount'], row['fee'], row['class'], row['student']]);
		const key = (utr: string, component: string) => `settled|${order_id}|${utr}|${component}`;
		const parts = async (utr: string, row: number) =>
			await after(async () => await happens(order_id, 'settle', { utr, rows: [row] }), NAMES.inbox);

		await parts('UTR1', 0);
		await tell();
		await parts('UTR2', 1);
		await tell();
		assert.deepEqual(await settled(), [
			[key('UTR1', 'TUITION_FEE'), 42000, 'TUITION_FEE'],
			[key('UTR2', 'TRANSPORT_FEE'), 7500.5, 'TRANSPORT_FEE'],
		]);
		const student = 'Child of Kavita Deshpande';
		assert.deepEqual(inSheet(), [
			[key('UTR1', 'TUITION_FEE'), 42000, 'Tuition Fee', 'Class VIII', student],
			[key('UTR2', 'TRANSPORT_FEE'), 7500.5, 'Transport Fee', 'Class VIII', student],
		]);
		const told = await mailsTo('office@example.edu');
		assert.deepEqual(
			told.map(({ subject }) => subject),
			['TEST: Settled: ₹42,000.00 from 1 payment', 'TEST: Settled: ₹7,500.50 from 1 payment'],
		);
		assert.match(told[0]?.text ?? '', /UTR UTR1 on \d+ \w+ \d{4}: ₹42,000\.00 from 1 payment/);
		await tell();
		assert.equal((await mailsTo('office@example.edu')).length, 2);
	});

	for (const [typed, address] of [
		['asha@example.com, other@example.org', 'asha@example.com'],
		["o'brien@example.com", "o'brien@example.com"],
		['Asha <a&b@example.com>', 'a&b@example.com'],
		['asha@', undefined],
		['"a b"@example.com', undefined],
		['asha rao@example.com', undefined],
	] as const) {
		it(`a payer who typed "${typed}" is thanked at the whole address or not at all, in plain text`, async () => {
			const [pinned] = ours.find(({ name }) => name === NAMES.thanks)?.pinData?.['A payment'] ?? [];
			const payment_key = randomUUID();
			const paid = {
				...pinned?.json,
				name: '<b>Asha</b> & Co',
				email: typed,
				payment_key,
				row_key: `debited|${payment_key}`,
			};
			await call(NAMES.ledger, [paid]);
			await call(NAMES.thanks, [paid]);
			const [mail, ...more] = await mails();
			assert.deepEqual([mail?.to, more], [address && [address], []]);
			if (address) assert.match(mail?.text ?? '', /^Dear <b>Asha<\/b> & Co,/);
		});
	}

	/** Settlements of one fee head each, as the trigger gives them. */
	const settlements = (count: number, utr: string, more: Item = {}) =>
		Array.from({ length: count }, (_, index) => {
			const details = [
				{
					component_type: 'TUITION_FEE',
					amount: 1000.1,
					settlement_utr: utr,
					settled_at: '2026-06-09T06:20:00Z',
				},
			];
			const order = { ...(sampleOf('order.payment.settled').payload['order'] as Item), details };
			const delivery = {
				...sampleOf('order.payment.settled'),
				event_id: randomUUID(),
				timestamp: 1781000000,
				payload: { order_id: `order_${utr}_${index}`, order },
				...more,
			};
			return toRows(delivery, { environment: 'live', itemPer: 'component' });
		});

	it('80 settlements at once, then all repeated in another order, are 80 rows, told once, in a handful of calls', async () => {
		const all = settlements(80, 'UTREIGHTY').flat();
		await callEach(NAMES.ledger, all);
		sheets.reset({ [SHEET]: [] }, { delayMs: 300, perMinute: 60 });
		await Promise.all([tell(), tell(), tell()]);
		const { reads, writes, refused } = sheets.calls();
		assert.ok(reads <= 4 && writes <= 6 && !refused, JSON.stringify({ reads, writes, refused }));
		const ours = () => sheets.rows(SHEET).filter(({ utr }) => utr === 'UTREIGHTY');
		assert.equal(ours().length, 80);
		assert.equal(
			ours().reduce((paise, { amount }) => paise + Math.round(Number(amount) * 100), 0),
			8_000_800,
		);
		const [mail, ...more] = await mailsTo('office@example.edu');
		assert.deepEqual(more, []);
		assert.equal(mail?.subject, 'Settled: ₹80,008.00 from 80 payments');
		assert.match(mail?.text ?? '', /UTR UTREIGHTY on 9 Jun 2026: ₹80,008\.00 from 80 payments/);

		// Among them, an older word on the first that comes only now.
		const older = { ...all[0], amount: 1, occurred_at: '2026-06-09T06:00:00Z' };
		await callEach(NAMES.ledger, [...all.toReversed(), older]);
		await tell();
		assert.equal(ours().length, 80);
		const rows = await rowsWhere(PAYMENTS, 'settlement_utr', 'UTREIGHTY');
		assert.deepEqual(new Set(rows.map(({ amount }) => amount)), new Set([1000.1]));
		assert.equal(rows.length, 80);
		assert.equal((await mailsTo('office@example.edu')).length, 1);
	});

	it('120 settlements in one batch are one e-mail, with count, total and UTRs', async () => {
		await call(
			NAMES.ledger,
			['UTRBATCH1', 'UTRBATCH2'].flatMap((utr) => settlements(60, utr)).flat(),
		);
		sheets.reset({ [SHEET]: [] }, { delayMs: 300, perMinute: 60 });
		await tell();
		assert.equal(sheets.rows(SHEET).length, 120);
		assert.equal(sheets.calls().refused, 0);
		const [mail, ...more] = await mails();
		assert.deepEqual(more, []);
		assert.equal(mail?.subject, 'Settled: ₹1,20,012.00 from 120 payments');
		for (const utr of ['UTRBATCH1', 'UTRBATCH2'])
			assert.ok(mail?.text.includes(`UTR ${utr} on 9 Jun 2026: ₹60,006.00 from 60 payments`));
		assert.ok(mail?.text.includes('and 80 more rows in the sheet'));
	});

	it('an amount that nobody could read keeps no other from being told, and is told as such', async () => {
		const [unread, good] = settlements(2, 'UTRUNREAD') as [Item[], Item[]];
		await call(NAMES.ledger, [
			...unread.map((row) => ({ ...row, amount: null, payment_amount: null })),
			...good,
		]);
		sheets.reset({ [SHEET]: [] });
		await tell();
		assert.deepEqual(
			sheets.rows(SHEET).map(({ amount }) => amount ?? ''),
			['', 1000.1],
		);
		const [mail, ...more] = await mails();
		assert.deepEqual(more, []);
		assert.equal(mail?.subject, 'Settled: ₹1,000.10 from 2 payments');
		assert.match(mail?.text ?? '', /\n₹\? · .*\n₹1,000\.10 · /);
	});

	it("tells branches and next year's fees apart, in the table and in the sheet", async () => {
		const sample = sampleOf('payment.settled');
		const [row, ...more] = toRows(sample, { environment: 'live', itemPer: 'component' });
		const kept = { ...row, collector_code: 'branch_2', row_key: 'settled|branch' };
		const next = { ...kept, academic_year_start: 2027, academic_year_end: 2028 };
		await call(NAMES.ledger, [kept, { ...next, row_key: 'settled|next' }, ...more]);
		sheets.reset({ [SHEET]: [] });
		await tell();
		const inTable = await rowsWhere(PAYMENTS, 'collector_code', 'branch_2');
		const years = [row?.['academic_year_start'], 2027];
		assert.deepEqual(
			inTable.map((one) => one['academic_year_start']),
			years,
		);
		const inSheet = sheets.rows(SHEET).filter(({ branch }) => branch === 'branch_2');
		assert.equal(inSheet.length, 2);
		assert.equal(inSheet[1]?.['year'], '2027-28');
	});

	it('of two pieces of news about one fact the later stays, in either order, and is told again', async () => {
		const [rows] = settlements(1, 'UTRLATER') as [Item[]];
		const news = (amount: number, occurred_at: string) =>
			rows.map((row) => ({ ...row, amount, occurred_at }));
		const amounts = async () =>
			(await rowsWhere(PAYMENTS, 'settlement_utr', 'UTRLATER')).map(({ amount }) => amount);
		await call(NAMES.ledger, news(2, '2026-06-09T07:00:00Z'));
		await tell();
		await call(NAMES.ledger, news(1, '2026-06-09T06:00:00Z'));
		assert.deepEqual(await amounts(), [2]);
		await tell();
		assert.equal((await mailsTo('office@example.edu')).length, 1);
		await call(NAMES.ledger, news(3, '2026-06-09T08:00:00Z'));
		// In one step: a run of the sheet in between would else tell the old amount, and never the new one.
		const [newest] = (await ended(NAMES.ledger)).sort((a, b) => Number(b.id) - Number(a.id));
		const { out } = await runOf(newest as Execution);
		assert.deepEqual(
			out['Corrected: tell it again']?.map(({ amount, told_on }) => [amount, told_on]),
			[[3, null]],
		);
		await tell();
		assert.deepEqual(await amounts(), [3]);
		const inSheet = sheets.rows(SHEET).filter(({ utr }) => utr === 'UTRLATER');
		assert.deepEqual(
			inSheet.map(({ amount }) => amount),
			[3],
		);
		assert.equal((await mailsTo('office@example.edu')).length, 2);
	});

	it('of two pieces of news of one second the one that comes last stays, and is told', async () => {
		const [rows] = settlements(1, 'UTRSECOND') as [Item[]];
		const news = (amount: number) =>
			rows.map((row) => ({ ...row, amount, occurred_at: '2026-06-09T07:00:00Z' }));
		const inSheet = () =>
			sheets.rows(SHEET).flatMap(({ utr, amount }) => (utr === 'UTRSECOND' ? [amount] : []));
		await call(NAMES.ledger, [...news(1), ...news(2)]);
		await tell();
		assert.deepEqual(inSheet(), [2]);
		await call(NAMES.ledger, news(3));
		await call(NAMES.ledger, news(3));
		await tell();
		await tell();
		assert.deepEqual(inSheet(), [3]);
		assert.equal((await mailsTo('office@example.edu')).length, 2);
	});

	it('of several branches, each row has the names of its own', async () => {
		const [rows] = settlements(1, 'UTRBRANCHES') as [Item[]];
		const of = (collector_code: string | null, component_type: string, grade: string) =>
			rows.map((row) => ({
				...row,
				...{ collector_code, component_type, grade, grade_name: null },
				row_key: `settled|branches|${component_type}`,
			}));
		await call(NAMES.ledger, [
			...of('ed3ef2db524f', 'TRANSPORT_FEE', 'grade_5944'),
			...of('1', 'LAB_FEE', 'grade_5733'),
			...of('no such branch', 'TUITION_FEE', 'fdb97be4'),
		]);
		await tell();
		const inSheet = sheets.rows(SHEET).filter(({ utr }) => utr === 'UTRBRANCHES');
		assert.deepEqual(
			inSheet.map((row) => [row['branch'], row['fee'], row['class']]),
			[
				['ed3ef2db524f', 'Transport Fee', 'Class VIII'],
				['1', 'Laboratory Fee', 'Class XI Science'],
				['no such branch', 'TUITION_FEE', 'fdb97be4'],
			],
		);
	});

	it('what is not Live is in the sheet as TEST, and not counted', async () => {
		const [live] = settlements(1, 'UTRLIVE') as [Item[]];
		const test = live.map((row) => ({
			...row,
			environment: 'test',
			row_key: `test|${String(row['row_key'])}`,
		}));
		await call(NAMES.ledger, [...live, ...test]);
		await tell();
		const [mail] = await mailsTo('office@example.edu');
		assert.equal(mail?.subject, 'Settled: ₹1,000.10 from 1 payment');
		assert.match(mail?.text ?? '', /Rows of Test.*: 1/);
		const inSheet = sheets.rows(SHEET).filter(({ utr }) => utr === 'UTRLIVE');
		assert.deepEqual(
			inSheet.map((row) => row['test']),
			['', 'TEST'],
		);
	});

	it('stopped while Google is slow, it is told by a later run: one row, one e-mail', async () => {
		const [rows] = settlements(1, 'UTRSTOPPED') as [Item[]];
		await call(NAMES.ledger, rows);
		sheets.reset({ [SHEET]: [] }, { delayMs: 20_000 });
		const { executionId } = await api.runFrom(workflow(NAMES.sheet).id, 'When you run it');
		const told = async () =>
			(await rowsWhere(PAYMENTS, 'settlement_utr', 'UTRSTOPPED')).map(({ told_on }) => told_on);
		await until('the claim', async () => String((await told())[0]).startsWith('claimed '), {
			saw: told,
		});
		await ENDS['the run is stopped']?.(executionId as string);
		await endOf(executionId as string, NAMES.sheet);
		sheets.reset({ [SHEET]: [] });
		await tell();
		assert.deepEqual(await mails(), []);
		const ago = new Date(Date.now() - 16 * 60_000).toISOString();
		await putRow(PAYMENTS, 'row_key', {
			row_key: rows[0]?.['row_key'],
			told_on: `claimed ${ago} 1`,
		});
		await tell();
		assert.equal((await mailsTo('office@example.edu')).length, 1);
		assert.equal(sheets.rows(SHEET).length, 1);
	});

	it('what a run claimed and did not tell is told by a later one', async () => {
		const [rows] = settlements(1, 'UTRCLAIMED') as [Item[]];
		await call(NAMES.ledger, rows);
		const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
		const claim = async (at: string) =>
			await putRow(PAYMENTS, 'row_key', {
				row_key: rows[0]?.['row_key'],
				told_on: `claimed ${at} 1`,
			});
		await claim(minutesAgo(10));
		await tell();
		assert.deepEqual(await mails(), []);
		await claim(minutesAgo(16));
		await tell();
		assert.equal((await mailsTo('office@example.edu')).length, 1);
	});

	describe('a payment link that expires', () => {
		const email = 'suresh.iyer@example.com';
		let order_id: string;
		const linkOf = async (id: string) => (await rowsWhere(LINKS, 'order_id', id))[0] as Item;
		const orders = async () =>
			(await sandbox.admin<{ orders: Array<Item & Order> }>('GET', '/state')).orders;

		async function link(more: Item = {}): Promise<string> {
			const made = await orderOf({
				kind: 'link',
				payer: payer('Suresh Iyer', email),
				details: DETAILS,
			});
			await api.insertRows(LINKS, [
				{
					reference: `Row of ${made.order_id}`,
					order_id: made.order_id,
					redirect_url: made.checkout_url,
					name: 'Suresh Iyer',
					phone: '9900123456',
					email,
					student_name: 'Meera Iyer',
					identifier: 'BV/2026/0342',
					amount: 49500.5,
					details: JSON.stringify(DETAILS),
					created_on: '2026-06-08',
					reminders: 0,
					replaced_by: null,
					status: 'sent',
					environment: 'test',
					...more,
				},
			]);
			return made.order_id;
		}

		/** The run for it, and what it was called with. */
		async function expire(id: string): Promise<Item[]> {
			const [, run] = await after(
				async () => await happens(id, 'expire'),
				NAMES.inbox,
				NAMES.expired,
			);
			return got(run as Run, 'An expired link');
		}

		/** The run for another link that expired. */
		async function expiredEvent(): Promise<Run> {
			const id = await link();
			const [, run] = await after(
				async () => await happens(id, 'expire'),
				NAMES.inbox,
				NAMES.expired,
			);
			await sandbox.admin('DELETE', '/inbox');
			return run as Run;
		}

		it('is replaced twice, once for each event; then the office gets it', async () => {
			order_id = await link();
			for (const reminders of [1, 2]) {
				const event = await expire(order_id);
				const old = await linkOf(order_id);
				assert.equal(old['status'], 'replaced');
				const next = await linkOf(String(old['replaced_by']));
				assert.deepEqual(
					[next['reference'], next['reminders'], next['status'], next['amount'], next['details']],
					[old['reference'], reminders, 'sent', 49500.5, JSON.stringify(DETAILS)],
				);
				const made = (await orders()).find((one) => one.order_id === next['order_id']);
				assert.deepEqual(made?.['notes'], [
					{ key: 'reference', value: old['reference'] },
					{ key: 'replaces_order', value: order_id },
				]);
				assert.deepEqual(made?.['details'], DETAILS);
				const sent = await mailsTo(email);
				assert.equal(sent.length, reminders);
				assert.ok(sent.at(-1)?.text.includes(String(next['redirect_url'])));

				const before = [await orders(), await api.rows(LINKS), await mails()];
				await call(NAMES.expired, event);
				assert.deepEqual([await orders(), await api.rows(LINKS), await mails()], before);
				order_id = String(next['order_id']);
			}

			const count = (await orders()).length;
			const event = await expire(order_id);
			await call(NAMES.expired, event);
			assert.equal((await orders()).length, count);
			assert.equal((await linkOf(order_id))['status'], 'expired');
			const [followUp, ...more] = await rowsWhere(FOLLOW_UPS, 'row_key', `expired|${order_id}`);
			assert.deepEqual(more, []);
			assert.deepEqual(
				[followUp?.['name'], followUp?.['amount'], followUp?.['level'], followUp?.['status']],
				['Suresh Iyer', 49500.5, 'office', 'open'],
			);
			assert.match(String(followUp?.['reason']), /two reminders/);
			const told = [...(await mailsTo(email)), ...(await mailsTo('office@example.edu'))];
			assert.deepEqual(
				told.map(({ subject }) => subject),
				[
					'TEST: Reminder: ₹49,500.50 to pay',
					'TEST: Reminder: ₹49,500.50 to pay',
					'TEST: Please call Suresh Iyer',
				],
			);
		});

		it('and is paid after all: the newer link is marked too, and nobody is asked to pay it', async () => {
			const old = await link();
			const other = await link({ reference: 'Row of another' });
			await expire(old);
			const newer = String((await linkOf(old))['replaced_by']);
			const debited = sampleOf('payment_link.payment.debited');
			const payload = { ...debited.payload, order_id: old };
			const context = { environment: 'custom', itemPer: 'component' } as const;
			await call(NAMES.ledger, toRows({ ...debited, payload }, context) as never[]);
			assert.equal((await linkOf(old))['status'], 'paid');
			assert.equal((await linkOf(other))['status'], 'sent');
			const marked = await linkOf(newer);
			assert.equal(marked['status'], 'paid');
			assert.equal(
				marked['reason'],
				`The earlier link ${old} was paid. Cancel this one at Jodo, it still takes money`,
			);
			// If it expires as well, no third one is made.
			const count = (await orders()).length;
			await expire(newer);
			assert.equal((await orders()).length, count);
		});

		it('is paid while its new link is made: it stays paid, and nobody gets the new one', async () => {
			const old = await link();
			await sandbox.admin('POST', '/faults', {
				...{ method: 'POST', path: 'payment_links$', effect: { latencyMs: 5000 } },
			});
			const event = { ...got(await expiredEvent(), 'An expired link')[0], order_id: old };
			const run = call(NAMES.expired, [event]);
			await until('the claim', async () => (await linkOf(old))['status'] === 'claimed');
			const debited = sampleOf('payment_link.payment.debited');
			const payload = { ...debited.payload, order_id: old };
			const context = { environment: 'custom', itemPer: 'component' } as const;
			await call(NAMES.ledger, toRows({ ...debited, payload }, context) as never[]);
			assert.equal((await linkOf(old))['status'], 'paid');
			await run;
			await sandbox.admin('DELETE', '/faults');
			assert.deepEqual([(await linkOf(old))['status'], await mailsTo(email)], ['paid', []]);
			const made = (await orders()).at(-1)?.order_id as string;
			assert.deepEqual(
				[(await linkOf(made))['status'], (await linkOf(made))['reason']],
				['paid', `The earlier link ${old} was paid. Cancel this one at Jodo, it still takes money`],
			);
		});

		it('one e-mail that cannot be sent keeps no other parent from the new link, and is noted', async () => {
			const ids = [await link({ email: 'refused@example.com' }), await link()];
			const [event] = got(await expiredEvent(), 'An expired link');
			await sandbox.admin('DELETE', '/inbox');
			await call(
				NAMES.expired,
				ids.map((order_id) => ({ ...event, order_id, row_key: `expired|${order_id}` })),
			);
			assert.equal((await mailsTo(email)).length, 1);
			const newer = await linkOf(String((await linkOf(ids[0] as string))['replaced_by']));
			assert.match(String(newer['reason']), /^The e-mail could not be sent: ./);
		});

		it('of one id at Live and at Test is two links: what happens to one leaves the other alone', async () => {
			const id = await link({ reference: 'LIVE-1', environment: 'live' });
			const own = { id: undefined, createdAt: undefined, updatedAt: undefined };
			const ofTest = { reference: 'TEST-1', environment: 'test', status: 'sent' };
			await api.insertRows(LINKS, [{ ...(await linkOf(id)), ...own, ...ofTest }]);
			const states = async () =>
				(await rowsWhere(LINKS, 'order_id', id)).map((row) => [row['reference'], row['status']]);
			const debited = sampleOf('payment_link.payment.debited');
			const payload = { ...debited.payload, order_id: id };
			const rows = (environment: 'live' | 'test') =>
				toRows({ ...debited, payload }, { environment, itemPer: 'component' }) as never[];
			await call(NAMES.ledger, rows('test'));
			assert.deepEqual(await states(), [
				['LIVE-1', 'sent'],
				['TEST-1', 'paid'],
			]);
			const expired = { order_id: id, type: 'expired', name: 'Suresh Iyer', amount: 1 };
			const count = (await orders()).length;
			await call(NAMES.expired, [{ ...expired, environment: 'test' }]);
			assert.equal((await orders()).length, count);
			assert.equal((await states())[0]?.[1], 'sent');
			await call(NAMES.expired, [{ ...expired, environment: 'live' }]);
			assert.deepEqual(await states(), [
				['LIVE-1', 'replaced'],
				['TEST-1', 'paid'],
			]);
			await call(NAMES.ledger, rows('live'));
			assert.deepEqual(await states(), [
				['LIVE-1', 'paid'],
				['TEST-1', 'paid'],
			]);
		});

		it('is Live where the office entered it by hand, without saying which', async () => {
			const id = await link({ environment: null });
			const debited = sampleOf('payment_link.payment.debited');
			const payload = { ...debited.payload, order_id: id };
			const rows = (environment: 'live' | 'test') =>
				toRows({ ...debited, payload }, { environment, itemPer: 'component' }) as never[];
			await call(NAMES.ledger, rows('test'));
			assert.equal((await linkOf(id))['status'], 'sent');
			await call(NAMES.ledger, rows('live'));
			assert.equal((await linkOf(id))['status'], 'paid');
		});

		it('makes one new link when the same event comes twice at once', async () => {
			const id = await link();
			const event = await expire(await link());
			const item = { ...(event[0] as Item), order_id: id, row_key: `expired|${id}` };
			const count = (await orders()).length;
			await Promise.all([call(NAMES.expired, [item]), call(NAMES.expired, [item])]);
			assert.equal((await orders()).length, count + 1);
		});

		it('goes to the office if it is not in the table', async () => {
			const { order_id: unknown } = await orderOf({
				kind: 'link',
				payer: payer('Farida Khan', 'farida.khan@example.com'),
				details: DETAILS,
			});
			const event = await expire(unknown);
			await call(NAMES.expired, event);
			const [followUp, ...more] = await rowsWhere(FOLLOW_UPS, 'row_key', `expired|${unknown}`);
			assert.deepEqual(more, []);
			assert.match(String(followUp?.['reason']), /not in the table/);
			assert.equal((await mailsTo('office@example.edu')).length, 1);
			assert.deepEqual(await mailsTo('farida.khan@example.com'), []);
		});

		it('goes to the office if the table has no whole e-mail address', async () => {
			const id = await link({ email: 'suresh@' });
			const count = (await orders()).length;
			await expire(id);
			const [followUp] = await rowsWhere(FOLLOW_UPS, 'row_key', `expired|${id}`);
			assert.match(String(followUp?.['reason']), /no e-mail address/);
			assert.equal((await orders()).length, count);
			assert.deepEqual(
				(await mails()).map(({ to }) => to),
				[['office@example.edu']],
			);
		});

		it('goes to the office if Jodo refuses a new one', async () => {
			const id = await link({ details: '[{"component_type":"NO_SUCH_FEE","amount":-5}]' });
			await expire(id);
			const [followUp] = await rowsWhere(FOLLOW_UPS, 'row_key', `expired|${id}`);
			assert.match(String(followUp?.['reason']), /^No new payment link: ./);
			assert.equal((await linkOf(id))['status'], 'expired');
			assert.equal((await mailsTo('office@example.edu')).length, 1);
		});
	});

	it('bounces go to the parent, then to the office, then to the principal', async () => {
		await sandbox.admin('POST', '/seed');
		interface Student {
			jodo_student_id: string;
			payments: Array<{ id: string; status: string }>;
			profile: { primary_contact_email: string; primary_contact_name: string };
			flex?: { id: number; status: string };
		}
		const students = await sandbox.admin<Student[]>('GET', '/students');
		const student = students.find(({ flex }) => flex?.status === 'active') as Student;
		const { primary_contact_email: parent, primary_contact_name: name } = student.profile;
		const [first, second] = student.payments.filter(({ status }) => status === 'due');
		const bounce = async (payment?: { id: string }, due_date?: string) =>
			await sandbox.admin('POST', `/students/${student.jodo_student_id}/bounce`, {
				payment: payment?.id,
				due_date,
			});
		const row = async () =>
			(await rowsWhere(FOLLOW_UPS, 'row_key', `bounced|${student.flex?.id}`)).map(
				({ bounces, level, name }) => [bounces, level, name],
			);
		const sent = async () =>
			await Promise.all(
				[parent, 'office@example.edu', 'principal@example.edu'].map(
					async (address) => (await mailsTo(address)).length,
				),
			);

		const [, one] = await after(async () => await bounce(first), NAMES.inbox, NAMES.bounced);
		assert.deepEqual([await row(), await sent()], [[[1, 'parent', name]], [1, 0, 0]]);
		await call(NAMES.bounced, got(one as Run, 'A bounced instalment'));
		assert.deepEqual([await row(), await sent()], [[[1, 'parent', name]], [1, 0, 0]]);

		await after(async () => await bounce(second), NAMES.inbox, NAMES.bounced);
		assert.deepEqual([await row(), await sent()], [[[2, 'office', name]], [1, 1, 0]]);

		// The bank tries the same instalment again, on another day.
		await after(async () => await bounce(second, '2031-06-12'), NAMES.inbox, NAMES.bounced);
		assert.deepEqual([await row(), await sent()], [[[3, 'principal', name]], [1, 1, 1]]);
		await call(NAMES.bounced, got(one as Run, 'A bounced instalment'));
		assert.deepEqual([await row(), await sent()], [[[3, 'principal', name]], [1, 1, 1]]);
		const subjects = (await mails()).map(({ subject }) => subject);
		assert.ok(
			subjects.every((subject) => subject.startsWith('TEST: ')),
			String(subjects),
		);
	});

	it('two bounces of a plan at once, each told twice, are the first and the second', async () => {
		const sample = sampleOf('flex.instalment.bounced');
		const rows = ['flex_1', 'flex_2'].flatMap((id) => {
			const payload = structuredClone(sample.payload) as { payment: Item; subscription: Item };
			payload.payment['id'] = id;
			payload.subscription['id'] = 9_990_001;
			return toRows({ ...sample, payload }, { environment: 'live', itemPer: 'component' });
		});
		await call(NAMES.ledger, rows);
		await Promise.all([...rows, ...rows].map(async (row) => await call(NAMES.bounced, [row])));
		assert.deepEqual((await mails()).map(({ to }) => to[0]).sort(), [
			'customer@example.com',
			'office@example.edu',
		]);
	});

	it('a payer without an address is in the table, and not thanked', async () => {
		const { order_id } = await orderOf({
			kind: 'link',
			payer: payer('Nobody', 'no address'),
			details: DETAILS,
		});
		await after(async () => await happens(order_id, 'pay'), NAMES.inbox, NAMES.thanks);
		assert.equal((await rowsWhere(PAYMENTS, 'payment_key', order_id)).length, 2);
		assert.deepEqual(await mails(), []);
	});

	it('a link that is paid is marked in the table of links', async () => {
		const { order_id } = await orderOf({
			kind: 'link',
			payer: payer('Kavita Deshpande', 'kavita.deshpande@example.com'),
			details: DETAILS,
		});
		await api.insertRows(LINKS, [
			{ reference: 'P-1', order_id, status: 'sent', environment: 'test' },
		]);
		await after(async () => await happens(order_id, 'pay'), NAMES.inbox, NAMES.thanks);
		const [link] = await rowsWhere(LINKS, 'order_id', order_id);
		assert.equal(link?.['status'], 'paid');
		assert.match(String(link?.['paid_on']), /^\d{4}-\d\d-\d\d$/);
	});
});

describe('dragged into another order, top to bottom', () => {
	const upsideDown = ours.map((example) => ({
		...example,
		nodes: example.nodes.map((one) => ({
			...one,
			position: [one.position[0], -one.position[1]] as [number, number],
		})),
	}));
	let workflows: Map<string, Workflow>;
	before(async () => {
		await cleanSlate();
		workflows = await importAll(upsideDown);
		const { inbox, ledger, thanks, expired, bounced } = NAMES;
		for (const name of [ledger, thanks, expired, bounced, inbox])
			await api.publish((workflows.get(name) as Workflow).id);
		await emptyTables();
		sheets.reset({ [SHEET]: [] });
	});

	it('a payment is in the table whole, its correction is told, and the payer is thanked', async () => {
		const email = 'upside.down@example.com';
		const { order_id } = await sandbox.admin<Order>('POST', '/orders', {
			kind: 'link',
			payer: { name: 'Asha Rao', phone: '9845012345', email },
			details: [{ component_type: 'TUITION_FEE', amount: 42000 }],
		});
		await api.insertRows(LINKS, [
			{ reference: 'DOWN', order_id, status: 'sent', environment: 'test' },
		]);
		await sandbox.admin('POST', `/orders/${order_id}/pay`);
		await until('the thanks', async () => (await mailsTo(email)).length === 1, {
			saw: async () => [await mails(), await api.rows(PAYMENTS)],
		});
		const amounts = async (books: string) =>
			(await rowsWhere(PAYMENTS, 'order_id', order_id))
				.filter((row) => row['books'] === books)
				.map(({ amount, told_on }) => [amount, told_on]);
		assert.equal((await amounts('in_transit'))[0]?.[0], 42000);
		assert.equal((await rowsWhere(LINKS, 'order_id', order_id))[0]?.['status'], 'paid');

		const [settled] = toRows(sampleOf('payment.settled'), {
			environment: 'live',
			itemPer: 'component',
		}) as [Item];
		const news = async (amount: number, occurred_at: string) =>
			await runPinned(workflows.get(NAMES.ledger) as Workflow, 'Rows of Jodo', {
				'Rows of Jodo': [{ json: { ...settled, row_key: 'settled|down', amount, occurred_at } }],
			});
		const kept = async () =>
			(await rowsWhere(PAYMENTS, 'row_key', 'settled|down')).map(({ amount, told_on }) => [
				amount,
				told_on,
			]);
		await news(1, '2026-06-09T06:00:00Z');
		assert.deepEqual(await kept(), [[1, null]]);
		await putRow(PAYMENTS, 'row_key', { row_key: 'settled|down', told_on: '2026-06-09' });
		await news(1, '2026-06-09T06:00:00Z');
		assert.deepEqual(await kept(), [[1, '2026-06-09']]);
		await news(2, '2026-06-09T07:00:00Z');
		assert.deepEqual(await kept(), [[2, null]]);
	});
});
