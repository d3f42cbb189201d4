// What keeps one fact to one run lives in the process that receives it: what that means for two of them.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Workflow } from '../../dev/demo/api.mts';
import type { Spread } from '../../dev/demo/proxy.mts';
import { api, cleanSlate, node, receiver, runsOf } from '../e2e/world.mts';
import { credentialWith, SECRET } from '../e2e/trigger.mts';
import { rows } from './account.mts';
import { cluster, DEBITED, newFacts, send, type Fact } from './flow.mts';

const LEDGER = 'Ledger of the queue';
const REPEATS = 6;
const PROMISE =
	'one run while one process receives all of a trigger’s events; in any case one ledger row, written by row_key';

/** Writes by row_key, as every ledger example does. */
async function bookkeeper(): Promise<Workflow> {
	await api.ensureTable(LEDGER, [
		{ name: 'row_key', type: 'string' },
		{ name: 'order_id', type: 'string' },
	]);
	const ledger = node('Ledger', 'n8n-nodes-base.dataTable', 1.1, {
		resource: 'row',
		operation: 'upsert',
		dataTableId: { __rl: true, mode: 'name', value: LEDGER },
		matchType: 'allConditions',
		filters: {
			conditions: [{ keyName: 'row_key', condition: 'eq', keyValue: '={{ $json.row_key }}' }],
		},
		columns: {
			mappingMode: 'defineBelow',
			value: { row_key: '={{ $json.row_key }}', order_id: '={{ $json.order_id }}' },
			schema: [],
		},
		options: {},
	});
	const credential = await credentialWith({ webhookSecret: SECRET });
	const workflow = await receiver([DEBITED], {}, credential, [ledger]);
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

	async function told(times: number, spread: Spread): Promise<void> {
		cluster.proxy.spread = spread;
		for (let index = 0; index < times; index++) await send(workflow, fact);
		cluster.proxy.spread = 'by-address';
		assert.deepEqual(new Set(fact.answers), new Set([200]));
	}

	it('to one process, as a proxy does that chooses by address: one run', async () => {
		await told(REPEATS, 'by-address');
		await runsOf(workflow, 1);
		assert.equal(await ledgerRowsOf(fact), 1);
		rows.push([
			`The same event ${REPEATS} times, the proxy chooses the process by address`,
			PROMISE,
			`${REPEATS} × 200, 1 run, 1 ledger row`,
		]);
	});

	it('to each process in turn: one run in each, one row in the ledger', async () => {
		await told(REPEATS, 'round-robin');
		await runsOf(workflow, 2);
		assert.equal(await ledgerRowsOf(fact), 1);
		rows.push([
			`The same event ${REPEATS} times, to the two processes in turn`,
			PROMISE,
			`${REPEATS} × 200, 2 runs (one a process), 1 ledger row`,
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
			`The same event ${REPEATS} times, then the receiving process is killed, then ${REPEATS} times more`,
			PROMISE,
			`${REPEATS * 2} × 200, 2 runs (one before, one after), 1 ledger row`,
		]);
	});
});
