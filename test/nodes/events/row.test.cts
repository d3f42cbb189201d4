import fc from 'fast-check';

import { EVENTS, findEvent } from '../../../nodes/events/events';
import { dayInIndia } from '../../../nodes/events/days';
import { toRows } from '../../../nodes/events/row';
import type { JodoRow } from '../../../nodes/events/jodoRow';
import { PAYLOADS } from '../../../nodes/events/schemas';
import { sampleOf, SAMPLES } from './samples.cts';

const rowsOf = (delivery: unknown) => toRows(delivery, { environment: 'live' });
const rowOf = (delivery: unknown) => rowsOf(delivery)[0] as JodoRow;
const componentRows = (delivery: unknown) =>
	toRows(delivery, { environment: 'live', itemPer: 'component' });

/** Every leaf with its path; empty lists and objects count as leaves. */
function leavesOf(value: unknown, path = ''): Array<[string, unknown]> {
	if (typeof value !== 'object' || value === null || !Object.keys(value).length) {
		return [[path, value]];
	}
	return Object.entries(value).flatMap(([key, member]) =>
		leavesOf(member, Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key),
	);
}

const textOf = (value: unknown) =>
	typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);

/** What a row says, as texts: cells, lines, notes and extras. */
function saidBy(row: JodoRow): string[] {
	return leavesOf({ ...row, raw: null }).map(([, value]) => textOf(value));
}

function isSaid(row: JodoRow, path: string, value: unknown): boolean {
	if (path === 'timestamp') return Date.parse(row.occurred_at ?? '') === Number(value) * 1000;
	if (/\.notes\[\d+\]\.key$/.test(path)) return Object.keys(row.notes).includes(String(value));
	// Money of the form "1000.00" is said as 1000.
	const texts = [
		String(value),
		...(/^\d+(\.\d+)?$/.test(String(value)) ? [String(Number(value))] : []),
	];
	return texts.some((text) => saidBy(row).includes(text));
}

/** n8n's table shows the first forty, an office reads the first ten. */
const COLUMNS = `
books type amount paid_on settled_on settlement_utr name student_name identifier grade_name
component_type mode payment_amount settled_so_far fully_settled due_date event_name
row_key payment_key order_id payment_id transaction_id reference_id jodo_student_id
subscription_id mandate_id application_id disbursement_id
phone email custom_identifier collector_code grade academic_year_start academic_year_end
event source environment event_id occurred_at occurred_on paid_at settled_at initial_due_date
order_status subscription_status mandate_status application_status reason product currency
details notes extra raw`
	.trim()
	.split(/\s+/);

const NAMES = EVENTS.map(({ value }) => value);

it('has a sample of every event and of nothing else', () => {
	expect([...SAMPLES.keys()].sort()).toEqual([...NAMES].sort());
	for (const value of NAMES) {
		expect(findEvent(sampleOf(value).event)?.value).toBe(value);
		// Where nothing of Jodo's page was available, the sample cannot be Jodo's.
		if (findEvent(value)?.evidence !== 'documented') {
			expect(SAMPLES.get(value)?.origin).toBe('inferred');
		}
	}
});

describe.each(NAMES)('%s', (value) => {
	it('loses no leaf of its sample', () => {
		const sample = sampleOf(value);
		const row = rowOf(sample);
		const missing = leavesOf(sample).filter(([path, leaf]) => !isSaid(row, path, leaf));
		expect(missing).toEqual([]);
		expect(row.raw).toBeNull();
	});

	it('loses no leaf if every leaf is different and unheard-of ones are added', () => {
		// Unique values: one cell cannot stand in for another.
		let count = 0;
		const distinct = (node: unknown, path = ''): unknown => {
			if (Array.isArray(node)) return node.map((member, i) => distinct(member, `${path}[${i}]`));
			if (typeof node === 'object' && node !== null) {
				const members = Object.entries(node).map(([key, member]) => [
					key,
					distinct(member, `${path}.${key}`),
				]);
				return {
					...Object.fromEntries(members),
					unheard_of: `new${count++}`,
					'a.b': [`odd${count++}`],
				};
			}
			if (path === '.event') return node;
			if (path === '.timestamp') return 1700000000 + count++;
			if (/amount$/.test(path)) return 5000 + count++ + 0.25;
			if (/academic_year/.test(path)) return 2100 + count++;
			return node === null ? `given${count++}` : `v${count++}`;
		};
		const sample = distinct(sampleOf(value));
		const row = rowOf(sample);
		expect(leavesOf(sample).filter(([path, leaf]) => !isSaid(row, path, leaf))).toEqual([]);
	});

	it('has the same keys as every other row', () => {
		for (const row of [...rowsOf(sampleOf(value)), ...componentRows(sampleOf(value))]) {
			expect(Object.keys(row)).toEqual(COLUMNS);
		}
	});

	it('fits its schema with ids and amounts as texts or numbers', () => {
		const fits = PAYLOADS[findEvent(value)?.payload ?? 'order'];
		const swap = (node: unknown): unknown => {
			if (Array.isArray(node)) return node.map(swap);
			if (typeof node !== 'object' || node === null) return node;
			return Object.fromEntries(
				Object.entries(node).map(([key, member]) => {
					const isSwapped = /(^id|_id|amount|_number|year_start|year_end)$/.test(key);
					if (!isSwapped || typeof member === 'object') return [key, swap(member)];
					return [
						key,
						typeof member === 'number'
							? String(member)
							: /^\d+$/.test(String(member))
								? Number(member)
								: member,
					];
				}),
			);
		};
		const sample = sampleOf(value);
		expect(fits(swap(sample.payload))).toBe(true);
		// Whatever has a column has one type; `extra` and the hash in a key keep values as they came.
		const comparable = (row: JodoRow) => ({
			...row,
			extra: null,
			row_key: row.row_key.replace(/[0-9a-f]{8}$/, ''),
		});
		const swapped = rowOf({ ...sample, payload: swap(sample.payload) });
		expect(comparable(swapped)).toEqual(comparable(rowOf(sample)));
	});

	it('is emitted even if nothing is as documented', () => {
		for (const payload of [
			undefined,
			null,
			'text',
			7,
			[],
			{},
			{ order: null, payment: 'x', student: [] },
		]) {
			const delivery = { ...sampleOf(value), payload };
			const row = rowOf(delivery);
			expect(row.event).toBe(value);
			expect(row.raw).toEqual(delivery);
			expect(Object.keys(row)).toEqual(Object.keys(rowOf(sampleOf(value))));
		}
	});

	it('is JSON', () => {
		const row = rowOf(sampleOf(value));
		expect(JSON.parse(JSON.stringify(row))).toEqual(row);
	});
});

it('loses nothing of any payload', () => {
	const key = fc.oneof(
		fc.constantFrom(
			'order',
			'payment',
			'student',
			'details',
			'notes',
			'key',
			'value',
			'amount',
			'id',
		),
		fc.string(),
	);
	const { tree } = fc.letrec((tie) => ({
		tree: fc.oneof(
			{ maxDepth: 5 },
			fc.string(),
			fc.integer(),
			fc.boolean(),
			fc.array(tie('tree'), { maxLength: 3 }),
			fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
		),
	}));
	fc.assert(
		fc.property(fc.constantFrom(...NAMES), tree, (value, tree) => {
			const payload = JSON.parse(JSON.stringify(tree));
			const row = rowOf({ ...sampleOf(value), payload });
			const said = new Set(saidBy(row));
			const noteKeys = Object.keys(row.notes);
			return leavesOf(payload).every(
				([, leaf]) =>
					// A blank says nothing.
					!textOf(leaf).trim() ||
					said.has(textOf(leaf)) ||
					noteKeys.includes(textOf(leaf)) ||
					said.has(String(Number(textOf(leaf)))),
			);
		}),
		{ numRuns: 500 },
	);
});

describe('money', () => {
	const settledLink = (amounts: Array<number | string>) => {
		const sample = sampleOf('payment_link.payment.settled');
		const [line] = sample.payload.order.details;
		sample.payload.order.details = amounts.map((amount) => ({ ...line, amount }));
		return rowOf(sample);
	};

	it('adds up to the paisa', () => {
		expect(settledLink([0.1, 0.2]).amount).toBe(0.3);
		expect(settledLink(['1150.15', 2300.3, '0.01']).amount).toBe(3450.46);
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.nat(999_999_999), fc.boolean()), { minLength: 1, maxLength: 20 }),
				(lines) => {
					const row = settledLink(
						lines.map(([paise, asText]) => (asText ? (paise / 100).toFixed(2) : paise / 100)),
					);
					const total = lines.reduce((sum, [paise]) => sum + BigInt(paise), 0n);
					expect(row.amount?.toFixed(2)).toBe(
						`${total / 100n}.${String(total % 100n).padStart(2, '0')}`,
					);
					expect(row.settled_so_far).toBe(row.amount);
				},
			),
		);
	});

	it('prefers what Jodo says was paid, and says it once', () => {
		const sample = sampleOf('flex.instalment.settled');
		sample.payload.payment.amount = '1050.50';
		expect(rowOf(sample)).toMatchObject({
			amount: 1000,
			payment_amount: 1050.5,
			settled_so_far: 1000,
			fully_settled: null,
		});
	});

	it('rounds what is finer than a paisa and keeps it beside', () => {
		const row = settledLink([33.333]);
		expect(row.amount).toBe(33.33);
		expect(row.extra).toMatchObject({ 'order.details[0].amount': 33.333 });
	});

	it('does not guess at an amount it cannot read', () => {
		const row = settledLink([100, 'hundred']);
		expect(row).toMatchObject({ amount: null, settled_so_far: null, fully_settled: null });
		expect(row.extra).toMatchObject({ 'order.details[1].amount': 'hundred' });
		expect(row.raw).not.toBeNull();
	});

	it('never takes the total of a loan for money received', () => {
		expect(rowOf(sampleOf('cred.loan.final_approved')).amount).toBeNull();
		expect(rowOf(sampleOf('cred.loan.agreement_signed')).amount).toBeNull();
		expect(rowOf(sampleOf('cred.loan.disbursed'))).toMatchObject({
			amount: 60000,
			settled_on: '2023-08-20',
			books: 'received',
			row_key: 'disbursed|91',
		});
		expect(rowOf(sampleOf('cred.emi.debited'))).toMatchObject({ amount: 10000, books: 'none' });
	});
});

describe('days in India', () => {
	it.each([
		['2026-03-31T18:29:59Z', '2026-03-31'],
		['2026-03-31T18:30:00Z', '2026-04-01'],
		['2026-03-31T23:59:59Z', '2026-04-01'],
		['2026-04-01T00:00:00Z', '2026-04-01'],
		['2026-03-30T18:30:00Z', '2026-03-31'],
		['2026-03-31T18:29:59.999Z', '2026-03-31'],
		['2026-03-31 18:30:00', '2026-04-01'],
		['2026-03-31T18:30', '2026-04-01'],
		['2026-04-01T00:10:00+05:30', '2026-04-01'],
		['2026-03-31T23:50:00+05:30', '2026-03-31'],
		['2026-03-31', '2026-03-31'],
		['2028-02-29T18:30:00Z', '2028-03-01'],
		['soon', null],
		['', null],
		[null, null],
	])('%s is %s', (moment, day) => expect(dayInIndia(moment)).toBe(day));

	it('agrees with the calendar of the time zone', () => {
		const calendar = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Kolkata' });
		fc.assert(
			fc.property(
				fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
				(date) => dayInIndia(date.toISOString()) === calendar.format(date),
			),
		);
	});

	it('stand beside the moments', () => {
		const sample = sampleOf('payment_link.payment.settled');
		sample.timestamp = Date.parse('2026-03-31T18:30:00Z') / 1000;
		sample.payload.order.paid_at = '2026-03-31T18:29:59Z';
		sample.payload.order.details[0].settled_at = '2026-04-02T20:00:00Z';
		expect(rowOf(sample)).toMatchObject({
			occurred_at: '2026-03-31T18:30:00Z',
			occurred_on: '2026-04-01',
			paid_on: '2026-03-31',
			settled_on: '2026-04-03',
		});
		expect(rowOf({ ...sample, timestamp: String(sample.timestamp) }).occurred_on).toBe(
			'2026-04-01',
		);
		expect(rowOf({ ...sample, timestamp: 'now' })).toMatchObject({
			occurred_at: null,
			extra: { 'envelope.timestamp': 'now' },
		});
	});
});

describe('keys', () => {
	it('join debited and settled of one payment', () => {
		const debited = rowOf(sampleOf('payment_link.payment.debited'));
		const settled = rowOf(sampleOf('payment_link.payment.settled'));
		expect(debited.payment_key).toBe(settled.payment_key);
		expect(debited.row_key).toBe('debited|order_12345');
		expect(settled.row_key).toBe('settled|order_12345|settl_1234');
	});

	it('do not change when the same payment is delivered under a new event_id', () => {
		for (const value of NAMES) {
			const sample = sampleOf(value);
			const again = rowOf({ ...sample, event_id: 'another' });
			expect(again.row_key).toBe(rowOf(sample).row_key);
		}
	});

	it('fall back to the delivery where Jodo says nothing at all', () => {
		const bare = (payload: unknown) => rowOf({ event: 'cred.loan.rejected', payload }).row_key;
		expect(bare({ a: 1 })).not.toBe(bare({ a: 2 }));
		expect(bare({ a: 1, b: 2 })).toBe(bare({ b: 2, a: 1 }));
	});
});

describe('details', () => {
	it('a reference on the payment holds for all its lines', () => {
		expect(rowOf(sampleOf('direct.payment.added'))).toMatchObject({
			settlement_utr: 'settl_1234',
			settled_so_far: 2000,
			fully_settled: true,
			notes: { note: 'advance payment' },
		});
	});

	it('a reference on the payment and others on its lines are all kept', () => {
		const sample = sampleOf('direct.payment.added');
		sample.payload.payment.details.forEach((line: object, i: number) =>
			Object.assign(line, { settlement_utr: `utr_${i}` }),
		);
		const row = rowOf(sample);
		expect(row.settlement_utr).toBe('settl_1234');
		expect(row.details.map((line) => line.settlement_utr)).toEqual(['utr_0', 'utr_1']);
		expect(row.extra).toMatchObject({ 'payment.settlement_utr': 'settl_1234' });
	});

	it('a partly settled order says how much', () => {
		const sample = sampleOf('order.payment.settled');
		sample.payload.order.details.push({ component_type: 'Lab Fee', amount: 250.5 });
		expect(rowOf(sample)).toMatchObject({
			amount: 10000,
			payment_amount: 10250.5,
			settled_so_far: 10000,
			fully_settled: false,
		});
		expect(rowOf(sampleOf('order.payment.debited'))).toMatchObject({
			settled_so_far: 0,
			fully_settled: false,
		});
		expect(rowOf(sampleOf('masterdata.student.dropped'))).toMatchObject({
			settled_so_far: null,
			fully_settled: null,
			details: [],
		});
	});

	it('the latest settlement counts', () => {
		const sample = sampleOf('order.payment.settled');
		const line = (settled_at: string | null) => ({
			component_type: 'A',
			amount: 1,
			settlement_utr: 'u',
			settled_at,
		});
		sample.payload.order.details = [
			line('2026-03-31T10:00:00Z'),
			line('2026-04-01T10:00:00Z'),
			line('2026-03-01T10:00:00Z'),
			line(null),
		];
		expect(rowOf(sample).settled_at).toBe('2026-04-01T10:00:00Z');
	});
});

describe('one row per fee component', () => {
	const order = (...details: object[]) => {
		const sample = sampleOf('order.payment.settled');
		sample.payload.order.details = details;
		return componentRows(sample);
	};
	const tuition = { component_type: 'Tuition', amount: 6000.1 };
	const lab = { component_type: 'Lab', amount: 399.95 };
	const first = { settlement_utr: 'utr_1', settled_at: '2026-03-31T19:00:00Z' };
	const second = { settlement_utr: 'utr_2', settled_at: '2026-04-03T10:00:00Z' };

	it('puts the component at the top level', () => {
		expect(order({ ...tuition, ...first }, { ...lab, ...second })).toMatchObject([
			{
				component_type: 'Tuition',
				amount: 6000.1,
				settlement_utr: 'utr_1',
				settled_on: '2026-04-01',
				row_key: 'settled|order_2345343214521452|utr_1|Tuition',
			},
			{ component_type: 'Lab', amount: 399.95, settlement_utr: 'utr_2', settled_on: '2026-04-03' },
		]);
	});

	it.each([
		[
			'repeats the first part',
			[
				{ ...tuition, ...first },
				{ ...lab, ...second },
			],
		],
		['holds only its own part', [{ ...lab, ...second }]],
		[
			'is in another order',
			[
				{ ...lab, ...second },
				{ ...tuition, ...first },
			],
		],
	])('adds up by row_key if the second settlement %s', (_name, details) => {
		const sheet = new Map<string, number | null>();
		for (const row of [...order({ ...tuition, ...first }, lab), ...order(...details)]) {
			sheet.set(row.row_key, row.amount);
		}
		expect([...sheet.values()]).toEqual([6000.1, 399.95]);
	});

	it('adds two lines of one component and one reference', () => {
		const rows = order({ ...tuition, ...first }, { ...tuition, ...first, amount: 0.2 });
		expect(rows.map(({ amount }) => amount)).toEqual([6000.3]);
	});

	it('is one row for a component that is written with a blank more', () => {
		const rows = order(
			{ ...tuition, ...first },
			{ ...tuition, ...first, component_type: ' Tuition ' },
		);
		expect(rows.map(({ amount, row_key }) => [amount, row_key])).toEqual([
			[12000.2, 'settled|order_2345343214521452|utr_1|Tuition'],
		]);
	});

	it('keeps unsettled components of a payment that was only debited', () => {
		const sample = sampleOf('order.payment.debited');
		sample.payload.order.details = [tuition, lab];
		const rows = componentRows(sample);
		expect(
			rows.map(({ component_type, amount, row_key }) => [component_type, amount, row_key]),
		).toEqual([
			['Tuition', 6000.1, 'debited|order_12343532424||Tuition'],
			['Lab', 399.95, 'debited|order_12343532424||Lab'],
		]);
	});

	it('keeps what was paid where the components do not add up to it', () => {
		const sample = sampleOf('flex.instalment.settled');
		sample.payload.payment.amount = 1050.5;
		const [row] = componentRows(sample);
		expect(row).toMatchObject({ amount: 1000, payment_amount: 1050.5 });
	});

	it('is one row where there are no components', () => {
		const row = rowOf(sampleOf('masterdata.student.dropped'));
		expect(componentRows(sampleOf('masterdata.student.dropped'))).toEqual([
			{ ...row, component_type: null },
		]);
	});
});

it('keeps a second note of the same name', () => {
	const sample = sampleOf('order.payment.debited');
	sample.payload.order.notes = [
		{ key: 'ref', value: 'A' },
		{ key: 'ref', value: 'B' },
		{ key: '__proto__', value: 'C' },
		{ key: 'deep', value: { a: 1 } },
	];
	const row = rowOf(sample);
	expect(Object.entries(row.notes)).toEqual([
		['ref', 'A'],
		['__proto__', 'C'],
	]);
	expect(row.extra).toMatchObject({
		'order.notes[1].value': 'B',
		'order.notes[3].value.a': 1,
	});
});

it('keeps the code that a student-linked payment came under', () => {
	expect(rowOf(sampleOf('payment.debited'))).toMatchObject({
		event: 'payment.debited',
		extra: { 'envelope.event': 'pay.payment.debited' },
	});
});

it('keeps a swapped grade as received', () => {
	expect(rowOf(sampleOf('flex.mandate.cancelled'))).toMatchObject({
		grade: 'Montessori 1',
		grade_name: 'M1BLUE',
		reason: 'customer_revoked',
		mandate_status: 'cancelled',
		subscription_status: 'active',
	});
});

describe('the exact form of a key', () => {
	const paid = (payment: object) => {
		const sample = sampleOf('payment.debited');
		sample.payload.payment = { ...sample.payload.payment, ...payment };
		return rowOf(sample);
	};

	it('keeps its parts apart whatever an id holds', () => {
		expect(paid({ id: ' a%b|c ' }).row_key).toBe('debited|a%25b%7Cc');
		expect(paid({ id: ' a%b|c ' }).payment_key).toBe('a%25b%7Cc');
	});

	it('of a loan paid out without an id is its application, day and amount, as far as they are known', () => {
		const disbursed = (payload: object) => rowOf({ event: 'cred.loan.disbursed', payload }).row_key;
		const application = { id: 5678 };
		const disbursement = { date: '2026-03-28', amount: 60000 };
		expect(disbursed({ application, disbursement })).toBe('disbursed|5678|2026-03-28|60000');
		expect(disbursed({ application })).toBe('disbursed|5678');
		expect(disbursed({ a: 1 })).not.toBe(disbursed({ a: 2 }));
	});

	it('joins payments only: a student with a payment beside has no payment_key', () => {
		const sample = sampleOf('masterdata.student.dropped');
		sample.payload.payment = { id: 'pg_1' };
		expect(rowOf(sample)).toMatchObject({ payment_id: 'pg_1', payment_key: null });
	});
});

it('an amount that was paid out may stand under its shorter name', () => {
	const sample = sampleOf('cred.loan.disbursed');
	sample.payload.disbursement = { id: 91, date: '2026-03-28', amount: '60000.50' };
	expect(rowOf(sample).amount).toBe(60000.5);
});

it.each([
	['2025', 2025],
	[2025, 2025],
	['12025', null],
	['2025-26', null],
])('the academic year %p is %p', (year, read) => {
	const sample = sampleOf('payment.debited');
	sample.payload.student.academic_year_start = year;
	const row = rowOf(sample);
	expect(row.academic_year_start).toBe(read);
	if (read === null) expect(row.extra['student.academic_year_start']).toBe(year);
});

it.each([
	[['A'], 'A'],
	[['A', 'A'], 'A'],
	[['A', 'B'], null],
	[['A', 'B', 'A'], null],
	[[], null],
])('an expired link for %j has, per component, the component %j', (components, component) => {
	const sample = sampleOf('payment_link.payment.expired');
	sample.payload.order.details = components.map((component_type) => ({
		component_type,
		amount: 1,
	}));
	expect(componentRows(sample).map((row) => row.component_type)).toEqual([component]);
	expect(rowOf(sample).component_type).toBeNull();
});

it('a component that cannot be read is not made up for by what was paid', () => {
	const sample = sampleOf('payment.debited');
	sample.payload.payment.amount = 100;
	sample.payload.payment.details = [
		{ fee_component: 'A', amount: 60 },
		{ fee_component: 'B', amount: 'x' },
	];
	expect(componentRows(sample).map((row) => [row.component_type, row.amount])).toEqual([
		['A', 60],
		['B', null],
	]);
});

it('a reference of the whole payment that one line has too is said once', () => {
	const sample = sampleOf('direct.payment.added');
	sample.payload.payment.details[0].settlement_utr = 'utr_0';
	const row = rowOf(sample);
	expect(row.details.map((line) => line.settlement_utr)).toEqual(['utr_0', 'settl_1234']);
	expect(row.extra).not.toHaveProperty(['payment.settlement_utr']);
});

it('the same money under a second name counts once, and is kept', () => {
	const sample = sampleOf('payment_link.payment.settled');
	sample.payload.payment = { id: 'pg_1', amount: 1000, details: sample.payload.order.details };
	for (const [row, ...others] of [rowsOf(sample), componentRows(sample)]) {
		expect(others).toEqual([]);
		expect(row).toMatchObject({ amount: 1000, settled_so_far: 1000 });
		expect(row?.extra).toMatchObject({ 'payment.details[0].amount': 1000 });
	}
});

it('a line that is open stays so, whatever reference came with the whole settlement', () => {
	const sample = sampleOf('flex.instalment.settled');
	const { payment } = sample.payload;
	payment.details.push({
		fee_component: 'BUS',
		amount: 500,
		settlement_utr: null,
		settled_at: null,
	});
	Object.assign(payment, { amount: 1500, settlement_utr: 'payment_12616' });
	const rows = componentRows(sample);
	expect(rows.map((row) => [row.component_type, row.amount])).toEqual([['ADMISSION_FEE', 1000]]);
	expect(rows[0]).toMatchObject({ settled_so_far: 1000, fully_settled: false });

	// Without a word about any line it holds for all.
	for (const line of payment.details)
		Object.assign(line, { settlement_utr: null, settled_at: null });
	expect(rowOf(sample)).toMatchObject({ amount: 1500, settlement_utr: 'payment_12616' });
});

it('an amount that no row can say is told by `raw`; what sums have left over is nothing', () => {
	const withAmount = (amount: unknown) => {
		const sample = sampleOf('order.payment.settled');
		sample.payload.order.details[0].amount = amount;
		return rowOf(sample);
	};
	for (const amount of [1e21, '99999999999999999', '1,00,000.00', '1e3', null]) {
		expect(withAmount(amount).amount).toBeNull();
		expect(withAmount(amount).raw).not.toBeNull();
	}
	expect(withAmount(5.551115123125783e-17)).toMatchObject({ amount: 0, raw: null });
});

it('the day of money that the office recorded is never missing', () => {
	const sample = sampleOf('direct.payment.added');
	delete sample.payload.payment.paid_at;
	sample.timestamp = Date.UTC(2026, 2, 31, 20) / 1000;
	expect(rowOf(sample)).toMatchObject({ paid_at: null, paid_on: '2026-04-01' });
});

it('the day of money in transit is never missing', () => {
	const sample = sampleOf('payment.debited');
	delete sample.payload.payment.paid_at;
	sample.timestamp = Date.UTC(2026, 2, 31, 20) / 1000;
	expect(rowOf(sample)).toMatchObject({ paid_at: null, paid_on: '2026-04-01' });
	sample.timestamp = 'now';
	const arrivedAt = new Date('2026-07-01T19:00:00Z');
	const [row] = toRows(sample, { environment: 'live', arrivedAt });
	expect(row).toMatchObject({ paid_on: '2026-07-02', occurred_on: null, raw: sample });
});

it('a time that is not in seconds is read, and kept as it came', () => {
	const sample = { ...sampleOf('payment.debited'), timestamp: 1700000000500 };
	expect(rowOf(sample)).toMatchObject({
		occurred_at: '2023-11-14T22:13:20Z',
		extra: { 'envelope.timestamp': 1700000000500 },
	});
	expect(rowOf({ ...sample, timestamp: 1700000000 }).extra).not.toHaveProperty([
		'envelope.timestamp',
	]);
});

it('an event that nobody knows is a row that books nothing', () => {
	const delivery = { event: 'never.heard.of', event_id: 'e1', timestamp: 1700000000, payload: {} };
	expect(rowOf(delivery)).toMatchObject({
		event: 'never.heard.of',
		event_name: null,
		type: null,
		source: null,
		books: 'none',
		event_id: 'e1',
		raw: delivery,
	});
});
