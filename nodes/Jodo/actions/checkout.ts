/** What payment links and pay orders have in common: they are the same order to Jodo. */
import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v3';

import { Leaves, takeNotes } from '../../events/leaves';
import { orderRows } from '../../events/lookup';
import type { JodoLine } from '../../events/jodoRow';
import { settlementOf, sum, takeLines } from '../../events/money';
import { sameEmail, sameName, samePhone } from '../createOnce';
import { birthday } from '../dates';
import { listOf, onePerFeeHead, row, yearsInOrder } from '../rows';
import { amount, anyText, email, flag, id, phone, text, year } from '../values';
import { rowsWanted } from './asRows';
import type { Once, Values } from './operation';

/**
 * What a payment link and a pay order share, and what one of them has `more`.
 * https://docs.jodo.in/pay/api/create-payment-link/ and /pay/api/create-order/
 */
export const checkoutBody = <T extends z.ZodRawShape>(more: T) =>
	row({
		name: text(),
		phone: phone(),
		email: email(),
		details: onePerFeeHead(row({ component_type: id(), amount: amount() })),
		student_name: text().optional(),
		grade: id().optional(),
		date_of_birth: birthday().optional(),
		identifier: id().optional(),
		custom_identifier: id().optional(),
		new_admission: flag().optional(),
		academic_year_start: year().optional(),
		academic_year_end: year().optional(),
		notes: listOf(row({ key: text(), value: anyText() })).optional(),
		...more,
	}).superRefine(yearsInOrder);

/** Two links for one payer and the same money are one too many; siblings differ in their admission number. */
export const checkoutOnce: Once = {
	words: 'the same payer and amounts',
	essentials: z.object({
		body: z.object({
			phone: samePhone(),
			email: sameEmail(),
			identifier: text().optional(),
			details: z.array(z.object({ amount: amount() })),
		}),
	}),
	money: z.object({
		body: z.object({
			details: z.array(z.object({ component_type: text(), amount: amount() })),
		}),
	}),
	besides: z.object({
		body: z.object({
			student_name: sameName().optional(),
			grade: text().optional(),
			custom_identifier: text().optional(),
			details: z.array(z.object({ component_type: text() })),
		}),
	}),
};

export const checkoutSample = {
	name: 'Customer Name',
	phone: '9876543210',
	email: 'you@example.com',
	details: [{ component_type: 'Payable Amount', amount: 1000 }],
	notes: [{ key: 'erp_reference_id', value: 'REF123' }],
};

/** Of the body as it was sent, what tells one link from another. */
const SENT = ['name', 'phone', 'email', 'identifier', 'student_name'] as const;

/**
 * The key to everything later, the page to send to the payer, and whose it is: Jodo's answer says only the
 * first two.
 */
export function createdOrder(
	answer: IDataObject,
	{ body = {} }: Values,
	more: readonly string[] = [],
): IDataObject | undefined {
	const { order_id, redirect_url } = (answer.data ?? {}) as IDataObject;
	if (!order_id || !redirect_url) return undefined;
	const [name, phone, email, ...others] = [...SENT, ...more].map((key) => [key, body[key] ?? null]);
	const lines = (body.details ?? []) as Array<{ amount: number }>;
	const cells = [name, phone, email, ['amount', sum(lines)], ...others];
	return { order_id, redirect_url, ...(Object.fromEntries(cells as never) as IDataObject) };
}

/** The order as Jodo gave it, its most useful facts, or the trigger's rows. */
export function orderOutput(
	answer: IDataObject,
	{ simplify, options }: Values,
	source: 'order' | 'payment_link',
	baseUrl: string,
): IDataObject | IDataObject[] | undefined {
	const order = answer.data as IDataObject | undefined;
	if (!order?.id) return undefined;
	const lookUp = rowsWanted(options, baseUrl);
	if (lookUp) return orderRows(order, source, lookUp) as unknown as IDataObject[];
	return simplify ? simplified(order) : order;
}

const simplifiedSettlement = (lines: JodoLine[]) => {
	const { settled_so_far, fully_settled, settled_at } = settlementOf(lines);
	return { settled_so_far, fully_settled, settled_at: fully_settled ? settled_at : null };
};

function simplified(order: IDataObject): IDataObject {
	const leaves = new Leaves({ order });
	const lines = takeLines(leaves, { order }, ['order.details']);
	const utrs = lines.map((line) => line.settlement_utr?.trim()).filter(Boolean);
	return {
		id: order.id,
		status: order.status ?? null,
		amount: sum(lines),
		payer: order.name ?? null,
		identifier: order.identifier ?? null,
		paid_at: order.paid_at ?? null,
		...simplifiedSettlement(lines),
		settlement_utr: [...new Set(utrs)].join(', ') || null,
		transaction_id: order.transaction_id ?? null,
		notes: takeNotes(leaves, { order }, ['order.notes']) as IDataObject,
	};
}
