// The examples that write to a Google Sheet by themselves, against what stands in for Google.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import type { Workflow } from '../../dev/demo/api.mts';
import { until } from '../../dev/demo/process.mts';
import {
	emptyTables,
	examples,
	importAll,
	mails,
	putRow,
	runPinned,
	type Run,
} from './examples.mts';
import { sheets } from './sheets.mts';
import { allRuns, type Item } from './trigger.mts';
import { api, cleanSlate, demo, sandbox, type Order } from './world.mts';

async function imported(file: string): Promise<Workflow> {
	const wanted = examples.filter((example) =>
		[file, '13-a-workflow-failed.json'].includes(example.file),
	);
	const name = wanted.find((example) => example.file === file)?.name as string;
	return (await importAll(wanted)).get(name) as Workflow;
}

describe('the first example: a sheet row and an e-mail on settlement', () => {
	const TAB = 'Settled';
	beforeEach(cleanSlate);

	it('50 settlements at once: 50 rows, the exact sum, an e-mail each', async () => {
		sheets.reset({ [TAB]: [] }, { delayMs: 300 });
		const workflow = await imported('first-settled-to-sheet.json');
		await api.publish(workflow.id);
		const ids = await Promise.all(
			Array.from({ length: 50 }, async (_, index) => {
				const { order_id } = await sandbox.admin<Order>('POST', '/orders', {
					kind: 'link',
					payer: { name: '=1+1', phone: '9876543210', email: 'asha@example.com' },
					details: [{ component_type: 'TUITION_FEE', amount: 1000 + index / 10 }],
				});
				await sandbox.admin('POST', `/orders/${order_id}/pay`);
				return order_id;
			}),
		);
		await Promise.all(
			ids.map(async (id) => await sandbox.admin('POST', `/orders/${id}/settle`, { utr: 'UTR50' })),
		);
		await until(
			'50 runs',
			async () => {
				const all = await allRuns(workflow);
				const open = all.filter(({ status }) => ['new', 'running', 'waiting'].includes(status));
				return all.length >= 50 && !open.length;
			},
			{ seconds: 240 },
		);
		const rows = sheets.rows(TAB);
		assert.deepEqual(rows.map(({ payment_key }) => payment_key).sort(), [...ids].sort());
		assert.equal(
			rows.reduce((paise, { amount }) => paise + Math.round(Number(amount) * 100), 0),
			50 * 100_000 + (49 * 50 * 10) / 2,
		);
		assert.equal(rows[0]?.['name'], '=1+1');
		// Where the machine is slow, Jodo writes to the same address that n8n answered too late.
		const all = (await mails()).filter(({ subject }) => !subject.startsWith('Webhook '));
		assert.equal(all.length, 50);
		assert.match(all[0]?.subject ?? '', /^TEST: Settled: ₹1,00\d\.\d0$/);
		assert.match(all[0]?.text ?? '', /UTR UTR50/);
		await api.unpublish(workflow.id);
	});
});

describe('03: a link for each row', () => {
	const FILE = '03-link-per-row.json';
	const LINKS = 'Jodo links';
	const LINK = '/api/v1/integrations/pay/payment_links';
	const TAB = 'Fees';
	const COLUMNS = [
		...['Reference', 'Parent', 'Phone', 'Email', 'Student', 'Admission No', 'Grade', 'Fee Head'],
		...['Amount', 'Pay By'],
	];
	let workflow: Workflow;
	before(async () => {
		await emptyTables();
		workflow = await imported(FILE);
	});
	beforeEach(cleanSlate);

	let series = 0;
	/** A sheet of its own, so that tests don't meet in the table. */
	function fees(...rows: Item[]): void {
		const filled = rows.map((row, index) => ({
			Reference: `S${series}-${index + 1}`,
			Parent: `Parent ${index + 1}`,
			Phone: 9876543210 + index,
			Email: `parent${index + 1}@example.com`,
			Student: `Child ${index + 1}`,
			'Admission No': `A-${series}-${index + 1}`,
			Grade: 'Class VIII',
			'Fee Head': 'TUITION_FEE',
			Amount: 1000 + index,
			'Pay By': '',
			...row,
		}));
		series++;
		sheets.reset(
			{
				[TAB]: [COLUMNS, ...filled.map((row: Item) => COLUMNS.map((name) => row[name] as string))],
			},
			{ delayMs: 200, perMinute: 60 },
		);
	}
	async function run(): Promise<Run> {
		const ended = await runPinned(workflow, 'When you run it', {});
		assert.equal(ended.status, 'success', ended.error);
		return ended;
	}
	const orders = async () =>
		(
			await sandbox.admin<{ orders: Array<Order & { payer: Item; details: Item[] }> }>(
				'GET',
				'/state',
			)
		).orders;
	const inSheet = (column: string) => sheets.rows(TAB).map((row) => row[column]);

	it('gives each row one link, tells the parent, and says so in the sheet', async () => {
		fees({ Amount: '₹1,00,000.00' }, { 'Fee Head': '', Phone: '+44 7911 123456' }, { Email: '' });
		await run();
		const made = await orders();
		assert.equal(made.length, 2);
		assert.deepEqual(
			made.map(({ details }) => details[0]?.['amount']).sort(),
			[100000, 1001].sort(),
		);
		assert.deepEqual(inSheet('status').slice(0, 2), ['Link made', 'Link made']);
		assert.match(String(inSheet('status')[2]), /^Row 3 of 3 .*: 'Payer Email' is empty/);
		assert.equal(made.find(({ payer }) => payer['name'] === 'Parent 3') !== undefined, false);
		assert.deepEqual(
			[...inSheet('order_id')].filter(Boolean).sort(),
			made.map((one) => one.order_id).sort(),
		);
		const [asha, foreign] = inSheet('whatsapp').map(String) as [string, string];
		assert.match(asha, /^https:\/\/wa\.me\/919876543210\?text=Dear/);
		assert.match(foreign, /^https:\/\/wa\.me\/447911123456\?text=Dear/);
		const sent = await mails();
		assert.deepEqual(sent.map(({ to }) => to[0]).sort(), [
			'parent1@example.com',
			'parent2@example.com',
		]);
		assert.match(
			sent.find(({ to }) => to[0] === 'parent1@example.com')?.text ?? '',
			/^Dear Parent 1,\s+Please pay the fee of ₹1,00,000\.00 for Child 1/,
		);

		// The local Jodo is not at jodo.in.
		assert.ok(sent.every(({ subject }) => subject.startsWith('TEST: Fee of Child')));
		const ours = (await api.rows(LINKS)).filter(({ name }) => /^Parent [12]$/.test(String(name)));
		assert.ok(ours.every(({ environment }) => environment === 'test'));

		await run();
		assert.equal((await orders()).length, 2);
		assert.equal((await mails()).length, 2);
	});

	it('four runs at once make one link and one e-mail a row', async () => {
		fees({ Email: "o'brien@example.com" }, ...Array.from({ length: 11 }, () => ({})));
		await Promise.all([run(), run(), run(), run()]);
		assert.equal((await orders()).length, 12);
		const sent = (await mails()).map(({ to }) => to[0]);
		assert.equal(new Set(sent).size, 12);
		assert.equal(sent.length, 12);
		assert.ok(sent.includes("o'brien@example.com"));
		await run();
		assert.deepEqual(new Set(inSheet('status')), new Set(['Link made']));
		assert.equal(sheets.calls().refused, 0);
	});

	it('says why a row got none, tries that again when it is corrected, and touches no row twice', async () => {
		fees({ Amount: 'twelve' }, { Reference: 'twice' }, { Reference: 'twice' }, { Reference: '' });
		await run();
		assert.equal((await orders()).length, 0);
		const [refused, one, two, none] = inSheet('status').map(String);
		assert.match(refused ?? '', /"twelve"/);
		assert.match(`${one} ${two}`, /same Reference.*same Reference/);
		assert.equal(none, '');
	});

	it('keeps 0117 apart from 117, as the sheet shows them', async () => {
		fees({ Reference: { value: 117, shown: '0117' } }, { Reference: 117 });
		await run();
		const references = (await api.rows(LINKS)).map(({ reference }) => reference);
		assert.ok(references.includes('0117') && references.includes('117'), String(references));
		assert.equal((await orders()).length, 2);
		assert.deepEqual(inSheet('status'), ['Link made', 'Link made']);
	});

	it('a row that moved while its link was made gets its own link, and no other row does', async () => {
		fees({}, {});
		const [first, second] = inSheet('Reference');
		await sandbox.admin('POST', '/faults', { path: LINK, effect: { latencyMs: 6000 } });
		const ended = run();
		await until('the claims', async () =>
			(await api.rows(LINKS)).some(
				(row) => row['reference'] === second && row['status'] === 'claimed',
			),
		);
		const rows = sheets.rows(TAB) as Item[];
		const cells = [{ ...rows[0], Reference: '', Parent: 'Inserted' }, ...rows.toReversed()];
		sheets.reset({
			[TAB]: [
				COLUMNS,
				...cells.map((row: Item) => COLUMNS.map((name) => (row[name] ?? '') as string)),
			],
		});
		await ended;
		await sandbox.admin('DELETE', '/faults');
		const links = new Map(
			(await api.rows(LINKS)).map((row) => [row['reference'], row['order_id']]),
		);
		assert.deepEqual(
			sheets.rows(TAB).map((row) => [row['Reference'], row['order_id'] ?? '']),
			[
				['', ''],
				[second, links.get(second)],
				[first, links.get(first)],
			],
		);
	});

	it('says so where the office changes the amount of a row that has its link', async () => {
		fees({});
		await run();
		const [row] = sheets.rows(TAB) as [Item];
		const names = sheets.headings(TAB) as string[];
		sheets.reset({
			[TAB]: [names, names.map((name) => (name === 'Amount' ? '1,200' : row[name]) as string)],
		});
		await run();
		assert.deepEqual(inSheet('status'), [
			'Link made. The link is over ₹1,000.00, not what Amount says now',
		]);
		assert.equal((await orders()).length, 1);
	});

	it('shows no row the link of another student, where a Reference counts the rows', async () => {
		fees({}, {});
		await run();
		const names = sheets.headings(TAB) as string[];
		const [first, second] = sheets.rows(TAB) as [Item, Item];
		const link = inSheet('order_id')[0];
		const swapped = [
			{ ...second, Reference: first['Reference'] },
			{ ...first, Reference: second['Reference'] },
		];
		sheets.reset({
			[TAB]: [names, ...swapped.map((row: Item) => names.map((name) => row[name] as string))],
		});
		await run();
		assert.ok(link);
		assert.deepEqual(inSheet('order_id'), ['', '']);
		for (const text of inSheet('status'))
			assert.match(String(text), /^This Reference has the link of another student/);
		assert.equal((await orders()).length, 2);
	});

	it('makes no link for a Reference that is an error of the sheet', async () => {
		fees({ Reference: '#N/A' });
		await run();
		assert.deepEqual(await orders(), []);
		assert.match(String(inSheet('status')[0]), /#N\/A/);
	});

	it('fails where somebody renamed the heading, or put a line above it, instead of doing nothing', async () => {
		fees({});
		const [, row] = [COLUMNS, sheets.rows(TAB)[0] as Item];
		const names = COLUMNS.map((name) => (name === 'Reference' ? 'Ref' : name));
		sheets.reset({ [TAB]: [names, COLUMNS.map((name) => row[name] as string)] });
		const ended = await runPinned(workflow, 'When you run it', {});
		assert.equal(ended.status, 'error');
		assert.match(ended.error ?? '', /no column with the heading Reference/);
	});

	it('an unclear outcome is not sent again, and the sheet says so', async () => {
		fees({});
		await sandbox.admin('POST', '/faults', {
			method: 'POST',
			path: LINK,
			effect: { cut: 'after' },
		});
		await run();
		await sandbox.admin('DELETE', '/faults');
		await run();
		assert.equal((await orders()).length, 1);
		assert.match(String(inSheet('status')[0]), /^Outcome unknown/);
		assert.deepEqual(await mails(), []);
	});

	it('a claim left behind is told to the office after a quarter of an hour, and never sent again', async () => {
		fees({});
		const reference = String(inSheet('Reference')[0]);
		const claimedAgo = async (minutes: number) =>
			await putRow(LINKS, 'reference', {
				reference,
				status: 'claimed',
				claimed_at: new Date(Date.now() - minutes * 60_000).toISOString(),
				name: 'Parent 1',
			});
		await claimedAgo(10);
		await run();
		assert.deepEqual(await mails(), []);
		assert.equal(inSheet('status')[0], 'Being made');
		await claimedAgo(16);
		await run();
		assert.deepEqual(await orders(), []);
		const [mail, ...more] = await mails();
		assert.deepEqual(more, []);
		assert.equal(mail?.subject, '1 payment link with an unclear outcome');
		assert.match(mail?.text ?? '', new RegExp(`${reference}: Parent 1`));
		assert.match(
			String(inSheet('status')[0]),
			/^Outcome unknown: look in the Jodo dashboard. n8n stopped/,
		);
	});

	const status = async (id: string) =>
		(await api.call<{ status: string }>('GET', `/executions/${id}`)).status;
	const limited = async (executionTimeout: number) => {
		const { versionId, settings } = await api.workflow(workflow.id);
		const changed = { ...settings, executionTimeout };
		await api.call('PATCH', `/workflows/${workflow.id}`, { versionId, settings: changed });
	};
	const ENDS: Record<string, (id: string) => Promise<unknown>> = {
		'n8n is killed': async () => {
			await demo.n8n.kill();
			await demo.startAgain();
		},
		'the run is stopped': async (id) => await api.call('POST', `/executions/${id}/stop`, {}),
		'the run is timed out': async () => {},
	};
	for (const [how, end] of Object.entries(ENDS)) {
		it(`${how} between the claim and the link: no second link, and the office hears of it`, async () => {
			fees(...Array.from({ length: 12 }, () => ({})));
			const references = inSheet('Reference');
			const claims = async () =>
				(await api.rows(LINKS)).filter(
					(row) => references.includes(String(row['reference'])) && row['status'] === 'claimed',
				);
			// Jodo makes three, and then falls silent.
			await sandbox.admin('POST', '/faults', {
				method: 'POST',
				path: LINK,
				after: 3,
				effect: { stall: true },
			});
			if (how.includes('timed out')) await limited(20);
			const { executionId } = await api.runFrom(workflow.id, 'When you run it');
			const id = executionId as string;
			await until(
				'three links, and nothing more',
				async () => (await orders()).length === 3 && (await claims()).length === 10,
			);
			await end(id);
			await until(
				'the run to end',
				async () => !['new', 'running', 'waiting', 'unknown'].includes(await status(id)),
			);
			if (how.includes('timed out')) await limited(-1);
			await sandbox.admin('DELETE', '/faults');
			assert.equal((await claims()).length, 10);

			await run();
			assert.equal((await orders()).length, 5);
			assert.deepEqual(inSheet('status').sort(), [
				...Array<string>(10).fill('Being made'),
				...Array<string>(2).fill('Link made'),
			]);
			const ago = new Date(Date.now() - 16 * 60_000).toISOString();
			await putRow(
				LINKS,
				'reference',
				...(await claims()).map(({ reference }) => ({ reference, claimed_at: ago })),
			);
			await run();
			await run();
			assert.equal((await orders()).length, 5);
			const told = (await mails()).filter(({ to }) => to[0] === 'office@example.edu');
			assert.deepEqual(
				told.map(({ subject }) => subject),
				['10 payment links with an unclear outcome'],
			);
			assert.equal(
				inSheet('status').filter((text) => /^Outcome unknown/.test(String(text))).length,
				10,
			);
			assert.equal((await mails()).length, 3);
		});
	}

	it('learns that a link was paid, and when, and that one expired or was cancelled', async () => {
		fees({}, {}, {});
		await run();
		const [paid, expired, cancelled] = inSheet('Reference');
		await putRow(
			LINKS,
			'reference',
			{ reference: paid, status: 'paid', paid_on: '2026-06-09' },
			{ reference: expired, status: 'expired', paid_on: '' },
			{ reference: cancelled, status: 'cancelled', paid_on: '' },
		);
		await run();
		assert.deepEqual(inSheet('status'), ['Paid', 'Expired unpaid', 'Cancelled']);
		assert.deepEqual(inSheet('paid_on'), ['2026-06-09', '', '']);
		assert.deepEqual(inSheet('whatsapp'), ['', '', '']);
	});
});
