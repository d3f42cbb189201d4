import { idField } from '../../fields';
import { pathOf } from '../../../shared/transport';
import { orderOutput } from '../checkout';
import type { Operation } from '../operation';
import { rowOptions, simplifyUnlessRows } from '../asRows';

/** https://docs.jodo.in/pay/api/get-payment-link/ */
export const get: Operation = {
	name: 'Get',
	action: 'Get a payment link',
	description:
		'See whether a link is unpaid, paid, settled, expired or cancelled (Get Payment Link)',
	repeat: 'safe',
	fields: [
		idField('orderId', 'Order ID', 'e.g. order_12345', 'The order_id that Create returned'),
		simplifyUnlessRows,
		rowOptions,
	],
	request: ({ orderId }) => ({
		method: 'GET',
		path: pathOf`/pay/payment_links/${orderId as string}`,
	}),
	output: (answer, values, baseUrl) => orderOutput(answer, values, 'payment_link', baseUrl),
};
