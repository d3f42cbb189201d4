// What keeps one fact to one run lives in the process that receives it: what that means for two of them.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Workflow, WorkflowNode } from '../../dev/demo/api.mts';
import type { Spread } from '../../dev/demo/proxy.mts';
import { examples, ownDatabase, runOf, type Example } from '../e2e/examples.mts';
import { api, cleanSlate, ledgerInto, node, receiver, runsOf } from '../e2e/world.mts';
import { credentialWith } from '../e2e/trigger.mts';
import { rows } from './account.mts';
import { cluster, DEBITED, newFacts, send, type Fact } from './flow.mts';

const LEDGER = 'Ledger of the queue';
const REPEATS = 6;
const ONE_RUN = 'one run, one ledger row';
const ONE_ROW = 'a run in each process at most, one ledger row (written by row_key)';

/** Writes by row_key, as every ledger example does. */
async function bookkeeper(): Promise<Workflow> {
	const ledger = await ledgerInto(LEDGER, { order_id: 'string' });
	const credential = await credentialWith({});
	const workflow = await receiver([DEBITED], {}, credential, [ledger]);
	await api.publish(workflow.id);
	return workflow;
}

/** The example's ledger in PostgreSQL, whose table refuses a second row with the same row_key. */
const POSTGRES = examples.find(({ file }) => file === '19-ledger-in-postgres.json') as Example;

async function inPostgres(): Promise<Workflow> {
	const asAccount = await ownDatabase();
	const own = (name: string) => {
		const one = POSTGRES.nodes.find((each) => each.name === name) as WorkflowNode;
		const isDatabase = one.type === 'n8n-nodes-base.postgres';
		return node(one.name, one.type, one.typeVersion, one.parameters, {
			...(isDatabase && asAccount),
		});
	};
	const credential = await credentialWith({});
	const workflow = await receiver([DEBITED], { options: { itemPer: 'component' } }, credential, [
		own('Create the table'),
		// The answer of the database stands where the event was.
		node('The event again', 'n8n-nodes-base.set', 3.4, {
			mode: 'raw',
			jsonOutput: "={{ JSON.stringify($('Jodo Trigger').item.json) }}",
			options: {},
		}),
		own('The row as one text'),
		own('Write the row'),
		node(
			'How many',
			'n8n-nodes-base.postgres',
			2.6,
			{
				resource: 'database',
				operation: 'executeQuery',
				query:
					'SELECT count(*)::int AS rows, sum(amount)::text AS total FROM jodo_ledger WHERE payment_key = $1',
				options: { queryReplacement: "={{ [$('Jodo Trigger').first().json.payment_key] }}" },
			},
			asAccount,
		),
	]);
	await api.publish(workflow.id);
	return workflow;
}

const ledgerRowsOf = async ({ id }: Fact) =>
	(await api.rows(LEDGER)).filter((row) => row['order_id'] === id).length;

describe('the same event, told several times', () => {
	let workflow: Workflow;
	let fact: Fact;
	beforeEach(async () => {
		await cleanSlate();
		workflow = await bookkeeper();
		[fact] = newFacts(1) as [Fact];
	});

	/** Several times at the same moment. */
	async function told(times: number, spread: Spread): Promise<void> {
		cluster.proxy.spread = spread;
		await Promise.all(Array.from({ length: times }, async () => await send(workflow, fact)));
		cluster.proxy.spread = 'by-address';
		assert.deepEqual(new Set(fact.answers), new Set([200]));
	}

	it('at once to one process, as a proxy does that chooses by address: one run', async () => {
		await told(REPEATS, 'by-address');
		await runsOf(workflow, 1);
		assert.equal(await ledgerRowsOf(fact), 1);
		rows.push([
			`The same event ${REPEATS} times at the same moment; the proxy chooses the webhook process by address`,
			ONE_RUN,
			`${REPEATS} × 200, 1 run, 1 ledger row`,
		]);
	});

	it('later again to the other process: one run in each, one row in the ledger', async () => {
		for (let index = 0; index < REPEATS; index++) {
			await told(1, 'round-robin');
			await runsOf(workflow, Math.min(index + 1, 2));
		}
		assert.equal(await ledgerRowsOf(fact), 1);
		rows.push([
			`The same event ${REPEATS} times one after the other, to the two processes in turn`,
			ONE_ROW,
			`${REPEATS} × 200, 2 runs, 1 ledger row`,
		]);
	});

	it('at once to both processes: one run in each, which may both add the row', async () => {
		await told(REPEATS, 'round-robin');
		await runsOf(workflow, 2);
		const ledgerRows = await ledgerRowsOf(fact);
		assert.ok(ledgerRows === 1 || ledgerRows === 2, `${ledgerRows} rows`);
		rows.push([
			`The same event ${REPEATS} times at the same moment, to the two processes in turn`,
			'a run in each process at most. **Not promised: one ledger row.** Two runs at the same moment may both find no row yet, and both add it: let the proxy choose by address',
			`${REPEATS} × 200, 2 runs, ${ledgerRows} ledger row(s)`,
		]);
	});

	it('at once to both processes, with the ledger of the PostgreSQL example: one row', async () => {
		// Jodo sends an event to one address only.
		await api.unpublish(workflow.id);
		const exact = await inPostgres();
		const [first, again] = newFacts(2) as [Fact, Fact];
		// Makes the table.
		await send(exact, first);
		await runsOf(exact, 1);
		cluster.proxy.spread = 'round-robin';
		await Promise.all(Array.from({ length: REPEATS }, async () => await send(exact, again)));
		cluster.proxy.spread = 'by-address';
		assert.deepEqual(new Set(again.answers), new Set([200]));
		const runs = await runsOf(exact, 3);
		const counted = await Promise.all(runs.slice(0, 2).map(runOf));
		const [answer, other] = counted.map(({ out }) => out['How many']?.[0]);
		assert.equal(answer?.['rows'], 1, JSON.stringify(answer));
		assert.deepEqual(other, answer);
		rows.push([
			`The same event ${REPEATS} times at the same moment, to the two processes in turn; the ledger is a table in PostgreSQL with \`row_key\` as its key (example 19)`,
			'a run in each process at most, one ledger row',
			`${REPEATS} × 200, 2 runs, 1 ledger row`,
		]);
	});

	it('once more after the process was killed: one more run, still one row', async () => {
		await told(REPEATS, 'by-address');
		await runsOf(workflow, 1);
		await Promise.all(cluster.webhooks.map(async (service) => await service.kill()));
		await Promise.all(cluster.webhooks.map(async (service) => await service.ready()));
		await told(REPEATS, 'by-address');
		await runsOf(workflow, 2);
		assert.equal(await ledgerRowsOf(fact), 1);
		rows.push([
			`The same event ${REPEATS} times, then the webhook processes are killed, then ${REPEATS} times more`,
			'a run before and a run after at most, one ledger row',
			`${REPEATS * 2} × 200, 2 runs, 1 ledger row`,
		]);
	});
});
