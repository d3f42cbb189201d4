// The trigger's other settings, and what the user is told where they cannot work.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { until } from '../../dev/demo/process.mts';
import {
	api,
	changes,
	cleanSlate,
	codes,
	demo,
	payment,
	receiver,
	registrations,
	runsOf,
	sandbox,
} from './world.mts';
import {
	addressOf,
	bodyOf,
	credentialWith,
	deliver,
	refusalOf,
	sampleOf,
	SECRET,
	sign,
} from './trigger.mts';

const DEBITED = 'payment_link.payment.debited';

const requests = async () => await sandbox.admin<unknown[]>('GET', '/requests');

describe('Jodo Sets It Up for Me', () => {
	beforeEach(cleanSlate);

	it('asks Jodo for nothing, and receives what is signed with the secret of the credential', async () => {
		const credential = await credentialWith({ webhookSecret: SECRET });
		const manual = { options: { registration: 'manual' } };
		const workflow = await receiver([DEBITED], manual, credential);
		await api.publish(workflow.id);
		const body = bodyOf(DEBITED, sampleOf(DEBITED).payload);
		assert.equal(await deliver(addressOf(workflow), body, sign(body, SECRET)), 200);
		assert.equal(await deliver(addressOf(workflow), body, 'wrong'), 401);
		await runsOf(workflow, 1);
		await api.unpublish(workflow.id);
		assert.deepEqual(await requests(), []);
	});

	it('needs that secret: without it, publishing says where to enter it', async () => {
		const workflow = await receiver([DEBITED], { options: { registration: 'manual' } });
		assert.match(await refusalOf(workflow), /'Webhook Secret' in the Jodo credential/);
		assert.deepEqual(await requests(), []);
	});
});

describe('a setting that cannot work', () => {
	beforeEach(cleanSlate);

	it("Only From Jodo's Servers with an environment of one's own: said at publishing", async () => {
		const workflow = await receiver([DEBITED], { options: { onlyJodoIps: true } });
		assert.match(
			await refusalOf(workflow),
			/^'Only From Jodo's Servers' knows the servers of Live/,
		);
		assert.deepEqual(await registrations(), []);
	});

	for (const [environment, name] of [
		['production', 'Live'],
		['uat', 'Test (UAT)'],
	] as const) {
		it(`${name} with an n8n that the internet cannot reach: said at publishing, nothing is sent`, async () => {
			const credential = await credentialWith({ environment, apiKey: 'none', apiSecret: 'none' });
			const workflow = await receiver([DEBITED], {}, credential);
			const message = await refusalOf(workflow);
			assert.match(message, /^Jodo can't reach this n8n from the internet/);
			assert.match(message, /WEBHOOK_URL/);
		});
	}
});

describe('a change of the credential', () => {
	beforeEach(cleanSlate);

	it('of the API key: events go on, and with the new key the trigger can be unpublished', async () => {
		const credential = await credentialWith({});
		const workflow = await receiver([DEBITED], {}, credential);
		await api.publish(workflow.id);
		const before = { registrations: await registrations(), changes: await changes() };
		const change = async (data: object) => {
			const { id, name, type } = credential;
			const rest = { environment: 'custom', baseUrl: sandbox.url };
			await api.call('PATCH', `/credentials/${id}`, { name, type, data: { ...rest, ...data } });
		};
		await change({ apiKey: 'revoked', apiSecret: 'revoked' });
		for (const count of [1, 2]) {
			const [delivery] = (await payment()).deliveries;
			assert.equal(delivery?.status, 200);
			await runsOf(workflow, count);
		}
		assert.deepEqual({ registrations: await registrations(), changes: await changes() }, before);

		// With keys that Jodo refuses, the registration stays; n8n shows that in its log only.
		await api.unpublish(workflow.id);
		assert.deepEqual(codes(await registrations()), [DEBITED]);
		await until('n8n to say so', async () =>
			demo.n8n.said('is registered for this trigger stays there'),
		);
		await change({ apiKey: 'sandbox_key', apiSecret: 'sandbox_secret' });
		await api.publish(workflow.id);
		await api.unpublish(workflow.id);
		assert.deepEqual(await registrations(), []);
	});
});
