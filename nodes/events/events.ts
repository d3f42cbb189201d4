/**
 * The table of Jodo's events. The drop-down, the registration at Jodo, the reading of a delivery, the
 * documentation and the tests all read it: a new event is a new entry here, and a sample in test/fixtures.
 * https://docs.jodo.in/webhooks/handling-webhook-events/
 */
/** What an event is about. */
export type EventSource =
	| 'student_payment'
	| 'order'
	| 'payment_page'
	| 'payment_link'
	| 'flex_instalment'
	| 'flex_downpayment'
	| 'flex_subscription'
	| 'flex_mandate'
	| 'manual_payment'
	| 'student'
	| 'loan'
	| 'loan_emi';

/**
 * What an event means for the ledger:
 * - `in_transit`: paid by the parent, not yet in the bank;
 * - `received`: in the bank;
 * - `recorded`: money that the office itself entered;
 * - `reversed`: such an entry taken back;
 * - `none`: nothing to book.
 */
export type Books = 'in_transit' | 'received' | 'recorded' | 'reversed' | 'none';

/**
 * How sure the payload is: `documented` by a full table or sample, `partly` where only the beginning of
 * Jodo's page was available, `inferred` from sibling events where none was.
 */
export type Evidence = 'documented' | 'partly' | 'inferred';

/** What a payload is of. */
export type PayloadKind =
	| 'order'
	| 'payment'
	| 'subscription'
	| 'mandate'
	| 'student'
	| 'loan'
	| 'disbursement'
	| 'emi';

/** The outputs of a node with 'Split Output', in their order. */
export const OUTPUTS = ['Debited', 'Settled', 'Failed', 'Other'] as const;

interface Entry {
	/** The value in a saved workflow. Never changes. */
	value: string;
	/** The codes to subscribe, if they are not just the value. */
	codes?: readonly string[];
	/** As in the drop-down. */
	name: string;
	/** What it means for the office. */
	description: string;
	source: EventSource;
	/** The last word of the code: debited, settled, expired … */
	type: string;
	books: Books;
	payload: PayloadKind;
	evidence: Evidence;
}

/** The types know the values; the texts would only swell the declaration file. */
const table = <const Value extends string>(rows: ReadonlyArray<Entry & { value: Value }>) => rows;

const DEBITED = { type: 'debited', books: 'in_transit' } as const;
const SETTLED = { type: 'settled', books: 'received' } as const;

const STUDENT_PAYMENT = { source: 'student_payment', payload: 'payment' } as const;
const ORDER = { source: 'order', payload: 'order' } as const;
const PAGE = { source: 'payment_page', payload: 'order' } as const;
const LINK = { source: 'payment_link', books: 'none', payload: 'order' } as const;
const INSTALMENT = { source: 'flex_instalment', books: 'none', payload: 'payment' } as const;
const DOWNPAYMENT = { source: 'flex_downpayment', payload: 'payment' } as const;
const PLAN = { source: 'flex_subscription', books: 'none', payload: 'subscription' } as const;
const MANDATE = { source: 'flex_mandate', books: 'none', payload: 'mandate' } as const;
const MANUAL = { source: 'manual_payment', payload: 'payment' } as const;
const STUDENT = { source: 'student', books: 'none', payload: 'student' } as const;
const LOAN = { source: 'loan', books: 'none', payload: 'loan' } as const;
const EMI = { source: 'loan_emi', books: 'none', payload: 'emi' } as const;

// Sources disagree on the code of a student-linked payment, so both are subscribed; either is the same event.
const TABLE = table([
	{
		...STUDENT_PAYMENT,
		...DEBITED,
		value: 'payment.debited',
		codes: ['pay.payment.debited', 'payment.debited'],
		name: 'Student Payment: Paid by Parent (Debited)',
		description:
			'A parent paid a fee of a student who is registered with Jodo; the money is on its way',
		evidence: 'inferred',
	},
	{
		...STUDENT_PAYMENT,
		...SETTLED,
		value: 'payment.settled',
		codes: ['pay.payment.settled', 'payment.settled'],
		name: 'Student Payment: Settled to Bank',
		description: 'A fee of a registered student has reached your bank account: book it as received',
		evidence: 'inferred',
	},
	{
		...ORDER,
		...DEBITED,
		value: 'order.payment.debited',
		name: 'Order: Paid by Parent (Debited)',
		description: 'A parent paid a checkout order; the money is on its way',
		evidence: 'documented',
	},
	{
		...ORDER,
		...SETTLED,
		value: 'order.payment.settled',
		name: 'Order: Settled to Bank',
		description: 'The money of a checkout order has reached your bank account: book it as received',
		evidence: 'documented',
	},
	{
		...PAGE,
		...DEBITED,
		value: 'page.payment.debited',
		name: 'Payment Page: Paid by Parent (Debited)',
		description: 'A parent paid on a payment page; the money is on its way',
		evidence: 'inferred',
	},
	{
		...PAGE,
		...SETTLED,
		value: 'page.payment.settled',
		name: 'Payment Page: Settled to Bank',
		description: 'The money from a payment page has reached your bank account: book it as received',
		evidence: 'documented',
	},
	{
		...LINK,
		...DEBITED,
		value: 'payment_link.payment.debited',
		name: 'Payment Link: Paid by Parent (Debited)',
		description: 'A parent paid a payment link; the money is on its way',
		evidence: 'documented',
	},
	{
		...LINK,
		...SETTLED,
		value: 'payment_link.payment.settled',
		name: 'Payment Link: Settled to Bank',
		description: 'The money of a payment link has reached your bank account: book it as received',
		evidence: 'inferred',
	},
	{
		...LINK,
		value: 'payment_link.payment.expired',
		type: 'expired',
		name: 'Payment Link: Expired Unpaid',
		description:
			'A payment link ran out before anyone paid: nothing to book, send a new link if the fee is still due',
		evidence: 'documented',
	},
	{
		...INSTALMENT,
		...DEBITED,
		value: 'flex.instalment.debited',
		name: 'Flex Instalment: Paid by Parent (Debited)',
		description: "An instalment was taken from the parent's account; the money is on its way",
		evidence: 'partly',
	},
	{
		...INSTALMENT,
		...SETTLED,
		value: 'flex.instalment.settled',
		name: 'Flex Instalment: Settled to Bank',
		description: 'An instalment has reached your bank account: book it as received',
		evidence: 'documented',
	},
	{
		...INSTALMENT,
		value: 'flex.instalment.bounced',
		type: 'bounced',
		name: 'Flex Instalment: Bounced',
		description: "The parent's bank refused an instalment: nothing to book, the fee is still due",
		evidence: 'partly',
	},
	{
		...DOWNPAYMENT,
		...DEBITED,
		value: 'flex.downpayment.debited',
		name: 'Flex Downpayment: Paid by Parent (Debited)',
		description: 'A parent paid the downpayment of a Flex plan; the money is on its way',
		evidence: 'partly',
	},
	{
		...DOWNPAYMENT,
		...SETTLED,
		value: 'flex.downpayment.settled',
		name: 'Flex Downpayment: Settled to Bank',
		description: 'A downpayment has reached your bank account: book it as received',
		evidence: 'inferred',
	},
	{
		...PLAN,
		value: 'flex.subscription.setup',
		type: 'setup',
		name: 'Flex Plan: Set Up by Parent',
		description: 'A parent finished setting up instalments and authorised the bank account',
		evidence: 'partly',
	},
	{
		...PLAN,
		value: 'flex.subscription.active',
		type: 'active',
		name: 'Flex Plan: Active',
		description: 'The bank confirmed that instalments can be taken',
		evidence: 'partly',
	},
	{
		...PLAN,
		value: 'flex.subscription.updated',
		type: 'updated',
		name: 'Flex Plan: Updated',
		description: 'Something about a Flex plan changed, such as its schedule',
		evidence: 'partly',
	},
	{
		...PLAN,
		value: 'flex.subscription.cancelled',
		type: 'cancelled',
		name: 'Flex Plan: Cancelled',
		description: 'A Flex plan was cancelled: no further instalments will be taken',
		evidence: 'partly',
	},
	{
		...PLAN,
		value: 'flex.subscription.closed',
		type: 'closed',
		name: 'Flex Plan: Closed',
		description: 'A Flex plan has come to its end',
		evidence: 'partly',
	},
	{
		...MANDATE,
		value: 'flex.mandate.cancelled',
		type: 'cancelled',
		name: 'Flex Mandate: Cancelled',
		description:
			"The permission to debit the parent's account was withdrawn; the plan itself may go on",
		evidence: 'documented',
	},
	{
		...MANDATE,
		value: 'flex.mandate.expired',
		type: 'expired',
		name: 'Flex Mandate: Expired',
		description: "The permission to debit the parent's account has run out",
		evidence: 'documented',
	},
	{
		...MANUAL,
		value: 'direct.payment.added',
		type: 'added',
		books: 'recorded',
		name: 'Manual Payment: Added',
		description: 'Your office recorded cash or another payment of its own in Jodo',
		evidence: 'inferred',
	},
	{
		...MANUAL,
		value: 'direct.payment.updated',
		type: 'updated',
		books: 'recorded',
		name: 'Manual Payment: Updated',
		description: 'Your office corrected a payment it had recorded',
		evidence: 'inferred',
	},
	{
		...MANUAL,
		value: 'direct.payment.cancelled',
		type: 'cancelled',
		books: 'reversed',
		name: 'Manual Payment: Cancelled',
		description: 'A payment that your office had recorded was taken back: it no longer counts',
		evidence: 'partly',
	},
	{
		...STUDENT,
		value: 'masterdata.student.registered',
		type: 'registered',
		name: 'Student: Registered',
		description: 'A student was registered with Jodo',
		evidence: 'documented',
	},
	{
		...STUDENT,
		value: 'masterdata.student.activated',
		type: 'activated',
		name: 'Student: Activated',
		description: 'A student who had been dropped is active again',
		evidence: 'documented',
	},
	{
		...STUDENT,
		value: 'masterdata.student.dropped',
		type: 'dropped',
		name: 'Student: Dropped',
		description: 'A student was marked as dropped',
		evidence: 'documented',
	},
	{
		...LOAN,
		value: 'cred.loan.application_started',
		type: 'started',
		name: 'Loan: Application Started',
		description: 'A parent began to apply for a fee loan',
		evidence: 'documented',
	},
	{
		...LOAN,
		value: 'cred.loan.application_filled',
		type: 'filled',
		name: 'Loan: Application Filled In',
		description: 'A parent completed the application for a fee loan',
		evidence: 'documented',
	},
	{
		...LOAN,
		value: 'cred.loan.agreement_signed',
		type: 'signed',
		name: 'Loan: Agreement Signed',
		description: 'A parent signed the agreement of a fee loan',
		evidence: 'partly',
	},
	{
		...LOAN,
		value: 'cred.loan.final_approved',
		type: 'approved',
		name: 'Loan: Approved',
		description: 'A fee loan was finally approved; nothing is paid out yet',
		evidence: 'documented',
	},
	{
		...LOAN,
		value: 'cred.loan.rejected',
		type: 'rejected',
		name: 'Loan: Rejected',
		description: 'A fee loan was refused: the fee is still due',
		evidence: 'inferred',
	},
	{
		...LOAN,
		value: 'cred.loan.canceled',
		type: 'cancelled',
		name: 'Loan: Cancelled',
		description: 'An application for a fee loan was cancelled: the fee is still due',
		evidence: 'inferred',
	},
	{
		...LOAN,
		value: 'cred.loan.application_expired',
		type: 'expired',
		name: 'Loan: Application Expired',
		description: 'An application for a fee loan ran out: the fee is still due',
		evidence: 'inferred',
	},
	{
		...LOAN,
		value: 'cred.loan.disbursed',
		type: 'disbursed',
		books: 'received',
		payload: 'disbursement',
		name: 'Loan: Disbursed (Settled) to Bank',
		description: 'The lender paid the fee into your bank account: book it as received',
		evidence: 'partly',
	},
	{
		...EMI,
		value: 'cred.emi.debited',
		type: 'debited',
		name: 'Loan Instalment: Paid by Parent (Debited)',
		description:
			'A parent paid an EMI of a loan to the lender: nothing to book, you have the money already',
		evidence: 'documented',
	},
]);

/** The value of an event in a saved workflow. */
export type JodoEventValue = (typeof TABLE)[number]['value'];

export interface JodoEvent extends Required<Entry> {
	value: JodoEventValue;
	/** Index into OUTPUTS. */
	output: number;
}

const FAILED = ['expired', 'bounced', 'cancelled', 'rejected', 'dropped'];

function outputOf({ books, type }: Entry): number {
	if (books === 'in_transit') return 0;
	if (books === 'received') return 1;
	return FAILED.includes(type) ? 2 : 3;
}

export const EVENTS: readonly JodoEvent[] = TABLE.map((row) => ({
	codes: [row.value],
	...row,
	output: outputOf(row),
}));

const BY_CODE = new Map(
	EVENTS.flatMap((event) => [event.value, ...event.codes].map((code) => [code, event] as const)),
);

/** The event of a code as Jodo writes it, or of a value as a workflow holds it. */
export function findEvent(code: unknown): JodoEvent | undefined {
	return typeof code === 'string' ? BY_CODE.get(code.trim().toLowerCase()) : undefined;
}

/** The drop-down, in alphabetical order. */
export const EVENT_OPTIONS: Array<Pick<JodoEvent, 'name' | 'value' | 'description'>> = EVENTS.map(
	({ name, value, description }) => ({ name, value, description }),
).sort((a, b) => a.name.localeCompare(b.name));
