/** What payment links and pay orders have in common: they are the same order to Jodo. */
import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v3';

import { sameEmail, samePhone } from '../createOnce';
import { birthday } from '../dates';
import { listOf, onePerFeeHead, row, yearsInOrder } from '../rows';
import { amount, anyText, email, flag, id, phone, text, year } from '../values';
import type { Once } from './operation';

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
			details: z
				.array(z.object({ amount: amount() }))
				.transform((rows) => rows.map((row) => row.amount).sort((a, b) => a - b)),
		}),
	}),
	besides: z.object({
		body: z.object({
			student_name: text().optional(),
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

/** `{order_id, redirect_url}`: the key to everything later, and the page to send to the payer. */
export function createdOrder(answer: IDataObject): IDataObject | undefined {
	const { order_id, redirect_url } = (answer.data ?? {}) as IDataObject;
	return order_id && redirect_url ? { order_id, redirect_url } : undefined;
}

/** The order as Jodo gave it, or its ten most useful facts. */
export function orderRecord(answer: IDataObject, simple: boolean): IDataObject | undefined {
	const order = answer.data as IDataObject | undefined;
	if (!order || typeof order !== 'object' || !order.id) return undefined;
	return simple ? simplified(order) : order;
}

function simplified(order: IDataObject): IDataObject {
	const rows = Array.isArray(order.details) ? (order.details as IDataObject[]) : [];
	const utrs = rows.map((row) => row.settlement_utr).filter(Boolean);
	const settledAt = rows
		.map((row) => String(row.settled_at ?? ''))
		.filter(Boolean)
		.sort();
	return {
		id: order.id,
		status: order.status ?? null,
		amount: rows.reduce((paise, row) => paise + Math.round(Number(row.amount) * 100), 0) / 100,
		payer: order.name ?? null,
		identifier: order.identifier ?? null,
		paid_at: order.paid_at ?? null,
		settled_at: settledAt.at(-1) ?? null,
		settlement_utr: [...new Set(utrs)].join(', ') || null,
		transaction_id: order.transaction_id ?? null,
		notes: notesObject(order.notes),
	};
}

function notesObject(notes: unknown): IDataObject {
	if (!Array.isArray(notes)) return {};
	return Object.fromEntries(
		(notes as IDataObject[]).map(({ key, value }) => [String(key), value ?? null]),
	);
}
