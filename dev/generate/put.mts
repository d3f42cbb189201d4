// Writes a generated file as prettier would; with --check, only says whether it is up to date.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';

export const ROOT = join(import.meta.dirname, '../..');

const isCheck = process.argv.includes('--check');

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
