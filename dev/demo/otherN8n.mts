// Another n8n than the demo's, installed beside it: to see how the package does in the versions that people have.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { npm } from './package.mts';
import { DEMO, OTHERS } from './paths.mts';
import { Problem } from './problem.mts';

interface Manifest {
	scripts: Record<string, string>;
	overrides: Record<string, string>;
}

/** The headers of the Node that runs this, where it came from npm; else npm downloads them. */
function nodeHeaders(): Record<string, string> {
	const folder = join(dirname(process.execPath), '..');
	return existsSync(join(folder, 'include/node/node.h')) ? { npm_config_nodedir: folder } : {};
}

/** The database that the demo compiled, where the other n8n has it in the same version: two minutes less. */
function copySqlite(folder: string): boolean {
	const [here, there] = [DEMO, folder].map((each) => join(each, 'node_modules/sqlite3')) as [
		string,
		string,
	];
	const version = (path: string) =>
		(JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as { version: string }).version;
	if (![join(here, 'build'), there].every(existsSync)) return false;
	if (version(here) !== version(there)) return false;
	cpSync(join(here, 'build'), join(there, 'build'), { recursive: true });
	return true;
}

/** Installs it unless it is there; the folder that it is in. */
export async function otherN8n(version: string, say: (text: string) => void): Promise<string> {
	if (!/^\d+\.\d+\.\d+$/.test(version)) {
		throw new Problem(`Which n8n? A version in full, such as --n8n 1.123.81, not "${version}".`);
	}
	const folder = join(OTHERS, version);
	const stamp = join(folder, 'node_modules/.installed');
	if (existsSync(stamp)) return folder;
	const { scripts, overrides } = JSON.parse(
		readFileSync(join(DEMO, 'package.json'), 'utf8'),
	) as Manifest;
	mkdirSync(folder, { recursive: true });
	const manifest = { name: 'n8n-beside', private: true, scripts, overrides };
	writeFileSync(
		join(folder, 'package.json'),
		JSON.stringify({ ...manifest, dependencies: { n8n: version } }, null, 2),
	);
	say(`Installing n8n ${version} in ${folder}: 3 GB, up to 10 minutes, this once`);
	const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
	await npm(`Installing n8n ${version}`, install, folder);
	if (!copySqlite(folder)) {
		say('Setting it up, up to 3 minutes where it has to compile');
		await npm(`Setting up n8n ${version}`, ['run', 'setup'], folder, nodeHeaders());
	}
	writeFileSync(stamp, '');
	return folder;
}
