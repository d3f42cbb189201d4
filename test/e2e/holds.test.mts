// The trigger holds on to exactly what is its own: other n8n, lost secrets, starts, and edits that fail.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { isDeepStrictEqual, promisify } from 'node:util';
import type { Workflow } from '../../dev/demo/api.mts';
import { N8N } from '../../dev/demo/paths.mts';
import { until } from '../../dev/demo/process.mts';
import type { Subscription } from '../../dev/demo/sandbox.mts';
import {
	api,
	changes,
	cleanSlate,
	codes,
	demo,
	node,
	receiver,
	registerElsewhere,
	registrations,
	runsOf,
	sandbox,
	type Delivery,
} from './world.mts';
import {
	addressOf,
	bodyOf,
	credentialWith,
	deliver,
	refusalOf,
	sampleOf,
	secretAt,
	sign,
	together,
} from './trigger.mts';

const A = 'payment_link.payment.debited';
const B = 'order.payment.debited';
const ERP = 'http://127.0.0.1:9/jodo';
const RECEIVES_NOTHING =
	/This trigger receives nothing until that is corrected and the workflow is published again/;

const log = () => readFileSync(demo.n8n.log, 'utf8');
const bodyFor = (event: string) => bodyOf(event, { order_id: randomUUID() });

/** The workflow's nodes, its trigger with these events. */
const withEvents = ({ nodes }: Workflow, events: string[]) =>
	nodes.map((each) =>
		each.name === 'Jodo Trigger' ? { ...each, parameters: { ...each.parameters, events } } : each,
	);

const refuse = async (match: string) =>
	await sandbox.admin('POST', '/faults', {
		method: 'POST',
		path: '/api/v1/integrations/erp/webhooks',
		match,
		effect: { status: 400, body: { status: 'error', code: 'E0000', message: 'Not today.' } },
	});

async function restart(env?: Record<string, string>): Promise<void> {
	await demo.n8n.stop();
	await demo.startAgain(env);
}

describe('endpoints with names of their own', () => {
	beforeEach(cleanSlate);
	after(async () => await restart());

	for (const [live, test] of [
		['prod/v1', 'test/v1'],
		['webhook', 'webhook-dev'],
	] as const) {
		it(`/${live} and /${test}: a test of a live workflow is refused, and Jodo is left as it is`, async () => {
			await restart({ N8N_ENDPOINT_WEBHOOK: live, N8N_ENDPOINT_WEBHOOK_TEST: test });
			const workflow = await receiver([A]);
			await api.publish(workflow.id);
			const before = await registrations();
			const address = before[0]?.url ?? '';
			assert.ok(address.includes(`/${live}/`), address);
			await assert.rejects(api.runFrom(workflow.id, 'Jodo Trigger'), /This workflow is live/);
			assert.deepEqual(await registrations(), before);
			assert.equal(await deliver(address, bodyFor(A)), 200);
			await runsOf(workflow, 1);
			await api.unpublish(workflow.id);
			assert.deepEqual(await registrations(), []);
		});
	}
});

describe('the same workflow in another n8n on this host', () => {
	beforeEach(cleanSlate);

	it('is a conflict that names its address, which neither publishing nor unpublishing touches', async () => {
		const workflow = await receiver([A]);
		const other = addressOf(workflow).replace('/webhook/', '/staging/webhook/');
		await registerElsewhere(A, other);
		const before = await registrations();
		const message = await refusalOf(workflow);
		assert.ok(message.includes(`goes to ${other}.`), message);
		assert.match(message, RECEIVES_NOTHING);
		await api.unpublish(workflow.id);
		assert.deepEqual(await registrations(), before);
	});
});

describe('a workflow without a webhook ID', () => {
	beforeEach(cleanSlate);

	it('is refused at publishing: add the node anew', async () => {
		const folder = dirname(demo.n8n.log);
		const { nodes, connections, settings } = await receiver([A]);
		for (const node of nodes) delete node.webhookId;
		const id = randomUUID();
		const file = join(folder, 'import.json');
		const workflow = { id, name: 'Imported', active: false, nodes, connections, settings };
		writeFileSync(file, JSON.stringify([workflow]));
		await promisify(execFile)(process.execPath, [N8N, 'import:workflow', `--input=${file}`], {
			env: { ...process.env, N8N_USER_FOLDER: folder, N8N_DIAGNOSTICS_ENABLED: 'false' },
		});
		const imported = await api.workflow(id);
		assert.equal(
			imported.nodes.some(({ webhookId }) => webhookId),
			false,
		);
		assert.match(await refusalOf(imported), /^Delete this Jodo Trigger and add it again/);
		assert.deepEqual(await registrations(), []);
	});
});

describe('the secret', () => {
	beforeEach(cleanSlate);

	it('heals where something else has written the static data, or the trigger was renamed', async () => {
		const workflow = await receiver([A]);
		await api.publish(workflow.id);
		const database = new DatabaseSync(join(dirname(demo.n8n.log), '.n8n/database.sqlite'), {
			timeout: 10_000,
		});
		for (const [index, staticData] of [null, '{}', '{"node:RSS":{"lastItemDate":"x"}}'].entries()) {
			database
				.prepare('UPDATE workflow_entity SET staticData = ? WHERE id = ?')
				.run(staticData, workflow.id);
			assert.equal(await deliver(addressOf(workflow), bodyFor(A)), 200);
			await runsOf(workflow, index + 1);
		}
		database.close();
	});

	it('is known in the middle of the first publish', async () => {
		await sandbox.admin('POST', '/faults', {
			method: 'POST',
			path: '/api/v1/integrations/erp/webhooks',
			match: `"${B}"`,
			effect: { stall: true },
		});
		const workflow = await receiver([A, B]);
		const published = api.askToPublish(workflow.id);
		await until('one of the two', async () => (await registrations()).length === 1);
		assert.equal(await deliver(addressOf(workflow), bodyFor(A)), 200);
		await sandbox.admin('DELETE', '/faults');
		await until('both', async () => (await registrations()).length === 2, { seconds: 60 });
		await published;
		await runsOf(workflow, 1);
	});

	it('of one environment is none in another', async () => {
		const test = demo.sandbox.url.replace('127.0.0.1', '127.1');
		assert.notEqual(test, demo.sandbox.url);
		const credential = await credentialWith({ baseUrl: test });
		const workflow = await receiver([A], {}, credential);
		await api.publish(workflow.id);
		const address = addressOf(workflow);
		const fromTest = async () => {
			const body = bodyFor(A);
			return await deliver(address, body, sign(body, secretAt(address, test)));
		};
		assert.equal(await fromTest(), 200);
		const { id, name, type } = credential;
		const data = {
			environment: 'custom',
			baseUrl: demo.sandbox.url,
			apiKey: 'sandbox_key',
			apiSecret: 'sandbox_secret',
		};
		await api.call('PATCH', `/credentials/${id}`, { name, type, data });
		await api.unpublish(workflow.id);
		await api.publish(workflow.id);
		assert.equal(await fromTest(), 401);
		assert.equal(await deliver(address, bodyFor(A)), 200);
		await runsOf(workflow, 2);
	});

	const EMPTY = /^'API Secret' in the Jodo credential is empty/;
	const NO_ITEM = /^The Jodo credential cannot be read \(n8n: "[^"]+/;
	// Side by side: n8n takes a third of a minute to refuse each.
	it('is never made from an API secret that is empty, or an expression without a value', async () => {
		const refusals: Array<[apiSecret: string, refusal: RegExp]> = [
			['={{ $vars.unset }}', EMPTY],
			['={{ $json.nothing }}', NO_ITEM],
			["={{ $('Nowhere').item.json.secret }}", NO_ITEM],
			['   ', EMPTY],
		];
		await together(refusals.length, refusals, async ([apiSecret, refusal]) => {
			const workflow = await receiver([A], {}, await credentialWith({ apiSecret }));
			assert.match(await refusalOf(workflow), refusal, apiSecret);
		});
		assert.deepEqual(await registrations(), []);
	});
});

describe('a refused edit of a live trigger', () => {
	beforeEach(cleanSlate);

	it('says that nothing is received now, and publishing the corrected one mends it', async () => {
		const workflow = await receiver([A]);
		await api.publish(workflow.id);
		await registerElsewhere(B, ERP);
		const message = await refusalOf(workflow, withEvents(workflow, [A, B]));
		assert.match(message, RECEIVES_NOTHING);
		assert.doesNotMatch(message, /nothing was changed/i);
		assert.ok(message.includes(ERP), message);
		assert.deepEqual(codes(await registrations()), [B]);
		const { status } = await api.tryPublish(workflow.id, withEvents(workflow, [A]));
		assert.equal(status, 'published');
		assert.equal(await deliver(addressOf(workflow), bodyFor(A)), 200);
		await runsOf(workflow, 1);
	});
});

/** Where events go, whatever Jodo calls that. */
const goals = (all: Subscription[]) => all.map(({ event_code, url }) => `${event_code} to ${url}`);

/** As much of GitLab as n8n's trigger for it asks for. */
async function startGitLab() {
	let isToFail = false;
	const server = createServer((_request, response) => {
		response.writeHead(isToFail ? 503 : 200, { 'content-type': 'application/json' });
		response.end('{"id":7}');
		isToFail = false;
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		failOnce: () => void (isToFail = true),
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** Receives A and B, and starts on a push to GitLab as well. */
async function withGitLab(server: string, first: 'ours' | 'the other'): Promise<Workflow> {
	const { id, name } = await api.credential({
		name: 'GitLab for a test',
		type: 'gitlabApi',
		data: { server, accessToken: 'none' },
	});
	const { nodes, connections } = await receiver([A, B]);
	const other = node(
		'GitLab Trigger',
		'n8n-nodes-base.gitlabTrigger',
		1,
		{ owner: 'office', repository: 'fees', events: ['push'] },
		{ webhookId: randomUUID(), credentials: { gitlabApi: { id, name } } },
	);
	return await api.createWorkflow({
		name: 'Receives two events of Jodo, and pushes',
		nodes: first === 'ours' ? [...nodes, other] : [other, ...nodes],
		connections,
	});
}

describe('a start that runs the hooks, as before n8n 2.40', () => {
	const LEGACY = { N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'false' };
	beforeEach(cleanSlate);
	afterEach(async () => await sandbox.admin('DELETE', '/faults'));
	after(async () => await restart());

	it('leaves everything as it was, though Jodo refuses one event', async () => {
		const workflow = await receiver([A, B]);
		await api.publish(workflow.id);
		const before = await registrations();
		await refuse(`"${B}"`);
		await restart(LEGACY);
		assert.deepEqual(await registrations(), before);
		assert.equal(await deliver(addressOf(workflow), bodyFor(B)), 200);
		await runsOf(workflow, 1);
		// Published and unpublished by the older way too.
		await sandbox.admin('DELETE', '/faults');
		await api.unpublish(workflow.id);
		assert.deepEqual(await registrations(), []);
	});

	it('though an ERP took one event meanwhile', async () => {
		const workflow = await receiver([A, B]);
		await api.publish(workflow.id);
		const [taken] = await registrations();
		await demo.n8n.stop();
		await fetch(`${sandbox.url}/api/v1/integrations/erp/webhooks/${taken?.id}`, {
			method: 'DELETE',
			headers: {
				authorization: `Basic ${Buffer.from('sandbox_key:sandbox_secret').toString('base64')}`,
			},
		});
		await registerElsewhere(taken?.event_code ?? '', ERP);
		const before = await registrations();
		await demo.startAgain(LEGACY);
		assert.deepEqual(await registrations(), before);
		assert.equal(await deliver(addressOf(workflow), bodyFor(A)), 200);
		await runsOf(workflow, 1);
	});

	for (const first of ['ours', 'the other'] as const) {
		it(`though another trigger of the workflow fails at first (${first} comes first)`, async () => {
			const other = await startGitLab();
			try {
				const workflow = await withGitLab(other.url, first);
				await api.publish(workflow.id);
				const wanted = goals(await registrations());
				assert.equal(wanted.length, 2);
				await demo.n8n.stop();
				const before = (await changes()).length;
				other.failOnce();
				await demo.startAgain(LEGACY);
				// n8n removes all of the workflow, then tries again.
				await until('n8n to have removed it', async () => (await changes()).length >= before + 4);
				await until('both to be back', async () =>
					isDeepStrictEqual(goals(await registrations()), wanted),
				);
				assert.equal(await deliver(addressOf(workflow), bodyFor(B)), 200);
				await runsOf(workflow, 1);
			} finally {
				await other.close();
			}
		});
	}
});

describe('codes and facts', () => {
	beforeEach(cleanSlate);

	it('an event named by its other code, or in capitals, runs', async () => {
		const workflow = await receiver(['pay.payment.debited', 'Order.Payment.Debited']);
		await api.publish(workflow.id);
		for (const event of ['payment.debited', 'pay.payment.debited', B]) {
			assert.equal(await deliver(addressOf(workflow), bodyFor(event)), 200);
		}
		await runsOf(workflow, 3);
	});

	it('a code that nobody knows leaves one line in the log', async () => {
		const workflow = await receiver([A]);
		await api.publish(workflow.id);
		const lines = () => log().split('Jodo sent "link.payment.debited"').length - 1;
		const before = lines();
		assert.equal(await deliver(addressOf(workflow), bodyFor('link.payment.debited')), 200);
		await until('the line', async () => lines() > before);
		assert.equal(lines(), before + 1);
	});

	it('a loan paid out, told again under a fresh id, is one run', async () => {
		const DISBURSED = 'cred.loan.disbursed';
		const workflow = await receiver([DISBURSED]);
		await api.publish(workflow.id);
		const { payload } = sampleOf(DISBURSED);
		const raised = await sandbox.admin<{ deliveries: Delivery[] }>('POST', '/events', {
			event: DISBURSED,
			payload,
		});
		const [first] = raised.deliveries;
		await sandbox.admin('POST', `/deliveries/${first?.id}/resend`, { freshEventId: true });
		assert.equal(await deliver(addressOf(workflow), bodyOf(DISBURSED, payload)), 200);
		const other = { ...payload, told: 'another loan' };
		assert.equal(await deliver(addressOf(workflow), bodyOf(DISBURSED, other)), 200);
		await runsOf(workflow, 2);
	});
});
