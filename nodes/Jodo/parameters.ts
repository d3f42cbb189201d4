import { jsonParse, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { bodyOf, codeOf, labelOf, pathText } from './body';
import { isEmpty } from './values';
import type { Operation, Values } from './actions/operation';

/** An expression anywhere in a raw parameter: its value may differ from item to item. */
function holdsExpression(raw: unknown): boolean {
	if (typeof raw === 'string') return raw.startsWith('=');
	if (typeof raw !== 'object' || raw === null) return false;
	return Object.values(raw).some(holdsExpression);
}

/**
 * Reads and checks the fields of one operation, item by item.
 * n8n resolves parameters slowly, so one that holds no expression is read once for all items.
 */
export function createReader(context: IExecuteFunctions, operation: Operation) {
	const node = context.getNode();
	const fixed = new Map<string, unknown>();

	function read(name: string, item: number): unknown {
		if (fixed.has(name)) return fixed.get(name);
		const value = context.getNodeParameter(name, item, null) as unknown;
		if (!holdsExpression(node.parameters[name])) fixed.set(name, value);
		return value;
	}

	function readAll(fields: INodeProperties[], item: number): IDataObject {
		return Object.fromEntries(
			fields.map(({ name }) => [name, codeOf(read(name, item))]),
		) as IDataObject;
	}

	/** @throws NodeOperationError naming every field that cannot be used, and why */
	return (item: number): Values => {
		const values: Values = readAll(operation.fields, item);
		const missing = operation.fields.filter(
			({ name, required }) => required && isEmpty(values[name]),
		);
		if (missing.length) {
			throw badInput(
				context,
				item,
				missing.map(({ displayName }) => `'${displayName}' is empty`),
			);
		}
		for (const { name, type } of operation.fields) {
			const isText = type === 'string' || type === 'resourceLocator';
			if (isText && !isEmpty(values[name])) values[name] = String(values[name]).trim();
		}
		const misfit = operation.check?.(values);
		if (misfit) throw badInput(context, item, [misfit]);
		if (!operation.body) return values;

		const { fields, names, schema } = operation.body;
		const asJson = read('specifyBody', item) === 'json';
		const body = asJson
			? jsonBody(context, read('jsonBody', item), item)
			: bodyOf(fields, readAll(fields, item), names);
		const checked = schema.safeParse(body);
		if (checked.success) return { ...values, body: checked.data as IDataObject };
		throw badInput(
			context,
			item,
			checked.error.issues.map(({ path, message }) => {
				const label = asJson ? undefined : labelOf(fields, path, names);
				return `${label ?? `${pathText(path)} in 'JSON Body'`} ${message}`;
			}),
		);
	};
}

/** Text or object; empty fields are left out, as in the form. */
function jsonBody(context: IExecuteFunctions, raw: unknown, item: number): IDataObject {
	const parsed: unknown = typeof raw === 'string' ? jsonParse(raw, { fallbackValue: null }) : raw;
	if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
		throw badInput(context, item, ['\'JSON Body\' is not a JSON object such as {"name": …}']);
	}
	return Object.fromEntries(
		Object.entries(parsed as IDataObject).filter(([, value]) => !isEmpty(value)),
	);
}

function badInput(context: IExecuteFunctions, itemIndex: number, complaints: string[]) {
	return new NodeOperationError(context.getNode(), complaints.join('; '), {
		itemIndex,
		description: 'Nothing was sent to Jodo. Correct the value and run it again.',
	});
}
