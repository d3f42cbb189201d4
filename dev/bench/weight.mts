// What the package weighs: on disk, in a fresh process, and in n8n's start.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { installInto, pack } from '../demo/package.mts';
import { N8N, RUN } from '../demo/paths.mts';
import { inRounds } from './lab.mts';

export interface Loading {
	ms: number;
	heapMb: number;
}

export interface Result {
	tarballKb: number;
	unpackedKb: number;
	/** Of both nodes of each, beyond what n8n has loaded anyway. */
	loading: Array<{ name: string; rounds: Loading[] }>;
	/** What n8n's own loader takes for the package. */
	startMs: number[];
}

const N8N_MODULES = join(N8N, '../../..');
/** Action and trigger for money or shops, of n8n's own. */
const OTHERS = ['Stripe', 'PayPal', 'Shopify'];

/** Runs in a process of its own, which has n8n-workflow and zod already, as n8n has. */
const LOAD = `
const files = JSON.parse(process.argv[1]);
const load = require('node:module').createRequire(files[0]);
for (const name of ['n8n-workflow', 'zod/v3', 'crypto']) load(name);
gc();
const heap = process.memoryUsage().heapUsed;
const begun = performance.now();
const nodes = files.flatMap((file) => Object.values(require(file)).map((Node) => new Node()));
const ms = performance.now() - begun;
gc();
console.log(JSON.stringify({ ms, heapMb: (process.memoryUsage().heapUsed - heap) / 2 ** 20 }));
if (!nodes.length) process.exit(1);`;

const START = `
const { LazyPackageDirectoryLoader } = require(process.argv[2]);
const begun = performance.now();
new LazyPackageDirectoryLoader(process.argv[1]).loadAll().then(() => {
	console.log(JSON.stringify(performance.now() - begun));
	process.exit(0);
});`;

function inFreshProcess<T>(script: string, ...args: string[]): T {
	const env = {
		...process.env,
		N8N_USER_FOLDER: join(RUN, 'bench-loader'),
		N8N_LOG_LEVEL: 'silent',
	};
	const said = execFileSync(process.execPath, ['--expose-gc', '-e', script, ...args], { env });
	return JSON.parse(String(said)) as T;
}

function sizeOf(folder: string): number {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

export async function weight({ rounds }: { rounds: number }): Promise<Result> {
	mkdirSync(RUN, { recursive: true });
	const folder = mkdtempSync(join(RUN, 'bench-'));
	try {
		const tarball = await pack();
		await installInto(folder, tarball);
		const ours = join(folder, '.n8n/nodes/node_modules/n8n-nodes-jodo');
		const contenders = [
			{
				name: 'Jodo',
				files: ['Jodo', 'JodoTrigger'].map((name) =>
					join(ours, `dist/nodes/${name}/${name}.node.js`),
				),
			},
			...OTHERS.map((name) => ({
				name,
				files: [name, `${name}Trigger`].map((file) =>
					join(N8N_MODULES, `n8n-nodes-base/dist/nodes/${name}/${file}.node.js`),
				),
			})),
		];
		const loaded = await inRounds(rounds * 3, contenders, async ({ files }) =>
			inFreshProcess<Loading>(LOAD, JSON.stringify(files)),
		);
		return {
			tarballKb: statSync(tarball).size / 1000,
			unpackedKb: sizeOf(ours) / 1000,
			loading: [...loaded].map(([{ name }, each]) => ({ name, rounds: each })),
			startMs: Array.from({ length: rounds }, () =>
				inFreshProcess<number>(START, ours, join(N8N_MODULES, 'n8n-core')),
			),
		};
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
