// A copy of an n8n at another address, with the same keys and the same memory: what it does leaves the first one's events alone.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, it } from 'node:test';
import type { Workflow } from '../../dev/demo/api.mts';
import type { N8n } from '../../dev/demo/n8n.mts';
import { until } from '../../dev/demo/process.mts';
import type { Subscription } from '../../dev/demo/sandbox.mts';
import { copyUserFolder, withAnother } from './another.mts';
import { api, cleanSlate, receiver, registrations, runsOf } from './world.mts';
import { addressOf, bodyOf, deliver } from './trigger.mts';

const EVENTS = ['payment_link.payment.debited', 'order.payment.debited', 'page.payment.settled'];

/** Whether its log names what is still registered. */
const says = (n8n: N8n, { url, event_code, id }: Subscription) =>
	n8n.said(
		`Still registered at Jodo, at this trigger's earlier address ${url}: ${event_code} (webhook ID ${id})`,
	);

describe('a copy of the user folder, at another address', () => {
	beforeEach(cleanSlate);

	it('unpublishing everything there: nothing changes at Jodo, and its log names what is registered', async () => {
		const workflows: Workflow[] = [];
		for (const event of EVENTS) workflows.push(await receiver([event]));
		for (const { id } of workflows) await api.publish(id);
		const before = await registrations();
		assert.equal(before.length, EVENTS.length);
		await withAnother(copyUserFolder, async (there, n8n) => {
			for (const { id } of workflows) assert.equal((await there.workflow(id)).active, true);
			assert.deepEqual(await registrations(), before);
			for (const { id } of workflows) await there.unpublish(id);
			for (const one of before) await until('the log line', async () => says(n8n, one));
			assert.deepEqual(await registrations(), before);

			const [first] = workflows as [Workflow];
			const { status, triggers } = await there.tryPublish(first.id);
			assert.equal(status, 'failed');
			const message = triggers[0]?.errorMessage ?? '';
			const earlier = `${addressOf(first)} is this trigger's earlier address: if that n8n`;
			assert.ok(message.startsWith(earlier), message);
			assert.deepEqual(await registrations(), before);
		});
		for (const [index, event] of EVENTS.entries()) {
			const workflow = workflows[index] as Workflow;
			const body = bodyOf(event, { order_id: randomUUID() });
			assert.equal(await deliver(addressOf(workflow), body), 200);
			await runsOf(workflow, 1);
		}
	});
});
