/** What saved workflows and n8n's editor rely on. */
import { NodeHelpers, Workflow } from 'n8n-workflow';
import type { INodeProperties, INodePropertyOptions, INodeType } from 'n8n-workflow';

import { JodoTrigger } from '../../../nodes/JodoTrigger/JodoTrigger.node';

const type: INodeType = new JodoTrigger();
const names = (properties: INodeProperties[]) => properties.map(({ name }) => name);
const options = type.description.properties.find(({ name }) => name === 'options');

it('has the frozen parameters with their defaults', () => {
	expect(type.description.name).toBe('jodoTrigger');
	expect(names(type.description.properties.filter((it) => it.type !== 'notice'))).toEqual([
		'events',
		'failureNotificationEmail',
		'collectorCodes',
		'simplify',
		'options',
	]);
	const inOptions = options?.options as INodeProperties[];
	expect(Object.fromEntries(inOptions.map((it) => [it.name, it.default]))).toEqual({
		includeHeaders: false,
		itemPer: 'transfer',
		onlyJodoIps: false,
		registration: 'automatic',
		replaceUrl: '',
		splitOutput: false,
	});
	const labels = inOptions.map(({ displayName }) => displayName);
	expect(labels).toEqual([...labels].sort());
	// The address at Jodo ends with it.
	expect(type.description.webhooks).toEqual([
		{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'jodo' },
	]);
});

it('has these fields, each of its kind', () => {
	const notManual = { hide: { '/options.registration': ['manual'] } };
	const kinds = (fields: INodeProperties[]) =>
		fields.map(({ name, type: kind, required = false, typeOptions, displayOptions }) =>
			[name, kind, required, typeOptions, displayOptions].filter((one) => one !== undefined),
		);
	expect(kinds(type.description.properties)).toEqual([
		['events', 'multiOptions', true],
		['manualNotice', 'notice', false, { show: { '/options.registration': ['manual'] } }],
		['failureNotificationEmail', 'string', true, notManual],
		['collectorCodes', 'multiOptions', false, { loadOptionsMethod: 'getBranches' }, notManual],
		['simplify', 'boolean', false],
		['options', 'collection', false],
	]);
	const inOptions = options?.options as INodeProperties[];
	expect(kinds(inOptions)).toEqual([
		['includeHeaders', 'boolean', false],
		['itemPer', 'options', false, { show: { '/simplify': [true] } }],
		['onlyJodoIps', 'boolean', false],
		['registration', 'options', false],
		['replaceUrl', 'string', false, { hide: { registration: ['manual'] } }],
		['splitOutput', 'boolean', false],
	]);
	const choices = Object.fromEntries(
		inOptions.map((it) => [
			it.name,
			(it.options as INodePropertyOptions[] | undefined)?.map(({ name, value }) => [value, name]),
		]),
	);
	expect(choices).toMatchObject({
		itemPer: [
			['transfer', 'Bank Transfer'],
			['component', 'Fee Component'],
		],
		registration: [
			['automatic', 'Automatic'],
			['manual', 'Jodo Sets It Up for Me'],
		],
	});
});

it('starts workflows, has no input, and shows the icon of Jodo', () => {
	const { group, inputs, icon, displayName, defaults } = type.description;
	expect({ group, inputs, icon, displayName, defaults }).toEqual({
		group: ['trigger'],
		inputs: [],
		icon: { light: 'file:../../icons/jodo.svg', dark: 'file:../../icons/jodo.dark.svg' },
		displayName: 'Jodo Trigger',
		defaults: { name: 'Jodo Trigger' },
	});
});

it('tells a live workflow from one that is being built', () => {
	const { activationHint, executionsHelp } = type.description.triggerPanel as Record<
		string,
		{ active: string; inactive: string }
	>;
	for (const texts of [activationHint, executionsHelp]) {
		expect(texts?.inactive).toMatch(/publish it/);
		expect(texts?.active).toMatch(/The workflow is live/);
		expect(texts?.active).not.toMatch(/publish it/);
	}
});

it('loads the branches from Jodo', async () => {
	const requests: object[] = [];
	const context = {
		getNode: () => ({ name: 'Jodo Trigger', type: 'jodoTrigger' }),
		getCredentials: async () => ({ environment: 'uat', apiKey: 'k', apiSecret: 's' }),
		helpers: {
			httpRequestWithAuthentication: async (_name: string, request: object) => {
				requests.push(request);
				const branches = [
					{ collector_code: 'b2', name: 'North' },
					{ collector_code: 'b1', name: 'East' },
				];
				return { statusCode: 200, headers: {}, body: JSON.stringify({ data: branches }) };
			},
		},
	};
	const load = type.methods?.loadOptions?.['getBranches'];
	expect(await load?.call(context as never)).toEqual([
		{ name: 'North (b2)', value: 'b2' },
		{ name: 'East (b1)', value: 'b1' },
	]);
	expect(requests).toMatchObject([
		{
			method: 'GET',
			baseURL: 'https://ext.devtest1.jodopay.com',
			url: '/api/v1/integrations/erp/branches',
		},
	]);
});

function nodeWith(parameters: object) {
	const node = {
		id: 'n1',
		name: 'Jodo Trigger',
		type: 'n8n-nodes-jodo.jodoTrigger',
		typeVersion: 1,
		position: [0, 0] as [number, number],
		parameters: { events: ['order.payment.settled'], ...parameters },
	};
	const nodeTypes = {
		getByName: () => type,
		getByNameAndVersion: () => type,
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	return { node, workflow };
}

it.each([
	[{}, ['main']],
	[{ options: {} }, ['main']],
	[{ options: { splitOutput: false } }, ['main']],
	[
		{ options: { splitOutput: true } },
		['Debited', 'Settled', 'Failed', 'Other'].map((displayName) => ({
			type: 'main',
			displayName,
		})),
	],
])('with %j it has the outputs %j', (parameters, outputs) => {
	const { node, workflow } = nodeWith(parameters);
	expect(NodeHelpers.getNodeOutputs(workflow, node, type.description)).toEqual(outputs);
});

it.each([
	[['payment_link.payment.settled'], 'payment link payment settled'],
	[['order.payment.settled', 'order.payment.debited'], '2 events'],
	[[], '0 events'],
])('with the events %j its subtitle is %s', (events, subtitle) => {
	const { node, workflow } = nodeWith({ events });
	const { subtitle: expression = '' } = type.description;
	expect(workflow.expression.getSimpleParameterValue(node, expression, 'internal', {})).toBe(
		subtitle,
	);
});

it('asks for nothing but the events where Jodo sets it up, and says what to tell Jodo', () => {
	const shown = (parameters: object) => {
		const { node } = nodeWith(parameters);
		return names(
			type.description.properties.filter((it) =>
				NodeHelpers.displayParameter(node.parameters as never, it, node, type.description),
			),
		);
	};
	expect(shown({ options: { registration: 'manual' } })).toEqual([
		'events',
		'manualNotice',
		'simplify',
		'options',
	]);
	expect(shown({})).toEqual([
		'events',
		'failureNotificationEmail',
		'collectorCodes',
		'simplify',
		'options',
	]);
});
