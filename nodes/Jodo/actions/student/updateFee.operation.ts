import { pathOf } from '../../../shared/transport';
import { row } from '../../rows';
import type { Operation } from '../operation';
import { fees, feesBody } from './fees';
import { studentId } from '../ids';
import { doneForStudent, inStudentOrder } from './student';

/** https://docs.jodo.in/student/api/update-fee/ */
export const updateFee: Operation = {
	name: 'Update Fee',
	action: 'Update the fee that a student owes',
	description:
		'Set what the student owes per fee component. Give all components: Jodo does not say whether those left out stay (Update Fee).',
	repeat: 'safe',
	fields: [studentId],
	body: {
		fields: [{ ...fees, required: true }],
		schema: row({ fee_components: feesBody }),
		sample: { fee_components: [{ component_type: '8926', fee_amount: 2250 }] },
	},
	request: ({ studentId: id, body }) => ({
		method: 'PATCH',
		path: pathOf`/erp/students/${id as string}/fee`,
		body,
	}),
	output: (answer, values) => doneForStudent(answer, values),
	serialKey: inStudentOrder,
};
