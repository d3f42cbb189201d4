/** The node's form, made from the registry. */
import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Operation, Resource } from './operation';
import { rowOptions } from './asRows';

const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);

const SPECIFY_BODY: INodeProperties = {
	displayName: 'Enter Data',
	name: 'specifyBody',
	type: 'options',
	noDataExpression: true,
	default: 'fields',
	options: [
		{ name: 'Using Fields Below', value: 'fields' },
		{
			name: 'Using JSON',
			value: 'json',
			description: 'For lists that come from a sheet or another system',
		},
	],
};

const OPTIONS: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		...(rowOptions.options as INodeProperties[]),
		{
			displayName: 'Items at Once',
			name: 'concurrency',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 50, numberPrecision: 0 },
			default: 0,
			description:
				'How many items are worked on side by side, 1 to 50. The output keeps the order of the input.',
			hint: 'With 0 the node finds the best number by itself',
		},
	],
};

/** Resource, operation, then per operation: its fields, its body, its options. */
export function buildProperties(registry: Record<string, Resource>): INodeProperties[] {
	const resources = Object.entries(registry);
	return [
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'options',
			noDataExpression: true,
			default: 'paymentLink',
			options: resources
				.map(([value, { name, description }]) => ({ name, value, description }))
				.sort(byName),
		},
		...resources.map(([value, resource]) => operationField(value, resource)),
		...resources.flatMap(([resource, { operations }]) =>
			Object.entries(operations).flatMap(([operation, definition]) =>
				fieldsOf(definition, { resource: [resource], operation: [operation] }),
			),
		),
		OPTIONS,
	];
}

function operationField(value: string, { operations }: Resource): INodeProperties {
	const options: INodePropertyOptions[] = Object.entries(operations)
		.map(([key, { name, action, description }]) => ({ name, value: key, action, description }))
		.sort(byName);
	const first = (options.find((option) => option.value === 'create') ?? options[0])?.value;
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [value] } },
		default: first,
		options,
	};
}

function fieldsOf({ fields, body }: Operation, show: Record<string, string[]>): INodeProperties[] {
	// The options are one collection for all operations; each shows its own.
	const own = updateDisplayOptions(
		{ show },
		fields.filter(({ name }) => name !== OPTIONS.name),
	);
	if (!body) return own;
	return [
		...own,
		...updateDisplayOptions({ show }, [SPECIFY_BODY]),
		...updateDisplayOptions({ show: { ...show, specifyBody: ['fields'] } }, body.fields),
		...updateDisplayOptions({ show: { ...show, specifyBody: ['json'] } }, [
			{
				displayName: 'JSON Body',
				name: 'jsonBody',
				type: 'json',
				default: JSON.stringify(body.sample, null, 2),
				required: true,
				description:
					'The request body as Jodo documents it. With values from elsewhere, build it as an object in one expression: within a JSON text, a typed quotation mark could add an amount of its own.',
			},
		]),
	];
}
