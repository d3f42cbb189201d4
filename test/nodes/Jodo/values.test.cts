import fc from 'fast-check';
import type { ZodTypeAny } from 'zod/v3';

import { day, deadline, pastMoment } from '../../../nodes/Jodo/dates';
import {
	amount,
	anyText,
	email,
	flag,
	phone,
	text,
	webAddress,
	year,
} from '../../../nodes/Jodo/values';

function read(type: ZodTypeAny, value: unknown): unknown {
	const result = type.safeParse(value);
	return result.success ? result.data : `✗ ${result.error.issues[0]?.message}`;
}

describe('amount: rupees as people and sheets write them', () => {
	it.each([
		[1500, 1500],
		[1500.5, 1500.5],
		['1500', 1500],
		['1500.00', 1500],
		['1,00,000.00', 100000],
		['12,34,56,789.01', 123456789.01],
		['100,000', 100000],
		['1,234,567.5', 1234567.5],
		['₹5,000', 5000],
		['₹ 5,000.50', 5000.5],
		['Rs. 500/-', 500],
		['rs 500', 500],
		['INR 2500', 2500],
		[0.1 + 0.2, 0.3],
		[1.005 * 100, 100.5],
		['0.01', 0.01],
	])('%p is %p', (written, rupees) => expect(read(amount(), written)).toBe(rupees));

	it.each([
		0,
		-1,
		'-5',
		'0.00',
		'',
		null,
		undefined,
		'abc',
		'1.234',
		10.005,
		'1,00',
		'5.000,50',
		'1 000',
		'₹',
		NaN,
		Infinity,
		true,
		[],
		{},
		'1e5',
		'12,34',
		'1,0,000',
		1e13,
		'٣',
	])('%p is refused', (written) =>
		expect(read(amount(), written)).toMatch(/^✗ is (empty|not|the result)/),
	);

	it('keeps every amount of whole paise exact, in Indian writing too', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 99_999_999_999 }), (paise) => {
				const rupees = paise / 100;
				const indian = `₹${rupees.toLocaleString('en-IN', { minimumFractionDigits: 2 })}`;
				expect(read(amount(), rupees)).toBe(rupees);
				expect(read(amount(), indian)).toBe(rupees);
			}),
		);
	});

	it('gives a sum of binary fractions its exact paise', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1 }), (paise) => {
				const sum = paise.reduce((total, p) => total + p / 100, 0);
				expect(read(amount(), sum)).toBe(paise.reduce((total, p) => total + p, 0) / 100);
			}),
		);
	});
});

describe('dates', () => {
	beforeAll(() => jest.useFakeTimers({ now: new Date('2026-11-27T12:00:00Z') }));
	afterAll(() => jest.useRealTimers());

	it.each([
		['2027-03-31', '2027-03-31'],
		['31/03/2027', '2027-03-31'],
		['31-03-2027', '2027-03-31'],
		['31.3.2027', '2027-03-31'],
		['1/4/2027', '2027-04-01'],
		['31-Mar-2027', '2027-03-31'],
		['1 April 2027', '2027-04-01'],
		['9 Sept, 2027', '2027-09-09'],
		// 18:29 and 18:30 UTC stand on both sides of midnight in India.
		['2027-03-31T18:29:59Z', '2027-03-31'],
		['2027-03-31T18:30:00Z', '2027-04-01'],
		['2027-03-31T23:59:00', '2027-03-31'],
		[new Date('2027-03-31T18:30:00Z'), '2027-04-01'],
	])('day: %p is %p', (written, iso) => expect(read(day(), written)).toBe(iso));

	it.each([
		'31/02/2027',
		'2027-02-30',
		'2027-13-01',
		'03/31/2027',
		'31-Foo-2027',
		'31-Apr-2027',
		'tomorrow',
		'2027',
		'x2027-01-01',
	])('day: %p is refused', (written) => expect(read(day(), written)).toMatch(/^✗ is not a date/));

	it.each([
		['2027-03-31', '2027-03-31T18:29:59Z'],
		['31/03/2027', '2027-03-31T18:29:59Z'],
		['2027-03-31 18:00', '2027-03-31T12:30:00Z'],
		['31/03/2027 18:00', '2027-03-31T12:30:00Z'],
		['2027-03-31T18:00:00', '2027-03-31T12:30:00Z'],
		['2027-03-31T18:00:00Z', '2027-03-31T18:00:00Z'],
		['2027-03-31T18:00:00.123+05:30', '2027-03-31T12:30:00Z'],
	])('deadline: %p is %p', (written, utc) => expect(read(deadline(), written)).toBe(utc));

	it('begins a day at midnight in India', () => {
		expect(read(pastMoment(), '2026-04-01')).toBe('2026-03-31T18:30:00Z');
	});

	it('refuses a deadline that has passed', () => {
		expect(read(deadline(), '2020-01-01')).toBe('✗ is in the past: 2020-01-01T18:29:59Z');
	});

	it('sends every moment as the same moment in UTC', () => {
		fc.assert(
			fc.property(
				fc.date({ min: new Date('2000-01-01'), max: new Date('2026-01-01'), noInvalidDate: true }),
				(at) => {
					const seconds = Math.floor(at.getTime() / 1000);
					expect(Date.parse(read(pastMoment(), at.toISOString()) as string) / 1000).toBe(seconds);
				},
			),
		);
	});
});

describe('the rest', () => {
	it.each([
		[phone(), 9876543210, '9876543210'],
		[phone(), ' 98765 43210 ', '9876543210'],
		[phone(), '+91 98765-43210', '+919876543210'],
		[phone(), '12345', '✗ is not a phone number of at least 10 digits: "12345"'],
		[phone(), '', '✗ is empty'],
		[email(), ' a@example.com ', 'a@example.com'],
		[email(), 'a@', '✗ is not an email address: "a@"'],
		[year(), '2027', 2027],
		[year(), 2027, 2027],
		[year(), 27, '✗ is not a year such as 2027: 27'],
		[flag(), 'TRUE', true],
		[flag(), 'no', false],
		[flag(), false, false],
		[flag(), 'maybe', '✗ is neither true nor false: "maybe"'],
		[text(), 42, '42'],
		[text(), '  ', '✗ is empty'],
		[text(), { a: 1 }, '✗ is not a text: {"a":1}'],
		[anyText(), '', ''],
		[anyText(), 7, '7'],
		[webAddress(), 'https://example.com/x?y=1', 'https://example.com/x?y=1'],
		[webAddress(), 'example.com', '✗ is not a web address (https://…): "example.com"'],
		[
			webAddress(),
			'javascript:alert(1)',
			'✗ is not a web address (https://…): "javascript:alert(1)"',
		],
	])('case %#', (type, written, expected) => expect(read(type, written)).toStrictEqual(expected));
});
