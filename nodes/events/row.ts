/**
 * The same row for every event of every family, so that one sheet or table holds them all. Where a column
 * comes from is data (KEYS, WHO, STATE …); whatever no column takes is kept in `extra`, so nothing is lost.
 * Upserted by `row_key`, where of two rows with one key the later `occurred_at` stays, the `amount`s of the
 * rows by `books` add up to what was paid and what was settled: a settled event is one row per bank transfer,
 * because Jodo may or may not repeat the earlier parts of a payment in a later event.
 */
import { hash as digest } from 'crypto';

import type { Environment } from '../shared/environments';
import { canonicalJson } from '../shared/json';
import { dayInIndia, inUtcSeconds, latest } from './days';
import type { Books, EventSource, PayloadKind } from './events';
import { findEvent } from './events';
import { Leaves, takeNotes, toFilledText } from './leaves';
import type { JodoEnvelope, JodoLine, JodoRow, RowEnvironment } from './jodoRow';
import * as money from './money';
import { isEnvelope, PAYLOADS } from './schemas';

export const ROW_ENVIRONMENTS: Record<Environment, RowEnvironment> = {
	production: 'live',
	uat: 'test',
	custom: 'custom',
};

export type ItemPer = 'transfer' | 'component';

export interface RowContext {
	environment: RowEnvironment;
	/** `transfer` if left out. */
	itemPer?: ItemPer;
	/** The day of money of which Jodo gives no day at all. */
	arrivedAt?: Date;
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

/** What an office reads first: who it is about. */
export const NAMES = {
	name: ['order.name', 'student.primary_contact_name'],
	student_name: ['order.student_name', 'student.fullname'],
	identifier: ['order.identifier', 'student.identifier'],
	grade_name: ['student.grade.name'],
} as const satisfies Places;

export const WHO = {
	phone: ['order.phone', 'student.primary_contact_number'],
	email: ['order.email', 'student.primary_contact_email'],
	custom_identifier: ['order.custom_identifier', 'student.custom_identifier'],
	collector_code: ['order.collector_code', 'student.collector_code'],
	grade: ['order.grade', 'student.grade.code', 'student.grade'],
} as const satisfies Places;

export const YEARS = {
	academic_year_start: ['order.academic_year_start', 'student.academic_year_start'],
	academic_year_end: ['order.academic_year_end', 'student.academic_year_end'],
} as const satisfies Places;

export const MEANS = {
	mode: ['payment.mode'],
	product: ['payment.product'],
} as const satisfies Places;

export const STATE = {
	order_status: ['order.status'],
	subscription_status: ['subscription.status'],
	mandate_status: ['mandate.status'],
	application_status: ['application.status'],
	reason: ['mandate.npci_category_code'],
} as const satisfies Places;

export const DAYS = {
	due_date: ['payment.due_date'],
	initial_due_date: ['payment.initial_due_date'],
} as const satisfies Places;

export const PAID_AT = ['order.paid_at', 'payment.paid_at'];
export const PAID = ['payment.amount'];
/** What a lender paid out; never the total of a loan. */
export const DISBURSED = ['disbursement.disbursed_amount', 'disbursement.amount'];
export const DISBURSED_AT = ['disbursement.date'];
export const DETAILS = ['order.details', 'payment.details'];
export const NOTES = ['order.notes', 'student.notes', 'payment.notes'];
/** Payments recorded by hand carry one reference for all their lines. */
const WHOLE_UTR = 'payment.settlement_utr';

const toYear = (value: unknown) =>
	/^\d{4}$/.test(toFilledText(value) ?? '') ? Number(value) : undefined;

const toDay = (value: unknown) => {
	const text = toFilledText(value);
	return text && (dayInIndia(text) ?? text);
};

const toMoment = (value: unknown) => {
	const text = toFilledText(value) ?? null;
	const day = dayInIndia(text);
	return day === null ? undefined : { text, day };
};

function columns<Column extends keyof JodoRow, T>(
	places: Record<Column, readonly string[]>,
	read: (paths: readonly string[]) => T,
): Record<Column, T> {
	const cells = {} as Record<Column, T>;
	for (const name in places) cells[name] = read(places[name]);
	return cells;
}

const hashOf = (value: unknown) => digest('sha256', canonicalJson(value), 'hex');

/** Blanks at the end say nothing; a blank in the middle keeps the parts apart. */
function keyOf(parts: Array<string | null>): string {
	return parts
		.map((part) => (part ?? '').trim().replace(/%/g, '%25').replace(/\|/g, '%7C'))
		.join('|')
		.replace(/\|+$/, '');
}

/** What happened, in the words of the table of events. */
export interface Happening {
	value: string | null;
	name: string | null;
	source: EventSource | null;
	type: string | null;
	books: Books;
	payload: PayloadKind | null;
}

/** A happening and all that is known about it. */
export interface Fact {
	happening: Happening;
	eventId: string | null;
	/** ISO 8601, UTC. */
	occurredAt: string | null;
	payload: unknown;
	/** What came beside the payload. */
	envelope: Record<string, unknown>;
	/** All that came, for `raw` if it is not as documented. */
	received: unknown;
	isAsDocumented: boolean;
}

/** Columns that hold the id of what is no payment. */
const OWN_ID = {
	subscription: 'subscription_id',
	mandate: 'mandate_id',
	student: 'jodo_student_id',
	loan: 'application_id',
} as const;

type Ids = Record<keyof typeof KEYS, string | null>;

/** The id that all events of one payment share. An order's transaction id may be that of a whole bank batch. */
function paymentIdOf({ payload }: Happening, ids: Ids): string | null {
	if (payload === 'order') return ids.order_id;
	return payload === 'payment' || payload === 'emi' ? (ids.payment_id ?? ids.transaction_id) : null;
}

/** One row's share of a payment. */
interface Part {
	lines: JodoLine[];
	amount: number | null;
	component: string | null;
	transfer: string | null;
}

/** The one component of these lines; null if there are several. */
function oneComponent(lines: readonly JodoLine[]): string | null {
	const [first, ...more] = lines.map((line) => line.component_type);
	return first !== undefined && more.every((one) => one === first) ? first : null;
}

function partsOf(
	{ type }: Happening,
	details: JodoLine[],
	whole: number | null,
	isByComponent: boolean,
): Part[] {
	const component = isByComponent ? oneComponent(details) : null;
	const all: Part[] = [{ lines: details, amount: whole, component, transfer: null }];
	const byComponent = (lines: JodoLine[], transfer: string | null) =>
		money
			.grouped(lines, (line) => line.component_type?.trim() ?? null)
			.map(([one, group]) => ({
				lines: group,
				amount: money.sum(group),
				component: one,
				transfer,
			}));

	if (type === 'settled') {
		const settled = details.filter((line) => money.transferOf(line) !== null);
		if (!settled.length) return all;
		return money
			.grouped(settled, money.transferOf)
			.flatMap(([transfer, lines]) =>
				isByComponent
					? byComponent(lines, transfer)
					: [{ lines, amount: money.sum(lines), component: null, transfer }],
			);
	}
	if (type === 'debited' && isByComponent && details.length) {
		// What was paid may be more than its components, such as a late fee.
		const total = money.sum(details);
		const rest = whole === null || total === null ? 0 : money.difference(whole, total);
		const late = { component_type: null, amount: rest, settlement_utr: null, settled_at: null };
		return byComponent(rest ? [...details, late] : details, null);
	}
	return all;
}

/** The rows of a fact. Nothing is ever refused. */
export function rowsOf(fact: Fact, context: RowContext): JodoRow[] {
	const { happening, payload, occurredAt } = fact;
	const { type, books } = happening;
	const leaves = new Leaves(payload);
	const asText = (paths: readonly string[]) => leaves.take(paths, toFilledText);
	const ids = columns(KEYS, (paths) => leaves.take(paths, money.toReference));
	const names = columns(NAMES, asText);
	const who = columns(WHO, asText);
	const years = columns(YEARS, (paths) => leaves.take(paths, toYear));
	const means = columns(MEANS, asText);
	const state = columns(STATE, asText);
	const days = columns(DAYS, (paths) => leaves.take(paths, toDay));
	const paidAt = leaves.take(PAID_AT, toMoment);
	const disbursedAt = leaves.take(DISBURSED_AT, toMoment);
	const paid = money.takeRupees(leaves, PAID);
	const disbursed = money.takeRupees(leaves, DISBURSED);
	const ownLines = money.takeLines(leaves, payload, DETAILS);
	const wholeUtr = leaves.take([WHOLE_UTR], money.toReference);
	const isSettled = (line: JodoLine) => money.transferOf(line) !== null;
	// Where some lines are settled, one that is not is open, whatever came with the whole.
	const isToldByLines = type === 'settled' && ownLines.some(isSettled);
	const details = ownLines.map((line) => ({
		...line,
		settlement_utr: line.settlement_utr ?? (isToldByLines && !isSettled(line) ? null : wholeUtr),
	}));
	const notes = takeNotes(leaves, payload, NOTES);
	const isWholeUtrSaid = details.some((line) => line.settlement_utr === wholeUtr);
	if (wholeUtr !== null && !isWholeUtrSaid) leaves.keep(WHOLE_UTR, wholeUtr);
	const extra = {
		...leaves.rest(),
		...(Object.keys(fact.envelope).length && new Leaves({ envelope: fact.envelope }).rest()),
	};

	const isOrder = happening.payload === 'order';
	const settlement = money.settlementOf(details, isOrder ? undefined : paid);
	const isPaid = books !== 'none' || type === 'debited';
	const whole = paid ?? money.sum(details) ?? disbursed;
	const parts = partsOf(happening, details, whole, context.itemPer === 'component');
	const isWithoutTransfer = type === 'settled' && !wholeUtr && parts[0]?.transfer === null;
	if (isWithoutTransfer) Object.assign(settlement, { settled_so_far: null, fully_settled: null });

	const isAsExpected = fact.isAsDocumented && leaves.isComplete && !isWithoutTransfer;

	const paymentId = paymentIdOf(happening, ids);
	const occurredOn = dayInIndia(occurredAt);
	const dayOfMoney = () =>
		occurredOn ?? dayInIndia((context.arrivedAt ?? new Date()).toISOString());
	const keyed = (parts_: Array<string | null>) =>
		keyOf(context.environment === 'test' ? ['test', ...parts_] : parts_);

	let hashed: string | undefined;
	const hash = () => (hashed ??= hashOf(payload));
	const rowKeyOf = (part: Part): string => {
		if (happening.source === 'manual_payment') return keyed(['manual', paymentId ?? hash()]);
		if (type === 'disbursed') {
			if (ids.disbursement_id) return keyed([type, ids.disbursement_id]);
			const { application_id: id } = ids;
			const rest = [disbursedAt?.day ?? null, disbursed === null ? null : String(disbursed)];
			return keyed([type, ...(id ? [id, ...rest] : [hash()])]);
		}
		if (['order', 'payment', 'emi'].includes(happening.payload ?? '')) {
			const id = paymentId ?? hash();
			if (type === 'settled') return keyed([type, id, part.transfer ?? wholeUtr, part.component]);
			if (type === 'debited') return keyed([type, id, null, part.component]);
			return keyed([type, id, type === 'bounced' ? days.due_date : null]);
		}
		const column = OWN_ID[happening.payload as keyof typeof OWN_ID] as keyof Ids | undefined;
		const ownId = column && ids[column];
		return keyed([type, ownId ?? hash(), occurredAt, hash().slice(0, 8)]);
	};

	return parts.map((part) => {
		const settledAt =
			books === 'in_transit'
				? null
				: (latest(part.lines.map((line) => line.settled_at)) ?? disbursedAt?.text ?? null);
		const utr = money.oneUtr(part.lines) ?? wholeUtr;
		return {
			books,
			type,
			amount: part.amount,
			paid_on:
				paidAt?.day ?? (books === 'in_transit' || books === 'recorded' ? dayOfMoney() : null),
			settled_on: dayInIndia(settledAt) ?? (books === 'received' ? dayOfMoney() : null),
			settlement_utr: books === 'in_transit' ? null : utr,
			...names,
			component_type: part.component,
			mode: means.mode,
			payment_amount: isPaid ? whole : null,
			settled_so_far: settlement.settled_so_far,
			fully_settled: settlement.fully_settled,
			due_date: days.due_date,
			event_name: happening.name,
			row_key: rowKeyOf(part),
			payment_key: paymentId === null ? null : keyed([paymentId]),
			...ids,
			...who,
			...years,
			event: happening.value,
			source: happening.source,
			environment: context.environment,
			event_id: fact.eventId,
			occurred_at: occurredAt,
			occurred_on: occurredOn,
			paid_at: paidAt?.text ?? null,
			settled_at: settledAt,
			initial_due_date: days.initial_due_date,
			...state,
			product: means.product,
			currency: 'INR',
			details,
			notes,
			extra,
			raw: isAsExpected ? null : fact.received,
		};
	});
}

/** The rows of a delivery. What does not look as documented also goes to `raw`. */
export function toRows(delivery: unknown, context: RowContext): JodoRow[] {
	const { event_id, event: code, timestamp, payload, ...others } = delivery as JodoEnvelope;
	const event = findEvent(code);
	const isAsDocumented =
		event !== undefined && isEnvelope(delivery) && PAYLOADS[event.payload](payload);
	const occurredAt = inUtcSeconds(toFilledText(timestamp) ?? null);
	const isSeconds = occurredAt !== null && Date.parse(occurredAt) / 1000 === Number(timestamp);
	return rowsOf(
		{
			happening: event ?? {
				value: String(code),
				name: null,
				source: null,
				type: null,
				books: 'none',
				payload: null,
			},
			eventId: toFilledText(event_id) ?? null,
			occurredAt,
			payload,
			envelope: {
				...others,
				...(code !== event?.value && { event: code }),
				...(!isSeconds && { timestamp }),
			},
			received: delivery,
			isAsDocumented,
		},
		context,
	);
}
