/** Fees and recorded payments of a student, as several operations take them. */
import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v3';

import { codeField, componentType, requiredText, rowsField, rupees, textField } from '../../fields';
import { amount, dateTime, text } from '../../values';

/** A fee head without a default: what a student owes is never just the payable amount. */
export const feeHead: INodeProperties = {
	...componentType,
	default: { mode: 'list', value: '' },
};

const discounts = rowsField('discounts', 'Discounts', {
	name: 'discount',
	displayName: 'Discount',
	values: [
		codeField({
			displayName: 'Discount',
			name: 'discountType',
			searchListMethod: 'searchDiscounts',
			placeholder: 'e.g. SIBLINGS',
			description: 'A discount that Jodo has set up for your institute',
		}),
		rupees('value', 'Value in Rupees', 'What is taken off this fee component, in rupees'),
	],
});

const perFeeHead = (values: INodeProperties[], description: string, head = feeHead) =>
	rowsField(
		'feeComponents',
		'Fee Components (Fee Heads)',
		{ name: 'feeComponent', displayName: 'Fee Component', values: [head, ...values] },
		{ description },
	);

/** What a student owes, per fee component. */
export const fees = perFeeHead(
	[rupees('feeAmount', 'Fee in Rupees', 'In rupees, before discounts'), discounts],
	'What the student owes for the year, per fee component',
);

const sharesBy = (head: INodeProperties) =>
	perFeeHead(
		[rupees('amount', 'Amount in Rupees', 'In rupees')],
		'What the payment is for; the amounts add up to the amount paid',
		head,
	);

/** How a payment is spread over fee components. */
export const shares = sharesBy(feeHead);

/** The same deep inside a form, where n8n would cut the longer label off. */
export const sharesInside = sharesBy({ ...feeHead, displayName: 'Fee Head' });

export const paidAmount = rupees('amount', 'Amount in Rupees', 'The whole amount paid, in rupees');

export const paidAt = requiredText('paidAt', 'Paid At', {
	placeholder: 'e.g. 2027-03-31 or 31/03/2027 18:00',
});

/** What else is known of a recorded payment, in alphabetical order. */
export const paymentFacts: INodeProperties[] = [
	textField('mode', 'Mode', {
		placeholder: 'e.g. cash',
		description: 'How it was paid; Jodo takes "others" if left empty',
	}),
	textField('notes', 'Notes'),
	textField('settlementUtr', 'Settlement UTR', {
		placeholder: 'e.g. AXISN00012345',
		description: "The bank's reference, if the money has arrived already",
	}),
	textField('transactionId', 'Transaction ID', {
		placeholder: 'e.g. tra_1234',
		description:
			'Your own number for this payment; without it the payment cannot be cancelled later',
	}),
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
export const paymentBody = z
	.object({
		amount: amount(),
		paid_at: dateTime('start'),
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
