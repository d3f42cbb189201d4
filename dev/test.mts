// npm test: everything that can be proved without a real n8n, cheapest first; stops at the first failure.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const ROOT = resolve(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules/.bin');

type Step = [title: string, command: string];

/** What stands together runs at the same time: each of these keeps one processor busy. */
const STAGES: Step[][] = [
	[
		['Format', 'prettier --check --log-level warn .'],
		// Before the lint: index.d.ts names what the build makes.
		["Build, pack, n8n's community-package scan", 'node dev/scan.mts'],
	],
	[
		['Lint of tests and tools', 'eslint --config dev/eslint.config.mjs dev test'],
		['Types of tests and tools', 'tsc --project dev/tsconfig.json'],
		['Lint of the published code, by n8n', 'n8n-node lint'],
		['Types of the published code', 'tsc --noEmit'],
		['Generated files', 'node dev/generate/main.mts --check'],
	],
	[['Tests', 'jest']],
];

const started = Date.now();
const seconds = (since: number) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** One that runs alone shows at once what it says, the others when they have ended. */
async function run([title, command]: Step, isAlone: boolean): Promise<boolean> {
	const begun = Date.now();
	const heading = `\n== ${title}: ${command}`;
	if (isAlone) console.log(heading);
	const child = spawn(isAlone ? command : `(${command}) 2>&1`, {
		cwd: ROOT,
		shell: true,
		stdio: ['ignore', isAlone ? 'inherit' : 'pipe', 'inherit'],
		env: { ...process.env, PATH: `${BIN}${delimiter}${process.env['PATH']}` },
	});
	const said = child.stdout ? text(child.stdout) : '';
	const [code] = (await once(child, 'close')) as [number | null];
	if (!isAlone) process.stdout.write(`${heading}\n${await said}`);
	if (code === 0) console.log(`== done in ${seconds(begun)}`);
	else console.error(`\nFailed after ${seconds(begun)}: ${title}\n  ${command}`);
	return code === 0;
}

async function stage(steps: Step[]): Promise<void> {
	const left = [...steps];
	let isGood = true;
	const worker = async () => {
		for (let step = left.shift(); step && isGood; step = left.shift()) {
			isGood = (await run(step, steps.length === 1)) && isGood;
		}
	};
	await Promise.all(Array.from({ length: availableParallelism() }, worker));
	if (!isGood) process.exit(1);
}

// Ctrl-C stops the steps that are running, through the terminal; then this ends as with any failed step.
process.on('SIGINT', () => {});

for (const steps of STAGES) await stage(steps);
console.log(`\nAll passed in ${seconds(started)}. A real n8n is tried by: npm run test:e2e`);
