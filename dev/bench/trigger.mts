// The trigger against other ways to receive signed events: how many a second, and how soon each is answered.
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { node, type WorkflowNode } from '../demo/api.mts';
import { ROOT } from '../demo/paths.mts';
import { costOf, credentialFor, inRounds, startWiretap, workflowOf, type Lab } from './lab.mts';
import { ourShare } from './profile.mts';

export interface Receiving {
	/** From the first delivery sent to the end of the last run. */
	seconds: number;
	cpuSeconds: number;
	/** How long each answer took. */
	answersMs: number[];
	/** Not answered with 2xx, or without a run that ended well. */
	errors: number;
}

export interface Result {
	name: string;
	senders: number;
	events: number;
	rounds: Receiving[];
	/** CPU in our own code, of each event of a run beside the rounds. */
	ourCpuMs?: number;
}

interface Receiver {
	name: string;
	workflowId: string;
	url: string;
	sign(body: string): Record<string, string>;
}

export const JODO = 'Jodo Trigger';
export const GITHUB = 'GitHub Trigger';
const SECRET = 'known to the chain';
const SENDERS = [
	{ senders: 1, events: 40 },
	{ senders: 10, events: 100 },
	{ senders: 50, events: 100 },
];
/** Short rounds differ by several percent, which is more than what these contenders differ by. */
const ROUNDS_EACH = 3;

const CHECK = `const raw = await this.helpers.getBinaryDataBuffer(0, 'data');
const expected = require('crypto').createHmac('sha256', '${SECRET}').update(raw).digest('hex');
if ($input.first().json.headers['x-jodo-signature'] !== expected) throw new Error('Forged');
return [{ json: JSON.parse(raw.toString()) }];`;

const hmac = (body: string, secret: string) =>
	createHmac('sha256', secret).update(body).digest('hex');

async function receivers(
	lab: Lab,
	tap: Awaited<ReturnType<typeof startWiretap>>,
): Promise<Receiver[]> {
	const publish = async (name: string, nodes: WorkflowNode[], path = '') => {
		const done = node('Done', 'n8n-nodes-base.noOp', 1, {});
		const { id } = await workflowOf(lab, name, [...nodes, done]);
		await lab.api.publish(id);
		const url = `${lab.n8n.url}/webhook/${nodes[0]?.webhookId}${path}`;
		return { name, workflowId: id, url };
	};
	const webhookId = () => ({ webhookId: randomUUID() });
	const webhook = (options: object) => {
		const { webhookId: path } = webhookId();
		const parameters = { httpMethod: 'POST', path, responseMode: 'onReceived', options };
		return node('Webhook', 'n8n-nodes-base.webhook', 2.1, parameters, { webhookId: path });
	};

	const jodoApi = await credentialFor(lab, 'jodoApi', {
		environment: 'custom',
		baseUrl: tap.url,
		apiKey: 'sandbox_key',
		apiSecret: 'sandbox_secret',
	});
	const jodo = await publish(
		JODO,
		[
			node(
				JODO,
				'n8n-nodes-jodo.jodoTrigger',
				1,
				{
					events: ['payment_link.payment.debited'],
					failureNotificationEmail: 'office@example.com',
				},
				{ ...webhookId(), ...jodoApi },
			),
		],
		'/jodo',
	);
	const githubApi = await credentialFor(lab, 'githubApi', {
		server: tap.url,
		user: 'somebody',
		accessToken: 'none',
	});
	const named = (value: string) => ({ __rl: true, mode: 'name', value });
	const github = await publish(
		GITHUB,
		[
			node(
				GITHUB,
				'n8n-nodes-base.githubTrigger',
				1,
				{ owner: named('somebody'), repository: named('something'), events: ['push'], options: {} },
				{ ...webhookId(), ...githubApi },
			),
		],
		'/webhook',
	);
	const secretOf = (secret: unknown) => String(secret ?? '');
	const jodoSecret = secretOf(tap.heard.find(({ body }) => body['secret_key'])?.body['secret_key']);
	const hook = tap.heard.find(({ path }) => path.startsWith('/repos/'))?.body['config'];
	const githubSecret = secretOf((hook as { secret?: string } | undefined)?.secret);

	const byHand = await publish('Webhook, Code, Remove Duplicates', [
		webhook({ rawBody: true }),
		node('Check', 'n8n-nodes-base.code', 2, { jsCode: CHECK }),
		node('Once', 'n8n-nodes-base.removeDuplicates', 2, {
			operation: 'removeItemsSeenInPreviousExecutions',
			dedupeValue: '={{ $json.event_id }}',
			options: {},
		}),
	]);
	const bare = await publish('Webhook alone', [webhook({})]);
	return [
		{ ...jodo, sign: (body) => ({ 'x-jodo-signature': hmac(body, jodoSecret) }) },
		{
			...github,
			sign: (body) => ({ 'x-hub-signature-256': `sha256=${hmac(body, githubSecret)}` }),
		},
		{ ...byHand, sign: (body) => ({ 'x-jodo-signature': hmac(body, SECRET) }) },
		{ ...bare, sign: () => ({}) },
	];
}

const FIXTURE = 'test/fixtures/events/payment_link.payment.debited.json';
const sample = JSON.parse(readFileSync(join(ROOT, FIXTURE), 'utf8')) as {
	event: { payload: { order_id: string } };
};

/** An event of its own: its order was never paid before. */
function newEvent(): string {
	const { event } = structuredClone(sample);
	event.payload.order_id = `order_${randomUUID()}`;
	return JSON.stringify({ ...event, event_id: randomUUID() });
}

async function goodRuns({ api }: Lab, workflowId: string): Promise<number> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId, status: ['success'] }));
	return (await api.call<{ count: number }>('GET', `/executions?filter=${filter}&limit=1`)).count;
}

const PATIENCE_MS = 60_000;

async function receive(
	lab: Lab,
	{ workflowId, url, sign }: Receiver,
	senders: number,
	events: number,
) {
	const before = await goodRuns(lab, workflowId);
	const answersMs: number[] = [];
	let accepted = 0;
	const { result: seconds, cpuSeconds } = await costOf(lab, async () => {
		const begun = Date.now();
		const queue = Array.from({ length: events }, newEvent);
		const sender = async () => {
			for (let body = queue.pop(); body; body = queue.pop()) {
				const at = performance.now();
				const headers = { 'content-type': 'application/json', ...sign(body) };
				const answer = await fetch(url, { method: 'POST', headers, body });
				await answer.text();
				answersMs.push(performance.now() - at);
				if (answer.ok) accepted++;
			}
		};
		await Promise.all(Array.from({ length: senders }, sender));
		while (
			(await goodRuns(lab, workflowId)) - before < accepted &&
			Date.now() - begun < PATIENCE_MS
		) {
			await sleep(100);
		}
		return (Date.now() - begun) / 1000;
	});
	const errors = events - Math.min(accepted, (await goodRuns(lab, workflowId)) - before);
	return { seconds, cpuSeconds, answersMs, errors };
}

export async function trigger(lab: Lab): Promise<Result[]> {
	const tap = await startWiretap(lab.sandbox.url);
	await lab.sandbox.admin('POST', '/reset');
	const all = await receivers(lab, tap);
	for (const one of all) await receive(lab, one, 1, 3);
	const results: Result[] = [];
	for (const { senders, events } of lab.quick ? SENDERS.slice(0, 2) : SENDERS) {
		lab.say(`${senders} senders`);
		const rounds = await inRounds(
			lab.quick ? 1 : lab.rounds * ROUNDS_EACH,
			all,
			async (one) => await receive(lab, one, senders, events),
		);
		for (const [{ name }, each] of rounds) results.push({ name, senders, events, rounds: each });
	}
	lab.say('our own share');
	const [jodo] = all as [Receiver];
	const events = lab.quick ? 50 : 500;
	const share = await ourShare(lab, async () => await receive(lab, jodo, 10, events));
	for (const one of results) if (one.name === JODO) one.ourCpuMs = share / events;
	for (const { workflowId } of all) await lab.api.unpublish(workflowId);
	tap.close();
	return results;
}
