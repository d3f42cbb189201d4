// One real n8n and one local Jodo for all of these tests, and the words to talk about them.
import './sheets.mts';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { node, type Execution, type Workflow, type WorkflowNode } from '../../dev/demo/api.mts';
import { startCluster, type Cluster } from '../../dev/demo/cluster.mts';
import { startDemo, type Demo, type DemoOptions } from '../../dev/demo/demo.mts';
import { startN8n } from '../../dev/demo/n8n.mts';
import { RUN } from '../../dev/demo/paths.mts';
import { anyPorts } from '../../dev/demo/ports.mts';
import { until } from '../../dev/demo/process.mts';
import type { Subscription } from '../../dev/demo/sandbox.mts';
import { JODO_CREDENTIAL } from '../../dev/demo/setup.mts';

export interface Delivery {
	id: string;
	event: string;
	url: string;
	status: number | null;
	headers: Record<string, string>;
	body: string;
}

export interface Order {
	order_id: string;
	checkout_url: string;
}

mkdirSync(RUN, { recursive: true });
const folder = mkdtempSync(join(RUN, 'e2e-'));
const options: DemoOptions = {
	folder,
	ports: await anyPorts(),
	publish: false,
	say: (text) => console.log(`# ${text}`),
};
/** Several processes of n8n, when the tests are to run in queue mode. */
export const cluster: Demo<Cluster> | undefined =
	process.env['N8N_MODE'] === 'queue' ? await startDemo(options, startCluster) : undefined;
export const demo: Demo = cluster ?? (await startDemo(options, startN8n));
export const { api, sandbox } = demo;

async function endOfWorld(): Promise<void> {
	await demo.stop();
	rmSync(folder, { recursive: true, force: true });
}

/** As the demo's own workflows refer to it. */
export async function jodoCredential() {
	const known = await api.call<Array<{ id: string; name: string; type: string }>>(
		'GET',
		'/credentials',
	);
	return known.find(({ name }) => name === JODO_CREDENTIAL) as (typeof known)[number];
}

export { node };

export const to = (...names: string[]) =>
	names.map((name) => ({ node: name, type: 'main', index: 0 }));

/** A workflow that receives these events, and hands them to one node after the other; usually to one that does nothing. */
export async function receiver(
	events: string[],
	parameters: Record<string, unknown> = {},
	credential?: { id: string; name: string },
	then: WorkflowNode[] = [node('Done', 'n8n-nodes-base.noOp', 1, {})],
): Promise<Workflow> {
	const { id, name } = credential ?? (await jodoCredential());
	return await api.createWorkflow({
		name: `Receives ${events.length} events of Jodo`,
		nodes: [
			node(
				'Jodo Trigger',
				'n8n-nodes-jodo.jodoTrigger',
				1,
				{ events, failureNotificationEmail: 'office@example.com', ...parameters },
				{ webhookId: randomUUID(), credentials: { jodoApi: { id, name } } },
			),
			...then,
		],
		connections: Object.fromEntries(
			['Jodo Trigger', ...then.map(({ name }) => name)]
				.slice(0, -1)
				.map((name, index) => [name, { main: [to((then[index] as WorkflowNode).name)] }]),
		),
	});
}

/** A step that writes these columns of the row into a table of n8n by row_key, as every ledger example does. */
export async function ledgerInto(
	table: string,
	columns: Record<string, 'string' | 'number'>,
): Promise<WorkflowNode> {
	const all = Object.entries({ row_key: 'string', ...columns } as const);
	const id = await api.ensureTable(
		table,
		all.map(([name, type]) => ({ name, type })),
	);
	return node('Ledger', 'n8n-nodes-base.dataTable', 1.1, {
		resource: 'row',
		operation: 'upsert',
		// Before n8n 2, the node knows no table by its name.
		dataTableId: { __rl: true, mode: 'id', value: id },
		matchType: 'allConditions',
		filters: {
			conditions: [{ keyName: 'row_key', condition: 'eq', keyValue: '={{ $json.row_key }}' }],
		},
		columns: {
			mappingMode: 'defineBelow',
			value: Object.fromEntries(all.map(([name]) => [name, `={{ $json.${name} }}`])),
			schema: [],
		},
		options: {},
	});
}

/** What Jodo would send events to. */
export async function registrations(): Promise<Subscription[]> {
	const all = await sandbox.admin<Subscription[]>('GET', '/subscriptions');
	return all
		.filter(({ enabled }) => enabled)
		.sort((a, b) => a.event_code.localeCompare(b.event_code));
}

export const codes = (subscriptions: Subscription[]) =>
	subscriptions.map(({ event_code }) => event_code);

/** Somebody else's registration, made as any client of Jodo makes it. */
export async function registerElsewhere(event_code: string, url: string): Promise<void> {
	const answer = await fetch(`${sandbox.url}/api/v1/integrations/erp/webhooks`, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			authorization: `Basic ${Buffer.from('sandbox_key:sandbox_secret').toString('base64')}`,
		},
		body: JSON.stringify({
			event_code,
			url,
			failure_notification_email: 'erp@example.com',
			secret_key: 'theirs',
		}),
	});
	assert.equal(answer.status, 201, await answer.text());
}

/** Requests that changed registrations at Jodo. */
export async function changes(): Promise<string[]> {
	const all = await sandbox.admin<Array<{ method: string; path: string }>>('GET', '/requests');
	return all
		.filter(({ method, path }) => path.includes('/erp/webhooks') && method !== 'GET')
		.map(({ method, path }) => `${method} ${path}`);
}

/** Somebody pays a payment link: a fact that n8n has not seen before. */
export async function payment(): Promise<{ order: Order; deliveries: Delivery[] }> {
	const { order_id } = await sandbox.admin<Order>('POST', '/orders', {
		kind: 'link',
		payer: { name: 'Asha Rao', phone: '9876543210', email: 'asha@example.com' },
		details: [{ component_type: 'Payable Amount', amount: 1250 }],
	});
	return await sandbox.admin('POST', `/orders/${order_id}/pay`);
}

/** Waits until exactly so many runs have ended; all of them must have succeeded. */
export async function runsOf(workflow: Workflow, count: number): Promise<Execution[]> {
	const runs = await until(`${count} run(s) of "${workflow.name}"`, async () => {
		const all = await api.executions(workflow.id);
		const ended = all.filter(({ status }) => !['new', 'running', 'waiting'].includes(status));
		return ended.length >= count && all;
	});
	assert.deepEqual(
		runs.map(({ status }) => status),
		Array<string>(count).fill('success'),
	);
	return runs;
}

/** Nothing left over from an earlier test: no registration, no fault, no order. */
export async function cleanSlate(): Promise<void> {
	for (const { id } of await api.live()) await api.unpublish(id);
	await sandbox.admin('POST', '/reset');
}

// These tests share one process; this runs when the last of them has ended.
after(endOfWorld);
