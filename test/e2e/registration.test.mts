// What publishing and unpublishing a Jodo Trigger leaves behind at Jodo.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import {
	api,
	changes,
	cleanSlate,
	codes,
	demo,
	payment,
	receiver,
	registerElsewhere,
	registrations,
	runsOf,
	sandbox,
} from './world.mts';

const EVENTS = [
	'order.payment.debited',
	'order.payment.settled',
	'payment_link.payment.debited',
	'payment_link.payment.expired',
	'payment_link.payment.settled',
];
const THEIRS = { event: 'flex.instalment.settled', url: 'https://erp.example.com/jodo' };

describe('registration at Jodo', () => {
	beforeEach(cleanSlate);

	it('publishing registers exactly the chosen events, unpublishing removes exactly those', async () => {
		await registerElsewhere(THEIRS.event, THEIRS.url);
		const before = await registrations();
		const workflow = await receiver(EVENTS);
		await api.publish(workflow.id);
		const ours = (await registrations()).filter(({ event_code }) => event_code !== THEIRS.event);
		assert.deepEqual(codes(ours), EVENTS);
		for (const { hasSecret, url } of ours) {
			assert.ok(hasSecret);
			assert.ok(url.startsWith(`${demo.n8n.url}/webhook/`), url);
		}
		await api.unpublish(workflow.id);
		assert.deepEqual(await registrations(), before);
	});

	for (const [how, stop] of [
		['a clean restart', () => demo.n8n.stop()],
		['n8n being killed', () => demo.n8n.kill()],
	] as const) {
		it(`after ${how} events still arrive, and nothing at Jodo has changed`, async () => {
			const workflow = await receiver(EVENTS);
			await api.publish(workflow.id);
			const before = { registrations: await registrations(), changes: await changes() };
			await payment();
			await runsOf(workflow, 1);
			await stop();
			await demo.startAgain();
			const { deliveries } = await payment();
			assert.deepEqual(
				deliveries.map(({ status }) => status),
				[200],
			);
			await runsOf(workflow, 2);
			assert.deepEqual({ registrations: await registrations(), changes: await changes() }, before);
		});
	}

	// Each of them in Jest's random worlds: n8n takes a quarter of a minute to say so.
	it('one event of several refused: Jodo is left as it was, the user told why', async () => {
		const [, , refused = ''] = EVENTS;
		await registerElsewhere(THEIRS.event, THEIRS.url);
		const before = await registrations();
		await sandbox.admin('POST', '/faults', {
			method: 'POST',
			path: '/api/v1/integrations/erp/webhooks',
			match: `"${refused}"`,
			effect: {
				status: 400,
				body: {
					status: 'error',
					error_type: 'BadRequestError',
					code: 'E0000',
					message: 'This event is not enabled for your institute.',
				},
			},
		});
		const workflow = await receiver(EVENTS);
		const { status, triggers } = await api.tryPublish(workflow.id);
		assert.equal(status, 'failed');
		assert.equal(triggers.length, 1);
		const message = triggers[0]?.errorMessage ?? '';
		assert.match(message, new RegExp(refused.replaceAll('.', '\\.')));
		assert.match(message, /This event is not enabled for your institute \[E0000\]/);
		assert.match(message, /nothing is registered/i);
		assert.deepEqual(await registrations(), before);
	});
});
