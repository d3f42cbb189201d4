// n8n in queue mode, as on several machines: one main process with the editor, two workers, two processes that
// receive webhooks, each with a folder of its own; PostgreSQL, Redis, and a reverse proxy before them.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
	readyAt,
	startN8nProcess,
	type N8n,
	type N8nOptions,
	type ProcessOptions,
} from './n8n.mts';
import { installInto } from './package.mts';
import { freePort } from './ports.mts';
import { startProxy, type Proxy } from './proxy.mts';
import { keepRunning, type Service } from './service.mts';
import { startPostgres, startRedis, type Backing } from './services.mts';

const WORKERS = 2;
const WEBHOOK_PROCESSES = 2;
/** Executions that a worker works on at a time. */
const CONCURRENCY = 5;

export interface Cluster extends N8n {
	/** Settings of every process, heeded when it starts again. */
	env: Record<string, string>;
	/** Every process of n8n, by what it is. */
	services: Service[];
	readonly main: Service;
	readonly workers: Service[];
	readonly webhooks: Service[];
	postgres: Backing;
	redis: Backing;
	proxy: Proxy;
	startAgain(): Promise<Cluster>;
}

interface Member extends Pick<ProcessOptions, 'command' | 'says' | 'answers' | 'env'> {
	name: string;
}

const urlOf = (port: number) => `http://127.0.0.1:${port}`;

export async function startCluster(options: N8nOptions): Promise<Cluster> {
	const { folder, tarball, ports, signal } = options;
	const url = urlOf(ports.n8n);
	const log = join(folder, 'n8n.log');
	const stops: Array<() => Promise<unknown>> = [];
	const end = async () => {
		for (const stop of stops.splice(0).reverse()) await stop();
	};
	try {
		const postgres = await startPostgres();
		stops.push(postgres.stop);
		const redis = await startRedis();
		stops.push(redis.stop);
		const env: Record<string, string> = {
			...postgres.env,
			...redis.env,
			EXECUTIONS_MODE: 'queue',
			// Another cluster's jobs in the same Redis are none of ours.
			QUEUE_BULL_PREFIX: `jodo-${randomBytes(4).toString('hex')}`,
			// Always the same: a database given by the environment is still readable the next time.
			N8N_ENCRYPTION_KEY: 'for made-up data on the loopback address',
			WEBHOOK_URL: `${url}/`,
			N8N_PROXY_HOPS: '1',
			// Events reach the webhook processes alone, as n8n advises.
			N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true',
			OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			// How soon a run that was lost with its worker, or with Redis, is shown as failed. n8n's own: a minute or
			// two for the worker (milliseconds), three hours for Redis (minutes).
			QUEUE_WORKER_LOCK_DURATION: '30000',
			QUEUE_WORKER_STALLED_INTERVAL: '10000',
			N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL: '1',
		};

		const mainPort = await freePort();
		const main: Member = {
			name: 'main',
			command: 'start',
			env: { N8N_PORT: String(mainPort) },
			...readyAt(urlOf(mainPort)),
		};
		const several = async (count: number, of: (port: number, index: number) => Member) =>
			await Promise.all(Array.from({ length: count }, async (_, i) => of(await freePort(), i + 1)));
		const workers = await several(WORKERS, (port, index) => ({
			name: `worker-${index}`,
			command: 'worker',
			says: 'n8n worker is now ready',
			answers: `${urlOf(port)}/healthz`,
			env: {
				QUEUE_HEALTH_CHECK_PORT: String(port),
				N8N_CONCURRENCY_PRODUCTION_LIMIT: String(CONCURRENCY),
			},
		}));
		const webhooks = await several(WEBHOOK_PROCESSES, (port, index) => ({
			name: `webhook-${index}`,
			command: 'webhook',
			says: 'Webhook listener waiting for requests',
			answers: `${urlOf(port)}/healthz`,
			env: { N8N_PORT: String(port) },
		}));
		for (const { name } of [main, ...workers, ...webhooks]) {
			await installInto(join(folder, name), tarball);
		}
		const proxy = await startProxy(
			ports.n8n,
			urlOf(mainPort),
			webhooks.map(({ env: own }) => urlOf(Number(own['N8N_PORT']))),
		);
		stops.push(proxy.close);

		const start = async ({ name, env: own, ...how }: Member) =>
			await keepRunning(name, async (unwanted) => {
				const broker = String(await freePort());
				return await startN8nProcess({
					...how,
					folder: join(folder, name),
					log,
					env: { ...env, N8N_RUNNERS_BROKER_PORT: broker, ...own },
					signal: signal ? AbortSignal.any([signal, unwanted]) : unwanted,
				});
			});

		/** Refreshed when they all start again: whoever holds it sees the present ones. */
		const cluster: Cluster = {
			url,
			log,
			env,
			services: [],
			postgres,
			redis,
			proxy,
			get main() {
				return cluster.services[0] as Service;
			},
			get workers() {
				return cluster.services.slice(1, 1 + WORKERS);
			},
			get webhooks() {
				return cluster.services.slice(1 + WORKERS);
			},
			tail: (lines) =>
				cluster.services.map((service) => `${service.name}:\n${service.tail(lines)}`).join('\n'),
			said: (text) => cluster.services.some((service) => service.said(text)),
			// Whatever ends is started again.
			gone: new Promise(() => {}),
			async stop() {
				await Promise.all(cluster.services.map(async (service) => await service.stop()));
			},
			async kill() {
				await Promise.all(cluster.services.map(async (service) => await service.end()));
			},
			async startAgain() {
				// The first to come makes the tables.
				cluster.services = [await start(main)];
				cluster.services.push(...(await Promise.all([...workers, ...webhooks].map(start))));
				return cluster;
			},
			end,
		};
		stops.push(cluster.stop);
		return await cluster.startAgain();
	} catch (error) {
		await end();
		throw error;
	}
}
