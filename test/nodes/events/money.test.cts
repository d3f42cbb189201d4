// Amounts in rupees to the paisa, and what of a payment has reached the bank. Expectations by hand.
import type { JodoLine } from '../../../nodes/events/jodoRow';
import { Leaves } from '../../../nodes/events/leaves';
import {
	difference,
	grouped,
	oneUtr,
	settlementOf,
	sum,
	takeLines,
	takeRupees,
	toReference,
	transferOf,
} from '../../../nodes/events/money';

const line = (amount: number | null, more: Partial<JodoLine> = {}): JodoLine => ({
	component_type: 'Fee',
	amount,
	settlement_utr: null,
	settled_at: null,
	...more,
});

describe('an amount', () => {
	it.each<[unknown, number | null, boolean]>([
		[1500, 1500, false],
		['1500.00', 1500, false],
		[-5.5, -5.5, false],
		['-5.50', -5.5, false],
		[0, 0, false],
		[1.005, 1, true],
		['33.339', 33.34, true],
		[-0.001, 0, true],
		[5.551115123125783e-17, 0, true],
		[-1e-12, 0, true],
		['1,500', null, true],
		['1e3', null, true],
		['x5', null, true],
		['5x', null, true],
		['.5', null, true],
		['5.', null, true],
		['--5', null, true],
		[1e21, null, true],
		['99999999999999999', null, true],
		[true, null, true],
	])('%j is %j, and stays beside it: %j', (given, rupees, stays) => {
		const leaves = new Leaves({ amount: given });
		const read = takeRupees(leaves, ['amount']);
		// Which tells 0 from -0: a paisa of nothing is nothing.
		expect(read).toEqual(rupees);
		expect(leaves.rest()).toEqual(stays ? { amount: given } : {});
	});

	it('is read at the first place that holds one; what stands there otherwise stays', () => {
		const leaves = new Leaves({ a: 'soon', b: 7, c: 8 });
		expect(takeRupees(leaves, ['missing', 'a', 'b', 'c'])).toBe(7);
		expect(leaves.rest()).toEqual({ a: 'soon', c: 8 });
	});
});

it('lines are read under both names of their component, from the first place that has some', () => {
	const PLACES = ['order.details', 'payment.details'];
	const payload = {
		order: {
			details: [
				{ component_type: 'A', amount: '1.10', settlement_utr: 'U', settled_at: '2026-01-01' },
				{ component_type: '', fee_component: 'B', amount: 'x' },
			],
		},
		payment: { details: [{ fee_component: 'C', amount: 3 }] },
	};
	const leaves = new Leaves(payload);
	expect(takeLines(leaves, payload, PLACES)).toEqual([
		line(1.1, { component_type: 'A', settlement_utr: 'U', settled_at: '2026-01-01' }),
		line(null, { component_type: 'B' }),
	]);
	expect(leaves.rest()).toMatchObject({ 'payment.details[0].amount': 3 });

	const other = { ...payload, order: { details: [] } };
	expect(takeLines(new Leaves(other), other, PLACES)).toEqual([line(3, { component_type: 'C' })]);
	expect(takeLines(new Leaves({}), {}, PLACES)).toEqual([]);
});

it.each([
	...[
		'U',
		'T0',
		'Z',
		'TZ1',
		'NAVI',
		'NEFT-PENDING-7',
		'nullity',
		'0001',
		'N000',
		'UTR 0',
		'soon',
		' x ',
	],
	...[12, true, '2026-01-01', '1970-01-01T00:00:00Z'],
])('%p is a reference', (value) => expect(toReference(value)).toBe(String(value)));

it.each([
	['blanks, however many', ' '.repeat(100), undefined],
	['60 dashes', '-'.repeat(60), undefined],
	['61 dashes, which are not looked at any more', '-'.repeat(61), '-'.repeat(61)],
])('%s', (_, value, reference) => expect(toReference(value)).toBe(reference));

it('sums and differences are exact to the paisa', () => {
	expect(sum([line(0.1), line(0.2)])).toBe(0.3);
	expect(sum([line(1.15), line(-0.05)])).toBe(1.1);
	expect(sum([line(0)])).toBe(0);
	expect(sum([])).toBeNull();
	expect(sum([line(5), line(null)])).toBeNull();
	expect(difference(0.3, 0.1)).toBe(0.2);
	expect(difference(6400.05, 6000.1)).toBe(399.95);
	expect(difference(5, 7.5)).toBe(-2.5);
});

it.each<[Partial<JodoLine>, string | null]>([
	[{ settlement_utr: ' UTR-1 ' }, 'UTR-1'],
	[{ settlement_utr: 'UTR-1', settled_at: '2026-01-01T00:00:00Z' }, 'UTR-1'],
	// The same moment written in two ways is one transfer.
	[{ settled_at: '2026-01-01T05:30:00+05:30' }, '2026-01-01T00:00:00Z'],
	[{ settled_at: '2026-01-01T00:00:00.4Z' }, '2026-01-01T00:00:00Z'],
	[{ settlement_utr: '  ', settled_at: ' soon ' }, 'soon'],
	[{ settlement_utr: ' ', settled_at: ' ' }, null],
	[{}, null],
])('a line with %j came with the transfer %j', (more, transfer) => {
	expect(transferOf(line(1, more))).toBe(transfer);
});

it('lines are grouped in the order in which their keys first come', () => {
	const [a, b, c] = [line(1), line(2, { component_type: null }), line(3)];
	expect(grouped([a, b, c], (one) => one.component_type)).toEqual([
		['Fee', [a, c]],
		[null, [b]],
	]);
});

it.each<[Array<string | null>, string | null]>([
	[['U1', ' U1 ', null, ''], 'U1'],
	[['U1', 'U2'], null],
	[[null, ''], null],
	[[], null],
])('the one UTR of %j is %j', (utrs, utr) => {
	expect(oneUtr(utrs.map((settlement_utr) => line(1, { settlement_utr })))).toBe(utr);
});

describe('how much of a payment has reached the bank', () => {
	const paid = (amount: number | null, settled_at = '2026-01-02T00:00:00Z') =>
		line(amount, { settlement_utr: 'U', settled_at });
	const later = '2026-01-03T00:00:00Z';

	it.each<[string, JodoLine[], number | null | undefined, object]>([
		['all of it', [paid(1), paid(2, later)], 3, [3, true, later]],
		['all lines there are', [paid(1)], undefined, [1, true, '2026-01-02T00:00:00Z']],
		['a part', [paid(1), line(2)], 3, [1, false, '2026-01-02T00:00:00Z']],
		['nothing yet', [line(1), line(2)], 3, [0, false, null]],
		['all but a line of nothing', [paid(1), line(0)], 1, [1, true, '2026-01-02T00:00:00Z']],
		['a line of nothing alone', [line(0)], 0, [0, false, null]],
		['lines that are not all', [paid(1)], 3, [1, null, '2026-01-02T00:00:00Z']],
		['an amount that nobody knows', [paid(1)], null, [1, null, '2026-01-02T00:00:00Z']],
		['a line that cannot be read', [paid(null)], 3, [null, null, '2026-01-02T00:00:00Z']],
		[
			'an open line that cannot be read',
			[paid(1), line(null)],
			3,
			[1, null, '2026-01-02T00:00:00Z'],
		],
		['no lines', [], undefined, [null, null, null]],
	])('%s', (_name, lines, whole, expected) => {
		const { settled_so_far, fully_settled, settled_at } = settlementOf(lines, whole);
		expect([settled_so_far, fully_settled, settled_at]).toEqual(expected);
	});
});
