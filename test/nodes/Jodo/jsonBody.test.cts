import fc from 'fast-check';

import { bodyOfJson, misfits, withoutEmpty } from '../../../nodes/Jodo/jsonBody';
import { Refused } from '../../../nodes/Jodo/values';

const why = (raw: unknown) => {
	const body = bodyOfJson(raw);
	return body instanceof Refused ? body.why : undefined;
};

describe('a body in JSON', () => {
	it.each(['{', '[]', '"x"', '', 'null', '5', null, undefined, 5, [], ['{}']])(
		'%j is none',
		(raw) => expect(why(raw)).toMatch(/^is not a JSON object/),
	);

	it.each(['\ufeff{"a":1}', '\u00a0{"a":1}\u00a0', ' \n{"a":1}\n'])('%j is one', (raw) =>
		expect(bodyOfJson(raw)).toEqual({ a: 1 }),
	);

	it('leaves out what is empty, at every depth, as text and as an object', () => {
		const body = {
			custom_identifier: '',
			fee_components: [{ component_type: 'A', fee_amount: 0, discounts: null }],
			payments: [],
			student: { identifier: ' ', new_admission: false, notes: { more: [{}] } },
			notes: [{ key: 'a', value: '' }, {}, null],
		};
		const expected = {
			fee_components: [{ component_type: 'A', fee_amount: 0 }],
			student: { new_admission: false, notes: { more: [undefined] } },
			notes: [{ key: 'a' }, undefined, undefined],
		};
		expect(bodyOfJson(body)).toEqual(expected);
		expect(bodyOfJson(JSON.stringify(body))).toEqual(expected);
	});

	it.each([
		['{"name":"Asha","details":[{"amount":1}],"x":"","details":[{"amount":5000}]}', 'details'],
		['{"a":{"b":1,"b":2}}', 'b'],
		['{"a":[{"b":1},{"b":1,"\\u0062":2}]}', 'b'],
		['{"a" :1, "a"\n:2}', 'a'],
	])('%s holds a key twice', (json, key) =>
		expect(why(json)).toBe(`holds "${key}" twice in the same object`),
	);

	it('takes any JSON object whose keys are there once', () => {
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
				expect(why(JSON.stringify(value))).toBeUndefined();
				expect(why(JSON.stringify(value, null, 2))).toBeUndefined();
			}),
		);
	});

	it('leaves nothing empty behind, and nothing else out', () => {
		const isNothing = (value: unknown) =>
			value === undefined ||
			value === null ||
			value === '' ||
			(typeof value === 'object' && Object.keys(value).length === 0);
		const holdsNothing = (value: unknown): boolean => {
			if (Array.isArray(value)) return value.some(holdsNothing);
			if (typeof value !== 'object' || value === null) return false;
			return Object.values(value).some((member) => isNothing(member) || holdsNothing(member));
		};
		fc.assert(
			fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.jsonValue()), (value) => {
				const left = (withoutEmpty(value) ?? {}) as Record<string, unknown>;
				expect(holdsNothing(left)).toBe(false);
				for (const [key, member] of Object.entries(value)) {
					if (typeof member !== 'object' && String(member).trim()) expect(left[key]).toBe(member);
				}
			}),
		);
	});
});

describe('members that no schema knows', () => {
	it('hold what JSON can hold', () => {
		expect(misfits({ a: 1, b: ['x', { c: true }], d: new Date(0) })).toEqual([]);
		// An empty row keeps its number.
		expect(misfits({ a: [undefined, null, 1] })).toEqual([]);
		expect(misfits({ a: () => 1, b: [Symbol('x')] })).toEqual([
			{ path: ['a'], message: 'is nothing that JSON can hold' },
			{ path: ['b', 0], message: 'is nothing that JSON can hold' },
		]);
		expect(
			misfits({ a: NaN, b: [{ c: '[object Object]' }, 10n, 2 ** 60], e: '#REF!' }).map(
				({ path }) => path,
			),
		).toEqual([['a'], ['b', 0, 'c'], ['b', 1], ['b', 2], ['e']]);
	});
});
