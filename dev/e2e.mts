// npm run test:e2e                 a payment made by a browser, then the acceptance tests, all in a real n8n
// npm run test:e2e -- faults …      only the acceptance tests of these names
// npm run test:queue                n8n in queue mode: what only that mode can show, and the trigger's promises again
// npm run test:queue -- smoke …     only the tests of these names
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './demo/paths.mts';

const { values, positionals: chosen } = parseArgs({
	options: { queue: { type: 'boolean', default: false } },
	allowPositionals: true,
});

/** Acceptance tests whose promise hangs on how many processes there are. */
const ALSO_IN_QUEUE_MODE = [
	...['conflict', 'createOnce', 'delivery', 'events', 'facts', 'refusal', 'registration'],
	...['settings', 'thousand'],
];

const nameOf = (file: string) => basename(file, '.test.mts');
const testsIn = (folder: string) => globSync(`test/${folder}/*.test.mts`, { cwd: ROOT }).sort();

const files = values.queue
	? [
			...testsIn('queue'),
			...testsIn('e2e').filter((file) => ALSO_IN_QUEUE_MODE.includes(nameOf(file))),
		]
	: testsIn('e2e');
const wanted = files.filter((file) => !chosen.length || chosen.includes(nameOf(file)));
const unknown = chosen.filter((name) => !files.some((file) => nameOf(file) === name));
if (unknown.length) {
	console.error(
		`No such test: ${unknown.join(', ')}. There are: ${files.map(nameOf).join(', ')}`,
	);
	process.exit(1);
}

// One process for all: they share one n8n.
const TESTS = ['--test', '--test-isolation=none', ...wanted];
const steps: Array<[title: string, args: string[]]> = [
	[values.queue ? 'Tests in n8n in queue mode' : 'Acceptance in a real n8n', TESTS],
];
if (!values.queue && !chosen.length) {
	const payment = ['dev/demo/main.mts', '--once', '--browser'];
	steps.unshift(['One payment, made in Chromium', payment]);
}

// Ctrl-C stops the step that is running, through the terminal; then this ends as with any failed step.
process.on('SIGINT', () => {});

for (const [title, args] of steps) {
	const begun = Date.now();
	console.log(`\n== ${title}: node ${args.join(' ')}`);
	const child = spawn(process.execPath, args, {
		cwd: ROOT,
		stdio: 'inherit',
		env: { ...process.env, ...(values.queue && { N8N_MODE: 'queue' }) },
	});
	const [code] = (await once(child, 'close')) as [number | null];
	const seconds = ((Date.now() - begun) / 1000).toFixed(1);
	if (code !== 0) {
		console.error(`\nFailed after ${seconds} s: ${title}\n  node ${args.join(' ')}`);
		process.exit(1);
	}
	console.log(`== done in ${seconds} s`);
}
