// npm run test:e2e: a payment made by a browser, then the acceptance tests, all in a real n8n.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { ROOT } from './demo/paths.mts';

const STEPS: Array<[title: string, args: string[]]> = [
	['One payment, made in Chromium', ['dev/demo/main.mts', '--once', '--browser']],
	[
		'Acceptance in a real n8n',
		// One process for all: they share one n8n.
		['--test', '--test-isolation=none', ...globSync('test/e2e/*.test.mts', { cwd: ROOT }).sort()],
	],
];

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
