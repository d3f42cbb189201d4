// What a caller gets from the trigger's address, and what stays of it: nothing, unless Jodo signed it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { before, describe, it } from 'node:test';
import type { Workflow } from '../../dev/demo/api.mts';
import { until } from '../../dev/demo/process.mts';
import { api, cleanSlate, demo, receiver, registrations, runsOf } from './world.mts';
import { addressOf, bodyOf, credentialWith, secretAt, sign as signWith } from './trigger.mts';

const CHOSEN = 'payment_link.payment.expired';
/** Stands in whatever is sent without Jodo's signature. */
const MARK = 'let-me-in-4711';
const REFUSED = 'Jodo Trigger refused a delivery';

interface Sent {
	body?: string;
	signature?: string | string[];
	method?: string;
	type?: string;
}

/** By Node's own client, which repeats a header if asked to; fails if the answer does not end. */
async function send(url: string, { body = '', signature, method = 'POST', type }: Sent) {
	return await new Promise<number>((resolve, reject) => {
		const headers = {
			'content-type': type ?? 'application/json',
			'content-length': Buffer.byteLength(body),
			...(signature !== undefined && { 'x-jodo-signature': signature }),
		};
		const sending = request(url, { method, headers, timeout: 60_000 }, (answer) => {
			answer.resume();
			answer.on('end', () => resolve(answer.statusCode ?? 0));
			answer.on('error', reject);
		});
		sending.on('timeout', () => sending.destroy(new Error('The answer does not end')));
		sending.on('error', reject);
		sending.end(body);
	});
}

const log = () => readFileSync(demo.n8n.log, 'utf8');

describe('at the address of a published trigger', () => {
	let workflow: Workflow;
	let url: string;
	const sign = (body: string, secret = secretAt(url)) => signWith(body, secret);
	before(async () => {
		await cleanSlate();
		const credential = await credentialWith({});
		workflow = await receiver([CHOSEN], {}, credential);
		await api.publish(workflow.id);
		url = addressOf(workflow);
	});

	it('every answer ends; what Jodo did not sign leaves one line in the log and nothing else', async () => {
		const genuine = bodyOf(CHOSEN, { order_id: 'genuine' });
		const forged = bodyOf(CHOSEN, { order_id: MARK });
		const signature = sign(forged);
		const refused: Record<string, Sent> = {
			'no signature': { body: forged },
			'an empty one': { body: forged, signature: '' },
			'that of another secret': { body: forged, signature: sign(forged, MARK) },
			'that of another body': { body: forged, signature: sign(genuine) },
			'a text': { body: forged, signature: MARK },
			'too short': { body: forged, signature: signature.slice(0, -1) },
			'too long': { body: forged, signature: `${signature}00` },
			'two of them': { body: forged, signature: [sign(forged, MARK), signature] },
			'the same one twice': { body: forged, signature: [signature, signature] },
			'no body': { signature: sign('') },
			'another kind of body': { body: `a=${MARK}`, type: 'text/plain', signature },
			'a form': {
				body: `a=${MARK}`,
				type: 'application/x-www-form-urlencoded',
				signature: sign(MARK),
			},
		};
		const before = log().split(REFUSED).length;
		const answers: Record<string, number> = {};
		for (const [how, sent] of Object.entries(refused)) answers[how] = await send(url, sent);
		assert.deepEqual(answers, Object.fromEntries(Object.keys(refused).map((how) => [how, 401])));

		// What n8n itself turns away, before the trigger sees it.
		const broken = `{"event": "${MARK}`;
		const turnedAway = {
			'broken JSON': await send(url, { body: broken, signature: sign(broken) }),
			'another method': await send(url, { method: 'GET' }),
			'too much': await send(url, { body: JSON.stringify(MARK.repeat(1_300_000)) }),
		};
		assert.deepEqual(turnedAway, { 'broken JSON': 422, 'another method': 404, 'too much': 500 });

		// What Jodo signed, but does not concern this node, is thankfully received.
		const other = bodyOf('order.payment.debited', { order_id: 'other' });
		const unheard = bodyOf('order.payment.unheard_of', { order_id: 'unheard' });
		const received = {
			'an event not chosen': await send(url, { body: other, signature: sign(other) }),
			'an event unheard of': await send(url, { body: unheard, signature: sign(unheard) }),
			'a list': await send(url, { body: '[]', signature: sign('[]') }),
			genuine: await send(url, { body: genuine, signature: sign(genuine) }),
			'genuine, in upper case': await send(url, {
				body: genuine,
				signature: sign(genuine).toUpperCase(),
			}),
		};
		assert.deepEqual(Object.values(received), [200, 200, 200, 200, 200]);

		await runsOf(workflow, 1);
		const lines = Object.keys(refused).length;
		await until('the log to be written', async () => log().split(REFUSED).length >= before + lines);
		const written = log();
		assert.equal(written.split(REFUSED).length, before + lines);
		for (const secret of [MARK, secretAt(url), signature]) {
			assert.ok(!written.includes(secret), `the log tells ${secret}`);
		}
	});

	it('after unpublishing nothing listens there', async () => {
		await api.unpublish(workflow.id);
		assert.deepEqual(await registrations(), []);
		const body = bodyOf(CHOSEN, {});
		assert.equal(await send(url, { body, signature: sign(body) }), 404);
	});
});
