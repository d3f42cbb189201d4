// Installs what a script needs, then runs it on Node 24:
//   node dev/run.mjs <folder>... -- <script> [arguments]
//   node dev/run.mjs <folder>...      installs only
// Plain JavaScript without dependencies: it must run on a fresh machine's Node 20, before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const POSIX = process.platform !== 'win32';
const NODE_MAJOR = 24;
const NODE_FOLDER = 'dev/node24';

/** What a first install costs, measured on Linux x64 with 2 cores, npm's own cache not counted. */
const COST = {
	'dev/node24': { what: 'Node.js 24, for n8n', gb: 0.2, minutes: 0.5 },
	'.': { what: 'the tools to build and test', gb: 1.0, minutes: 2 },
	'dev/sandbox': { what: 'the local Jodo', gb: 0.1, minutes: 0.5 },
	'dev/demo': { what: 'n8n itself', gb: 3.0, minutes: 8 },
};

const costOf = (name) => COST[name] ?? { what: name, gb: 0.5, minutes: 2 };

const UNREACHABLE =
	'npm could not reach its registry: no network, or a proxy that npm does not know (npm config set https-proxy …).';

/** What npm's error code means for the person in front of the screen. */
const REASONS = [
	[/ENOSPC/, 'The disk is full.'],
	[/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i, UNREACHABLE],
	[/EACCES|EPERM/, 'A folder or file may not be written by this user.'],
];

const reasonIn = (errors) => REASONS.find(([pattern]) => pattern.test(errors))?.[1];

let current;
let stopped;

function fail(message) {
	console.error(`\n${message}\n`);
	process.exit(1);
}

// Ctrl-C, or a closed window, goes to the program that is running; this one ends when that has ended.
function stop(signal) {
	stopped = signal;
	current?.stop(signal);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));
// Whoever ends npm ends the shell between npm and this, which tells nobody.
const parent = process.ppid;
setInterval(() => !stopped && process.ppid !== parent && stop('SIGTERM'), 1000).unref();

/** Runs npm in a process group of its own, so that stopping reaches the compilers it may have started. */
function npm(node, args, folder, env = {}) {
	const cli = process.env.npm_execpath;
	const [command, head] = cli?.endsWith('.js') ? [node, [cli]] : ['npm', []];
	const child = spawn(command, [...head, ...args], {
		cwd: folder,
		stdio: ['ignore', 'inherit', 'pipe'],
		detached: POSIX,
		shell: command === 'npm' && !POSIX,
		env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}`, ...env },
	});
	const signal = (name) => (POSIX ? process.kill(-child.pid, name) : child.kill(name));
	current = {
		stop() {
			signal('SIGTERM');
			// npm would first finish what it has begun. Nothing half-done is lost: npm ci starts over.
			setTimeout(signal, 2000, 'SIGKILL');
		},
	};
	let errors = '';
	child.stderr.on('data', (chunk) => {
		errors += chunk;
		process.stderr.write(chunk);
	});
	return new Promise((done) => {
		child.on('error', (error) => done({ ok: false, errors: error.message }));
		child.on('close', (code) => {
			current = undefined;
			if (stopped) fail('Stopped while installing; the same command starts that part again.');
			done({ ok: code === 0, errors });
		});
	});
}

const lockOf = (name) => readFileSync(join(ROOT, name, 'package-lock.json'));
const stampOf = (name) => join(ROOT, name, 'node_modules/.installed');
const fingerprint = (name) => createHash('sha256').update(lockOf(name)).digest('hex');

/** Only a finished install of this very lock file counts. */
function isInstalled(name) {
	const stamp = stampOf(name);
	return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(name);
}

/** A line every 15 seconds: how many of the locked packages are in place. */
function showProgress(name) {
	const packages = Object.keys(JSON.parse(lockOf(name)).packages).filter(Boolean);
	const started = Date.now();
	const timer = setInterval(() => {
		const there = packages.filter((path) =>
			existsSync(join(ROOT, name, path, 'package.json')),
		).length;
		const seconds = Math.round((Date.now() - started) / 1000);
		console.log(`  ${seconds} s: ${there} of ${packages.length} packages in place`);
	}, 15_000);
	return () => clearInterval(timer);
}

/** Where the Node from npm lies, for machines whose own Node is older. */
function nodeFromNpm() {
	const name = `node-${process.platform.replace('win32', 'win')}-${process.arch}`;
	const headers = join(ROOT, NODE_FOLDER, 'node_modules', name);
	return { name, headers, node: join(headers, 'bin', POSIX ? 'node' : 'node.exe') };
}

/** It is an optional package, so that npm passes over those of other platforms: and over a failed download. */
function checkNodeFromNpm(errors) {
	const { name, node } = nodeFromNpm();
	if (existsSync(node)) return;
	const manifest = JSON.parse(readFileSync(join(ROOT, NODE_FOLDER, 'package.json'), 'utf8'));
	fail(
		`This machine runs Node ${process.versions.node}; Node ${NODE_MAJOR} or newer is needed.\n` +
			(name in manifest.optionalDependencies
				? `npm could not download it (package ${name}). ${reasonIn(errors) ?? UNREACHABLE}`
				: `npm has none for ${process.platform} ${process.arch}: install it from nodejs.org and try again.`),
	);
}

async function install(name, node, headers) {
	const folder = join(ROOT, name);
	const started = Date.now();
	console.log(`Installing ${costOf(name).what} …`);
	const done = showProgress(name);
	const { ok, errors } = await npm(
		node,
		[
			'ci',
			'--ignore-scripts',
			'--no-audit',
			'--no-fund',
			'--no-progress',
			'--loglevel=error',
			'--fetch-retry-mintimeout=2000',
			'--fetch-retry-maxtimeout=10000',
		],
		folder,
	);
	done();
	if (!ok) {
		fail(
			`Could not install ${costOf(name).what} (in ${folder}).\n${reasonIn(errors) ?? 'npm says why above.'}\nMend that and run the same command again.`,
		);
	}
	if (name === NODE_FOLDER) checkNodeFromNpm(errors);
	const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	if (scripts?.setup) {
		console.log(`  setting up (${scripts.setup}), up to 3 minutes where it has to compile …`);
		const env = headers ? { npm_config_nodedir: headers } : {};
		const { ok: isSetUp } = await npm(node, ['run', '--silent', 'setup'], folder, env);
		if (!isSetUp) {
			fail(
				`Could not set up ${costOf(name).what} (in ${folder}).\n` +
					'One small add-on is compiled where no ready-made one can be downloaded; that needs python3, make and a C++ compiler.',
			);
		}
	}
	writeFileSync(stampOf(name), fingerprint(name));
	console.log(`  done in ${Math.round((Date.now() - started) / 1000)} s`);
}

const isRunning = (pid) => {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return error.code === 'EPERM';
	}
};

/** Two commands at once, in two windows of one folder: the second waits for what the first installs. */
async function alone(name, work) {
	const claim = join(ROOT, '.run', `installing-${name.replaceAll('/', '-')}`);
	const own = `${claim}.${process.pid}`;
	mkdirSync(dirname(claim), { recursive: true });
	writeFileSync(own, String(process.pid));
	process.once('exit', () => rmSync(own, { force: true }));
	const isMine = () => {
		try {
			// Unlike a file that is made and then written, it is never there without its number.
			linkSync(own, claim);
			return true;
		} catch (error) {
			if (error.code === 'EEXIST') return false;
			throw error;
		}
	};
	for (let isSaid = false; !isMine(); isSaid = true) {
		const holder = existsSync(claim) ? Number(readFileSync(claim, 'utf8')) : process.pid;
		if (!isRunning(holder)) rmSync(claim, { force: true });
		else if (!isSaid)
			console.log(`Waiting for process ${holder}, which installs ${costOf(name).what} …`);
		await sleep(500);
		if (stopped) fail('Stopped.');
	}
	const giveBack = () => rmSync(claim, { force: true });
	process.once('exit', giveBack);
	await work();
	process.off('exit', giveBack);
	giveBack();
}

/** Says what the missing packages cost, and stops while there is too little room for them. */
async function announce(missing) {
	const gb = missing.reduce((sum, name) => sum + costOf(name).gb, 0);
	const minutes = Math.ceil(missing.reduce((sum, name) => sum + costOf(name).minutes, 0));
	const { bavail, bsize } = await statfs(ROOT);
	const free = (bavail * bsize) / 1e9;
	console.log(
		`To be installed, this once: ${missing.map((name) => costOf(name).what).join(', ')}.\n` +
			`That takes ${gb.toFixed(1)} GB (${free.toFixed(1)} GB are free in ${ROOT}) and up to ${minutes} minutes.\n`,
	);
	if (free < gb * 1.2) {
		fail(`Too little disk: ${(gb * 1.2).toFixed(1)} GB should be free. Make room and try again.`);
	}
}

const split = process.argv.includes('--') ? process.argv.indexOf('--') : process.argv.length;
const [script, ...rest] = process.argv.slice(split + 1);
// With --n8n the script installs an n8n of its own.
const isOther = rest.some((arg) => /^--n8n\b/.test(arg));
const folders = process.argv.slice(2, split).filter((name) => !(isOther && name === 'dev/demo'));

const newEnough = Number(process.versions.node.split('.')[0]) >= NODE_MAJOR;
const { node, headers } = newEnough ? { node: process.execPath } : nodeFromNpm();
const missing = [...(newEnough ? [] : [NODE_FOLDER]), ...folders].filter(
	(name) => !isInstalled(name),
);
if (missing.length > 0) await announce(missing);
for (const name of missing) {
	await alone(name, async () => {
		if (isInstalled(name)) return;
		await install(name, name === NODE_FOLDER ? process.execPath : node, headers);
	});
}
if (!script) process.exit();

const child = spawn(node, [join(ROOT, script), ...rest], {
	stdio: 'inherit',
	env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
});
// The terminal's Ctrl-C reaches the child too; hearing it twice means the same to it.
current = { stop: (signal) => child.kill(signal) };
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
