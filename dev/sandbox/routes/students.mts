// Students, their fees and their payments.
import type { Call, Operations } from '../api.mts';
import { invalid, invalidFields, missing } from '../errors.mts';
import { idAs, PRODUCTS } from '../events.mts';
import {
	sumOf,
	type Fee,
	type Payment,
	type Profile,
	type State,
	type Student,
} from '../state.mts';
import type { NewPayment, Students } from '../students.mts';
import { componentsOf, knownBranch } from './configuration.mts';
import { userOf } from './users.mts';

/** Numbers may come as texts. */
type FeeSent = Omit<Fee, 'fee_amount'> & { fee_amount: number | string };
interface PaymentSent {
	amount: number | string;
	paid_at: string;
	mode?: string;
	transaction_id?: string;
	settlement_utr?: string;
	notes?: string;
	fee_components: Array<{ component_type: string; amount: number | string }>;
}
interface Registration {
	student: Profile & { custom_identifier?: string; collector_code?: string };
	fee_components?: FeeSent[];
	payments?: PaymentSent[];
}

const DONE = { status: 'success' };

export function studentOf(state: State, { params }: Call, message: string): Student {
	const student = state.students.get(params['jodo_student_id'] ?? '');
	if (!student) throw missing(state.settings, message);
	return student;
}

/** Throws unless the school, or the student's own fee, has all these components. */
export function knownComponents(
	student: Pick<Student, 'collector_code' | 'fees'>,
	rows: Array<{ component_type: string }>,
	refuse: (stranger: string) => Error,
) {
	const school = componentsOf(student.collector_code ?? undefined);
	const known = [...school, ...student.fees].map(({ component_type }) => component_type);
	const stranger = rows.find(({ component_type }) => !known.includes(component_type));
	if (stranger) throw refuse(stranger.component_type);
}

export function studentRoutes(state: State, students: Students): Operations {
	const find = (call: Call) => studentOf(state, call, 'Student not found.');

	const checked = (
		student: Pick<Student, 'collector_code' | 'fees' | 'payments'>,
		{ fee_components, ...sent }: PaymentSent,
	): NewPayment => {
		knownComponents(student, fee_components, (stranger) =>
			invalid(state.settings, `Invalid component type ${stranger}`),
		);
		const taken = student.payments.some(
			(one) => one.transaction_id && one.transaction_id === sent.transaction_id,
		);
		if (taken) {
			const message = 'a payment with this id is recorded already';
			throw invalidFields(state.settings, [{ key: 'transaction_id', message }]);
		}
		const details = fee_components.map((row) => ({
			fee_component: row.component_type,
			amount: Number(row.amount),
		}));
		return { ...sent, amount: Number(sent.amount), details };
	};

	return {
		registerStudent: ({ params, body }) => {
			const { registration_id } = userOf(state, params);
			const { student: sent, fee_components = [], payments = [] } = body as Registration;
			const { custom_identifier = null, collector_code = null, ...profile } = sent;
			knownBranch(state.settings, collector_code ?? undefined);
			const fees = fee_components.map(feeOf);
			const paid = payments.map((one) => checked({ collector_code, fees, payments: [] }, one));
			const student = students.register({
				registration_id,
				profile: {
					...profile,
					academic_year_start: Number(profile.academic_year_start),
					academic_year_end: Number(profile.academic_year_end),
				},
				custom_identifier,
				collector_code,
				fees,
			});
			for (const one of paid) void students.addManual(student, one, true);
			const answer = { jodo_student_id: idAs(student.id, 'string', state.settings) };
			const where = { top: answer, data: { data: answer }, none: {} };
			return { status: 200, body: { ...DONE, ...where[state.settings.registerAnswer] } };
		},

		getStudent: (call) => {
			const student = find(call);
			const { custom_identifier, collector_code, fees } = student;
			const discounts = fees.flatMap((fee) => fee.discounts ?? []);
			const fee_summary = {
				total_fee: sumOf(fees.map(({ fee_amount: amount }) => ({ amount }))),
				total_discount: sumOf(discounts.map(({ value: amount }) => ({ amount }))),
			};
			const data = { ...profileOf(student), custom_identifier, collector_code, fee_summary };
			return { status: 200, body: { ...DONE, data } };
		},

		updateStudent: (call) => {
			const student = find(call);
			Object.assign(student.profile, call.body);
			return { status: 200, body: { ...DONE, data: profileOf(student) } };
		},

		updateFee: (call) => {
			const student = find(call);
			const fees = (call.body as { fee_components: FeeSent[] }).fee_components.map(feeOf);
			const named = fees.map(({ component_type }) => component_type);
			const kept = student.fees.filter(({ component_type }) => !named.includes(component_type));
			student.fees = state.settings.updateFee === 'merge' ? [...kept, ...fees] : fees;
			return { status: 200, body: DONE };
		},

		listProducts: (call) => {
			const type = call.query['product_type'];
			const data = productsOf(find(call)).filter((one) => !type || one.product_type === type);
			return { status: 200, body: { ...DONE, data } };
		},

		listPayments: (call) => {
			const paid = find(call).payments.filter(({ status }) => status === 'paid');
			return { status: 200, body: { ...DONE, data: paid.map(rowOf) } };
		},

		addPayment: (call) => {
			const student = find(call);
			void students.addManual(student, checked(student, call.body as PaymentSent), true);
			return { status: 201, body: DONE };
		},

		/** Only what was recorded by hand or by API has such an id, and can be taken back. */
		cancelPayment: (call) => {
			const student = find(call);
			const payment = student.payments.find(
				({ status, transaction_id }) =>
					status === 'paid' && transaction_id === call.params['transaction_id'],
			);
			if (!payment) throw missing(state.settings, 'Payment not found.');
			void students.cancelManual(student, payment, true);
			return { status: 200, body: DONE };
		},
	};
}

const feeOf = (fee: FeeSent): Fee => ({ ...fee, fee_amount: Number(fee.fee_amount) });

function profileOf({ profile }: Student) {
	const { new_admission, academic_year_start: joining_year } = profile;
	return { ...profile, ...(new_admission && { joining_year }) };
}

/** Jodo shows one status only, "pending"; the others are guesses. */
function productsOf({ id, flex, loan, payments }: Student) {
	const paid = payments.some(({ kind, status }) => kind === 'fee' && status === 'paid');
	const all = [
		{ product_type: 'flex', status: flex?.status ?? 'pending' },
		{ product_type: 'pay', status: paid ? 'active' : 'pending' },
		{ product_type: 'cred', status: loan?.status ?? 'pending' },
	];
	return all.map((product, index) => ({ id: Number(id) * 10 + index, ...product }));
}

function rowOf({ id, kind, amount, mode, paid_at, settlement_utr, details }: Payment) {
	const rows = details.map((row) => ({
		fee_component: row.fee_component,
		amount: row.amount,
		settlement_utr: row.settlement_utr ?? settlement_utr ?? null,
		settled_at: row.settled_at ?? null,
	}));
	return { id, amount, product: PRODUCTS[kind], mode, paid_at, details: rows };
}
