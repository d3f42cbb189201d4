import { pathOf } from '../../../shared/transport';
import type { Operation } from '../operation';
import { record } from '../../../shared/answers';
import { studentId } from '../ids';

/** https://docs.jodo.in/student/api/get-student/ */
export const getStudent: Operation = {
	name: 'Get',
	action: 'Get a student',
	description: 'See name, class, contact and the total of fees and discounts (Get Student)',
	repeat: 'safe',
	fields: [studentId],
	request: ({ studentId: id }) => ({ method: 'GET', path: pathOf`/erp/students/${id as string}` }),
	output: record,
};
