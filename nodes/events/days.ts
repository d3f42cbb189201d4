/** Moments as Jodo may write them, and their days in India. */

/** A moment in milliseconds, and the day it is in India, YYYY-MM-DD. */
interface Reading {
	instant: number;
	day: string;
}

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)?$/i;
/** 12-06-2026, 12/06/26, 12.6.2026, 12 Jun 2026, with or without a time, which says nothing about its zone. */
const INDIAN = /^(\d{1,2})[-/. ](\d{1,2}|[a-z]{3,9})[-/., ] ?(\d{4}|\d\d)(?:[T, ].*)?$/i;
const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/;
const EPOCH = /^\d{9,19}(\.\d+)?$/;

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const INDIA_AHEAD_MS = (5 * 60 + 30) * 60_000;

const isoDay = (instant: number) => new Date(instant).toISOString().slice(0, 10);

function ofInstant(instant: number): Reading | undefined {
	// Beyond the year 9999 neither n8n nor a sheet reads on.
	const isReal = instant < Date.UTC(9999, 11, 31);
	return isReal ? { instant, day: isoDay(instant + INDIA_AHEAD_MS) } : undefined;
}

type Day = [year: string, month: string, day: string];

function ofDay(...[year, month, day]: Day): Reading | undefined {
	const named = MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1;
	const number = named || Number(month);
	const text = `${year.padStart(4, '20')}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
	const instant = Date.parse(text);
	return isoDay(Number.isNaN(instant) ? 0 : instant) === text ? { instant, day: text } : undefined;
}

function read(value: string): Reading | undefined {
	const text = value.trim();
	if (EPOCH.test(text)) {
		// Seconds, milliseconds or finer: what is beyond the year 5000 was not meant as seconds.
		let seconds = Number(text);
		while (seconds > 1e11) seconds /= 1000;
		return ofInstant(seconds * 1000);
	}
	const [, date, time, zone = 'Z'] = ISO.exec(text) ?? [];
	if (date) {
		const isReal = ofDay(...(date.split('-') as Day));
		return isReal && ofInstant(Date.parse(`${date}T${time}${zone}`));
	}
	const yearFirst = YEAR_FIRST.exec(text);
	if (yearFirst) return ofDay(...(yearFirst.slice(1) as Day));
	const indian = INDIAN.exec(text);
	return indian ? ofDay(...(indian.slice(1).reverse() as Day)) : undefined;
}

/** The calendar day in India, YYYY-MM-DD. Until 05:30 in the morning there it is still yesterday in UTC. */
export const dayInIndia = (moment: string | null): string | null =>
	(moment !== null && read(moment)?.day) || null;

/** ISO 8601 in UTC, to the second; null if it cannot be read. */
export function inUtcSeconds(moment: string | null): string | null {
	const reading = moment === null ? undefined : read(moment);
	return reading ? `${new Date(reading.instant).toISOString().slice(0, 19)}Z` : null;
}

/** The latest that can be read, as it is written. */
export function latest(moments: ReadonlyArray<string | null>): string | null {
	let last = null;
	let lastInstant = -Infinity;
	for (const moment of moments) {
		const reading = moment === null ? undefined : read(moment);
		if (!reading || reading.instant <= lastInstant) continue;
		last = moment;
		lastInstant = reading.instant;
	}
	return last;
}
