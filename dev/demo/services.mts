// PostgreSQL and Redis for n8n's queue mode: those that the environment names, else private ones, started from
// the programs on this machine and thrown away afterwards.
import { execFileSync } from 'node:child_process';
import { chownSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from './ports.mts';
import { Problem } from './problem.mts';
import { run, startProgram, until, type Program } from './process.mts';
import { keepRunning, type Service } from './service.mts';

export interface Backing {
	/** n8n's settings that lead to it. */
	env: Record<string, string>;
	/** Undefined if it is not ours to stop. */
	service?: Service;
	/** For a database or a queue that begins as empty as a new one. */
	empty?(): void;
	stop(): Promise<void>;
}

const HOW_ELSE = `Install both (Debian: apt-get install postgresql redis-server), or start them elsewhere, for example with
  docker compose -f dev/demo/compose.yaml up -d
and name them: PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE (an empty database of its own), REDIS_HOST, REDIS_PORT, REDIS_PASSWORD.`;

/** Folders where package managers put servers that are not meant for daily use. */
const ELSEWHERE = [
	'/usr/lib/postgresql/*/bin',
	'/usr/pgsql-*/bin',
	'/opt/homebrew/opt/postgresql*/bin',
	'/usr/local/opt/postgresql*/bin',
	'/usr/sbin',
];

function find(program: string): string {
	const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...ELSEWHERE];
	const found = folders.flatMap((folder) => globSync(join(folder, program)).sort()).at(-1);
	if (!found) throw new Problem(`There is no ${program} on this machine.\n${HOW_ELSE}`);
	return found;
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
	if (userInfo().uid !== 0) return undefined;
	for (const name of ['postgres', 'nobody']) {
		try {
			const [uid, gid] = ['-u', '-g'].map((which) =>
				Number(execFileSync('id', [which, name], { stdio: ['ignore', 'pipe', 'ignore'] })),
			);
			return { uid: uid as number, gid: gid as number };
		} catch {
			// the next one
		}
	}
	throw new Problem(`PostgreSQL can't run as root, and there is no other user.\n${HOW_ELSE}`);
}

async function listening(program: Program, port: number): Promise<void> {
	await until(`port ${port}`, async () => {
		if (!program.running())
			throw new Problem(`A server stopped while starting:\n${program.tail()}`);
		return await new Promise<boolean>((resolve) => {
			const socket = connect(port, '127.0.0.1', () => resolve(true));
			socket.on('error', () => resolve(false));
			socket.on('connect', () => socket.destroy());
		});
	});
}

const postgresEnv = (host: string, port: string, user: string, password: string, name: string) => ({
	DB_TYPE: 'postgresdb',
	DB_POSTGRESDB_HOST: host,
	DB_POSTGRESDB_PORT: port,
	DB_POSTGRESDB_USER: user,
	DB_POSTGRESDB_PASSWORD: password,
	DB_POSTGRESDB_DATABASE: name,
});

export async function startPostgres(): Promise<Backing> {
	const { PGHOST, PGPORT = '5432', PGUSER = 'postgres', PGPASSWORD = '', PGDATABASE } = process.env;
	if (PGHOST) {
		const env = postgresEnv(PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE ?? PGUSER);
		return { env, stop: async () => {} };
	}
	const server = find('postgres');
	const user = unprivileged();
	const folder = mkdtempSync(join(tmpdir(), 'jodo-postgres-'));
	if (user) chownSync(folder, user.uid, user.gid);
	const data = join(folder, 'data');
	await run('Making a database', {
		command: find('initdb'),
		args: ['-D', data, '-U', 'n8n', '--auth=trust', '--encoding=UTF8', '--locale=C'],
		cwd: folder,
		...user,
	});
	const port = await freePort();
	const service = await keepRunning('PostgreSQL', async () => {
		const program = startProgram({
			command: server,
			args: [...['-D', data, '-p', String(port)], ...['-h', '127.0.0.1', '-k', '']],
			cwd: folder,
			...user,
		});
		await listening(program, port);
		return program;
	});
	return {
		env: postgresEnv('127.0.0.1', String(port), 'n8n', '', 'postgres'),
		service,
		async stop() {
			await service.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

const redisEnv = (host: string, port: string, password = '') => ({
	QUEUE_BULL_REDIS_HOST: host,
	QUEUE_BULL_REDIS_PORT: port,
	QUEUE_BULL_REDIS_PASSWORD: password,
});

export async function startRedis(): Promise<Backing> {
	const { REDIS_HOST, REDIS_PORT = '6379', REDIS_PASSWORD } = process.env;
	if (REDIS_HOST) {
		return { env: redisEnv(REDIS_HOST, REDIS_PORT, REDIS_PASSWORD), stop: async () => {} };
	}
	const server = find('redis-server');
	const folder = mkdtempSync(join(tmpdir(), 'jodo-redis-'));
	const port = await freePort();
	const service = await keepRunning('Redis', async () => {
		mkdirSync(folder, { recursive: true });
		const program = startProgram({
			command: server,
			// What is queued must outlive Redis: every job is on disk before n8n says 200.
			args: [
				...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
				...['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'],
			],
			cwd: folder,
		});
		await listening(program, port);
		return program;
	});
	return {
		env: redisEnv('127.0.0.1', String(port)),
		service,
		empty: () => rmSync(join(folder, 'appendonlydir'), { recursive: true, force: true }),
		async stop() {
			await service.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
