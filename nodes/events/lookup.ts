/**
 * The trigger's rows from a look-up: of what has happened to a payment so far, the deliveries that Jodo would
 * have sent are built and read as the trigger reads them. So a look-up fills in, under the same `row_key`,
 * what a webhook missed.
 */
import type { Environment } from '../shared/environments';
import { dayInIndia, inUtcSeconds } from './days';
import { findEvent } from './events';
import { isSaid, takeLines, transferOf } from './money';
import { Leaves } from './leaves';
import type { JodoRow } from './jodoRow';
import type { Happening, ItemPer } from './row';
import { DETAILS, ROW_ENVIRONMENTS, rowsOf } from './row';
import { PAYLOADS } from './schemas';

export interface LookUp {
	environment: Environment;
	itemPer?: ItemPer;
	/** The moment of the look-up. */
	now: Date;
}

interface Money {
	[key: string]: unknown;
	paid_at?: unknown;
	status?: unknown;
}

type Kind = 'order' | 'payment';

/** An event in the words of the table; without a value where Jodo's code can't be told. */
const happening = (value: string, kind: Kind = 'payment'): Happening =>
	findEvent(value) ?? {
		value: null,
		name: null,
		source: null,
		type: value,
		books: value === 'debited' ? 'in_transit' : value === 'settled' ? 'received' : 'none',
		payload: kind,
	};

/** Rows of one payment of which this happened, now or at the moment that Jodo gives. */
function rowsFor(
	what: Happening,
	payload: Record<string, unknown>,
	{ environment, itemPer, now }: LookUp,
	momentOf: (row: JodoRow) => string | null,
	isKnown = true,
): JodoRow[] {
	const kind = what.payload as Kind;
	// A look-up says nothing about the student.
	const isAsDocumented = isKnown && PAYLOADS[kind]({ student: {}, ...payload });
	const seenAt = inUtcSeconds(now.toISOString());
	const rows = rowsOf(
		{
			happening: what,
			eventId: null,
			occurredAt: seenAt,
			payload,
			envelope: {},
			received: payload,
			isAsDocumented,
		},
		{ environment: ROW_ENVIRONMENTS[environment], itemPer, arrivedAt: now },
	);
	return rows.map((row) => {
		const occurredAt = inUtcSeconds(momentOf(row)) ?? seenAt;
		return { ...row, occurred_at: occurredAt, occurred_on: dayInIndia(occurredAt) };
	});
}

/** Debited and settled as far as this payment has come. */
function moneyRows(
	prefix: string,
	money: Money,
	payload: Record<string, unknown>,
	lookUp: LookUp,
): JodoRow[] {
	const lines = takeLines(new Leaves(payload), payload, DETAILS);
	const isSettled = lines.some((line) => transferOf(line) !== null);
	const isPaid = isSettled || isSaid(money.paid_at) || statusOf(money) === 'paid';
	const rows = (word: string, momentOf: (row: JodoRow) => string | null) =>
		rowsFor(happening(prefix + word), payload, lookUp, momentOf);
	return [
		...(isPaid ? rows('debited', (row) => row.paid_at) : []),
		...(isSettled ? rows('settled', (row) => row.settled_at) : []),
	];
}

const statusOf = ({ status }: Money) => String(status).trim().toLowerCase();

/** https://docs.jodo.in/pay/api/get-order/ and /pay/api/get-payment-link/ */
export function orderRows(
	{ id, ...order }: Money,
	source: 'order' | 'payment_link',
	lookUp: LookUp,
): JodoRow[] {
	const payload = { order_id: id, order };
	const money = moneyRows(`${source}.payment.`, order, payload, lookUp);
	if (money.length) return money;
	const status = statusOf(order);
	const now = () => null;
	if (status === 'expired' && source === 'payment_link') {
		return rowsFor(happening('payment_link.payment.expired'), payload, lookUp, now);
	}
	if (!/^cancell?ed$/.test(status)) return [];
	return rowsFor({ ...happening('cancelled', 'order'), source }, payload, lookUp, now);
}

/** https://docs.jodo.in/student/api/list-payments/ */
export function paymentRows(payment: Money, studentId: unknown, lookUp: LookUp): JodoRow[] {
	const payload = { jodo_student_id: studentId, payment };
	const id = String(payment.id).trim();
	if (id.startsWith('pg_')) return moneyRows('payment.', payment, payload, lookUp);
	// Whether an instalment or a downpayment, the id does not say.
	if (id.startsWith('flex_')) return moneyRows('', payment, payload, lookUp);
	// Nothing is booked on a guess.
	return rowsFor(happening('other'), payload, lookUp, (row) => row.paid_at, false);
}
