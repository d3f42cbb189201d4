// What the school's finance office would see at Jodo, and the buttons that let time pass.
import { Router, urlencoded, type Request, type Response } from 'express';
import type { Deliveries } from '../deliveries.mts';
import type { Payments } from '../payments.mts';
import { Conflict, type State } from '../state.mts';
import { page } from './render.mts';

const SHOWN_DELIVERIES = 50;

export function dashboardPages(state: State, payments: Payments, deliveries: Deliveries) {
	const dashboard = Router();
	dashboard.use(urlencoded());

	dashboard.get('/', (_request, response) => {
		payments.expireDue();
		page(response, 200, 'dashboard', {
			orders: [...state.orders.values()].reverse(),
			subscriptions: state.subscriptions,
			deliveries: state.deliveries.slice(-SHOWN_DELIVERIES).reverse(),
			mails: state.mails.length,
		});
	});

	/** Does something, then shows the dashboard again, or says why not. */
	const button = (act: (request: Request) => Promise<unknown> | undefined) => {
		return async (request: Request, response: Response) => {
			try {
				const done = act(request);
				if (!done) return page(response, 404, 'message', { title: 'There is no such thing' });
				await done;
				response.redirect(303, '/');
			} catch (error) {
				if (!(error instanceof Conflict)) throw error;
				page(response, 409, 'message', { title: error.message });
			}
		};
	};
	const order = ({ params }: Request) => state.orders.get(String(params['id']));
	dashboard.post(
		'/orders/:id/settle',
		button((request) => {
			const { utr, rows } = (request.body ?? {}) as { utr?: string; rows?: string | string[] };
			const found = order(request);
			return found && payments.settle(found, utr, [rows ?? []].flat().map(Number));
		}),
	);
	dashboard.post(
		'/orders/:id/expire',
		button((request) => {
			const found = order(request);
			return found && payments.expire(found);
		}),
	);
	dashboard.post(
		'/deliveries/:id/resend',
		button(({ params }) => {
			const found = state.deliveries.find(({ id }) => id === params['id']);
			return found && deliveries.resend(found);
		}),
	);

	dashboard.get('/inbox', (_request, response) => {
		page(response, 200, 'inbox', { mails: [...state.mails].reverse() });
	});
	dashboard.get('/inbox/:id', (request, response) => {
		const mail = state.mails.find(({ id }) => id === request.params.id);
		if (!mail) return page(response, 404, 'message', { title: 'No such mail' });
		page(response, 200, 'mail', { mail });
	});
	return dashboard;
}
