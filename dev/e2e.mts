// npm run test:e2e               a payment made by a browser, then the acceptance tests, all in a real n8n
// npm run test:e2e -- faults …    only the acceptance tests of these names
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { ROOT } from './demo/paths.mts';

type Step = [title: string, args: string[]];

const chosen = process.argv.slice(2);
const files = globSync('test/e2e/*.test.mts', { cwd: ROOT })
	.filter((file) => !chosen.length || chosen.includes(basename(file, '.test.mts')))
	.sort();
if (!files.length) {
	console.error(`No acceptance test is called ${chosen.join(' or ')}`);
	process.exit(1);
}

const PAYMENT: Step = [
	'One payment, made in Chromium',
	['dev/demo/main.mts', '--once', '--browser'],
];
// One process for all: they share one n8n.
const ACCEPTANCE: Step = [
	'Acceptance in a real n8n',
	['--test', '--test-isolation=none', ...files],
];
const STEPS = chosen.length ? [ACCEPTANCE] : [PAYMENT, ACCEPTANCE];

// Ctrl-C stops the step that is running, through the terminal; then this ends as with any failed step.
process.on('SIGINT', () => {});

for (const [title, args] of STEPS) {
	const begun = Date.now();
	console.log(`\n== ${title}: node ${args.join(' ')}`);
	const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
	const [code] = (await once(child, 'close')) as [number | null];
	const seconds = ((Date.now() - begun) / 1000).toFixed(1);
	if (code !== 0) {
		console.error(`\nFailed after ${seconds} s: ${title}\n  node ${args.join(' ')}`);
		process.exit(1);
	}
	console.log(`== done in ${seconds} s`);
}
