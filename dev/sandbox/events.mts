// Which codes an event goes out under, and what an order's own events carry.
import type { Line, Order, Settings } from './state.mts';

const STUDENT_LINKED = ['payment.debited', 'payment.settled'];
const SOURCES = {
	order: 'order.payment',
	link: 'payment_link.payment',
	page: 'page.payment',
} as const;

/** One name per event: the student-linked ones are known by two. */
export const plainCode = (code: string) => code.replace(/^pay\./, '');

/** The spellings Jodo knows for an event, by setting. */
export function codesOf(event: string, { studentCodes }: Settings): string[] {
	const plain = plainCode(event);
	if (!STUDENT_LINKED.includes(plain)) return [event];
	const spellings = { pay: [`pay.${plain}`], plain: [plain], both: [`pay.${plain}`, plain] };
	return spellings[studentCodes];
}

export const orderEvent = (order: Order, what: 'debited' | 'settled' | 'expired') =>
	`${SOURCES[order.kind]}.${what}`;

const row = ({ component_type, amount }: Line) => ({ component_type, amount });
const settledRow = (line: Line) => ({
	...row(line),
	settlement_utr: line.settlement_utr ?? null,
	settled_at: line.settled_at ?? null,
});

/** The payload of an order's event; `settled` are the rows a settled event carries. */
export function orderPayload(order: Order, settled?: Line[]): object {
	const { payer, notes = [] } = order;
	const { name, phone, email, identifier = null } = payer;
	const details = settled ? settled.map(settledRow) : order.details.map(row);
	const state = { paid_at: order.paid_at, status: order.status, details };
	// An order's events lack the student and the transaction, a page's lack the notes: so the documentation has it.
	if (order.kind === 'order') {
		return { order_id: order.id, order: { name, phone, identifier, email, ...state, notes } };
	}
	const student = {
		student_name: payer.student_name ?? null,
		custom_identifier: payer.custom_identifier ?? null,
		grade: payer.grade ?? null,
		new_admission: payer.new_admission ?? null,
		date_of_birth: payer.date_of_birth ?? null,
		academic_year_start: payer.academic_year_start ?? null,
		academic_year_end: payer.academic_year_end ?? null,
		transaction_id: order.transaction_id,
	};
	const carried = { name, phone, identifier, email, ...student, ...state };
	return { order_id: order.id, order: order.kind === 'link' ? { ...carried, notes } : carried };
}
