/** What the trigger receives and what it gives, as types. */
import type { Books, EventSource } from './events';

/** A delivery as Jodo sends it. */
export interface JodoEnvelope {
	event_id: string | number;
	/** The event code. */
	event: string;
	/** Unix seconds. */
	timestamp: number | string;
	version?: unknown;
	/** What it is about, by the event's family. */
	payload: unknown;
}

/** Which of Jodo's databases a row comes from: the same ids exist in Live and in Test. */
export type RowEnvironment = 'live' | 'test' | 'custom';

/** One fee component of a payment, or a part of one. */
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
	books: Books;
	type: string | null;
	/** The money of this row alone. */
	amount: number | null;
	/** YYYY-MM-DD. */
	paid_on: string | null;
	/** YYYY-MM-DD. */
	settled_on: string | null;
	/** The bank's reference of the transfer. */
	settlement_utr: string | null;
	/** The payer, or the student's primary contact. */
	name: string | null;
	student_name: string | null;
	identifier: string | null;
	grade_name: string | null;
	/** Only in rows per component. */
	component_type: string | null;
	mode: string | null;
	/** The whole payment; null where nothing was paid. */
	payment_amount: number | null;
	/** How much of the whole payment has reached the bank as of this event. */
	settled_so_far: number | null;
	fully_settled: boolean | null;
	/** YYYY-MM-DD. */
	due_date: string | null;
	/** As in the node's drop-down. */
	event_name: string | null;
	/** The column to match on when writing to a sheet: the same fact has the same key. */
	row_key: string;
	/** Joins what belongs to one payment, such as debited and settled. */
	payment_key: string | null;
	order_id: string | null;
	payment_id: string | null;
	transaction_id: string | null;
	reference_id: string | null;
	jodo_student_id: string | null;
	subscription_id: string | null;
	mandate_id: string | null;
	application_id: string | null;
	disbursement_id: string | null;
	phone: string | null;
	email: string | null;
	custom_identifier: string | null;
	/** The branch. */
	collector_code: string | null;
	/** Code of the class. */
	grade: string | null;
	academic_year_start: number | null;
	academic_year_end: number | null;
	/** The value in the node's drop-down. */
	event: string | null;
	source: EventSource | null;
	environment: RowEnvironment;
	event_id: string | null;
	occurred_at: string | null;
	/** YYYY-MM-DD. */
	occurred_on: string | null;
	paid_at: string | null;
	/** The latest of the row's lines. */
	settled_at: string | null;
	/** YYYY-MM-DD. */
	initial_due_date: string | null;
	order_status: string | null;
	subscription_status: string | null;
	mandate_status: string | null;
	application_status: string | null;
	/** Why a mandate ended, as the bank says. */
	reason: string | null;
	product: string | null;
	currency: 'INR';
	/** Of the whole payment. */
	details: JodoLine[];
	notes: Record<string, unknown>;
	/** Everything else in the payload, by its path. */
	extra: Record<string, unknown>;
	/** The event as received, if it does not look as documented. */
	raw: unknown;
}
