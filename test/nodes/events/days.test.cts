/** Moments as Jodo may write them: which instant, and which day in India. */
import { dayInIndia, instantOf, inUtcSeconds, latest } from '../../../nodes/events/days';

it.each<[string, string | null, string | null]>([
	// 18:30 UTC is midnight in India.
	['2026-03-31T18:29:59Z', '2026-03-31T18:29:59Z', '2026-03-31'],
	['2026-03-31T18:30:00Z', '2026-03-31T18:30:00Z', '2026-04-01'],
	['2026-03-31t18:30:00z', '2026-03-31T18:30:00Z', '2026-04-01'],
	['2026-03-31T18:30:00', '2026-03-31T18:30:00Z', '2026-04-01'],
	['2026-03-31 18:30', '2026-03-31T18:30:00Z', '2026-04-01'],
	['2026-03-31T18:29:59.999Z', '2026-03-31T18:29:59Z', '2026-03-31'],
	['2026-03-31T18:29:59.123456Z', '2026-03-31T18:29:59Z', '2026-03-31'],
	['2026-04-01T00:00:00+05:30', '2026-03-31T18:30:00Z', '2026-04-01'],
	['2026-04-01T00:00:00 +0530', '2026-03-31T18:30:00Z', '2026-04-01'],
	['2026-03-31T10:00:00-08:00', '2026-03-31T18:00:00Z', '2026-03-31'],
	// A day says nothing of its hours.
	['2026-03-31', '2026-03-31T00:00:00Z', '2026-03-31'],
	[' 2026-03-31 ', '2026-03-31T00:00:00Z', '2026-03-31'],
	['2026/03/31', '2026-03-31T00:00:00Z', '2026-03-31'],
	['2026.3.1', '2026-03-01T00:00:00Z', '2026-03-01'],
	['31-03-2026', '2026-03-31T00:00:00Z', '2026-03-31'],
	['31/03/26', '2026-03-31T00:00:00Z', '2026-03-31'],
	['1.4.2026', '2026-04-01T00:00:00Z', '2026-04-01'],
	['31 Mar 2026', '2026-03-31T00:00:00Z', '2026-03-31'],
	['31-March-2026, 23:59', '2026-03-31T00:00:00Z', '2026-03-31'],
	['31 Mar, 2026T23:59', '2026-03-31T00:00:00Z', '2026-03-31'],
	['31 MAR 26 11:00 PM', '2026-03-31T00:00:00Z', '2026-03-31'],
	['29-02-2028', '2028-02-29T00:00:00Z', '2028-02-29'],
	// Seconds, milliseconds, microseconds, nanoseconds.
	['1774981800', '2026-03-31T18:30:00Z', '2026-04-01'],
	['1774981799.9', '2026-03-31T18:29:59Z', '2026-03-31'],
	['1774981799.95', '2026-03-31T18:29:59Z', '2026-03-31'],
	['1774981800000', '2026-03-31T18:30:00Z', '2026-04-01'],
	['1774981800000000', '2026-03-31T18:30:00Z', '2026-04-01'],
	['1774981800000000000', '2026-03-31T18:30:00Z', '2026-04-01'],
	['100000000', '1973-03-03T09:46:40Z', '1973-03-03'],
	['100000000000', '5138-11-16T09:46:40Z', '5138-11-16'],
	['100000000001', '1973-03-03T09:46:40Z', '1973-03-03'],
	['9999-12-30T00:00:00Z', '9999-12-30T00:00:00Z', '9999-12-30'],
	// None at all.
	['9999-12-31T00:00:00Z', null, null],
	['99999999', null, null],
	['12345678901234567890', null, null],
	['x1774981800', null, null],
	['1774981800 s', null, null],
	['2026-02-30', null, null],
	['2026-02-30T10:00:00Z', null, null],
	['2026-13-01', null, null],
	['31-04-2026', null, null],
	['29-02-2026', null, null],
	['0-1-2026', null, null],
	['31 Foo 2026', null, null],
	['31 M 2026', null, null],
	['311-03-2026', null, null],
	['31-03-202', null, null],
	['31-03-20261', null, null],
	['on 31-03-2026', null, null],
	['at 2026-03-31', null, null],
	['at 2026-03-31T10:00:00Z', null, null],
	['2026-03-31x', null, null],
	['2026/03/311', null, null],
	['2026-03-31T25:00:00Z', null, null],
	['2026-03-31T10:00:00 UTC', null, null],
	['yesterday', null, null],
	['', null, null],
])('%s is %p, in India %p', (moment, utc, day) => {
	expect(inUtcSeconds(moment)).toBe(utc);
	expect(dayInIndia(moment)).toBe(day);
	// Within its second.
	const instant = Math.floor(instantOf(moment) / 1000) * 1000;
	expect(instant).toBe(utc === null ? NaN : Date.parse(utc));
});

it('of nothing there is no day', () => {
	expect([dayInIndia(null), inUtcSeconds(null)]).toEqual([null, null]);
});

it.each(
	'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ').map((name, i) => [name, i + 1]),
)('%s is month %d', (name, month) => {
	const iso = `2026-${String(month).padStart(2, '0')}-07`;
	expect(dayInIndia(`7 ${name} 2026`)).toBe(iso);
	expect(dayInIndia(`7-${String(name).toUpperCase()}-26`)).toBe(iso);
});

it('the latest stays as it is written; what cannot be read, and an equal one that comes later, do not count', () => {
	expect(latest(['2026-03-31', '01/04/2026', '30 Mar 2026'])).toBe('01/04/2026');
	expect(latest([null, 'soon', '2026-03-31', null])).toBe('2026-03-31');
	expect(latest(['2026-03-31', '31/03/2026'])).toBe('2026-03-31');
	expect(latest(['2026-04-01T00:00:00+05:30', '2026-03-31T19:00:00Z'])).toBe(
		'2026-03-31T19:00:00Z',
	);
	expect(latest([null, 'soon'])).toBeNull();
	expect(latest([])).toBeNull();
});
