// What arrives at the Jodo Trigger's address, and what of it starts a run.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { beforeEach, describe, it } from 'node:test';
import type { Workflow } from '../../dev/demo/api.mts';
import { api, cleanSlate, payment, receiver, runsOf, sandbox, type Delivery } from './world.mts';

const SIGNATURE = 'x-jodo-signature';

async function post({ url, headers, body }: Pick<Delivery, 'url' | 'headers' | 'body'>) {
	return (await fetch(url, { method: 'POST', headers, body })).status;
}

describe('delivery', () => {
	let workflow: Workflow;
	let genuine: Delivery;
	beforeEach(async () => {
		await cleanSlate();
		workflow = await receiver(['payment_link.payment.debited']);
		await api.publish(workflow.id);
		genuine = (await payment()).deliveries[0] as Delivery;
		assert.equal(genuine.status, 200);
		await runsOf(workflow, 1);
	});

	it('refuses what is forged, stripped or altered with a real 401, and starts nothing', async () => {
		const { url, headers, body } = genuine;
		const { [SIGNATURE]: signature, ...unsigned } = headers;
		const altered = body.replaceAll('1250', '9250');
		assert.notEqual(altered, body);
		const forged = createHmac('sha256', 'guess').update(altered).digest('hex');
		const answers = {
			altered: await post({ url, headers, body: altered }),
			stripped: await post({ url, headers: unsigned, body: altered }),
			forged: await post({ url, headers: { ...headers, [SIGNATURE]: forged }, body: altered }),
			empty: await post({ url, headers: { ...headers, [SIGNATURE]: '' }, body: altered }),
			respaced: await post({ url, headers, body: body.replace(',', ', ') }),
		};
		assert.ok(signature);
		assert.deepEqual(answers, {
			altered: 401,
			stripped: 401,
			forged: 401,
			empty: 401,
			respaced: 401,
		});
		// A genuine one afterwards is the second run: so none of those had started one.
		await payment();
		await runsOf(workflow, 2);
	});

	it('starts one run for the same event twice, whoever sends it again', async () => {
		const [first] = (await payment()).deliveries as [Delivery];
		await runsOf(workflow, 2);
		const again = await sandbox.admin<Delivery>('POST', `/deliveries/${first.id}/resend`);
		assert.equal(again.status, 200);
		assert.equal(await post(first), 200);
		await payment();
		await runsOf(workflow, 3);
	});
});
