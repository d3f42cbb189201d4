/** JSON that is the same text for the same value, whatever the order of its keys. */

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
