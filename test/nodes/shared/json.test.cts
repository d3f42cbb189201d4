/** JSON as it comes from strangers, and one text for one value. */
import fc from 'fast-check';

import { holdsExpression } from '../../../nodes/shared/expressions';
import { canonicalJson, parse } from '../../../nodes/shared/json';

const read = (text: string) => parse(Buffer.from(text, 'utf8'));
const nested = (depth: number, inner = '') => '['.repeat(depth) + inner + ']'.repeat(depth);

describe('one text for one value', () => {
	it.each<[unknown, string]>([
		[null, 'null'],
		[undefined, 'null'],
		['a"b', '"a\\"b"'],
		[1.5, '1.5'],
		[true, 'true'],
		[[], '[]'],
		[[1], '[1]'],
		[[1, [2, 3], 'x'], '[1,[2,3],"x"]'],
		[[undefined, null], '[null,null]'],
		[{}, '{}'],
		[{ a: 1 }, '{"a":1}'],
		[
			{ b: 1, a: { d: [], c: null }, '"': 2, B: undefined },
			'{"\\"":2,"B":null,"a":{"c":null,"d":[]},"b":1}',
		],
	])('%j', (value, text) => expect(canonicalJson(value)).toBe(text));

	it('whichever key was written first, and no other value has it', () => {
		const turned = (value: unknown): unknown => {
			if (Array.isArray(value)) return value.map(turned);
			if (typeof value !== 'object' || value === null) return value;
			return Object.fromEntries(
				Object.entries(value)
					.reverse()
					.map(([key, member]) => [key, turned(member)]),
			);
		};
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				const text = canonicalJson(value);
				expect(canonicalJson(turned(value))).toBe(text);
				expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
			}),
		);
	});

	it('however deep it is', () => {
		const depth = 20_000;
		let value: unknown = 1;
		for (let i = 0; i < depth; i++) value = [value];
		expect(canonicalJson(value)).toBe(nested(depth, '1'));
	});
});

describe('what has come', () => {
	it('is read with or without a mark at its beginning, in UTF-8', () => {
		expect(read('{"a":"₹"}')).toEqual({ a: '₹' });
		expect(read('\uFEFF{"a":1}')).toEqual({ a: 1 });
		expect(read('[1]')).toEqual([1]);
	});

	it.each(['', '{', 'x', 'null', '5', '"x"', 'true', '\uFEFF\uFEFF{}', '{}\uFEFF'])(
		'%j is nothing',
		(text) => expect(read(text)).toBeUndefined(),
	);

	it('is a hundred levels deep at most; what lies deeper is a text', () => {
		expect(read(nested(100))).toEqual(JSON.parse(nested(100)));
		expect(read(nested(101))).toEqual(JSON.parse(nested(100, '"[]"')));
		expect(read(nested(103, '{"b":1,"a":null}'))).toEqual(
			JSON.parse(nested(100, JSON.stringify('[[[{"a":null,"b":1}]]]'))),
		);
		const objects = (depth: number, inner: string) =>
			'{"k":'.repeat(depth) + inner + '}'.repeat(depth);
		expect(read(objects(101, '1'))).toEqual(JSON.parse(objects(100, '"{\\"k\\":1}"')));
		// Many brackets side by side are not deep.
		const flat = `{"a":[${Array(200).fill('{"b":[1]}').join()}],"c":null,"d":"["}`;
		expect(read(flat)).toEqual(JSON.parse(flat));
	});
});

it.each<[unknown, boolean]>([
	['={{ $json.a }}', true],
	['=', true],
	['a = b', false],
	['', false],
	[7, false],
	[null, false],
	[undefined, false],
	[{}, false],
	[{ a: 'x', b: [{ c: '=x' }] }, true],
	[['x', ['y', '=z']], true],
	[{ a: { b: null, c: [1, 'x='] } }, false],
])('%j holds an expression: %p', (raw, holds) => expect(holdsExpression(raw)).toBe(holds));
