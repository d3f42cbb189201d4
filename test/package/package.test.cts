/** The tarball as users install it. */
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

import { EVENTS } from '../../nodes/events/events';
import { loadPackage } from '../support/engine.cts';
import { PACKAGE_DIRECTORY, tarball } from '../support/package.cts';

const ROOT = join(__dirname, '../..');
const MAX_BYTES = 80_000;

it('stays small', () => {
	expect(statSync(tarball()).size).toBeLessThan(MAX_BYTES);
});

/** What each source becomes: the built package holds exactly that. */
function expectedFiles(): string[] {
	// What index.d.ts promises, and what that imports.
	const TYPED = [
		...['events', 'jodoRow'].map((name) => `nodes/events/${name}.ts`),
		'nodes/JodoTrigger/signature.ts',
	];
	const filesIn = (folder: string) =>
		readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replace(/\\/g, '/'));
	const built = ['credentials', 'icons', 'nodes'].flatMap(filesIn).flatMap((file) => {
		if (!file.endsWith('.ts')) return [file];
		const name = file.slice(0, -'.ts'.length);
		return [`${name}.js`, ...(TYPED.includes(file) ? [`${name}.d.ts`] : [])];
	});
	return [
		...['LICENSE', 'README.md', 'index.d.ts', 'index.js', 'package.json'],
		...built.map((file) => `dist/${file}`),
	].sort();
}

it('holds what the sources become and nothing else', () => {
	const packed = readdirSync(PACKAGE_DIRECTORY, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) =>
			relative(PACKAGE_DIRECTORY, join(entry.parentPath, entry.name)).replace(/\\/g, '/'),
		);
	expect(packed.sort()).toEqual(expectedFiles());
});

it('needs nothing at run time but n8n', () => {
	const manifest = require(join(PACKAGE_DIRECTORY, 'package.json')) as Record<string, unknown>;
	expect(manifest.dependencies).toBeUndefined();
	expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	const sources = execFileSync('grep', [
		'-rhoE',
		'require\\("[^."][^"]*"\\)',
		join(PACKAGE_DIRECTORY, 'dist'),
	])
		.toString()
		.trim()
		.split('\n');
	expect([...new Set(sources)].sort()).toEqual([
		'require("crypto")',
		'require("n8n-workflow")',
		'require("zod/v3")',
	]);
});

it('is loaded by n8n under the names that workflows use', async () => {
	const loader = await loadPackage();
	expect(loader.packageName).toBe('n8n-nodes-jodo');
	expect(Object.keys(loader.nodeTypes).sort()).toEqual(['jodo', 'jodoTrigger']);
	expect(Object.keys(loader.credentialTypes)).toEqual(['jodoApi']);
	for (const { type } of Object.values(loader.nodeTypes)) {
		expect(type.description).toMatchObject({
			version: 1,
			codex: { categories: ['Finance & Accounting'] },
			iconUrl: {
				light: expect.stringMatching(/jodo\.svg$/),
				dark: expect.stringMatching(/jodo\.dark\.svg$/),
			},
		});
	}
});

it('gives its parts to other programs', () => {
	const jodo = require(PACKAGE_DIRECTORY) as {
		Jodo: new () => object;
		JodoApi: new () => object;
		JodoTrigger: new () => object;
		EVENTS: ReadonlyArray<{ value: string }>;
		verifySignature(body: Buffer, signature: string, secret: string): boolean;
	};
	expect(new jodo.Jodo()).toHaveProperty('description.name', 'jodo');
	expect(new jodo.JodoTrigger()).toHaveProperty('description.name', 'jodoTrigger');
	expect(new jodo.JodoApi()).toHaveProperty('name', 'jodoApi');
	expect(jodo.EVENTS.map(({ value }) => value)).toEqual(EVENTS.map(({ value }) => value));
	const body = Buffer.from('{"amount": 1500.00}');
	const signature = createHmac('sha256', 'test-secret').update(body).digest('hex');
	expect(jodo.verifySignature(body, signature, 'test-secret')).toBe(true);
	expect(jodo.verifySignature(body, signature, 'another')).toBe(false);
});

it('has types that stand by themselves', () => {
	const program = ts.createProgram([join(PACKAGE_DIRECTORY, 'index.d.ts')], {
		strict: true,
		noEmit: true,
		types: [],
	});
	const faults = program
		.getSourceFiles()
		.filter(({ fileName }) => fileName.startsWith(PACKAGE_DIRECTORY))
		.flatMap((file) => program.getSemanticDiagnostics(file))
		.map(({ messageText }) => messageText);
	expect(faults).toEqual([]);
});
