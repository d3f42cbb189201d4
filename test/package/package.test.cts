/** The tarball as users install it. */
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { loadPackage } from '../support/engine.cts';
import { PACKAGE_DIRECTORY, tarball } from '../support/package.cts';

const MAX_BYTES = 60_000;

it('stays small', () => {
	expect(statSync(tarball()).size).toBeLessThan(MAX_BYTES);
});

it('holds the build and nothing else', () => {
	expect(readdirSync(PACKAGE_DIRECTORY).sort()).toEqual([
		'LICENSE',
		'README.md',
		'dist',
		'index.d.ts',
		'index.js',
		'package.json',
	]);
	expect(readdirSync(join(PACKAGE_DIRECTORY, 'dist')).sort()).toEqual([
		'credentials',
		'icons',
		'nodes',
	]);
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
		EVENTS: readonly unknown[];
		verifySignature(body: Buffer, signature: string, secret: string): boolean;
	};
	expect(new jodo.Jodo()).toHaveProperty('description.name', 'jodo');
	expect(new jodo.JodoTrigger()).toHaveProperty('description.name', 'jodoTrigger');
	expect(new jodo.JodoApi()).toHaveProperty('name', 'jodoApi');
	expect(jodo.EVENTS).toHaveLength(36);
	const body = Buffer.from('{"amount": 1500.00}');
	const signature = createHmac('sha256', 'test-secret').update(body).digest('hex');
	expect(jodo.verifySignature(body, signature, 'test-secret')).toBe(true);
	expect(jodo.verifySignature(body, signature, 'another')).toBe(false);
});
