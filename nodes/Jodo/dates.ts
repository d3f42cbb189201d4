/**
 * Days and moments as people and sheets write them, in India's time: Jodo's schools are there, wherever n8n
 * runs (its own default time zone is New York). A moment with a zone is that moment.
 */
import { Refused, reader } from './values';

/** Without summer time, ever. */
const INDIA_AHEAD_MS = (5 * 60 + 30) * 60_000;
const DAY_MS = 86_400_000;
/** So much may the clock of an ERP be ahead of n8n's. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

/** A moment, or a whole day as its beginning in India; milliseconds since 1970. */
interface Found {
	at: number;
	isDay: boolean;
}

const FIRST_YEAR = 1900;
const LAST_YEAR = 2199;

const MONTHS = [
	'january',
	'february',
	'march',
	'april',
	'may',
	'june',
	'july',
	'august',
	'september',
	'october',
	'november',
	'december',
];
const YEAR_FIRST = /^(?<y>\d{4})([-/.])(?<m>\d{1,2})\2(?<d>\d{1,2})(?!\d)/;
const DAY_FIRST =
	/^(?<d>\d{1,2})(?:st|nd|rd|th)?[ /.-]+(?<m>\d{1,2}|[a-z]{3,9})[ /.,'-]+(?<y>\d{4}|\d{2})(?!\d)/i;
const MONTH_FIRST = /^(?<m>[a-z]{3,9})[ .-]+(?<d>\d{1,2})(?:st|nd|rd|th)?[ .,-]+(?<y>\d{4})(?!\d)/i;
const TIME =
	/^(?:T|,? +)(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?(?: *([ap])\.?m\.?)?(?: *(Z|UTC|GMT|IST|[+-]\d\d:?\d\d))?$/i;

/**
 * `19`, `20` and so on before a year of two digits. A payment or due date lies in this century.
 * A birth lies in the past: '98 is 1998.
 */
type Century = (twoDigits: number) => number;
const THIS_CENTURY: Century = () => 2000;
const OF_BIRTH: Century = (year) => (2000 + year > new Date().getUTCFullYear() ? 1900 : 2000);

function written(text: string, century: Century): Found | Refused | undefined {
	const match = YEAR_FIRST.exec(text) ?? DAY_FIRST.exec(text) ?? MONTH_FIRST.exec(text);
	if (!match) return undefined;
	const { y, m, d } = match.groups as Record<'y' | 'm' | 'd', string>;
	const isShort = y.length === 2;
	const day = Number(d);
	const month = Number(m) || 1 + MONTHS.findIndex((name) => name.startsWith(m.toLowerCase()));
	if (isShort && Number(m) && day !== month && day <= 12) {
		return new Refused(
			`may be day first or month first: "${text}"; write the year with four digits`,
		);
	}
	const at = midnight(isShort ? century(Number(y)) + Number(y) : Number(y), month, day);
	if (at === undefined) return undefined;
	const rest = text.slice(match[0].length);
	if (rest === '') return { at, isDay: true };
	const time = timeOf(rest);
	return time === undefined ? undefined : { at: at + time, isDay: false };
}

/** The beginning of a day in India; undefined if there is no such day, such as 31 June. */
function midnight(year: number, month: number, day: number): number | undefined {
	const date = new Date(Date.UTC(year, month - 1, day));
	const exists =
		year >= FIRST_YEAR &&
		year <= LAST_YEAR &&
		// A day too many lies in another month.
		date.getUTCMonth() === month - 1;
	return exists ? date.getTime() - INDIA_AHEAD_MS : undefined;
}

/** What a time of day adds to midnight in India; undefined if it is none. */
function timeOf(text: string): number | undefined {
	const match = TIME.exec(text);
	if (!match) return undefined;
	const [, h, min, sec, half, zone = 'IST'] = match;
	const minutes = Number(min);
	const seconds = Number(sec ?? 0);
	const written = Number(h);
	const isHour = half ? written >= 1 && written <= 12 : written <= 23;
	const ahead = aheadOf(zone.toUpperCase());
	if (!isHour || minutes > 59 || seconds > 59 || ahead === undefined) return undefined;
	const hours = half ? (written % 12) + (half.toLowerCase() === 'p' ? 12 : 0) : written;
	return ((hours * 60 + minutes) * 60 + seconds) * 1000 + INDIA_AHEAD_MS - ahead;
}

function aheadOf(zone: string): number | undefined {
	if (zone === 'IST') return INDIA_AHEAD_MS;
	const match = /([+-])(\d\d):?(\d\d)/.exec(zone);
	if (!match) return 0;
	const [, sign, hours, minutes] = match;
	if (Number(hours) > 14 || Number(minutes) > 59) return undefined;
	return Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** Day 1 is 1 January 1900, but Excel knows a 29 February 1900: so 25569 is 1 January 1970. */
function excelDay(value: string | number): Found | undefined {
	const days = /^\d{5}(\.\d+)?$/.test(String(value)) ? Number(value) : NaN;
	if (!(days >= 20_000 && days <= 80_000)) return undefined;
	const at = Math.round((days - 25_569) * (DAY_MS / 1000)) * 1000 - INDIA_AHEAD_MS;
	return { at, isDay: Number.isInteger(days) };
}

function find(value: unknown, century = THIS_CENTURY): Found | Refused | undefined {
	if (typeof value === 'string') return excelDay(value) ?? written(value, century);
	return typeof value === 'number' ? excelDay(value) : undefined;
}

const dayOf = ({ at }: Found) => new Date(at + INDIA_AHEAD_MS).toISOString().slice(0, 10);

/** Jodo documents moments in UTC, to the second. */
const utc = (at: number) => new Date(at).toISOString().replace(/\.\d+/, '');

const moment = (ofDay: 'start' | 'end', whyNot: (at: number, now: number) => string | undefined) =>
	reader((value) => {
		const found = find(value);
		if (!found || found instanceof Refused) return found;
		const at = found.at + (found.isDay && ofDay === 'end' ? DAY_MS - 1000 : 0);
		const why = whyNot(at, Date.now());
		return why ? new Refused(`${why}: ${utc(at)}`) : utc(at);
	}, 'is not a date and time such as 2027-03-31 18:00 or 31/03/2027');

const NOT_A_DATE = 'is not a date such as 2027-03-31 or 31/03/2027';

/** A calendar day, YYYY-MM-DD; a moment counts as its day in India. */
export const day = () =>
	reader((value) => {
		const found = find(value);
		return found && !(found instanceof Refused) ? dayOf(found) : found;
	}, NOT_A_DATE);

/** As `day`, and not yet to come. */
export const birthday = () =>
	reader((value) => {
		const found = find(value, OF_BIRTH);
		if (!found || found instanceof Refused) return found;
		return found.at > Date.now() ? new Refused(`is in the future: ${dayOf(found)}`) : dayOf(found);
	}, NOT_A_DATE);

/** When money was paid; a mere day means its beginning. Jodo gets UTC to the second, with Z. */
export const pastMoment = () =>
	moment('start', (at, now) => (at > now + CLOCKS_DIFFER_MS ? 'is in the future' : undefined));

/** Until when something holds; a mere day means its end, as people understand "until 31 March". */
export const deadline = () => moment('end', (at, now) => (at > now ? undefined : 'is in the past'));
