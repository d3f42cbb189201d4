import fc from 'fast-check';
import { DateTime } from 'luxon';
import type { ZodTypeAny } from 'zod/v3';

import { birthday, day, deadline, pastMoment } from '../../../nodes/Jodo/dates';

function read(type: ZodTypeAny, value: unknown): unknown {
	const result = type.safeParse(value);
	return result.success
		? result.data
		: `✗ ${result.error.issues.map(({ message }) => message).join('; ')}`;
}

beforeAll(() => jest.useFakeTimers({ now: new Date('2026-11-27T12:00:00Z') }));
afterAll(() => jest.useRealTimers());

const NEW_YORK = { zone: 'America/New_York' };

describe('a day', () => {
	it.each([
		['2027-03-31', '2027-03-31'],
		['2027/03/31', '2027-03-31'],
		['2027-3-5', '2027-03-05'],
		['31/03/2027', '2027-03-31'],
		['31-03-2027', '2027-03-31'],
		['31.3.2027', '2027-03-31'],
		['1/4/2027', '2027-04-01'],
		['31-Mar-2027', '2027-03-31'],
		['31-Mar-27', '2027-03-31'],
		["31-Mar-'27", '2027-03-31'],
		['31 march 27', '2027-03-31'],
		['31/03/27', '2027-03-31'],
		['05/05/27', '2027-05-05'],
		['1 April 2027', '2027-04-01'],
		['1st April 2027', '2027-04-01'],
		['March 31, 2027', '2027-03-31'],
		['9 Sept, 2027', '2027-09-09'],
		['29/02/2028', '2028-02-29'],
		[' 31/03/2027\u200b', '2027-03-31'],
		[46112, '2026-03-31'],
		['46112', '2026-03-31'],
		[46112.99, '2026-03-31'],
		['42247', '2015-08-31'],
		[20000, '1954-10-03'],
		[80000, '2119-01-11'],
		// 18:29 and 18:30 UTC stand on both sides of midnight in India.
		['2027-03-31T18:29:59Z', '2027-03-31'],
		['2027-03-31T18:30:00Z', '2027-04-01'],
		['2027-03-31T23:59:00', '2027-03-31'],
		['2026-07-15T00:00:00.000+05:30', '2026-07-15'],
		['2026-07-15T00:00:00+0530', '2026-07-15'],
		[new Date('2027-03-31T18:30:00Z'), '2027-04-01'],
		[DateTime.fromISO('2027-03-31T14:30:00', NEW_YORK), '2027-04-01'],
		[DateTime.fromFormat('31/03/2027', 'dd/MM/yyyy', NEW_YORK), '2027-03-31'],
	])('%j is %p', (written, iso) => expect(read(day(), written)).toBe(iso));

	it.each([
		'31/02/2027',
		'2027-02-30',
		'2027-13-01',
		'29/02/2027',
		'03/31/2027',
		'31-Foo-2027',
		'31-Marble-2027',
		'31-Apr-2027',
		'0/1/2027',
		'31/03/202',
		'31/03/0027',
		'tomorrow',
		'2027',
		'20270331',
		'x2027-01-01',
		'2027-01-01x',
		'2027-03-31 25:00',
		'2027-03-31 13:00 PM',
		'2027-03-31T10:00:00+99:00',
		19999,
		80001,
		'046112',
		'46112e0',
		'4611',
		1774956600,
		1774956600000,
		true,
		[],
		{ year: 2027 },
		new Date(NaN),
		DateTime.invalid('of no kind'),
	])('%j is refused', (written) => {
		const said = read(day(), written);
		expect(said).toMatch(/^✗ is (not a date such as|the result of)/);
		expect(said).not.toMatch(/;|\[object/);
	});

	// 4/1/27 is how n8n itself shows 1 April from an Excel file.
	it.each(['01/04/27', '4/1/27', '10-12-26', '3/31/27'])(
		'%s is refused: it may be day first or month first',
		(written) =>
			expect(read(day(), written)).toMatch(/^✗ may be day first or month first: .*four digits$/),
	);

	it('is read in every way that it can be written', () => {
		fc.assert(
			fc.property(
				fc.date({ min: new Date('1955-01-01'), max: new Date('2118-12-31'), noInvalidDate: true }),
				(at) => {
					const date = DateTime.fromMillis(at.getTime(), { zone: 'Asia/Kolkata', locale: 'en' });
					const iso = date.toISODate();
					for (const form of [
						'dd/MM/yyyy',
						'd-M-yyyy',
						'd.M.yyyy',
						'yyyy/MM/dd',
						'd MMM yyyy',
						'd-MMMM-yyyy',
						'MMMM d, yyyy',
						'd/M/yyyy, h:mm:ss a',
					]) {
						expect([form, read(day(), date.toFormat(form))]).toEqual([form, iso]);
					}
					const serial = Math.round(
						(Date.parse(iso as string) - Date.UTC(1899, 11, 30)) / 86_400_000,
					);
					for (const written of [
						date,
						date.toJSDate(),
						date.toISO(),
						at.toISOString(),
						serial,
						String(serial),
					]) {
						expect(read(day(), written)).toBe(iso);
					}
				},
			),
		);
	});
});

describe('a moment without a zone is in India', () => {
	it.each([
		['31/03/2026 18:00', '2026-03-31T12:30:00Z'],
		['2026-03-31 18:00', '2026-03-31T12:30:00Z'],
		['2026-03-31T18:00:00', '2026-03-31T12:30:00Z'],
		['31/03/2026 6:00 PM', '2026-03-31T12:30:00Z'],
		['31/3/2026, 6:00:00\u202fpm', '2026-03-31T12:30:00Z'],
		['31-Mar-26 18:00', '2026-03-31T12:30:00Z'],
		['31/03/2026 12:15 am', '2026-03-30T18:45:00Z'],
		['31/03/2026 18:00 IST', '2026-03-31T12:30:00Z'],
		['31/03/2026 18:00 UTC', '2026-03-31T18:00:00Z'],
		['2026-03-31T18:00:00Z', '2026-03-31T18:00:00Z'],
		['2026-03-31T18:00:00.123+05:30', '2026-03-31T12:30:00Z'],
		['2026-03-31T08:30:00-04:00', '2026-03-31T12:30:00Z'],
		['2026-04-01', '2026-03-31T18:30:00Z'],
		[46112.75, '2026-03-31T12:30:00Z'],
		['46112.75', '2026-03-31T12:30:00Z'],
		[46112, '2026-03-30T18:30:00Z'],
		[new Date('2026-03-31T12:30:00Z'), '2026-03-31T12:30:00Z'],
		[DateTime.fromISO('2026-03-31T08:30:00', NEW_YORK), '2026-03-31T12:30:00Z'],
	])('%j is %p', (written, utc) => expect(read(pastMoment(), written)).toBe(utc));

	it('and the same moment in UTC, however it comes', () => {
		fc.assert(
			fc.property(
				fc.date({ min: new Date('2000-01-01'), max: new Date('2026-01-01'), noInvalidDate: true }),
				(at) => {
					const seconds = Math.floor(at.getTime() / 1000);
					const zoned = DateTime.fromMillis(at.getTime(), { zone: 'Pacific/Marquesas' });
					for (const written of [at, at.toISOString(), zoned, zoned.toISO()]) {
						expect(Date.parse(read(pastMoment(), written) as string) / 1000).toBe(seconds);
					}
				},
			),
		);
	});
});

describe('what is to come and what is over', () => {
	it.each([
		['31/03/2030', '2030-03-31T18:29:59Z'],
		['2027-03-31', '2027-03-31T18:29:59Z'],
		['2027-03-31 18:00', '2027-03-31T12:30:00Z'],
		['31-Mar-99', '2099-03-31T18:29:59Z'],
		['27/11/2026', '2026-11-27T18:29:59Z'],
	])('a deadline %p ends at %p', (written, utc) => expect(read(deadline(), written)).toBe(utc));

	it.each([
		['2020-01-01', '✗ is in the past: 2020-01-01T18:29:59Z'],
		['27/11/2026 17:29', '✗ is in the past: 2026-11-27T11:59:00Z'],
		['31/02/2099', '✗ is not a date and time such as 2027-03-31 18:00 or 31/03/2027: "31/02/2099"'],
	])('a deadline %p %s: one complaint', (written, complaint) =>
		expect(read(deadline(), written)).toBe(complaint),
	);

	it('a payment is not in the future, but for clocks that differ', () => {
		expect(read(pastMoment(), '27/11/2026 17:34')).toBe('2026-11-27T12:04:00Z');
		expect(read(pastMoment(), '27/11/2026')).toBe('2026-11-26T18:30:00Z');
		expect(read(pastMoment(), '27/11/2026 18:30')).toBe('✗ is in the future: 2026-11-27T13:00:00Z');
		expect(read(pastMoment(), '28/11/2026')).toBe('✗ is in the future: 2026-11-27T18:30:00Z');
	});

	it.each([
		['31-Aug-15', '2015-08-31'],
		['31-Aug-98', '1998-08-31'],
		['31/08/2015', '2015-08-31'],
		['27/11/2026', '2026-11-27'],
		['28/11/2026', '✗ is in the future: 2026-11-28'],
	])('a birth %p is %p', (written, iso) => expect(read(birthday(), written)).toBe(iso));
});

describe('what is just a date, and what is not', () => {
	const MONTHS = `January February March April May June July August September October November December`;
	it.each(MONTHS.split(' ').map((name, i) => [name, String(i + 1).padStart(2, '0')]))(
		'%s is month %s, in full and by three letters',
		(name, number) => {
			expect(read(day(), `7 ${name} 2027`)).toBe(`2027-${number}-07`);
			expect(read(day(), `${name.slice(0, 3)} 7, 2027`)).toBe(`2027-${number}-07`);
		},
	);

	it.each([
		['01/01/1900', '1900-01-01'],
		['31/12/2199', '2199-12-31'],
		['31 / 03 / 2027', '2027-03-31'],
		['31  March  2027', '2027-03-31'],
		['March  31, 2027', '2027-03-31'],
		['2027-03-31  18:00', '2027-03-31'],
		['2027-03-31 6:00   pm', '2027-03-31'],
		['31-Mar-2027, 18:00', '2027-03-31'],
	])('%s is %s', (written, iso) => expect(read(day(), written)).toBe(iso));

	it.each([
		'31/12/1899',
		'01/01/2200',
		'on 31/03/2027',
		'x31/03/2027',
		'on March 31, 2027',
		'March 31, 20271',
		'31/03/20271',
		'2027-03-311',
		'31/03/2027 at 18:00',
		'31/03/2027 18:00 sharp',
		[46112],
		['2027-03-31'],
	])('%j is no date', (written) => {
		expect(read(day(), written)).toMatch(/^✗ is not a date such as/);
	});

	it('12/05/27 may be the 12th of May or the 5th of December; 13/05/27 is in May', () => {
		expect(read(day(), '12/05/27')).toMatch(/^✗ may be day first or month first/);
		expect(read(day(), '13/05/27')).toBe('2027-05-13');
	});
});

describe('the time of a day', () => {
	it.each([
		['1:30 pm', '2026-03-31T08:00:00Z'],
		['12:00 pm', '2026-03-31T06:30:00Z'],
		['11:59:59 pm', '2026-03-31T18:29:59Z'],
		['6:00 p.m.', '2026-03-31T12:30:00Z'],
		['00:00', '2026-03-30T18:30:00Z'],
		['23:59:59', '2026-03-31T18:29:59Z'],
		['10:00+0530', '2026-03-31T04:30:00Z'],
		['10:00 +05:59', '2026-03-31T04:01:00Z'],
		['10:00+14:00', '2026-03-30T20:00:00Z'],
		['10:00-14:00', '2026-04-01T00:00:00Z'],
	])('%s', (time, utc) => expect(read(pastMoment(), `2026-03-31 ${time}`)).toBe(utc));

	it.each([
		'0:30 pm',
		'13:00 pm',
		'24:00',
		'10:60',
		'10:00:60',
		'10:00+15:00',
		'10:00+05:60',
		'at 10:00',
	])('%s is none', (time) =>
		expect(read(pastMoment(), `2026-03-31 ${time}`)).toMatch(/^✗ is not a date and time/),
	);
});

it('now is over for a deadline, and not yet to come for a birth', () => {
	expect(read(deadline(), '2026-11-27T12:00:00Z')).toBe('✗ is in the past: 2026-11-27T12:00:00Z');
	expect(read(deadline(), '2026-11-27T12:00:01Z')).toBe('2026-11-27T12:00:01Z');
	expect(read(birthday(), '2026-11-27T12:00:00Z')).toBe('2026-11-27');
	expect(read(birthday(), '31-Mar-26')).toBe('2026-03-31');
	expect(read(birthday(), '31-Mar-27')).toBe('1927-03-31');
});

it("an ERP's clock may be five minutes ahead", () => {
	expect(read(pastMoment(), '2026-11-27T12:05:00Z')).toBe('2026-11-27T12:05:00Z');
	expect(read(pastMoment(), '2026-11-27T12:05:01Z')).toBe(
		'✗ is in the future: 2026-11-27T12:05:01Z',
	);
});
