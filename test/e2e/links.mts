// Payment links made in a real n8n, and what Jodo has of them: for the tests that count whether any is there twice.
import { randomUUID } from 'node:crypto';
import type { Execution, Workflow, WorkflowNode } from '../../dev/demo/api.mts';
import { until } from '../../dev/demo/process.mts';
import type { BlackBox, Item } from './blackBox.mts';
import { recordOf } from './trigger.mts';
import { api, demo, jodoCredential, node, sandbox, to } from './world.mts';

export const PREFIX = '/api/v1/integrations';
export const LINKS = `${PREFIX}/pay/payment_links`;
export const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
export const STOP = { onError: 'stopWorkflow', ...RETRY };
export const GO_ON = { onError: 'continueErrorOutput', ...RETRY };

export const CREATE = {
	resource: 'paymentLink',
	operation: 'create',
	name: '={{ $json.name }}',
	phone: '9876543210',
	email: 'office@example.com',
	details: { lineItem: [{ componentType: 'TUITION_FEE', amount: '={{ $json.amount }}' }] },
};
export const rows = (count: number): Item[] =>
	Array.from({ length: count }, (_, i) => ({ name: `Parent ${i + 1}`, amount: 1000 + i }));

interface Logged {
	method: string;
	path: string;
	status: number | null;
	body: { name?: string };
}
export const sent = async (path = LINKS) =>
	(await sandbox.admin<Logged[]>('GET', '/requests')).filter(
		(request) => request.path === path && request.method === 'POST',
	);

/** Whose links there are, one name for each link. */
export async function links(): Promise<string[]> {
	const { orders } = await sandbox.admin<{
		orders: Array<{ order_id: string; payer: { name: string } }>;
	}>('GET', '/state');
	return orders.map(({ payer }) => payer.name).sort();
}
export const orderOf = async (name: string) =>
	(
		await sandbox.admin<{ orders: Array<{ order_id: string; payer: { name: string } }> }>(
			'GET',
			'/state',
		)
	).orders.find(({ payer }) => payer.name === name)?.order_id;
export const namesOf = (items: Item[]) => items.map(({ name }) => String(name)).sort();

export const befall = async (match: string, effect: object, count?: number, path = LINKS) =>
	await sandbox.admin('POST', '/faults', { method: 'POST', path, match, count, effect });
export const REFUSED = { status: 400, body: { status: 'error', message: 'Not this one.' } };
export const LOST = { cut: 'after' };

/** The latest run of the workflow: how it ended, and all that n8n kept of it. */
export async function lastRun({ workflow }: BlackBox): Promise<{ run: Execution; record: string }> {
	const [run] = await api.executions(workflow.id);
	return { run: run as Execution, record: await recordOf(run as Execution) };
}
/** n8n answers when the run has ended: three rounds of a thousand rows, on whatever else the machine does. */
export const retry = async ({ id }: Execution, loadWorkflow = false) =>
	await api.call<Execution & { data: { resultData: { error?: { message: string } } } }>(
		'POST',
		`/executions/${id}/retry`,
		{ loadWorkflow },
		300,
	);

/** A node of ours that creates links. */
export async function creates(
	name: string,
	parameters: Item,
	settings: Partial<WorkflowNode>,
	credential?: { id: string; name: string },
): Promise<WorkflowNode> {
	const { id, name: named } = credential ?? (await jodoCredential());
	return node(name, 'n8n-nodes-jodo.jodo', 1, parameters, {
		...settings,
		credentials: { jodoApi: { id, name: named } },
	});
}

export type Connections = Record<string, { main: Array<ReturnType<typeof to>> }>;

/** Items come in by a webhook and leave Split Out, named Items; the caller does not wait for the end. */
export async function starting(
	name: string,
	nodes: WorkflowNode[],
	connections: Connections,
): Promise<{ workflow: Workflow; start(items: Item[]): Promise<void> }> {
	const path = randomUUID();
	const webhook = { httpMethod: 'POST', path, responseMode: 'onReceived' };
	const workflow = await api.createWorkflow({
		name,
		nodes: [
			node('Start', 'n8n-nodes-base.webhook', 2.1, webhook, { webhookId: path }),
			node('Items', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'body.items' }),
			...nodes,
		],
		connections: { Start: { main: [to('Items')] }, ...connections },
	});
	await api.publish(workflow.id);
	return {
		workflow,
		async start(items) {
			await fetch(`${demo.n8n.url}/webhook/${path}`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ items }),
			});
		},
	};
}

/** The workflow's newest run, once it is in one of these states. */
export async function runThatIs({ id }: Workflow, ...states: string[]): Promise<Execution> {
	return await until(
		`a run to be ${states.join(' or ')}`,
		async () => {
			const [run] = await api.executions(id);
			return run && states.includes(run.status) && run;
		},
		{ seconds: 240 },
	);
}

/** Lets an item pass by its first output while the node has run less than so often, then by its second. */
export const lessOftenThan = (times: number) => ({
	options: {},
	conditions: {
		options: { caseSensitive: true, typeValidation: 'loose', version: 2 },
		combinator: 'and',
		conditions: [
			{
				id: 'a',
				leftValue: '={{ $runIndex }}',
				rightValue: times,
				operator: { type: 'number', operation: 'lt' },
			},
		],
	},
});
