// n8n's community-package scan, as it judges a published package, run offline on what would be published.
// Its own command line exits 0 even on failure; this does not.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pack } from './demo/package.mts';
import { ROOT } from './demo/paths.mts';

const SCANNER = join(ROOT, 'node_modules/@n8n/scan-community-package/scanner/scanner.mjs');

interface Verdict {
	passed: boolean;
	message?: string;
	details?: string;
}
interface Scanner {
	analyzePackage(folder: string, patterns: string[]): Promise<Verdict>;
	SOURCE_FILE_PATTERNS: string[];
}

/** The scan ignores eslint-disable comments; n8n's reviewers don't like to see them either. */
function disabledRules(): string[] {
	return ['nodes', 'credentials']
		.flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((file) => readFileSync(file, 'utf8').includes('eslint-disable'));
}

const { analyzePackage, SOURCE_FILE_PATTERNS } = (await import(
	pathToFileURL(SCANNER).href
)) as Scanner;
const problems: string[] = [];
const unpacked = mkdtempSync(join(tmpdir(), 'n8n-nodes-jodo-'));
try {
	const tarball = await pack();
	console.log(`Tarball: ${statSync(tarball).size} bytes`);
	problems.push(...disabledRules().map((file) => `A lint rule is disabled in ${file}`));

	execFileSync('tar', ['-xzf', tarball, '-C', unpacked]);
	const legs: Array<[name: string, folder: string, patterns: string[]]> = [
		['sources', ROOT, SOURCE_FILE_PATTERNS],
		['tarball', join(unpacked, 'package'), ['**/*.js', 'package.json']],
	];
	for (const [name, folder, patterns] of legs) {
		const verdict = await analyzePackage(folder, patterns);
		console.log(`Scan of the ${name}: ${verdict.passed ? 'passed' : 'failed'}`);
		if (!verdict.passed || verdict.message) {
			problems.push(`Scan of the ${name}: ${verdict.message}\n${verdict.details ?? ''}`);
		}
	}
} finally {
	rmSync(unpacked, { recursive: true, force: true });
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length ? 1 : 0;
