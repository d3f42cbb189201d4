// Installs what a script needs, then runs it on Node 24:
//   node dev/run.mjs <folder>... -- <script> [arguments]
// Plain JavaScript without dependencies: it must run on a fresh machine's Node 20, before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const NODE_MAJOR = 24;

/** What a first install costs; said before it starts (measured on Linux x64, 2 cores). */
const COST = {
  '.': 'build and test tools, 1.0 GB, about 2 minutes',
  'dev/node24': 'Node.js 24, 0.2 GB, seconds',
  'dev/sandbox': 'the local Jodo, 0.1 GB, seconds',
  'dev/demo': 'n8n itself, 3.0 GB, 4 to 8 minutes',
};

function fail(message) {
  console.error(`\n${message}\n`);
  process.exit(1);
}

function npm(node, args, folder, env = {}) {
  const cli = process.env.npm_execpath;
  const [command, head] = cli?.endsWith('.js') ? [node, [cli]] : ['npm', []];
  const result = spawnSync(command, [...head, ...args], {
    cwd: folder,
    stdio: 'inherit',
    shell: command === 'npm' && process.platform === 'win32',
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}`, ...env },
  });
  return result.status === 0;
}

/** Installs a folder's locked packages once; again only when its lock file changes. */
function install(name, node, headers) {
  const folder = join(ROOT, name);
  const stamp = join(folder, 'node_modules', '.installed');
  const wanted = createHash('sha256').update(readFileSync(join(folder, 'package-lock.json'))).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  const started = Date.now();
  console.log(`Installing ${COST[name] ?? name} …`);
  if (!npm(node, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], folder)) {
    fail(
      `Could not install the packages of ${folder}.\n` +
        'npm says why above. Most often: no network or proxy, or the disk is full. Mend that and run the same command again.',
    );
  }
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (scripts?.setup && !npm(node, ['run', 'setup'], folder, headers && { npm_config_nodedir: headers })) {
    fail(
      `Could not finish the set-up of ${folder} ("${scripts.setup}").\n` +
        'It compiles one small add-on where no ready-made one can be downloaded: python3, make and a C++ compiler are needed for that.',
    );
  }
  writeFileSync(stamp, wanted);
  console.log(`  done in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** The Node to run on: the machine's own if it is new enough, else one from npm. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return { node: process.execPath };
  install('dev/node24', process.execPath);
  const headers = join(ROOT, 'dev/node24/node_modules', `node-${process.platform.replace('win32', 'win')}-${process.arch}`);
  const node = join(headers, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(node)) {
    fail(
      `This machine runs Node ${process.versions.node}; Node ${NODE_MAJOR} or newer is needed, ` +
        `and npm has none for ${process.platform} ${process.arch}. Install it from nodejs.org and try again.`,
    );
  }
  return { node, headers };
}

const split = process.argv.indexOf('--');
const folders = process.argv.slice(2, split);
const [script, ...rest] = process.argv.slice(split + 1);
const { node, headers } = findNode();
for (const folder of folders) install(folder, node, headers);

const child = spawn(node, [join(ROOT, script), ...rest], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
});
// Ctrl-C reaches the whole group; the child decides when it is done stopping.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
