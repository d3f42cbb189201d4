/**
 * What people type and what sheets hold, turned into what Jodo documents: understood, or refused with the
 * reason, never guessed. Each is a zod type whose message completes the sentence "'Amount' …".
 * https://docs.jodo.in/getting-started/api-structure/
 */
import { z } from 'zod/v3';

/** Why a value cannot be used. */
export class Refused {
	readonly why: string;

	constructor(why: string) {
		this.why = why;
	}
}

/**
 * A refused value counts as undefined afterwards: what compares several values leaves it out.
 * @param read gives what is sent; undefined if the value cannot be understood, which `complaint` says
 * @param empty what is sent if nothing was entered; without it, that is refused
 */
export function reader<T>(
	read: (value: unknown) => T | Refused | undefined,
	complaint: string,
	empty: T | Refused = new Refused('is empty'),
) {
	return z.unknown().transform((raw, context): T => {
		const value = plain(raw);
		const why = whyNoValue(value);
		const result =
			(isEmpty(value) ? empty : why ? new Refused(why) : read(value)) ??
			new Refused(`${complaint}: ${shown(value)}`);
		if (!(result instanceof Refused)) return result;
		context.addIssue({ code: z.ZodIssueCode.custom, message: result.why });
		return undefined as never;
	});
}

/** luxon's DateTime and JavaScript's Date tell their moment in ISO 8601 with a zone. */
function plain(value: unknown): unknown {
	if (typeof value === 'string') return visible(value);
	return isBranch(value) || typeof value !== 'object' || value === null
		? value
		: ((value as Date).toJSON() ?? 'Invalid Date');
}

/** A list or an object with members, unlike a date. */
export const isBranch = (value: unknown): value is object =>
	typeof value === 'object' &&
	value !== null &&
	typeof (value as { toJSON?: unknown }).toJSON !== 'function';

const ASCII = /^[ -~]*$/;
const LINE_ENDS = /[\t\n\u2028\u2029]+/g;
const WIDE_SPACES = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g;
const INVISIBLE =
	/(?![\t\n])\p{Cc}|[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]|\u034f/gu;
/** Indian scripts and emoji join letters with these; after a Latin letter or a digit they are dirt. */
const STRAY_JOINERS = /(?<![\u0600-\u1fff\u2070-\uffff])[\u200c\u200d]+/g;

/** Without what cannot be seen, such as the zero-width space that comes with text copied from a web page. */
function visible(text: string): string {
	if (ASCII.test(text)) return text.trim();
	return text
		.replace(/\r\n?/g, '\n')
		.replace(WIDE_SPACES, ' ')
		.replace(INVISIBLE, '')
		.replace(STRAY_JOINERS, '')
		.trim();
}

const inOneLine = (text: string) => text.replace(LINE_ENDS, ' ');

/** Nothing was entered: such an optional field is not sent. */
export function isEmpty(value: unknown): boolean {
	if (value === undefined || value === null) return true;
	return typeof value === 'string' && visible(value) === '';
}

/** What a sheet shows in a cell whose formula has failed. */
const CELL_ERROR =
	/^(#(N\/A|DIV\/0!|NAME\?|(REF|VALUE|NUM|NULL|ERROR|SPILL|CALC|FIELD|BLOCKED|UNKNOWN|CONNECT|BUSY|EXTERNAL|PYTHON|TIMEOUT)!|GETTING_DATA|#+)|Err:\d{3}|Loading\.\.\.)$/i;
/** How JavaScript writes nothing at all; a person may be called Null. */
const NOTHING = /^(undefined|null|NaN|-?Infinity|Invalid Date(Time)?)$/;

/** Why this is no value of any kind: it came out of a sheet or an expression that has failed. */
export function whyNoValue(value: unknown): string | undefined {
	if (typeof value === 'number') {
		if (!Number.isFinite(value)) return 'is the result of a calculation that failed';
		if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return undefined;
		return 'is a number so long that it has lost digits: enter it as text';
	}
	if (typeof value !== 'string') return undefined;
	if (CELL_ERROR.test(value)) return `holds an error of the sheet: ${value}`;
	if (NOTHING.test(value)) return 'is the result of an expression that found nothing';
	if (/\[object \w+\]/.test(value)) return 'holds an object where a text belongs';
	if (/^-?\d([.,]\d+)?E\+\d{1,3}$/i.test(value)) {
		return `is a number that has lost digits: ${value}`;
	}
	return /\p{Cs}/u.test(value) ? 'holds a broken character' : undefined;
}

function shown(value: unknown): string {
	return json(value)
		.slice(0, 60)
		.replace(/\[object \w+\]|\p{Cs}/gu, '…');
}

/** Never throws, not even for a circle or a bigint. */
function json(value: unknown): string {
	try {
		return JSON.stringify(value) ?? typeof value;
	} catch {
		return typeof value;
	}
}

const asText = (value: unknown) =>
	typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
		? String(value)
		: undefined;

const asLine = (value: unknown) => {
	const written = asText(value);
	return written === undefined ? undefined : inOneLine(written);
};

/** Text; a number from a sheet counts as its digits. */
export const text = () => reader(asLine, 'is not a text');

/** Text of any length in lines; nothing at all is an empty text. */
export const anyText = () => reader(asText, 'is not a text', '');

/** What tells one record from another; in a path, a dot or two would lead to another record. */
export const id = () =>
	reader((value) => {
		const written = typeof value === 'boolean' ? undefined : asLine(value);
		return written && /^\.{1,2}$/.test(written) ? undefined : written;
	}, 'is not an ID');

const MONEY =
	/^(?:₹|rs\.?|inr)?\s*(\d+|\d{1,3}(?:,\d{2})*,\d{3}|\d{1,3}(?:,\d{3})+)(\.\d+)?\s*(?:\/-|₹|rs\.?|inr)?$/i;
const LARGEST_RUPEES = 1e12;

/** The dust of binary sums (0.1 + 0.2) is wiped off; a real third decimal is refused. */
function rupeesOf(value: unknown): number | undefined {
	const match = typeof value === 'string' ? MONEY.exec(value) : null;
	const rupees = match
		? Number((match[1] ?? '').replace(/,/g, '') + (match[2] ?? ''))
		: typeof value === 'number'
			? value
			: NaN;
	const paise = Math.round(rupees * 100);
	const isExact = Math.abs(rupees * 100 - paise) < 1e-4;
	return isExact && paise >= 0 && rupees < LARGEST_RUPEES ? Math.abs(paise) / 100 : undefined;
}

/** Rupees with at most two decimals, greater than zero: 1500, "1,00,000.00", "₹5,000", "Rs. 500/-". */
export const amount = () =>
	reader(
		(value) => rupeesOf(value) || undefined,
		'is not an amount in rupees above zero, with two decimals at most',
	);

/** As `amount`, but nothing may be owed: a fee that is waived, an instalment without this fee. */
export const amountOrZero = () =>
	reader(rupeesOf, 'is not an amount in rupees, with two decimals at most');

/**
 * Digits with an optional leading +: "98765 43210", the number 9876543210, "+91 (0) 98765 43210".
 * A sheet's "9876543210.0" is the number that it shows.
 */
export const phone = () =>
	reader((value) => {
		const text = asText(value) ?? '';
		const [, before = '', decimals = ''] = /^(.*)\.(\d+)$/.exec(text) ?? [];
		const isWhole = before.replace(/\D/g, '').length >= 10;
		// A number, as a sheet may hand it over; otherwise dots stand between groups.
		const isNumber =
			/^0+$/.test(decimals) && (isWhole || decimals.length < 3 || /^\d+$/.test(before));
		const written = isNumber ? before : text;
		if (/^[-\u2212]/.test(written) || (isWhole && !isNumber)) return undefined;
		const digits = written
			.replace(/^(\(?\+\d{1,3}\)?[\s.-]*)\(0\)/, '$1')
			.replace(/[\s().\u2010-\u2015\u2212-]/g, '')
			.replace(/^\+910(?=\d{10}$)/, '+91');
		return /^\+?\d{10,15}$/.test(digits) ? digits : undefined;
	}, 'is not a phone number of at least 10 digits');

const NO_EMAIL = 'is not an email address';
const isEmail = (value: unknown): value is string => z.string().email().safeParse(value).success;

export const email = () => reader((value) => (isEmail(value) ? value : undefined), NO_EMAIL);

/** One, or several separated by commas. */
export const emails = () =>
	reader((value) => {
		const written = asLine(value);
		const bad = written?.split(',').find((one) => !isEmail(one.trim()));
		return bad === undefined ? written : new Refused(`${NO_EMAIL}: ${shown(bad.trim())}`);
	}, NO_EMAIL);

export const webAddress = () =>
	reader((value) => {
		const address = asText(value) ?? '';
		return /^https?:\/\/\S+$/i.test(address) && URL.canParse(address) ? address : undefined;
	}, 'is not a web address (https://…)');

const FLAGS: Record<string, boolean> = {
	true: true,
	yes: true,
	y: true,
	'1': true,
	false: false,
	no: false,
	n: false,
	'0': false,
};

export const flag = () =>
	reader((value) => FLAGS[asText(value)?.toLowerCase() ?? ''], 'is neither yes nor no');

/** NaN if it is none. */
const wholeNumber = (value: unknown) => Number(/^(\d+)(?:\.0+)?$/.exec(asText(value) ?? '')?.[1]);

/** How many: 1, 2, 3 … */
export const count = () =>
	reader((value) => wholeNumber(value) || undefined, 'is not a whole number above zero');

/** A calendar year as a number: 2027 or "2027". */
export const year = () =>
	reader((value) => {
		const number = wholeNumber(value);
		return number >= 1900 && number < 2200 ? number : undefined;
	}, 'is not a year such as 2027');

/** One of these words, in small or capital letters. */
export const choice = (words: string[]) =>
	reader(
		(value) => words.find((word) => word.toLowerCase() === asText(value)?.toLowerCase()),
		`is none of ${words.join(', ')}`,
	);
