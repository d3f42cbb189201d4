// npm run bench                    everything (about 15 minutes), then docs/performance.md
// npm run bench -- trigger …       only these parts; the page keeps the rest
// npm run bench -- --quick         few items, one round, the page left alone
// Each run fails if a count is wrong, none over a time.
// npm run bench -- --page          nothing is measured: the page from the last figures
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RUN } from '../demo/paths.mts';
import { action, limit } from './action.mts';
import { blocks } from './blocks.mts';
import { wrongCounts } from './counts.mts';
import { openLab, type Lab } from './lab.mts';
import { writePage, type Results } from './page.mts';
import { publish } from './publish.mts';
import { trigger } from './trigger.mts';
import { weight } from './weight.mts';

// Whoever ends the bench ends its n8n as well.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
	process.once(name, () => process.exit(1));

/** What each part measures, in this order; those without n8n first. */
const ALONE = { weight };
const IN_N8N = { action, blocks, limit, trigger, publish };

const { values, positionals } = parseArgs({
	options: {
		quick: { type: 'boolean', default: false },
		page: { type: 'boolean', default: false },
		rounds: { type: 'string' },
	},
	allowPositionals: true,
});
const { quick } = values;
const rounds = Number(values.rounds ?? (quick ? 1 : 3));
const known = Object.keys({ ...ALONE, ...IN_N8N });
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length) {
	console.error(`No such part: ${unknown.join(', ')}. There are: ${known.join(', ')}`);
	process.exit(1);
}
const isWanted = (name: string) =>
	!values.page && (!positionals.length || positionals.includes(name));

/** The figures of the last full run of each part. */
const FIGURES = join(RUN, 'bench.json');
const results: Results = existsSync(FIGURES) ? JSON.parse(readFileSync(FIGURES, 'utf8')) : {};

const measured: Results = {};

async function measure(name: string, work: () => Promise<unknown>): Promise<void> {
	const begun = Date.now();
	console.log(`\n== ${name}`);
	const result = await work();
	console.log(`== done in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
	Object.assign(measured, { [name]: result });
	if (quick) return;
	Object.assign(results, { [name]: result });
	mkdirSync(RUN, { recursive: true });
	writeFileSync(FIGURES, JSON.stringify(results));
}

for (const [name, part] of Object.entries(ALONE)) {
	if (isWanted(name)) await measure(name, async () => await part({ rounds }));
}
let lab: Lab | undefined;
try {
	for (const [name, part] of Object.entries(IN_N8N)) {
		if (!isWanted(name)) continue;
		lab ??= await openLab({ rounds, quick });
		const opened = lab;
		await measure(name, async () => await part(opened));
	}
} finally {
	await lab?.stop();
}
if (!quick) await writePage(results, rounds);
const wrong = wrongCounts(measured);
for (const what of wrong) console.error(`Wrong count: ${what}`);
if (wrong.length) process.exitCode = 1;
