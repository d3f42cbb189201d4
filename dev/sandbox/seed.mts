// A small made-up school in the middle of its fee year: the same one every time.
import school from './school.json' with { type: 'json' };
import type { Fee, Line, Order, Payment, Row, State, Student } from './state.mts';
import { sumOf } from './state.mts';

const STUDENTS = 200;
const FIRST_ID = 1001;
const YEAR = { academic_year_start: 2026, academic_year_end: 2027 };
const PAID_AT = '2026-04-10T05:30:00Z';
const SETTLED = { settled_at: '2026-04-11T12:30:00Z' };
const DUE_DATES = ['2026-06-10', '2026-09-10', '2026-12-10'];

const at = <T,>(list: T[], index: number) => list[index % list.length] as T;

const bankOf = (id: number) => ({ settlement_utr: `SEEDUTR${id}`, ...SETTLED });

function payment(id: string, kind: Payment['kind'], details: Row[], more: object = {}): Payment {
	const paid = { status: 'paid' as const, mode: 'pg', paid_at: PAID_AT };
	return { id, kind, ...paid, amount: sumOf(details), details, ...more };
}

/** A third of each row; the first is debited and settled. */
function instalment(due: Row[], id: number, due_date: string, index: number): Payment {
	const bank = index === 0 ? bankOf(id) : {};
	const details = due.map((row) => ({ ...row, amount: row.amount / DUE_DATES.length, ...bank }));
	const state = index > 0 && { status: 'due', paid_at: null };
	const dates = { due_date, initial_due_date: due_date };
	return payment(`flex_${id}${index}`, 'instalment', details, { ...dates, ...state });
}

/** How far a family is with the fee; the last has done nothing yet. */
const SITUATIONS: Array<(due: Row[], id: number) => Partial<Student>> = [
	(due, id) => {
		const settled = due.map((row) => ({ ...row, ...bankOf(id) }));
		return { payments: [payment(`pg_${id}`, 'fee', settled)] };
	},
	(due, id) => ({ payments: [payment(`pg_${id}`, 'fee', due)] }),
	(due, id) => {
		const mandate = { id: `mandate_${id}`, end_date: '2027-03-31', status: 'active' };
		const payments = DUE_DATES.map((date, index) => instalment(due, id, date, index));
		return { payments, flex: { id, status: 'active', mandate } };
	},
	(due, id) => {
		const cash = { mode: 'cash', transaction_id: `office_${id}` };
		return { payments: [payment(`direct_${id}`, 'manual', due.slice(0, 1), cash)] };
	},
	(due, id) => {
		const amount = sumOf(due);
		const disbursements = [{ id, date: '2026-05-05', amount, is_disbursed: false }];
		return { loan: { id, status: 'application_started', amount, disbursements, emis: 0 } };
	},
	() => ({}),
];

function studentAt(index: number): Student {
	const id = FIRST_ID + index;
	const branch = at(school.branches, index).code;
	const grades = school.grades.filter(({ branches }) => branches.includes(branch));
	const grade = at(grades, Math.floor(index / school.branches.length));
	// Every tenth is the younger sibling of the one before.
	const sibling = index % 10 === 9;
	const family = sibling ? index - 1 : index;
	const last = at(school.names.last, family * 7 + Math.floor(family / school.names.last.length));
	const fees: Fee[] = Object.entries(grade.fees).map(([component_type, fee_amount]) => ({
		component_type,
		fee_amount,
	}));
	const [tuition] = fees;
	if (sibling && tuition) tuition.discounts = [{ discount_type: 'SIBLINGS', value: 3000 }];
	const due = fees.map(({ component_type, fee_amount, discounts = [] }) => ({
		fee_component: component_type,
		amount: fee_amount - sumOf(discounts.map(({ value: amount }) => ({ amount }))),
	}));

	return {
		id,
		registration_id: `user_${FIRST_ID + family}`,
		profile: {
			fullname: `${at(school.names.first, index)} ${last}`,
			identifier: `ADM-${id}`,
			grade: grade.code,
			new_admission: index % 4 === 0,
			...YEAR,
			date_of_birth: `${2020 - (index % 12)}-0${1 + (index % 9)}-15`,
			primary_contact_name: `${at(school.names.first, family + 5)} ${last}`,
			primary_contact_number: `90000${String(FIRST_ID + family).padStart(5, '0')}`,
			primary_contact_email: `parent${FIRST_ID + family}@example.com`,
		},
		custom_identifier: null,
		collector_code: branch,
		notes: [],
		status: index % 50 === 49 ? 'dropped' : 'active',
		fees,
		payments: [],
		...at(SITUATIONS, Math.floor(index / 2))(due, id),
	};
}

const ORDERS: Array<[kind: Order['kind'], status: Order['status'], settled: boolean]> = [
	['link', 'unpaid', false],
	['link', 'paid', false],
	['link', 'paid', true],
	['link', 'expired', false],
	['link', 'cancelled', false],
	['order', 'paid', false],
	['order', 'unpaid', false],
	['page', 'paid', true],
];

function orderAt(index: number, { id, profile, collector_code, fees }: Student): Order {
	const [kind, status, settled] = at(ORDERS, index);
	const paid = status === 'paid';
	const line = ({ component_type, fee_amount: amount }: Fee): Line => ({
		component_type,
		amount,
		...(settled && bankOf(index)),
	});
	return {
		id: `order_seed${index}`,
		kind,
		token: `seed${index}`,
		payer: {
			name: profile.primary_contact_name,
			phone: profile.primary_contact_number,
			email: profile.primary_contact_email,
			identifier: profile.identifier,
			student_name: profile.fullname,
			grade: profile.grade,
			...YEAR,
		},
		details: fees.map(line),
		notes: [{ key: 'erp_reference_id', value: `INV-${id}` }],
		collector_code: collector_code ?? undefined,
		status,
		transaction_id: paid ? `trans_seed${index}` : null,
		paid_at: paid ? PAID_AT : null,
		created_at: '2026-04-08T04:30:00Z',
	};
}

/** Adds the school, or puts it back as it was; nothing else is touched, and no event is raised. */
export function seed(state: State) {
	const students = Array.from({ length: STUDENTS }, (_, index) => studentAt(index));
	for (const student of students) state.students.set(String(student.id), student);
	const users = students.map(({ registration_id, profile }) => ({
		registration_id,
		name: profile.primary_contact_name,
		phone: profile.primary_contact_number,
		email: profile.primary_contact_email,
	}));
	const all = [...state.users, ...users].map((user) => [user.registration_id, user] as const);
	state.users = [...new Map(all).values()];
	for (let index = 0; index < ORDERS.length * 2; index++) {
		const order = orderAt(index, students[index * 5] as Student);
		state.orders.set(order.id, order);
	}
}
