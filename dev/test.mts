// npm test: everything that can be proved without a real n8n, cheapest first; stops at the first failure.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules/.bin');

const STEPS: Array<[title: string, command: string]> = [
	['Format', 'prettier --check --log-level warn .'],
	// Before the lint: index.d.ts names what the build makes.
	["Build, pack, n8n's community-package scan", 'node dev/scan.mts'],
	['Generated files', 'node dev/generate/main.mts --check'],
	['Lint of the published code, by n8n', 'n8n-node lint'],
	['Lint of tests and tools', 'eslint --config dev/eslint.config.mjs dev test'],
	['Types of the published code', 'tsc --noEmit'],
	['Types of tests and tools', 'tsc --project dev/tsconfig.json'],
	['Tests', 'jest'],
];

async function run(command: string): Promise<boolean> {
	const child = spawn(command, {
		cwd: ROOT,
		shell: true,
		stdio: 'inherit',
		env: { ...process.env, PATH: `${BIN}${delimiter}${process.env['PATH']}` },
	});
	const [code] = (await once(child, 'close')) as [number | null];
	return code === 0;
}

const started = Date.now();
const seconds = (since: number) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

// Ctrl-C stops the step that is running, through the terminal; then this ends as with any failed step.
process.on('SIGINT', () => {});

for (const [title, command] of STEPS) {
	const begun = Date.now();
	console.log(`\n== ${title}: ${command}`);
	if (!(await run(command))) {
		console.error(`\nFailed after ${seconds(begun)}: ${title}\n  ${command}`);
		process.exit(1);
	}
	console.log(`== done in ${seconds(begun)}`);
}
console.log(`\nAll passed in ${seconds(started)}. A real n8n is tried by: npm run test:e2e`);
