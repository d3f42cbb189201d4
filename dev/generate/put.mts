// Writing what is generated: tables, places between marks, and whole files as prettier would write them;
// with --check, only says whether they are up to date.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';

export const ROOT = join(import.meta.dirname, '../..');

const isCheck = process.argv.includes('--check');

/** Rows of cells as a Markdown table. */
export const table = (head: string[], rows: string[][]) =>
	[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** The rows of a table, free of the spaces that lay it out. */
export function rowsIn(text: string): string[][] {
	return text
		.split('\n')
		.filter((line) => line.startsWith('|'))
		.slice(2)
		.map((line) =>
			line
				.split(/(?<!\\)\|/)
				.slice(1, -1)
				.map((cell) => cell.trim()),
		);
}

function marks(page: string, text: string, mark: string): [start: number, end: number] {
	const opening = `<!-- ${mark} -->\n`;
	const start = text.indexOf(opening) + opening.length;
	const end = text.indexOf('<!-- end -->', start);
	if (!text.includes(opening) || end < 0) throw new Error(`${page} has no place for "${mark}"`);
	return [start, end];
}

/** What stands between `<!-- mark -->` and `<!-- end -->`. */
export function between(page: string, text: string, mark: string): string {
	return text.slice(...marks(page, text, mark));
}

/** The text with this between the marks. */
export function withBetween(page: string, text: string, mark: string, content: string): string {
	const [start, end] = marks(page, text, mark);
	return `${text.slice(0, start)}\n${content}\n\n${text.slice(end)}`;
}

export async function put(name: string, text: string): Promise<void> {
	const file = join(ROOT, name);
	const wanted = await format(text, { ...(await resolveConfig(file)), filepath: file });
	if (existsSync(file) && readFileSync(file, 'utf8') === wanted) return;
	if (isCheck) {
		console.error(`${name} is not up to date: run "npm run generate"`);
		process.exitCode = 1;
		return;
	}
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, wanted);
	console.log(name);
}
