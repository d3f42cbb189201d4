/**
 * What Jodo documents about the payload of each family of events. The documentation contradicts itself
 * about numbers and strings and may gain fields at any time, so: ids and amounts may be either, unknown
 * fields pass, and only what a row cannot do without is required.
 * https://docs.jodo.in/webhooks/handling-webhook-events/
 */
import { z } from 'zod/v3';

import type { PayloadKind } from './events';

/** An object that may hold more than is known, which is not copied: what is read is asked only whether it fits. */
const open = (shape: z.ZodRawShape) => z.object(shape);

const text = z.string().nullish();
/** A number only as far as JSON carries all of its digits. */
const id = z.union([z.string().min(1), z.number().safe()]);
const year = z.union([z.string(), z.number()]).nullish();
/** Rupees with a decimal point, as a JSON number or as its text. */
const rupees = z.union([z.number().finite(), z.string().regex(/^-?\d+(\.\d+)?$/)]);

const line = open({
	/** Pay calls it `component_type`, Flex and manual payments call it `fee_component`. */
	component_type: text,
	fee_component: text,
	amount: rupees,
	settlement_utr: id.nullish(),
	/** ISO 8601, UTC. */
	settled_at: text,
});

const notes = z.union([z.string(), z.array(open({ key: z.string(), value: z.unknown() }))]);

const student = open({
	identifier: id.nullish(),
	custom_identifier: id.nullish(),
	collector_code: id.nullish(),
	fullname: text,
	grade: open({ code: text, name: text }).nullish(),
	academic_year_start: year,
	academic_year_end: year,
	primary_contact_number: id.nullish(),
	primary_contact_email: text,
	notes: notes.nullish(),
});

const subscription = open({ id, status: text });
const studentPart = { jodo_student_id: id.nullish(), student };

/** Orders, payment pages and payment links. */
const orderPayload = open({
	order_id: id,
	order: open({
		name: text,
		phone: id.nullish(),
		email: text,
		identifier: id.nullish(),
		custom_identifier: id.nullish(),
		student_name: text,
		grade: text,
		academic_year_start: year,
		academic_year_end: year,
		transaction_id: id.nullish(),
		/** ISO 8601, UTC; null while unpaid. */
		paid_at: text,
		status: z.string(),
		details: z.array(line),
		notes: notes.nullish(),
	}),
});

/** Student-linked payments, Flex instalments and downpayments, and payments recorded by hand. */
const paymentPayload = open({
	...studentPart,
	subscription: subscription.nullish(),
	payment: open({
		id,
		amount: rupees,
		product: text,
		mode: text,
		transaction_id: id.nullish(),
		reference_id: id.nullish(),
		settlement_utr: id.nullish(),
		notes: notes.nullish(),
		/** YYYY-MM-DD. */
		initial_due_date: text,
		/** YYYY-MM-DD. */
		due_date: text,
		/** ISO 8601, UTC. */
		paid_at: text,
		details: z.array(line).nullish(),
	}),
});

const subscriptionPayload = open({ ...studentPart, subscription });

const mandatePayload = open({
	...studentPart,
	subscription: subscription.nullish(),
	mandate: open({ id, status: text, npci_category_code: text }),
});

const studentPayload = open(studentPart);

const application = open({ id, status: text, amount: rupees.nullish(), agreement_signed_at: text });

const loanPayload = open({ ...studentPart, application });

const disbursementPayload = open({
	...studentPart,
	application,
	disbursement: open({ id, date: text, disbursed_amount: rupees.nullish() }),
});

const emiPayload = open({
	...studentPart,
	application,
	payment: open({ id, amount: rupees, due_date: text, paid_at: text }),
});

export const PAYLOADS: Record<PayloadKind, z.ZodTypeAny> = {
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
export const envelope = open({
	event_id: id,
	event: z.string(),
	/** Unix seconds. */
	timestamp: z.union([z.number(), z.string().regex(/^\d+$/)]),
	version: z.unknown(),
	payload: open({}),
});
