/**
 * From the fields of a form to the body of a request, and from a place in that body back to the field.
 * The parameter `dateOfBirth` is Jodo's `date_of_birth`, unless `names` says otherwise; the one list inside
 * a fixed collection is Jodo's array; `additionalFields` is no level of its own.
 */
import type { IDataObject, INodeProperties, INodePropertyCollection } from 'n8n-workflow';

import { isEmpty } from './values';

const toSnake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * The code in a resource locator, or the value itself: n8n does not unwrap locators inside collections, nor
 * does it mark them with `__rl` as long as they hold their default.
 */
export function codeOf(value: unknown): unknown {
	return isObject(value) && 'mode' in value && 'value' in value ? value.value : value;
}

function listOf(field: INodeProperties): INodePropertyCollection {
	return (field.options as INodePropertyCollection[])[0] as INodePropertyCollection;
}

/** Where Jodo's name is not the parameter's in snake_case; a dot leads into an object (`student.fullname`). */
export type JodoNames = Readonly<Record<string, string>>;

const nameAtJodo = (field: INodeProperties, names: JodoNames) =>
	names[field.name] ?? toSnake(field.name);

/** Builds the body from what the user entered; empty fields are left out. */
export function bodyOf(
	fields: INodeProperties[],
	values: IDataObject,
	names: JodoNames = {},
): IDataObject {
	const body: IDataObject = {};
	for (const field of fields) {
		const value = codeOf(values[field.name]);
		if (isEmpty(value)) continue;
		if (field.type === 'collection') {
			const inner = bodyOf(field.options as INodeProperties[], value as IDataObject, names);
			merge(body, inner);
		} else {
			const content = field.type === 'fixedCollection' ? rowsOf(field, value) : value;
			if (Array.isArray(content) && content.length === 0) continue;
			merge(body, nested(nameAtJodo(field, names).split('.'), content as IDataObject));
		}
	}
	return body;
}

const nested = (path: string[], value: IDataObject): IDataObject =>
	path.reduceRight((inner, key) => ({ [key]: inner }), value);

/** Adds the keys of `more`; an object that both have is filled, not replaced. */
function merge(body: IDataObject, more: IDataObject): void {
	for (const [key, value] of Object.entries(more)) {
		const known = body[key];
		if (isObject(known) && isObject(value)) merge(known, value);
		else body[key] = value;
	}
}

const isObject = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

function rowsOf(field: INodeProperties, value: unknown): IDataObject {
	const { name, values: fields } = listOf(field);
	// An expression may give the bare list instead of n8n's own nesting, or what is no list: the check says so.
	const isNested = isObject(value) && (name in value || !Object.keys(value).length);
	const rows = isNested ? value[name] : value;
	if (!Array.isArray(rows)) return (isEmpty(rows) ? [] : rows) as IDataObject;
	// What is no entry is left for the check to refuse by its number.
	return rows.map((row: unknown) =>
		isObject(row) ? bodyOf(fields, fromJodoNames(fields, row)) : row,
	) as never;
}

/** Entries mapped from elsewhere may already carry Jodo's names. */
function fromJodoNames(fields: INodeProperties[], row: IDataObject): IDataObject {
	const renamed: IDataObject = { ...row };
	for (const { name } of fields) renamed[name] ??= row[toSnake(name)];
	return renamed;
}

/** Where a value stands in the body, as keys and numbers of entries from 0. */
export type BodyPath = ReadonlyArray<string | number>;

/** Names a place as the form does: 'Amount' in entry 2 of 'Amounts to Collect'. */
export function labelOf(
	fields: INodeProperties[],
	path: BodyPath,
	names: JodoNames = {},
): string | undefined {
	for (const field of fields) {
		if (field.type === 'collection') {
			const label = labelOf(field.options as INodeProperties[], path, names);
			if (label) return label;
			continue;
		}
		const steps = nameAtJodo(field, names).split('.');
		if (steps.some((step, i) => path[i] !== step)) continue;
		const [row, ...rest] = path.slice(steps.length);
		const own = `'${field.displayName}'`;
		if (row === undefined || field.type !== 'fixedCollection') return own;
		const place = `entry ${Number(row) + 1} of ${own}`;
		const inner = rest.length ? labelOf(listOf(field).values, rest) : undefined;
		return inner ? `${inner} in ${place}` : place;
	}
	return undefined;
}

/** Names a place as a developer does: details[1].amount */
export function pathText(path: BodyPath): string {
	return path
		.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`))
		.join('');
}

/** Reads a place as an API names it: details.1.amount or details[1].amount. */
export function pathFrom(key: string): BodyPath {
	return key
		.split(/[.[\]]/)
		.filter(Boolean)
		.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
