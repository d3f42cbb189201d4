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
	main: Service;
	workers: Service[];
	webhooks: Service[];
	postgres: Backing;
	redis: Backing;
	proxy: Proxy;
}

export async function startCluster(options: N8nOptions): Promise<Cluster> {
	const { folder, tarball, ports, signal } = options;
	const url = `http://127.0.0.1:${ports.n8n}`;
	const log = join(folder, 'n8n.log');
	const stops: Array<() => Promise<unknown>> = [];
	const stop = async () => {
		for (const each of stops.splice(0).reverse()) await each();
	};
	try {
		const postgres = await startPostgres();
		stops.push(postgres.stop);
		const redis = await startRedis();
		stops.push(redis.stop);
		const env = {
			...postgres.env,
			...redis.env,
			EXECUTIONS_MODE: 'queue',
			// Another cluster's jobs in the same Redis are none of ours.
			QUEUE_BULL_PREFIX: `jodo-${randomBytes(4).toString('hex')}`,
			N8N_ENCRYPTION_KEY: randomBytes(24).toString('base64'),
			WEBHOOK_URL: `${url}/`,
			N8N_PROXY_HOPS: '1',
			// Events reach the webhook processes alone, as n8n advises.
			N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true',
			OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			// Minutes until the main process looks for runs that were lost with a worker or with Redis.
			N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL: '1',
		};

		async function member(
			name: string,
			how: Pick<ProcessOptions, 'command' | 'says' | 'answers' | 'env'>,
		): Promise<Service> {
			const own = join(folder, name);
			await installInto(own, tarball);
			const service = await keepRunning(
				name,
				async (unwanted) =>
					await startN8nProcess({
						...how,
						folder: own,
						log,
						env: { ...env, N8N_RUNNERS_BROKER_PORT: String(await freePort()), ...how.env },
						signal: signal ? AbortSignal.any([signal, unwanted]) : unwanted,
					}),
			);
			return service;
		}

		const mainPort = await freePort();
		const mainUrl = `http://127.0.0.1:${mainPort}`;
		const main = await member('main', {
			command: 'start',
			env: { N8N_PORT: String(mainPort) },
			...readyAt(mainUrl),
		});
		stops.push(main.stop);

		async function several(
			count: number,
			name: string,
			how: (port: string) => Pick<ProcessOptions, 'command' | 'says' | 'env'>,
		) {
			const members = await Promise.all(
				Array.from({ length: count }, async (_, index) => {
					const port = await freePort();
					const answers = `http://127.0.0.1:${port}/healthz`;
					const service = await member(`${name}-${index + 1}`, { answers, ...how(String(port)) });
					stops.push(service.stop);
					return { service, url: `http://127.0.0.1:${port}` };
				}),
			);
			return members;
		}
		const workers = await several(WORKERS, 'worker', (port) => ({
			command: 'worker',
			says: 'n8n worker is now ready',
			env: { QUEUE_HEALTH_CHECK_PORT: port, N8N_CONCURRENCY_PRODUCTION_LIMIT: String(CONCURRENCY) },
		}));
		const webhooks = await several(WEBHOOK_PROCESSES, 'webhook', (port) => ({
			command: 'webhook',
			says: 'Webhook listener waiting for requests',
			env: { N8N_PORT: port },
		}));
		const proxy = await startProxy(
			ports.n8n,
			mainUrl,
			webhooks.map((one) => one.url),
			'by-address',
		);
		stops.push(proxy.close);

		const services = [main, ...[...workers, ...webhooks].map(({ service }) => service)];
		return {
			url,
			log,
			main,
			workers: workers.map(({ service }) => service),
			webhooks: webhooks.map(({ service }) => service),
			postgres,
			redis,
			proxy,
			tail: (lines) =>
				services.map((service) => `${service.name}:\n${service.tail(lines)}`).join('\n'),
			said: (text) => services.some((service) => service.said(text)),
			// Whatever ends is started again.
			gone: new Promise(() => {}),
			stop,
			kill: stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
}
