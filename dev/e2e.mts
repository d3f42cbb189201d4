// npm run test:e2e                 a payment made by a browser, then the acceptance tests, all in a real n8n
// npm run test:e2e -- faults …      only the acceptance tests of these names
// npm run test:e2e -- --n8n 1.123.81  what must hold in every n8n, in that one; with names as above
// npm run test:queue                n8n in queue mode: what only that mode can show, and the trigger's promises again
// npm run test:queue -- smoke …     only the tests of these names
// npm run soak -- --minutes 30      mixed traffic for so long
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { otherN8n } from './demo/otherN8n.mts';
import { ROOT } from './demo/paths.mts';
import { Problem } from './demo/problem.mts';

const { values, positionals: chosen } = parseArgs({
	options: {
		suite: { type: 'string', default: 'e2e' },
		minutes: { type: 'string', default: '10' },
		n8n: { type: 'string' },
	},
	allowPositionals: true,
});

/** Acceptance tests whose promise hangs on how many processes there are. */
const ALSO_IN_QUEUE_MODE = [
	...['conflict', 'createOnce', 'delivery', 'events', 'facts', 'refusal', 'registration'],
	...['secrets', 'settings', 'thousand'],
];

/** Acceptance tests of what another version of n8n could break. */
const IN_EVERY_VERSION = [
	...['action', 'conflict', 'createOnce', 'credential', 'delivery', 'facts', 'holds', 'killed'],
	...['operations', 'registration', 'secrets', 'tool'],
];

const nameOf = (file: string) => basename(file, '.test.mts');
const testsIn = (folder: string) => globSync(`test/${folder}/*.test.mts`, { cwd: ROOT }).sort();

interface Suite {
	title: string;
	files: string[];
	env?: Record<string, string>;
}

const SUITES: Record<string, Suite> = {
	e2e: {
		title: `Acceptance in a real n8n${values.n8n ? ` ${values.n8n}` : ''}`,
		files: testsIn('e2e'),
	},
	queue: {
		title: 'Tests in n8n in queue mode',
		files: [
			...testsIn('queue'),
			...testsIn('e2e').filter((file) => ALSO_IN_QUEUE_MODE.includes(nameOf(file))),
		],
		env: { N8N_MODE: 'queue' },
	},
	soak: {
		title: `${values.minutes} minutes of mixed traffic`,
		files: testsIn('soak'),
		env: { SOAK_MINUTES: values.minutes },
	},
};

const { title, files, env } = SUITES[values.suite] as Suite;
const unknown = chosen.filter((name) => !files.some((file) => nameOf(file) === name));
if (unknown.length) {
	console.error(`No such test: ${unknown.join(', ')}. There are: ${files.map(nameOf).join(', ')}`);
	process.exit(1);
}
const names = chosen.length || !values.n8n ? chosen : IN_EVERY_VERSION;
const wanted = files.filter((file) => !names.length || names.includes(nameOf(file)));

// One process for all: they share one n8n.
const steps = [{ title, args: ['--test', '--test-isolation=none', ...wanted] }];
if (values.suite === 'e2e' && !names.length) {
	const args = ['dev/demo/main.mts', '--once', '--browser'];
	steps.unshift({ title: 'One payment, made in Chromium', args });
}

let folder: Record<string, string> = {};
if (values.n8n) {
	try {
		folder = { N8N_FOLDER: await otherN8n(values.n8n, (text) => console.log(`- ${text}`)) };
	} catch (error) {
		if (!(error instanceof Problem)) throw error;
		console.error(error.message);
		process.exit(1);
	}
}

// Ctrl-C stops the step that is running, through the terminal; then this ends as with any failed step.
process.on('SIGINT', () => {});

for (const step of steps) {
	const begun = Date.now();
	console.log(`\n== ${step.title}: node ${step.args.join(' ')}`);
	const child = spawn(process.execPath, step.args, {
		cwd: ROOT,
		stdio: 'inherit',
		env: { ...process.env, ...env, ...folder },
	});
	const [code] = (await once(child, 'close')) as [number | null];
	const seconds = ((Date.now() - begun) / 1000).toFixed(1);
	if (code !== 0) {
		console.error(`\nFailed after ${seconds} s: ${step.title}\n  node ${step.args.join(' ')}`);
		process.exit(1);
	}
	console.log(`== done in ${seconds} s`);
}
