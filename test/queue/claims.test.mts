// What several runs write and claim at the same moment, in the tables that n8n keeps in PostgreSQL: one row for one
// key, once the keys of examples/keys-in-postgres.sql are there.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Workflow } from '../../dev/demo/api.mts';
import { until } from '../../dev/demo/process.mts';
import { examples, importAll, makeKeys, makeTables, type Example } from '../e2e/examples.mts';
import { links, starting, type Connections } from '../e2e/links.mts';
import { allRuns, type Item } from '../e2e/trigger.mts';
import { api, cleanSlate, jodoCredential, node, to } from '../e2e/world.mts';
import { rows } from './account.mts';

const ROUNDS = 12;
const RUNS = 8;
const PROMISED = 'one row for one key, one link for one reference';

const exampleOf = (file: string) => examples.find((one) => one.file === file) as Example;

/** The steps of 03 from what stands in the sheet to what came of each link. */
async function linkPerRow() {
	const steps = [
		...['What is asked for', 'Anything?', 'Ten at a time', 'A row for each reference'],
		...['The same rows', 'Claim it', 'Claimed?', 'Each once', 'Create payment link'],
		...['What came of it'],
	];
	const { nodes, connections } = exampleOf('03-link-per-row.json');
	const { id, name } = await jodoCredential();
	const own = nodes
		.filter((step) => steps.includes(step.name))
		.map((step) => ({
			...step,
			...(step.type === 'n8n-nodes-jodo.jodo' && { credentials: { jodoApi: { id, name } } }),
		}));
	assert.equal(own.length, steps.length);
	const between = Object.entries(connections as Connections)
		.filter(([from]) => steps.includes(from))
		.map(([from, { main }]) => [
			from,
			{ main: main.map((ends) => (ends ?? []).filter((end) => steps.includes(end.node))) },
		]);
	return await starting('03, without sheet and mail', own, {
		Items: { main: [to('What is asked for')] },
		...(Object.fromEntries(between) as Connections),
	});
}

/** What hands its items to the ledger, as the inbox does. */
async function bookkeeper() {
	const [file, failed] = ['14-ledger.json', '13-a-workflow-failed.json'];
	const made = await importAll(examples.filter((one) => [file, failed].includes(one.file)));
	const ledger = made.get(exampleOf('14-ledger.json').name) as Workflow;
	await api.publish(ledger.id);
	const workflowId = { __rl: true, mode: 'id', value: ledger.id };
	const call = node('Ledger', 'n8n-nodes-base.executeWorkflow', 1.2, { workflowId, options: {} });
	return await starting('Rows for the ledger', [call], { Items: { main: [to('Ledger')] } });
}

describe('written at the same moment by several runs', () => {
	before(async () => {
		await cleanSlate();
		await makeTables();
		// Once more does no harm.
		await makeKeys();
	});

	/** Lets several runs begin at the same moment, on the same items, so many times; all must go well. */
	async function race(
		{ workflow, start }: Awaited<ReturnType<typeof starting>>,
		itemsOf: (round: number) => Item[],
	): Promise<void> {
		for (let round = 1; round <= ROUNDS; round++) {
			await Promise.all(Array.from({ length: RUNS }, async () => await start(itemsOf(round))));
			await until(
				'the runs to end',
				async () => {
					const all = await allRuns(workflow);
					return (
						all.length === round * RUNS &&
						all.every(({ status }) => !['new', 'running', 'waiting'].includes(status))
					);
				},
				{ seconds: 120, every: 100 },
			);
		}
		const statuses = (await allRuns(workflow)).map(({ status }) => status);
		assert.deepEqual(new Set(statuses), new Set(['success']));
	}

	/** Keys that stand in more than one row. */
	async function doubled(table: string, key: string, begin: string): Promise<unknown[]> {
		const all = (await api.rows(table)).map((row) => String(row[key]));
		const ours = Map.groupBy(
			all.filter((one) => one.startsWith(begin)),
			(one) => one,
		);
		assert.equal(ours.size, ROUNDS);
		return [...ours].filter(([, same]) => same.length > 1).map(([one]) => one);
	}

	it('a row of the sheet is one row of the table, and one link', async () => {
		const nameOf = (round: number) => `Race ${round}`;
		await race(await linkPerRow(), (round) => [
			{
				...{ Reference: nameOf(round), Parent: nameOf(round), Amount: 1000 },
				...{ Phone: '9876543210', Email: 'asha@example.com' },
			},
		]);
		assert.deepEqual(await doubled('Jodo links', 'reference', 'Race '), []);
		const made = Array.from({ length: ROUNDS }, (_, index) => nameOf(index + 1));
		assert.deepEqual(await links(), made.sort());
	});

	it('a fact is one row of the ledger', async () => {
		const row = { books: 'received', amount: 1000, occurred_at: '2026-06-12T06:30:00.000Z' };
		await race(await bookkeeper(), (round) => [{ ...row, row_key: `race|${round}` }]);
		assert.deepEqual(await doubled('Jodo payments', 'row_key', 'race|'), []);
		rows.push([
			'The same row of a sheet by several runs at the same moment (example 03), and the same fact by several (example 14), with the keys of `examples/keys-in-postgres.sql`',
			PROMISED,
			`${ROUNDS} times ${RUNS} runs of each: ${ROUNDS} rows of links, ${ROUNDS} links; ${ROUNDS} rows of the ledger`,
		]);
	});
});
