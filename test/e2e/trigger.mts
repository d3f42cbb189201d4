// For the trigger's tests: what a run put out, and deliveries signed with a secret that the test knows.
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credential, Execution, Workflow, WorkflowNode } from '../../dev/demo/api.mts';
import { ROOT } from '../../dev/demo/paths.mts';
import { api, demo, jodoCredential } from './world.mts';

export type Item = Record<string, unknown>;

/** The message that whoever pressed Publish sees; with these nodes, if they are not those that were saved. */
export async function refusalOf({ id }: Workflow, nodes?: WorkflowNode[]): Promise<string> {
	const { status, triggers } = await api.tryPublish(id, nodes);
	assert.equal(status, 'failed');
	return triggers[0]?.errorMessage ?? '';
}

/** Saves it changed; what is published stays as it was. */
export async function save(
	{ id }: Workflow,
	change: (workflow: Workflow) => void,
): Promise<Workflow> {
	const workflow = await api.workflow(id);
	change(workflow);
	const { nodes, connections, versionId } = workflow;
	return await api.call('PATCH', `/workflows/${id}`, { nodes, connections, versionId });
}

export const triggerOf = ({ nodes }: Workflow) =>
	nodes.find(({ type }) => type === 'n8n-nodes-jodo.jodoTrigger') as WorkflowNode;

export interface Envelope {
	event_id: string;
	event: string;
	version: string;
	timestamp: number;
	payload: Item;
}

const FIXTURES = join(ROOT, 'test/fixtures/events');

/** All, as a workflow names them. */
export const EVENTS = readdirSync(FIXTURES)
	.map((file) => file.replace(/\.json$/, ''))
	.sort();

/** A delivery as Jodo documents it, or as its fields are documented. */
export function sampleOf(event: string): Envelope {
	const text = readFileSync(join(FIXTURES, `${event}.json`), 'utf8');
	return (JSON.parse(text) as { event: Envelope }).event;
}

/** What n8n keeps of a run, as it keeps it: JSON in which every text stands for the value at that place. */
export async function recordOf({ id }: Execution): Promise<string> {
	return (await api.call<{ data: string }>('GET', `/executions/${id}`)).data;
}

/** The record as the values that it stands for. */
export function unfolded(record: string): unknown {
	const values = JSON.parse(record) as unknown[];
	const at = (place: unknown): unknown => {
		if (typeof place !== 'string') return place;
		const value = values[Number(place)];
		if (typeof value !== 'object' || value === null) return value;
		if (Array.isArray(value)) return value.map(at);
		return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, at(one)]));
	};
	return at('0');
}

/** The items of each output of a node that ran once. */
export async function outputsOf(execution: Execution, node = 'Jodo Trigger'): Promise<Item[][]> {
	const { resultData } = unfolded(await recordOf(execution)) as {
		resultData: {
			runData: Record<string, Array<{ data: { main: Array<Array<{ json: Item }> | null> } }>>;
		};
	};
	const main = resultData.runData[node]?.[0]?.data.main ?? [];
	return main.map((items) => (items ?? []).map(({ json }) => json));
}

/** The items of a node with one output. */
export const itemsOf = async (execution: Execution, node?: string) =>
	(await outputsOf(execution, node)).flat();

/** All runs of a workflow, however many. */
export const allRuns = async ({ id }: Workflow) => await api.allExecutions(id);

/** Works on all of them, so many at a time. */
export async function together<T>(
	atOnce: number,
	items: Iterable<T>,
	work: (item: T) => Promise<void>,
): Promise<void> {
	const queue = [...items];
	const worker = async () => {
		for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
	};
	await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Where a workflow's trigger receives. */
export function addressOf(workflow: Workflow, kind: 'webhook' | 'webhook-test' = 'webhook') {
	return `${demo.n8n.url}/${kind}/${triggerOf(workflow).webhookId}/jodo`;
}

const made: string[] = [];

/** The demo's credential with some of its fields changed, under a name of its own. */
export async function credentialWith(data: Record<string, unknown>): Promise<Credential> {
	const credential = await api.call<Credential>('POST', '/credentials', {
		name: `Jodo for a test ${made.length + 1}`,
		type: 'jodoApi',
		data: {
			environment: 'custom',
			baseUrl: demo.sandbox.url,
			apiKey: 'sandbox_key',
			apiSecret: 'sandbox_secret',
			...data,
		},
	});
	made.push(credential.id);
	assert.notEqual(credential.id, (await jodoCredential()).id);
	return credential;
}

/** For registration by Jodo itself. */
export const SECRET = 'agreed on with Jodo, for these tests';

/** What Jodo is given for the trigger at this address: derived from the demo's keys as SECURITY.md says. */
export function secretAt(url: string, baseUrl = demo.sandbox.url): string {
	const webhookId = new URL(url).pathname.split('/').at(-2);
	const parts = ['n8n-nodes-jodo', baseUrl, webhookId];
	return createHmac('sha256', 'sandbox_secret').update(JSON.stringify(parts)).digest('hex');
}

export const sign = (body: string, secret: string) =>
	createHmac('sha256', secret).update(body).digest('hex');

/** A delivery of this event; a fact of its own unless the payload says otherwise. */
export function bodyOf(event: string, payload: Item, more: Partial<Envelope> = {}): string {
	const timestamp = Math.floor(Date.now() / 1000);
	return JSON.stringify({
		event_id: randomUUID(),
		event,
		version: '1.0',
		timestamp,
		payload,
		...more,
	});
}

/** Sends it as Jodo does; the status of the answer. */
export async function deliver(
	url: string,
	body: string,
	signature: string | undefined = sign(body, secretAt(url)),
): Promise<number> {
	const answer = await fetch(url, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			...(signature !== undefined && { 'x-jodo-signature': signature }),
		},
		body,
	});
	await answer.arrayBuffer();
	return answer.status;
}
