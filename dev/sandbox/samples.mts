// Whom the documentation's samples are about: with them an event can be raised before anything has happened.
// Where a page shows no sample, its nearest sibling's values are used.
import { EVENTS, plainCode, type About } from './events.mts';
import type { Flex, Loan, Order, Payment, Settings, Student } from './state.mts';

const student: Student = {
	id: 'student_1234',
	registration_id: 'user_1234',
	profile: {
		fullname: 'Jodo Test Student',
		identifier: '1234',
		grade: 'M1BLUE',
		new_admission: false,
		academic_year_start: 2022,
		academic_year_end: 2023,
		date_of_birth: '2000-01-01',
		primary_contact_name: 'Parent Name',
		primary_contact_number: '9876543210',
		primary_contact_email: 'parent@example.com',
	},
	custom_identifier: 'cust_1234',
	collector_code: null,
	notes: [{ key: 'registration_number', value: 'REG12345' }],
	status: 'active',
	fees: [],
	payments: [],
};
const flexStudent: Student = {
	...student,
	id: 7951,
	profile: {
		...student.profile,
		identifier: 'STUDENT_IDENTIFIER',
		grade: 'fdb97be4',
		primary_contact_email: 'customer@example.com',
	},
	custom_identifier: null,
	collector_code: '81c6b473c138',
};
const borrower: Student = {
	...student,
	id: 7408,
	profile: {
		...student.profile,
		identifier: 'Year-2023/Client-appform-extraaedgev2/-2262',
		academic_year_start: 2023,
		academic_year_end: 2024,
	},
	custom_identifier: '109072_eaa3c281',
	collector_code: 'appform-extraaedgev2',
};

const mandate = { id: 'mandate_1921', end_date: '2023-01-01', status: 'active' };
const flex = (id: Flex['id'], status: Flex['status'], more: object = {}): Flex => ({
	id,
	status,
	mandate: { ...mandate, ...more },
});

const bank = { settlement_utr: 'payment_12616', settled_at: '2023-08-14T10:46:20Z' };
const instalment: Payment = {
	id: 'flex_12616',
	kind: 'instalment',
	status: 'paid',
	amount: 1000,
	mode: 'pg',
	paid_at: '2023-08-14T10:46:20Z',
	due_date: '2023-10-18',
	initial_due_date: '2023-10-18',
	details: [{ fee_component: 'ADMISSION_FEE', amount: 1000, ...bank }],
};
const fee: Payment = {
	id: 'pg_1909',
	kind: 'fee',
	status: 'paid',
	amount: 2000,
	mode: 'pg',
	paid_at: '2023-04-27T05:15:58Z',
	details: [
		{
			fee_component: 'ADMISSION_FEE',
			amount: 2000,
			settlement_utr: 'settl_1234',
			settled_at: '2023-04-28T05:15:58Z',
		},
	],
};
const manual: Payment = {
	...fee,
	id: 'direct_311',
	kind: 'manual',
	mode: 'cash',
	paid_at: '2022-01-29T10:05:45Z',
	transaction_id: 'tra_1234',
	settlement_utr: 'settl_1234',
	notes: 'advance payment',
	details: [
		{ fee_component: 'TUITION_FEE', amount: 1000 },
		{ fee_component: 'TRANSPORT_FEE', amount: 1000 },
	],
};

const loan: Loan = {
	id: 5678,
	status: '',
	amount: 100000,
	agreement_signed_at: '2022-01-29T10:05:45Z',
	disbursements: [{ id: 91, date: '2022-02-05', amount: 100000, is_disbursed: false }],
	emis: 0,
};
const emi = {
	id: 'emi_5678_6789',
	due_date: '2022-02-15',
	paid_at: '2022-02-15T10:05:45Z',
	amount: 10000,
};

const link: Order = {
	id: 'order_12345',
	kind: 'link',
	token: '',
	payer: {
		name: 'Customer name',
		phone: '9876543210',
		email: 'you@example.com',
		identifier: 'any_ref_id',
		student_name: 'Student Name',
		custom_identifier: 'cust_1234',
		grade: 'grade_5944',
		new_admission: false,
		date_of_birth: '2000-01-01',
		academic_year_start: 2022,
		academic_year_end: 2023,
	},
	details: [
		{
			component_type: 'Payable Amount',
			amount: 1000,
			settlement_utr: 'settl_1234',
			settled_at: '2022-03-02T10:05:45Z',
		},
	],
	notes: [{ key: 'erp_reference_id', value: 'REF123' }],
	status: 'paid',
	transaction_id: 'trans_568aaf1f9a65',
	paid_at: '2022-03-01T10:05:45Z',
	created_at: '2022-03-01T10:00:00Z',
};
const order = (id: string, identifier: string, paid_at: string): Order => ({
	...link,
	id,
	payer: { ...link.payer, identifier, email: 'customer@example.com' },
	paid_at,
	details: [
		{
			component_type: 'Admission Fee',
			amount: 10000,
			settlement_utr: 'test_123',
			settled_at: '2023-04-04T04:00:38Z',
		},
	],
});

/** By the start of the code; the last that fits adds to those before. */
const ABOUT: Array<[start: string, about: Partial<About>]> = [
	['', { student, payment: fee, flex: flex(2304, 'active'), loan, emi, order: link }],
	['direct.', { payment: manual }],
	['flex.subscription.', { student: { ...student, id: 7951, payments: [instalment] } }],
	['flex.subscription.setup', { flex: flex(2304, 'setup') }],
	['flex.subscription.cancelled', { flex: flex(2304, 'cancelled') }],
	['flex.subscription.closed', { flex: flex(2304, 'closed') }],
	[
		'flex.mandate.cancelled',
		{
			student: { ...student, collector_code: 'Branch1' },
			flex: flex('sub_88001', 'active', {
				status: 'cancelled',
				npci_category_code: 'customer_revoked',
			}),
		},
	],
	['flex.mandate.expired', { flex: flex('sub_88001', 'locked', { status: 'expired' }) }],
	['flex.instalment.', { student: flexStudent, payment: instalment }],
	['flex.instalment.bounced', { payment: { ...instalment, status: 'bounced', paid_at: null } }],
	[
		'flex.downpayment.',
		{ student: flexStudent, payment: { ...fee, id: 'flex_12617', kind: 'downpayment' } },
	],
	['payment.', { student: flexStudent }],
	[
		'order.payment.',
		{ order: order('order_12343532424', 'STUDENT_IDENTIFIER', '2023-04-05T07:07:20Z') },
	],
	[
		'order.payment.settled',
		{ order: order('order_2345343214521452', '26bcd403a57a', '2023-04-04T04:00:38Z') },
	],
	[
		'payment_link.payment.expired',
		{ order: { ...link, status: 'expired', transaction_id: null, paid_at: null } },
	],
	['cred.loan.', { student: borrower }],
	['cred.emi.', { loan: { ...loan, id: '1234', status: 'agreement_signed' } }],
];

export function samplePayload(event: string, settings: Settings): object | undefined {
	const code = plainCode(event);
	const fitting = ABOUT.filter(([start]) => code.startsWith(start)).map(([, about]) => about);
	const about = Object.assign({}, ...fitting) as About;
	const last = code.split('.').at(-1) ?? '';
	if (code.startsWith('cred.loan.')) about.loan = { ...loan, status: last };
	if (last === 'settled') {
		about.rows =
			code.includes('order.') || /^(page|payment_link)/.test(code)
				? about.order.details
				: about.payment.details;
	}
	return EVENTS[code]?.payload(about, settings);
}
