/** What a release needs, and what people are pointed to: changelog, manifest, workflows, links. */
import { spawnSync } from 'node:child_process';
import {
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

import { node24 } from '../support/sandbox.cts';

// Comes with ESLint; its types do not.
const { load } = require('js-yaml') as { load(text: string): unknown };

const ROOT = join(__dirname, '../..');
const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const manifest = require('../../package.json') as {
	version: string;
	homepage: string;
	scripts: Record<string, string>;
	n8n: { nodes: string[]; credentials: string[] };
};

/** Every file of the repository, without what is installed or made. */
function filesOf(folder = '.'): string[] {
	const MADE = ['node_modules', 'dist', '.git', '.run', 'dev/versions'];
	return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
		const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
		if (MADE.includes(entry.name) || MADE.includes(path)) return [];
		return entry.isDirectory() ? filesOf(path) : [path];
	});
}
const FILES = filesOf();

describe('CHANGELOG.md', () => {
	const changelog = text('CHANGELOG.md');
	const headings: string[] = changelog.match(/^## .*$/gm) ?? [];
	const versions = headings.filter((heading) => heading !== '## [Unreleased]');

	it("begins with this version, after what isn't released", () => {
		expect(headings.indexOf('## [Unreleased]')).toBeLessThanOrEqual(0);
		expect(versions[0]).toMatch(new RegExp(`^## \\[${manifest.version}\\] - `));
	});

	it('keeps a changelog', () => {
		expect(changelog).toMatch(/^# Changelog\n/);
		expect(changelog).toContain('keepachangelog.com');
		const dates = versions.map((heading, i) => {
			const [, version, date = ''] = /^## \[(\d+\.\d+\.\d+\S*)\] - (.+)$/.exec(heading) ?? [];
			expect(version).toBeDefined();
			expect(changelog).toMatch(new RegExp(`^\\[${version}\\]: https://`, 'm'));
			expect(date).toMatch(i === 0 ? /^(Unreleased|\d{4}-\d{2}-\d{2})$/ : /^\d{4}-\d{2}-\d{2}$/);
			return date;
		});
		// "Unreleased" sorts after every date.
		expect(dates).toEqual([...dates].sort().reverse());
		for (const kind of changelog.match(/^### .*$/gm) ?? []) {
			expect(kind).toMatch(/^### (Added|Changed|Deprecated|Removed|Fixed|Security)$/);
		}
	});
});

describe('dev/release.mts', () => {
	const folder = mkdtempSync(join(tmpdir(), 'jodo-release-'));
	afterAll(() => rmSync(folder, { recursive: true }));

	function check(tag: string, changelog: string, locked = '1.2.0') {
		writeFileSync(join(folder, 'package.json'), '{"version":"1.2.0"}');
		writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ version: locked }));
		writeFileSync(join(folder, 'CHANGELOG.md'), changelog);
		const script = join(ROOT, 'dev/release.mts');
		const { status, stdout, stderr } = spawnSync(node24(), [script, tag], { cwd: folder });
		return `${status}: ${stdout}${stderr}`;
	}
	const NEW = '## [1.2.0] - 2027-01-31\n\n### Added\n\n- A thing\n\n';
	const OLD = '## [1.1.0] - 2027-01-01\n\n- An older thing\n';

	it('lets go what is complete', () => {
		expect(check('v1.2.0', `# Changelog\n\n## [Unreleased]\n\n${NEW}${OLD}`)).toBe(
			'0: v1.2.0 may be published.\n',
		);
	});

	it.each([
		['v1.2.1', NEW + OLD, 'The tag is "v1.2.1", but package.json says 1.2.0'],
		['1.2.0', NEW + OLD, 'The tag is "1.2.0"'],
		['', NEW + OLD, 'The tag is ""'],
		['v1.2.0', OLD, 'has no section [1.2.0]'],
		['v1.2.0', NEW.replace('2027-01-31', 'Unreleased') + OLD, 'gives no date'],
		['v1.2.0', NEW.replace('- A thing', '') + OLD, 'says nothing about 1.2.0'],
		['v1.2.0', `## [Unreleased]\n\n- Another\n\n${NEW}${OLD}`, 'still holds changes'],
	])('holds back %s where the changelog is %j', (tag, changelog, said) => {
		expect(check(tag, changelog)).toMatch(/^1: /);
		expect(check(tag, changelog)).toContain(said);
	});

	it('holds back what the lock file calls otherwise', () => {
		expect(check('v1.2.0', NEW, '1.1.0')).toContain('1: package-lock.json says 1.1.0');
	});
});

it('package.json has what n8n asks of a community package', () => {
	expect(manifest).toMatchObject({
		name: 'n8n-nodes-jodo',
		version: expect.stringMatching(/^\d+\.\d+\.\d+/),
		description: expect.stringContaining('unofficial'),
		license: 'MIT',
		author: { name: expect.any(String), email: expect.stringContaining('@') },
		repository: {
			type: 'git',
			url: expect.stringMatching(/^git\+https:\/\/github\.com\/.+\.git$/),
		},
		homepage: expect.stringMatching(/^https:/),
		keywords: expect.arrayContaining(['n8n-community-node-package', 'jodo']),
		files: ['dist', 'index.d.ts'],
		n8n: { n8nNodesApiVersion: 1, strict: true },
		peerDependencies: { 'n8n-workflow': '*' },
		// A machine that is not a workflow on GitHub cannot publish: it has no provenance to give.
		publishConfig: { access: 'public', provenance: true },
	});
	for (const forbidden of ['dependencies', 'optionalDependencies', 'overrides', 'resolutions']) {
		expect(manifest).not.toHaveProperty(forbidden);
	}
	for (const hook of ['prepare', 'preinstall', 'install', 'postinstall', 'prepublish']) {
		expect(manifest.scripts).not.toHaveProperty(hook);
	}
	const { nodes, credentials } = manifest.n8n;
	const sources = FILES.filter((file) =>
		/^(nodes|credentials)\/.*\.(node|credentials)\.ts$/.test(file),
	);
	expect([...nodes, ...credentials].sort()).toEqual(
		sources.map((file) => `dist/${file.replace(/ts$/, 'js')}`).sort(),
	);
});

it('lock files name no server', () => {
	const locks = FILES.filter((file) => file.endsWith('package-lock.json'));
	expect(locks).toContain('package-lock.json');
	for (const lock of locks) expect(text(lock)).not.toContain('"resolved"');
});

interface Workflow {
	on: Record<string, unknown>;
	permissions: Record<string, string>;
	jobs: Record<
		string,
		{ permissions?: Record<string, string>; steps: Array<{ run?: string; uses?: string }> }
	>;
}

describe.each(FILES.filter((file) => /^\.github\/workflows\/.*\.ya?ml$/.test(file)))(
	'%s',
	(file) => {
		const workflow = load(text(file)) as Workflow;
		const jobs = Object.values(workflow.jobs);
		const steps = jobs.flatMap((job) => job.steps);

		it('runs only scripts and files that exist', () => {
			const commands = steps.map(({ run = '' }) => run).join('\n');
			expect(commands).toMatch(/npm (test|run)\b/);
			for (const [, script = ''] of commands.matchAll(/npm run ([\w:-]+)/g)) {
				expect(manifest.scripts).toHaveProperty([script]);
			}
			for (const [, path = ''] of commands.matchAll(/node (dev\/\S+)/g)) {
				expect(FILES).toContain(path);
			}
		});

		it('may do no more than it needs, by actions that cannot change', () => {
			const granted = [workflow, ...jobs].flatMap((one) => Object.entries(one.permissions ?? {}));
			const needs = file.endsWith('publish.yml')
				? { contents: 'read', 'id-token': 'write' }
				: { contents: 'read' };
			expect(workflow.permissions).toBeDefined();
			expect(text(file)).not.toContain('secrets.');
			expect(Object.fromEntries(granted)).toEqual(needs);
			const used = text(file).match(/uses: .*/g) ?? [];
			expect(used).toHaveLength(steps.filter(({ uses }) => uses).length);
			for (const one of used) expect(one).toMatch(/^uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
		});
	},
);

it('GitHub finds its other files as it wants them', () => {
	const updates = (
		load(text('.github/dependabot.yml')) as { updates: Array<{ directory: string }> }
	).updates;
	const watched = FILES.filter((file) => file.endsWith('package-lock.json'))
		.map((file) => `/${dirname(file)}`.replace('/.', '/'))
		.concat('/');
	expect(updates.map(({ directory }) => directory).sort()).toEqual(watched.sort());

	for (const form of FILES.filter((file) => /ISSUE_TEMPLATE\/(?!config)/.test(file))) {
		const { name, description, body } = load(text(form)) as {
			name: unknown;
			description: unknown;
			body: Array<{ id?: string; type: string }>;
		};
		expect([typeof name, typeof description]).toEqual(['string', 'string']);
		const ids = body.filter(({ type }) => type !== 'markdown').map(({ id }) => id);
		expect(ids).not.toContain(undefined);
		expect(new Set(ids).size).toBe(ids.length);
	}
});

/** As GitHub makes them: small letters, digits, hyphens; a second one of the same name gets a number. */
function anchorsOf(markdown: string): string[] {
	const seen = new Map<string, number>();
	return [...withoutCode(markdown).matchAll(/^#+ +(.+?) *$/gm)].map(([, heading = '']) => {
		const anchor = heading
			.toLowerCase()
			.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
			.replace(/[^\p{L}\p{N} _-]/gu, '')
			.replace(/ /g, '-');
		const count = seen.get(anchor) ?? 0;
		seen.set(anchor, count + 1);
		return count ? `${anchor}-${count}` : anchor;
	});
}

const withoutCode = (markdown: string) => markdown.replace(/^(```+)[^]*?^\1$/gm, '');

function brokenLink(from: string, target: string): string | undefined {
	const [path = '', anchor] = target.split('#');
	const file = path ? relative(ROOT, resolve(ROOT, dirname(from), decodeURI(path))) : from;
	if (file.startsWith('..') || !existsSync(join(ROOT, file)))
		return `${from}: ${target} is not there`;
	if (anchor === undefined) return undefined;
	const isThere = statSync(join(ROOT, file)).isFile() && anchorsOf(text(file)).includes(anchor);
	return isThere ? undefined : `${from}: ${target} has no such heading`;
}

it('every link between pages leads somewhere', () => {
	const pages = FILES.filter((file) => file.endsWith('.md'));
	expect(pages).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md']));
	const links = pages.flatMap((page) =>
		[
			...withoutCode(text(page))
				.replace(/`[^`\n]*`/g, '')
				.matchAll(/\]\(<?([^)\s>]+)/g),
		]
			.map(([, target = '']) => target)
			.filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
			.map((target) => brokenLink(page, target)),
	);
	expect(links.length).toBeGreaterThan(50);
	expect(links.filter(Boolean)).toEqual([]);
});

it('every link of the nodes into this repository leads somewhere', () => {
	const home = manifest.homepage.replace(/#readme$/, '');
	const targets = FILES.filter((file) => /^(nodes|credentials)\//.test(file))
		.flatMap((file) => text(file).split(home).slice(1))
		.map((after) => /^[^\s'"`<>]*/.exec(after)?.[0] as string)
		.filter((target) => target !== '#readme');
	expect(targets.length).toBeGreaterThan(2);
	const broken = targets.map((target) =>
		brokenLink('README.md', target.replace(/^\/blob\/main\//, '')),
	);
	expect(broken.filter(Boolean)).toEqual([]);
});
