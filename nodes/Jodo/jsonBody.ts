/** Request bodies as JSON: what is read from a text, what is left out, and what no JSON can hold. */
import type { IDataObject } from 'n8n-workflow';

import type { BodyPath } from './body';
import { isBranch, isEmpty, Refused, whyNoValue } from './values';

/** Text or object, without its empty members. */
export function bodyOfJson(raw: unknown): IDataObject | Refused {
	const isText = typeof raw === 'string';
	const parsed = isText ? parse(raw) : raw;
	if (!isBranch(parsed) || Array.isArray(parsed)) {
		return new Refused(
			'is not a JSON object such as {"name": …}. Build it as an object in one expression, not as a text with expressions in it: a quotation mark in a value breaks the text',
		);
	}
	const twice = isText ? keyThatStandsTwice(raw) : undefined;
	if (twice !== undefined) return new Refused(`holds "${twice}" twice in the same object`);
	return (withoutEmpty(parsed) ?? {}) as IDataObject;
}

function parse(text: string): unknown {
	try {
		// JSON knows neither a byte order mark nor the blanks of a web page.
		return JSON.parse(text.trim());
	} catch {
		return undefined;
	}
}

/** JSON.parse takes the last of two without a word: a typed name could bring its own amount along. */
function keyThatStandsTwice(json: string): string | undefined {
	const open: Array<Set<string>> = [];
	for (const [token, key] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
		if (token === '{') open.push(new Set());
		else if (token === '}') open.pop();
		else if (key !== undefined) {
			const name = JSON.parse(key) as string;
			const known = open.at(-1) as Set<string>;
			if (known.has(name)) return name;
			known.add(name);
		}
	}
	return undefined;
}

/** Empty members are left out at every depth; an empty row of a list stays, as undefined: it has a number. */
export function withoutEmpty(value: unknown): unknown {
	if (isEmpty(value)) return undefined;
	if (!isBranch(value)) return value;
	if (Array.isArray(value)) return value.length ? value.map(withoutEmpty) : undefined;
	const members = Object.entries(value)
		.map(([key, member]) => [key, withoutEmpty(member)])
		.filter(([, member]) => member !== undefined);
	return members.length ? Object.fromEntries(members) : undefined;
}

/** Values that no JSON can hold, or that mean nothing, in members that no schema knows. */
export function misfits(
	value: unknown,
	path: BodyPath = [],
): Array<{ path: BodyPath; message: string }> {
	if (Array.isArray(value)) return value.flatMap((row, i) => misfits(row, [...path, i]));
	if (isBranch(value)) {
		return Object.entries(value).flatMap(([key, member]) => misfits(member, [...path, key]));
	}
	const isJson = ['string', 'number', 'boolean', 'object', 'undefined'].includes(typeof value);
	const message = isJson ? whyNoValue(value) : 'is nothing that JSON can hold';
	return message ? [{ path, message }] : [];
}
