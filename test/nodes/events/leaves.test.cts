/** A payload by path, and what is left of it. */
import { arrayAt, Leaves, takeNotes, toFilledText, toText } from '../../../nodes/events/leaves';

const rest = (payload: unknown) => new Leaves(payload).rest();

it('every leaf has a path', () => {
	expect(
		rest({
			a: 1,
			b: { c: null, 'd-1': 'x', _e: false },
			f: [{ g: 1 }, [2, 3]],
			'1st': 1,
			'a b': { c: 1 },
			'say "x"': 1,
			none: {},
			empty: [],
		}),
	).toEqual({
		a: 1,
		'b.c': null,
		'b.d-1': 'x',
		'b._e': false,
		'f[0].g': 1,
		'f[1][0]': 2,
		'f[1][1]': 3,
		'["1st"]': 1,
		'["a b"].c': 1,
		'["say \\"x\\""]': 1,
		none: {},
		empty: [],
	});
});

it.each([null, 5, 'x', [], {}])('a payload of %j is one leaf', (payload) => {
	expect(rest(payload)).toEqual({ payload });
});

it('names within lists begin anew', () => {
	expect(rest([{ a: 1 }])).toEqual({ '[0].a': 1 });
	expect(rest({ a: { 'b c': { 'd e': 1 } } })).toEqual({ 'a["b c"]["d e"]': 1 });
});

describe('beyond its limits a branch stays whole', () => {
	it('a path of five hundred characters is one, one more is none', () => {
		const key = (length: number) => 'k'.repeat(length);
		const at = (length: number) => new Leaves({ [key(length)]: { a: 1 } });
		expect(at(500).rest()).toEqual({ [`${key(500)}.a`]: 1 });
		expect(at(500).isComplete).toBe(true);
		expect(at(501).rest()).toEqual({ [key(501)]: { a: 1 } });
		expect(at(501).isComplete).toBe(false);
		// What has no branches is whole in any case.
		expect(new Leaves({ [key(501)]: 1 }).isComplete).toBe(true);
		expect(new Leaves({ [key(501)]: {} }).isComplete).toBe(true);
	});

	it('a hundred thousand leaves are some, one more is too many', () => {
		const many = (count: number) => Array.from({ length: count }, () => 0);
		const all = new Leaves(many(100_000));
		expect(Object.keys(all.rest())).toHaveLength(100_000);
		expect(all.isComplete).toBe(true);
		const tooMany = new Leaves(many(100_001));
		expect(Object.keys(tooMany.rest())).toEqual(['payload']);
		expect(tooMany.isComplete).toBe(false);
		const next = new Leaves({ a: many(60_000), b: many(40_001), c: many(39_999) });
		const left = next.rest();
		expect(Object.keys(left)).toHaveLength(100_000);
		expect(left['b']).toHaveLength(40_001);
		expect(left).toHaveProperty(['c[39998]']);
		expect(next.isComplete).toBe(false);
	});
});

describe('a column', () => {
	it('takes the first place that can be read, and leaves the others', () => {
		const leaves = new Leaves({ a: { x: 1 }, b: 'two', c: 'three' });
		expect(leaves.take(['none', 'a', 'b', 'c'], toText)).toBe('two');
		expect(leaves.rest()).toEqual({ 'a.x': 1, c: 'three' });
	});

	it('takes away what says nothing, and leaves what it cannot read', () => {
		const leaves = new Leaves({ a: null, b: '  ', c: '', d: [], e: 0, f: 'six' });
		expect(leaves.take(['a', 'b', 'c', 'd', 'f'], toFilledText)).toBe('six');
		expect(leaves.rest()).toEqual({ d: [], e: 0 });
		expect(leaves.take(['a', 'd'], toFilledText)).toBeNull();
		expect(leaves.take(['e'], toFilledText)).toBe('0');
		expect(leaves.rest()).toEqual({ d: [] });
	});

	it('may give back, and drop', () => {
		const leaves = new Leaves({ a: 1, b: 2, c: 3 });
		leaves.take(['a'], toText);
		leaves.keep('a', 'part');
		leaves.drop('b', 'c', 'unheard_of');
		expect(leaves.rest()).toEqual({ a: 'part' });
	});
});

it('a text is a text, a number or a switch', () => {
	expect(['x', '', 0, false].map(toText)).toEqual(['x', '', '0', 'false']);
	expect([null, undefined, {}, [], 1n].map(toText)).toEqual(Array(5).fill(undefined));
	expect(['x', ' x ', ' ', '', 0].map(toFilledText)).toEqual([
		'x',
		' x ',
		undefined,
		undefined,
		'0',
	]);
});

it('a list is found by its path', () => {
	const payload = { order: { details: [1] }, none: null, text: 'x' };
	expect(arrayAt(payload, 'order.details')).toEqual([1]);
	for (const path of ['order', 'order.more', 'none.more', 'text.more', 'unheard.of.it']) {
		expect(arrayAt(payload, path)).toEqual([]);
	}
	expect(arrayAt(null, 'order')).toEqual([]);
});

describe('notes', () => {
	const of = (payload: object, ...places: string[]) => {
		const leaves = new Leaves(payload);
		return [takeNotes(leaves, payload, places), leaves.rest()];
	};

	it('are keys with their values', () => {
		expect(
			of(
				{ a: { notes: [{ key: 'x', value: 1 }, { key: 'y', value: null }, { key: 'z' }] } },
				'a.notes',
			),
		).toEqual([{ x: 1, y: null, z: null }, {}]);
	});

	it('in words are one', () => {
		expect(of({ a: 'paid late' }, 'a')).toEqual([{ note: 'paid late' }, {}]);
		expect(of({ a: 'paid late', b: ' ' }, 'a', 'b')).toEqual([{ note: 'paid late' }, {}]);
		expect(of({ a: '', b: 'paid late' }, 'a', 'b')).toEqual([{ note: 'paid late' }, {}]);
		expect(of({ a: null }, 'a')).toEqual([{}, {}]);
	});

	it('in other words stay where they are, whatever shape the first came in', () => {
		expect(of({ a: 'paid late', b: 'in cash' }, 'a', 'b')).toEqual([
			{ note: 'paid late' },
			{ b: 'in cash' },
		]);
		expect(of({ a: [{ key: 'note', value: 'paid late' }], b: 'in cash' }, 'a', 'b')).toEqual([
			{ note: 'paid late' },
			{ b: 'in cash' },
		]);
	});

	it('stay where they are if a key comes twice, or is none, or holds more than a value', () => {
		expect(
			of(
				{
					a: [
						{ key: 'x', value: 1 },
						{ key: 'x', value: 2, more: 3 },
						{ key: 7, value: 4 },
						{ key: 'y', value: { deep: 1 } },
						null,
						'text',
						{ key: 'w', value: 5, more: 6 },
					],
					b: [{ key: 'x', value: 8 }],
				},
				'a',
				'b',
			),
		).toEqual([
			{ x: 1, w: 5 },
			{
				'a[1].key': 'x',
				'a[1].value': 2,
				'a[1].more': 3,
				'a[2].key': 7,
				'a[2].value': 4,
				'a[3].key': 'y',
				'a[3].value.deep': 1,
				'a[4]': null,
				'a[5]': 'text',
				'a[6].more': 6,
				'b[0].key': 'x',
				'b[0].value': 8,
			},
		]);
	});
});
