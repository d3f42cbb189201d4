// The table of faults in dev/sandbox/README.md, from the one in its faults.mts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONDITIONS, EFFECTS } from '../sandbox/faults.mts';
import { put, ROOT, table, withBetween } from './put.mts';

const README = 'dev/sandbox/README.md';

const rows = (kinds: Record<string, { text: string; example: unknown }>) =>
	Object.entries(kinds).map(([name, { text, example }]) => [
		`\`${name}\``,
		text,
		`\`${JSON.stringify(example)}\``,
	]);

export async function sandbox(): Promise<void> {
	const faults = `${table(['`effect`', 'What happens', 'Example'], rows(EFFECTS))}

${table(['Beside it', 'To which requests', 'Example'], rows(CONDITIONS))}`;
	const text = readFileSync(join(ROOT, README), 'utf8');
	await put(README, withBetween(README, text, 'generated: faults', faults));
}
