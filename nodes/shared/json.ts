/** JSON as it comes and goes: read without harm, and written as one text for one value. */
import type { IDataObject } from 'n8n-workflow';

/** What is written as it is, among values that are still to be written. */
class Mark {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}
}

const COMMA = new Mark(',');

/** JSON with sorted keys: one text for one value. Not recursive, so that no depth is too much for it. */
export function canonicalJson(value: unknown): string {
	const written: string[] = [];
	const left: unknown[] = [value];
	while (left.length) {
		const next = left.pop();
		if (next instanceof Mark) {
			written.push(next.text);
		} else if (Array.isArray(next)) {
			written.push('[');
			left.push(new Mark(']'));
			for (let i = next.length - 1; i >= 0; i--) left.push(next[i], ...(i ? [COMMA] : []));
		} else if (typeof next === 'object' && next !== null) {
			const members = Object.entries(next).sort(([a], [b]) => (a < b ? 1 : -1));
			written.push('{');
			left.push(new Mark('}'));
			members.forEach(([key, member], i) => {
				const comma = i < members.length - 1 ? ',' : '';
				left.push(member, new Mark(`${comma}${JSON.stringify(key)}:`));
			});
		} else {
			written.push(JSON.stringify(next) ?? 'null');
		}
	}
	return written.join('');
}

/** Far more than Jodo's events have, far less than what makes n8n's own recursion fail. */
const DEEPEST = 100;

/** The same value, with the JSON text of whatever lies deeper than so many levels in its place. */
function shallow(value: unknown, levels = DEEPEST): unknown {
	if (typeof value !== 'object' || value === null) return value;
	if (levels === 0) return canonicalJson(value);
	if (Array.isArray(value)) return value.map((member) => shallow(member, levels - 1));
	return Object.fromEntries(
		Object.entries(value).map(([key, member]) => [key, shallow(member, levels - 1)]),
	);
}

/** As n8n reads it, so without a byte order mark. */
export function parse(rawBody: Buffer): IDataObject | undefined {
	try {
		const text = rawBody.toString('utf8').replace(/^\uFEFF/, '');
		const value = JSON.parse(text) as unknown;
		if (typeof value !== 'object' || value === null) return undefined;
		// So few brackets are no great depth.
		const brackets = text.match(/[{[]/g) ?? [];
		return (brackets.length > DEEPEST ? shallow(value) : value) as IDataObject;
	} catch {
		return undefined;
	}
}
