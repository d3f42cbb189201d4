/**
 * One row for every event of every family, so that one sheet or table holds them all. Where a column comes
 * from is data (KEYS, WHO, STATE …); whatever no column takes is kept in `extra`, so nothing is lost.
 */
import { canonicalJson } from '../shared/json';
import type { Books, EventSource, JodoEventValue, JodoPayload } from './events';
import { findEvent } from './events';
import { envelope as envelopeSchema, PAYLOADS } from './schemas';

/** A delivery as Jodo sends it. */
export interface JodoEnvelope<Value extends JodoEventValue = JodoEventValue> {
	event_id: string | number;
	/** The event code. */
	event: string;
	/** Unix seconds. */
	timestamp: number | string;
	version?: unknown;
	payload: JodoPayload<Value>;
}

/** One fee component of a payment. */
export interface JodoLine {
	component_type: string | null;
	/** Rupees. */
	amount: number | null;
	/** The bank's reference of the transfer to the institute. */
	settlement_utr: string | null;
	/** ISO 8601, UTC. */
	settled_at: string | null;
}

/** Amounts are rupees, exact to the paisa; moments (…_at) ISO 8601 in UTC; days (…_on) those of India. */
export interface JodoRow {
	event_id: string | null;
	/** As in the node's drop-down. */
	event: string;
	type: string | null;
	source: EventSource | null;
	books: Books;
	occurred_at: string | null;
	/** Joins what belongs to one payment, such as debited and settled. */
	payment_key: string | null;
	/** The column to match on when writing to a sheet: the same fact has the same key. */
	row_key: string;
	order_id: string | null;
	payment_id: string | null;
	transaction_id: string | null;
	reference_id: string | null;
	jodo_student_id: string | null;
	subscription_id: string | null;
	mandate_id: string | null;
	application_id: string | null;
	disbursement_id: string | null;
	identifier: string | null;
	custom_identifier: string | null;
	/** The branch. */
	collector_code: string | null;
	/** The payer, or the student's primary contact. */
	name: string | null;
	phone: string | null;
	email: string | null;
	student_name: string | null;
	/** Code of the class. */
	grade: string | null;
	grade_name: string | null;
	academic_year_start: number | null;
	academic_year_end: number | null;
	/** Only in rows per component. */
	component_type?: string | null;
	amount: number | null;
	/** How much of the details has reached the bank. */
	settled_amount: number | null;
	fully_settled: boolean | null;
	currency: 'INR';
	product: string | null;
	mode: string | null;
	/** Several are separated by commas. */
	settlement_utr: string | null;
	details: JodoLine[];
	order_status: string | null;
	subscription_status: string | null;
	mandate_status: string | null;
	application_status: string | null;
	/** Why a mandate ended, as the bank says. */
	reason: string | null;
	/** YYYY-MM-DD. */
	due_date: string | null;
	/** YYYY-MM-DD. */
	initial_due_date: string | null;
	paid_at: string | null;
	/** The latest of the details. */
	settled_at: string | null;
	/** YYYY-MM-DD. */
	occurred_on: string | null;
	/** YYYY-MM-DD. */
	paid_on: string | null;
	/** YYYY-MM-DD. */
	settled_on: string | null;
	notes: Record<string, unknown>;
	/** Everything else in the payload, by its path. */
	extra: Record<string, unknown>;
	/** The event as received, if it does not look as documented. */
	raw: unknown;
}

/** Where in the payload a column may stand; the first place that holds something counts. */
type Places = { readonly [Column in keyof JodoRow]?: readonly string[] };

export const KEYS = {
	order_id: ['order_id'],
	payment_id: ['payment.id'],
	transaction_id: ['order.transaction_id', 'payment.transaction_id'],
	reference_id: ['payment.reference_id'],
	jodo_student_id: ['jodo_student_id'],
	subscription_id: ['subscription.id'],
	mandate_id: ['mandate.id'],
	application_id: ['application.id'],
	disbursement_id: ['disbursement.id'],
} as const satisfies Places;

export const WHO = {
	identifier: ['order.identifier', 'student.identifier'],
	custom_identifier: ['order.custom_identifier', 'student.custom_identifier'],
	collector_code: ['order.collector_code', 'student.collector_code'],
	name: ['order.name', 'student.primary_contact_name'],
	phone: ['order.phone', 'student.primary_contact_number'],
	email: ['order.email', 'student.primary_contact_email'],
	student_name: ['order.student_name', 'student.fullname'],
	grade: ['order.grade', 'student.grade.code', 'student.grade'],
	grade_name: ['student.grade.name'],
} as const satisfies Places;

export const YEARS = {
	academic_year_start: ['order.academic_year_start', 'student.academic_year_start'],
	academic_year_end: ['order.academic_year_end', 'student.academic_year_end'],
} as const satisfies Places;

export const MEANS = {
	product: ['payment.product'],
	mode: ['payment.mode'],
} as const satisfies Places;

export const STATE = {
	order_status: ['order.status'],
	subscription_status: ['subscription.status'],
	mandate_status: ['mandate.status'],
	application_status: ['application.status'],
	reason: ['mandate.npci_category_code'],
	due_date: ['payment.due_date'],
	initial_due_date: ['payment.initial_due_date'],
	paid_at: ['order.paid_at', 'payment.paid_at'],
} as const satisfies Places;

export const PAID = ['payment.amount'];
/** What a lender paid out; never the total of a loan. */
export const DISBURSED = ['disbursement.disbursed_amount', 'disbursement.amount'];
export const DETAILS = ['order.details', 'payment.details'];
export const NOTES = ['order.notes', 'student.notes', 'payment.notes'];

const toText = (value: unknown) =>
	['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;

const toYear = (value: unknown) =>
	/^\d{4}$/.test(toText(value) ?? '') ? Number(value) : undefined;

/** Whole paise, so that sums are exact; undefined if it is no amount. */
function toPaise(value: unknown): number | undefined {
	if (!/^-?\d+(\.\d+)?$/.test(toText(value) ?? '')) return undefined;
	const paise = Math.round(Number(value) * 100) + 0;
	return Number.isSafeInteger(paise) ? paise : undefined;
}

const toRupees = (paise: number | null) => (paise === null ? null : paise / 100);

const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/i;
const INDIA_AHEAD_MS = (5 * 60 + 30) * 60_000;

function instantOf(moment: string): number {
	const [, day, time, zone = 'Z'] = MOMENT.exec(moment) ?? [];
	return time ? Date.parse(`${day}T${time}${zone}`) : Date.parse(day ?? '');
}

/** The calendar day in India, YYYY-MM-DD. Until 05:30 in the morning there it is still yesterday in UTC. */
export function dayInIndia(moment: string | null): string | null {
	if (moment === null || Number.isNaN(instantOf(moment))) return null;
	if (moment.length === 10) return moment;
	return new Date(instantOf(moment) + INDIA_AHEAD_MS).toISOString().slice(0, 10);
}

const PLAIN_KEY = /^[A-Za-z_][\w-]*$/;

/** Beyond these a branch stays whole, as one leaf: no such path is a column, and memory has an end. */
const LONGEST_PATH = 500;
const MOST_LEAVES = 100_000;

/** The leaves of a payload by path (order.details[0].amount), each to be taken by one column. */
class Leaves {
	private readonly left = new Map<string, unknown>();

	/** Whether every leaf is one; otherwise what should be in a column may stand in a branch left whole. */
	isComplete = true;

	constructor(payload: unknown) {
		this.collect(payload, '');
	}

	private collect(value: unknown, path: string): void {
		const isBranch = typeof value === 'object' && value !== null;
		const size = Array.isArray(value) ? value.length : isBranch ? Object.keys(value).length : 0;
		const isTooMuch = path.length > LONGEST_PATH || this.left.size + size > MOST_LEAVES;
		if (!isBranch || size === 0 || isTooMuch) {
			if (size) this.isComplete = false;
			this.left.set(path || 'payload', value);
			return;
		}
		for (const [key, member] of Object.entries(value)) {
			const isPlain = !Array.isArray(value) && PLAIN_KEY.test(key);
			const step = Array.isArray(value) ? `[${key}]` : isPlain ? key : `[${JSON.stringify(key)}]`;
			this.collect(member, isPlain && path ? `${path}.${step}` : path + step);
		}
	}

	/** Takes the first of the places that can be read; a null there says nothing and goes too. */
	take<T>(paths: readonly string[], read: (value: unknown) => T | undefined): T | null {
		for (const path of paths) {
			const value = this.left.get(path);
			const result = read(value);
			if (value === null || result !== undefined) this.left.delete(path);
			if (result !== undefined) return result;
		}
		return null;
	}

	/** As `take`, for money; an amount finer than a paisa stays in `extra` beside the rounded one. */
	takePaise(paths: readonly string[]): number | null {
		for (const path of paths) {
			const value = this.left.get(path);
			const paise = this.take([path], toPaise);
			if (paise === null) continue;
			if (paise / 100 !== Number(value)) this.left.set(path, value);
			return paise;
		}
		return null;
	}

	drop(...paths: string[]): void {
		for (const path of paths) this.left.delete(path);
	}

	rest(): Record<string, unknown> {
		return Object.fromEntries(this.left);
	}
}

function arrayAt(payload: unknown, path: string): unknown[] {
	let value = payload;
	for (const key of path.split('.')) value = (value as Record<string, unknown> | null)?.[key];
	return Array.isArray(value) ? value : [];
}

function takeLines(leaves: Leaves, payload: unknown, wholePaymentUtr: string | null): JodoLine[] {
	return DETAILS.flatMap((path) =>
		arrayAt(payload, path).map((_, i) => {
			const at = (key: string) => `${path}[${i}].${key}`;
			return {
				component_type: leaves.take([at('component_type'), at('fee_component')], toText),
				amount: toRupees(leaves.takePaise([at('amount')])),
				// Payments recorded by hand carry one reference for all their lines.
				settlement_utr: leaves.take([at('settlement_utr')], toText) ?? wholePaymentUtr,
				settled_at: leaves.take([at('settled_at')], toText),
			};
		}),
	);
}

/** Key → value; a plain string becomes `note`. A key that comes twice stays in `extra` the second time. */
function takeNotes(leaves: Leaves, payload: unknown): Record<string, unknown> {
	const notes = new Map<string, unknown>();
	for (const path of NOTES) {
		const text = leaves.take([path], toText);
		if (text !== null) notes.set('note', text);
		arrayAt(payload, path).forEach((entry, i) => {
			const { key, value = null } = (entry ?? {}) as { key?: unknown; value?: unknown };
			const isPlain = typeof value !== 'object' || value === null;
			if (typeof key !== 'string' || notes.has(key) || !isPlain) return;
			notes.set(key, value);
			leaves.drop(`${path}[${i}].key`, `${path}[${i}].value`);
		});
	}
	return Object.fromEntries(notes);
}

const isSettled = (line: JodoLine) => Boolean(line.settlement_utr || line.settled_at);

/** The sum in whole paise; null if there is nothing to add, or an amount that could not be read. */
function sum(lines: JodoLine[]): number | null {
	if (!lines.length || lines.some(({ amount }) => amount === null)) return null;
	return lines.reduce((total, { amount }) => total + Math.round((amount ?? 0) * 100), 0) / 100;
}

const latest = (moments: Array<string | null>) =>
	moments.reduce((a, b) => (!a || (b && !(instantOf(b) <= instantOf(a))) ? b : a), null);

/** Several bank references as one text, each once. */
function joined(references: Array<string | null>): string | null {
	return [...new Set(references.filter(Boolean))].join(', ') || null;
}

/** Blanks at the end say nothing; a blank in the middle keeps the parts apart. */
function keyOf(...parts: Array<string | null>): string {
	while (parts.length && !parts[parts.length - 1]) parts.pop();
	return parts.map((part) => part ?? '').join('|');
}

const toMoment = (seconds: unknown) => {
	const date = new Date(Number(toText(seconds) ?? NaN) * 1000);
	return Number.isNaN(date.getTime()) ? null : date.toISOString().replace('.000Z', 'Z');
};

function columns<Column extends keyof JodoRow, T>(
	places: Record<Column, readonly string[]>,
	read: (paths: readonly string[]) => T,
): Record<Column, T> {
	const cells = Object.entries<readonly string[]>(places).map(([name, paths]) => [
		name,
		read(paths),
	]);
	return Object.fromEntries(cells) as Record<Column, T>;
}

/** The row of a delivery. Nothing is ever refused: what does not look as documented also goes to `raw`. */
export function toRow(delivery: unknown): JodoRow {
	const { event_id, event: code, timestamp, payload, ...others } = delivery as JodoEnvelope;
	const event = findEvent(code);
	const asDocumented =
		event &&
		envelopeSchema.safeParse(delivery).success &&
		PAYLOADS[event.payload].safeParse(payload).success;

	const leaves = new Leaves(payload);
	const asText = (paths: readonly string[]) => leaves.take(paths, toText);
	const keys = columns(KEYS, asText);
	const who = columns(WHO, asText);
	const years = columns(YEARS, (paths) => leaves.take(paths, toYear));
	const means = columns(MEANS, asText);
	const state = columns(STATE, asText);
	const paid = toRupees(leaves.takePaise(PAID));
	const wholePaymentUtr = leaves.take(['payment.settlement_utr'], toText);
	const details = takeLines(leaves, payload, wholePaymentUtr);
	const disbursed = toRupees(leaves.takePaise(DISBURSED));
	const notes = takeNotes(leaves, payload);
	const extra = leaves.rest();

	const eventId = toText(event_id) ?? null;
	const type = event?.type ?? null;
	const occurredAt = toMoment(timestamp);
	const settled = details.filter(isSettled);
	const settledAt = latest(details.map((line) => line.settled_at));
	const disbursedOn = toText(extra['disbursement.date']) ?? null;
	const settlementUtr = joined([...details.map((line) => line.settlement_utr), wholePaymentUtr]);
	const paymentKey = keys.order_id ?? keys.payment_id ?? keys.transaction_id;
	const factId = paymentKey ?? keys.disbursement_id ?? eventId ?? canonicalJson(delivery);
	const envelope = {
		...others,
		...(code !== event?.value && { event: code }),
		...(occurredAt === null && { timestamp }),
	};

	return {
		event_id: eventId,
		event: event?.value ?? String(code),
		type,
		source: event?.source ?? null,
		books: event?.books ?? 'none',
		occurred_at: occurredAt,
		payment_key: paymentKey,
		row_key: keyOf(type, factId, settlementUtr),
		...keys,
		...who,
		...years,
		amount: paid ?? sum(details) ?? disbursed,
		settled_amount: details.length && !settled.length ? 0 : sum(settled),
		fully_settled: details.length ? settled.length === details.length : null,
		currency: 'INR',
		...means,
		settlement_utr: settlementUtr,
		details,
		...state,
		settled_at: settledAt,
		occurred_on: dayInIndia(occurredAt),
		paid_on: dayInIndia(state.paid_at),
		settled_on: dayInIndia(settledAt ?? disbursedOn),
		notes,
		extra: { ...extra, ...(Object.keys(envelope).length && new Leaves({ envelope }).rest()) },
		raw: asDocumented && leaves.isComplete ? null : delivery,
	};
}

/**
 * One row per fee component and bank reference. Of money that is settled in parts, only the parts that have
 * reached the bank: the rest comes with a later event, and both together then add up.
 */
export function toComponentRows(row: JodoRow): JodoRow[] {
	const settled = row.books === 'received' ? row.details.filter(isSettled) : [];
	const factId = row.payment_key ?? row.disbursement_id ?? row.event_id;
	const groups = new Map<string, JodoLine[]>();
	for (const line of settled.length ? settled : row.details) {
		const key = keyOf(row.type, factId, line.settlement_utr, line.component_type);
		const group = groups.get(key);
		if (group) group.push(line);
		else groups.set(key, [line]);
	}
	if (!groups.size) return [{ ...row, component_type: null }];
	// What was paid may be more than its components, such as a late fee.
	const isMore = row.amount !== sum(row.details);
	const extra = { ...row.extra, ...(isMore && { 'payment.amount': row.amount }) };
	return [...groups].map(([row_key, lines]) => {
		const settledAt = latest(lines.map((line) => line.settled_at));
		return {
			...row,
			extra,
			row_key,
			component_type: lines[0]?.component_type ?? null,
			amount: sum(lines),
			settlement_utr: lines[0]?.settlement_utr ?? null,
			settled_at: settledAt,
			settled_on: dayInIndia(settledAt),
		};
	});
}
