// Which orders the school's page shows, and what they come to.
import { sumOf, type Order } from '../state.mts';

/** Where the money of an order is; each is a filter of the page. */
export const SITUATIONS = ['unpaid', 'paid', 'settled', 'expired', 'cancelled'] as const;
export type Situation = (typeof SITUATIONS)[number];

/** Settled: all of its money is in the bank. */
export function situationOf({ status, details }: Order): Situation {
	const settled = details.every(({ settled_at }) => settled_at);
	return status === 'paid' && settled ? 'settled' : status;
}

/** The latest first; of one second, the one that came later. */
export const newestFirst = (orders: Iterable<Order>): Order[] =>
	[...orders].reverse().sort((a, b) => b.created_at.localeCompare(a.created_at));

/** How many there are in each situation, and what they come to (rupees). */
export const totalsOf = (orders: Order[]) =>
	SITUATIONS.map((situation) => {
		const those = orders.filter((order) => situationOf(order) === situation);
		return {
			situation,
			count: those.length,
			amount: sumOf(those.flatMap(({ details }) => details)),
		};
	});
