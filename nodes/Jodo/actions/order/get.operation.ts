import { orderId } from '../ids';
import { pathOf } from '../../../shared/transport';
import { orderOutput } from '../checkout';
import type { Operation } from '../operation';
import { rowOptions, simplifyUnlessRows } from '../asRows';

/** https://docs.jodo.in/pay/api/get-order/ */
export const getOrder: Operation = {
	name: 'Get',
	action: 'Get a pay order',
	description: 'See whether an order is unpaid, paid or settled (Get Pay Order)',
	repeat: 'safe',
	fields: [orderId, simplifyUnlessRows, rowOptions],
	request: ({ orderId }) => ({ method: 'GET', path: pathOf`/pay/orders/${orderId as string}` }),
	output: (answer, values, baseUrl) => orderOutput(answer, values, 'order', baseUrl),
};
