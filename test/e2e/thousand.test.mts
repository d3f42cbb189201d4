// Many events at once, each told one to three times in any order, forgeries among them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '../../dev/demo/process.mts';
import { api, cleanSlate, receiver } from './world.mts';
import {
	addressOf,
	allRuns,
	bodyOf,
	credentialWith,
	deliver,
	recordOf,
	sampleOf,
	secretAt,
	sign,
	together,
} from './trigger.mts';

/** n8n starts about eight runs a second on SQLite: this takes two to five minutes. */
const FACTS = Number(process.env['FACTS'] ?? 1000);
const FORGED = 150;
const AT_ONCE = 10;

const KINDS = [
	'payment.debited',
	'payment.settled',
	'order.payment.debited',
	'order.payment.settled',
	'payment_link.payment.settled',
	'payment_link.payment.expired',
	'page.payment.debited',
	'flex.instalment.settled',
	'flex.instalment.bounced',
	'direct.payment.cancelled',
	'masterdata.student.registered',
	'cred.loan.disbursed',
];

/** The same numbers each time. */
function dice(seed: number) {
	let state = seed;
	return (sides: number) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * sides);
	};
}

function shuffled<T>(items: T[], roll: (sides: number) => number): T[] {
	const mixed = [...items];
	for (let last = mixed.length - 1; last > 0; last--) {
		const other = roll(last + 1);
		[mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
	}
	return mixed;
}

describe(`${FACTS} facts of ${KINDS.length} kinds`, () => {
	it('start exactly one run each; what is forged starts none', async () => {
		await cleanSlate();
		const workflow = await receiver(KINDS, {}, await credentialWith({}));
		await api.publish(workflow.id);
		const url = addressOf(workflow);
		const roll = dice(20270331);

		const facts = Array.from({ length: FACTS }, (_, index) => {
			const event = KINDS[roll(KINDS.length)] as string;
			// A made-up field: it makes each a fact of its own, and is found again in the run.
			const mark = `fact-${index}-of-many`;
			const payload = { ...sampleOf(event).payload, mark };
			const first = bodyOf(event, payload);
			const isStudents = /^payment\./.test(event);
			const isPayment = /\.(debited|settled)$/.test(event);
			/** A repeat: the same bytes, or where Jodo may do so a fresh id or the other code. */
			const repeat = () => {
				if (!isPayment || roll(2)) return first;
				return bodyOf(isStudents && roll(2) ? `pay.${event}` : event, payload);
			};
			const bodies = [first, ...Array.from({ length: roll(3) }, repeat)];
			return { mark, bodies };
		});
		const genuine = facts.flatMap(({ bodies }) =>
			bodies.map((body) => ({
				body,
				signature: sign(body, secretAt(addressOf(workflow))),
				status: 200,
			})),
		);
		const forged = Array.from({ length: FORGED }, (_, index) => {
			const body = bodyOf(KINDS[roll(KINDS.length)] as string, { mark: `forged-${index}` });
			const known = genuine[roll(genuine.length)] as (typeof genuine)[number];
			return {
				...[
					{ body, signature: sign(body, 'a guess') },
					{ body, signature: known.signature },
					{ body: known.body.replace('fact-', 'forged-'), signature: known.signature },
				][index % 3]!,
				status: 401,
			};
		});

		const began = Date.now();
		const wrong: string[] = [];
		const deliveries = shuffled([...genuine, ...forged], roll);
		await together(AT_ONCE, deliveries, async ({ body, signature, status }) => {
			const answer = await deliver(url, body, signature);
			if (answer !== status) wrong.push(`${answer} instead of ${status}: ${body}`);
		});
		const seconds = (Date.now() - began) / 1000;
		console.log(
			`# ${deliveries.length} deliveries in ${seconds.toFixed(0)} s, ${(FACTS / seconds).toFixed(1)} runs/s`,
		);
		assert.deepEqual(wrong, []);

		const runs = await until(
			'all runs to have ended',
			async () => {
				const all = await allRuns(workflow);
				return all.every(({ status }) => !['new', 'running', 'waiting'].includes(status)) && all;
			},
			{ seconds: 120 },
		);
		assert.equal(runs.length, FACTS);
		const seen: string[] = [];
		await together(AT_ONCE, runs, async (run) => {
			assert.equal(run.status, 'success');
			const record = await recordOf(run);
			assert.ok(!record.includes('forged-'));
			seen.push(/fact-\d+-of-many/.exec(record)?.[0] ?? record);
		});
		assert.deepEqual(seen.sort(), facts.map(({ mark }) => mark).sort());
	});
});
