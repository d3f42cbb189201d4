// Queue mode in two minutes: published by one process, received by two, worked off by two.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { api, cleanSlate, codes, payment, receiver, registrations, runsOf } from '../e2e/world.mts';
import { addressOf, bodyOf, deliver } from '../e2e/trigger.mts';
import { cluster, DEBITED } from './flow.mts';

const PAYMENTS = 6;

describe('in queue mode', () => {
	it('the trigger registers, both webhook processes verify and accept, every event runs once, unpublishing cleans up', async () => {
		await cleanSlate();
		cluster.proxy.spread = 'round-robin';
		try {
			const workflow = await receiver([DEBITED]);
			await api.publish(workflow.id);
			assert.deepEqual(codes(await registrations()), [DEBITED]);
			assert.equal((await registrations())[0]?.url, addressOf(workflow));

			const before = [...cluster.proxy.delivered];
			for (let index = 0; index < PAYMENTS; index++) {
				const [delivery] = (await payment()).deliveries;
				assert.equal(delivery?.status, 200);
			}
			const shares = cluster.proxy.delivered.map((count, index) => count - (before[index] ?? 0));
			assert.deepEqual(shares, [PAYMENTS / 2, PAYMENTS / 2]);
			await runsOf(workflow, PAYMENTS);

			// One for each process: both know the secret that only the main process has made.
			for (const signature of ['guess', 'guess again']) {
				assert.equal(await deliver(addressOf(workflow), bodyOf(DEBITED, {}), signature), 401);
			}
			await runsOf(workflow, PAYMENTS);

			await api.unpublish(workflow.id);
			assert.deepEqual(await registrations(), []);
		} finally {
			cluster.proxy.spread = 'by-address';
		}
	});
});
