import type { IDataObject } from 'n8n-workflow';

import { pathOf } from '../../../shared/transport';
import type { Operation } from '../operation';
import { records } from '../../../shared/answers';
import { paymentRows } from '../../../events/lookup';
import { rowOptions, rowsWanted } from '../asRows';
import { studentId } from '../ids';

/** https://docs.jodo.in/student/api/list-payments/ ; Jodo sends all at once, the limit is ours. */
export const getPayments: Operation = {
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
		rowOptions,
	],
	request: ({ studentId: id }) => ({
		method: 'GET',
		path: pathOf`/erp/students/${id as string}/payments`,
	}),
	output: (answer, { studentId: id, returnAll, limit, options }, baseUrl) => {
		const payments = records(answer)?.slice(0, returnAll ? undefined : Number(limit));
		const lookUp = rowsWanted(options, baseUrl);
		if (!lookUp) return payments;
		return payments?.flatMap((payment) => paymentRows(payment, id, lookUp)) as
			| IDataObject[]
			| undefined;
	},
};
