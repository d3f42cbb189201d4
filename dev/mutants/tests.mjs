/**
 * Jest's tests, run in this very process: only the project's own modules are read anew for each mutant, n8n and zod
 * stay. (Stryker's own runner for Jest starts all of it anew, which takes some fifty times as long.)
 */
import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

import { TestStatus } from '@stryker-mutator/api/test-runner';

/** Stryker's copy of the project: this is loaded only when the process has gone there. */
const ROOT = process.cwd();
const require = createRequire(join(ROOT, 'package.json'));
const ts = require('typescript');
// Of what Jest is made of.
const { ModernFakeTimers } = require('@jest/fake-timers');
const { expect } = require('expect');
const circus = require('jest-circus');
const { ModuleMocker } = require('jest-mock');
const { addEventHandler, dispatch } = require(
	join(dirname(require.resolve('jest-circus/package.json')), 'build/state.js'),
);

const OWN = ['nodes', 'credentials', 'test', 'dev'].map((name) => join(ROOT, name) + sep);
const COMPILER_OPTIONS = {
	module: ts.ModuleKind.CommonJS,
	target: ts.ScriptTarget.ES2022,
	esModuleInterop: true,
	inlineSourceMap: true,
};
const compiled = new Map();

function load(module, file) {
	let code = compiled.get(file);
	if (code === undefined) {
		const options = { compilerOptions: COMPILER_OPTIONS, fileName: file };
		code = ts.transpileModule(readFileSync(file, 'utf8'), options).outputText;
		compiled.set(file, code);
	}
	module._compile(code, file);
}
Module._extensions['.ts'] = load;
Module._extensions['.cts'] = load;

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...more) {
	// Beside Jodo.node.ts stands its Jodo.node.json, which Node would take for it.
	if (request.startsWith('.') && parent?.filename) {
		const source = join(dirname(parent.filename), `${request}.ts`);
		if (existsSync(source)) return source;
	}
	// The engine's tests read the package as n8n does: here its dist/ are the sources.
	const [, source] = /\/dist\/((?:nodes|credentials)\/.+)\.js$/.exec(request) ?? [];
	if (source) return join(ROOT, `${source}.ts`);
	const [, stand] = /^\.\.?\/(?:.*\/)?(package|sandbox)\.cts$/.exec(request) ?? [];
	const inPlace = stand && join(ROOT, `dev/mutants/${stand}.cts`);
	if (inPlace && parent?.filename !== inPlace) return inPlace;
	return resolveFilename.call(this, request, parent, ...more);
};

const mocker = new ModuleMocker(globalThis);
const config = { fakeTimers: {}, rootDir: ROOT };
const timers = new ModernFakeTimers({ config, global: globalThis });
const { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } = circus;
Object.assign(globalThis, {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	describe,
	it,
	test,
	expect,
});
globalThis.jest = {
	fn: mocker.fn.bind(mocker),
	spyOn: mocker.spyOn.bind(mocker),
	restoreAllMocks: () => mocker.restoreAllMocks(),
	useFakeTimers: (options) => timers.useFakeTimers(options),
	useRealTimers: () => timers.useRealTimers(),
	getTimerCount: () => timers.getTimerCount(),
	advanceTimersByTimeAsync: (ms) => timers.advanceTimersByTimeAsync(ms),
};
process.env.NODE_ENV = 'test';
// Far from India and from UTC: what takes the machine's time is seen.
process.env.TZ = 'Pacific/Marquesas';

/** Tests of many random inputs judge by a few, the same each time. */
const fc = require('fast-check').default;
const { assert } = fc;
const FEW = 40;
Object.defineProperty(fc, 'assert', {
	value: (property, options) => {
		const numRuns = Math.min(options?.numRuns ?? FEW, FEW);
		return assert(property, { ...options, numRuns, seed: 1, endOnFailure: true });
	},
});

/** What hangs is found out below, or by Stryker. */
const NEVER_MS = 2_000_000_000;

const nameOf = ({ name, parent }) => (parent?.parent ? `${nameOf(parent)} ${name}` : name);

/** What the running file tells of its tests. */
let current;
addEventHandler(({ name, test: one }) => {
	if (name === 'test_start') globalThis.__stryker__.currentTestId = current.idOf(one);
	if (name !== 'test_done') return;
	globalThis.__stryker__.currentTestId = undefined;
	current.done(one);
	if (one.errors.length && current.stopsAtFirst) circus.getState().testNamePattern = /^\b$/;
});

/** No test waits so long in real time: a request that is never answered, but has its deadline, hangs too. */
const LONG_MS = 10_000;
const { setTimeout: begin } = globalThis;
globalThis.setTimeout = Object.defineProperties((work, ms, ...more) => {
	const timer = begin(work, ms, ...more);
	return ms > LONG_MS ? timer.unref() : timer;
}, Object.getOwnPropertyDescriptors(begin));

const counted = (resources) => {
	const counts = {};
	for (const one of resources) counts[one] = (counts[one] ?? 0) + 1;
	return counts;
};

/**
 * Ends when the tests wait for what can no longer happen: beside what was there before and the timer of Jest's own,
 * there is no timer and nothing to read or to write. The time-out of a mutant would find it half a minute later.
 */
function waitsForEver() {
	const before = counted(process.getActiveResourcesInfo());
	const JESTS_TIMER = 1;
	let idle = 0;
	let poll;
	const forEver = new Promise((resolve) => {
		poll = setInterval(() => {
			const now = Object.entries(counted(process.getActiveResourcesInfo()));
			const isIdle = now.every(
				([name, count]) => count <= (before[name] ?? 0) + (name === 'Timeout' ? JESTS_TIMER : 0),
			);
			idle = isIdle ? idle + 1 : 0;
			if (idle === 4) resolve(true);
		}, 100).unref();
	});
	return { forEver, end: () => poll.close() };
}

/** Runs one file's tests, all or those that are wanted. */
export async function run(file, wanted, stopsAtFirst) {
	for (const path of Object.keys(require.cache)) {
		if (OWN.some((folder) => path.startsWith(folder))) delete require.cache[path];
	}
	globalThis.__stryker__.currentTestId = undefined;
	circus.resetState();
	circus.getState().testTimeout = NEVER_MS;
	await dispatch({ name: 'setup', parentProcess: process });
	const results = [];
	const counts = new Map();
	const ids = new Map();
	const idOf = (one) => {
		if (!ids.has(one)) {
			const name = `${file}: ${nameOf(one)}`;
			const count = (counts.get(name) ?? 0) + 1;
			counts.set(name, count);
			ids.set(one, count > 1 ? `${name} (${count})` : name);
		}
		return ids.get(one);
	};
	const failed = (id, error) => ({
		...{ id, name: id, fileName: file, timeSpentMs: 0, status: TestStatus.Failed },
		failureMessage: String([error].flat(2)[0]?.message ?? error),
	});
	current = {
		idOf,
		stopsAtFirst,
		done(one) {
			const id = idOf(one);
			if (one.errors.length) return void results.push(failed(id, one.errors));
			const timeSpentMs = one.duration ?? 0;
			results.push({ id, name: id, fileName: file, timeSpentMs, status: TestStatus.Success });
		},
	};
	try {
		require(join(ROOT, file));
	} catch (error) {
		await dispatch({ name: 'teardown' });
		return { results: [failed(`${file}: loading`, error)], loaded: [] };
	}
	const loaded = Object.keys(require.cache);
	if (wanted) {
		const mark = (block) => {
			for (const child of block.children) {
				if (child.type === 'describeBlock') mark(child);
				else if (!wanted.has(idOf(child))) child.mode = 'skip';
			}
		};
		mark(circus.getState().rootDescribeBlock);
	}
	const waiting = waitsForEver();
	const hung = waiting.forEver.then(() => ({ unhandledErrors: [new Error('It waits for ever')] }));
	const { unhandledErrors } = await Promise.race([circus.run(), hung]);
	waiting.end();
	await dispatch({ name: 'teardown' });
	timers.useRealTimers();
	mocker.restoreAllMocks();
	if (unhandledErrors.length) results.push(failed(`${file}: around its tests`, unhandledErrors));
	return { results, loaded };
}
