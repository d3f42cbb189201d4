import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { bodyOf, codeOf, labelOf, pathText } from './body';
import { readChoices } from './choices';
import { bodyOfJson, misfits, withoutEmpty } from './jsonBody';
import { Refused } from './values';
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

	function readBody(
		{ fields, names, schema }: NonNullable<Operation['body']>,
		item: number,
	): { content?: IDataObject; complaints: string[] } {
		const asJson = read('specifyBody', item) === 'json';
		const entered = asJson
			? bodyOfJson(read('jsonBody', item))
			: (withoutEmpty(bodyOf(fields, readAll(fields, item), names)) ?? {});
		if (entered instanceof Refused) return { complaints: [`'JSON Body' ${entered.why}`] };

		const checked = schema.safeParse(entered);
		const issues = checked.success ? misfits(checked.data) : checked.error.issues;
		const complaints = issues.map(({ path, message }) => {
			const label = asJson ? undefined : labelOf(fields, path, names);
			return `${label ?? `${pathText(path)} in 'JSON Body'`} ${message}`;
		});
		return { content: checked.data as IDataObject, complaints };
	}

	/** @throws NodeOperationError naming every field that cannot be used, and why */
	return (item: number): Values => {
		const own = readChoices(operation.fields, readAll(operation.fields, item));
		const misfit = own.complaints.length ? undefined : operation.check?.(own.values);
		const { content, complaints: ofBody = [] } = operation.body
			? readBody(operation.body, item)
			: {};
		const complaints = [...own.complaints, ...(misfit ? [misfit] : []), ...ofBody];
		if (complaints.length) throw badInput(context, item, complaints);
		return content ? { ...own.values, body: content } : own.values;
	};
}

function badInput(context: IExecuteFunctions, itemIndex: number, complaints: string[]) {
	return new NodeOperationError(context.getNode(), complaints.join('; '), {
		itemIndex,
		description: 'Nothing was sent to Jodo. Correct the value and run it again.',
	});
}
