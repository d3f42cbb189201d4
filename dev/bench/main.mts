// npm run bench                    everything, then docs/performance.md
// npm run bench -- trigger …       only these parts; the page keeps the rest
// npm run bench -- --quick         few items, few rounds: to see that it works; the page is left alone
import { mkdirSync, readFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RUN } from '../demo/paths.mts';
import { action, limit } from './action.mts';
import { openLab, type Lab } from './lab.mts';
import { publish } from './publish.mts';
import { trigger } from './trigger.mts';

const PARTS: Record<string, (lab: Lab) => Promise<unknown>> = { action, limit, trigger, publish };
const { values, positionals } = parseArgs({
	options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string' } },
	allowPositionals: true,
});
const lab = await openLab({
	quick: values.quick,
	rounds: Number(values.rounds ?? (values.quick ? 1 : 3)),
});
try {
	for (const name of positionals.length ? positionals : Object.keys(PARTS)) {
		const at = Date.now();
		const r = await PARTS[name]!(lab);
		mkdirSync(RUN, { recursive: true });
		writeFileSync(join(RUN, `bench-${name}.json`), JSON.stringify(r));
		console.log(name, (Date.now() - at) / 1000);
	}
} finally {
	await lab.stop();
}
