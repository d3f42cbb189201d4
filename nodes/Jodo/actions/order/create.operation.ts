import {
	additionalFields,
	branch,
	identifier,
	payerAndAmounts,
	returnAddress,
	studentFields,
} from '../../fields';
import { pathOf } from '../../../shared/transport';
import { id, webAddress } from '../../values';
import { checkoutBody, checkoutOnce, checkoutSample, createdOrder } from '../checkout';
import type { Operation } from '../operation';

const callbackUrl = returnAddress(
	'Where the browser goes after checkout. It is no proof of payment: wait for the event, or get the order.',
);

/**
 * https://docs.jodo.in/pay/api/create-order/ ; `collector_code` is not in its table, but in the samples of
 * https://docs.jodo.in/getting-started/integration-patterns/order/
 */
export const createOrder: Operation = {
	name: 'Create',
	action: 'Create a pay order that asks a payer for money',
	description:
		'Ask Jodo for a new checkout page that your own portal opens for the payer (Create Pay Order)',
	repeat: 'never',
	once: checkoutOnce,
	fields: [],
	body: {
		fields: [
			...payerAndAmounts,
			identifier,
			callbackUrl,
			additionalFields([...studentFields, branch()]),
		],
		schema: checkoutBody({
			collector_code: id().optional(),
			callback_url: webAddress().optional(),
		}),
		sample: { ...checkoutSample, callback_url: 'https://www.example.com/payment/callback' },
	},
	request: ({ body }) => ({ method: 'POST', path: pathOf`/pay/orders`, body }),
	output: (answer, values) => createdOrder(answer, values),
	afterUnknown: 'Look in the Jodo dashboard for an order of this payer and amount',
};
