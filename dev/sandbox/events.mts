// Jodo's events: under which codes they go out and what they carry, as documented, inconsistencies included:
// an id is a number in one event and a text in the next, the mandate's events have grade name and code the other
// way round, one page says `component_type` where another says `fee_component`.
import school from './school.json' with { type: 'json' };
import type { Flex, Id, Line, Loan, Order, Payment, Row, Settings, Student } from './state.mts';

/** What an event can be about. */
export interface About {
	student: Student;
	payment: Payment;
	flex: Flex;
	loan: Loan;
	order: Order;
	/** The rows a settled event carries, where that is not all of them. */
	rows?: Array<Row | Line>;
	disbursement?: Loan['disbursements'][number];
	emi?: object;
}

type Build = (about: About, settings: Settings) => object;

/** One name per event: the student-linked ones are known by two. */
export const plainCode = (code: string) => code.replace(/^pay\./, '');

/** The spellings Jodo knows for an event, by setting. */
export function codesOf(event: string, { studentCodes }: Settings): string[] {
	const plain = plainCode(event);
	if (!/^payment\./.test(plain)) return [event];
	const spellings = { pay: [`pay.${plain}`], plain: [plain], both: [`pay.${plain}`, plain] };
	return spellings[studentCodes];
}

/** An id as a page has it, unless the setting wants all of one type. A text that is no number stays one. */
export function idAs(id: Id, documented: 'string' | 'number', { ids }: Settings): Id {
	const type = ids === 'documented' ? documented : ids;
	return type === 'number' && Number.isFinite(Number(id)) ? Number(id) : String(id);
}

/** What a payment counts as, by its kind. */
export const PRODUCTS = { fee: 'pg', manual: 'direct', instalment: 'flex', downpayment: 'flex' };

export const gradeName = (code: string) =>
	school.grades.find((one) => one.code === code)?.name ?? code;
const grade = ({ profile: { grade: code } }: Student) => ({ code, name: gradeName(code) });

const names = ({ profile, custom_identifier, collector_code }: Student) => ({
	identifier: profile.identifier,
	custom_identifier,
	collector_code,
	academic_year_start: profile.academic_year_start,
	academic_year_end: profile.academic_year_end,
});
const contact = ({ profile }: Student) => ({
	primary_contact_number: profile.primary_contact_number,
	primary_contact_email: profile.primary_contact_email,
});
const who = (student: Student) => ({
	...names(student),
	...contact(student),
	grade: grade(student),
});
const full = (student: Student) => ({ ...who(student), fullname: student.profile.fullname });
const noted = (student: Student) => ({ ...who(student), notes: student.notes });

const plainRow = ({ fee_component, amount }: Row) => ({ fee_component, amount });
const bank = ({ settlement_utr, settled_at }: Row | Line) => ({
	settlement_utr: settlement_utr ?? null,
	settled_at: settled_at ?? null,
});
const rowsOf = ({ payment, rows }: About) =>
	(rows as Row[] | undefined)?.map((row) => ({ ...plainRow(row), ...bank(row) })) ??
	payment.details.map(plainRow);

const registered: Build = ({ student }, settings) => ({
	jodo_student_id: idAs(student.id, 'string', settings),
	student: noted(student),
});

/** Here amounts of the rows are texts. */
const manual: Build = ({ student, payment }) => ({
	payment: {
		id: payment.id,
		amount: payment.amount,
		mode: payment.mode,
		transaction_id: payment.transaction_id ?? null,
		settlement_utr: payment.settlement_utr ?? null,
		notes: payment.notes ?? null,
		paid_at: payment.paid_at,
		details: payment.details.map(({ fee_component, amount }) => ({
			fee_component,
			amount: String(amount),
		})),
	},
	student: who(student),
});

const subscription =
	(type: 'string' | 'number', shown: (student: Student) => object): Build =>
	({ student, flex }, settings) => ({
		jodo_student_id: idAs(student.id, type, settings),
		student: shown(student),
		subscription: { id: idAs(flex.id, type, settings), status: flex.status },
	});
const scheduled: Build = (about, settings) => ({
	...subscription('number', full)(about, settings),
	payment_schedule: about.student.payments
		.filter(({ due_date, status }) => due_date && status !== 'paid')
		.map(({ due_date, amount, details }) => ({ due_date, amount, details: details.map(plainRow) })),
});
const mandate =
	(field: 'npci_category_code' | 'end_date'): Build =>
	(about, settings) => {
		const { name: code, code: name } = grade(about.student);
		const { id, status, [field]: more } = about.flex.mandate;
		return {
			...subscription('string', (one) => ({
				...full(one),
				...noted(one),
				grade: { name, code },
			}))(about, settings),
			mandate: { id, status, [field]: more },
		};
	};

const instalment: Build = (about, settings) => {
	const { id, amount, initial_due_date, due_date, paid_at } = about.payment;
	return {
		...subscription('number', who)(about, settings),
		payment: {
			id,
			amount,
			reference_id: null,
			initial_due_date,
			due_date,
			...(paid_at && { paid_at }),
			details: rowsOf(about),
		},
	};
};

const downpayment: Build = (about) => {
	const { id, kind, amount, mode, paid_at } = about.payment;
	return {
		payment: { id, amount, product: PRODUCTS[kind], mode, paid_at, details: rowsOf(about) },
		student: who(about.student),
	};
};
/** Its own page is not known: as the downpayment's, with the id that most others have. */
const paid: Build = (about, settings) => ({
	jodo_student_id: idAs(about.student.id, 'number', settings),
	...downpayment(about, settings),
});

/** An order's events lack the student and the transaction, a page's lack the notes. */
const ordered =
	(kind: Order['kind']): Build =>
	({ order, rows }) => {
		const { payer, notes = [], transaction_id, paid_at, status } = order;
		const { name, phone, email, identifier = null } = payer;
		const details = ((rows as Line[] | undefined) ?? order.details).map((line) => {
			const { component_type, amount } = line;
			return { component_type, amount, ...(rows && bank(line)) };
		});
		const student = {
			student_name: payer.student_name ?? null,
			custom_identifier: payer.custom_identifier ?? null,
			grade: payer.grade ?? null,
			new_admission: payer.new_admission ?? null,
			date_of_birth: payer.date_of_birth ?? null,
			academic_year_start: payer.academic_year_start ?? null,
			academic_year_end: payer.academic_year_end ?? null,
			transaction_id,
		};
		return {
			order_id: order.id,
			order: {
				...{ name, phone, identifier, email },
				...(kind !== 'order' && student),
				...{ paid_at, status, details },
				...(kind !== 'page' && { notes }),
			},
		};
	};

/** A loan's application, with ever more of it as it proceeds. */
const loan =
	(...fields: Array<'amount' | 'agreement_signed_at'>): Build =>
	({ student, loan: { id, status, ...more } }, settings) => ({
		jodo_student_id: idAs(student.id, 'number', settings),
		student: { ...names(student), grade: grade(student) },
		application: {
			id: idAs(id, 'number', settings),
			status,
			...Object.fromEntries(fields.map((field) => [field, more[field]])),
		},
	});
const signed = loan('amount', 'agreement_signed_at');

const agreed: Build = (about, settings) => ({
	...signed(about, settings),
	disbursements: about.loan.disbursements,
});
const disbursed: Build = (about, settings) => {
	const { id, date, amount } = about.disbursement ?? about.loan.disbursements[0]!;
	return { ...signed(about, settings), disbursement: { id, date, disbursed_amount: amount } };
};
/** Here even the amount of the loan is a text. */
const repaid: Build = ({ student, loan: { id, status, ...more }, emi }, settings) => ({
	...registered({ student } as About, settings),
	application: {
		id: idAs(id, 'string', settings),
		status,
		amount: String(more.amount),
		agreement_signed_at: more.agreement_signed_at,
	},
	payment: emi,
});
const [order, formPage, link] = [ordered('order'), ordered('page'), ordered('link')];
const [ended, confirmed] = [subscription('number', full), subscription('string', who)];
const [revoked, expired] = [mandate('npci_category_code'), mandate('end_date')];
const applied = loan();

/** Every event: as the Jodo Trigger's drop-down calls each, what makes Jodo send it, and what it carries. */
export const EVENTS: Record<string, [name: string, when: string, payload: Build]> = {
	'masterdata.student.registered': ['Student: Registered', 'A student is registered', registered],
	'masterdata.student.activated': [
		'Student: Activated',
		'A dropped student comes back',
		registered,
	],
	'masterdata.student.dropped': ['Student: Dropped', 'A student is marked dropped', registered],
	'direct.payment.added': ['Manual Payment: Added', 'The school records a manual payment', manual],
	'direct.payment.updated': ['Manual Payment: Updated', 'A manual payment is changed', manual],
	'direct.payment.cancelled': [
		'Manual Payment: Cancelled',
		'A manual payment is cancelled',
		manual,
	],
	'flex.subscription.setup': [
		'Flex Plan: Set Up by Parent',
		'The parent authorised the debits',
		scheduled,
	],
	'flex.subscription.active': [
		'Flex Plan: Active',
		'The bank confirms that it will debit',
		confirmed,
	],
	'flex.subscription.updated': ['Flex Plan: Updated', 'Anything in the plan changes', scheduled],
	'flex.subscription.cancelled': ['Flex Plan: Cancelled', 'The plan is cancelled', ended],
	'flex.subscription.closed': ['Flex Plan: Closed', 'The plan is closed', ended],
	'flex.mandate.cancelled': [
		'Flex Mandate: Cancelled',
		'The parent or the bank revokes the mandate',
		revoked,
	],
	'flex.mandate.expired': ['Flex Mandate: Expired', 'The mandate reaches its end', expired],
	'flex.instalment.debited': [
		'Flex Instalment: Paid by Parent (Debited)',
		'An instalment is debited',
		instalment,
	],
	'flex.instalment.settled': [
		'Flex Instalment: Settled to Bank',
		'An instalment reaches the bank',
		instalment,
	],
	'flex.instalment.bounced': [
		'Flex Instalment: Bounced',
		'The debit of an instalment bounces',
		instalment,
	],
	'flex.downpayment.debited': [
		'Flex Downpayment: Paid by Parent (Debited)',
		'A downpayment is made',
		downpayment,
	],
	'flex.downpayment.settled': [
		'Flex Downpayment: Settled to Bank',
		'A downpayment reaches the bank',
		downpayment,
	],
	'payment.debited': [
		'Student Payment: Paid by Parent (Debited)',
		"A parent pays a student's fee",
		paid,
	],
	'payment.settled': ['Student Payment: Settled to Bank', "A student's fee reaches the bank", paid],
	'order.payment.debited': ['Order: Paid by Parent (Debited)', 'A pay order is paid', order],
	'order.payment.settled': [
		'Order: Settled to Bank',
		'The money of a pay order reaches the bank',
		order,
	],
	'page.payment.debited': [
		'Payment Page: Paid by Parent (Debited)',
		'Somebody pays on a payment page',
		formPage,
	],
	'page.payment.settled': [
		'Payment Page: Settled to Bank',
		'The money of a page reaches the bank',
		formPage,
	],
	'payment_link.payment.debited': [
		'Payment Link: Paid by Parent (Debited)',
		'A payment link is paid',
		link,
	],
	'payment_link.payment.settled': [
		'Payment Link: Settled to Bank',
		'The money of a link reaches the bank',
		link,
	],
	'payment_link.payment.expired': ['Payment Link: Expired Unpaid', 'A link expires unpaid', link],
	'cred.loan.application_started': [
		'Loan: Application Started',
		'The parent begins to apply',
		applied,
	],
	'cred.loan.application_filled': [
		'Loan: Application Filled In',
		'The application is complete',
		applied,
	],
	'cred.loan.final_approved': ['Loan: Approved', 'The loan is approved', loan('amount')],
	'cred.loan.agreement_signed': ['Loan: Agreement Signed', 'The agreement is signed', agreed],
	'cred.loan.disbursed': [
		'Loan: Disbursed (Settled) to Bank',
		'A part of the loan reaches the bank',
		disbursed,
	],
	'cred.loan.rejected': ['Loan: Rejected', 'The application is rejected', applied],
	'cred.loan.canceled': ['Loan: Cancelled', 'The application is cancelled', applied],
	'cred.loan.application_expired': [
		'Loan: Application Expired',
		'The application expires',
		applied,
	],
	'cred.emi.debited': [
		'Loan Instalment: Paid by Parent (Debited)',
		'The parent repays a part of the loan',
		repaid,
	],
};

export const payloadOf = (event: string, about: About, settings: Settings) =>
	EVENTS[plainCode(event)]?.[2](about, settings);

/** In words; what Jodo does not have stays a code. */
export const eventName = (code: string) => EVENTS[plainCode(code)]?.[0] ?? code;
