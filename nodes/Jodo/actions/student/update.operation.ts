import { fullName, identifier } from '../../fields';
import { pathOf } from '../../../shared/transport';
import { row } from '../../rows';
import { id, text } from '../../values';
import type { Operation } from '../operation';
import { record } from '../../../shared/answers';
import { studentId } from '../ids';
import { doneForStudent, inStudentOrder } from './student';

/** https://docs.jodo.in/student/api/update-student/ : exactly two fields, both required. */
export const updateStudent: Operation = {
	name: 'Update',
	action: 'Update a student',
	description: 'Change name and admission number; Jodo takes both together (Update Student)',
	repeat: 'safe',
	fields: [studentId],
	body: {
		fields: [fullName, { ...identifier, required: true }],
		names: { fullName: 'fullname' },
		schema: row({ fullname: text(), identifier: id() }),
		sample: { fullname: 'Student Name', identifier: 'JODO/TEST/123456' },
	},
	request: ({ studentId: id, body }) => ({
		method: 'PATCH',
		path: pathOf`/erp/students/${id as string}`,
		body,
	}),
	output: (answer, values) => record(answer) ?? doneForStudent(answer, values),
	serialKey: inStudentOrder,
};
