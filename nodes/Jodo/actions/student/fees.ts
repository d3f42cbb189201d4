/** Fees and recorded payments of a student, as several operations take them. */
import type { INodeProperties } from 'n8n-workflow';
import type { RefinementCtx } from 'zod/v3';

import { codeField, componentType, requiredText, rowsField, rupees, textField } from '../../fields';
import { pastMoment } from '../../dates';
import { complain, inRupees, listOf, onePerFeeHead, row, sumOf } from '../../rows';
import { amount, amountOrZero, id, text } from '../../values';

/** A fee head without a default: what a student owes is never just the payable amount. */
const feeHead: INodeProperties = {
	...componentType,
	default: { mode: 'list', value: '' },
};

/** The same deep inside a form, where n8n would cut the longer label off. */
export const feeHeadInside: INodeProperties = { ...feeHead, displayName: 'Fee Head' };

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

export const sharesInside = { ...sharesBy(feeHeadInside), required: true };

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

/** The same of a payment recorded along with a new student, where Jodo wants two of them. */
export const factsOfMade: INodeProperties[] = paymentFacts.map((field) => {
	if (field.name === 'mode') return { ...field, required: true, description: 'How it was paid' };
	return field.name === 'transactionId'
		? { ...field, required: true, description: 'Your own number for this payment' }
		: field;
});

/** https://docs.jodo.in/student/api/update-fee/ ; its sample has texts, its table numbers: numbers are sent. */
export const feesBody = onePerFeeHead(
	row({
		component_type: id(),
		fee_amount: amountOrZero(),
		discounts: listOf(row({ discount_type: id(), value: amountOrZero() })).optional(),
	}).superRefine(({ fee_amount: fee, discounts = [] }, context) => {
		const off = sumOf(discounts.map(({ value }) => value));
		if (off > fee) {
			complain(
				context,
				['discounts'],
				`take ${inRupees(off)} off, but the fee is ${inRupees(fee)}`,
			);
		}
	}),
);

const paidFacts = {
	amount: amount(),
	paid_at: pastMoment(),
	settlement_utr: id().optional(),
	notes: text().optional(),
	fee_components: onePerFeeHead(row({ component_type: id(), amount: amount() })),
};

/** That the components add up to the amount is left to us. */
function partsAddUp(
	{
		amount: paid,
		fee_components: parts,
	}: { amount: number; fee_components: Array<{ amount: number }> },
	context: RefinementCtx,
) {
	const sum = sumOf(parts.map((part) => part.amount));
	if (Math.abs(sum - paid) > 0.001) {
		complain(
			context,
			['fee_components'],
			`add up to ${inRupees(sum)}, but the amount paid is ${inRupees(paid)}`,
		);
	}
}

/** A payment recorded by hand. https://docs.jodo.in/student/api/add-payment/ */
export const paymentBody = row({
	...paidFacts,
	mode: text().optional(),
	transaction_id: id().optional(),
}).superRefine(partsAddUp);

/** Recorded along with a new student: unlike Add Payment, these need a mode and a transaction id. */
export const madePayment = row({ ...paidFacts, mode: text(), transaction_id: id() }).superRefine(
	partsAddUp,
);
