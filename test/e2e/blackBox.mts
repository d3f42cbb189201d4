// The Jodo node as a black box: items go in by a webhook, what leaves the node is read back.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Workflow, WorkflowNode } from '../../dev/demo/api.mts';
import { api, demo, jodoCredential, node, to } from './world.mts';

export type Item = Record<string, unknown>;

export interface Leaving {
	by: 'output' | 'error output';
	/** The item it is paired to. */
	of: Item;
	json: Item;
}

export interface BlackBox {
	workflow: Workflow;
	post(items: Item[]): Promise<{ status: number; text: string }>;
	/** Everything that leaves, first by the output, then by the error output. */
	run(items: Item[]): Promise<Leaving[]>;
}

const labelled = (by: Leaving['by']) =>
	node(by, 'n8n-nodes-base.set', 3.4, {
		mode: 'raw',
		jsonOutput: `={{ { by: '${by}', of: $('Items').item.json, json: $json } }}`,
	});

/** Publishes a workflow: Webhook, Split Out, and the Jodo node filled in as given. */
export async function blackBox(
	name: string,
	parameters: Item,
	settings: Partial<WorkflowNode> & { onError: string },
	credential?: { id: string; name: string },
	workflowSettings: Item = {},
): Promise<BlackBox> {
	const { id, name: named } = credential ?? (await jodoCredential());
	const path = randomUUID();
	const workflow = await api.createWorkflow({
		name,
		settings: workflowSettings,
		nodes: [
			node(
				'Start',
				'n8n-nodes-base.webhook',
				2.1,
				{ httpMethod: 'POST', path, responseMode: 'lastNode', responseData: 'allEntries' },
				{ webhookId: path },
			),
			node('Items', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'body.items' }),
			node('Jodo', 'n8n-nodes-jodo.jodo', 1, parameters, {
				...settings,
				credentials: { jodoApi: { id, name: named } },
			}),
			labelled('output'),
			labelled('error output'),
			node('Together', 'n8n-nodes-base.merge', 3.2, { mode: 'append' }),
		],
		connections: {
			Start: { main: [to('Items')] },
			Items: { main: [to('Jodo')] },
			Jodo: { main: [to('output'), to('error output')] },
			output: { main: [to('Together')] },
			'error output': { main: [[{ node: 'Together', type: 'main', index: 1 }]] },
		},
	});
	await api.publish(workflow.id);

	const post = async (items: Item[]) => {
		const answer = await fetch(`${demo.n8n.url}/webhook/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ items }),
		});
		return { status: answer.status, text: await answer.text() };
	};
	return {
		workflow,
		post,
		async run(items) {
			const { status, text } = await post(items);
			assert.equal(status, 200, text);
			return JSON.parse(text) as Leaving[];
		},
	};
}
