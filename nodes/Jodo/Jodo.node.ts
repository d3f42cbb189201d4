import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

import { buildProperties } from './actions/properties';
import { registry } from './actions/registry';
import { listSearch } from './listSearch';
import { run } from './runner';

export class Jodo implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Jodo',
		name: 'jodo',
		icon: { light: 'file:../../icons/jodo.svg', dark: 'file:../../icons/jodo.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
		description: 'Collect education fees with Jodo',
		defaults: { name: 'Jodo' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'jodoApi', required: true }],
		// The output of 'Get Access Token' logs a parent in.
		sensitiveOutputFields: ['access_token', 'login_url'],
		properties: buildProperties(registry),
	};

	methods = { listSearch };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await run.call(this);
	}
}
