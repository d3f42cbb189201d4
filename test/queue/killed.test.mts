// kill -9 of one part after the other while events flow: nothing accepted is silently gone.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, it } from 'node:test';
import type { Service } from '../../dev/demo/service.mts';
import { cleanSlate } from '../e2e/world.mts';
import { rows } from './account.mts';
import { account, cluster, flow, newFacts, outcome, send, slowReceiver } from './flow.mts';

const EVENTS = 120;
const NOTHING_GONE = 'every event answered 2xx runs, or is shown in n8n as failed';
const OWN = (service: Service | undefined) =>
	service ? false : 'the server was given by the environment, so it is not ours to kill';

/** Down for a while, as long as somebody needs to start it again. */
async function killFor(seconds: number, service: Service): Promise<void> {
	await service.kill(sleep(seconds * 1000));
	await service.ready();
}

/** With the workers away, every event that is accepted waits in Redis. */
async function killRedisWithRunsWaiting(meanwhile = () => {}): Promise<void> {
	const redis = cluster.redis.service as Service;
	let letThemBack = () => {};
	const backAgain = new Promise<void>((resolve) => (letThemBack = resolve));
	await Promise.all(cluster.workers.map(async (worker) => await worker.kill(backAgain)));
	await sleep(2000);
	await redis.kill(sleep(3000).then(meanwhile));
	await redis.ready();
	letThemBack();
}

async function allUp(): Promise<void> {
	const { main, workers, webhooks, postgres, redis } = cluster;
	const services = [postgres.service, redis.service, main, ...workers, ...webhooks];
	for (const service of services) await service?.ready();
}

const PARTS: Array<{
	what: string;
	kill(): Promise<void>;
	skip?: string | false;
}> = [
	{
		what: 'One of two workers killed',
		kill: async () => await killFor(1, cluster.workers[0] as Service),
	},
	{
		what: 'Both workers killed, back after 10 s',
		kill: async () => {
			await Promise.all(cluster.workers.map(async (worker) => await killFor(10, worker)));
		},
	},
	{
		what: 'One of two webhook processes killed',
		kill: async () => await killFor(1, cluster.webhooks[0] as Service),
	},
	{
		what: 'The main process (editor, publishing) killed',
		kill: async () => await killFor(1, cluster.main),
	},
	{
		what: 'Redis killed while runs wait in it, back after 3 s with them (appendonly)',
		kill: async () => await killRedisWithRunsWaiting(),
		skip: OWN(cluster.redis.service),
	},
	{
		what: 'Redis killed, back after 30 s (n8n itself gives up after 10 s and is started again)',
		kill: async () => await killFor(30, cluster.redis.service as Service),
		skip: OWN(cluster.redis.service),
	},
	{
		what: 'Redis killed while runs wait in it, back after 3 s without them (no persistence)',
		kill: async () => await killRedisWithRunsWaiting(() => cluster.redis.empty?.()),
		skip: OWN(cluster.redis.service),
	},
	{
		what: 'PostgreSQL killed, back after 3 s',
		kill: async () => await killFor(3, cluster.postgres.service as Service),
		skip: OWN(cluster.postgres.service),
	},
	{
		what: 'All of n8n killed at once (a power cut)',
		kill: async () => {
			const { main, workers, webhooks } = cluster;
			await Promise.all([main, ...workers, ...webhooks].map(async (one) => await killFor(1, one)));
		},
	},
];

describe('while events flow to both webhook processes', () => {
	beforeEach(async () => {
		await allUp();
		await cleanSlate();
		cluster.proxy.spread = 'round-robin';
	});

	for (const { what, kill, skip } of PARTS) {
		it(`${what}: ${NOTHING_GONE}`, { skip }, async () => {
			const workflow = await slowReceiver();
			const happened = await flow(workflow, EVENTS, async () => {
				await kill();
				await allUp();
			});
			const counts = account(happened);
			console.log(`# ${what}: ${counts}`);
			rows.push([what, NOTHING_GONE, counts]);

			// And it goes on as if nothing had been.
			const [next] = newFacts(1);
			assert.ok(next);
			await send(workflow, next);
			assert.deepEqual(next.answers, [200]);
			await outcome(workflow, [next, ...happened.facts.map((fact) => ({ ...fact, runs: [] }))]);
			assert.deepEqual(next.runs, ['success']);
		});
	}
});
