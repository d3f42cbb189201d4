import {
	additionalFields,
	identifier,
	payerAndAmounts,
	studentFields,
	textField,
} from '../../fields';
import { pathOf } from '../../../shared/transport';
import { deadline } from '../../dates';
import { checkoutBody, checkoutOnce, checkoutSample, createdOrder } from '../checkout';
import type { Operation } from '../operation';

// Not the date picker: it puts midnight at the start of the chosen day, and the link would end a day early.
const expiresAt = textField('expiresAt', 'Expires At', {
	placeholder: 'e.g. 2027-03-31 or 31/03/2027 18:00',
	description: 'After this moment the link takes no money. A date alone means the end of that day.',
});

/** https://docs.jodo.in/pay/api/create-payment-link/ */
export const createPaymentLink: Operation = {
	name: 'Create',
	action: 'Create a payment link that asks a payer for money',
	description:
		'Ask Jodo for a new link that collects the amounts; sending the link to the payer is up to you (Create Payment Link)',
	repeat: 'never',
	once: checkoutOnce,
	fields: [],
	body: {
		fields: [...payerAndAmounts, identifier, expiresAt, additionalFields(studentFields)],
		schema: checkoutBody({ expires_at: deadline().optional() }),
		sample: checkoutSample,
	},
	request: ({ body }) => ({ method: 'POST', path: pathOf`/pay/payment_links`, body }),
	output: (answer, values) => createdOrder(answer, values, ['expires_at']),
	afterUnknown: 'Look in the Jodo dashboard for a payment link of this payer and amount',
};
