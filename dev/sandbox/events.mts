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

export interface EventType {
	/** What makes Jodo send it. */
	when: string;
	payload: Build;
}

/** The 36 events. */
export const EVENTS: Record<string, EventType> = {
	'masterdata.student.registered': { when: 'A student is registered', payload: registered },
	'masterdata.student.activated': { when: 'A dropped student comes back', payload: registered },
	'masterdata.student.dropped': { when: 'A student is marked dropped', payload: registered },
	'direct.payment.added': { when: 'The school records a manual payment', payload: manual },
	'direct.payment.updated': { when: 'A manual payment is changed', payload: manual },
	'direct.payment.cancelled': { when: 'A manual payment is cancelled', payload: manual },
	'flex.subscription.setup': { when: 'The parent authorised the debits', payload: scheduled },
	'flex.subscription.active': {
		when: 'The bank confirms that it will debit',
		payload: subscription('string', who),
	},
	'flex.subscription.updated': { when: 'Anything in the plan changes', payload: scheduled },
	'flex.subscription.cancelled': {
		when: 'The plan is cancelled',
		payload: subscription('number', full),
	},
	'flex.subscription.closed': {
		when: 'The plan is closed',
		payload: subscription('number', full),
	},
	'flex.mandate.cancelled': {
		when: 'The parent or the bank revokes the mandate',
		payload: mandate('npci_category_code'),
	},
	'flex.mandate.expired': { when: 'The mandate reaches its end', payload: mandate('end_date') },
	'flex.instalment.debited': { when: 'An instalment is debited', payload: instalment },
	'flex.instalment.settled': { when: "An instalment is in the school's bank", payload: instalment },
	'flex.instalment.bounced': { when: 'The debit of an instalment bounces', payload: instalment },
	'flex.downpayment.debited': { when: 'A downpayment is made', payload: downpayment },
	'flex.downpayment.settled': {
		when: "A downpayment is in the school's bank",
		payload: downpayment,
	},
	'payment.debited': { when: "A parent pays a student's fee", payload: paid },
	'payment.settled': { when: "A student's fee is in the school's bank", payload: paid },
	'order.payment.debited': { when: 'A pay order is paid', payload: ordered('order') },
	'order.payment.settled': {
		when: "A pay order is in the school's bank",
		payload: ordered('order'),
	},
	'page.payment.debited': { when: 'Somebody pays on a payment page', payload: ordered('page') },
	'page.payment.settled': {
		when: "A page's payment is in the school's bank",
		payload: ordered('page'),
	},
	'payment_link.payment.debited': { when: 'A payment link is paid', payload: ordered('link') },
	'payment_link.payment.settled': {
		when: "A link's payment is in the school's bank",
		payload: ordered('link'),
	},
	'payment_link.payment.expired': { when: 'A link expires unpaid', payload: ordered('link') },
	'cred.loan.application_started': { when: 'The parent begins to apply', payload: loan() },
	'cred.loan.application_filled': { when: 'The application is complete', payload: loan() },
	'cred.loan.final_approved': { when: 'The loan is approved', payload: loan('amount') },
	'cred.loan.agreement_signed': {
		when: 'The agreement is signed',
		payload: (about, settings) => ({
			...signed(about, settings),
			disbursements: about.loan.disbursements,
		}),
	},
	'cred.loan.disbursed': {
		when: "A part of the loan is in the school's bank",
		payload: (about, settings) => {
			const { id, date, amount } = about.disbursement ?? about.loan.disbursements[0]!;
			const disbursement = { id, date, disbursed_amount: amount };
			return { ...signed(about, settings), disbursement };
		},
	},
	'cred.loan.rejected': { when: 'The application is rejected', payload: loan() },
	'cred.loan.canceled': { when: 'The application is cancelled', payload: loan() },
	'cred.loan.application_expired': { when: 'The application expires', payload: loan() },
	/** Here even the amount of the loan is a text. */
	'cred.emi.debited': {
		when: 'The parent repays a part of the loan',
		payload: ({ student, loan: one, emi }, settings) => ({
			...registered({ student } as About, settings),
			application: {
				id: idAs(one.id, 'string', settings),
				status: one.status,
				amount: String(one.amount),
				agreement_signed_at: one.agreement_signed_at,
			},
			payment: emi,
		}),
	},
};
