/**
 * What a ledger depends on, written down by hand: what each event means for the books, and which value of a delivery
 * lands in which column of the row. Nothing here is read from the code, and no two values are alike: one cell
 * cannot stand in for another.
 */
import { EVENTS, OUTPUTS } from '../../../nodes/events/events';
import { paymentRows } from '../../../nodes/events/lookup';
import { ROW_ENVIRONMENTS, toRows } from '../../../nodes/events/row';

/** value, in saved workflows · type · books · source · output (0 Debited, 1 Settled, 2 Failed, 3 Other) · payload · how sure Jodo's pages make it */
const MEANING = `
payment.debited                debited    in_transit  student_payment     0  payment      inferred
payment.settled                settled    received    student_payment     1  payment      inferred
order.payment.debited          debited    in_transit  order               0  order        documented
order.payment.settled          settled    received    order               1  order        documented
page.payment.debited           debited    in_transit  payment_page        0  order        inferred
page.payment.settled           settled    received    payment_page        1  order        documented
payment_link.payment.debited   debited    in_transit  payment_link        0  order        documented
payment_link.payment.settled   settled    received    payment_link        1  order        inferred
payment_link.payment.expired   expired    none        payment_link        2  order        documented
flex.instalment.debited        debited    in_transit  flex_instalment     0  payment      partly
flex.instalment.settled        settled    received    flex_instalment     1  payment      documented
flex.instalment.bounced        bounced    none        flex_instalment     2  payment      partly
flex.downpayment.debited       debited    in_transit  flex_downpayment    0  payment      partly
flex.downpayment.settled       settled    received    flex_downpayment    1  payment      inferred
flex.subscription.setup        setup      none        flex_subscription   3  subscription partly
flex.subscription.active       active     none        flex_subscription   3  subscription partly
flex.subscription.updated      updated    none        flex_subscription   3  subscription partly
flex.subscription.cancelled    cancelled  none        flex_subscription   2  subscription partly
flex.subscription.closed       closed     none        flex_subscription   3  subscription partly
flex.mandate.cancelled         cancelled  none        flex_mandate        2  mandate      documented
flex.mandate.expired           expired    none        flex_mandate        2  mandate      documented
direct.payment.added           added      recorded    manual_payment      3  payment      inferred
direct.payment.updated         updated    recorded    manual_payment      3  payment      inferred
direct.payment.cancelled       cancelled  reversed    manual_payment      2  payment      partly
masterdata.student.registered  registered none        student             3  student      documented
masterdata.student.activated   activated  none        student             3  student      documented
masterdata.student.dropped     dropped    none        student             2  student      documented
cred.loan.application_started  started    none        loan                3  loan         documented
cred.loan.application_filled   filled     none        loan                3  loan         documented
cred.loan.agreement_signed     signed     none        loan                3  loan         partly
cred.loan.final_approved       approved   none        loan                3  loan         documented
cred.loan.rejected             rejected   none        loan                2  loan         inferred
cred.loan.canceled             cancelled  none        loan                2  loan         inferred
cred.loan.application_expired  expired    none        loan                2  loan         inferred
cred.loan.disbursed            disbursed  received    loan                1  disbursement partly
cred.emi.debited               debited    none        loan_emi            3  emi          documented`
	.trim()
	.split('\n')
	.map((line) => line.split(/\s+/));

it('what each event means', () => {
	expect(
		EVENTS.map(({ value, type, books, source, output, payload, evidence }) =>
			[value, type, books, source, output, payload, evidence].map(String),
		),
	).toEqual(MEANING);
	expect(OUTPUTS).toEqual(['Debited', 'Settled', 'Failed', 'Other']);
});

const GRADE = { code: 'c-7', name: 'Class 7' };
const STUDENT = {
	fullname: 'Asha Rao',
	identifier: 'ADM-1',
	custom_identifier: 'CUS-1',
	collector_code: 'branch-1',
	grade: GRADE,
	academic_year_start: 2025,
	academic_year_end: '2026',
	primary_contact_name: 'Meena Rao',
	primary_contact_number: 9876543210,
	primary_contact_email: 'meena@example.com',
	notes: [{ key: 'house', value: 'blue' }],
};
const ABOUT_STUDENT = {
	name: 'Meena Rao',
	student_name: 'Asha Rao',
	identifier: 'ADM-1',
	grade_name: 'Class 7',
	phone: '9876543210',
	email: 'meena@example.com',
	custom_identifier: 'CUS-1',
	collector_code: 'branch-1',
	grade: 'c-7',
	academic_year_start: 2025,
	academic_year_end: 2026,
	jodo_student_id: '71',
	notes: { house: 'blue' },
};

const ORDER = {
	name: 'Vikram Singh',
	phone: '9123456780',
	email: 'vikram@example.com',
	identifier: 'ADM-2',
	custom_identifier: 'CUS-2',
	student_name: 'Rohan Singh',
	collector_code: 'branch-2',
	grade: 'c-8',
	academic_year_start: 2024,
	academic_year_end: 2025,
	transaction_id: 'trans_2',
	paid_at: '2026-03-30T18:29:00Z',
	status: 'paid',
	notes: [{ key: 'erp', value: 'REF-2' }],
};
const ABOUT_ORDER = {
	name: 'Vikram Singh',
	student_name: 'Rohan Singh',
	identifier: 'ADM-2',
	phone: '9123456780',
	email: 'vikram@example.com',
	custom_identifier: 'CUS-2',
	collector_code: 'branch-2',
	grade: 'c-8',
	academic_year_start: 2024,
	academic_year_end: 2025,
	order_id: 'order_2',
	payment_key: 'order_2',
	transaction_id: 'trans_2',
	order_status: 'paid',
	paid_at: '2026-03-30T18:29:00Z',
	notes: { erp: 'REF-2' },
};

/** 2026-03-31 at 20:00 in London's winter is the next day, and the next financial year, in India. */
const TOLD = Date.UTC(2026, 2, 31, 20) / 1000;
const ABOUT_TELLING = {
	event_id: 'ev-1',
	occurred_at: '2026-03-31T20:00:00Z',
	occurred_on: '2026-04-01',
	environment: 'live',
	currency: 'INR',
};

/** Every column that holds something. */
const filled = (event: string, payload: object, itemPer?: 'component' | 'transfer') =>
	toRows(
		{ event, event_id: 'ev-1', timestamp: TOLD, version: '1.0', payload },
		{ environment: 'live', itemPer },
	).map((row) =>
		Object.fromEntries(
			Object.entries(row).filter(
				([, value]) =>
					value !== null && (typeof value !== 'object' || Object.keys(value).length > 0),
			),
		),
	);

const EXTRA = { 'envelope.version': '1.0' };
const line = (component_type: string, amount: number, utr?: string, at?: string) => ({
	component_type,
	amount,
	settlement_utr: utr ?? null,
	settled_at: at ?? null,
});
const FIRST = line('Tuition', 6000.1, 'UTR-1', '2026-03-31T18:31:00Z');
const SECOND = line('Lab', 399.95, 'UTR-2', '2026-04-02T06:00:00Z');

it('a payment link that was paid', () => {
	const details = [line('Tuition', 6000.1), line('Lab', 399.95)];
	const payload = { order_id: 'order_2', order: { ...ORDER, details } };
	const row = {
		...{ ...ABOUT_TELLING, ...ABOUT_ORDER },
		event: 'payment_link.payment.debited',
		event_name: 'Payment Link: Paid by Parent (Debited)',
		source: 'payment_link',
		type: 'debited',
		books: 'in_transit',
		paid_on: '2026-03-30',
		payment_amount: 6400.05,
		settled_so_far: 0,
		fully_settled: false,
		details,
		extra: EXTRA,
	};
	expect(filled('payment_link.payment.debited', payload)).toEqual([
		{ ...row, amount: 6400.05, row_key: 'debited|order_2' },
	]);
	expect(filled('payment_link.payment.debited', payload, 'component')).toEqual([
		{ ...row, amount: 6000.1, component_type: 'Tuition', row_key: 'debited|order_2||Tuition' },
		{ ...row, amount: 399.95, component_type: 'Lab', row_key: 'debited|order_2||Lab' },
	]);
});

it('an order that was settled in two transfers', () => {
	const details = [FIRST, SECOND];
	const payload = { order_id: 'order_2', order: { ...ORDER, details } };
	const row = {
		...{ ...ABOUT_TELLING, ...ABOUT_ORDER },
		event: 'order.payment.settled',
		event_name: 'Order: Settled to Bank',
		source: 'order',
		type: 'settled',
		books: 'received',
		paid_on: '2026-03-30',
		payment_amount: 6400.05,
		settled_so_far: 6400.05,
		fully_settled: true,
		details,
		extra: EXTRA,
	};
	const first = {
		...row,
		amount: 6000.1,
		settlement_utr: 'UTR-1',
		settled_at: '2026-03-31T18:31:00Z',
		settled_on: '2026-04-01',
	};
	const second = {
		...row,
		amount: 399.95,
		settlement_utr: 'UTR-2',
		settled_at: '2026-04-02T06:00:00Z',
		settled_on: '2026-04-02',
	};
	expect(filled('order.payment.settled', payload)).toEqual([
		{ ...first, row_key: 'settled|order_2|UTR-1' },
		{ ...second, row_key: 'settled|order_2|UTR-2' },
	]);
	expect(filled('order.payment.settled', payload, 'component')).toEqual([
		{ ...first, component_type: 'Tuition', row_key: 'settled|order_2|UTR-1|Tuition' },
		{ ...second, component_type: 'Lab', row_key: 'settled|order_2|UTR-2|Lab' },
	]);
});

it('a student payment of which a part is settled', () => {
	const payload = {
		jodo_student_id: 71,
		student: STUDENT,
		payment: {
			id: 'pg_5',
			amount: '6400.05',
			product: 'pg',
			mode: 'upi',
			transaction_id: 'trans_5',
			reference_id: 'ref_5',
			paid_at: '2026-03-30T18:31:00Z',
			details: [
				{ fee_component: 'Tuition', amount: '6000.10', settlement_utr: 'UTR-1' },
				{ fee_component: 'Lab', amount: '399.95' },
			],
		},
	};
	expect(filled('pay.payment.settled', payload)).toEqual([
		{
			...{ ...ABOUT_TELLING, ...ABOUT_STUDENT },
			event: 'payment.settled',
			event_name: 'Student Payment: Settled to Bank',
			source: 'student_payment',
			type: 'settled',
			books: 'received',
			amount: 6000.1,
			payment_amount: 6400.05,
			settled_so_far: 6000.1,
			fully_settled: false,
			settlement_utr: 'UTR-1',
			// Jodo gives no day of this transfer: that of the telling.
			settled_on: '2026-04-01',
			paid_at: '2026-03-30T18:31:00Z',
			paid_on: '2026-03-31',
			mode: 'upi',
			product: 'pg',
			payment_id: 'pg_5',
			payment_key: 'pg_5',
			transaction_id: 'trans_5',
			reference_id: 'ref_5',
			row_key: 'settled|pg_5|UTR-1',
			details: [line('Tuition', 6000.1, 'UTR-1'), line('Lab', 399.95)],
			extra: { 'envelope.version': '1.0', 'envelope.event': 'pay.payment.settled' },
		},
	]);
});

it('an instalment that bounced', () => {
	const payload = {
		jodo_student_id: 71,
		student: STUDENT,
		subscription: { id: 2304, status: 'active' },
		payment: {
			id: 'flex_9',
			amount: 1000,
			initial_due_date: '2026-03-10',
			due_date: '2026-03-25',
			details: [{ fee_component: 'Tuition', amount: 1000 }],
		},
	};
	expect(filled('flex.instalment.bounced', payload)).toEqual([
		{
			...{ ...ABOUT_TELLING, ...ABOUT_STUDENT },
			event: 'flex.instalment.bounced',
			event_name: 'Flex Instalment: Bounced',
			source: 'flex_instalment',
			type: 'bounced',
			books: 'none',
			amount: 1000,
			settled_so_far: 0,
			fully_settled: false,
			due_date: '2026-03-25',
			initial_due_date: '2026-03-10',
			payment_id: 'flex_9',
			payment_key: 'flex_9',
			subscription_id: '2304',
			subscription_status: 'active',
			row_key: 'bounced|flex_9|2026-03-25',
			details: [line('Tuition', 1000)],
			extra: EXTRA,
		},
	]);
});

it.each([
	['direct.payment.added', 'Manual Payment: Added', 'added', 'recorded'],
	['direct.payment.cancelled', 'Manual Payment: Cancelled', 'cancelled', 'reversed'],
])('%s, which is one row whatever becomes of it', (event, event_name, type, books) => {
	const payload = {
		jodo_student_id: 71,
		student: STUDENT,
		payment: {
			id: 'direct_3',
			amount: 2000,
			mode: 'cash',
			transaction_id: 'trans_3',
			settlement_utr: 'UTR-3',
			notes: 'an advance',
			paid_at: '2026-03-29T10:05:45Z',
			details: [{ fee_component: 'Tuition', amount: '2000.00' }],
		},
	};
	expect(filled(event, payload)).toEqual([
		{
			...{ ...ABOUT_TELLING, ...ABOUT_STUDENT },
			...{ event, event_name, type, books },
			source: 'manual_payment',
			amount: 2000,
			payment_amount: 2000,
			settled_so_far: 2000,
			fully_settled: true,
			settlement_utr: 'UTR-3',
			paid_at: '2026-03-29T10:05:45Z',
			paid_on: '2026-03-29',
			mode: 'cash',
			payment_id: 'direct_3',
			payment_key: 'direct_3',
			transaction_id: 'trans_3',
			row_key: 'manual|direct_3',
			details: [line('Tuition', 2000, 'UTR-3')],
			notes: { house: 'blue', note: 'an advance' },
			extra: EXTRA,
		},
	]);
});

it('a plan, a mandate, a student and a loan, where no money moves', () => {
	const shared = { jodo_student_id: 71, student: STUDENT };
	const row = {
		...{ ...ABOUT_TELLING, ...ABOUT_STUDENT },
		books: 'none',
		extra: EXTRA,
		row_key: expect.any(String),
	};
	const subscription = { id: 2304, status: 'active' };
	const plan = { subscription_id: '2304', subscription_status: 'active' };
	expect(filled('flex.subscription.active', { ...shared, subscription })).toEqual([
		{
			...{ ...row, ...plan },
			event: 'flex.subscription.active',
			event_name: 'Flex Plan: Active',
			source: 'flex_subscription',
			type: 'active',
			row_key: expect.stringMatching(/^active\|2304\|2026-03-31T20:00:00Z\|[0-9a-f]{8}$/),
		},
	]);
	const mandate = { id: 'm-1', status: 'revoked', npci_category_code: 'customer_revoked' };
	expect(filled('flex.mandate.cancelled', { ...shared, subscription, mandate })).toEqual([
		{
			...{ ...row, ...plan },
			event: 'flex.mandate.cancelled',
			event_name: 'Flex Mandate: Cancelled',
			source: 'flex_mandate',
			type: 'cancelled',
			mandate_id: 'm-1',
			mandate_status: 'revoked',
			reason: 'customer_revoked',
			row_key: expect.stringMatching(/^cancelled\|m-1\|2026-03-31T20:00:00Z\|[0-9a-f]{8}$/),
		},
	]);
	expect(filled('masterdata.student.dropped', shared)).toEqual([
		{
			...row,
			event: 'masterdata.student.dropped',
			event_name: 'Student: Dropped',
			source: 'student',
			type: 'dropped',
			row_key: expect.stringMatching(/^dropped\|71\|2026-03-31T20:00:00Z\|[0-9a-f]{8}$/),
		},
	]);
	const application = { id: 5678, status: 'final_approved', amount: 100000 };
	expect(filled('cred.loan.final_approved', { ...shared, application })).toEqual([
		{
			...row,
			event: 'cred.loan.final_approved',
			event_name: 'Loan: Approved',
			source: 'loan',
			type: 'approved',
			application_id: '5678',
			application_status: 'final_approved',
			extra: { ...EXTRA, 'application.amount': 100000 },
			row_key: expect.stringMatching(/^approved\|5678\|2026-03-31T20:00:00Z\|[0-9a-f]{8}$/),
		},
	]);
});

it('a loan that was paid out, and an EMI that the school gets nothing of', () => {
	const shared = { jodo_student_id: 71, student: STUDENT };
	const application = { id: 5678, status: 'disbursed', amount: 100000 };
	const disbursement = { id: 91, date: '2026-03-28', disbursed_amount: 60000 };
	const loan = {
		...{ ...ABOUT_TELLING, ...ABOUT_STUDENT },
		application_id: '5678',
		application_status: 'disbursed',
		extra: { ...EXTRA, 'application.amount': 100000 },
	};
	expect(filled('cred.loan.disbursed', { ...shared, application, disbursement })).toEqual([
		{
			...loan,
			event: 'cred.loan.disbursed',
			event_name: 'Loan: Disbursed (Settled) to Bank',
			source: 'loan',
			type: 'disbursed',
			books: 'received',
			amount: 60000,
			payment_amount: 60000,
			settled_at: '2026-03-28',
			settled_on: '2026-03-28',
			disbursement_id: '91',
			row_key: 'disbursed|91',
		},
	]);
	const payment = {
		id: 'emi_1',
		due_date: '2026-03-15',
		paid_at: '2026-03-15T20:00:00Z',
		amount: 10000,
	};
	expect(filled('cred.emi.debited', { ...shared, application, payment })).toEqual([
		{
			...loan,
			event: 'cred.emi.debited',
			event_name: 'Loan Instalment: Paid by Parent (Debited)',
			source: 'loan_emi',
			type: 'debited',
			books: 'none',
			amount: 10000,
			payment_amount: 10000,
			paid_at: '2026-03-15T20:00:00Z',
			paid_on: '2026-03-16',
			due_date: '2026-03-15',
			payment_id: 'emi_1',
			payment_key: 'emi_1',
			row_key: 'debited|emi_1',
		},
	]);
});

it('a payment of a kind that nobody knows, looked up: one row under its id, which books nothing', () => {
	const lookUp = { environment: 'production', now: new Date('2026-04-01T00:00:00Z') } as const;
	const payment = {
		id: 'new_1',
		amount: 5,
		due_date: '2026-03-15',
		paid_at: '2026-03-16T00:00:00Z',
	};
	expect(paymentRows(payment, 71, lookUp)).toMatchObject([
		{ row_key: 'other|new_1', books: 'none', type: 'other', due_date: '2026-03-15' },
	]);
});

it('what a row calls the environments', () => {
	expect(ROW_ENVIRONMENTS).toEqual({ production: 'live', uat: 'test', custom: 'custom' });
});
