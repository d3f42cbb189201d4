/**
 * What Jodo documents about the payload of each family of events. The documentation contradicts itself
 * about numbers and strings and may gain fields at any time, so: ids and amounts may be either, unknown
 * fields pass, and only what a row cannot do without is required.
 * https://docs.jodo.in/webhooks/handling-webhook-events/
 */
import type { PayloadKind } from './events';
import { toPaise } from './money';

/** Whether a value is as documented. Not zod, which copies what it reads: every event waits for this. */
type Check = (value: unknown) => boolean;

const is =
	(...types: string[]): Check =>
	(value) =>
		types.includes(typeof value);

const optional =
	(check: Check): Check =>
	(value) =>
		value === null || value === undefined || check(value);

const listOf =
	(check: Check): Check =>
	(value) =>
		Array.isArray(value) && value.every(check);

/** An object that may hold more than is known. */
function open(shape: Record<string, Check>): Check {
	const members = Object.entries(shape);
	return (value) =>
		typeof value === 'object' &&
		value !== null &&
		!Array.isArray(value) &&
		members.every(([key, check]) => check((value as Record<string, unknown>)[key]));
}

const text = optional(is('string'));
/** A number only as far as JSON carries all of its digits. */
const id: Check = (value) =>
	typeof value === 'string' ? value !== '' : Number.isSafeInteger(value);
const anyId = optional(id);
const year = optional(is('string', 'number'));
/** Rupees with a decimal point, as a JSON number or as its text. */
const rupees: Check = (value) => toPaise(value) !== undefined;

const line = open({
	/** Pay calls it `component_type`, Flex and manual payments call it `fee_component`. */
	component_type: text,
	fee_component: text,
	amount: rupees,
	settlement_utr: anyId,
	/** ISO 8601, UTC. */
	settled_at: text,
});

const entries = listOf(open({ key: is('string') }));
const notes = optional((value) => typeof value === 'string' || entries(value));

const student = open({
	identifier: anyId,
	custom_identifier: anyId,
	collector_code: anyId,
	fullname: text,
	grade: optional(open({ code: text, name: text })),
	academic_year_start: year,
	academic_year_end: year,
	primary_contact_number: anyId,
	primary_contact_email: text,
	notes,
});

const subscription = open({ id, status: text });
const studentPart = { jodo_student_id: anyId, student };

/** Orders, payment pages and payment links. */
const orderPayload = open({
	order_id: id,
	order: open({
		name: text,
		phone: anyId,
		email: text,
		identifier: anyId,
		custom_identifier: anyId,
		student_name: text,
		grade: text,
		academic_year_start: year,
		academic_year_end: year,
		transaction_id: anyId,
		/** ISO 8601, UTC; null while unpaid. */
		paid_at: text,
		status: is('string'),
		details: listOf(line),
		notes,
	}),
});

/** Student-linked payments, Flex instalments and downpayments, and payments recorded by hand. */
const paymentPayload = open({
	...studentPart,
	subscription: optional(subscription),
	payment: open({
		id,
		amount: rupees,
		product: text,
		mode: text,
		transaction_id: anyId,
		reference_id: anyId,
		settlement_utr: anyId,
		notes,
		/** YYYY-MM-DD. */
		initial_due_date: text,
		/** YYYY-MM-DD. */
		due_date: text,
		/** ISO 8601, UTC. */
		paid_at: text,
		details: optional(listOf(line)),
	}),
});

const subscriptionPayload = open({ ...studentPart, subscription });

const mandatePayload = open({
	...studentPart,
	subscription: optional(subscription),
	mandate: open({ id, status: text, npci_category_code: text }),
});

const studentPayload = open(studentPart);

const application = open({ id, status: text, amount: optional(rupees), agreement_signed_at: text });

const loanPayload = open({ ...studentPart, application });

const disbursementPayload = open({
	...studentPart,
	application,
	disbursement: open({ id, date: text, disbursed_amount: optional(rupees) }),
});

const emiPayload = open({
	...studentPart,
	application,
	payment: open({ id, amount: rupees, due_date: text, paid_at: text }),
});

export const PAYLOADS: Record<PayloadKind, Check> = {
	order: orderPayload,
	payment: paymentPayload,
	subscription: subscriptionPayload,
	mandate: mandatePayload,
	student: studentPayload,
	loan: loanPayload,
	disbursement: disbursementPayload,
	emi: emiPayload,
};

/** What every event has in common. */
export const isEnvelope = open({
	event_id: id,
	event: is('string'),
	/** Unix seconds. */
	timestamp: (value) =>
		typeof value === 'string' ? /^\d+$/.test(value) : typeof value === 'number',
	payload: open({}),
});
