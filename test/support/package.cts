/** Builds and packs the project once per test run, and unpacks the tarball: tests load what users install. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const FOLDER = join(ROOT, '.run/packed');

/** Where the unpacked package lies, as n8n would have it. */
export const PACKAGE_DIRECTORY = join(FOLDER, 'node_modules/n8n-nodes-jodo');

/** The tarball itself. */
export function tarball(): string {
	const [name] = readdirSync(FOLDER).filter((file) => file.endsWith('.tgz'));
	if (!name) throw new Error(`No tarball in ${FOLDER}`);
	return join(FOLDER, name);
}

export default function pack(): void {
	rmSync(FOLDER, { recursive: true, force: true });
	mkdirSync(PACKAGE_DIRECTORY, { recursive: true });
	const run = (command: string, args: string[]) =>
		execFileSync(command, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
	run('npm', ['run', '--silent', 'build', '--', '--silent']);
	run('npm', ['pack', '--silent', '--pack-destination', FOLDER]);
	run('tar', ['-xzf', tarball(), '--strip-components=1', '-C', PACKAGE_DIRECTORY]);
}
