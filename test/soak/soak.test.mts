// Mixed traffic for as long as one likes: nothing answered wrongly, nothing growing once n8n is warm.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import type { Workflow } from '../../dev/demo/api.mts';
import { blackBox, type BlackBox } from '../e2e/blackBox.mts';
import { measured } from '../e2e/measured.mts';
import { addressOf, bodyOf, credentialWith, deliver, sampleOf } from '../e2e/trigger.mts';
import { api, cleanSlate, demo, ledgerInto, receiver, sandbox } from '../e2e/world.mts';
import { lookInside, type Figures } from './inside.mts';

const MINUTES = Number(process.env['SOAK_MINUTES'] ?? 10);
assert.ok(MINUTES > 0, '--minutes needs a number');
/** The first part, while n8n fills its caches and we fill our memory of events, says nothing about growth. */
const WARM_UP = 1 / 3;
const SAMPLES = 12;
/** What may come and go by chance. */
const HEAP_SLACK_MB = 15;
const HANDLE_SLACK = 15;

const EVENTS = ['payment.debited', 'order.payment.settled', 'flex.instalment.bounced'];
const TABLE = 'Ledger of the soak';

const counts = { events: 0, repeats: 0, forged: 0, links: 0, lookUps: 0, unknown: 0, publishes: 0 };
const wrong: string[] = [];

function expectStatus(what: string, status: number, wanted: number): void {
	if (status !== wanted) wrong.push(`${what}: ${status} instead of ${wanted}`);
}

let receiving: Workflow;
let creating: BlackBox;
let asking: BlackBox;
let changing: Workflow;

/** One turn of everything that an institute's n8n does all day. */
async function turn(number: number): Promise<void> {
	const url = addressOf(receiving);
	const event = EVENTS[number % EVENTS.length] as string;
	// The same hundred keys again and again: the ledger does not grow.
	const payload = { ...sampleOf(event).payload, turn: number };
	const body = bodyOf(event, payload);
	expectStatus('an event', await deliver(url, body), 200);
	counts.events++;
	expectStatus('its repeat', await deliver(url, body), 200);
	counts.repeats++;
	expectStatus('a forgery', await deliver(url, body, 'forged'), 401);
	counts.forged++;

	if (number % 4 === 0) {
		const left = await creating.run([{ fee: (number % 500) + 1 }, { fee: 'not an amount' }]);
		counts.links++;
		const id = left.find(({ json }) => json['order_id'])?.json['order_id'];
		if (id) {
			const [got] = await asking.run([{ id }]);
			counts.lookUps++;
			if (got?.json['id'] !== id) wrong.push(`a look-up: ${JSON.stringify(got).slice(0, 200)}`);
		} else if (
			left.some(({ json }) => /^Row \d+ of \d+ .*: Outcome unknown/.test(String(json['error'])))
		) {
			counts.unknown++;
		} else {
			wrong.push(`a link: ${JSON.stringify(left).slice(0, 200)}`);
		}
	}
	if (number % 100 === 50) {
		await api.publish(changing.id);
		await api.unpublish(changing.id);
		counts.publishes++;
	}
}

describe(`${MINUTES} minutes of mixed traffic`, () => {
	before(async () => {
		await cleanSlate();
		const ledger = await ledgerInto(TABLE, { amount: 'number' });
		const credential = await credentialWith({});
		receiving = await receiver(EVENTS, {}, credential, [ledger]);
		await api.publish(receiving.id);
		changing = await receiver(['page.payment.debited', 'page.payment.settled']);
		const settings = { onError: 'continueErrorOutput' };
		creating = await blackBox(
			'Creates links',
			{
				resource: 'paymentLink',
				operation: 'create',
				name: 'Asha Rao',
				phone: '9876543210',
				email: 'asha@example.com',
				details: { lineItem: [{ componentType: 'Payable Amount', amount: '={{ $json.fee }}' }] },
				additionalFields: {},
			},
			settings,
		);
		asking = await blackBox(
			'Looks links up',
			{ resource: 'paymentLink', operation: 'get', orderId: '={{ $json.id }}' },
			settings,
		);
		// Jodo has its moments.
		for (const [method, effect] of [
			['POST', { cut: 'after' }],
			['GET', { status: 503, body: {} }],
		] as const) {
			const path = '/api/v1/integrations/pay/payment_links';
			await sandbox.admin('POST', '/faults', { method, path, probability: 0.05, effect });
		}
	});
	after(async () => await sandbox.admin('DELETE', '/faults'));

	it('all answered as they should be; memory, handles and open files stay where they were', async () => {
		assert.ok(demo.n8n.pid, 'one process of n8n');
		const inside = await lookInside(demo.n8n.pid);
		const end = Date.now() + MINUTES * 60_000;
		const samples: Figures[] = [];
		let isPaused = false;
		let atWork = 0;
		let number = 0;
		async function worker(): Promise<void> {
			while (Date.now() < end) {
				if (isPaused) {
					await sleep(50);
					continue;
				}
				atWork++;
				await turn(number++).catch((error: Error) => wrong.push(error.message));
				atWork--;
			}
		}
		async function sampler(): Promise<void> {
			for (let sample = 1; sample <= SAMPLES; sample++) {
				const at = end - MINUTES * 60_000 * (1 - sample / SAMPLES);
				await sleep(Math.max(0, at - Date.now() - 2000));
				// What is under way is no leak.
				isPaused = true;
				while (atWork) await sleep(50);
				await sleep(3000);
				const figures = await inside.figures();
				samples.push(figures);
				console.log(
					`# ${sample}/${SAMPLES}: heap ${figures.heapMB.toFixed(0)} MB, ${figures.resources} handles, ${figures.files} files; ${JSON.stringify(counts)}; wrong: ${wrong.length}`,
				);
				isPaused = false;
			}
		}
		await Promise.all([sampler(), ...Array.from({ length: 4 }, worker)]);
		inside.close();

		assert.deepEqual(wrong.slice(0, 5), []);
		const warm = samples[Math.ceil(SAMPLES * WARM_UP) - 1] as Figures;
		const last = samples.at(-1) as Figures;
		if (process.env['MEASURE']) {
			const { events, repeats, forged, links, lookUps, unknown, publishes } = counts;
			await measured('soak', [
				[
					`${MINUTES} minutes of mixed traffic, with a twentieth of Jodo’s answers lost or 503`,
					'every answer as it should be; once warm, nothing grows',
					`${events} events, ${repeats} repeats, ${forged} forgeries, ${links} creates (${unknown} with an unknown outcome), ${lookUps} look-ups, ${publishes} times published and unpublished: 0 wrong answers. From one third of the time to its end: heap after garbage collection ${warm.heapMB.toFixed(0)} → ${last.heapMB.toFixed(0)} MB, handles ${warm.resources} → ${last.resources}, open files ${warm.files} → ${last.files}`,
				],
			]);
		}
		assert.ok(
			last.heapMB < warm.heapMB + HEAP_SLACK_MB,
			`heap: ${samples.map(({ heapMB }) => heapMB.toFixed(0)).join(', ')} MB`,
		);
		assert.ok(last.resources < warm.resources + HANDLE_SLACK, 'handles grow');
		assert.ok((last.files ?? 0) < (warm.files ?? 0) + HANDLE_SLACK, 'open files grow');
	});
});
