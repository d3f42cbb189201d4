// The examples for the office: each on its pinned data, and, where it talks to Jodo, against a Jodo.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, beforeEach, describe, it } from 'node:test';
import type { Workflow } from '../../dev/demo/api.mts';
import { until } from '../../dev/demo/process.mts';
import {
	browse,
	examples,
	importAll,
	mails,
	makeTables,
	runOf,
	runPinned,
	type Mail,
	type Run,
} from './examples.mts';
import { recordOf, unfolded, type Item } from './trigger.mts';
import {
	api,
	cleanSlate,
	demo,
	node,
	registerElsewhere,
	sandbox,
	to,
	type Order,
} from './world.mts';

type Pinned = Record<string, Array<{ json: Item }>>;

const FAILED = 'Jodo: a workflow failed';
/** These need no other example. */
const ALONE = ['00-tables.json', '13-a-workflow-failed.json', 'first-settled-to-sheet.json'];
const OURS = [
	'07-paid-not-settled.json',
	'08-bank-statement.json',
	'09-monthly-report.json',
	'10-tally-voucher.json',
	'12-watch.json',
	'13-a-workflow-failed.json',
];
const of = (file: string) => {
	const found = examples.find((example) => example.file === file);
	assert.ok(found, `${file} is there`);
	return found;
};
const workflows = await importAll(OURS.map(of));
const workflowOf = (file: string) => workflows.get(of(file).name) as Workflow;

const jsons = (items: Item[]): Array<{ json: Item }> => items.map((json) => ({ json }));

/** The pinned data, without some nodes (these then really run, as all e-mails do), with others pinned otherwise. */
function pins(file: string, without: string[] = [], instead: Record<string, Item[]> = {}): Pinned {
	const pinned = { ...of(file).pinData } as Pinned;
	for (const { name, type } of of(file).nodes)
		if (type === 'n8n-nodes-base.emailSend') delete pinned[name];
	for (const name of without) {
		assert.ok(pinned[name], `${name} is pinned`);
		delete pinned[name];
	}
	for (const [name, items] of Object.entries(instead)) pinned[name] = jsons(items);
	return pinned;
}
const pinnedIn = (file: string, name: string): Item[] =>
	(of(file).pinData?.[name] ?? []).map(({ json }) => json);

async function succeeds(
	file: string,
	trigger = 'When you run it',
	pinned = pins(file),
): Promise<Run> {
	const run = await runPinned(workflowOf(file), trigger, pinned);
	assert.equal(run.status, 'success', run.error);
	return run;
}

async function onlyMail(): Promise<Mail> {
	const [mail, ...more] = await mails();
	assert.ok(mail, 'an e-mail arrived');
	assert.deepEqual(more, []);
	return mail;
}
interface File {
	fileName: string;
	bytes: Buffer;
}
/** The file that left this node, as it is attached to the e-mail. */
async function fileFrom(file: string, name: string): Promise<File> {
	const [latest] = await api.executions(workflowOf(file).id);
	assert.ok(latest);
	const { resultData } = unfolded(await recordOf(latest)) as {
		resultData: {
			runData: Record<
				string,
				[
					{
						data: {
							main: [[{ binary: { data: { fileName: string; id?: string; data: string } } }]];
						};
					},
				]
			>;
		};
	};
	const { fileName, id, data } = resultData.runData[name]?.[0].data.main[0][0].binary.data ?? {};
	assert.ok(fileName && data);
	if (!id) return { fileName, bytes: Buffer.from(data, 'base64') };
	const path = `/rest/binary-data?id=${encodeURIComponent(id)}&action=download`;
	const answer = await browse(demo.n8n.url + path, { headers: api.session() });
	assert.equal(answer.status, 200);
	return { fileName, bytes: Buffer.from(await answer.arrayBuffer()) };
}

/** The cells of an Excel file, read by n8n's own node. */
async function cellsOf({ fileName, bytes }: File): Promise<unknown[][]> {
	const data = { data: bytes.toString('base64'), fileName, mimeType: 'application/vnd.ms-excel' };
	const reader = await api.createWorkflow({
		name: 'Reads a sheet',
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
			node('File', 'n8n-nodes-base.code', 2, {
				jsCode: `return [{ json: {}, binary: { data: ${JSON.stringify(data)} } }];`,
			}),
			node('Sheet', 'n8n-nodes-base.extractFromFile', 1, { operation: 'xlsx', options: {} }),
		],
		connections: { Start: { main: [to('File')] }, File: { main: [to('Sheet')] } },
	});
	const { status, error, out } = await runPinned(reader, 'Start');
	assert.equal(status, 'success', error);
	return (out['Sheet'] ?? []).map((row) => Object.values(row));
}

/** Puts rows into one of the tables that the examples share, in place of all others. */
async function fill(table: string, rows: Item[]): Promise<void> {
	await api.deleteRows(table);
	await api.insertRows(table, rows);
}

before(makeTables);
/** Of a suite: a hook outside of one would run before the tests of all other files too. */
const startClean = () => beforeEach(cleanSlate);

describe('13: a workflow failed', () => {
	startClean();
	const FILE = '13-a-workflow-failed.json';

	it('tells the office, on pinned data', async () => {
		await succeeds(FILE, 'A workflow failed');
		const { to: receivers, subject, text } = await onlyMail();
		assert.deepEqual(receivers, ['office@example.edu']);
		assert.equal(subject, 'n8n: "Jodo: a link for each row of a sheet" failed');
		assert.match(text, /stopped at "Create payment link"/);
		assert.match(text, /Reason: Jodo did not accept the API key and secret/);
		assert.match(text, /executions\/231/);
	});

	it('hears of a failure of a published workflow that names it', async () => {
		const path = randomUUID();
		const failing = await api.call<Workflow>('POST', '/workflows', {
			name: 'Fails',
			nodes: [
				node('Start', 'n8n-nodes-base.webhook', 2.1, { path }, { webhookId: path }),
				node('Give up', 'n8n-nodes-base.stopAndError', 1, { errorMessage: 'No such student' }),
			],
			connections: { Start: { main: [to('Give up')] } },
			settings: { executionOrder: 'v1', errorWorkflow: workflowOf(FILE).id },
			active: false,
		});
		await api.publish(workflowOf(FILE).id);
		await api.publish(failing.id);
		await browse(`${demo.n8n.url}/webhook/${path}`);
		await until('the e-mail', async () => (await mails()).length > 0, {
			saw: async () => await api.executions(workflowOf(FILE).id),
		});
		const { subject, text } = await onlyMail();
		assert.equal(subject, 'n8n: "Fails" failed');
		assert.match(text, /stopped at "Give up"[^]*Reason: No such student/);
	});

	it('is named by all the others', () => {
		const others = examples.filter(({ file }) => !ALONE.includes(file));
		assert.ok(others.length > 12);
		for (const { settings } of others) assert.equal(settings['errorWorkflow'], FAILED);
	});
});

describe('12: watch', () => {
	startClean();
	const FILE = '12-watch.json';
	const expected = () => {
		const { parameters } = of(FILE).nodes.find(({ name }) => name === 'What we expect') ?? {};
		const { assignments } = parameters?.['assignments'] as {
			assignments: Array<{ name: string; value: string }>;
		};
		return Object.fromEntries(assignments.map(({ name, value }) => [name, value])) as {
			address: string;
			events: string;
		};
	};

	it('finds what is missing and what goes elsewhere, on pinned data', async () => {
		const { out } = await succeeds(FILE);
		assert.deepEqual(out['Compare'], [
			{ event: 'order.payment.settled', problem: 'is not registered at Jodo, or switched off' },
			{ event: 'payment_link.payment.expired', problem: 'goes to https://erp.example.edu/jodo' },
		]);
		const { subject, text } = await onlyMail();
		assert.equal(subject, 'Jodo: 2 events do not reach us');
		assert.match(text, /order\.payment\.settled is not registered/);
	});

	it('asks Jodo: one missing, then none', async () => {
		await sandbox.admin('PATCH', '/settings', { studentCodes: 'both' });
		const { address, events } = expected();
		const codes = events.split('\n');
		for (const code of codes.slice(1)) await registerElsewhere(code, address);
		const first = await succeeds(FILE, undefined, pins(FILE, ['Ask Jodo']));
		assert.deepEqual(
			first.out['Compare']?.map(({ event }) => event),
			[codes[0]],
		);
		await onlyMail();
		await sandbox.admin('DELETE', '/inbox');
		await registerElsewhere(codes[0] as string, address);
		await succeeds(FILE, undefined, pins(FILE, ['Ask Jodo']));
		assert.deepEqual(await mails(), []);
	});

	it('expects what the inbox is registered for', () => {
		const trigger = of('01-inbox.json').nodes.find(({ name }) => name === 'Jodo Trigger');
		assert.deepEqual(expected().events.split('\n'), trigger?.parameters['events']);
		assert.ok(expected().address.endsWith(`/webhook/${trigger?.webhookId}/jodo`));
	});

	it('tells of every event where Jodo knows none', async () => {
		const { out } = await succeeds(FILE, undefined, pins(FILE, ['Ask Jodo']));
		assert.equal(out['Compare']?.length, expected().events.split('\n').length);
	});
});

/** The words of a list in an e-mail, from its heading to the next empty line. */
const section = (text: string, heading: string) =>
	text.split(/\n\n/).find((part) => part.startsWith(heading)) ?? '';

describe('07: paid but not settled', () => {
	startClean();
	const FILE = '07-paid-not-settled.json';
	const JODO = ['Get the payment link', 'Get the order'];
	const rows = () => pinnedIn(FILE, 'Debited and settled');

	it('lists what is open too long by what Jodo says, on pinned data', async () => {
		const { out } = await succeeds(FILE);
		assert.deepEqual(
			out['What is open too long']?.map(({ payment_key, open_amount }) => [
				payment_key,
				open_amount,
			]),
			[
				['order_1b2c3d4e5f607182', 60000.5],
				['pg_778812', 15000],
				['order_2c3d4e5f60718293', 84000],
			],
		);
		const { to: receivers, subject, text } = await onlyMail();
		assert.deepEqual(receivers, ['office@example.edu']);
		assert.equal(subject, '3 payments not settled after 3 working days');
		assert.match(
			section(text, 'Settled at Jodo, but the event was missed'),
			/₹60,000\.50 paid on 8 Jun 2026 by Lakshmi Iyer for Dev Iyer \(2026-0119\), order_1b2c3d4e5f607182, UTR AXISCN0611998877/,
		);
		assert.match(section(text, 'Not settled at Jodo either'), /₹84,000\.00 .* Farhan Shaikh/);
		assert.match(section(text, 'Look yourself in the Jodo dashboard'), /pg_778812/);
	});

	// Wednesday the 10th. The bank is closed on the 13th, a second Saturday, and on Sunday the 14th.
	for (const [today, tooLong] of [
		['2026-06-15', false],
		['2026-06-16', true],
	] as const) {
		it(`paid on a Wednesday: on ${today} it is ${tooLong ? '' : 'not '}open too long`, async () => {
			const { out } = await succeeds(
				FILE,
				undefined,
				pins(FILE, [], {
					Today: [{ today }],
					'Debited and settled': rows().filter(({ source }) => source === 'order'),
				}),
			);
			assert.equal(out['What is open too long']?.length ?? 0, tooLong ? 1 : 0);
			assert.equal((await mails()).length, tooLong ? 1 : 0);
		});
	}

	it('counts the first Saturday; not the fourth, nor Sundays and holidays', async () => {
		// The 26th of June is a holiday, the 27th a fourth Saturday.
		for (const [paid_on, today, count] of [
			['2026-06-24', '2026-06-30', 0],
			['2026-06-24', '2026-07-01', 1],
			['2026-07-02', '2026-07-06', 0],
			['2026-07-02', '2026-07-07', 1],
		] as const) {
			const paid = rows()
				.filter(({ source }) => source === 'order')
				.map((row) => ({ ...row, paid_on }));
			const { out } = await succeeds(
				FILE,
				undefined,
				pins(FILE, [], { Today: [{ today }], 'Debited and settled': paid }),
			);
			assert.equal(out['What is open too long']?.length ?? 0, count, today);
		}
	});

	it('a payment of which a part is settled stays open for the rest', async () => {
		const [debited, settled] = rows() as [Item, Item];
		const { out } = await succeeds(
			FILE,
			undefined,
			pins(FILE, [], { 'Debited and settled': [debited, { ...settled, amount: 99999.9 }] }),
		);
		assert.deepEqual(
			out['What is open too long']?.map(({ open_amount }) => open_amount),
			[0.1],
		);
	});

	it('names no payment that the office has closed, that bounced, or that is not Live', async () => {
		const [debited] = rows().filter(({ source }) => source === 'order') as [Item];
		const bounced = { ...debited, type: 'bounced', books: 'none', row_key: 'bounced' };
		const closed = { ...debited, closed_on: '2026-06-12', closed_reason: 'A charge was kept' };
		for (const list of [[closed], [debited, bounced], [{ ...debited, environment: 'test' }]]) {
			const pinned = pins(FILE, [], { 'Debited and settled': list });
			const { out } = await succeeds(FILE, undefined, pinned);
			assert.equal(out['What is open too long']?.length ?? 0, 0);
		}
		assert.deepEqual(await mails(), []);
	});

	it('names a payment that bounced and was debited by a later try', async () => {
		const [order] = rows().filter(({ source }) => source === 'order') as [Item];
		const debited = { ...order, occurred_at: '2026-06-08T05:00:00Z' };
		const bounced = { ...debited, type: 'bounced', books: 'none', row_key: 'bounced' };
		for (const [occurred_at, count] of [
			['2026-06-05T05:00:00Z', 1],
			['2026-06-09T05:00:00Z', 0],
		] as const) {
			// The table has no order of its own.
			const list = [
				{ ...bounced, occurred_at },
				debited,
				{ ...bounced, occurred_at: '2026-06-01' },
			];
			const pinned = pins(FILE, [], { 'Debited and settled': list });
			const { out } = await succeeds(FILE, undefined, pinned);
			assert.equal(out['What is open too long']?.length ?? 0, count, occurred_at);
		}
	});

	it('says nothing where all is settled', async () => {
		await succeeds(FILE, undefined, pins(FILE, [], { 'Debited and settled': rows().slice(0, 2) }));
		assert.deepEqual(await mails(), []);
	});

	it('asks Jodo, from the table itself', async () => {
		const open = async (kind: 'link' | 'order') => {
			const { order_id } = await sandbox.admin<Order>('POST', '/orders', {
				kind,
				payer: { name: 'Asha Rao', phone: '9876543210', email: 'asha@example.com' },
				details: [{ component_type: 'TUITION_FEE', amount: 1000 }],
			});
			await sandbox.admin('POST', `/orders/${order_id}/pay`);
			return order_id;
		};
		const missed = await open('link');
		const waiting = await open('order');
		await sandbox.admin('POST', `/orders/${missed}/settle`, { utr: 'AXISCN0600000001' });
		const row: Item = { ...rows()[0] };
		delete row['id'];
		const debited = (key: string, source: string) => ({
			...row,
			row_key: `debited:${key}`,
			payment_key: key,
			order_id: key,
			source,
			amount: 1000,
		});
		await fill('Jodo payments', [
			debited(missed, 'payment_link'),
			debited(waiting, 'order'),
			debited('order_0', 'order'),
		]);
		const { out } = await succeeds(FILE, undefined, pins(FILE, [...JODO, 'Debited and settled']));
		const lists = Object.fromEntries(
			(out['What Jodo says'] ?? []).map(({ key, list, utr }) => [key, [list, utr]]),
		);
		assert.deepEqual(lists[missed], [
			'Settled at Jodo, but the event was missed',
			'AXISCN0600000001',
		]);
		assert.deepEqual(lists[waiting], ['Not settled at Jodo either', '']);
		assert.match(
			String(lists['order_0']),
			/^Look yourself \(Jodo could not be asked: .*does not know this record/,
		);
		await onlyMail();
		await fill('Jodo payments', []);
	});
});

describe('08: the bank statement', () => {
	startClean();
	const FILE = '08-bank-statement.json';
	const FORM = 'Statement form';

	const LISTS = [
		['Amount differs', 'AXISCN0611998877', 60000, 60000.5, -0.5],
		['In Jodo, not in bank', 'AXISCN0612345678', 0, 9000, -9000],
		['In bank, not in Jodo', '', 2400, 0, 2400],
		['Matched', 'AXISCN0611223344', 183000.3, 183000.3, 0],
	];
	const listed = ({ out }: Run) =>
		out['Match by UTR']?.map(({ list, utr, bank, jodo, difference }) => [
			list,
			utr,
			bank,
			jodo,
			difference,
		]);

	it('tells matched from all others, on pinned data', async () => {
		const run = await succeeds(FILE, FORM);
		assert.deepEqual(listed(run), LISTS);
		const { subject, text } = await onlyMail();
		assert.equal(subject, 'Bank statement: 3 to look at, 1 matched');
		assert.match(text, /Amount differs: AXISCN0611998877.*difference ₹-0\.50/);
		assert.match(text, /In bank, not in Jodo: UPI-SUNIL PRINTERS-REFUND/);
		const file = await fileFrom(FILE, 'As a sheet');
		assert.equal(file.fileName, 'bank-and-jodo-2026-06-10.xlsx');
		const cells = await cellsOf(file);
		assert.deepEqual(
			cells.map(([list, utr, , bank, jodo, difference]) => [list, utr, bank, jodo, difference]),
			LISTS,
		);
	});

	it('says so where the file is not what it expects', async () => {
		for (const [data, why] of [
			['Datum;Text;Betrag\n08.06.2026;NEFT;1', /No headings were found[^]*Columns of the bank/],
			['', /No headings were found/],
			['Date,Narration,Credit\n8 Jun 2026,NEFT,0.00', /No money in was found/],
			['Date,Narration,Credit\nlast Monday,NEFT,1.00', /No money in was found[^]*writing dates/],
		] as const) {
			const pinned = pins(FILE, [], { 'Read the CSV': [{ data }] });
			const run = await runPinned(workflowOf(FILE), FORM, pinned);
			assert.equal(run.status, 'error');
			assert.match(run.error ?? '', why);
		}
	});

	const row = (settlement_utr: string, amount: number) => ({
		...(pinnedIn(FILE, 'Settled at Jodo')[0] as Item),
		settlement_utr,
		amount,
	});

	it('takes what stands where no UTR was for none, and one UTR in two ways of writing for one', async () => {
		const none = ['NA', 'N/A', '-', 'null', 'nil', '0', '000000000000', 'NOT AVAILABLE'];
		const run = await succeeds(
			FILE,
			FORM,
			pins(FILE, [], {
				'Read the CSV': [
					{
						data: 'Date,Narration,Credit\n08/06/2026,NEFT CR-AXISCN0611223344-JODO,300.00\n08/06/2026,NOT AVAILABLE NA N/A null nil 000000000000,1.00',
					},
				],
				'Settled at Jodo': [
					row('AXISCN0611223344', 100),
					row('axiscn0611223344 ', 200),
					...none.map((utr) => row(utr, 1)),
				],
			}),
		);
		assert.deepEqual(
			listed(run)?.map(([list, , bank, jodo]) => [list, bank, jodo]),
			[
				...none.map(() => ['In Jodo, without a UTR', 0, 1]),
				['In bank, not in Jodo', 1, 0],
				['Matched', 300, 300],
			],
		);
	});

	it('takes the longer of two UTRs that begin alike, and adds up what comes in parts', async () => {
		const run = await succeeds(
			FILE,
			FORM,
			pins(FILE, [], {
				'Settled at Jodo': [row('UTR0001', 100), row('UTR00012', 0.1), row('UTR00012', 0.2)],
				'Read the CSV': [
					{
						data: 'Date,Narration,Deposit Amt\n8/6/2026,NEFT UTR00012,0.10\n8/6/2026,NEFT utr 00012 X,0.20\n8/6/2026,UTR0001,100',
					},
				],
			}),
		);
		assert.deepEqual(
			listed(run)?.map((one) => one.slice(0, 3)),
			[
				['Matched', 'UTR0001', 100],
				['Matched', 'UTR00012', 0.3],
			],
		);
	});

	// As the banks' exports look: 1,83,000.30 in with the UTR, 1,234 out, and what stands around that.
	const UTR = 'AXISCN0611223344';
	const STATEMENTS: Record<string, string> = {
		'HDFC, padded, with its summary below': `  Date     ,Narration          ,Value Dat,Debit Amount       ,Credit Amount      ,Chq/Ref Number   ,Closing Balance
 08/06/26  ,NEFT CR-JODO PAYMENTS  ,08/06/26 ,            0.00 ,     183000.30 ,${UTR}    ,  1423500.30
 09/06/26  ,CHQ PAID        ,09/06/26 ,         1234.00 ,             0.00 ,000117    ,  1422266.30

STATEMENT SUMMARY :-
Opening Balance,Dr Count,Cr Count,Debits,Credits,Closing Bal
"12,40,500.00",1,1,"1,234.00","1,83,000.30","14,22,266.30"
`,
		'HDFC from Excel': `Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance
08/06/26,NEFT CR-JODO PAYMENTS,${UTR},08/06/26,,"1,83,000.30","14,23,500.30"
09/06/26,CHQ PAID,000117,09/06/26,"1,234.00",,"14,22,266.30"
`,
		'ICICI, two columns': `"S No.","Value Date","Transaction Date","Cheque Number","Transaction Remarks","Withdrawal Amount (INR )","Deposit Amount (INR )","Balance (INR )"
"1","08/06/2026","08/06/2026","-","NEFT-${UTR}-JODO, PAYMENTS","0.00","183000.30","1423500.30"
"2","09/06/2026","09/06/2026","000117","BY ""SELF""","1234.00","0.00","1422266.30"
`,
		'ICICI, one signed column, by semicolons': `Value Date;Transaction Date;Transaction Remarks;Amount (INR);Balance (INR)
08/06/2026;08/06/2026;NEFT-${UTR}-JODO, PAYMENTS;+1,83,000.30;14,23,500.30
09/06/2026;09/06/2026;"CHQ; SELF";-1,234.00;14,22,266.30
`,
		'SBI, by tabs, below its own lines': `Account Name       :\tBANYAN PUBLIC SCHOOL
Start Date         :\t1 Jun 2026

Txn Date\tValue Date\tDescription\tRef No./Cheque No.\t        Debit\tCredit\tBalance
8 Jun 2026\t8 Jun 2026\tBY TRANSFER-NEFT*UTIB0000100*${UTR}*JODO--\tTRANSFER FROM 4897\t \t1,83,000.30\t14,23,500.30
9 Jun 2026\t9 Jun 2026\tTO CASH\t000117\t1,234.00\t \t14,22,266.30
**This is a computer generated statement and does not require a signature
`,
		Axis: `Name :- BANYAN PUBLIC SCHOOL
Statement of Account No - 911010001 for the period (From : 01-06-2026 To : 30-06-2026)

Tran Date,CHQNO,PARTICULARS,DR,CR,BAL,SOL
08-06-2026,-,NEFT/${UTR}/JODO, ,183000.30,1423500.30,119
09-06-2026,117,TO CASH,1234.00, ,1422266.30,119
`,
		'Kotak, the side beside amount and balance': `Sl. No.,Transaction Date,Value Date,Description,Chq / Ref No.,Amount,Dr / Cr,Balance,Dr / Cr
1,08-06-2026 10:11 AM,08-06-2026,NEFT ${UTR} JODO,,"1,83,000.30",CR,"14,23,500.30",CR
2,09-06-2026 04:02 PM,09-06-2026,CASH,,"1,234.00",DR,"14,22,266.30",CR
`,
		'others, in the plural': `Transaction Date,Value Date,Cheque No/Reference No,Description,Withdrawals,Deposits,Running Balance
08-Jun-26,08-Jun-26,${UTR},NEFT JODO,,"Rs. 1,83,000.30","14,23,500.30"
09-Jun-26,09-Jun-26,,CASH,"Rs. 1,234.00",,"14,22,266.30"
`,
	};
	for (const [bank, statement] of Object.entries(STATEMENTS)) {
		it(`reads the statement of ${bank}`, async () => {
			const settled = pinnedIn(FILE, 'Settled at Jodo').filter(
				({ settlement_utr }) => settlement_utr === UTR,
			);
			const dash = { ...settled[0], settlement_utr: '-', row_key: 'x', amount: 7 };
			const test = { ...settled[0], environment: 'test' };
			// Excel's "CSV UTF-8" begins with a mark, and its lines end as those of Windows.
			const data = `\ufeff${statement.replaceAll('\n', '\r\n')}`;
			const instead = { 'Settled at Jodo': [...settled, dash, test], 'Read the CSV': [{ data }] };
			const run = await succeeds(FILE, FORM, pins(FILE, [], instead));
			assert.deepEqual(listed(run), [
				['In Jodo, without a UTR', '', 0, 7, -7],
				['Matched', UTR, 183000.3, 183000.3, 0],
			]);
			const lines = run.out['Columns of the bank']?.filter(({ date }) => date) ?? [];
			assert.deepEqual(
				lines.map(({ date, amount }) => [date, amount]),
				[
					['2026-06-08', 183000.3],
					['2026-06-09', 0],
				],
			);
		});
	}

	it('reads money out as money out, however it is marked, and days however they are written', async () => {
		const lines = [
			['08/06/2026', '5.00 Cr', 5],
			['8/6/26', '1,234.00 Dr', 0],
			['08.06.2026', '1,234.00DR', 0],
			['2026-06-08', '(1,234.00)', 0],
			['8-Jun-2026', '₹ -1,234', 0],
			['08 June 2026', '1,234.00-', 0],
			['20260608', '(₹1,234.00)', 0],
			['08/06/2026 10:20:30', 'INR 7.50 (Cr)', 7.5],
			['08-JUN-26', '\u22121,234.00', 0],
		] as const;
		const cells = lines.map(([day, amount]) => `${day};AXISCN0611223344;${amount}`);
		const data = ['Date;Particulars;Amount', ...cells].join('\n');
		const run = await succeeds(FILE, FORM, pins(FILE, [], { 'Read the CSV': [{ data }] }));
		assert.deepEqual(
			run.out['Columns of the bank']?.map(({ date, amount }) => [date, amount]),
			lines.map(([, , amount]) => ['2026-06-08', amount]),
		);
	});

	it('reads a CSV that is sent by the form', async () => {
		await fill(
			'Jodo payments',
			pinnedIn(FILE, 'Settled at Jodo').map(({ id: _, ...row }) => row),
		);
		const workflow = workflowOf(FILE);
		await api.publish(workflow.id);
		const csv = String(pinnedIn(FILE, 'Read the CSV')[0]?.['data']);
		const form = new FormData();
		// Excel's "CSV UTF-8" begins with a mark.
		form.append('field-0', new Blob([`\ufeff${csv}`], { type: 'text/csv' }), 'statement.csv');
		const { webhookId } = workflow.nodes.find(({ name }) => name === FORM) ?? {};
		const before = (await api.executions(workflow.id)).length;
		const answer = await browse(`${demo.n8n.url}/form/${webhookId}`, {
			method: 'POST',
			body: form,
		});
		assert.equal(answer.status, 200, await answer.text());
		const runs = async () => await api.executions(workflow.id);
		const run = await until(
			'the run',
			async () => {
				const all = await runs();
				return all.length > before && all[0]?.status === 'success' && all[0];
			},
			{ saw: runs },
		);
		assert.deepEqual(listed(await runOf(run)), LISTS);
		assert.equal((await onlyMail()).subject, 'Bank statement: 3 to look at, 1 matched');
		await fill('Jodo payments', []);
	});
});

describe('09: the monthly report', () => {
	startClean();
	const FILE = '09-monthly-report.json';

	it('adds up by fee head and by UTR to the paisa, on pinned data', async () => {
		await succeeds(FILE);
		const file = await fileFrom(FILE, 'As a sheet');
		assert.equal(file.fileName, 'jodo-2026-06.xlsx');
		assert.deepEqual(await cellsOf(file), [
			['Fee head', 'TUITION_FEE', '', 3, 228000.6],
			['Fee head', 'TRANSPORT_FEE', '', 1, 15000.2],
			['Fee head', 'Event Fee', '', 1, 9000],
			['UTR', 'AXISCN0611223344', '2026-06-08', 2, 183000.3],
			['UTR', 'AXISCN0611998877', '2026-06-10', 1, 60000.5],
			['UTR', 'AXISCN0612345678', '2026-06-10', 1, 9000],
			['Total', '2026-06', '', 4, 252000.8],
		]);
		const { subject, text } = await onlyMail();
		assert.equal(subject, 'Jodo in June 2026: ₹2,52,000.80');
		assert.match(text, /UTR AXISCN0611223344 on 8 Jun 2026: ₹1,83,000\.30 from 2 payments/);
	});

	it('is exact where a sum of floating point numbers is not', async () => {
		const row = pinnedIn(FILE, 'Settled at Jodo')[0] as Item;
		const many = Array.from({ length: 30 }, (_, index) => ({
			...row,
			payment_key: `order_${index}`,
			amount: 0.1,
		}));
		const test = { ...row, environment: 'test', payment_key: 'test|order_1', amount: 7 };
		await succeeds(FILE, undefined, pins(FILE, [], { 'Settled at Jodo': [test, ...many] }));
		const cells = await cellsOf(await fileFrom(FILE, 'As a sheet'));
		assert.deepEqual(cells.at(-1), ['Total', '2026-06', '', 30, 3]);
	});

	it('counts what has no fee head and no UTR, such as a loan', async () => {
		const row = pinnedIn(FILE, 'Settled at Jodo')[0] as Item;
		const nothing = { settlement_utr: null, component_type: null, payment_key: null };
		const loans = [1, 2].map((id) => ({
			...row,
			...nothing,
			row_key: `disbursed|${id}`,
			amount: 5,
		}));
		await succeeds(FILE, undefined, pins(FILE, [], { 'Settled at Jodo': loans }));
		assert.deepEqual(await cellsOf(await fileFrom(FILE, 'As a sheet')), [
			['Fee head', 'Not given', '', 2, 10],
			['UTR', 'Not given', '2026-06-08', 2, 10],
			['Total', '2026-06', '', 2, 10],
		]);
	});

	it('lists apart what Jodo gave no day for', async () => {
		const row = pinnedIn(FILE, 'Settled at Jodo')[0] as Item;
		const dayless = { ...row, settled_at: null, payment_key: 'order_x' };
		await succeeds(FILE, undefined, pins(FILE, [], { 'Settled at Jodo': [row, dayless] }));
		const cells = await cellsOf(await fileFrom(FILE, 'As a sheet'));
		const utr = String(row['settlement_utr']);
		assert.deepEqual(
			cells.filter(([by]) => by === 'UTR').map(([, what]) => what),
			[utr, `${utr} (Jodo gave no day)`],
		);
	});

	it('says so where nothing was settled', async () => {
		await succeeds(FILE, undefined, pins(FILE, [], { 'Which month': [{ month: '2026-04' }] }));
		assert.equal((await onlyMail()).subject, 'Jodo in April 2026: nothing settled');
	});

	it('reads the table itself', async () => {
		await fill(
			'Jodo payments',
			pinnedIn(FILE, 'Settled at Jodo').map(({ id: _, ...row }) => row),
		);
		await succeeds(FILE, undefined, pins(FILE, ['Settled at Jodo']));
		assert.equal((await onlyMail()).subject, 'Jodo in June 2026: ₹2,52,000.80');
		await fill('Jodo payments', []);
		await sandbox.admin('DELETE', '/inbox');
		await succeeds(FILE, undefined, pins(FILE, ['Settled at Jodo']));
		assert.equal((await onlyMail()).subject, 'Jodo in June 2026: nothing settled');
	});
});

/** Read by n8n's own XML node, which refuses what is not well-formed. */
async function parsed(xml: string): Promise<Item> {
	const reader = await api.createWorkflow({
		name: 'Reads XML',
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
			node('Text', 'n8n-nodes-base.code', 2, {
				jsCode: `return [{ json: { data: ${JSON.stringify(xml)} } }];`,
			}),
			node('XML', 'n8n-nodes-base.xml', 1, { mode: 'xmlToJson', options: { explicitArray: true } }),
		],
		connections: { Start: { main: [to('Text')] }, Text: { main: [to('XML')] } },
	});
	const { status, error, out } = await runPinned(reader, 'Start');
	assert.equal(status, 'success', error);
	return out['XML']?.[0] as Item;
}

interface Voucher {
	REMOTEID: [string];
	VCHTYPE: [string];
	DATE: [string];
	NARRATION: [string];
	'ALLLEDGERENTRIES.LIST': Array<{
		LEDGERNAME: [string];
		ISDEEMEDPOSITIVE: [string];
		AMOUNT: [string];
	}>;
}

describe('10: Tally vouchers', () => {
	startClean();
	const FILE = '10-tally-voucher.json';
	const FORM = 'Days form';

	async function vouchers(pinned = pins(FILE)): Promise<Voucher[]> {
		await succeeds(FILE, FORM, pinned);
		const text = (await fileFrom(FILE, 'As a file')).bytes.toString('utf8');
		assert.match(text, /^<\?xml version="1.0" encoding="UTF-8"\?>\n<ENVELOPE>/);
		const { ENVELOPE } = (await parsed(text)) as {
			ENVELOPE: {
				BODY: [
					{ IMPORTDATA: [{ REQUESTDATA: [{ TALLYMESSAGE?: Array<{ VOUCHER: [Voucher] }> }] }] },
				];
			};
		};
		const messages = ENVELOPE.BODY[0].IMPORTDATA[0].REQUESTDATA[0].TALLYMESSAGE ?? [];
		return messages.map(({ VOUCHER: [voucher] }) => voucher);
	}
	const entries = (voucher: Voucher | undefined) =>
		voucher?.['ALLLEDGERENTRIES.LIST'].map(
			({ LEDGERNAME: [ledger], ISDEEMEDPOSITIVE: [debit], AMOUNT: [amount] }) => [
				ledger,
				debit,
				amount,
			],
		);

	it('writes a voucher per payment that balances, on pinned data', async () => {
		const all = await vouchers();
		assert.deepEqual(
			all.map(({ REMOTEID, VCHTYPE, DATE }) => [REMOTEID[0], VCHTYPE[0], DATE[0]]),
			[
				['jodo:order_0a1b2c3d4e5f6071:AXISCN0611223344', 'Receipt', '20260608'],
				['jodo:order_2c3d4e5f60718293:AXISCN0611223344', 'Receipt', '20260608'],
				['jodo:order_1b2c3d4e5f607182:AXISCN0611998877', 'Receipt', '20260610'],
				['jodo:order_3d4e5f6071829304:AXISCN0612345678', 'Receipt', '20260610'],
			],
		);
		assert.deepEqual(entries(all[0]), [
			['Tuition Fees', 'No', '84000.10'],
			['Transport Fees', 'No', '15000.20'],
			['HDFC Bank - Fees A/c', 'Yes', '-99000.30'],
		]);
		assert.deepEqual(entries(all[3])?.[0], ['Jodo Fees (to be sorted)', 'No', '9000.00']);
		assert.match(
			all[0]?.NARRATION[0] ?? '',
			/UTR AXISCN0611223344: Meera Rao \(2026-0117\) \[order_0a1b2c3d4e5f6071\]/,
		);
		const { subject } = await onlyMail();
		assert.equal(subject, 'Tally: 4 receipt vouchers, ₹2,52,000.80');
	});

	it('is well-formed whatever stands in a name, and the same when made again', async () => {
		const row = pinnedIn(FILE, 'Settled at Jodo')[0] as Item;
		const typed = `A & B <VOUCHER> "C" 'D' ]]> \u0007&amp; ₹ मीरा राव श्रीवास्तव 🎓`;
		const people = [
			{ ...row, student_name: typed, component_type: 'शिक्षण शुल्क & "more"' },
			{
				...row,
				student_name: '🎓'.repeat(300),
				payment_key: 'long',
				component_type: 'constructor',
			},
		];
		const pinned = pins(FILE, [], { 'Settled at Jodo': people });
		const [first, long] = await vouchers(pinned);
		assert.ok(first?.NARRATION[0].includes(typed.replace('\u0007', ' ')));
		assert.match(long?.NARRATION[0] ?? '', /: 🎓{300} \(/u);
		assert.deepEqual(entries(long)?.[0]?.[0], 'Jodo Fees (to be sorted)');
		assert.deepEqual(await vouchers(pinned), [first, long]);
	});

	it('writes a voucher per UTR, if told so, and only of the days that were chosen', async () => {
		const workflow = workflowOf(FILE);
		const stored = await api.workflow(workflow.id);
		const nodes = JSON.parse(
			JSON.stringify(stored.nodes).replace('"value":"payment"', '"value":"utr"'),
		) as unknown;
		await api.call('PATCH', `/workflows/${workflow.id}`, { versionId: stored.versionId, nodes });
		const form = { From: '2026-06-08', To: '2026-06-08' };
		const all = await vouchers(pins(FILE, [], { [FORM]: [form] }));
		const { versionId } = await api.workflow(workflow.id);
		await api.call('PATCH', `/workflows/${workflow.id}`, { versionId, nodes: stored.nodes });
		assert.deepEqual(
			all.map(({ REMOTEID }) => REMOTEID[0]),
			['jodo:utr:AXISCN0611223344'],
		);
		assert.deepEqual(entries(all[0]), [
			['Tuition Fees', 'No', '168000.10'],
			['Transport Fees', 'No', '15000.20'],
			['HDFC Bank - Fees A/c', 'Yes', '-183000.30'],
		]);
	});

	it('stays one voucher where Jodo corrects the day or a UTR runs over midnight, and 300 payments keep it short', async () => {
		const row = pinnedIn(FILE, 'Settled at Jodo')[0] as Item;
		const many = Array.from({ length: 300 }, (_, index) => ({
			...row,
			payment_key: `order_${index}`,
			student_name: `Student ${index}`,
			settled_on: index % 2 ? '2026-06-08' : '2026-06-09',
		}));
		const workflow = workflowOf(FILE);
		const stored = await api.workflow(workflow.id);
		const nodes = JSON.parse(
			JSON.stringify(stored.nodes).replace('"value":"payment"', '"value":"utr"'),
		) as unknown;
		await api.call('PATCH', `/workflows/${workflow.id}`, { versionId: stored.versionId, nodes });
		const [voucher, ...more] = await vouchers(pins(FILE, [], { 'Settled at Jodo': many }));
		const { versionId } = await api.workflow(workflow.id);
		await api.call('PATCH', `/workflows/${workflow.id}`, { versionId, nodes: stored.nodes });
		assert.deepEqual(more, []);
		assert.equal(voucher?.REMOTEID[0], 'jodo:utr:AXISCN0611223344');
		assert.equal(voucher?.DATE[0], '20260609');
		assert.ok((voucher?.NARRATION[0].length ?? 999) <= 500);
		const bank = voucher?.['ALLLEDGERENTRIES.LIST'].at(-1) as unknown as {
			'BANKALLOCATIONS.LIST': [{ UNIQUEREFERENCENUMBER: [string]; AMOUNT: [string] }];
		};
		assert.deepEqual(bank['BANKALLOCATIONS.LIST'][0].UNIQUEREFERENCENUMBER, ['AXISCN0611223344']);
		const corrected = pins(FILE, [], {
			'Settled at Jodo': [row, { ...row, settled_on: '2026-06-09', row_key: 'b' }],
		});
		assert.equal((await vouchers(corrected)).length, 1);
	});

	it('is in the file with all its lines, by its last day, or not at all', async () => {
		const [row] = pinnedIn(FILE, 'Settled at Jodo') as [Item];
		const list = [
			{ ...row, amount: 1000, settled_on: '2026-06-30', row_key: 'a' },
			{ ...row, amount: 500, settled_on: '2026-07-01', row_key: 'b' },
		];
		const of = async (From: string, To: string) =>
			(await vouchers(pins(FILE, [], { [FORM]: [{ From, To }], 'Settled at Jodo': list }))).map(
				(voucher) => entries(voucher)?.at(-1)?.[2],
			);
		assert.deepEqual(await of('2026-06-01', '2026-06-30'), []);
		assert.deepEqual(await of('2026-07-01', '2026-07-31'), ['-1500.00']);
	});

	it('what stands where no UTR was is none: such money of two days is two vouchers', async () => {
		const [row] = pinnedIn(FILE, 'Settled at Jodo') as [Item];
		const workflow = workflowOf(FILE);
		const stored = await api.workflow(workflow.id);
		const nodes = JSON.parse(
			JSON.stringify(stored.nodes).replace('"value":"payment"', '"value":"utr"'),
		) as unknown;
		await api.call('PATCH', `/workflows/${workflow.id}`, { versionId: stored.versionId, nodes });
		const list = ['NA', 'N/A', '-', 'null', 'NOT AVAILABLE', '000000000000'].flatMap(
			(settlement_utr) =>
				['2026-06-08', '2026-06-09'].map((settled_on) => ({ ...row, settlement_utr, settled_on })),
		);
		const all = await vouchers(pins(FILE, [], { 'Settled at Jodo': list }));
		const { versionId } = await api.workflow(workflow.id);
		await api.call('PATCH', `/workflows/${workflow.id}`, { versionId, nodes: stored.nodes });
		assert.deepEqual(
			all.map(({ REMOTEID, DATE }) => [REMOTEID[0], DATE[0]]),
			[
				['jodo:utr:2026-06-08', '20260608'],
				['jodo:utr:2026-06-09', '20260609'],
			],
		);
	});

	it('knows a voucher without UTR and day again where the day is that of the news', async () => {
		const none = { settlement_utr: null, settled_at: null };
		const row = { ...pinnedIn(FILE, 'Settled at Jodo')[0], ...none } as Item;
		const ids: unknown[] = [];
		for (const settled_on of ['2026-06-08', '2026-06-09']) {
			const pinned = pins(FILE, [], { 'Settled at Jodo': [{ ...row, settled_on }] });
			ids.push(...(await vouchers(pinned)).map(({ REMOTEID }) => REMOTEID[0]));
		}
		assert.deepEqual(ids, Array(2).fill('jodo:order_0a1b2c3d4e5f6071:'));
	});

	it('a fee head that is taken off is a debit, and the voucher balances', async () => {
		const [row] = pinnedIn(FILE, 'Settled at Jodo') as [Item];
		const list = [
			{ ...row, component_type: 'TUITION_FEE', amount: 1000.5 },
			{ ...row, component_type: 'CONCESSION', amount: -200 },
		];
		const [voucher, ...more] = await vouchers(pins(FILE, [], { 'Settled at Jodo': list }));
		assert.deepEqual(more, []);
		assert.deepEqual(entries(voucher), [
			['Tuition Fees', 'No', '1000.50'],
			['Jodo Fees (to be sorted)', 'Yes', '-200.00'],
			['HDFC Bank - Fees A/c', 'Yes', '-800.50'],
		]);
	});

	it('makes none where nothing was settled', async () => {
		const form = { From: '2026-04-01', To: '2026-04-30' };
		assert.deepEqual(await vouchers(pins(FILE, [], { [FORM]: [form] })), []);
		assert.equal((await onlyMail()).subject, 'Tally: 0 receipt vouchers, ₹0.00');
	});
});

describe('all of them', () => {
	startClean();
	it('go live together', async () => {
		for (const file of [...OURS].reverse()) await api.publish(workflowOf(file).id);
	});
});
