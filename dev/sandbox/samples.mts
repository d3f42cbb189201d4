// Sample payloads by event code, with the documentation's own values and types (its inconsistencies included:
// ids are numbers in some events and strings in others). Where a page shows no sample, it is put together from
// that page's table or from its nearest sibling, and said so.
const who = {
	identifier: '1234',
	custom_identifier: 'cust_1234',
	collector_code: null,
	academic_year_start: 2022,
	academic_year_end: 2023,
	primary_contact_number: '9876543210',
	primary_contact_email: 'parent@example.com',
};
const notes = [{ key: 'registration_number', value: 'REG12345' }];
const student = { ...who, grade: { code: 'M1BLUE', name: 'Montessori 1' }, notes };
const registered = { jodo_student_id: 'student_1234', student };

const flexStudent = {
	...who,
	identifier: 'STUDENT_IDENTIFIER',
	custom_identifier: null,
	collector_code: '81c6b473c138',
	primary_contact_email: 'customer@example.com',
	grade: { name: 'Class I', code: 'fdb97be4' },
};
const instalment = (payment: object) => ({
	jodo_student_id: 7951,
	student: flexStudent,
	subscription: { id: 2304, status: 'active' },
	payment: {
		id: 'flex_12616',
		amount: 1000,
		reference_id: null,
		initial_due_date: '2023-10-18',
		due_date: '2023-10-18',
		...payment,
	},
});
const settledRow = { settlement_utr: 'payment_12616', settled_at: '2023-08-14T10:46:20Z' };

/** From the table of flex.downpayment.debited; the student-linked Pay events' own pages are not known. */
const payment = (id: string, product: string, mode: string, row: object = {}) => ({
	payment: {
		id,
		amount: 2000,
		product,
		mode,
		paid_at: '2023-04-27T05:15:58Z',
		details: [{ fee_component: 'ADMISSION_FEE', amount: 2000, ...row }],
	},
	student: flexStudent,
});
const bank = { settlement_utr: 'settl_1234', settled_at: '2023-04-28T05:15:58Z' };

/** The mandate samples have grade name and code the other way round. */
const mandate = (collector_code: string | null, status: string, fields: object) => ({
	jodo_student_id: 'student_1234',
	student: {
		...student,
		collector_code,
		fullname: 'Jodo Test Student',
		grade: { name: 'M1BLUE', code: 'Montessori 1' },
	},
	subscription: { id: 'sub_88001', status },
	mandate: { id: 'mandate_1921', ...fields },
});

const order = (order_id: string, identifier: string, paid_at: string, row: object = {}) => ({
	order_id,
	order: {
		name: 'Customer name',
		phone: '9876543210',
		identifier,
		email: 'customer@example.com',
		paid_at,
		status: 'paid',
		details: [{ component_type: 'Admission Fee', amount: 10000, ...row }],
		notes: [{ key: 'erp_reference_id', value: 'REF123' }],
	},
});
const page = (row: object = {}, fields: object = {}) => ({
	order_id: 'order_12345',
	order: {
		name: 'Customer name',
		phone: '9876543210',
		identifier: 'any_ref_id',
		email: 'you@example.com',
		student_name: 'Student Name',
		custom_identifier: 'cust_1234',
		grade: 'grade_5944',
		new_admission: false,
		date_of_birth: '2000-01-01',
		academic_year_start: 2022,
		academic_year_end: 2023,
		transaction_id: 'trans_568aaf1f9a65',
		paid_at: '2022-03-01T10:05:45Z',
		status: 'paid',
		details: [{ component_type: 'Payable Amount', amount: 1000, ...row }],
		...fields,
	},
});
const linkNotes = { notes: [{ key: 'erp_reference_id', value: 'REF123' }] };
const settled = { settlement_utr: 'settl_1234', settled_at: '2022-03-02T10:05:45Z' };

export const SAMPLES: Record<string, object> = {
	'masterdata.student.registered': registered,
	'masterdata.student.activated': registered,
	'masterdata.student.dropped': registered,
	'flex.mandate.cancelled': mandate('Branch1', 'active', {
		status: 'cancelled',
		npci_category_code: 'customer_revoked',
	}),
	'flex.mandate.expired': mandate(null, 'locked', { end_date: '2023-01-01', status: 'expired' }),
	'flex.instalment.settled': instalment({
		paid_at: '2023-08-14T10:46:20Z',
		details: [{ fee_component: 'ADMISSION_FEE', amount: 1000, ...settledRow }],
	}),
	// No sample on its page: as settled, without the settlement.
	'flex.instalment.debited': instalment({
		paid_at: '2023-08-14T10:46:20Z',
		details: [{ fee_component: 'ADMISSION_FEE', amount: 1000 }],
	}),
	// No sample on its page: as debited, unpaid.
	'flex.instalment.bounced': instalment({
		details: [{ fee_component: 'ADMISSION_FEE', amount: 1000 }],
	}),
	'flex.downpayment.debited': payment('flex_12617', 'flex', 'pg'),
	'flex.downpayment.settled': payment('flex_12617', 'flex', 'pg', bank),
	'payment.debited': payment('pg_1909', 'pg', 'pg'),
	'payment.settled': payment('pg_1909', 'pg', 'pg', bank),
	'order.payment.debited': order('order_12343532424', 'STUDENT_IDENTIFIER', '2023-04-05T07:07:20Z'),
	'order.payment.settled': order('order_2345343214521452', '26bcd403a57a', '2023-04-04T04:00:38Z', {
		settlement_utr: 'test_123',
		settled_at: '2023-04-04T04:00:38Z',
	}),
	'page.payment.debited': page(),
	'page.payment.settled': page(settled),
	'payment_link.payment.debited': page({}, linkNotes),
	'payment_link.payment.settled': page(settled, linkNotes),
	'payment_link.payment.expired': page(
		{},
		{ transaction_id: null, paid_at: null, status: 'expired', ...linkNotes },
	),
	'cred.emi.debited': {
		jodo_student_id: 'student_1234',
		student,
		application: {
			id: '1234',
			status: 'agreement_signed',
			amount: '100000',
			agreement_signed_at: '2022-01-29T10:05:45Z',
		},
		payment: {
			id: 'emi_5678_6789',
			due_date: '2022-02-15',
			paid_at: '2022-02-15T10:05:45Z',
			amount: 10000,
		},
	},
};
