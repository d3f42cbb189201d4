import { orderId } from '../ids';
import { pathOf } from '../../../shared/transport';
import { orderOutput } from '../checkout';
import type { Operation } from '../operation';
import { rowOptions, simplifyUnlessRows } from '../asRows';

/** https://docs.jodo.in/pay/api/get-payment-link/ */
export const getPaymentLink: Operation = {
	name: 'Get',
	action: 'Get a payment link',
	description:
		'See whether a link is unpaid, paid, settled, expired or cancelled (Get Payment Link)',
	repeat: 'safe',
	fields: [orderId, simplifyUnlessRows, rowOptions],
	request: ({ orderId }) => ({
		method: 'GET',
		path: pathOf`/pay/payment_links/${orderId as string}`,
	}),
	output: (answer, values, baseUrl) => orderOutput(answer, values, 'payment_link', baseUrl),
};
