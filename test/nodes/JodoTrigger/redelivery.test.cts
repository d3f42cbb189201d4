import fc from 'fast-check';

import { canonicalJson } from '../../../nodes/shared/json';
import { factKey, RedeliveryMemory } from '../../../nodes/JodoTrigger/redelivery';
import type { Fact } from '../../../nodes/JodoTrigger/redelivery';

const fact = (payloadText: string, more: Partial<Fact> = {}) =>
	factKey({
		workflowId: 'w1',
		nodeId: 'n1',
		event: 'payment.debited',
		payload: JSON.parse(payloadText),
		rawBody: `{"event_id":"${Math.random()}","payload":${payloadText}}`,
		...more,
	});

describe('factKey', () => {
	it('is the same whatever the spelling of one payload', () => {
		const key = fact('{"a":1000.00,"b":["x",{"c":null,"d":"₹"}]}');
		expect(
			fact('{ "b" : ["x", {"d":"\\u20b9","c":null}], "a" : 1e0 }'.replace('1e0', '1000')),
		).toBe(key);
	});

	it.each<[string, string, Partial<Fact>]>([
		['payload', '{"a":2}', {}],
		['workflow', '{"a":1}', { workflowId: 'w2' }],
		['node', '{"a":1}', { nodeId: 'n2' }],
		['event', '{"a":1}', { event: 'payment.settled' }],
		['event_id', '{"a":1}', { eventId: 'e1' }],
	])('differs by %s', (_name, payload, more) => {
		expect(fact(payload, more)).not.toBe(fact('{"a":1}'));
	});

	it.each([
		['12345678901234567', '12345678901234568'],
		['0.12345678901234567', '0.12345678901234568'],
		['1e400', '1e500'],
		['-1e400', '1e400'],
	])('tells %s from %s, which JSON.parse may not', (a, b) => {
		expect(fact(`{"id":${a}}`)).not.toBe(fact(`{"id":${b}}`));
	});

	it('does not look for numbers inside texts', () => {
		const key = (id: string) =>
			fact('{"a":1}', { rawBody: `{"event_id":"\\"${id}","payload":{"a":1}}` });
		expect(key('12345678901234567')).toBe(key('12345678901234568'));
	});

	it('never takes two payloads for one', () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
				const [textA, textB] = [JSON.stringify(a), JSON.stringify(b)];
				const isSame = canonicalJson(JSON.parse(textA)) === canonicalJson(JSON.parse(textB));
				expect(fact(textA) === fact(textB)).toBe(isSame);
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
		const settle = await memory.claim('a');
		settle?.(true);
		expect(settle).toBeDefined();
		expect(await memory.claim('a')).toBeUndefined();
		expect(await memory.claim('b')).toBeDefined();
	});

	it('lets a repeat wait while the first is under way', async () => {
		const memory = new RedeliveryMemory();
		const settle = await memory.claim('a');
		let outcome: unknown = 'waiting';
		const repeat = memory.claim('a').then((claim) => (outcome = claim));
		await new Promise(setImmediate);
		expect(outcome).toBe('waiting');
		settle?.(true);
		await repeat;
		expect(outcome).toBeUndefined();
	});

	it('gives the place of a failed first to exactly one of those who wait', async () => {
		const memory = new RedeliveryMemory();
		const settle = await memory.claim('a');
		const repeats = [1, 2, 3].map(() => memory.claim('a'));
		settle?.(false);
		// The end of the first response must not end the claim of the second.
		settle?.(false);
		const second = await Promise.race(repeats);
		expect(second).toBeDefined();
		settle?.(true);
		second?.(true);
		const all = await Promise.all(repeats);
		expect(all.filter(Boolean)).toHaveLength(1);
		expect(await memory.claim('a')).toBeUndefined();
	});

	it('keeps an acceptance when the connection closes afterwards', async () => {
		const memory = new RedeliveryMemory();
		const settle = await memory.claim('a');
		settle?.(true);
		settle?.(false);
		expect(await memory.claim('a')).toBeUndefined();
	});

	it('forgets the oldest beyond its limit, but never one under way', async () => {
		const memory = new RedeliveryMemory(3);
		const pending = await memory.claim('pending');
		for (const key of ['1', '2', '3', '4']) (await memory.claim(key))?.(true);
		expect(await memory.claim('4')).toBeUndefined();
		expect(await memory.claim('1')).toBeDefined();
		pending?.(true);
		expect(await memory.claim('pending')).toBeUndefined();
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
							const settle = await memory.claim(String(id));
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
