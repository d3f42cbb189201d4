// A live workflow is edited, shares its memory with others, or is taken away: what it receives goes on, and nothing stays behind.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Workflow, WorkflowNode } from '../../dev/demo/api.mts';
import { anyPorts } from '../../dev/demo/ports.mts';
import { until } from '../../dev/demo/process.mts';
import { startLocalJodo, type Sandbox, type Subscription } from '../../dev/demo/sandbox.mts';
import { cli, HOME, withDatabase } from './another.mts';
import {
	api,
	cleanSlate,
	codes,
	demo,
	node,
	receiver,
	registrations,
	runsOf,
	to,
} from './world.mts';
import {
	addressOf,
	bodyOf,
	credentialWith,
	deliver,
	save,
	secretAt,
	sign,
	triggerOf,
} from './trigger.mts';

const A = 'payment_link.payment.debited';
const bodyFor = (event: string) => bodyOf(event, { order_id: randomUUID() });
const addresses = async () => (await registrations()).map(({ url }) => url);

/** Which nodes of a workflow remember something, as n8n's database holds it. */
function memories({ id }: Workflow): Set<string> {
	const row = withDatabase((database) =>
		database.prepare('SELECT staticData FROM workflow_entity WHERE id = ?').get(id),
	) as { staticData: string | null };
	const data = JSON.parse(row.staticData ?? '{}') as object;
	return new Set(Object.keys(data).map((key) => key.replace(/^node:/, '')));
}

describe("what else writes the workflow's static data", () => {
	/** How often the feed was read; each time it has news. */
	let polls = 0;
	const feed = createServer((_request, answer) => {
		const date = new Date(Date.UTC(2026, 0, 1, 0, polls++)).toUTCString();
		answer.setHeader('content-type', 'application/rss+xml');
		answer.end(
			`<rss version="2.0"><channel><title>News</title><item><title>New</title><pubDate>${date}</pubDate></item></channel></rss>`,
		);
	});
	before(async () => await once(feed.listen(0, '127.0.0.1'), 'listening'));
	after(() => feed.close());
	beforeEach(cleanSlate);

	it('an RSS trigger that was live before: what is delivered after its next poll runs', async () => {
		const rss = node('RSS', 'n8n-nodes-base.rssFeedReadTrigger', 1, {
			feedUrl: `http://127.0.0.1:${(feed.address() as AddressInfo).port}/feed`,
			// n8n allows no shorter interval than a minute, but several of them.
			pollTimes: {
				item: ['0', '15', '30', '45'].map((second) => ({
					mode: 'custom',
					cronExpression: `${second} * * * * *`,
				})),
			},
		});
		const done = node('Done', 'n8n-nodes-base.noOp', 1, {});
		const workflow = await api.createWorkflow({
			name: 'News and payments',
			nodes: [rss, done],
			connections: { RSS: { main: [to('Done')] } },
		});
		await api.publish(workflow.id);
		const [jodo] = (await receiver([A])).nodes;
		const both = await save(workflow, ({ nodes, connections }) => {
			nodes.push(jodo as WorkflowNode);
			connections['Jodo Trigger'] = { main: [to('Done')] };
		});
		await api.publish(workflow.id);
		assert.ok(memories(both).has('Jodo Trigger'));
		const before = polls;
		await until('a poll', async () => polls > before, { seconds: 60 });
		await until(
			'it to have overwritten the copy',
			async () => !memories(both).has('Jodo Trigger'),
			{
				seconds: 60,
			},
		);
		assert.equal(await deliver(addressOf(both), bodyFor(A)), 200);
		await until('a run of it', async () =>
			(await api.executions(both.id)).some(
				(it) => it.mode === 'webhook' && it.status === 'success',
			),
		);
	});

	it('a run that holds it while the trigger is renamed: what is delivered after its end runs', async () => {
		const code = node('Code', 'n8n-nodes-base.code', 2, {
			jsCode: `const data = $getWorkflowStaticData('global');
data.begun = true;
await new Promise((resolve) => setTimeout(resolve, 25_000));
data.ended = true;
return $input.all();`,
		});
		const workflow = await receiver([A], {}, undefined, [code]);
		await api.publish(workflow.id);
		assert.equal(await deliver(addressOf(workflow), bodyFor(A)), 200);
		await until('the run to be under way', async () =>
			(await api.executions(workflow.id)).some(({ status }) => status === 'running'),
		);
		await save(workflow, (it) => {
			triggerOf(it).name = 'Renamed';
			it.connections = { Renamed: { main: [to('Code')] } };
		});
		await api.publish(workflow.id);
		await until('its new record', async () => memories(workflow).has('Renamed'));
		await runsOf(workflow, 1);
		await until('it to have overwritten the copy', async () => !memories(workflow).has('Renamed'));
		assert.equal(await deliver(addressOf(workflow), bodyFor(A)), 200);
		await runsOf(workflow, 2);
	});
});

describe('an edit', () => {
	beforeEach(cleanSlate);

	describe('to the credential of another Jodo', () => {
		let other: Sandbox;
		before(async () => {
			other = await startLocalJodo(await anyPorts());
			// Its start holds this process up; connections that were closed meanwhile have to be noticed.
			await setTimeout(100);
		});
		after(async () => await other.close());

		it('moves the events there, and the deliveries of the first count no more', async () => {
			const there = async () =>
				(await other.admin<Subscription[]>('GET', '/subscriptions')).filter((it) => it.enabled);
			const workflow = await receiver([A]);
			await api.publish(workflow.id);
			const { id, name } = await credentialWith({ baseUrl: other.url });
			await save(workflow, (it) => (triggerOf(it).credentials = { jodoApi: { id, name } }));
			await api.publish(workflow.id);
			assert.deepEqual(await registrations(), []);
			assert.deepEqual(codes(await there()), [A]);
			const url = addressOf(workflow);
			const body = bodyFor(A);
			assert.equal(await deliver(url, body), 401);
			assert.equal(await deliver(url, body, sign(body, secretAt(url, other.url))), 200);
			await runsOf(workflow, 1);
			await api.unpublish(workflow.id);
			assert.deepEqual(await there(), []);
		});
	});

	it('that disables the trigger leaves nothing registered, and one that enables it registers', async () => {
		const hook = node('Hook', 'n8n-nodes-base.webhook', 2, { path: randomUUID() });
		hook.webhookId = randomUUID();
		const workflow = await receiver([A], {}, undefined, [hook]);
		await api.publish(workflow.id);
		await save(workflow, (it) => (triggerOf(it)['disabled'] = true));
		await api.publish(workflow.id);
		assert.deepEqual(await registrations(), []);
		assert.equal(await deliver(addressOf(workflow), bodyFor(A)), 404);
		await save(workflow, (it) => (triggerOf(it)['disabled'] = false));
		await api.publish(workflow.id);
		assert.deepEqual(await addresses(), [addressOf(workflow)]);
		assert.equal(await deliver(addressOf(workflow), bodyFor(A)), 200);
	});

	it('that gives it another webhook ID moves the events to its new address', async () => {
		const workflow = await receiver([A]);
		await api.publish(workflow.id);
		const moved = await save(workflow, (it) => (triggerOf(it).webhookId = randomUUID()));
		await api.publish(workflow.id);
		assert.deepEqual(await addresses(), [addressOf(moved)]);
		assert.equal(await deliver(addressOf(moved), bodyFor(A)), 200);
		assert.equal(await deliver(addressOf(workflow), bodyFor(A)), 404);
	});

	it('that doubles it: the second is refused, and says of nothing but itself that it receives nothing', async () => {
		const workflow = await receiver([A]);
		await api.publish(workflow.id);
		const before = await registrations();
		await save(workflow, (it) => {
			const more = { id: randomUUID(), name: 'Second', webhookId: randomUUID() };
			it.nodes.push({ ...structuredClone(triggerOf(it)), ...more });
		});
		const { status, triggers } = await api.tryPublish(workflow.id);
		assert.equal(status, 'partial');
		const [message] = triggers.map(({ errorMessage }) => errorMessage).filter(Boolean);
		assert.match(message ?? '', /^Not needed twice: another Jodo Trigger here already gets/);
		assert.match(message ?? '', /Nothing is registered for this trigger\. This trigger receives/);
		assert.deepEqual(await registrations(), before);
		assert.equal(await deliver(addressOf(workflow), bodyFor(A)), 200);
		await runsOf(workflow, 1);
	});
});

describe('a workflow', () => {
	beforeEach(cleanSlate);

	it('archived leaves nothing registered', async () => {
		const workflow = await receiver([A]);
		await api.publish(workflow.id);
		await api.call('POST', `/workflows/${workflow.id}/archive`, {});
		await until('nothing to be registered', async () => (await registrations()).length === 0);
	});

	it('imported over by the command line is unpublished, and receives again when it is published', async () => {
		const workflow = await receiver([A]);
		await api.publish(workflow.id);
		const file = join(HOME, 'over.json');
		await cli(HOME, 'export:workflow', `--id=${workflow.id}`, `--output=${file}`);
		await cli(HOME, 'import:workflow', `--input=${file}`);
		await until('nothing to be registered', async () => (await registrations()).length === 0, {
			seconds: 60,
		});
		await api.publish(workflow.id);
		assert.deepEqual(await addresses(), [addressOf(workflow)]);
		assert.equal(await deliver(addressOf(workflow), bodyFor(A)), 200);
		await runsOf(workflow, 1);
	});

	it('copied with its webhook ID, in one n8n: the first goes on, whatever is done with the second', async () => {
		const workflow = await receiver([A]);
		await api.publish(workflow.id);
		const before = await registrations();
		const { nodes, connections } = await api.workflow(workflow.id);
		const copy = await api.createWorkflow({ name: 'A copy', nodes, connections });
		assert.equal(addressOf(copy), addressOf(workflow));
		await assert.rejects(api.tryPublish(copy.id), /There is a conflict with one of the webhooks/);
		await api.call('POST', `/workflows/${copy.id}/archive`, {});
		await api.call('DELETE', `/workflows/${copy.id}`);
		assert.deepEqual(await registrations(), before);
		assert.equal(await deliver(addressOf(workflow), bodyFor(A)), 200);
		await runsOf(workflow, 1);
	});

	it('copied with its webhook ID, the copy published by the command line: the first goes on, after a start and when the copy is unpublished', async () => {
		const workflow = await receiver([A]);
		await api.publish(workflow.id);
		const { nodes, connections } = await api.workflow(workflow.id);
		const copy = await api.createWorkflow({ name: 'A copy', nodes, connections });
		const before = await registrations();
		let runs = 0;
		const firstGoesOn = async () => {
			assert.deepEqual(await registrations(), before);
			assert.equal(await deliver(addressOf(workflow), bodyFor(A)), 200);
			await runsOf(workflow, ++runs);
			assert.deepEqual(await api.executions(copy.id), []);
		};
		const restart = async () => {
			await demo.n8n.stop();
			await demo.startAgain();
		};
		await cli(HOME, 'publish:workflow', `--id=${copy.id}`);
		await firstGoesOn();
		await restart();
		assert.equal((await api.workflow(copy.id)).active, true);
		await firstGoesOn();
		await api.unpublish(copy.id);
		await firstGoesOn();
		await restart();
		await firstGoesOn();
	});
});
