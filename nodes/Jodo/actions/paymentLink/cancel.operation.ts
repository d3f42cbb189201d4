import type { IDataObject } from 'n8n-workflow';

import { ifDone } from '../../../shared/answers';
import { orderId } from '../ids';
import { pathOf } from '../../../shared/transport';
import type { Operation } from '../operation';
import { getPaymentLink } from './get.operation';

/** https://docs.jodo.in/pay/api/cancel-payment-link/ */
export const cancelPaymentLink: Operation = {
	name: 'Cancel',
	action: 'Cancel a payment link so that it can no longer be paid',
	description: 'Stop an unpaid link from taking money; it cannot be revived (Cancel Payment Link)',
	repeat: 'safe',
	fields: [orderId],
	request: ({ orderId }) => ({
		method: 'DELETE',
		path: pathOf`/pay/payment_links/${orderId as string}`,
	}),
	output: (answer, { orderId }) => ifDone(answer, { success: true, order_id: orderId }),
	afterLostAnswer: {
		request: getPaymentLink.request,
		wasDone: (answer) => (answer.data as IDataObject | undefined)?.status === 'cancelled',
	},
};
