/** Fees and recorded payments of a student, as several operations take them. */
import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v3';

import { codeField, componentType } from '../../../shared/fields';
import { amount, dateTime, text } from '../../../shared/values';

const rupees = (name: string, displayName: string, description: string): INodeProperties => ({
	displayName,
	name,
	type: 'number',
	typeOptions: { numberPrecision: 2, minValue: 0 },
	default: 0,
	required: true,
	description,
});

/** A fee head without a default: what a student owes is never just the payable amount. */
const feeHead: INodeProperties = { ...componentType, default: { mode: 'list', value: '' } };

const discounts: INodeProperties = {
	displayName: 'Discounts',
	name: 'discounts',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Discount' },
	default: {},
	options: [
		{
			displayName: 'Discount',
			name: 'discount',
			values: [
				codeField({
					displayName: 'Discount',
					name: 'discountType',
					searchListMethod: 'searchDiscounts',
					placeholder: 'e.g. SIBLINGS',
					description: 'A discount that Jodo has set up for your institute',
				}),
				rupees('value', 'Value (₹)', 'What is taken off this fee component, in rupees'),
			],
		},
	],
};

/** What a student owes, per fee component. */
export const fees: INodeProperties = {
	displayName: 'Fee Components (Fee Heads)',
	name: 'feeComponents',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Fee Component' },
	default: {},
	description: 'What the student owes for the year, per fee component',
	options: [
		{
			displayName: 'Fee Component',
			name: 'feeComponent',
			values: [discounts, rupees('feeAmount', 'Fee (₹)', 'In rupees, before discounts'), feeHead],
		},
	],
};

/** How a payment is spread over fee components. */
export const shares: INodeProperties = {
	displayName: 'Fee Components (Fee Heads)',
	name: 'feeComponents',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Fee Component' },
	default: {},
	description: 'What the payment is for; the amounts add up to the amount paid',
	options: [
		{
			displayName: 'Fee Component',
			name: 'feeComponent',
			values: [rupees('amount', 'Amount (₹)', 'In rupees'), feeHead],
		},
	],
};

export const paidAmount = rupees('amount', 'Amount (₹)', 'The whole amount paid, in rupees');

export const paidAt: INodeProperties = {
	displayName: 'Paid At',
	name: 'paidAt',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 2027-03-31 or 31/03/2027 18:00',
};

/** What else is known of a recorded payment, in alphabetical order. */
export const paymentFacts: INodeProperties[] = [
	{
		displayName: 'Mode',
		name: 'mode',
		type: 'string',
		default: '',
		placeholder: 'e.g. cash',
		description: 'How it was paid; Jodo takes "others" if left empty',
	},
	{ displayName: 'Notes', name: 'notes', type: 'string', default: '' },
	{
		displayName: 'Settlement UTR',
		name: 'settlementUtr',
		type: 'string',
		default: '',
		description: "The bank's reference, if the money has arrived already",
	},
	{
		displayName: 'Transaction ID',
		name: 'transactionId',
		type: 'string',
		default: '',
		placeholder: 'e.g. tra_1234',
		description:
			'Your own number for this payment; without it the payment cannot be cancelled later',
	},
];

export function nonEmptyList<T extends z.ZodTypeAny>(row: T) {
	return z
		.array(row, { required_error: 'is empty', invalid_type_error: 'is not a list' })
		.min(1, 'is empty');
}

/** https://docs.jodo.in/student/api/update-fee/ ; its sample has texts, its table numbers: numbers are sent. */
export const feesBody = nonEmptyList(
	z
		.object({
			component_type: text(),
			fee_amount: amount(),
			discounts: z
				.array(z.object({ discount_type: text(), value: amount() }).passthrough(), {
					invalid_type_error: 'is not a list',
				})
				.optional(),
		})
		.passthrough(),
);

const inRupees = (value: number) =>
	`₹${value.toLocaleString('en-IN', { minimumFractionDigits: 2 })}`;

/**
 * A payment recorded by hand. That the components add up to the amount is left to us.
 * https://docs.jodo.in/student/api/add-payment/
 */
export function paymentBody(timezone: string) {
	return z
		.object({
			amount: amount(),
			paid_at: dateTime(timezone, 'start'),
			mode: text().optional(),
			transaction_id: text().optional(),
			settlement_utr: text().optional(),
			notes: text().optional(),
			fee_components: nonEmptyList(
				z.object({ component_type: text(), amount: amount() }).passthrough(),
			),
		})
		.passthrough()
		.superRefine((payment, context) => {
			const paise = payment.fee_components.reduce(
				(sum, share) => sum + Math.round(share.amount * 100),
				0,
			);
			if (paise === Math.round(payment.amount * 100)) return;
			context.addIssue({
				code: z.ZodIssueCode.custom,
				path: ['fee_components'],
				message: `add up to ${inRupees(paise / 100)}, but the amount paid is ${inRupees(payment.amount)}`,
			});
		});
}
