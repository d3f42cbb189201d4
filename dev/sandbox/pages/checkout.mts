// The hosted checkout that a redirect_url opens.
import { Router, urlencoded, type Request } from 'express';
import type { Payments } from '../payments.mts';
import type { Order, State } from '../state.mts';
import { page } from './render.mts';

const GONE = { unpaid: 200, paid: 200, expired: 410, cancelled: 410 };

export function checkoutPages(state: State, payments: Payments) {
	const checkout = Router();
	checkout.use(urlencoded());

	const find = ({ params }: Request): Order | undefined => {
		payments.expireDue();
		const order = state.orders.get(String(params['id']));
		return order?.token === params['token'] ? order : undefined;
	};

	checkout.get('/p/:id/:token', (request, response) => {
		const order = find(request);
		if (!order) return page(response, 404, 'message', { title: 'No such payment' });
		page(response, GONE[order.status], 'checkout', { order, outcome: order.status });
	});

	checkout.post('/p/:id/:token', async (request, response) => {
		const order = find(request);
		if (!order) return page(response, 404, 'message', { title: 'No such payment' });
		if (order.status !== 'unpaid') {
			const status = order.status === 'paid' ? 409 : GONE[order.status];
			return page(response, status, 'checkout', { order, outcome: order.status, again: true });
		}
		const { action } = (request.body ?? {}) as { action?: string };
		if (action === 'pay') {
			// The payer doesn't wait for webhooks, nor does their failure concern the payer.
			void payments.pay(order);
			return response.redirect(303, order.callback_url ?? request.originalUrl);
		}
		if (action === 'fail') {
			await payments.fail(order);
			return page(response, 402, 'checkout', { order, outcome: 'failed' });
		}
		if (action === 'leave') {
			if (order.callback_url) return response.redirect(303, order.callback_url);
			return page(response, 200, 'checkout', { order, outcome: 'left' });
		}
		page(response, 400, 'message', { title: 'No such action' });
	});
	return checkout;
}
