/** Lists of rows in the body of a request, and what must fit together in them. */
import { z } from 'zod/v3';

import { feesBody, madePayment, paymentBody } from '../../../nodes/Jodo/actions/student/fees';
import { setFlexPlan } from '../../../nodes/Jodo/actions/flexPlan/set.operation';
import { checkoutBody } from '../../../nodes/Jodo/actions/checkout';
import {
	inRupees,
	listOf,
	onePerFeeHead,
	row,
	sumOf,
	yearsInOrder,
} from '../../../nodes/Jodo/rows';
import { amount, id, text } from '../../../nodes/Jodo/values';

/** What is wrong with a value, by place. */
const wrong = (type: z.ZodTypeAny, value: unknown) =>
	(type.safeParse(value).error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]);

describe('a list', () => {
	const list = listOf(row({ name: text() }));

	it.each<[unknown, string]>([
		[undefined, 'is empty'],
		[[], 'is empty'],
		['x', 'is not a list'],
		[{ name: 'x' }, 'is not a list'],
	])('%j is none', (value, why) => expect(wrong(list, value)).toEqual([['', why]]));

	it.each<[unknown, string]>([
		[undefined, 'is empty'],
		['x', 'is not an object'],
		[[], 'is not an object'],
	])('%j is no row', (value, why) => expect(wrong(list, [value])).toEqual([['0', why]]));

	it('keeps what Jodo does not document', () => {
		expect(list.parse([{ name: 'x', more: 1 }])).toEqual([{ name: 'x', more: 1 }]);
	});
});

describe('a fee head', () => {
	const list = onePerFeeHead(row({ component_type: id(), amount: amount() }));
	const lines = (...heads: unknown[]) =>
		heads.map((component_type) => ({ component_type, amount: 1 }));

	it('stands in one row only', () => {
		expect(wrong(list, lines('A', 'B', 'C'))).toEqual([]);
		expect(wrong(list, lines('A', 'B', 'A', 'B', 'A'))).toEqual([
			['2.component_type', 'is the same as in entry 1'],
			['3.component_type', 'is the same as in entry 2'],
			['4.component_type', 'is the same as in entry 1'],
		]);
	});

	it('that is missing in two rows is missing twice, not the same', () => {
		expect(wrong(list, lines(' ', ' '))).toEqual([
			['0.component_type', 'is empty'],
			['1.component_type', 'is empty'],
		]);
	});

	const plan = (...rows: object[]) => ({
		payment_schedule: [
			{
				due_date: '2027-01-01',
				details: rows.map((one) => ({ component_type: 'A', amount: 1, ...one })),
			},
		],
	});
	const schema = setFlexPlan.body?.schema as z.ZodTypeAny;

	it('of a plan may be paid down and in an instalment, each once', () => {
		expect(wrong(schema, plan({}, { is_downpayment: true }))).toEqual([]);
		expect(wrong(schema, plan({ amount: 0 }))).toEqual([]);
		const same = [['payment_schedule.0.details.1.component_type', 'is the same as in entry 1']];
		expect(wrong(schema, plan({}, { is_downpayment: 'no' }))).toEqual(same);
		expect(wrong(schema, plan({ is_downpayment: true }, { is_downpayment: 'yes' }))).toEqual(same);
		expect(wrong(schema, plan({ component_type: '' }, { component_type: '' }))).toEqual([
			['payment_schedule.0.details.0.component_type', 'is empty'],
			['payment_schedule.0.details.1.component_type', 'is empty'],
		]);
	});

	it('of another instalment is another one', () => {
		const [one] = plan({}).payment_schedule;
		expect(wrong(schema, { payment_schedule: [one, one] })).toEqual([]);
		expect(wrong(schema, { payment_schedule: [] })).toEqual([['payment_schedule', 'is empty']]);
	});
});

it('rupees are added to the paisa', () => {
	expect(sumOf([0.1, 0.2])).toBe(0.3);
	expect(sumOf([1.005 * 100, 99999.99])).toBe(100100.49);
	expect(sumOf([])).toBe(0);
	expect(sumOf([1, undefined as never])).toBeNaN();
});

it.each([
	[1999.9, '₹1,999.90'],
	[123456, '₹1,23,456.00'],
	[0.05, '₹0.05'],
])('%d rupees are written %s', (value, written) => expect(inRupees(value)).toBe(written));

it.each([
	[2026, 2027, []],
	['2026', 2026, []],
	[undefined, 2026, []],
	[2026, undefined, []],
	['2027', '2026', [['academic_year_end', 'is before the year begins: 2027 to 2026']]],
])('an academic year from %p to %p', (academic_year_start, academic_year_end, complaints) => {
	const type = z.object({}).passthrough().superRefine(yearsInOrder);
	expect(wrong(type, { academic_year_start, academic_year_end })).toEqual(complaints);
});

describe('fees', () => {
	const fees = (fee_amount: unknown, ...off: unknown[]) => [
		{
			component_type: 'A',
			fee_amount,
			...(off.length && { discounts: off.map((value) => ({ discount_type: 'SIBLINGS', value })) }),
		},
	];

	it('may be waived, and are never less than what is taken off', () => {
		expect(wrong(feesBody, fees(0))).toEqual([]);
		expect(wrong(feesBody, fees('30,000', 500, '29,500'))).toEqual([]);
		expect(wrong(feesBody, fees(1000, 400, 600.01))).toEqual([
			['0.discounts', 'take ₹1,000.01 off, but the fee is ₹1,000.00'],
		]);
		expect(wrong(feesBody, fees(1000, 'x', 2000)).map(([place]) => place)).toEqual([
			'0.discounts.0.value',
		]);
	});
});

describe('a payment of the office', () => {
	const paid = (total: unknown, parts: unknown[], more: object = {}) => ({
		amount: total,
		paid_at: '2020-01-31',
		fee_components: parts.map((one, i) => ({ component_type: `head ${i}`, amount: one })),
		...more,
	});

	it('is the sum of its parts, to the paisa', () => {
		expect(wrong(paymentBody, paid('2,000', [1500.5, 499.5]))).toEqual([]);
		expect(wrong(paymentBody, paid(0.3, [0.1, 0.2]))).toEqual([]);
		expect(wrong(paymentBody, paid(2000, [1999.99]))).toEqual([
			['fee_components', 'add up to ₹1,999.99, but the amount paid is ₹2,000.00'],
		]);
		expect(wrong(paymentBody, paid(1999.99, [2000]))).toEqual([
			['fee_components', 'add up to ₹2,000.00, but the amount paid is ₹1,999.99'],
		]);
	});

	it('is not added up where a part cannot be read', () => {
		expect(wrong(paymentBody, paid(2000, ['x'])).map(([place]) => place)).toEqual([
			'fee_components.0.amount',
		]);
		expect(wrong(paymentBody, paid('x', [1])).map(([place]) => place)).toEqual(['amount']);
	});

	it('made before a registration needs a mode and a transaction id', () => {
		expect(wrong(madePayment, paid(1, [1]))).toEqual([
			['mode', 'is empty'],
			['transaction_id', 'is empty'],
		]);
		expect(wrong(madePayment, paid(1, [1], { mode: 'cash', transaction_id: 7 }))).toEqual([]);
		expect(wrong(madePayment, paid(2, [1], { mode: 'cash', transaction_id: 7 }))).toEqual([
			['fee_components', 'add up to ₹1.00, but the amount paid is ₹2.00'],
		]);
	});

	it('has facts that are read as what they are', () => {
		const facts = { mode: ' cash ', transaction_id: 7, settlement_utr: 8, notes: 9 };
		expect(paymentBody.parse(paid('1,000', ['₹1,000'], facts))).toEqual({
			amount: 1000,
			paid_at: '2020-01-30T18:30:00Z',
			mode: 'cash',
			transaction_id: '7',
			settlement_utr: '8',
			notes: '9',
			fee_components: [{ component_type: 'head 0', amount: 1000 }],
		});
	});
});

it('an order is read as what Jodo documents', () => {
	const given = {
		name: ' Asha Rao ',
		phone: '98765 43210',
		email: 'asha@example.com',
		details: [{ component_type: 7, amount: '1,500' }],
		student_name: 'Meera',
		grade: 5,
		date_of_birth: '31/08/2015',
		identifier: 117,
		custom_identifier: 118,
		new_admission: 'yes',
		academic_year_start: '2026',
		academic_year_end: 2027,
		notes: [{ key: 'a', value: '' }],
		unheard_of: 1,
		more: 8,
	};
	expect(checkoutBody({ more: id() }).parse(given)).toEqual({
		name: 'Asha Rao',
		phone: '9876543210',
		email: 'asha@example.com',
		details: [{ component_type: '7', amount: 1500 }],
		student_name: 'Meera',
		grade: '5',
		date_of_birth: '2015-08-31',
		identifier: '117',
		custom_identifier: '118',
		new_admission: true,
		academic_year_start: 2026,
		academic_year_end: 2027,
		notes: [{ key: 'a', value: '' }],
		unheard_of: 1,
		more: '8',
	});
	expect(wrong(checkoutBody({}), { ...given, academic_year_end: 2025 })).toEqual([
		['academic_year_end', 'is before the year begins: 2026 to 2025'],
	]);
	expect(wrong(checkoutBody({}), {}).map(([place]) => place)).toEqual([
		'name',
		'phone',
		'email',
		'details',
	]);
});
