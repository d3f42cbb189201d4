// "Only From Jodo's Servers" behind real proxies: who calls is what the proxies say, not what the caller says.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Workflow } from '../../dev/demo/api.mts';
import { api, cleanSlate, receiver, runsOf } from '../e2e/world.mts';
import { addressOf, bodyOf, credentialWith, SECRET, sign } from '../e2e/trigger.mts';
import { rows } from './account.mts';
import { cluster, DEBITED } from './flow.mts';

/** https://docs.jodo.in/webhooks/security/ */
const LIVE = '3.6.234.242';
const TEST = '3.108.86.33';
const STRANGER = '198.51.100.7';

async function strictReceiver(): Promise<Workflow> {
	const credential = await credentialWith({
		environment: 'production',
		apiKey: 'none',
		apiSecret: 'none',
		webhookSecret: SECRET,
	});
	const options = { registration: 'manual', onlyJodoIps: true };
	const workflow = await receiver([DEBITED], { options }, credential);
	await api.publish(workflow.id);
	return workflow;
}

/** An authentic event; `forwarded` is what the caller, or a proxy before ours, says of who called. */
async function call(workflow: Workflow, forwarded?: string): Promise<number> {
	const body = bodyOf(DEBITED, {});
	const answer = await fetch(addressOf(workflow), {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			'x-jodo-signature': sign(body, SECRET),
			...(forwarded && { 'x-forwarded-for': forwarded }),
		},
		body,
	});
	return answer.status;
}

async function withProxies(hops: number, then: () => Promise<void>): Promise<void> {
	const restart = async (value: number) => {
		cluster.env['N8N_PROXY_HOPS'] = String(value);
		await Promise.all(cluster.webhooks.map(async (service) => await service.kill()));
		await Promise.all(cluster.webhooks.map(async (service) => await service.ready()));
	};
	await restart(hops);
	try {
		await then();
	} finally {
		await restart(1);
	}
}

describe("Only From Jodo's Servers, behind a proxy", () => {
	it('behind one proxy: a caller elsewhere is refused, also when it claims to be Jodo', async () => {
		await cleanSlate();
		const workflow = await strictReceiver();
		assert.deepEqual([await call(workflow), await call(workflow, LIVE)], [401, 401]);
		await runsOf(workflow, 0);
		rows.push([
			'Only From Jodo’s Servers, one proxy: correctly signed, from another address, with and without a false X-Forwarded-For',
			'401, no run',
			'401, 401; 0 runs',
		]);
	});

	it('behind two: what the outer one saw counts', async () => {
		await cleanSlate();
		const workflow = await strictReceiver();
		await withProxies(2, async () => {
			const answers = {
				jodo: await call(workflow, LIVE),
				stranger: await call(workflow, STRANGER),
				liar: await call(workflow, `${LIVE}, ${STRANGER}`),
				otherEnvironment: await call(workflow, TEST),
			};
			assert.deepEqual(answers, { jodo: 200, stranger: 401, liar: 401, otherEnvironment: 401 });
		});
		await runsOf(workflow, 1);
		rows.push([
			'The same behind two proxies (N8N_PROXY_HOPS=2): Jodo’s Live server; a stranger; a stranger who claims to be Jodo; Jodo’s Test server',
			'Jodo’s Live server alone is accepted',
			'200, 401, 401, 401; 1 run',
		]);
	});
});
