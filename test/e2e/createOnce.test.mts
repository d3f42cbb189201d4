// A thousand payment links through a Jodo that breaks connections, is busy or is down, again and again, with
// n8n's Retry On Fail on top: counted at Jodo, nobody gets two links, and nobody is left without a word.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { blackBox, type Item, type Leaving } from './blackBox.mts';
import { creates, lessOftenThan, retry, runThatIs, starting } from './links.mts';
import { recordOf } from './trigger.mts';
import { api, cleanSlate, node, sandbox, to } from './world.mts';
import type { Execution } from '../../dev/demo/api.mts';

const MANY = 1000;
/** For what does not hang on chance. */
const SOME = 200;
const LINKS = '/api/v1/integrations/pay/payment_links';

interface Trouble {
	effect: Record<string, unknown>;
	/** How often it befalls the payer's requests. */
	count: number;
	link: 0 | 1;
	/** What becomes of the item; without it, the link. */
	error?: RegExp;
}

const UNKNOWN =
	/^Row \d+ of \d+ \(Parent \d+\): Outcome unknown: .* Do not send it again before you have looked/;
const refuse = (message: string) => ({ status: 400, body: { status: 'error', message } });
const TROUBLES = {
	'cut before the work': { effect: { cut: 'before' }, count: 1, link: 0, error: UNKNOWN },
	'cut after the work': { effect: { cut: 'after' }, count: 1, link: 1, error: UNKNOWN },
	'busy once': {
		effect: { status: 429, body: { message: 'Too many requests.' } },
		count: 1,
		link: 1,
	},
	'busy twice': { effect: { status: 429, body: 'busy' }, count: 2, link: 1 },
	down: {
		effect: { status: 503, body: '<h1>Maintenance</h1>' },
		count: 1,
		link: 0,
		error: UNKNOWN,
	},
	'down after the work': { effect: { status: 503, work: true }, count: 1, link: 1, error: UNKNOWN },
	refused: {
		effect: refuse('Invalid payload!'),
		count: Infinity,
		link: 0,
		error: /^Row \d+ of \d+ \(Parent \d+\): Jodo did not accept the data: Invalid payload!/,
	},
} satisfies Record<string, Trouble>;
type TroubleName = keyof typeof TROUBLES;

/** Numbers that look random and are the same every time (mulberry32). */
function dice(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

const nameOf = (index: number) => `Parent ${String(index).padStart(4, '0')}`;
const parents = (count: number): Item[] =>
	Array.from({ length: count }, (_, index) => ({ name: nameOf(index), amount: 1000 + index }));

type Fate = Map<string, TroubleName>;

/** About every fifth parent has trouble; `sure` has it in any case. */
async function arrange(
	count: number,
	seed: number,
	sure: Array<[index: number, TroubleName]> = [],
): Promise<Fate> {
	const roll = dice(seed);
	const names = Object.keys(TROUBLES) as TroubleName[];
	const fate: Fate = new Map();
	for (let index = 0; index < count; index++) {
		const [meets, which] = [roll(), roll()];
		// The ends are left to `sure`: n8n looks at the first item to decide whether to repeat the node.
		if (meets > 0.2 || index === 0 || index === count - 1) continue;
		fate.set(nameOf(index), names[Math.floor(which * names.length)] as TroubleName);
	}
	for (const [index, trouble] of sure) fate.set(nameOf(index), trouble);
	for (const [name, trouble] of fate) await befall(name, TROUBLES[trouble]);
	return fate;
}

async function befall(name: string, { effect, count }: Pick<Trouble, 'effect' | 'count'>) {
	await sandbox.admin('POST', '/faults', {
		method: 'POST',
		path: LINKS,
		match: `"${name}"`,
		...(count !== Infinity && { count }),
		effect,
	});
}

/** How many links each payer has at Jodo; never more than one. */
async function links(): Promise<Map<string, string>> {
	const { orders } = await sandbox.admin<{
		orders: Array<{ order_id: string; payer: { name: string } }>;
	}>('GET', '/state');
	const byName = new Map(orders.map(({ order_id, payer }) => [payer.name, order_id]));
	assert.equal(orders.length, byName.size, 'no payer has two links');
	return byName;
}

/** How often a link was asked for each payer, counting only what Jodo did not turn away unread. */
async function requests(): Promise<Map<string, number>> {
	const all = await sandbox.admin<
		Array<{ path: string; status: number | null; body: { name: string } }>
	>('GET', '/requests');
	const counts = new Map<string, number>();
	for (const { path, status, body } of all) {
		if (path !== LINKS || status === 429) continue;
		counts.set(body.name, (counts.get(body.name) ?? 0) + 1);
	}
	return counts;
}

const CREATE = {
	resource: 'paymentLink',
	operation: 'create',
	name: '={{ $json.name }}',
	phone: '9876543210',
	email: 'office@example.com',
	details: { lineItem: [{ componentType: 'TUITION_FEE', amount: '={{ $json.amount }}' }] },
	// They change from try to try.
	expiresAt: '={{ $now.plus({ days: 7 }) }}',
	additionalFields: { notes: { note: [{ key: 'at', value: '={{ $now.toMillis() }}' }] } },
	options: { concurrency: 20 },
};
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };

/** What left the node, item by item, is what Jodo has. */
async function agree(all: Leaving[], count: number, fate: Fate): Promise<void> {
	const made = await links();
	const byName = new Map(all.map(({ of, ...rest }) => [String(of.name), rest]));
	assert.deepEqual([all.length, byName.size], [count, count]);
	for (const { name } of parents(count) as Array<{ name: string }>) {
		const { by, json } = byName.get(name) as Leaving;
		const { link, error }: Partial<Trouble> = TROUBLES[fate.get(name) as TroubleName] ?? {
			link: 1,
		};
		const story = `${name}, ${fate.get(name) ?? 'no trouble'}: ${JSON.stringify(json).slice(0, 300)}`;
		assert.equal(made.has(name) ? 1 : 0, link, story);
		if (error) {
			assert.equal(by, 'error output', story);
			assert.match(String(json.error), error, story);
		} else {
			assert.equal(by, 'output', story);
			assert.equal(json.order_id, made.get(name), story);
		}
	}
}

async function throughRetryOnFail(
	what: string,
	count: number,
	seed: number,
	sure: Array<[number, TroubleName]> = [],
): Promise<Fate> {
	await cleanSlate();
	const fate = await arrange(count, seed, sure);
	const box = await blackBox(what, CREATE, { onError: 'continueErrorOutput', ...RETRY });
	await agree(await box.run(parents(count)), count, fate);
	await api.unpublish(box.workflow.id);
	return fate;
}

describe('payment links with Retry On Fail', () => {
	it('a thousand, in random trouble', async () => {
		const fate = await throughRetryOnFail('Random trouble', MANY, 1);
		assert.deepEqual(new Set(fate.values()), new Set(Object.keys(TROUBLES)));
		for (const [name, count] of await requests()) assert.equal(count, 1, name);
	});

	it('the first one refused: n8n repeats the whole node, and only that one is sent again', async () => {
		const fate = await throughRetryOnFail('First one refused', SOME, 2, [[0, 'refused']]);
		const sent = await requests();
		assert.equal(sent.get(nameOf(0)), RETRY.maxTries);
		for (const [name, count] of sent) {
			if (fate.get(name) !== 'refused') assert.equal(count, 1, name);
		}
	});

	for (const trouble of ['cut before the work', 'cut after the work'] as const) {
		it(`the first one ${trouble}: repeated, but not sent again`, async () => {
			const fate = await throughRetryOnFail(`First one ${trouble}`, SOME, 3, [[0, trouble]]);
			for (const [name, count] of await requests()) {
				if (fate.get(name) !== 'refused') assert.equal(count, 1, name);
			}
		});
	}

	it('the last one cut after the work', async () => {
		await throughRetryOnFail('Last one lost', SOME, 4, [[SOME - 1, 'cut after the work']]);
		for (const [name, count] of await requests()) assert.equal(count, 1, name);
	});
});

const messageOf = ({ data }: Awaited<ReturnType<typeof retry>>) =>
	data.resultData.error?.message ?? '';

describe('payment links with Retry in the executions list', () => {
	/** Starts a run that stops on its first failure; the execution it leaves behind. */
	async function failedRun(name: string) {
		const box = await blackBox(name, CREATE, { onError: 'stopWorkflow', ...RETRY });
		assert.equal((await box.post(parents(SOME))).status, 500);
		const [execution] = await api.executions(box.workflow.id);
		assert.equal(execution?.status, 'error');
		return execution as Execution;
	}

	for (const loadWorkflow of [false, true]) {
		const which = loadWorkflow ? 'the workflow as it is now' : 'the original workflow';

		it(`with ${which}: what is there stays, what was refused and what is missing is made`, async () => {
			await cleanSlate();
			const [half, last] = [nameOf(SOME / 2), nameOf(SOME - 1)];
			await befall(half, TROUBLES.refused);
			const first = await failedRun(`Refused half-way, ${which}`);
			const before = await links();
			assert.ok(before.size >= SOME / 2 && before.size < SOME - 1, String(before.size));
			assert.ok(!before.has(half) && !before.has(last));

			await sandbox.admin('DELETE', '/faults');
			await befall(last, { effect: refuse('Not this one.'), count: 1 + RETRY.maxTries });
			const second = await retry(first, loadWorkflow);
			assert.equal(second.status, 'error');
			assert.equal((await links()).size, SOME - 1);

			await sandbox.admin('DELETE', '/faults');
			assert.equal((await retry(second, loadWorkflow)).status, 'success');
			const after = await links();
			assert.equal(after.size, SOME);
			for (const [name, id] of before) assert.equal(after.get(name), id);
			for (const [name, count] of await requests()) {
				if (![half, last].includes(name)) assert.equal(count, 1, name);
			}
		});

		it(`with ${which}: what may have been done is not sent again`, async () => {
			await cleanSlate();
			const lost = nameOf(SOME / 2);
			await befall(lost, TROUBLES['cut after the work']);
			let execution: Execution = await failedRun(`Lost half-way, ${which}`);
			for (let again = 1; again <= 3; again++) {
				const retried = await retry(execution, loadWorkflow);
				assert.equal(retried.status, 'error');
				execution = retried;
				assert.match(
					messageOf(retried),
					/^Row 101 of 200 \(Parent 0100\): Outcome unknown: .* 199 of 200 rows are at Jodo already/,
				);
			}
			assert.ok((await links()).has(lost));
			for (const [name, count] of await requests()) assert.equal(count, 1, name);
		});
	}
});

describe('payment links with everything at once', () => {
	it('a thousand, in random trouble, with Retry On Fail, through a loop, to a second node, and Retry of both kinds', async () => {
		await cleanSlate();
		// The first one is refused, so that n8n repeats the whole node.
		const fate = await arrange(MANY, 5, [[0, 'refused']]);
		const pause = { amount: 1, unit: 'seconds' };
		const { workflow, start } = await starting(
			'Everything at once',
			[
				await creates('Jodo', CREATE, { onError: 'continueErrorOutput', ...RETRY }),
				node('Once more', 'n8n-nodes-base.if', 2.2, lessOftenThan(2)),
				node('Wait', 'n8n-nodes-base.wait', 1.1, pause, { webhookId: randomUUID() }),
				await creates('Last try', CREATE, { onError: 'stopWorkflow', ...RETRY }),
			],
			{
				Items: { main: [to('Jodo')] },
				Jodo: { main: [[], to('Once more')] },
				'Once more': { main: [to('Wait'), to('Last try')] },
				Wait: { main: [to('Jodo')] },
			},
		);
		await start(parents(MANY));
		const first = await runThatIs(workflow, 'error', 'success');
		assert.equal(first.status, 'error', await recordOf(first));
		const refused = [...fate].filter(([, trouble]) => trouble === 'refused').map(([name]) => name);
		const made = parents(MANY)
			.map(({ name }) => String(name))
			.filter((name) => {
				const trouble = fate.get(name);
				return !trouble || TROUBLES[trouble].link === 1;
			});
		assert.deepEqual([...(await links()).keys()].sort(), made);
		for (const loadWorkflow of [false, true]) {
			assert.equal((await retry(first, loadWorkflow)).status, 'error');
		}

		await sandbox.admin('DELETE', '/faults');
		let last: Execution = first;
		for (const loadWorkflow of [true, false, true]) {
			const again = await retry(last, loadWorkflow);
			assert.equal(again.status, 'error');
			assert.match(
				messageOf(again),
				/^Row \d+ of \d+ \(Parent \d+\): Not sent: row \d+ of the node 'Jodo', the same payer and amounts, has an unclear outcome/,
			);
			last = again;
		}
		assert.deepEqual([...(await links()).keys()].sort(), [...made, ...refused].sort());
		for (const [name, count] of await requests()) {
			if (fate.get(name) !== 'refused') assert.equal(count, 1, name);
		}
	});
});
