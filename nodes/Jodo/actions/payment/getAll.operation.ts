import { pathOf } from '../../../shared/transport';
import type { Operation } from '../operation';
import { records } from '../../../shared/answers';
import { studentId } from '../student/student';

/** https://docs.jodo.in/student/api/list-payments/ ; Jodo sends all at once, the limit is ours. */
export const getAll: Operation = {
	name: 'Get Many',
	action: 'Get the payments of a student',
	description:
		'All payments of a student, with the settlement of each fee component (List Payments)',
	repeat: 'safe',
	fields: [
		studentId,
		{
			displayName: 'Return All',
			name: 'returnAll',
			type: 'boolean',
			default: false,
			description: 'Whether to return all results or only up to a given limit',
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 50,
			description: 'Max number of results to return',
			displayOptions: { show: { returnAll: [false] } },
		},
	],
	request: ({ studentId: id }) => ({
		method: 'GET',
		path: pathOf`/erp/students/${id as string}/payments`,
	}),
	output: (answer, { returnAll, limit }) =>
		records(answer)?.slice(0, returnAll ? undefined : Number(limit)),
};
