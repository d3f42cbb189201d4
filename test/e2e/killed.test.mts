// n8n killed at the worst moment, or unable to write: nothing accepted is lost, and publishing repairs.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { before, beforeEach, describe, it } from 'node:test';
import type { Credential, Workflow } from '../../dev/demo/api.mts';
import { until } from '../../dev/demo/process.mts';
import { version } from '../../dev/demo/versions.mts';
import {
	api,
	changes,
	cleanSlate,
	demo,
	payment,
	receiver,
	registerElsewhere,
	registrations,
	runsOf,
	sandbox,
	type Delivery,
} from './world.mts';
import {
	addressOf,
	allRuns,
	bodyOf,
	credentialWith,
	deliver,
	recordOf,
	together,
} from './trigger.mts';

const THEIRS = { event: 'masterdata.student.dropped', url: 'http://127.0.0.1:9/jodo' };
const WEBHOOKS = '/api/v1/integrations/erp/webhooks';

/** Events and addresses, of one workflow or of all that are not ours. */
async function registered(workflow?: Workflow): Promise<string[]> {
	const all = (await registrations()).filter(({ event_code }) => event_code !== THEIRS.event);
	return all
		.filter(({ url }) => !workflow || url === addressOf(workflow))
		.map(({ event_code, url }) => `${event_code} to ${url}`);
}

const stall = async (method: string, match: string | undefined, after: number) =>
	await sandbox.admin('POST', '/faults', {
		method,
		match,
		after,
		path: WEBHOOKS,
		effect: { stall: true },
	});

describe('n8n killed', () => {
	beforeEach(async () => {
		await cleanSlate();
		await registerElsewhere(THEIRS.event, THEIRS.url);
	});

	it('while it registers or unregisters: unpublish and publish puts it right', async () => {
		const begun = ['page.payment.debited', 'page.payment.settled'];
		const half = ['debited', 'expired', 'settled'].map((what) => `payment_link.payment.${what}`);
		const leaving = ['bounced', 'debited', 'settled'].map((what) => `flex.instalment.${what}`);
		const workflows = await Promise.all([begun, half, leaving].map((events) => receiver(events)));
		const [beginning, halfDone, unpublished] = workflows as [Workflow, Workflow, Workflow];
		await api.publish(unpublished.id);

		// Jodo falls silent: before the first event, after the first event, after the first removal.
		await stall('POST', '"page.', 0);
		await stall('POST', '"payment_link.', 1);
		await stall('DELETE', undefined, 1);
		const asked = (await changes()).length;
		const answers = Promise.allSettled([
			api.askToPublish(beginning.id),
			api.askToPublish(halfDone.id),
			api.askToPublish(unpublished.id, false),
		]);
		await until(
			'all three to be under way',
			async () =>
				(await registered(halfDone)).length === 1 &&
				(await registered(unpublished)).length === 2 &&
				(await changes()).length >= asked + begun.length + half.length + leaving.length,
		);
		assert.deepEqual(await registered(beginning), []);
		await demo.n8n.kill();
		await answers;
		await sandbox.admin('DELETE', '/faults');
		await demo.startAgain();

		// n8n itself takes two minutes until it lets go of what the killed process had begun.
		await Promise.all(workflows.map(({ id }) => api.unpublish(id)));
		assert.deepEqual(await registered(), []);
		await Promise.all(workflows.map(({ id }) => api.publish(id)));
		assert.deepEqual(
			await registered(),
			workflows
				.flatMap((workflow, index) =>
					([begun, half, leaving][index] as string[]).map(
						(event) => `${event} to ${addressOf(workflow)}`,
					),
				)
				.sort(),
		);
		assert.deepEqual(
			(await payment()).deliveries.map(({ status }) => status),
			[200],
		);
		await runsOf(halfDone, 1);
		for (const { id } of workflows) await api.unpublish(id);
		assert.deepEqual(
			(await registrations()).map(({ url }) => url),
			[THEIRS.url],
		);
	});
});

const DEBITED = 'payment_link.payment.debited';

describe('what n8n answered with 2xx', () => {
	let workflow: Workflow;
	let credential: Credential;
	before(async () => {
		credential = await credentialWith({});
	});
	beforeEach(async () => {
		await cleanSlate();
		workflow = await receiver([DEBITED], {}, credential);
		await api.publish(workflow.id);
	});

	it('has a run, though n8n was killed while events arrived; the others run when sent again', async () => {
		const events = Array.from({ length: 60 }, () => {
			const event_id = randomUUID();
			const body = bodyOf(DEBITED, { order_id: event_id }, { event_id });
			return { event_id, body };
		});
		const accepted = new Set<string>();
		const send = async ({ event_id, body }: (typeof events)[number]) => {
			const status = await deliver(addressOf(workflow), body).catch(() => 0);
			if (status >= 200 && status < 300) accepted.add(event_id);
		};
		const sending = together(8, events, send);
		await until('some to be accepted', async () => accepted.size >= 10, { every: 5 });
		await demo.n8n.kill();
		await sending;
		assert.ok(accepted.size < events.length, 'killed too late to say anything');
		await demo.startAgain();

		const inRuns = async () => {
			const records: string[] = [];
			await together(4, await allRuns(workflow), async (run) => {
				// The kill may leave n8n 1 with a run without its data: no event is in that.
				records.push(
					await recordOf(run).catch((error: Error) => {
						if (/reading 'data'/.test(error.message)) return '';
						throw error;
					}),
				);
			});
			return (id: string) => records.some((record) => record.includes(id));
		};
		const hasRun = await inRuns();
		const lost = [...accepted].filter((id) => !hasRun(id));
		if (!version().answersFirst) assert.deepEqual(lost, []);
		await together(
			4,
			events.filter(({ event_id }) => !accepted.has(event_id)),
			send,
		);
		assert.equal(accepted.size, events.length);
		const hasRunNow = await inRuns();
		assert.deepEqual(
			[...accepted].filter((id) => !hasRunNow(id)),
			lost,
		);
	});
});

describe("with n8n's database locked", () => {
	beforeEach(cleanSlate);

	it('an event is not accepted, and what Jodo sends again afterwards runs once', async () => {
		const workflow = await receiver([DEBITED]);
		await api.publish(workflow.id);
		const database = new DatabaseSync(join(dirname(demo.n8n.log), '.n8n/database.sqlite'), {
			timeout: 10_000,
		});
		let refused: Delivery;
		try {
			database.exec('BEGIN EXCLUSIVE');
			refused = (await payment()).deliveries[0] as Delivery;
		} finally {
			database.close();
		}
		assert.equal(refused.status, 500);
		assert.deepEqual(await allRuns(workflow), []);

		const again = await sandbox.admin<Delivery[]>('POST', `/deliveries/${refused.id}/resend`, {
			times: 3,
		});
		assert.deepEqual(
			again.map(({ status }) => status),
			[200, 200, 200],
		);
		await runsOf(workflow, 1);
		await payment();
		await runsOf(workflow, 2);
	});
});
