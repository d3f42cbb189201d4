// The schedule by which a student's fee is debited.
import type { Call, Operations } from '../api.mts';
import { invalid } from '../errors.mts';
import { sumOf, type State } from '../state.mts';
import type { Instalment, Students } from '../students.mts';
import { knownComponents, studentOf } from './students.mts';

interface Sent {
	payment_schedule: Array<{
		due_date: string;
		details: Array<{ component_type: string; amount: number | string; is_downpayment?: boolean }>;
	}>;
}

export function flexRoutes(state: State, students: Students): Operations {
	const find = (call: Call) => studentOf(state, call, 'Student was not found.');

	return {
		manageFlexPlan: (call) => {
			const student = find(call);
			const schedule = (call.body as Sent).payment_schedule.map(
				({ due_date, details }): Instalment => ({
					due_date,
					downpayment: details.some(({ is_downpayment }) => is_downpayment),
					details: details.map(({ component_type, amount }) => ({
						fee_component: component_type,
						amount: Number(amount),
					})),
				}),
			);
			const components = (call.body as Sent).payment_schedule.flatMap(({ details }) => details);
			knownComponents(student, components, () =>
				invalid(state.settings, 'Fee component is not available.'),
			);
			if (student.flex && student.flex.status !== 'pending') {
				throw invalid(state.settings, 'Subscription is already set up.');
			}
			students.plan(student, schedule);
			return { status: 200, body: { status: 'success' } };
		},

		/** Every instalment lists every component of the plan, with nothing where it has no share. */
		getFlexSchedule: (call) => {
			const instalments = find(call).payments.filter(({ due_date }) => due_date);
			const all = instalments.flatMap(({ details }) => details.map((row) => row.fee_component));
			const payment_schedule = instalments.map(({ due_date, amount, details }) => ({
				due_date,
				amount,
				details: [...new Set(all)].map((component_type) => ({
					component_type,
					amount: sumOf(details.filter((row) => row.fee_component === component_type)),
				})),
			}));
			return { status: 200, body: { status: 'success', data: { payment_schedule } } };
		},
	};
}
