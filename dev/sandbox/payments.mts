// What can happen to an order, whoever makes it happen: checkout, dashboard or admin API.
import { randomBytes } from 'node:crypto';
import type { Deliveries } from './deliveries.mts';
import { payloadOf, type About } from './events.mts';
import { Conflict, moment, type Delivery, type Order, type State } from './state.mts';

const SOURCES = {
	order: 'order.payment',
	link: 'payment_link.payment',
	page: 'page.payment',
} as const;

export type NewOrder = Omit<
	Order,
	'id' | 'token' | 'status' | 'transaction_id' | 'paid_at' | 'created_at'
>;

export class Payments {
	readonly #state: State;
	readonly #deliveries: Deliveries;

	constructor(state: State, deliveries: Deliveries) {
		this.#state = state;
		this.#deliveries = deliveries;
	}

	open(order: NewOrder): Order {
		const opened: Order = {
			...order,
			id: `order_${randomBytes(8).toString('hex')}`,
			token: randomBytes(8).toString('hex'),
			status: 'unpaid',
			transaction_id: null,
			paid_at: null,
			created_at: moment(),
		};
		this.#state.orders.set(opened.id, opened);
		return opened;
	}

	/** By name, for pages and the admin API. */
	async act(action: string, order: Order, utr?: string, rows?: number[]): Promise<Delivery[]> {
		switch (action) {
			case 'settle':
				return this.settle(order, utr, rows);
			case 'pay':
			case 'fail':
			case 'expire':
				return this[action](order);
			default:
				throw new Conflict(`There is no action "${action}".`);
		}
	}

	async pay(order: Order): Promise<Delivery[]> {
		if (order.status !== 'unpaid') throw new Conflict(`It is ${order.status} already.`);
		order.status = 'paid';
		order.paid_at = moment();
		order.transaction_id = `trans_${randomBytes(6).toString('hex')}`;
		return this.#raise(order, 'debited');
	}

	/** A declined payment changes nothing and raises nothing: no Jodo event tells of it. */
	async fail(order: Order): Promise<Delivery[]> {
		if (order.status !== 'unpaid') throw new Conflict(`It is ${order.status} already.`);
		return [];
	}

	/** Money reaches the bank, for all unsettled rows or for some (by index). */
	async settle(order: Order, utr?: string, rows?: number[]): Promise<Delivery[]> {
		if (order.status !== 'paid') throw new Conflict('Only what is paid can be settled.');
		return this.#raise(order, 'settled', this.#state.settle(order.details, utr, rows));
	}

	async expire(order: Order): Promise<Delivery[]> {
		if (order.kind !== 'link') throw new Conflict('Only payment links expire.');
		if (order.status !== 'unpaid') throw new Conflict(`It is ${order.status} already.`);
		order.status = 'expired';
		return this.#raise(order, 'expired');
	}

	cancel(order: Order) {
		if (order.status !== 'unpaid') throw new Conflict(`It is ${order.status} already.`);
		order.status = 'cancelled';
	}

	/** Links past their `expires_at` expire by themselves. */
	expireDue() {
		for (const order of this.#state.orders.values()) {
			const due = order.expires_at && Date.parse(order.expires_at) <= Date.now();
			if (due && order.status === 'unpaid') void this.expire(order);
		}
	}

	#raise(order: Order, what: 'debited' | 'settled' | 'expired', rows?: Order['details']) {
		const event = `${SOURCES[order.kind]}.${what}`;
		const payload = payloadOf(event, { order, rows } as About, this.#state.settings);
		return this.#deliveries.raise(event, payload, order.collector_code);
	}
}
