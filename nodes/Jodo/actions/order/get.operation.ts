import { idField, simplify } from '../../fields';
import { pathOf } from '../../../shared/transport';
import { orderRecord } from '../checkout';
import type { Operation } from '../operation';

/** https://docs.jodo.in/pay/api/get-order/ */
export const get: Operation = {
	name: 'Get',
	action: 'Get a pay order',
	description: 'See whether an order is unpaid, paid or settled (Get Pay Order)',
	repeat: 'safe',
	fields: [
		idField('orderId', 'Order ID', 'e.g. order_12345', 'The order_id that Create returned'),
		simplify,
	],
	request: ({ orderId }) => ({ method: 'GET', path: pathOf`/pay/orders/${orderId as string}` }),
	output: (answer, values) => orderRecord(answer, values.simplify as boolean),
};
