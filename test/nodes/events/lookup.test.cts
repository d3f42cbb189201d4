/** What a look-up makes of a record: what has happened to it so far, by what Jodo says of it. */
import { itemPer } from '../../../nodes/events/itemPer';
import { orderRows, paymentRows } from '../../../nodes/events/lookup';

const NOW = { environment: 'production', now: new Date('2026-06-20T06:00:00Z') } as const;
const OPEN = [{ component_type: 'A', amount: 100, settlement_utr: null, settled_at: null }];
const SETTLED = [{ ...OPEN[0], settlement_utr: 'U1', settled_at: '2026-06-02T10:00:00Z' }];
const PAID_AT = '2026-06-01T10:00:00Z';

const told = (rows: ReturnType<typeof orderRows>) =>
	rows.map(({ type, source, books, raw }) => [type, source, books, raw === null].join(' '));
const order = (more: object, source: 'order' | 'payment_link' = 'order') =>
	told(orderRows({ id: 'o1', status: 'unpaid', details: OPEN, ...more }, source, NOW));
const payment = (more: object) =>
	told(paymentRows({ id: 'pg_1', amount: 100, details: OPEN, ...more }, 71, NOW));

const DEBITED = 'debited order in_transit true';

describe('an order', () => {
	it.each<[object, string[]]>([
		[{}, []],
		[{ paid_at: null }, []],
		[{ paid_at: '' }, []],
		[{ paid_at: undefined }, []],
		[{ paid_at: 'NA' }, []],
		[{ paid_at: '0000-00-00 00:00:00' }, []],
		[{ paid_at: 0 }, []],
		[{ paid_at: false }, []],
		[{ paid_at: 'NA', status: 'cancelled' }, ['cancelled order none true']],
		[{ paid_at: PAID_AT }, [DEBITED]],
		[{ status: 'paid' }, [DEBITED]],
		[{ status: ' Paid ' }, [DEBITED]],
		[{ status: 'unpaid', details: SETTLED }, [DEBITED, 'settled order received true']],
		[
			{ paid_at: PAID_AT, details: [{ ...OPEN[0], settlement_utr: 'NA', settled_at: '-' }] },
			[DEBITED],
		],
		[{ details: [{ ...OPEN[0], settlement_utr: 'PENDING', settled_at: 'pending' }] }, []],
		[{ status: 'expired' }, []],
		[{ status: 'cancelled' }, ['cancelled order none true']],
		[{ status: ' CANCELED' }, ['cancelled order none true']],
		[{ status: 'cancelled', paid_at: PAID_AT }, [DEBITED]],
		[{ status: 'not cancelled' }, []],
		[{ status: 'cancelled soon' }, []],
		[{ status: null }, []],
		[{ status: undefined }, []],
	])('%j: %j', (more, rows) => expect(order(more)).toEqual(rows));

	it('of a link may have run out', () => {
		expect(order({ status: 'expired' }, 'payment_link')).toEqual([
			'expired payment_link none true',
		]);
		expect(order({ status: 'cancelled' }, 'payment_link')).toEqual([
			'cancelled payment_link none true',
		]);
	});

	it('that does not look as documented is shown whole', () => {
		expect(order({ status: 'paid', details: 'none' })).toEqual(['debited order in_transit false']);
	});

	it('that was called off is called so at the moment of the look-up', () => {
		const [row] = orderRows({ id: 'o1', status: 'cancelled', details: OPEN }, 'order', NOW);
		expect(row).toMatchObject({
			event: null,
			event_name: null,
			order_id: 'o1',
			occurred_at: '2026-06-20T06:00:00Z',
			occurred_on: '2026-06-20',
			row_key: 'cancelled|o1',
		});
	});
});

describe('a payment of a student', () => {
	const debited = (source: string) => `debited ${source} in_transit true`;
	it.each<[object, string[]]>([
		[{}, []],
		[{ paid_at: PAID_AT }, [debited('student_payment')]],
		[{ id: ' pg_1', status: 'paid' }, [debited('student_payment')]],
		[{ details: SETTLED }, [debited('student_payment'), 'settled student_payment received true']],
		[{ id: 'flex_1', paid_at: PAID_AT }, [debited('')]],
		[{ id: 'flex_1', details: SETTLED }, [debited(''), 'settled  received true']],
		// Nothing is booked on a guess, and what Jodo says is shown.
		[{ id: 'xpg_1', paid_at: PAID_AT }, ['other  none false']],
		[{ id: 'xflex_1', paid_at: PAID_AT }, ['other  none false']],
		[{ id: undefined, paid_at: PAID_AT }, ['other  none false']],
	])('%j: %j', (more, rows) => expect(payment(more)).toEqual(rows));

	it('that does not look as documented is shown whole', () => {
		expect(payment({ paid_at: PAID_AT, amount: 'x' })).toEqual([
			'debited student_payment in_transit false',
		]);
	});

	it('happened when it was paid and when it was settled, and of the unknown ones when it was paid', () => {
		const moments = (id: string) =>
			paymentRows({ id, amount: 100, paid_at: PAID_AT, details: SETTLED }, 71, NOW).map(
				({ type, occurred_at }) => [type, occurred_at],
			);
		expect(moments('pg_1')).toEqual([
			['debited', PAID_AT],
			['settled', '2026-06-02T10:00:00Z'],
		]);
		expect(moments('new_1')).toEqual([['other', PAID_AT]]);
	});
});

it('one row per transfer to the bank, unless it is chosen otherwise', () => {
	expect(itemPer).toMatchObject({
		name: 'itemPer',
		type: 'options',
		default: 'transfer',
		options: [
			{ name: 'Bank Transfer', value: 'transfer' },
			{ name: 'Fee Component', value: 'component' },
		],
	});
});
