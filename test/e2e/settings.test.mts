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

const requests = async () => await sandbox.admin<Array<{ method: string }>>('GET', '/requests');

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
});

describe('a setting that cannot work', () => {
	beforeEach(cleanSlate);

	it('is said at publishing, and nothing is registered', async () => {
		const keys = { apiKey: 'none', apiSecret: 'none' };
		const cannotReach = /^Jodo can't reach this n8n from the internet.*WEBHOOK_URL/s;
		const cases: Array<[credential: Record<string, unknown>, options: object, said: RegExp]> = [
			[{}, { registration: 'manual' }, /'Webhook Secret' in the Jodo credential/],
			[{}, { onlyJodoIps: true }, /^'Only From Jodo's Servers' knows the servers of Live/],
			[{ environment: 'production', ...keys }, {}, cannotReach],
			[{ environment: 'uat', ...keys }, {}, cannotReach],
		];
		// At once, because n8n takes a quarter of a minute to say so.
		await Promise.all(
			cases.map(async ([data, options, said]) => {
				const workflow = await receiver([DEBITED], { options }, await credentialWith(data));
				assert.match(await refusalOf(workflow), said);
			}),
		);
		assert.ok((await requests()).every(({ method }) => method === 'GET'));
		assert.deepEqual(await registrations(), []);
	});
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
