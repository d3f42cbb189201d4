/** A node made by hand before a Jodo made by hand: one run of the action node, without n8n. */
import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	NodeOperationError,
} from 'n8n-workflow';

import { Jodo } from '../../../nodes/Jodo/Jodo.node';

export interface Sent {
	method: string;
	url: string;
	body?: IDataObject;
	baseURL: string;
	qs?: IDataObject;
}

export interface Answer {
	statusCode: number;
	body: unknown;
	headers?: object;
}

export type Jodos = (request: Sent, count: number) => Answer | Error | Promise<Answer | Error>;

export interface Setup {
	/** resource.operation */
	does: string;
	/** By item; a function stands for an expression that fails. */
	items: Array<Record<string, unknown>>;
	jodo?: Jodos;
	/** What n8n keeps of this node within one execution. */
	store?: Record<string, unknown>;
	runIndex?: number;
	/** How the workflow was started: `integrated` by another one. */
	mode?: string;
	type?: string;
	onError?: string;
	credential?: IDataObject;
	credentialId?: string;
	signal?: AbortSignal;
}

export const good = (data: unknown): Answer => ({
	statusCode: 200,
	body: { status: 'success', data },
});

/** The node in one run: its output, what it asked for, and what it read from n8n. */
export function node({
	does,
	items,
	jodo = () => good({ id: 'order_1' }),
	store = {},
	runIndex = 0,
	mode = 'trigger',
	type = 'n8n-nodes-jodo.jodo',
	onError = 'stopWorkflow',
	credential = { environment: 'uat', apiKey: 'k', apiSecret: 's' },
	credentialId = 'c1',
	signal,
}: Setup) {
	const [resource, operation] = does.split('.');
	const sent: Sent[] = [];
	const read: string[] = [];
	const credentials: number[] = [];
	const isSame = (name: string) => items.every((item) => item[name] === items[0]?.[name]);
	const names = [...new Set(items.flatMap((item) => Object.keys(item)))];
	const context = {
		getNode: () => ({
			...{ name: 'Jodo', type, onError, typeVersion: 1, id: 'n1', position: [0, 0] },
			credentials: { jodoApi: { id: credentialId, name: 'Jodo' } },
			parameters: Object.fromEntries(
				names.map((name) => [name, isSame(name) ? items[0]?.[name] : `={{ $json.${name} }}`]),
			),
		}),
		getMode: () => mode,
		getInputData: () => items.map(() => ({ json: {} })),
		getNodeParameter(name: string, item: number, fallback?: unknown) {
			read.push(`${name} ${item}`);
			const all = { resource, operation, ...items[item] } as Record<string, unknown>;
			const value = all[name] === undefined ? fallback : all[name];
			return typeof value === 'function' ? value() : value;
		},
		getCredentials: async (credentialType: string, item: number) => {
			if (credentialType !== 'jodoApi') throw new Error(`There is no '${credentialType}'`);
			credentials.push(item);
			return credential;
		},
		continueOnFail: () => onError !== 'stopWorkflow',
		getExecutionCancelSignal: () => signal,
		getContext: () => store,
		evaluateExpression: () => runIndex,
		helpers: {
			httpRequestWithAuthentication: async (_type: string, request: Sent) => {
				sent.push(request);
				const answer = await jodo(request, sent.length);
				if (answer instanceof Error) throw answer;
				const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
				return { headers: {}, ...answer, body };
			},
		},
	} as unknown as IExecuteFunctions;
	const run = async () => (await new Jodo().execute.call(context))[0] as INodeExecutionData[];
	return {
		sent,
		read,
		credentials,
		run,
		/** The error that ends the run. */
		fails: async () =>
			await run().then(
				(output) => Promise.reject(new Error(`It gave ${JSON.stringify(output)}`)),
				(error: NodeOperationError) => error,
			),
		json: async () => (await run()).map(({ json }) => json),
	};
}
