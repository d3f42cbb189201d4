/**
 * The ledger adds up: rows upserted by `row_key`, where of two the later `occurred_at` stays, against a
 * payment whose history is made up here and known in full.
 */
import fc from 'fast-check';

import type { LookUp } from '../../../nodes/events/lookup';
import { orderRows, paymentRows } from '../../../nodes/events/lookup';
import type { JodoRow } from '../../../nodes/events/jodoRow';
import type { ItemPer } from '../../../nodes/events/row';
import { toRows } from '../../../nodes/events/row';
import { sampleOf } from './samples.cts';

/** What every ledger example does. */
class Ledger {
	private readonly rows = new Map<string, JodoRow>();

	write(rows: JodoRow[]): this {
		for (const row of rows) {
			const old = this.rows.get(row.row_key);
			if (!old || String(row.occurred_at) >= String(old.occurred_at)) {
				this.rows.set(row.row_key, row);
			}
		}
		return this;
	}

	get all() {
		return [...this.rows.values()];
	}

	/** Paise. */
	sum(books: string): number {
		const ours = this.all.filter((row) => row.books === books);
		return ours.reduce((total, { amount }) => total + Math.round((amount ?? NaN) * 100), 0);
	}

	keys(books: string): string[] {
		return this.all.filter((row) => row.books === books).map(({ row_key }) => row_key);
	}
}

const live = (itemPer: ItemPer = 'transfer') => ({ environment: 'live', itemPer }) as const;

/** One line as the history knows it. */
interface Line {
	component: string | null;
	paise: number;
	/** Which transfer settles it. */
	transfer: number;
}

type Kind = 'order' | 'payment_link' | 'payment' | 'flex.instalment';
const KINDS: Kind[] = ['order', 'payment_link', 'payment', 'flex.instalment'];
const COMPONENTS = ['Tuition', 'Bus', 'A|B', 'A%7CB', null];
const START = 1_700_000_000;
const HOUR = 3600;

const isOrder = (kind: Kind) => kind === 'order' || kind === 'payment_link';
const iso = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

const history = fc
	.record({
		kind: fc.constantFrom(...KINDS),
		itemPer: fc.constantFrom<ItemPer>('transfer', 'component'),
		lines: fc.array(
			fc.record({
				component: fc.constantFrom(...COMPONENTS),
				paise: fc.integer({ min: 1, max: 5_000_000 }),
				transfer: fc.nat(3),
			}),
			{ minLength: 1, maxLength: 6 },
		),
		/** Paid beyond the lines, such as a late fee; only where the payment has an amount of its own. */
		late: fc.constantFrom(0, 0, 5050),
		/** Which transfers have a UTR; the others are told by their moment. */
		withUtr: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
		steps: fc.array(
			fc.record({
				transfer: fc.nat(3),
				/** Earlier or later transfers that this event repeats. */
				repeats: fc.array(fc.nat(3), { maxLength: 3 }),
				/** In rows per component an event may name only some fee heads of what it repeats. */
				heads: fc.subarray(COMPONENTS),
				showsOpen: fc.boolean(),
				isDebited: fc.boolean(),
				isLookUp: fc.boolean(),
				asText: fc.boolean(),
				otherCode: fc.boolean(),
				freshId: fc.nat(2),
				later: fc.nat(5),
				turn: fc.nat(),
			}),
			{ maxLength: 12 },
		),
	})
	.map((h) => ({ ...h, late: isOrder(h.kind) ? 0 : h.late }));

type History = typeof history extends fc.Arbitrary<infer T> ? T : never;
type Step = History['steps'][number];

const settledAt = (transfer: number) => START + (transfer + 1) * 100 * HOUR;

function lineOf(
	h: History,
	{ component, paise, transfer }: Line,
	isSettled: boolean,
	asText: boolean,
) {
	return {
		[isOrder(h.kind) ? 'component_type' : 'fee_component']: component,
		amount: asText ? (paise / 100).toFixed(2) : paise / 100,
		settlement_utr: isSettled && h.withUtr[transfer] ? ` UTR${transfer}` : null,
		settled_at: isSettled ? iso(settledAt(transfer)) : null,
	};
}

const turned = <T,>(list: T[], by: number) => {
	const at = list.length ? by % list.length : 0;
	return [...list.slice(at), ...list.slice(0, at)];
};

const totalOf = (h: History) => h.lines.reduce((sum, { paise }) => sum + paise, 0) + h.late;
const ID: Record<Kind, string> = {
	order: 'order_7',
	payment_link: 'order_7',
	payment: 'pg_7',
	'flex.instalment': 'flex_7',
};

function recordOf(h: History, details: object[]) {
	const money = isOrder(h.kind) ? { status: 'paid' } : { amount: totalOf(h) / 100 };
	return { id: ID[h.kind], paid_at: iso(START), ...money, details };
}

function payloadOf(h: History, details: object[]) {
	const { id, ...order } = recordOf(h, details);
	return isOrder(h.kind) ? { order_id: id, order } : { student: {}, payment: { id, ...order } };
}

function delivery(h: History, word: string, payload: object, step: Step) {
	const prefix = isOrder(h.kind) || h.kind === 'payment' ? `${h.kind}.` : `${h.kind}.`;
	const code = `${prefix}${isOrder(h.kind) ? 'payment.' : ''}${word}`;
	return {
		event: h.kind === 'payment' && step.otherCode ? `pay.${code}` : code,
		event_id: `e${step.freshId}`,
		version: '1.0',
		timestamp: settledAt(step.transfer) + step.later * HOUR,
		payload,
	};
}

/** Rows of what one step of the history tells, and the transfers it tells of. */
function tell(h: History, step: Step): { rows: JodoRow[]; told: Set<Line> } {
	const isSettledBy = ({ transfer }: Line) => transfer <= step.transfer;
	if (step.isLookUp) {
		const lines = h.lines.map((line) => lineOf(h, line, isSettledBy(line), step.asText));
		const record = recordOf(h, turned(lines, step.turn));
		const now = new Date((settledAt(step.transfer) + 9 * HOUR) * 1000);
		const lookUp: LookUp = { environment: 'production', itemPer: h.itemPer, now };
		const rows = isOrder(h.kind)
			? orderRows(record, h.kind as 'order', lookUp)
			: paymentRows(record, '7951', lookUp);
		return { rows, told: new Set(h.lines.filter(isSettledBy)) };
	}
	if (step.isDebited) {
		// Repeated later, it may show what has been settled meanwhile.
		const lines = h.lines.map((line) => lineOf(h, line, isSettledBy(line), step.asText));
		const payload = payloadOf(h, turned(lines, step.turn));
		return {
			rows: toRows(delivery(h, 'debited', payload, step), live(h.itemPer)),
			told: new Set(),
		};
	}
	const isNamed = ({ transfer, component }: Line) => {
		if (transfer === step.transfer) return true;
		const isRepeated = step.repeats.includes(transfer);
		return isRepeated && (h.itemPer === 'transfer' || step.heads.includes(component));
	};
	const named = h.lines.filter(isNamed);
	const open = step.showsOpen ? h.lines.filter((line) => !isNamed(line)) : [];
	const details = [
		...named.map((line) => lineOf(h, line, true, step.asText)),
		...open.map((line) => lineOf(h, line, false, step.asText)),
	];
	// Jodo would not report a settlement of nothing.
	if (!named.length) return { rows: [], told: new Set() };
	const payload = payloadOf(h, turned(details, step.turn));
	return {
		rows: toRows(delivery(h, 'settled', payload, step), live(h.itemPer)),
		told: new Set(named),
	};
}

describe('two laws, in any order of deliveries, with repeats and look-ups between', () => {
	/** What is known to have happened, and what is in the ledger. */
	function play(h: History) {
		const ledger = new Ledger();
		const told = new Set<Line>();
		const quiet = { ...(h.steps[0] as Step), isDebited: true, isLookUp: false };
		const steps = [...h.steps, { ...quiet, transfer: 0, later: 0, freshId: 0, turn: 0 }];
		for (const step of steps) {
			const news = tell(h, step);
			ledger.write(news.rows);
			for (const line of news.told) told.add(line);
		}
		return { ledger, told: [...told] };
	}
	const runs = { numRuns: 1_000 };

	it('the sums are what was paid and what was settled', () => {
		fc.assert(
			fc.property(history, (h) => {
				const { ledger, told } = play(h);
				expect(ledger.sum('in_transit')).toBe(totalOf(h));
				expect(ledger.sum('received')).toBe(told.reduce((sum, { paise }) => sum + paise, 0));
				expect(ledger.sum('recorded') + ledger.sum('reversed')).toBe(0);
			}),
			runs,
		);
	});

	it('one fact has one key, two facts have two', () => {
		fc.assert(
			fc.property(history, (h) => {
				const { ledger, told } = play(h);
				const facts = (lines: Line[], key: (line: Line) => unknown[]) =>
					new Set(lines.map((line) => JSON.stringify(key(line)))).size;
				const isPer = h.itemPer === 'component';
				const received = facts(told, ({ transfer, component }) => [transfer, isPer && component]);
				expect(ledger.keys('received')).toHaveLength(received);
				const heads = [...h.lines.map(({ component }) => component), ...(h.late ? [null] : [])];
				expect(ledger.keys('in_transit')).toHaveLength(isPer ? new Set(heads).size : 1);
				expect(new Set(ledger.all.map(({ payment_key }) => payment_key))).toEqual(
					new Set([ID[h.kind]]),
				);
				for (const { raw } of ledger.all) expect(raw).toBeNull();
			}),
			runs,
		);
	});
});

const T = { component_type: 'Tuition', amount: 1000 };
const B = { component_type: 'Bus', amount: 500 };
const U1 = { settlement_utr: 'U1', settled_at: '2026-06-03T10:00:00Z' };
const U2 = { settlement_utr: 'U2', settled_at: '2026-06-05T10:00:00Z' };

function orderEvent(
	word: string,
	details: object[],
	more: object = {},
	timestamp: unknown = 1780500000,
) {
	const sample = sampleOf(`order.payment.${word}`);
	sample.timestamp = timestamp;
	sample.payload.order_id = 'order_1';
	Object.assign(sample.payload.order, { details, paid_at: '2026-06-01T10:00:00Z' }, more);
	return sample;
}

function paymentEvent(value: string, payment: object, timestamp: unknown = 1780500000) {
	const sample = sampleOf(value);
	sample.timestamp = timestamp;
	Object.assign(sample.payload.payment, payment);
	return sample;
}

const rowsOf = (event: unknown, itemPer?: ItemPer) => toRows(event, live(itemPer));
const rowOf = (event: unknown) => rowsOf(event)[0] as JodoRow;

describe.each<ItemPer>(['transfer', 'component'])('one payment, rows per %s', (itemPer) => {
	const booked = (...events: unknown[]) => {
		const ledger = new Ledger();
		for (const event of events) ledger.write(rowsOf(event, itemPer));
		return ledger;
	};

	it.each([
		[
			'repeats the first part',
			[
				{ ...T, ...U1 },
				{ ...B, ...U2 },
			],
		],
		[
			'repeats it in another order',
			[
				{ ...B, ...U2 },
				{ ...T, ...U1 },
			],
		],
		['names only its own part', [{ ...B, ...U2 }]],
	])('settled in two parts, where the second event %s', (_name, second) => {
		const ledger = booked(
			orderEvent('settled', [{ ...T, ...U1 }, B]),
			orderEvent('settled', second, {}, 1780700000),
		);
		expect(ledger.all.map(({ amount, settlement_utr }) => [amount, settlement_utr])).toEqual([
			[1000, 'U1'],
			[500, 'U2'],
		]);
	});

	it('settled lines without UTR are told apart by their moment', () => {
		const { settled_at: first } = U1;
		const { settled_at: later } = U2;
		const ledger = booked(
			orderEvent('settled', [{ ...T, settled_at: first }]),
			orderEvent('settled', [{ ...B, settled_at: later }]),
			// The same moment, written in another way.
			orderEvent('settled', [{ ...B, settled_at: '2026-06-05T15:30:00+05:30' }]),
		);
		expect(ledger.all.map(({ amount, settled_on }) => [amount, settled_on])).toEqual([
			[1000, '2026-06-03'],
			[500, '2026-06-05'],
		]);
	});

	describe.each([
		...['NA', 'N/A', 'n.a.', '-', '--', 'null', 'None', 'nil', '0', '0000', 'PENDING', '(pending)'],
		...['Not Available', 'To be updated', '0000-00-00 00:00:00', '0000-00-00T00:00:00Z'],
	])('a reference of %p says that there is none', (none) => {
		it('what is settled is told by its moment, so that no transfer takes the place of another', () => {
			const ledger = booked(
				orderEvent('settled', [{ ...T, ...U1, settlement_utr: none }]),
				orderEvent('settled', [{ ...B, ...U2, settlement_utr: none }]),
			);
			expect(ledger.all.map(({ amount, settlement_utr }) => [amount, settlement_utr])).toEqual([
				[1000, null],
				[500, null],
			]);
		});

		it('a line with neither a reference nor a day is open, and is booked once, when it is settled', () => {
			const open = { ...B, settlement_utr: none, settled_at: none };
			const first = orderEvent('settled', [{ ...T, ...U1 }, open]);
			const ledger = booked(first, orderEvent('settled', [{ ...B, ...U2 }], {}, 1780700000));
			expect(ledger.all.map(({ amount, settlement_utr }) => [amount, settlement_utr])).toEqual([
				[1000, 'U1'],
				[500, 'U2'],
			]);
			expect(rowOf(first)).toMatchObject({
				fully_settled: false,
				extra: {
					'order.details[1].settlement_utr': none,
					'order.details[1].settled_at': none,
				},
			});
		});
	});

	it('a debited event repeated with the references of its settlement is the same fact', () => {
		const ledger = booked(
			orderEvent('debited', [T, B]),
			orderEvent(
				'debited',
				[
					{ ...T, ...U1 },
					{ ...B, ...U2 },
				],
				{},
				1780900000,
			),
		);
		expect(ledger.sum('in_transit')).toBe(150000);
		expect(ledger.all).toHaveLength(itemPer === 'transfer' ? 1 : 2);
		for (const row of ledger.all) {
			expect(row).toMatchObject({ settlement_utr: null, settled_at: null, settled_on: null });
		}
	});

	it('a manual payment is one row, its latest state, in whatever order it comes', () => {
		const added = paymentEvent('direct.payment.added', { amount: 1000 }, 1780500000);
		const updated = paymentEvent('direct.payment.updated', { amount: 1200 }, 1780600000);
		const cancelled = paymentEvent('direct.payment.cancelled', { amount: 1200 }, 1780700000);
		for (const order of [
			[added, updated, cancelled],
			[cancelled, updated, added],
			[added, cancelled, updated],
		]) {
			const ledger = booked(...order);
			expect(ledger.all).toMatchObject([{ books: 'reversed', row_key: 'manual|direct_311' }]);
			expect(ledger.sum('recorded')).toBe(0);
		}
		expect(booked(added, updated).sum('recorded')).toBe(120000);
	});

	it('what was only debited in part of the events: nothing is settled before it is', () => {
		expect(rowsOf(orderEvent('debited', [T, B]), itemPer)[0]).toMatchObject({
			fully_settled: false,
			settled_so_far: 0,
		});
	});

	it('a settled event without any reference or day is one row, with all it came with', () => {
		const event = orderEvent('settled', [T, B]);
		const rows = rowsOf(event, itemPer);
		expect(rows).toMatchObject([{ amount: 1500, fully_settled: null, raw: event }]);
		expect(rows).toHaveLength(1);
	});
});

describe('beyond what the laws suppose', () => {
	it('a transfer of which two events name different lines: per component right, per transfer the later', () => {
		const events = [
			orderEvent('settled', [{ ...T, ...U1 }]),
			orderEvent('settled', [{ ...B, ...U1 }], {}, 1780700000),
		];
		const sum = (itemPer: ItemPer) => {
			const ledger = new Ledger();
			for (const event of events) ledger.write(rowsOf(event, itemPer));
			return ledger.sum('received');
		};
		expect([sum('component'), sum('transfer')]).toEqual([150000, 50000]);
	});

	it('a line that gets its reference later is a second row', () => {
		const ledger = new Ledger();
		ledger.write(rowsOf(orderEvent('settled', [{ ...T, settled_at: U1.settled_at }])));
		ledger.write(rowsOf(orderEvent('settled', [{ ...T, ...U1 }])));
		expect(ledger.keys('received')).toEqual([
			'settled|order_1|2026-06-03T10:00:00Z',
			'settled|order_1|U1',
		]);
	});
});

describe('fully settled is never a guess', () => {
	const settled = (amount: unknown, details: object[]) =>
		rowOf(paymentEvent('payment.settled', { amount, details }));
	const line = (amount: unknown, more: object = U1) => ({ fee_component: 'A', amount, ...more });

	it.each<[string, unknown, object[], object]>([
		[
			'all of it',
			1500,
			[line(1000), line('500.00', U2)],
			{ fully_settled: true, settled_so_far: 1500 },
		],
		['a part beside what is open', 1500, [line(1000), line(500, {})], { fully_settled: false }],
		['a part alone', 1500, [line(1000)], { fully_settled: null, settled_so_far: 1000 }],
		['the other part alone', 1500, [line(500)], { fully_settled: null, settled_so_far: 500 }],
		['more paid than its lines', 1000, [line(600)], { fully_settled: null }],
		['less paid than its lines', 500, [line(600)], { fully_settled: null }],
		['an amount that cannot be read', 'much', [line(600)], { fully_settled: null }],
		['a line that cannot be read', 600, [line('600 rupees')], { fully_settled: null }],
	])('%s', (_name, amount, details, wanted) => {
		expect(settled(amount, details)).toMatchObject(wanted);
	});

	it('an order: none of the lines shown is open', () => {
		expect(rowOf(orderEvent('settled', [{ ...T, ...U1 }, B]))).toMatchObject({
			payment_amount: 1500,
			settled_so_far: 1000,
			fully_settled: false,
		});
		expect(
			rowOf(
				orderEvent('settled', [
					{ ...T, ...U1 },
					{ ...B, ...U2 },
				]),
			),
		).toMatchObject({
			fully_settled: true,
		});
	});
});

describe('the day of money', () => {
	const disbursed = (disbursement: object) => {
		const sample = sampleOf('cred.loan.disbursed');
		Object.assign(sample.payload.disbursement, disbursement);
		return rowOf(sample);
	};

	it.each([
		'2026-06-12',
		'12-06-2026',
		'12/06/2026',
		'12 Jun 2026',
		'12-Jun-26',
		'12.06.2026',
		'12 June 2026',
	])('a loan disbursed on %s', (date) =>
		expect(disbursed({ date })).toMatchObject({ settled_on: '2026-06-12', settled_at: date }),
	);

	it.each([
		['a UTR without a day', { settlement_utr: 'U1' }],
		['a UTR with a day that cannot be read', { settlement_utr: 'U1', settled_at: 'soon' }],
		['a UTR with a day that does not exist', { settlement_utr: 'U1', settled_at: '31-02-2026' }],
	])('%s: the day of the event, and no `settled_at`', (_name, line) => {
		expect(rowOf(orderEvent('settled', [{ ...T, ...line }], {}, 1780500000))).toMatchObject({
			settled_on: '2026-06-03',
			settled_at: null,
		});
	});

	it.each([['soon'], [''], [null]])(
		'an unreadable moment (%p) beside a good one: the good one',
		(other) => {
			const lines = [
				{ ...T, ...U1 },
				{ ...B, ...U1, settled_at: other },
			];
			for (const details of [lines, [...lines].reverse()]) {
				expect(rowOf(orderEvent('settled', details))).toMatchObject({
					settled_on: '2026-06-03',
					settled_at: U1.settled_at,
				});
			}
		},
	);

	it('neither a day nor a time: the day it came', () => {
		const event = orderEvent('settled', [{ ...T, settlement_utr: 'U1' }], {}, '');
		const arrivedAt = new Date('2026-03-31T20:00:00Z');
		expect(toRows(event, { ...live(), arrivedAt })).toMatchObject([
			{ settled_on: '2026-04-01', occurred_at: null },
		]);
		const debited = orderEvent('debited', [T], { paid_at: 'today' }, null);
		expect(toRows(debited, { ...live(), arrivedAt })).toMatchObject([
			{ paid_on: '2026-04-01', paid_at: null, extra: { 'order.paid_at': 'today' } },
		]);
	});

	it.each<[unknown, string | null]>([
		[1780500000, '2026-06-03T15:20:00Z'],
		['1780500000', '2026-06-03T15:20:00Z'],
		[1780500000000, '2026-06-03T15:20:00Z'],
		['1780500000000', '2026-06-03T15:20:00Z'],
		['2026-06-03T15:20:00Z', '2026-06-03T15:20:00Z'],
		['', null],
		[' ', null],
		[null, null],
		[0, null],
		[{ toString: 1 }, null],
	])('a timestamp of %p', (timestamp, occurredAt) => {
		expect(rowOf(orderEvent('debited', [T], {}, timestamp)).occurred_at).toBe(occurredAt);
	});
});

describe('keys', () => {
	it.each([
		['payment_link.payment.debited', 'debited|order_12345'],
		['payment_link.payment.settled', 'settled|order_12345|settl_1234'],
		['payment_link.payment.expired', 'expired|order_12345'],
		['flex.instalment.bounced', 'bounced|flex_12616|2023-10-18'],
		['direct.payment.added', 'manual|direct_311'],
		['direct.payment.cancelled', 'manual|direct_311'],
		['cred.loan.disbursed', 'disbursed|91'],
	])('%s', (value, key) => expect(rowOf(sampleOf(value)).row_key).toBe(key));

	it('an order without an id: its transaction id may be that of a whole bank batch', () => {
		const order = (name: string) => {
			const sample = orderEvent('settled', [{ ...T, ...U1 }], { transaction_id: 'batch_1', name });
			sample.payload.order_id = ' ';
			return rowOf(sample);
		};
		expect(order('Asha').payment_key).toBeNull();
		expect(order('Asha').row_key).not.toBe(order('Birju').row_key);
		expect(order('Asha').row_key).toBe(order('Asha').row_key);
	});

	it('a payment without an id is known by its transaction id', () => {
		const payment = (id: unknown) =>
			rowOf(paymentEvent('payment.debited', { id, transaction_id: 'tra_1' }));
		expect(payment('').row_key).toBe('debited|tra_1');
		expect(payment(null).payment_key).toBe('tra_1');
		expect(payment('pg_1').payment_key).toBe('pg_1');
	});

	it('two bounces of one instalment, presented again with a new due date', () => {
		const bounced = (due_date: string) =>
			rowOf(paymentEvent('flex.instalment.bounced', { due_date })).row_key;
		expect(bounced('2026-06-05')).not.toBe(bounced('2026-07-05'));
		expect(bounced('2026-06-05')).toBe(bounced('05/06/2026'));
	});

	it('a disbursement without an id', () => {
		const sample = sampleOf('cred.loan.disbursed');
		delete sample.payload.disbursement.id;
		expect(rowOf(sample).row_key).toBe('disbursed|5678|2023-08-20|60000');
		expect(rowOf({ ...sample, timestamp: 1 }).row_key).toBe(rowOf(sample).row_key);
	});

	it.each(['NA', '-', 'null', 0])(
		'an id of %p is none: two payments are not one for it',
		(none) => {
			const keys = (
				value: string,
				change: (payload: Record<string, object>, amount: number) => object,
			) =>
				[1000, 2000].map((amount) => {
					const sample = sampleOf(value);
					change(sample.payload, amount);
					return rowOf(sample).row_key;
				});
			const manual = keys('direct.payment.added', ({ payment }, amount) =>
				Object.assign(payment as object, { id: null, transaction_id: none, amount }),
			);
			const loans = keys('cred.loan.disbursed', ({ disbursement }, amount) =>
				Object.assign(disbursement as object, { id: none, disbursed_amount: amount }),
			);
			const orders = keys('order.payment.debited', (payload, amount) =>
				Object.assign(payload, { order_id: none, amount }),
			);
			expect(new Set([...manual, ...loans, ...orders]).size).toBe(6);
			expect(loans[0]).toBe('disbursed|5678|2023-08-20|1000');
			const named = paymentEvent('direct.payment.added', { id: 'p1', transaction_id: none });
			expect(rowOf(named)).toMatchObject({
				row_key: 'manual|p1',
				transaction_id: null,
				extra: { 'payment.transaction_id': none },
			});
		},
	);

	it('what is no payment: own id, time and payload', () => {
		const dropped = sampleOf('masterdata.student.dropped');
		const { row_key } = rowOf(dropped);
		expect(row_key).toMatch(/^dropped\|[^|]+\|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\|[0-9a-f]{8}$/);
		expect(rowOf({ ...dropped, event_id: 'other' }).row_key).toBe(row_key);
		expect(rowOf({ ...dropped, timestamp: dropped.timestamp + 60 }).row_key).not.toBe(row_key);
	});

	it('a bar or a per cent sign inside a part is no border', () => {
		const key = (order_id: string, utr: string) => {
			const sample = orderEvent('settled', [{ ...T, ...U1, settlement_utr: utr }]);
			return rowOf({ ...sample, payload: { ...sample.payload, order_id } }).row_key;
		};
		expect(key('a|b', 'c')).toBe('settled|a%7Cb|c');
		expect(new Set([key('a|b', 'c'), key('a', 'b|c'), key('a%7Cb', 'c')]).size).toBe(3);
	});

	it('Test and Live have the same ids', () => {
		const [row] = toRows(sampleOf('flex.instalment.settled'), { environment: 'test' });
		expect(row).toMatchObject({ environment: 'test' });
		expect(row?.row_key).toMatch(/^test\|settled\|flex_12616\|/);
		expect(row?.payment_key).toBe('test|flex_12616');
	});
});

describe('look-ups', () => {
	const NOW = new Date('2026-06-20T06:00:00Z');
	const lookUp: LookUp = { environment: 'production', now: NOW };
	const link = (more: object) => ({
		id: 'order_1',
		name: 'Asha',
		status: 'unpaid',
		paid_at: null,
		transaction_id: null,
		details: [T, B],
		notes: [],
		...more,
	});
	const paid = { status: 'paid', paid_at: '2026-06-01T10:00:00Z' };

	it.each<[string, object, object[]]>([
		['nothing happened', {}, []],
		[
			'paid',
			paid,
			[{ row_key: 'debited|order_1', amount: 1500, occurred_at: '2026-06-01T10:00:00Z' }],
		],
		[
			'settled in part',
			{ ...paid, details: [{ ...T, ...U1 }, B] },
			[
				{ row_key: 'debited|order_1', books: 'in_transit' },
				{
					row_key: 'settled|order_1|U1',
					amount: 1000,
					occurred_at: U1.settled_at,
					event: 'payment_link.payment.settled',
					source: 'payment_link',
				},
			],
		],
		[
			'expired',
			{ status: 'expired' },
			[{ row_key: 'expired|order_1', books: 'none', occurred_at: '2026-06-20T06:00:00Z' }],
		],
		[
			'cancelled',
			{ status: 'Canceled' },
			[{ row_key: 'cancelled|order_1', type: 'cancelled', books: 'none' }],
		],
		['in an unknown state', { status: 'frozen' }, []],
	])('a link: %s', (_name, more, wanted) => {
		const rows = orderRows(link(more), 'payment_link', lookUp);
		expect(rows).toHaveLength(wanted.length);
		expect(rows).toMatchObject(wanted);
		for (const row of rows)
			expect(row).toMatchObject({ event_id: null, raw: null, environment: 'live' });
	});

	it('an order is an order', () => {
		expect(orderRows(link(paid), 'order', { ...lookUp, environment: 'uat' })).toMatchObject([
			{ event: 'order.payment.debited', row_key: 'test|debited|order_1', environment: 'test' },
		]);
	});

	it('a transfer without a day: the moment of the look-up', () => {
		const [, row] = orderRows(
			link({ ...paid, details: [{ ...T, settlement_utr: 'U1' }] }),
			'order',
			lookUp,
		);
		expect(row).toMatchObject({
			occurred_at: '2026-06-20T06:00:00Z',
			settled_at: null,
			settled_on: '2026-06-20',
		});
	});

	const payment = (id: string) => ({
		id,
		amount: 1500,
		product: 'pg',
		mode: 'pg',
		paid_at: '2026-06-01T10:00:00Z',
		details: [
			{ fee_component: 'T', amount: 1000, ...U1 },
			{ fee_component: 'B', amount: 500, settlement_utr: null, settled_at: null },
		],
	});

	it('payments of a student: a student payment, an instalment or a downpayment, and what may be anything', () => {
		expect(paymentRows(payment('pg_1'), '7951', lookUp)).toMatchObject([
			{ event: 'payment.debited', amount: 1500, jodo_student_id: '7951', raw: null },
			{ event: 'payment.settled', amount: 1000, row_key: 'settled|pg_1|U1', fully_settled: false },
		]);
		expect(paymentRows(payment('flex_1'), '7951', lookUp)).toMatchObject([
			{
				event: null,
				source: null,
				event_name: null,
				type: 'debited',
				books: 'in_transit',
				raw: null,
			},
			{
				event: null,
				source: null,
				type: 'settled',
				books: 'received',
				row_key: 'settled|flex_1|U1',
			},
		]);
		const odd = paymentRows(payment('direct_311'), '7951', lookUp);
		expect(odd).toMatchObject([
			{ row_key: 'other|direct_311', books: 'none', raw: { payment: { id: 'direct_311' } } },
		]);
		expect(odd).toHaveLength(1);
	});

	it('per component as the trigger does', () => {
		const rows = paymentRows(payment('pg_1'), '7951', { ...lookUp, itemPer: 'component' });
		expect(rows.map(({ row_key, amount }) => [row_key, amount])).toEqual([
			['debited|pg_1||T', 1000],
			['debited|pg_1||B', 500],
			['settled|pg_1|U1|T', 1000],
		]);
	});
});
