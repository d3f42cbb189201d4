// What the trigger does not promise, and what happens then: the table in docs/reliability.md.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { until } from '../../dev/demo/process.mts';
import { copyUserFolder, withAnother } from './another.mts';
import { measured } from './measured.mts';
import {
	api,
	cleanSlate,
	demo,
	node,
	receiver,
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
	sampleOf,
	secretAt,
	SECRET,
	sign,
} from './trigger.mts';

const DEBITED = 'payment_link.payment.debited';
const bodyFor = () => bodyOf(DEBITED, { order_id: randomUUID() });

const rows: Array<[fault: string, promised: string, measured: string]> = [];

const ended = async (id: string) =>
	(await api.executions(id)).filter(({ status }) => !['new', 'running'].includes(status));

describe('not promised', () => {
	beforeEach(cleanSlate);

	it('two n8n with one address', async () => {
		const workflow = await receiver([DEBITED]);
		await api.publish(workflow.id);
		const registered = (await registrations()).length;
		await withAnother(
			copyUserFolder,
			async (there) => {
				await there.unpublish(workflow.id);
			},
			{ WEBHOOK_URL: `${demo.n8n.url}/` },
		);
		const left = (await registrations()).length;
		const { status } = await api.publication(workflow.id);
		rows.push([
			'Two n8n with one `WEBHOOK_URL` and one restored backup; the workflow is unpublished in one of them',
			'For Jodo they are one address: the events of both are gone',
			`${registered} registered before, ${left} after; the other n8n still says “${status}”`,
		]);
	});

	it('the credential deleted', async () => {
		const credential = await credentialWith({});
		const workflow = await receiver([DEBITED], {}, credential);
		await api.publish(workflow.id);
		await api.call('DELETE', `/credentials/${credential.id}`);
		const status = await deliver(addressOf(workflow), bodyFor());
		await runsOf(workflow, 1);
		await api.unpublish(workflow.id);
		const gone = await deliver(addressOf(workflow), bodyFor());
		rows.push([
			'The credential is deleted while a trigger is published with it, which is unpublished afterwards',
			'Its events go on until then. They stay registered at Jodo: unpublish first',
			`${status}, 1 run; unpublished: ${(await registrations()).length} still registered, deliveries get a ${gone}`,
		]);
	});

	it('a failed run', async () => {
		const fail = node('Fail', 'n8n-nodes-base.stopAndError', 1, { errorMessage: 'No ledger.' });
		const workflow = await receiver([DEBITED], {}, undefined, [fail]);
		await api.publish(workflow.id);
		const raised = await sandbox.admin<{ deliveries: Delivery[] }>('POST', '/events', {
			event: DEBITED,
			payload: sampleOf(DEBITED).payload,
		});
		await until('it to fail', async () => (await ended(workflow.id)).length === 1);
		const again = await sandbox.admin<Delivery | Delivery[]>(
			'POST',
			`/deliveries/${raised.deliveries[0]?.id}/resend`,
			{},
		);
		// A fact of its own afterwards shows that the one before has started nothing.
		assert.equal(await deliver(addressOf(workflow), bodyFor()), 200);
		await until('the other', async () => (await ended(workflow.id)).length >= 2);
		const [first] = (await ended(workflow.id)).sort((a, b) => Number(a.id) - Number(b.id));
		const runs = (await ended(workflow.id)).length - 1;
		await api.call('POST', `/executions/${first?.id}/retry`, { loadWorkflow: false });
		const retried = (await ended(workflow.id)).length - 1 - runs;
		rows.push([
			'A run fails, and Jodo sends the same event again by hand; then n8n’s own _Retry_',
			'What Jodo sends again starts no second run. _Retry_ runs it again',
			`${[again]
				.flat()
				.map(({ status }) => status)
				.join(', ')}: ${runs} run; _Retry_: ${retried} more`,
		]);
	});

	it('another webhook secret', async () => {
		const credential = await credentialWith({ webhookSecret: SECRET });
		const manual = { options: { registration: 'manual' } };
		const workflow = await receiver([DEBITED], manual, credential);
		await api.publish(workflow.id);
		const told = async (secret: string) => {
			const body = bodyFor();
			return await deliver(addressOf(workflow), body, sign(body, secret));
		};
		const before = await told(SECRET);
		const { id, name, type } = credential;
		const data = {
			environment: 'custom',
			baseUrl: sandbox.url,
			apiKey: 'sandbox_key',
			apiSecret: 'sandbox_secret',
			webhookSecret: 'another one',
		};
		await api.call('PATCH', `/credentials/${id}`, { name, type, data });
		await until('the new one to count', async () => (await told('another one')) === 200, {
			seconds: 60,
		});
		await until('the old one to count no more', async () => (await told(SECRET)) === 401, {
			seconds: 90,
		});
		rows.push([
			'Another _Webhook Secret_ is entered, with _Jodo Sets It Up for Me_, while the trigger is published',
			'It counts after a minute at the latest. Until then either may be refused',
			`Signed with the old one: ${before} before, 401 after; with the new one: ${await told('another one')}`,
		]);
	});
});

describe("n8n's own concurrency limit", () => {
	before(async () => {
		await cleanSlate();
		await demo.n8n.stop();
		await demo.startAgain({ N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' });
	});
	after(async () => {
		await demo.n8n.stop();
		await demo.startAgain();
	});

	it('and a caller that hangs up', async () => {
		const slow = node('Slow', 'n8n-nodes-base.code', 2, {
			jsCode: 'await new Promise((resolve) => setTimeout(resolve, 8_000)); return $input.all();',
		});
		const workflow = await receiver([DEBITED], {}, undefined, [slow]);
		await api.publish(workflow.id);
		const url = addressOf(workflow);
		const first = await deliver(url, bodyFor());
		const body = bodyFor();
		const hung = await fetch(url, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				'x-jodo-signature': sign(body, secretAt(url)),
			},
			body,
			signal: AbortSignal.timeout(2_000),
		}).then(
			({ status }) => status,
			() => 'no answer',
		);
		const again = await deliver(url, body);
		const runs = await runsOf(workflow, 3);
		rows.push([
			'n8n’s own concurrency limit makes an event wait, its caller hangs up after 2 seconds, and sends it again',
			'Not promised: one run. It may run and run again',
			`${first} for the event before it; then ${hung}, ${again}; ${runs.length - 1} runs of the event`,
		]);
	});
});

describe('the table', () => {
	it('says what was found', async () => await measured('limits', rows));
});
