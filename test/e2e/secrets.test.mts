// Where the secrets lie, and where they never come: what SECURITY.md says of it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Execution } from '../../dev/demo/api.mts';
import { blackBox } from './blackBox.mts';
import {
	addressOf,
	allRuns,
	bodyOf,
	credentialWith,
	deliver,
	itemsOf,
	recordOf,
	secretAt,
	sign,
} from './trigger.mts';
import { api, cleanSlate, demo, payment, receiver, runsOf } from './world.mts';

const DEBITED = 'payment_link.payment.debited';
const KEYS = {
	apiKey: 'key-that-must-not-be-seen',
	apiSecret: 'word-that-must-not-be-seen',
};
const BASIC = Buffer.from(`${KEYS.apiKey}:${KEYS.apiSecret}`).toString('base64');

const log = () => readFileSync(demo.n8n.log, 'utf8');

interface StaticData {
	staticData: Record<string, { secret?: string }> | null;
}

describe('secrets', () => {
	it("the signing secret lies in the workflow's static data, in clear, and nowhere else", async () => {
		await cleanSlate();
		const workflow = await receiver([DEBITED], { options: { includeHeaders: true } });
		await api.publish(workflow.id);
		const stored = (await api.workflow(workflow.id)) as unknown as StaticData;
		const secret = stored.staticData?.['node:Jodo Trigger']?.secret ?? '';
		assert.equal(secret, secretAt(addressOf(workflow)));

		const [delivery] = (await payment()).deliveries;
		assert.equal(await deliver(addressOf(workflow), bodyOf(DEBITED, {}), 'forged'), 401);
		await runsOf(workflow, 1);
		const signature = delivery?.headers['x-jodo-signature'] ?? '';
		assert.match(signature, /^[0-9a-f]{64}$/);
		for (const run of await allRuns(workflow)) {
			const record = await recordOf(run);
			assert.ok(!record.includes(secret), 'a run holds the secret');
			assert.ok(!record.includes(signature), 'a run holds the signature');
		}
		assert.ok(!log().includes(secret), 'the log holds the secret');
		assert.ok(!JSON.stringify(stored.staticData).includes('sandbox_secret'));
	});

	it('where Jodo sets it up, the workflow holds none, and the Webhook Secret stays in the credential', async () => {
		await cleanSlate();
		const webhookSecret = 'kept in the credential alone';
		const manual = { options: { registration: 'manual' } };
		const workflow = await receiver([DEBITED], manual, await credentialWith({ webhookSecret }));
		await api.publish(workflow.id);
		const body = bodyOf(DEBITED, {});
		assert.equal(await deliver(addressOf(workflow), body, sign(body, webhookSecret)), 200);
		await runsOf(workflow, 1);
		assert.ok(!JSON.stringify(await api.workflow(workflow.id)).includes(webhookSecret));
		for (const run of await allRuns(workflow)) {
			assert.ok(!(await recordOf(run)).includes(webhookSecret));
		}
		assert.ok(!log().includes(webhookSecret), 'the log holds the secret');
	});

	it('the API key and secret are in no item, no run, no log and no list, also when Jodo refuses them', async () => {
		await cleanSlate();
		const credential = await credentialWith(KEYS);
		const box = await blackBox(
			'Asks with keys that Jodo does not know',
			{ resource: 'paymentLink', operation: 'get', orderId: 'order_1' },
			{ onError: 'continueErrorOutput' },
			credential,
		);
		const left = await box.run([{ row: 1 }]);
		assert.match(String(left[0]?.json['error']), /did not accept the API key and secret/);
		const listed = await api.call('GET', `/credentials/${credential.id}?includeData=true`);
		const runs = await Promise.all((await allRuns(box.workflow)).map(recordOf));
		const everywhere = [JSON.stringify(left), JSON.stringify(listed), ...runs, log()];
		for (const text of everywhere) {
			assert.ok(!text.includes(KEYS.apiSecret), `the API secret is in ${text.slice(0, 80)}`);
			assert.ok(!text.includes(BASIC), `the keys are in ${text.slice(0, 80)}`);
		}
	});

	it('the token that logs a parent in stands in the run: no n8n tried so far hides it', async () => {
		await cleanSlate();
		const parameters = { name: 'Asha Rao', phone: '9876543210', email: 'asha@example.com' };
		const onError = 'stopWorkflow';
		const registers = await blackBox(
			'Registers a parent',
			{ resource: 'user', operation: 'register', ...parameters },
			{ onError },
		);
		const [user] = await registers.run([{ row: 1 }]);
		const registrationId = user?.json['registration_id'];
		const asks = await blackBox(
			'Asks for a token',
			{ resource: 'user', operation: 'getAccessToken', registrationId },
			{ onError },
		);
		const [token] = await asks.run([{ row: 1 }]);
		assert.ok(token?.json['access_token']);
		const [run] = await runsOf(asks.workflow, 1);
		assert.deepEqual(await itemsOf(run as Execution, 'Jodo'), [token.json]);
	});
});
