// Our package, built and packed as for publishing, then installed the way n8n installs it.
import { createHash } from 'node:crypto';
import {
	existsSync,
	mkdirSync,
	readFileSync,
	readdirSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { N8N, ROOT, RUN } from './paths.mts';
import { run } from './process.mts';

const PUBLISHED = [
	'nodes',
	'credentials',
	'icons',
	'package.json',
	'README.md',
	'LICENSE',
	'index.js',
	'index.d.ts',
	'tsconfig.json',
	'tsconfig.types.json',
	'gulpfile.js',
];

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');

function fingerprint(paths: string[]): string {
	const prints = paths
		.map((path) => join(ROOT, path))
		.filter((path) => existsSync(path))
		.flatMap((path) =>
			path.match(/\.\w+$|LICENSE$/)
				? [path]
				: readdirSync(path, { recursive: true, withFileTypes: true })
						.filter((entry) => entry.isFile())
						.map((entry) => join(entry.parentPath, entry.name))
						.sort(),
		)
		.map((file) => `${file} ${sha256(readFileSync(file))}`);
	return sha256(prints.join('\n'));
}

/** Runs npm itself: the one that started us, else the one on the path. */
export async function npm(
	what: string,
	args: string[],
	cwd: string,
	env: Record<string, string> = {},
): Promise<void> {
	const cli = process.env.npm_execpath;
	const [command, head] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
	await run(what, { command, args: [...head, ...args], cwd, env: { ...process.env, ...env } });
}

/** Builds and packs into a scratch folder; does nothing while the sources are those of the last time. */
export async function pack(folder = join(RUN, 'package')): Promise<string> {
	const stamp = join(folder, 'sources');
	const tarball = () => readdirSync(folder).find((name) => name.endsWith('.tgz')) as string;
	const sources = fingerprint(PUBLISHED);
	const built = existsSync(stamp) && existsSync(join(ROOT, 'dist'));
	if (!built || readFileSync(stamp, 'utf8') !== sources) {
		rmSync(folder, { recursive: true, force: true });
		mkdirSync(folder, { recursive: true });
		await npm('Building the package', ['run', 'build'], ROOT);
		await npm('Packing the package', ['pack', '--pack-destination', folder], ROOT);
		writeFileSync(stamp, sources);
	}
	return join(folder, tarball());
}

/** n8n's own npm options: flat, no scripts, no lock file, nothing but the package. */
const AS_N8N_DOES = [
	'--bin-links=false',
	'--install-strategy=shallow',
	'--ignore-scripts',
	'--package-lock=false',
	'--legacy-peer-deps',
	'--no-audit',
	'--no-fund',
];

/**
 * Elsewhere the package finds these in n8n. Inside this repository it would find the repository's own on the
 * way up: other copies, whose errors n8n does not know for its own, so that it hides what they advise.
 */
const PROVIDED_BY_N8N = ['n8n-workflow', 'zod'];

/** Installs the tarball into an n8n user folder, unless it is already there. */
export async function installInto(userFolder: string, tarball: string): Promise<void> {
	const folder = join(userFolder, '.n8n/nodes');
	const stamp = join(folder, '.installed');
	const wanted = sha256(readFileSync(tarball));
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'package.json'), '{ "name": "installed-nodes", "private": true }\n');
	await npm('Installing the package into n8n', ['install', ...AS_N8N_DOES, tarball], folder);
	for (const name of PROVIDED_BY_N8N) {
		symlinkSync(join(N8N, '../../..', name), join(folder, 'node_modules', name), 'junction');
	}
	writeFileSync(stamp, wanted);
}
