// Jodo sends an event to one address: nobody else's registration is touched unless the user says so.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { until } from '../../dev/demo/process.mts';
import type { Workflow } from '../../dev/demo/api.mts';
import {
	api,
	changes,
	cleanSlate,
	codes,
	receiver,
	registerElsewhere,
	registrations,
	runsOf,
	sandbox,
	type Delivery,
} from './world.mts';
import { addressOf, allRuns, itemsOf, refusalOf, sampleOf, sign } from './trigger.mts';

const LINK_SETTLED = 'payment_link.payment.settled';
const LINK_DEBITED = 'payment_link.payment.debited';
/** Nothing answers there, which is all the same: what counts is what Jodo sends, and signed with what. */
const ERP = 'http://127.0.0.1:9/jodo';

async function raise(event: string, collector_code?: string): Promise<Delivery[]> {
	const { deliveries } = await sandbox.admin<{ deliveries: Delivery[] }>('POST', '/events', {
		event,
		collector_code,
		payload: { ...sampleOf(event).payload, told: Math.random() },
	});
	return deliveries;
}

/** The editor's button: the answer, or n8n's error with the message that the editor shows. */
const listen = async ({ id }: Workflow) => await api.runFrom(id, 'Jodo Trigger');
const stopListening = async (workflow: Workflow) =>
	await api.call('DELETE', `/test-webhook/${workflow.id}`);

async function theirsIsUntouched(): Promise<void> {
	const [delivery, more] = await raise(LINK_SETTLED);
	assert.equal(delivery?.url, ERP);
	assert.equal(more, undefined);
	assert.equal(delivery.headers['x-jodo-signature'], sign(delivery.body, 'theirs'));
}

describe("another system's registration", () => {
	beforeEach(async () => {
		await cleanSlate();
		await registerElsewhere(LINK_SETTLED, ERP);
	});

	it('without its address in Replace This Address: is never altered, and the user learns where the event goes', async () => {
		const before = { registrations: await registrations(), changes: await changes() };
		const settings = [{}, { replaceUrl: `${ERP}/other` }];
		const workflows = await Promise.all(
			settings.map(async (options) => await receiver([LINK_DEBITED, LINK_SETTLED], { options })),
		);
		// At once, because n8n takes a quarter of a minute to say so.
		for (const message of await Promise.all(workflows.map(async (one) => await refusalOf(one)))) {
			assert.ok(message.includes(LINK_SETTLED) && message.includes(ERP), message);
			assert.match(message, /^To take an event over.*This trigger receives nothing/);
			assert.match(message, /Replace This Address/);
		}
		assert.deepEqual({ registrations: await registrations(), changes: await changes() }, before);
		await theirsIsUntouched();
	});

	it('with the matching address: is disabled and replaced, and unpublishing does not bring it back', async () => {
		const [theirs] = await registrations();
		const workflow = await receiver([LINK_DEBITED, LINK_SETTLED], { options: { replaceUrl: ERP } });
		await api.publish(workflow.id);
		const now = await registrations();
		assert.deepEqual(codes(now), [LINK_DEBITED, LINK_SETTLED]);
		for (const { url, id } of now) {
			assert.equal(url, addressOf(workflow));
			assert.notEqual(id, theirs?.id);
		}
		const deliveries = await raise(LINK_SETTLED);
		assert.deepEqual(
			deliveries.map(({ url, status }) => [url, status]),
			[[addressOf(workflow), 200]],
		);
		await runsOf(workflow, 1);
		await api.unpublish(workflow.id);
		assert.deepEqual(await registrations(), []);
	});

	it('stays, with its secret, if another event of the same node is refused', async () => {
		const before = await registrations();
		await sandbox.admin('POST', '/faults', {
			method: 'POST',
			path: '/api/v1/integrations/erp/webhooks',
			match: `"${LINK_DEBITED}"`,
			effect: { status: 400, body: { status: 'error', code: 'E0000', message: 'Not for you.' } },
		});
		const workflow = await receiver([LINK_DEBITED, LINK_SETTLED], { options: { replaceUrl: ERP } });
		assert.match(await refusalOf(workflow), /Not for you \[E0000\]/);
		assert.deepEqual(await registrations(), before);
		await theirsIsUntouched();
	});
});

describe('two triggers in one n8n', () => {
	beforeEach(cleanSlate);

	it('the second on the same event is told where the first is, the first goes on', async () => {
		const first = await receiver([LINK_SETTLED]);
		await api.publish(first.id);
		const before = { registrations: await registrations(), changes: await changes() };
		const second = await receiver([LINK_SETTLED, LINK_DEBITED]);
		const message = await refusalOf(second);
		assert.ok(message.includes(addressOf(first)), message);
		assert.match(message, /another Jodo Trigger here already gets this event/);
		assert.deepEqual({ registrations: await registrations(), changes: await changes() }, before);
		const [delivery] = await raise(LINK_SETTLED);
		assert.equal(delivery?.status, 200);
		await runsOf(first, 1);
		await api.unpublish(second.id);
		assert.deepEqual(await registrations(), before.registrations);
	});
});

describe('listening for a test event', () => {
	beforeEach(cleanSlate);

	it('while the workflow is live: changes nothing, and says so with the sample rows', async () => {
		const workflow = await receiver([LINK_SETTLED, LINK_DEBITED]);
		await api.publish(workflow.id);
		const before = { registrations: await registrations(), changes: await changes() };
		await assert.rejects(listen(workflow), ({ message }: Error) => {
			assert.match(message, /This workflow is live/);
			assert.match(message, /docs\/events\.md/);
			assert.ok(message.includes(LINK_SETTLED) && message.includes(LINK_DEBITED), message);
			return true;
		});
		assert.deepEqual({ registrations: await registrations(), changes: await changes() }, before);
		const [delivery] = await raise(LINK_SETTLED);
		assert.deepEqual([delivery?.url, delivery?.status], [addressOf(workflow), 200]);
		await runsOf(workflow, 1);
	});

	it("while another trigger here is live on the event: that one's registration stays", async () => {
		const live = await receiver([LINK_SETTLED]);
		await api.publish(live.id);
		const before = { registrations: await registrations(), changes: await changes() };
		const workflow = await receiver([LINK_SETTLED]);
		await assert.rejects(listen(workflow), /another Jodo Trigger here already gets this event/);
		assert.deepEqual({ registrations: await registrations(), changes: await changes() }, before);
	});

	it('otherwise: gets the event, and is cleaned up afterwards', async () => {
		const workflow = await receiver([LINK_SETTLED]);
		assert.deepEqual(await listen(workflow), { waitingForWebhook: true });
		const test = addressOf(workflow, 'webhook-test');
		assert.deepEqual(
			(await registrations()).map(({ event_code, url }) => [event_code, url]),
			[[LINK_SETTLED, test]],
		);
		const [delivery] = await raise(LINK_SETTLED);
		assert.deepEqual([delivery?.url, delivery?.status], [test, 200]);
		const [run] = await runsOf(workflow, 1);
		const [row] = await itemsOf(run as NonNullable<typeof run>);
		assert.equal(row?.['event'], LINK_SETTLED);
		await until('the test address to be gone', async () => !(await registrations()).length);
	});

	it('stopped without an event: is cleaned up too', async () => {
		const workflow = await receiver([LINK_SETTLED]);
		await listen(workflow);
		await stopListening(workflow);
		await until('the test address to be gone', async () => !(await registrations()).length);
	});

	it('then publishing: the events go to the live address', async () => {
		const workflow = await receiver([LINK_SETTLED, LINK_DEBITED]);
		await listen(workflow);
		await api.publish(workflow.id);
		const live = await registrations();
		assert.deepEqual(codes(live), [LINK_DEBITED, LINK_SETTLED]);
		for (const { url } of live) assert.equal(url, addressOf(workflow));
		const [delivery] = await raise(LINK_DEBITED);
		assert.equal(delivery?.status, 200);
		await runsOf(workflow, 1);
		// The end of the listening must not take the live registration along.
		await stopListening(workflow);
		assert.deepEqual(await registrations(), live);
	});
});

describe('two branches with a trigger each', () => {
	const [MAIN, RIVERSIDE] = ['ed3ef2db524f', '81c6b473c138'];
	beforeEach(cleanSlate);

	it('where Jodo keeps one address per event and branch: both receive, neither touches the other', async () => {
		await sandbox.admin('PATCH', '/settings', { subscriptionKey: 'event+branch' });
		const main = await receiver([LINK_SETTLED], { collectorCodes: [MAIN] });
		const riverside = await receiver([LINK_SETTLED], { collectorCodes: [RIVERSIDE] });
		await api.publish(main.id);
		const first = await registrations();
		await api.publish(riverside.id);
		const both = await registrations();
		assert.equal(both.length, 2);
		assert.deepEqual(
			both.filter(({ url }) => url === addressOf(main)),
			first,
		);
		// Each is signed with the secret of its own: n8n accepts both.
		for (const [branch, workflow] of [
			[MAIN, main],
			[RIVERSIDE, riverside],
		] as const) {
			const deliveries = await raise(LINK_SETTLED, branch);
			assert.deepEqual(
				deliveries.map(({ url, status }) => [url, status]),
				[[addressOf(workflow), 200]],
			);
			await runsOf(workflow, 1);
		}
		// Publishing the first once more repairs its own and leaves the other alone.
		await api.unpublish(main.id);
		await api.publish(main.id);
		for (const [branch, workflow] of [
			[MAIN, main],
			[RIVERSIDE, riverside],
		] as const) {
			assert.equal((await raise(LINK_SETTLED, branch))[0]?.status, 200);
			await runsOf(workflow, 2);
		}
		await api.unpublish(riverside.id);
		assert.deepEqual(
			(await registrations()).map(({ url }) => url),
			[addressOf(main)],
		);
	});

	it('where Jodo keeps one address per event: the second is told, the first goes on with its secret', async () => {
		const main = await receiver([LINK_SETTLED], { collectorCodes: [MAIN] });
		await api.publish(main.id);
		const before = await registrations();
		const riverside = await receiver([LINK_SETTLED], { collectorCodes: [RIVERSIDE] });
		const message = await refusalOf(riverside);
		assert.ok(message.includes(addressOf(main)), message);
		assert.deepEqual(await registrations(), before);
		const [delivery] = await raise(LINK_SETTLED, MAIN);
		assert.deepEqual([delivery?.url, delivery?.status], [addressOf(main), 200]);
		await runsOf(main, 1);
		assert.deepEqual(await allRuns(riverside), []);
	});
});
