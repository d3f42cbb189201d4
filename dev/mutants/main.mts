/**
 * npm run test:mutants [--quick] [folder or file]...: changes the published code in thousands of ways, one at a
 * time, and names the changes that no test notices. By folder; without arguments all of nodes/ and credentials/.
 * --quick: only by the suites that take a second. What was judged once is judged again only where the file itself
 * or its tests have changed; to begin anew, delete .run/mutants.
 */
import { globSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

import { Stryker } from '@stryker-mutator/core';

const ROOT = resolve(import.meta.dirname, '../..');
const RUN = join(ROOT, '.run/mutants');
const REPORT = join(RUN, 'report.json');

const plugin = (name: string) => join(import.meta.dirname, name);

/** Which suites judge a folder, in rounds: first those that take a second, then others on what they have left. */
const ROUNDS: Record<string, string[][]> = {
	credentials: [['nodes/*', 'nodes/shared/*']],
	'nodes/events': [['nodes/events/*'], ['nodes/*', 'nodes/JodoTrigger/receive']],
	'nodes/JodoTrigger': [['nodes/JodoTrigger/*', 'nodes/*']],
	'nodes/shared': [
		['nodes/shared/*'],
		['nodes/*', 'nodes/JodoTrigger/{publish,receive,redelivery}', 'nodes/Jodo/listSearch'],
		['engine/{operations,jodo}'],
		['engine/faults'],
	],
	'nodes/Jodo': [['nodes/Jodo/*', 'nodes/*'], ['engine/{operations,jodo}'], ['engine/faults']],
};
/** They look for harm and cost, with megabytes: too slow to judge, and what they guard no mutant changes. */
const TOO_SLOW = /hostile|worlds|counts/;

const isIn = (path: string, folder: string) => `${path}/`.startsWith(`${folder}/`);
const isQuick = process.argv.includes('--quick');
const paths = process.argv.slice(2).filter((argument) => argument !== '--quick');
const wanted = paths.map((path) => relative(ROOT, resolve(path)));
const folders = Object.keys(ROUNDS).filter(
	(folder) => !wanted.length || wanted.some((path) => isIn(path, folder) || isIn(folder, path)),
);
process.chdir(ROOT);
mkdirSync(RUN, { recursive: true });

interface Mutant {
	status: string;
	mutatorName: string;
	replacement?: string;
	location: { start: { line: number; column: number } };
}

/** Lets Stryker change the files of a folder; prints what none of the suites noticed, and the score. */
async function judge(folder: string, suites: string[]): Promise<void> {
	const own = wanted.filter((path) => isIn(path, folder));
	const files = (own.length ? own : [folder]).map((path) =>
		path.endsWith('.ts') ? path : `${path}/**/*.ts`,
	);
	const testFiles = globSync(suites.map((path) => `test/${path}.test.cts`));
	await new Stryker({
		mutate: files,
		testRunner: 'quick',
		plugins: [plugin('runner.mjs'), plugin('ignore.mjs')],
		ignorers: ['words'],
		quick: { testFiles: testFiles.filter((file) => !TOO_SLOW.test(file)) },
		incremental: true,
		incrementalFile: join(RUN, `${folder.replace('/', '-')}.json`),
		coverageAnalysis: 'perTest',
		concurrency: 1,
		// A mutant that makes a loop endless is named by this, not by whoever waits for the whole.
		timeoutMS: 30_000,
		timeoutFactor: 4,
		dryRunTimeoutMinutes: 30,
		ignorePatterns: ['/.run', '/dist', '/dev/versions'],
		// Not in the project: what a stopped run leaves there would be linted.
		tempDirName: join(tmpdir(), 'n8n-nodes-jodo-mutants'),
		reporters: ['json', 'progress-append-only'],
		jsonReporter: { fileName: REPORT },
		disableTypeChecks: 'nodes/**/*.ts',
		allowEmpty: true,
	}).runMutationTest();

	const report = JSON.parse(readFileSync(REPORT, 'utf8')) as {
		files: Record<string, { mutants: Mutant[] }>;
	};
	let [noticed, all] = [0, 0];
	for (const [file, { mutants }] of Object.entries(report.files)) {
		const judged = mutants.filter(({ status }) => !['Ignored', 'Pending'].includes(status));
		const missed = judged.filter(({ status }) => ['Survived', 'NoCoverage'].includes(status));
		all += judged.length;
		noticed += judged.length - missed.length;
		for (const { status, mutatorName, replacement, location } of missed) {
			const { line, column } = location.start;
			const change = (replacement ?? '').replace(/\s+/g, ' ').slice(0, 80);
			console.log(`${file}:${line}:${column} ${status}, ${mutatorName}: ${change}`);
		}
		if (judged.length) {
			const score = 100 * (1 - missed.length / judged.length);
			console.log(`  ${file}: ${score.toFixed(1)} % of ${judged.length}`);
		}
	}
	console.log(`${folder}: ${noticed} of ${all} noticed, ${((100 * noticed) / all).toFixed(1)} %`);
}

for (const folder of folders) {
	const rounds = ROUNDS[folder].slice(0, isQuick ? 1 : undefined);
	for (const round of rounds.keys()) await judge(folder, rounds.slice(0, round + 1).flat());
}
