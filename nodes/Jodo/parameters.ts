import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { bodyOf, codeOf, labelOf, pathText } from './body';
import { readChoices } from './choices';
import { bodyOfJson, misfits, withoutEmpty } from './jsonBody';
import { holdsExpression } from '../shared/expressions';
import { isBranch, Refused } from './values';
import type { Operation, Values } from './actions/operation';

/** What one item was given; its body is as it was entered. */
export interface Draft {
	values: Values;
	/** About what stands beside the body, and about a body that is none. */
	complaints: string[];
	isJson: boolean;
}

export interface Reader {
	/** @throws n8n's error if an expression cannot be resolved */
	read(item: number): Draft;
	/** @throws BadInput naming every field that cannot be used, and why */
	check(draft: Draft): Values;
	/** The same without complaints, for what is not sent again: what cannot be read is as it was entered. */
	glance(draft: Draft): Values;
}

/** What cannot be sent, as sentences. */
export class BadInput extends Error {}

/** What a language model writes where it has nothing to say. */
const PLACEHOLDER =
	/^[\s\p{P}\p{S}]*(null|undefined|none|nil|n[/.]?a|unknown|unspecified|not (provided|available|applicable|specified|known|given))?[\s\p{P}\p{S}]*$/iu;
const isPlaceholder = (value: unknown) => typeof value === 'string' && PLACEHOLDER.test(value);

/**
 * Reads and checks the fields of one operation, item by item.
 * n8n resolves parameters slowly, so one that holds no expression is read once for all items.
 * @param isTool an AI agent fills in the fields: what it writes into optional ones for want of a value is empty
 */
export function createReader(
	context: IExecuteFunctions,
	operation: Operation,
	isTool: boolean,
): Reader {
	const raw = context.getNode().parameters;
	const fixed = new Map<string, unknown>();
	const { fields, body } = operation;

	function parameter(name: string, item: number): unknown {
		if (fixed.has(name)) return fixed.get(name);
		const value = context.getNodeParameter(name, item, null) as unknown;
		if (!holdsExpression(raw[name])) fixed.set(name, value);
		return value;
	}

	function readAll(these: INodeProperties[], item: number): IDataObject {
		const values = Object.fromEntries(
			these.map(({ name }) => [name, codeOf(parameter(name, item))]),
		) as IDataObject;
		return isTool ? withoutPlaceholders(these, values) : values;
	}

	return {
		read(item) {
			const own = readChoices(fields, readAll(fields, item));
			const misfit = own.complaints.length ? undefined : operation.check?.(own.values);
			const complaints = [...own.complaints, ...(misfit ? [misfit] : [])];
			if (!body) return { values: own.values, complaints, isJson: false };
			const isJson = parameter('specifyBody', item) === 'json';
			const entered = isJson
				? bodyOfJson(parameter('jsonBody', item))
				: (withoutEmpty(bodyOf(body.fields, readAll(body.fields, item), body.names)) ?? {});
			if (entered instanceof Refused) complaints.push(`'JSON Body' ${entered.why}`);
			const content = (entered instanceof Refused ? {} : entered) as IDataObject;
			if (isJson && isTool) dropPlaceholders(content);
			return { values: { ...own.values, body: content }, complaints, isJson };
		},

		check({ values, complaints, isJson }) {
			const all = [...complaints];
			let content = values.body;
			if (body && !complaints.some((complaint) => complaint.startsWith("'JSON Body'"))) {
				const checked = body.schema.safeParse(values.body);
				content = checked.data as IDataObject;
				const issues = checked.success ? misfits(checked.data) : checked.error.issues;
				for (const { path, message } of issues) {
					const label = isJson ? undefined : labelOf(body.fields, path, body.names);
					all.push(`${label ?? `${pathText(path)} in 'JSON Body'`} ${message}`);
				}
			}
			if (all.length) throw new BadInput(all.join('; '));
			return body ? { ...values, body: content } : values;
		},

		glance({ values }) {
			if (!body) return values;
			const { success, data, error } = body.schema.safeParse(values.body);
			if (success) return { ...values, body: data as IDataObject };
			const unread = new Set(error.issues.map(({ path: [key] }) => key));
			const others = Object.entries(values.body ?? {}).filter(([key]) => !unread.has(key));
			const again = body.schema.safeParse(Object.fromEntries(others));
			return { ...values, body: { ...values.body, ...(again.data as IDataObject) } };
		},
	};
}

function dropPlaceholders(body: IDataObject): void {
	for (const [key, value] of Object.entries(body)) {
		if (isPlaceholder(value)) delete body[key];
		else if (isBranch(value) && !Array.isArray(value)) dropPlaceholders(value as IDataObject);
	}
}

function withoutPlaceholders(fields: INodeProperties[], values: IDataObject): IDataObject {
	const kept = { ...values };
	for (const { name, type, options, required } of fields) {
		const value = codeOf(kept[name]);
		if (type === 'collection' && isBranch(value)) {
			kept[name] = withoutPlaceholders(options as INodeProperties[], value as IDataObject);
		} else if (!required && isPlaceholder(value)) {
			kept[name] = null;
		}
	}
	return kept;
}
