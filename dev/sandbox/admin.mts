// The sandbox's own controls, for tests and for the demo. Not part of Jodo.
import { json, Router, type NextFunction, type Request, type Response } from 'express';
import { dueOf, type Input } from './actions.mts';
import type { Deliveries } from './deliveries.mts';
import { EVENTS, plainCode } from './events.mts';
import type { Fault, Faults } from './faults.mts';
import type { NewOrder, Payments } from './payments.mts';
import { samplePayload } from './samples.mts';
import { seed } from './seed.mts';
import {
	Conflict,
	misfit,
	type Order,
	type State,
	type Student,
	type Subscription,
} from './state.mts';
import type { Students } from './students.mts';

/** Wrong use of these controls: said with its status. */
class Misuse extends Error {
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.status = status;
	}
}

export interface Parts {
	state: State;
	payments: Payments;
	students: Students;
	deliveries: Deliveries;
	faults: Faults;
}

export function adminRoutes(parts: Parts, publicUrl: string | undefined) {
	const { state, payments, students, deliveries, faults } = parts;
	const admin = Router();
	admin.use(json());

	const subscriptions = () => state.subscriptions.map(shownSubscription);
	const order = (request: Request) => {
		const found = state.orders.get(String(request.params['id']));
		if (!found) throw new Misuse(404, 'No such order');
		return found;
	};
	const withCheckout = (one: Order, request: Request) => ({
		order_id: one.id,
		...one,
		checkout_url: `${publicUrl ?? `http://${request.headers.host}`}/p/${one.id}/${one.token}`,
	});

	admin.get('/state', (request, response) => {
		const orders = [...state.orders.values()].map((one) => withCheckout(one, request));
		response.json({ orders, subscriptions: subscriptions(), settings: state.settings });
	});
	admin.get('/subscriptions', (_request, response) => void response.json(subscriptions()));
	admin.get('/deliveries', (_request, response) => void response.json(state.deliveries));
	admin.get('/requests', (_request, response) => void response.json(state.requests));

	admin.post('/deliveries/:id/resend', async (request, response) => {
		const delivery = state.deliveries.find(({ id }) => id === request.params.id);
		if (!delivery) throw new Misuse(404, 'No such delivery');
		const { times, ...how } = (request.body ?? {}) as { times?: number; [how: string]: unknown };
		const again = Array.from({ length: times ?? 1 }, () => deliveries.resend(delivery, how));
		const sent = await Promise.all(again);
		if (!sent.every((one) => one)) throw new Misuse(409, 'Its subscription is gone');
		response.json(times === undefined ? sent[0] : sent);
	});

	/** Payment pages are made in Jodo's dashboard, never by API; here is one's order. */
	admin.post('/orders', (request, response) => {
		const { kind = 'page', payer, details, ...rest } = (request.body ?? {}) as Partial<NewOrder>;
		if (!payer || !details?.length) throw new Misuse(400, 'payer and details are needed');
		response
			.status(201)
			.json(withCheckout(payments.open({ ...rest, kind, payer, details }), request));
	});
	admin.post('/orders/:id/:action', async (request, response) => {
		const one = order(request);
		const { utr, rows } = (request.body ?? {}) as { utr?: string; rows?: number[] };
		const done = await payments.act(String(request.params.action), one, utr, rows);
		response.json({ order: withCheckout(one, request), deliveries: done });
	});

	const student = (request: Request) => {
		const found = state.students.get(String(request.params['id']));
		if (!found) throw new Misuse(404, 'No such student');
		return found;
	};
	const shownStudent = (one: Student) => ({
		jodo_student_id: String(one.id),
		...one,
		due: dueOf(one),
		actions: students.possible(one),
	});
	admin.get('/students', (_request, response) => {
		response.json([...state.students.values()].map(shownStudent));
	});
	admin.get('/students/:id', (request, response) => {
		response.json(shownStudent(student(request)));
	});
	admin.post('/students/:id/:action', async (request, response) => {
		const one = student(request);
		const input = (request.body ?? {}) as Input;
		const done = await students.act(request.params.action, one, input);
		response.json({ student: shownStudent(one), deliveries: done });
	});

	admin.post('/events', async (request, response) => {
		const { event, payload, collector_code } = (request.body ?? {}) as Record<string, unknown>;
		if (typeof event !== 'string' || !Object.hasOwn(EVENTS, plainCode(event))) {
			throw new Misuse(400, `Not an event of Jodo: ${String(event)}`);
		}
		const carried = payload ?? samplePayload(event, state.settings);
		const branch = typeof collector_code === 'string' ? collector_code : undefined;
		response.json({ deliveries: await deliveries.raise(event, carried, branch) });
	});

	admin.get('/inbox', (_request, response) => void response.json(state.mails));
	admin.delete('/inbox', (_request, response) => {
		state.mails = [];
		response.json({});
	});

	for (const method of ['put', 'patch'] as const) {
		admin[method]('/settings', (request, response) => {
			const given = Object.entries((request.body ?? {}) as Record<string, unknown>);
			const why = given.map(([name, value]) => misfit(name, value)).find(Boolean);
			if (why) throw new Misuse(400, why);
			Object.assign(state.settings, Object.fromEntries(given));
			response.json(state.settings);
		});
	}

	admin.post('/faults', (request, response) => {
		const fault = (request.body ?? {}) as Fault;
		if (!fault.effect) throw new Misuse(400, 'effect is needed');
		faults.add(fault);
		response.status(201).json({});
	});
	admin.delete('/faults', (_request, response) => {
		faults.clear();
		response.json({});
	});
	admin.post('/seed', (_request, response) => {
		seed(state);
		response.json({ students: state.students.size, orders: state.orders.size });
	});
	admin.post('/reset', (_request, response) => {
		state.reset();
		faults.clear();
		response.json({});
	});

	admin.use((request) => {
		throw new Misuse(404, `No such control: ${request.method} ${request.originalUrl}`);
	});
	admin.use((error: Error, _request: Request, response: Response, next: NextFunction) => {
		const status =
			error instanceof Conflict
				? 409
				: error instanceof SyntaxError
					? 400
					: (error as Misuse).status;
		if (!status) return next(error);
		response.status(status).json({ error: error.message });
	});
	return admin;
}

function shownSubscription({ secret_key, header_value: _, ...shown }: Subscription) {
	return { ...shown, hasSecret: secret_key !== undefined };
}
