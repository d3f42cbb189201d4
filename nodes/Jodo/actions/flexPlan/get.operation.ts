import { pathOf } from '../../../shared/transport';
import type { Operation } from '../operation';
import { record } from '../../../shared/answers';
import { studentId } from '../ids';

/** https://docs.jodo.in/flex/api/get-flex-schedule/ */
export const getFlexPlan: Operation = {
	name: 'Get',
	action: 'Get the flex plan of a student',
	description: 'The instalments of a student with their due dates and amounts (Get Flex Schedule)',
	repeat: 'safe',
	fields: [studentId],
	request: ({ studentId: id }) => ({
		method: 'GET',
		path: pathOf`/flex/students/${id as string}/plans`,
	}),
	output: record,
};
