/**
 * What people type and what sheets hold, turned into what Jodo documents.
 * Each is a zod type whose message completes the sentence "'Amount' …".
 * https://docs.jodo.in/getting-started/api-structure/
 */
import { tryToParseDateTime } from 'n8n-workflow';
import { z } from 'zod/v3';

function reader<T>(read: (value: unknown) => T | undefined, complaint: string) {
	return z.unknown().transform((value, context): T => {
		const result = isEmpty(value) ? undefined : read(value);
		if (result === undefined) {
			context.addIssue({
				code: z.ZodIssueCode.custom,
				message: isEmpty(value) ? 'is empty' : `${complaint}: ${shown(value)}`,
			});
			return z.NEVER;
		}
		return result;
	});
}

/** Nothing was entered: such an optional field is not sent. */
export function isEmpty(value: unknown): boolean {
	return (
		value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
	);
}

function shown(value: unknown): string {
	return (JSON.stringify(value) ?? String(value)).slice(0, 60);
}

const asText = (value: unknown) =>
	typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
		? String(value).trim()
		: undefined;

/** Text; a number from a sheet counts as its digits. */
export const text = () => reader(asText, 'is not a text');

/** Exactly as typed: an empty text is kept. */
export const anyText = () =>
	z.preprocess((value) => (isEmpty(value) ? '' : (asText(value) ?? value)), z.string());

const MONEY =
	/^(?:₹|rs\.?|inr)?\s*(\d+|\d{1,3}(?:,\d{2})*,\d{3}|\d{1,3}(?:,\d{3})+)(\.\d+)?\s*(?:\/-)?$/i;
const LARGEST_RUPEES = 1e12;

/**
 * Rupees with at most two decimals, greater than zero: 1500, "1,00,000.00", "₹5,000", "Rs. 500/-".
 * The dust of binary sums (0.1 + 0.2) is wiped off; a real third decimal is refused.
 */
export const amount = () =>
	reader((value) => {
		const match = typeof value === 'string' ? MONEY.exec(value.trim()) : null;
		const rupees = match
			? Number((match[1] ?? '').replace(/,/g, '') + (match[2] ?? ''))
			: typeof value === 'number'
				? value
				: NaN;
		const paise = Math.round(rupees * 100);
		const isExact = Math.abs(rupees * 100 - paise) < 1e-4;
		return isExact && paise > 0 && rupees < LARGEST_RUPEES ? paise / 100 : undefined;
	}, 'is not an amount in rupees above zero, with two decimals at most');

/** Digits with an optional leading +; "98765 43210" and the number 9876543210 are understood. */
export const phone = () =>
	reader((value) => {
		const digits = asText(value)?.replace(/[\s().-]/g, '') ?? '';
		return /^\+?\d{10,15}$/.test(digits) ? digits : undefined;
	}, 'is not a phone number of at least 10 digits');

export const email = () =>
	reader((value) => {
		const address = asText(value) ?? '';
		return z.string().email().safeParse(address).success ? address : undefined;
	}, 'is not an email address');

export const webAddress = () =>
	reader((value) => {
		const address = asText(value) ?? '';
		return /^https?:\/\/\S+$/i.test(address) && URL.canParse(address) ? address : undefined;
	}, 'is not a web address (https://…)');

export const flag = () =>
	reader((value) => {
		const word = String(value).trim().toLowerCase();
		if (['true', 'yes', '1'].includes(word)) return true;
		if (['false', 'no', '0'].includes(word)) return false;
		return undefined;
	}, 'is neither true nor false');

/** A calendar year as a number: 2027 or "2027". */
export const year = () =>
	reader((value) => {
		const digits = asText(value) ?? '';
		return /^(19|20|21)\d\d$/.test(digits) ? Number(digits) : undefined;
	}, 'is not a year such as 2027');

/** Jodo's schools are in India, wherever n8n runs: its own default is New York. */
const INDIA = 'Asia/Kolkata';

const DAY_FIRST = /^(\d{1,2})[ /.-](\d{1,2}|[a-z]{3,9})[ /.,-]+(\d{4})(?=$|[ T])/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ISO_LIKE = /^\d{4}-\d{2}-\d{2}(?:$|[ T]\d{2}:\d{2})/;
const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;

const twoDigits = (value: string | number) => String(value).padStart(2, '0');

/** Dates as in India (31/03/2027, 31-Mar-2027), rewritten to ISO 8601; undefined if it is no date at all. */
function isoText(value: unknown): string | undefined {
	if (value instanceof Date) return value.toISOString();
	if (typeof value !== 'string') return undefined;
	const written = value
		.trim()
		.replace(DAY_FIRST, (_, d: string, m: string, y: string) => {
			const month = MONTHS.indexOf(m.slice(0, 3).toLowerCase()) + 1 || m;
			return `${y}-${twoDigits(month)}-${twoDigits(d)}`;
		})
		.replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, '$1T');
	return ISO_LIKE.test(written) ? written : undefined;
}

function moment(value: unknown) {
	const written = isoText(value);
	if (written === undefined) return undefined;
	const parsed = parse(written);
	// A day that does not exist (31 June) would otherwise roll over to the next month.
	if (!parsed || parsed.toFormat('yyyy-MM-dd') !== written.slice(0, 10)) return undefined;
	return { at: parsed, isDay: DATE_ONLY.test(written) };
}

function parse(written: string) {
	try {
		return tryToParseDateTime(written, INDIA);
	} catch {
		return undefined;
	}
}

/** A calendar day, YYYY-MM-DD; a moment counts as its day in India. */
export const day = () =>
	reader((value) => {
		const found = moment(value);
		if (!found) return undefined;
		return (found.isDay ? found.at : found.at.setZone(INDIA)).toFormat('yyyy-MM-dd');
	}, 'is not a date such as 2027-03-31 or 31/03/2027');

/**
 * A moment as Jodo documents it, UTC to the second with Z. Without a zone it is India's time;
 * a mere day means its `start` or its `end`.
 */
export const dateTime = (ofDay: 'start' | 'end') =>
	reader((value) => {
		const found = moment(value);
		if (!found) return undefined;
		const at = found.isDay && ofDay === 'end' ? found.at.endOf('day') : found.at;
		return at.toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'");
	}, 'is not a date and time such as 2027-03-31 18:00 or 31/03/2027');

/** As `dateTime`, at the end of a mere day, and not yet over. */
export const deadline = () =>
	dateTime('end').refine(
		(value) => Date.parse(value) > Date.now(),
		(value) => ({ message: `is in the past: ${value}` }),
	);
