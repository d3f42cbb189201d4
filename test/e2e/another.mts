// A second n8n beside the one of these tests, and what people use to bring one n8n's things into another.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import type { N8nApi } from '../../dev/demo/api.mts';
import { startN8n, type N8n } from '../../dev/demo/n8n.mts';
import { pack } from '../../dev/demo/package.mts';
import { N8N, RUN } from '../../dev/demo/paths.mts';
import { anyPorts } from '../../dev/demo/ports.mts';
import { signIn } from '../../dev/demo/setup.mts';
import { demo } from './world.mts';

/** The user folder of the n8n of these tests. */
export const HOME = dirname(demo.n8n.log);
const DATABASE = '.n8n/database.sqlite';

/** Reads or writes its database, beside n8n. */
export function withDatabase<T>(work: (database: DatabaseSync) => T): T {
	const database = new DatabaseSync(join(HOME, DATABASE), { timeout: 10_000 });
	try {
		return work(database);
	} finally {
		database.close();
	}
}

/** A backup of the folder, made while n8n runs. */
export function copyUserFolder(folder: string): void {
	cpSync(HOME, folder, {
		recursive: true,
		verbatimSymlinks: true,
		filter: (path) => !path.includes(DATABASE) && !path.endsWith('.log'),
	});
	withDatabase((database) => database.prepare('VACUUM INTO ?').run(join(folder, DATABASE)));
}

/** n8n's command line. */
export async function cli(folder: string, ...args: string[]): Promise<void> {
	await promisify(execFile)(process.execPath, [N8N, ...args], {
		env: { ...process.env, N8N_USER_FOLDER: folder, N8N_DIAGNOSTICS_ENABLED: 'false' },
	});
}

/** Another n8n on ports of its own, in a folder that `fill` has filled. */
export async function withAnother(
	fill: (folder: string) => void,
	work: (there: N8nApi, n8n: N8n) => Promise<void>,
	env?: Record<string, string>,
): Promise<void> {
	const folder = mkdtempSync(join(RUN, 'another-'));
	let n8n: N8n | undefined;
	try {
		fill(folder);
		n8n = await startN8n({ folder, tarball: await pack(), ports: await anyPorts(), env });
		await work(await signIn(n8n.url), n8n);
	} finally {
		await n8n?.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}
