import fc from 'fast-check';

import { EVENTS, findEvent } from '../../../nodes/events/events';
import type { JodoEvent } from '../../../nodes/events/events';
import { canonicalJson } from '../../../nodes/shared/json';
import { factKeys, RedeliveryMemory } from '../../../nodes/JodoTrigger/redelivery';
import type { Fact } from '../../../nodes/JodoTrigger/redelivery';

const fact = (payloadText: string, more: Partial<Fact> & { envelope?: string } = {}) => {
	const { envelope = `"event_id":"${Math.random()}","timestamp":${Date.now()}` } = more;
	const rawBody = `{${envelope},"payload":${payloadText}}`;
	return factKeys({
		workflowId: 'w1',
		nodeId: 'n1',
		event: findEvent('payment.debited') as JodoEvent,
		delivery: JSON.parse(rawBody),
		rawBody,
		...more,
	});
};

const isSame = (a: string[], b: string[]) => a.some((key) => b.includes(key));

describe('factKeys', () => {
	it('is the same whatever the spelling of one payload', () => {
		const key = fact('{"a":1000.00,"b":["x",{"c":null,"d":"₹"}]}');
		expect(
			fact('{ "b" : ["x", {"d":"\\u20b9","c":null}], "a" : 1e0 }'.replace('1e0', '1000')),
		).toEqual(key);
	});

	it.each<[string, string, Partial<Fact>]>([
		['payload', '{"a":2}', {}],
		['workflow', '{"a":1}', { workflowId: 'w2' }],
		['node', '{"a":1}', { nodeId: 'n2' }],
		['event', '{"a":1}', { event: findEvent('payment.settled') }],
	])('differs by %s', (_name, payload, more) => {
		expect(isSame(fact(payload, more), fact('{"a":1}'))).toBe(false);
	});

	const envelopes = {
		first: '"event_id":"e1","timestamp":1700000000',
		'a fresh event_id': '"event_id":"e2","timestamp":1700000000',
		'a later timestamp': '"event_id":"e1","timestamp":1700000009',
		both: '"event_id":"e2","timestamp":1700000009',
		'numbers for ids': '"event_id":12345678901234567,"timestamp":1700000009',
	};
	const told = EVENTS.filter(({ type }) =>
		['debited', 'settled', 'disbursed', 'expired'].includes(type),
	);

	it.each(EVENTS.map((event) => [event.value, event] as const))(
		'%s is told from its repeats as its type is',
		(_value, event) => {
			const again = (envelope: string, payload = '{"a":1}') =>
				isSame(
					fact('{"a":1}', { event, envelope: envelopes.first }),
					fact(payload, { event, envelope }),
				);
			const isTold = told.includes(event);
			expect(again(envelopes.first)).toBe(true);
			expect(again(envelopes['a fresh event_id'])).toBe(true);
			expect(again(envelopes['a later timestamp'])).toBe(true);
			expect(again(envelopes.both)).toBe(isTold);
			expect(again(envelopes['numbers for ids'])).toBe(isTold);
			for (const envelope of Object.values(envelopes)) {
				expect(again(envelope, '{"a":2}')).toBe(false);
			}
		},
	);

	it('without id and time only the payload is left', () => {
		const event = findEvent('masterdata.student.dropped') as JodoEvent;
		const bare = fact('{"a":1}', { event, envelope: '"version":"1.0"' });
		expect(fact('{"a":1}', { event, envelope: '"version":"1.0"' })).toEqual(bare);
	});

	it.each([
		['12345678901234567', '12345678901234568'],
		['0.12345678901234567', '0.12345678901234568'],
		['9007199254740992', '9007199254740993'],
		['1e400', '1e500'],
		['1.5E400', '1.6E400'],
		['-1e400', '1e400'],
		['-1e400', '-1e500'],
		['\n\t -12345678901234567', '\n\t -12345678901234568'],
		['1234567890.1234567', '1234567890.12345671'],
		['1.0E+400', '1.0E+500'],
	])('tells %s from %s, which JSON.parse may not', (a, b) => {
		expect(isSame(fact(`{"id":${a}}`), fact(`{"id":${b}}`))).toBe(false);
		expect(isSame(fact(a), fact(b))).toBe(false);
	});

	it('does not look for numbers inside texts, nor among the ids of the delivery', () => {
		const key = (envelope: string) => fact('{"a":1}', { envelope });
		expect(key('"event_id":"\\"12345678901234567"')).toEqual(key('"event_id":"12345678901234568"'));
		expect(key('"event_id":12345678901234567')).toEqual(key('"event_id":22345678901234567'));
	});

	it('tells numbers in lists, at any depth', () => {
		expect(isSame(fact('[12345678901234567]'), fact('[12345678901234568]'))).toBe(false);
		expect(isSame(fact('[1,1e400]'), fact('[1,1e500]'))).toBe(false);
		expect(isSame(fact('[{"a":[1e400]}]'), fact('[{"a":[1e500]}]'))).toBe(false);
	});

	it('is the same however its long numbers, and what looks like one in a text, are written', () => {
		expect(fact('{"id": 12345678901234567}')).toEqual(fact('{"id":12345678901234567}'));
		expect(fact('{"a":"12345678901234567"}')).toEqual(
			fact(String.raw`{"a":"\u00312345678901234567"}`),
		);
		// Also beside one that is a number.
		expect(fact('{"n":12345678901234567,"a":"12345678901234567"}')).toEqual(
			fact(String.raw`{"a":"\u00312345678901234567","n":12345678901234567}`),
		);
		// Fifteen digits are exact.
		expect(fact('{"a":1234567890123.40}')).toEqual(fact('{"a":1234567890123.4}'));
	});

	it.each(['{"a":[1,{"b":2}]}', '[[1],[2]]', 'null', '"text"'])(
		'does not look at the ids after the payload %s',
		(payload) => {
			const key = (id: string) => {
				const rawBody = `{"payload":${payload},"more":"]}[{","event_id":"${id}","n":{}}`;
				return fact(payload, { delivery: JSON.parse(rawBody), rawBody });
			};
			expect(key('12345678901234567')).toEqual(key('22345678901234567'));
			if (payload === '"text"') return;
			const number = (id: string) => {
				const rawBody = `{"payload":${payload},"event_id":${id}}`;
				return fact(payload, { delivery: JSON.parse(rawBody), rawBody });
			};
			expect(number('12345678901234567')).toEqual(number('22345678901234567'));
		},
	);

	it('a student dropped twice is two facts, whichever of id and time is missing or lost digits', () => {
		const event = findEvent('masterdata.student.dropped') as JodoEvent;
		const key = (envelope: string) => fact('{"a":1}', { event, envelope });
		expect(isSame(key('"timestamp":1700000000'), key('"timestamp":1700000009'))).toBe(false);
		expect(isSame(key('"event_id":"e1"'), key('"event_id":"e2"'))).toBe(false);
		expect(
			isSame(
				key('"event_id":12345678901234567,"timestamp":1700000000'),
				key('"event_id":12345678901234568,"timestamp":1700000009'),
			),
		).toBe(false);
		expect(
			isSame(
				key('"event_id":null,"timestamp":1700000000'),
				key('"event_id":null,"timestamp":1700000009'),
			),
		).toBe(false);
	});

	it('never takes two payloads for one', () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
				const [textA, textB] = [JSON.stringify(a), JSON.stringify(b)];
				const isOne = canonicalJson(JSON.parse(textA)) === canonicalJson(JSON.parse(textB));
				expect(isSame(fact(textA), fact(textB))).toBe(isOne);
			}),
		);
	});
});

it('writes JSON that reads back as the same value', () => {
	fc.assert(
		fc.property(fc.jsonValue(), (value) => {
			const parsed = JSON.parse(JSON.stringify(value));
			expect(JSON.parse(canonicalJson(parsed))).toEqual(parsed);
		}),
	);
});

describe('RedeliveryMemory', () => {
	it('lets the first one run and drops a repeat', async () => {
		const memory = new RedeliveryMemory();
		const settle = await memory.claim(['a']);
		settle?.(true);
		expect(settle).toBeDefined();
		expect(await memory.claim(['a'])).toBeUndefined();
		expect(await memory.claim(['b'])).toBeDefined();
	});

	it('lets a repeat wait while the first is under way', async () => {
		const memory = new RedeliveryMemory();
		const settle = await memory.claim(['a']);
		let outcome: unknown = 'waiting';
		const repeat = memory.claim(['a']).then((claim) => (outcome = claim));
		await new Promise(setImmediate);
		expect(outcome).toBe('waiting');
		settle?.(true);
		await repeat;
		expect(outcome).toBeUndefined();
	});

	it('gives the place of a failed first to exactly one of those who wait', async () => {
		const memory = new RedeliveryMemory();
		const settle = await memory.claim(['a']);
		const repeats = [1, 2, 3].map(() => memory.claim(['a']));
		settle?.(false);
		// The end of the first response must not end the claim of the second.
		settle?.(false);
		const second = await Promise.race(repeats);
		expect(second).toBeDefined();
		settle?.(true);
		second?.(true);
		const all = await Promise.all(repeats);
		expect(all.filter(Boolean)).toHaveLength(1);
		expect(await memory.claim(['a'])).toBeUndefined();
	});

	it('keeps an acceptance when the connection closes afterwards', async () => {
		const memory = new RedeliveryMemory();
		const settle = await memory.claim(['a']);
		settle?.(true);
		settle?.(false);
		expect(await memory.claim(['a'])).toBeUndefined();
	});

	it('forgets the oldest beyond its limit, but never one under way', async () => {
		const memory = new RedeliveryMemory(3);
		const pending = await memory.claim(['pending']);
		for (const key of ['1', '2', '3', '4']) (await memory.claim([key]))?.(true);
		expect(await memory.claim(['4'])).toBeUndefined();
		expect(await memory.claim(['1'])).toBeDefined();
		pending?.(true);
		expect(await memory.claim(['pending'])).toBeUndefined();
	});

	it('remembers as many as its limit', async () => {
		const memory = new RedeliveryMemory(3);
		for (const key of ['1', '2', '3']) (await memory.claim([key]))?.(true);
		expect(await memory.claim(['1'])).toBeUndefined();
	});

	it('a repeat of two facts leaves the one under way to its own outcome', async () => {
		const memory = new RedeliveryMemory();
		(await memory.claim(['a']))?.(true);
		const other = await memory.claim(['b']);
		expect(await memory.claim(['a', 'b'])).toBeUndefined();
		other?.(false);
		expect(await memory.claim(['b'])).toBeDefined();
	});

	it('knows a fact by any of its keys, and by those of its repeats', async () => {
		const memory = new RedeliveryMemory();
		(await memory.claim(['a', 'b']))?.(true);
		expect(await memory.claim(['x', 'b'])).toBeUndefined();
		expect(await memory.claim(['x', 'y'])).toBeUndefined();
		expect(await memory.claim(['z'])).toBeDefined();
	});

	it('lets a repeat wait that shares one key only, and gives it the place of a failed first', async () => {
		const memory = new RedeliveryMemory();
		const first = await memory.claim(['a', 'b']);
		const repeats = [memory.claim(['b', 'c']), memory.claim(['c', 'a'])];
		first?.(false);
		const second = await Promise.race(repeats);
		second?.(true);
		expect((await Promise.all(repeats)).filter(Boolean)).toHaveLength(1);
	});

	it('runs each fact once, in any order of deliveries, failures and repeats', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(fc.nat(4), fc.boolean()), { maxLength: 40 }),
				async (deliveries) => {
					const memory = new RedeliveryMemory();
					const accepted = new Map<number, number>();
					await Promise.all(
						deliveries.map(async ([id, works]) => {
							const settle = await memory.claim([String(id)]);
							await new Promise(setImmediate);
							if (settle && works) accepted.set(id, (accepted.get(id) ?? 0) + 1);
							settle?.(works);
						}),
					);
					for (const [id, works] of deliveries) {
						if (works) expect(accepted.get(id)).toBe(1);
					}
				},
			),
			{ numRuns: 50 },
		);
	});
});
