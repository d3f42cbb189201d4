// What can be done with a student, as buttons on the page and as admin API: one table.
import type { About } from './events.mts';
import { moment, sumOf, type Payment, type Row, type State, type Student } from './state.mts';
import type { Instalment, Students } from './students.mts';

/** All optional: a button does something sensible by itself. */
export interface Input {
	payment?: string;
	utr?: string;
	rows?: number[];
	details?: Row[];
	amount?: number;
	mode?: string;
	notes?: string;
	transaction_id?: string;
	schedule?: Instalment[];
	downpayment?: boolean;
	due_date?: string;
	reason?: string;
}

interface Scope {
	student: Student;
	payment: Payment;
	input: Input;
	state: State;
	students: Students;
}

export interface Action {
	label: string;
	group: 'student' | 'fee' | 'flex' | 'loan' | 'payment';
	/** Of a payment: which event it is depends on its kind. */
	event?: string | ((payment: Payment) => string);
	/** Whether it can be done now; the payment is there for those of a payment. */
	when: (student: Student, payment: Payment) => boolean;
	/** Does it; what it gives is what the event is about besides. */
	run: (scope: Scope) => Partial<About> | void;
}

const DAY_MS = 86_400_000;
const MONTH_DAYS = 30;
const dayIn = (days: number) => moment(new Date(Date.now() + days * DAY_MS)).slice(0, 10);

/** What is still to be paid, per component. */
export function dueOf({ fees, payments }: Student): Row[] {
	const paid = payments.filter(({ status }) => status === 'paid').flatMap(({ details }) => details);
	return fees
		.map(({ component_type, fee_amount, discounts = [] }) => ({
			fee_component: component_type,
			amount: sumOf([
				{ amount: fee_amount },
				...discounts.map(({ value }) => ({ amount: -value })),
				...paid
					.filter(({ fee_component }) => fee_component === component_type)
					.map(({ amount }) => ({ amount: -amount })),
			]),
		}))
		.filter(({ amount }) => amount > 0);
}

/** Splits into equal instalments a month apart; what does not divide goes into the last. */
function split(due: Row[], parts: number): Instalment[] {
	return Array.from({ length: parts }, (_, index) => ({
		due_date: dayIn(MONTH_DAYS * (index + 1)),
		downpayment: false,
		details: due.map(({ fee_component, amount }) => {
			const part = Math.floor((amount / parts) * 100) / 100;
			const rest = sumOf([{ amount }, ...Array(parts - 1).fill({ amount: -part })]);
			return { fee_component, amount: index === parts - 1 ? rest : part };
		}),
	}));
}

const hasDue = (student: Student) => dueOf(student).length > 0;
const isSettled = ({ details }: Payment) => details.every(({ settled_at }) => settled_at);
const EVENT_OF = { fee: 'payment', instalment: 'flex.instalment', downpayment: 'flex.downpayment' };
const eventOf = (what: string) => (payment: Payment) =>
	`${payment.kind === 'manual' ? 'direct.payment' : EVENT_OF[payment.kind]}.${what}`;

type Stateful = { status: string };
const SUBJECTS: Record<string, (student: Student) => Stateful | undefined> = {
	student: (student) => student,
	flex: ({ flex }) => flex,
	mandate: ({ flex }) => flex?.mandate,
	loan: ({ loan }) => loan,
};
const is = (subject: string, from: string[], student: Student) =>
	from.includes(SUBJECTS[subject]?.(student)?.status ?? '');

/** An action that takes the student, the plan, the mandate or the loan from one state to the next. */
function step(
	subject: 'student' | 'flex' | 'mandate' | 'loan',
	label: string,
	event: string,
	from: string[],
	to: string,
	more: (scope: Scope) => void = () => {},
): Action {
	return {
		label,
		group: subject === 'mandate' ? 'flex' : subject,
		event,
		when: (student) => is(subject, from, student),
		run: (scope) => {
			Object.assign(SUBJECTS[subject]?.(scope.student) ?? {}, { status: to });
			more(scope);
		},
	};
}

const LIVE = ['setup', 'active', 'locked'];
const OPEN = ['application_started', 'application_filled'];
const UNSIGNED = [...OPEN, 'final_approved'];
const ENDED = ['rejected', 'canceled', 'application_expired'];
const SIGNED = ['agreement_signed', 'disbursed'];
const student = (what: string) => `masterdata.student.${what}`;
const flex = (what: string) => `flex.subscription.${what}`;
const loan = (what: string) => `cred.loan.${what}`;

export const ACTIONS: Record<string, Action> = {
	drop: step('student', 'Mark as dropped', student('dropped'), ['active'], 'dropped'),
	activate: step('student', 'Activate again', student('activated'), ['dropped'], 'active'),
	pay: {
		label: 'The parent pays what is due',
		group: 'fee',
		event: 'payment.debited',
		when: hasDue,
		run: ({ student, students, input: { details = dueOf(student) } }) => {
			const amount = sumOf(details);
			const payment = students.newPayment('fee', { amount, details, paid_at: moment() });
			student.payments.push(Object.assign(payment, { status: 'paid' }));
			return { payment };
		},
	},
	record: {
		label: 'Record cash at the office',
		group: 'fee',
		event: 'direct.payment.added',
		when: hasDue,
		run: ({ student, students, state, input }) => {
			const details = input.details ?? dueOf(student).slice(0, 1);
			const { mode = 'cash', notes, transaction_id = `office_${state.next()}` } = input;
			const amount = input.amount ?? sumOf(details);
			const sent = { amount, details, mode, notes, transaction_id, paid_at: moment() };
			const payment = students.newPayment('manual', sent);
			student.payments.push(Object.assign(payment, { status: 'paid' }));
			return { payment };
		},
	},
	plan: {
		label: 'Set a plan of three instalments',
		group: 'flex',
		when: (student) => hasDue(student) && (!student.flex || student.flex.status === 'pending'),
		run: ({ student, students, input }) => {
			const schedule = input.schedule ?? split(dueOf(student), 3);
			if (input.downpayment && schedule[0]) schedule[0].downpayment = true;
			students.plan(student, schedule);
		},
	},
	setup: step('flex', 'The parent sets it up', flex('setup'), ['pending'], 'setup'),
	active: step('flex', 'The bank confirms', flex('active'), ['setup'], 'active', ({ student }) => {
		if (student.flex) student.flex.mandate.status = 'active';
	}),
	update: {
		label: 'Move the next instalment by a month',
		group: 'flex',
		event: flex('updated'),
		when: (student) =>
			is('flex', LIVE, student) && student.payments.some(({ status }) => status === 'due'),
		run: ({ student, input: { due_date } }) => {
			const next = student.payments.find(({ status }) => status === 'due');
			if (!next?.due_date) return;
			const moved = new Date(Date.parse(next.due_date) + MONTH_DAYS * DAY_MS);
			next.due_date = due_date ?? moment(moved).slice(0, 10);
		},
	},
	revoke: step(
		'mandate',
		'The parent revokes the mandate',
		'flex.mandate.cancelled',
		['active'],
		'cancelled',
		({ student, input: { reason = 'customer_revoked' } }) => {
			if (student.flex) student.flex.mandate.npci_category_code = reason;
		},
	),
	'expire-mandate': step(
		'mandate',
		'The mandate expires',
		'flex.mandate.expired',
		['active'],
		'expired',
		({ student }) => {
			if (student.flex) student.flex.status = 'locked';
		},
	),
	'cancel-plan': step('flex', 'Cancel the plan', flex('cancelled'), LIVE, 'cancelled'),
	'close-plan': step('flex', 'Close the plan', flex('closed'), LIVE, 'closed'),
	debit: {
		label: 'Debit',
		group: 'payment',
		event: eventOf('debited'),
		when: (student, { kind, status }) =>
			['due', 'bounced'].includes(status) &&
			(kind === 'downpayment' || (kind === 'instalment' && is('flex', ['active'], student))),
		run: ({ payment }) => void Object.assign(payment, { status: 'paid', paid_at: moment() }),
	},
	bounce: {
		label: 'Bounce',
		group: 'payment',
		event: eventOf('bounced'),
		when: (student, { kind, status }) =>
			kind === 'instalment' &&
			['due', 'bounced'].includes(status) &&
			is('flex', ['active'], student),
		run: ({ payment, input: { due_date } }) =>
			void Object.assign(payment, { status: 'bounced' }, due_date && { due_date }),
	},
	settle: {
		label: 'Settle',
		group: 'payment',
		event: eventOf('settled'),
		when: (_student, payment) =>
			payment.kind !== 'manual' && payment.status === 'paid' && !isSettled(payment),
		run: ({ payment, state, input: { utr, rows } }) => ({
			rows: state.settle(payment.details, utr, rows),
		}),
	},
	'update-payment': {
		label: 'Change',
		group: 'payment',
		event: eventOf('updated'),
		when: (_student, { kind, status }) => kind === 'manual' && status === 'paid',
		run: ({ payment, input: { mode, utr, notes = 'Corrected by the office' } }) =>
			void Object.assign(payment, { notes }, mode && { mode }, utr && { settlement_utr: utr }),
	},
	'cancel-payment': {
		label: 'Cancel',
		group: 'payment',
		event: eventOf('cancelled'),
		when: (_student, { kind, status }) => kind === 'manual' && status === 'paid',
		run: ({ payment }) => void (payment.status = 'cancelled'),
	},
	'start-loan': {
		label: 'Start an application',
		group: 'loan',
		event: loan('application_started'),
		when: (student) => hasDue(student) && (!student.loan || is('loan', ENDED, student)),
		run: ({ student, state }) => {
			const amount = sumOf(dueOf(student));
			const half = Math.floor(amount / 2);
			const part = (share: number, days: number) => ({
				id: state.next(),
				date: dayIn(days),
				amount: share,
				is_disbursed: false,
			});
			student.loan = {
				id: state.next(),
				status: 'application_started',
				amount,
				disbursements: [part(half, 1), part(sumOf([{ amount }, { amount: -half }]), MONTH_DAYS)],
				emis: 0,
			};
		},
	},
	'fill-loan': step(
		'loan',
		'Complete the application',
		loan('application_filled'),
		['application_started'],
		'application_filled',
	),
	'approve-loan': step(
		'loan',
		'Approve',
		loan('final_approved'),
		['application_filled'],
		'final_approved',
	),
	'reject-loan': step('loan', 'Reject', loan('rejected'), OPEN, 'rejected'),
	'cancel-loan': step('loan', 'Cancel the application', loan('canceled'), UNSIGNED, 'canceled'),
	'expire-loan': step(
		'loan',
		'Let the application expire',
		loan('application_expired'),
		UNSIGNED,
		'application_expired',
	),
	'sign-loan': step(
		'loan',
		'Sign the agreement',
		loan('agreement_signed'),
		['final_approved'],
		'agreement_signed',
		({ student }) => {
			if (student.loan) student.loan.agreement_signed_at = moment();
		},
	),
	'disburse-loan': {
		label: 'Disburse the next part',
		group: 'loan',
		event: loan('disbursed'),
		when: (student) =>
			is('loan', SIGNED, student) &&
			student.loan!.disbursements.some(({ is_disbursed }) => !is_disbursed),
		run: ({ student: { loan } }) => {
			const disbursement = loan?.disbursements.find(({ is_disbursed }) => !is_disbursed);
			if (!loan || !disbursement) return;
			disbursement.is_disbursed = true;
			loan.status = 'disbursed';
			return { disbursement };
		},
	},
	'pay-emi': {
		label: 'The parent repays an instalment of the loan',
		group: 'loan',
		event: 'cred.emi.debited',
		when: (student) => is('loan', ['disbursed'], student),
		run: ({ student: { loan }, input: { amount } }) => {
			if (!loan) return;
			const id = `emi_${loan.id}_${++loan.emis}`;
			const due = { due_date: dayIn(0), paid_at: moment() };
			return { emi: { id, ...due, amount: amount ?? Math.round(loan.amount / 10) } };
		},
	},
};
