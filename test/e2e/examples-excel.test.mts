// An Excel list goes in and comes back with its links, against a Jodo.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Execution, Workflow } from '../../dev/demo/api.mts';
import { ROOT } from '../../dev/demo/paths.mts';
import { until } from '../../dev/demo/process.mts';
import {
	browse,
	endOf,
	ENDS,
	examples,
	importAll,
	limited,
	mails,
	makeTables,
	putRow,
} from './examples.mts';
import { allRuns, recordOf, unfolded, type Item } from './trigger.mts';
import { api, cleanSlate, demo, sandbox, type Order } from './world.mts';

const FILES = ['21-excel-links.json', '13-a-workflow-failed.json'];
const LINKS = 'Jodo links';

interface Cell {
	t: 'n' | 's';
	v: string | number;
	/** The number format. */
	z?: string;
}
type Row = Record<string, Cell | string | number | undefined>;
interface Book {
	SheetNames: string[];
	Sheets: Record<string, object>;
}
/** n8n's own, by which it reads and writes such files. */
const excel = createRequire(join(ROOT, 'dev/demo/package.json'))('@e965/xlsx') as {
	read(file: Buffer): Book;
	write(book: Book, options: object): Buffer;
	utils: {
		encode_cell(at: { r: number; c: number }): string;
		sheet_to_json(sheet: object, options?: object): Item[];
	};
};

const HEADINGS = [
	...['Reference', 'Parent', 'Phone', 'Email', 'Student', 'Admission No', 'Fee Head', 'Amount'],
	'Pay By',
];
/** As Excel stores a day: how many have passed since 1900, in a cell that is shown as a date. */
const day = (iso: string): Cell => ({
	t: 'n',
	v: Date.parse(iso) / 86_400_000 + 25_569,
	z: 'dd-mm-yyyy',
});
const amount = (rupees: number): Cell => ({ t: 'n', v: rupees, z: '#,##0.00' });

type Values = Array<Cell | string | number>;

/** The cells of a list. */
const cellsOf = (rows: Row[], headings = HEADINGS): Values[] => [
	headings,
	...rows.map((row) => headings.map((heading) => row[heading] ?? '')),
];

/** A file as Excel saves it. */
const fileOf = (rows: Row[], headings = HEADINGS) => bookOf([cellsOf(rows, headings)]);

function sheetOf(cells: Values[]): object {
	const sheet: Record<string, unknown> = {};
	cells.forEach((row, r) =>
		row.forEach((value, c) => {
			if (value === '' || value === undefined) return;
			const cell =
				typeof value === 'object' ? value : { t: typeof value === 'number' ? 'n' : 's', v: value };
			sheet[excel.utils.encode_cell({ r, c })] = cell;
		}),
	);
	const width = Math.max(...cells.map((row) => row.length));
	sheet['!ref'] = `A1:${excel.utils.encode_cell({ r: cells.length - 1, c: width - 1 })}`;
	return sheet;
}

function bookOf(sheets: Values[][], bookType = 'xlsx', more: object = {}): Buffer {
	const SheetNames = sheets.map((_, index) => `Sheet${index + 1}`);
	const Sheets = Object.fromEntries(
		sheets.map((cells, index) => [SheetNames[index], { ...sheetOf(cells), ...more }]),
	);
	return excel.write({ SheetNames, Sheets }, { type: 'buffer', bookType });
}

const orders = async () =>
	(
		await sandbox.admin<{
			orders: Array<Order & { payer: Item; details: Item[]; expires_at?: string }>;
		}>('GET', '/state')
	).orders;

describe('21: an Excel list with links', () => {
	let workflow: Workflow;
	let failed: Workflow;
	before(async () => {
		await makeTables();
		await cleanSlate();
		const made = await importAll(examples.filter(({ file }) => FILES.includes(file)));
		workflow = made.get('Jodo: links for an Excel list') as Workflow;
		failed = made.get('Jodo: a workflow failed') as Workflow;
	});
	beforeEach(async () => {
		await cleanSlate();
		await api.publish(workflow.id);
	});
	after(async () => {
		await cleanSlate();
		// The night's catch-up asks Jodo about whatever is open, also in the tests of other files.
		const open = (await api.rows(LINKS)).filter(
			({ reference, status }) => /^X\d/.test(String(reference)) && status === 'sent',
		);
		const closed = open.map(({ reference }) => ({ reference, status: 'cancelled' }));
		await putRow(LINKS, 'reference', ...closed);
	});

	const upload = async (file: Buffer) => {
		const { webhookId } = workflow.nodes.find(({ name }) => name === 'List form') ?? {};
		const body = new FormData();
		body.append('field-0', new Blob([new Uint8Array(file)]), 'list.xlsx');
		const answer = await browse(`${demo.n8n.url}/form/${webhookId}`, { method: 'POST', body });
		assert.equal(answer.status, 200, await answer.text());
	};
	const ended = async () =>
		(await allRuns(workflow)).filter(({ status }) => ['success', 'error'].includes(status));

	/** The file that came back from this run. */
	async function fileBack(run: Execution): Promise<Item[]> {
		const { resultData } = unfolded(await recordOf(run)) as {
			resultData: {
				runData: Record<
					string,
					Array<{
						data: { main: Array<Array<{ binary: { data: { data: string; id?: string } } }>> };
					}>
				>;
			};
		};
		const made = resultData.runData['As an Excel file']?.[0]?.data.main[0]?.[0]?.binary.data;
		assert.ok(made, 'a file');
		const { id, data } = made;
		const stored = `${demo.n8n.url}/rest/binary-data?action=download&id=${id}`;
		const bytes = id
			? Buffer.from(await (await browse(stored, { headers: api.session() })).arrayBuffer())
			: Buffer.from(data, 'base64');
		lastFile = bytes;
		const { SheetNames, Sheets } = excel.read(bytes);
		return excel.utils.sheet_to_json(Sheets[SheetNames[0] as string] as object, { defval: '' });
	}
	let lastFile: Buffer;

	/** Sends the files at once; what came back. */
	async function send(...files: Buffer[]): Promise<Item[][]> {
		const known = new Set((await ended()).map(({ id }) => id));
		await Promise.all(files.map(upload));
		const fresh = async () => (await ended()).filter(({ id }) => !known.has(id));
		const runs = await until(
			`${files.length} lists to come back`,
			async () => {
				const all = await fresh();
				return all.length >= files.length && all;
			},
			{ saw: fresh },
		);
		for (const { status } of runs) assert.equal(status, 'success');
		return await Promise.all(runs.map(fileBack));
	}

	let list = 0;
	/** Rows of a list whose references no other list has. */
	const rows = (...more: Row[]): Row[] => {
		list++;
		return more.map((one, index) => ({
			Reference: `X${list}-${index + 1}`,
			Parent: `Parent ${index + 1}`,
			Phone: 9876543210 + index,
			Email: `parent${index + 1}@example.com`,
			Student: `Child ${index + 1}`,
			'Admission No': `2026-${index + 1}`,
			'Fee Head': 'TUITION_FEE',
			Amount: amount(1000 + index),
			...one,
		}));
	};

	it('gives each row one link, and says in the file what became of it; sent again, none is made', async () => {
		const file = fileOf(
			rows(
				{ Amount: amount(100000.5), 'Pay By': day('2031-06-15') },
				{ 'Fee Head': '', 'Pay By': '16/06/2031' },
				{ Amount: 'twelve' },
			),
		);
		const [back = []] = await send(file);
		const made = await orders();
		assert.equal(made.length, 2);
		assert.deepEqual(
			made.map(({ details, expires_at }) => [details[0]?.['amount'], expires_at?.slice(0, 10)]),
			[
				[100000.5, '2031-06-15'],
				[1001, '2031-06-16'],
			],
		);
		assert.deepEqual(
			back.map(({ status }) => status),
			['Link made', 'Link made', 'No link'],
		);
		assert.deepEqual(
			back.map(({ link }) => link),
			[...made.map(({ checkout_url }) => checkout_url), ''],
		);
		assert.equal(back[0]?.['reason'], 'TEST, not Live');
		assert.match(String(back[2]?.['reason']), /"twelve"/);
		const noted = (await api.rows(LINKS)).filter(({ reference }) =>
			back.some(({ Reference }) => Reference === reference),
		);
		assert.deepEqual(noted.map(({ environment }) => environment || '').sort(), [
			'',
			'test',
			'test',
		]);
		assert.deepEqual([back[0]?.['Pay By'], back[0]?.['Phone']], ['2031-06-15', 9876543210]);
		const [mail, ...others] = await mails();
		assert.deepEqual(others, []);
		assert.deepEqual(mail?.to, ['office@example.edu']);
		assert.equal(mail?.subject, 'TEST: List of 3 rows: 2 with a link, 0 paid, 1 without');

		// As it was, and as it came back, at once.
		const again = await send(file, lastFile);
		for (const one of again)
			assert.deepEqual(
				one.map(({ link }) => link),
				back.map(({ link }) => link),
			);
		assert.equal((await orders()).length, 2);

		await putRow(LINKS, 'reference', {
			reference: back[0]?.['Reference'],
			status: 'paid',
			paid_on: '2026-06-09',
		});
		const [paid = []] = await send(lastFile);
		assert.deepEqual([paid[0]?.['status'], paid[0]?.['paid_on']], ['Paid', '2026-06-09']);
		assert.equal(Object.keys(paid[0] ?? {}).length, HEADINGS.length + 5);
	});

	it('three lists at once, of the same twelve rows, are twelve links', async () => {
		const file = fileOf(rows(...Array.from({ length: 12 }, () => ({}))));
		await send(file, file, file);
		assert.equal((await orders()).length, 12);
		const [back = []] = await send(file);
		assert.deepEqual(new Set(back.map(({ status }) => status)), new Set(['Link made']));
		assert.equal((await orders()).length, 12);
	});

	it('tells what is wrong with a row, does no harm with what stands in it, and makes the others', async () => {
		const ugly = rows(
			{ Parent: '=HYPERLINK("https://example.org")', Student: '<b>"Meera"</b>\nRao' },
			{ Reference: '' },
			{ Reference: 'X0-twice' },
			{ Reference: 'X0-twice' },
			{ Phone: 'none' },
			{ 'Pay By': day('2020-01-01') },
			{ Email: '' },
			{ Email: 'asha@example.com, ravi@example.com' },
			{ Email: '"a b"@example.com' },
			{ Reference: '#N/A' },
			{ 'Admission No': '1.17E+5' },
			{ Student: '#REF!' },
			{ Amount: '(1,000.00)' },
			{ Amount: '1.17E+5' },
		).map(({ Reference, 'Pay By': payBy, ...row }) => ({
			...row,
			' reference ': Reference as string,
			'PAY BY': payBy,
			'Date of Birth': day('2019-02-28'),
		}));
		const headings = HEADINGS.map(
			(heading) => ({ Reference: ' reference ', 'Pay By': 'PAY BY' })[heading] ?? heading,
		);
		const [back = []] = await send(fileOf(ugly, [...headings, 'Date of Birth']));
		assert.equal((await orders()).length, 1);
		assert.deepEqual(
			back.map(({ status }) => status),
			['Link made', ...Array<string>(13).fill('No link')],
		);
		const reasons = back.map(({ reason }) => String(reason));
		[
			/^TEST, not Live$/,
			/no Reference/,
			/several rows/,
			/several rows/,
			/Phone/,
			/past|Expir/i,
			/Email/,
		].forEach((wanted, index) => assert.match(reasons[index] as string, wanted));
		[
			/Email' is not an email address/,
			/Email' is not an email address/,
			/holds an error of the sheet: #N\/A/,
			/has lost digits: 1\.17E\+5/,
			/holds an error of the sheet: #REF!/,
			/not an amount in rupees/,
			/has lost digits: 1\.17E\+5/,
		].forEach((wanted, index) => assert.match(reasons[index + 7] as string, wanted));
		assert.equal(back[0]?.['Date of Birth'], '2019-02-28');
		// A text, not a formula.
		const { SheetNames, Sheets } = excel.read(lastFile);
		const sheet = Sheets[SheetNames[0] as string] as Record<string, { t: string; f?: string }>;
		const cells = Object.values(sheet).filter(({ f }) => f);
		assert.deepEqual(cells, []);
		assert.equal(back[0]?.['Parent'], '=HYPERLINK("https://example.org")');
	});

	it('a file that is no such list is refused with a reason, and the office hears of it', async () => {
		await api.publish(failed.id);
		const [row = {}] = rows({ 'Pay By': '05/06/2031' });
		const csv = cellsOf([{ ...row, Amount: 500 }])
			.map((cells) => cells.join(','))
			.join('\n');
		const cases: Array<[Buffer, RegExp]> = [
			[Buffer.from('%PDF-1.7 no list'), /This is not an Excel file/],
			// Read as a list, 5 June would be 6 May.
			[Buffer.from(csv), /This is not an Excel file/],
			[Buffer.from(`<table><tr><td>Reference</td></tr></table>`), /This is not an Excel file/],
			[fileOf([{ Name: 'Asha' }], ['Name']), /No row with a Reference was found/],
			// A line across all columns above the headings.
			[
				bookOf([[['Fees of term 1'], ...cellsOf([row])]], 'xlsx', {
					'!merges': [{ s: { r: 0, c: 0 }, e: { r: 0, c: 8 } }],
				}),
				/No row with a Reference was found/,
			],
			[
				fileOf([{ ...row, 'email ': 'other@example.com' }], [...HEADINGS, 'email ']),
				/Two columns have the heading Email/,
			],
			[
				bookOf([
					[
						[...HEADINGS, 'Amount'],
						[...(cellsOf([row])[1] ?? []), 1],
					],
				]),
				/Two columns have the heading Amount/,
			],
		];
		for (const [file, said] of cases) {
			await sandbox.admin('DELETE', '/inbox');
			const before = (await ended()).length;
			await upload(file);
			await until('the run to end', async () => (await ended()).length > before);
			const [mail] = await until('an e-mail', async () => {
				const all = await mails();
				return all.length >= 1 && all;
			});
			assert.match(mail?.text ?? '', said);
		}
		assert.deepEqual(await orders(), []);
	});

	it('reads an old .xls, empty rows in the middle, dates with a time, and the first of two sheets', async () => {
		const [one = {}, two = {}] = rows(
			{ 'Pay By': { ...day('2031-06-15'), v: Number(day('2031-06-15').v) + 0.75 } },
			{ 'Pay By': '16-Jun-2031' },
		);
		const [other = {}] = rows({});
		const [headings = [], first = [], second = []] = cellsOf([one, two]);
		const blank = headings.map(() => '');
		const cells = [
			headings,
			blank,
			first,
			blank,
			blank,
			second,
			['', ' ', '', '', '', '', '', 'Total'],
		];
		for (const bookType of ['biff8', 'xlsx']) {
			const [back = []] = await send(bookOf([cells, cellsOf([other])], bookType));
			assert.deepEqual(
				back.map(({ status, reason }) => [status, reason]),
				[
					['Link made', 'TEST, not Live'],
					['Link made', 'TEST, not Live'],
					['No link', 'The row has no Reference'],
				],
			);
			const made = await orders();
			assert.deepEqual(
				made.map(({ expires_at }) => expires_at?.slice(0, 10)),
				['2031-06-15', '2031-06-16'],
			);
		}
		assert.match((await mails())[0]?.text ?? '', /all rows of the first sheet/);
	});

	for (const [how, end] of Object.entries(ENDS)) {
		it(`${how} in the middle: no second link, and it tells which rows are unclear`, async () => {
			const file = fileOf(rows(...Array.from({ length: 12 }, () => ({}))));
			await sandbox.admin('POST', '/faults', {
				method: 'POST',
				path: '/api/v1/integrations/pay/payment_links',
				after: 4,
				effect: { stall: true },
			});
			if (how.includes('timed out')) {
				await limited(workflow, 20);
				await api.publish(workflow.id);
			}
			await upload(file);
			const made = async () => (await orders()).length;
			await until('some links to be made', async () => (await made()) >= 4, { saw: made });
			const [open] = await api.executions(workflow.id);
			await end(open?.id as string);
			await endOf(open?.id as string, workflow.name);
			await sandbox.admin('DELETE', '/faults');
			if (how.includes('timed out')) {
				await limited(workflow, -1);
				await api.publish(workflow.id);
			}
			const before = await made();

			const [back = []] = await send(file);
			const count = (wanted: string) => back.filter(({ status }) => status === wanted).length;
			assert.deepEqual([count('Being made'), count('Link made')], [10, 2]);
			assert.equal(await made(), before + 2);

			const claimed_at = new Date(Date.now() - 16 * 60_000).toISOString();
			const claimed = (await api.rows(LINKS)).filter(({ status }) => status === 'claimed');
			await putRow(
				LINKS,
				'reference',
				...claimed.map(({ reference }) => ({ reference, claimed_at })),
			);
			await sandbox.admin('DELETE', '/inbox');
			const [later = []] = await send(file);
			const unclear = later.filter(({ status }) => String(status).startsWith('Outcome unknown'));
			assert.equal(unclear.length, 10);
			assert.equal(await made(), before + 2);
			const subjects = (await mails()).map(({ subject }) => subject).sort();
			assert.deepEqual(subjects, [
				'10 payment links with an unclear outcome',
				'TEST: List of 12 rows: 2 with a link, 0 paid, 0 without',
			]);
		});
	}
});
