/** Runs a node of the packed package in n8n's own execution engine, without the rest of n8n. */
import { join } from 'node:path';

// Before n8n-core is loaded: it would otherwise write its settings into the user's home.
process.env.N8N_USER_FOLDER ??= join(__dirname, '../../.run/engine');
// n8n prints every failed run; here failures are what is tested.
process.env.N8N_LOG_LEVEL ??= 'silent';

import { ExecutionLifecycleHooks, PackageDirectoryLoader, WorkflowExecute } from 'n8n-core';
import { createRunExecutionData, NodeConnectionTypes, Workflow } from 'n8n-workflow';
import type {
	IDataObject,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	INodeType,
	IRun,
	IRunExecutionData,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { PACKAGE_DIRECTORY } from './package.cts';

export interface RunOptions {
	/** The node's parameters; expressions as in n8n (`={{ $json.x }}`). */
	parameters: IDataObject;
	/** What comes into the node, one item each. */
	items: IDataObject[];
	credential: IDataObject;
	/** More of the node: onError, retryOnFail … */
	node?: Partial<INode>;
	timezone?: string;
	/** The data of an earlier run, for what n8n does on Retry. */
	previous?: IRunExecutionData;
}

const START: INodeType = {
	description: {
		displayName: 'Start',
		name: 'start',
		group: ['trigger'],
		version: 1,
		description: 'Emits the items of the test',
		defaults: { name: 'Start' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		properties: [{ displayName: 'Items', name: 'items', type: 'json', default: [] }],
	},
	async execute() {
		const items = this.getNodeParameter('items', 0) as IDataObject[];
		return [items.map((json) => ({ json }))];
	},
};

export async function loadPackage(): Promise<PackageDirectoryLoader> {
	const loader = new PackageDirectoryLoader(PACKAGE_DIRECTORY);
	await loader.loadAll();
	return loader;
}

/** Runs the Jodo node once over the items. */
export async function runJodo(options: RunOptions): Promise<IRun> {
	const loader = await loadPackage();
	const nodeTypes = {
		getByName: (name: string) =>
			name === 'test.start' ? START : (loader.getNode('jodo').type as INodeType),
		getByNameAndVersion: (name: string) =>
			name === 'test.start' ? START : (loader.getNode('jodo').type as INodeType),
		getKnownTypes: () => ({}),
	};
	const base = { typeVersion: 1, position: [0, 0] as [number, number] };
	const workflowData = {
		id: 'w1',
		name: 'test',
		active: false,
		isArchived: false,
		activeVersionId: null,
		createdAt: new Date(),
		updatedAt: new Date(),
		settings: { executionOrder: 'v1' as const, timezone: options.timezone ?? 'Asia/Kolkata' },
		nodes: [
			{
				...base,
				id: 'n1',
				name: 'Start',
				type: 'test.start',
				parameters: { items: options.items },
			},
			{
				...base,
				id: 'n2',
				name: 'Jodo',
				type: 'n8n-nodes-jodo.jodo',
				parameters: options.parameters,
				credentials: { jodoApi: { id: 'c1', name: 'Jodo' } },
				...options.node,
			},
		] as INode[],
		connections: {
			Start: { main: [[{ node: 'Jodo', type: NodeConnectionTypes.Main, index: 0 }]] },
		},
	};
	const workflow = new Workflow({ ...workflowData, nodeTypes });
	const additionalData = {
		credentialsHelper: {
			getParentTypes: () => [],
			isCredentialUsableByNode: () => true,
			getCredentialsProperties: () => [],
			getDecrypted: async () => options.credential,
			getCredentials: async () => ({ getData: () => options.credential }),
			preAuthentication: async () => undefined,
			authenticate: async (
				credential: IDataObject,
				_type: string,
				request: IHttpRequestOptions,
			) => ({
				...request,
				auth: { username: credential.apiKey as string, password: credential.apiSecret as string },
			}),
		},
		hooks: new ExecutionLifecycleHooks('manual', 'e1', workflowData as never),
		executionId: 'e1',
		currentNodeExecutionIndex: 0,
		restApiUrl: 'http://127.0.0.1/rest',
		instanceBaseUrl: 'http://127.0.0.1/',
		webhookBaseUrl: 'http://127.0.0.1/webhook',
		webhookWaitingBaseUrl: 'http://127.0.0.1/webhook-waiting',
		webhookTestBaseUrl: 'http://127.0.0.1/webhook-test',
		formWaitingBaseUrl: 'http://127.0.0.1/form-waiting',
		variables: {},
		setExecutionStatus: () => {},
	} as unknown as IWorkflowExecuteAdditionalData;
	const start = workflow.getNode('Start');
	if (!start) throw new Error('No start node');
	if (options.previous) {
		const again = createRunExecutionData({
			...options.previous,
			resultData: { runData: {} },
			executionData: {
				...options.previous.executionData,
				nodeExecutionStack: [{ node: start, data: { main: [[{ json: {} }]] }, source: null }],
			} as never,
		});
		return await new WorkflowExecute(additionalData, 'manual', again).processRunExecutionData(
			workflow,
		);
	}
	return await new WorkflowExecute(additionalData, 'manual').run({ workflow, startNode: start });
}

/** The items that left the node by an output. */
export function outputOf(run: IRun, index = 0): INodeExecutionData[] {
	return run.data.resultData.runData.Jodo?.at(-1)?.data?.main?.[index] ?? [];
}

/** The error that stopped the node, if one did. */
export function errorOf(run: IRun): {
	message: string;
	description?: string;
	context?: IDataObject;
} {
	return run.data.resultData.runData.Jodo?.at(-1)?.error as never;
}
