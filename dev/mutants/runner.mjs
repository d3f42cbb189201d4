/** Stryker's way to the tests: which of them judge a mutant, the file's own first, then the cheapest; and what they say. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';

/** By test file: how long it takes, and what it loads. Written down for the process that follows one that hung. */
let known;
const KNOWN = '.tests.json';

/** Stryker calls a loop endless that runs a hundred times as often as in all tests; ten times is enough to tell. */
const LESS_ENDLESS = 10;

/** runner.test.cts knows runner.ts best, so it judges first. */
const stem = (file) => basename(file).split('.')[0];

class QuickRunner {
	static inject = ['options'];

	constructor(options) {
		this.files = options.quick.testFiles;
		globalThis.__stryker__ ??= {};
	}

	/** Only now has the process gone to Stryker's copy of the project. */
	async init() {
		({ run: this.run } = await import('./tests.mjs'));
	}

	capabilities() {
		return { reloadEnvironment: true };
	}

	async dryRun() {
		known = new Map();
		const tests = [];
		for (const file of this.files) {
			const begun = Date.now();
			const { results, loaded } = await this.run(file);
			tests.push(...results);
			known.set(file, { ms: Date.now() - begun, loaded });
			console.log(`${Date.now() - begun} ms: ${file}, ${results.length} tests`);
		}
		writeFileSync(KNOWN, JSON.stringify([...known]));
		return {
			status: DryRunStatus.Complete,
			tests,
			mutantCoverage: globalThis.__stryker__.mutantCoverage,
		};
	}

	async mutantRun({ activeMutant, testFilter, hitLimit, sandboxFileName }) {
		known ??= new Map(JSON.parse(readFileSync(KNOWN, 'utf8')));
		const space = globalThis.__stryker__;
		Object.assign(space, {
			activeMutant: activeMutant.id,
			hitLimit: hitLimit && hitLimit / LESS_ENDLESS,
			hitCount: hitLimit ? 0 : undefined,
		});
		const wanted = testFilter && new Set(testFilter);
		const isOwn = (file) => Number(stem(file) === stem(activeMutant.fileName));
		const files = [...known]
			.filter(([file, { loaded }]) =>
				wanted
					? testFilter.some((id) => id.startsWith(`${file}: `))
					: loaded.includes(sandboxFileName),
			)
			.sort(([a, { ms: aMs }], [b, { ms: bMs }]) => isOwn(b) - isOwn(a) || aMs - bMs);
		let nrOfTests = 0;
		try {
			for (const [file] of files) {
				const { results } = await this.run(file, wanted, true);
				nrOfTests += results.length;
				if (space.hitCount > space.hitLimit) {
					return { status: MutantRunStatus.Timeout, reason: 'an endless loop' };
				}
				const bad = results.find(({ status }) => status === TestStatus.Failed);
				if (!bad) continue;
				const { id, failureMessage } = bad;
				return { status: MutantRunStatus.Killed, killedBy: [id], failureMessage, nrOfTests };
			}
			return { status: MutantRunStatus.Survived, nrOfTests };
		} finally {
			space.activeMutant = undefined;
		}
	}
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'quick', QuickRunner)];

/** Stryker asks every plugin for the options that it knows. */
export const strykerValidationSchema = {
	properties: { quick: { type: 'object', properties: { testFiles: { type: 'array' } } } },
};
