/** A payload by path (order.details[0].amount), each leaf to be taken by one column. */

export const toText = (value: unknown) =>
	['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;

/** As toText; blanks say nothing. */
export const toFilledText = (value: unknown) => {
	const text = toText(value);
	return text?.trim() ? text : undefined;
};

const PLAIN_KEY = /^[A-Za-z_][\w-]*$/;

/** Beyond these a branch stays whole, as one leaf: no such path is a column, and memory has an end. */
const LONGEST_PATH = 500;
const MOST_LEAVES = 100_000;

export class Leaves {
	private readonly left = new Map<string, unknown>();

	/** Whether every leaf is one; otherwise what should be in a column may stand in a branch left whole. */
	isComplete = true;

	constructor(payload: unknown) {
		this.collect(payload, '');
	}

	private collect(value: unknown, path: string): void {
		const isBranch = typeof value === 'object' && value !== null;
		const size = Array.isArray(value) ? value.length : isBranch ? Object.keys(value).length : 0;
		const isTooMuch = path.length > LONGEST_PATH || this.left.size + size > MOST_LEAVES;
		if (!isBranch || size === 0 || isTooMuch) {
			if (size) this.isComplete = false;
			this.left.set(path || 'payload', value);
			return;
		}
		for (const [key, member] of Object.entries(value)) {
			const isPlain = !Array.isArray(value) && PLAIN_KEY.test(key);
			const step = Array.isArray(value) ? `[${key}]` : isPlain ? key : `[${JSON.stringify(key)}]`;
			this.collect(member, isPlain && path ? `${path}.${step}` : path + step);
		}
	}

	/** Takes the first of the places that can be read; a null or a blank there says nothing and goes too. */
	take<T>(paths: readonly string[], read: (value: unknown) => T | undefined): T | null {
		for (const path of paths) {
			const value = this.left.get(path);
			if (value === undefined) continue;
			const result = read(value);
			const isEmpty = value === null || (typeof value === 'string' && !value.trim());
			if (isEmpty || result !== undefined) this.left.delete(path);
			if (result !== undefined) return result;
		}
		return null;
	}

	/** Puts back what a column says only in part. */
	keep(path: string, value: unknown): void {
		this.left.set(path, value);
	}

	drop(...paths: string[]): void {
		for (const path of paths) this.left.delete(path);
	}

	rest(): Record<string, unknown> {
		return Object.fromEntries(this.left);
	}
}

export function arrayAt(payload: unknown, path: string): unknown[] {
	let value = payload;
	for (const key of path.split('.')) value = (value as Record<string, unknown> | null)?.[key];
	return Array.isArray(value) ? value : [];
}

/** Key → value; a plain text becomes `note`. What comes a second time under one key stays among the leaves. */
export function takeNotes(
	leaves: Leaves,
	payload: unknown,
	places: readonly string[],
): Record<string, unknown> {
	const notes = new Map<string, unknown>();
	for (const path of places) {
		const text = leaves.take([path], (value) =>
			notes.has('note') ? undefined : toFilledText(value),
		);
		if (text !== null) notes.set('note', text);
		arrayAt(payload, path).forEach((entry, i) => {
			const { key, value = null } = (entry ?? {}) as { key?: unknown; value?: unknown };
			const isPlain = typeof value !== 'object' || value === null;
			if (typeof key !== 'string' || notes.has(key) || !isPlain) return;
			notes.set(key, value);
			leaves.drop(`${path}[${i}].key`, `${path}[${i}].value`);
		});
	}
	return Object.fromEntries(notes);
}
