/**
 * What Jodo documents about the payload of each family of events. The documentation contradicts itself
 * about numbers and strings and may gain fields at any time, so: ids and amounts may be either, unknown
 * fields pass, and only what a row cannot do without is required.
 * https://docs.jodo.in/webhooks/handling-webhook-events/
 */
import { z } from 'zod/v3';

const text = z.string().nullish();
const id = z.union([z.string().min(1), z.number()]);
const year = z.union([z.string(), z.number()]).nullish();
/** Rupees with a decimal point, as a JSON number or as its text. */
const rupees = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]);

const line = z
	.object({
		/** Pay calls it `component_type`, Flex and manual payments call it `fee_component`. */
		component_type: text,
		fee_component: text,
		amount: rupees,
		settlement_utr: id.nullish(),
		/** ISO 8601, UTC. */
		settled_at: text,
	})
	.passthrough();

const notes = z.union([
	z.string(),
	z.array(z.object({ key: z.string(), value: z.unknown() }).passthrough()),
]);

const student = z
	.object({
		identifier: id.nullish(),
		custom_identifier: id.nullish(),
		collector_code: id.nullish(),
		fullname: text,
		grade: z.object({ code: text, name: text }).passthrough().nullish(),
		academic_year_start: year,
		academic_year_end: year,
		primary_contact_number: id.nullish(),
		primary_contact_email: text,
		notes: notes.nullish(),
	})
	.passthrough();

const subscription = z.object({ id, status: text }).passthrough();
const studentPart = { jodo_student_id: id.nullish(), student };

/** Orders, payment pages and payment links. */
export const orderPayload = z
	.object({
		order_id: id,
		order: z
			.object({
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
			})
			.passthrough(),
	})
	.passthrough();

/** Student-linked payments, Flex instalments and downpayments, and payments recorded by hand. */
export const paymentPayload = z
	.object({
		...studentPart,
		subscription: subscription.nullish(),
		payment: z
			.object({
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
			})
			.passthrough(),
	})
	.passthrough();

export const subscriptionPayload = z.object({ ...studentPart, subscription }).passthrough();

export const mandatePayload = z
	.object({
		...studentPart,
		subscription: subscription.nullish(),
		mandate: z.object({ id, status: text, npci_category_code: text }).passthrough(),
	})
	.passthrough();

export const studentPayload = z.object(studentPart).passthrough();

const application = z
	.object({ id, status: text, amount: rupees.nullish(), agreement_signed_at: text })
	.passthrough();

export const loanPayload = z.object({ ...studentPart, application }).passthrough();

export const disbursementPayload = z
	.object({
		...studentPart,
		application,
		disbursement: z.object({ id, date: text, disbursed_amount: rupees.nullish() }).passthrough(),
	})
	.passthrough();

export const emiPayload = z
	.object({
		...studentPart,
		application,
		payment: z.object({ id, amount: rupees, due_date: text, paid_at: text }).passthrough(),
	})
	.passthrough();

/** What every event has in common. */
export const envelope = z
	.object({
		event_id: id,
		event: z.string(),
		/** Unix seconds. */
		timestamp: z.union([z.number(), z.string().regex(/^\d+$/)]),
		version: z.unknown(),
		payload: z.object({}).passthrough(),
	})
	.passthrough();
