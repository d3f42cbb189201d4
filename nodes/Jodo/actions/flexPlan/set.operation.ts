import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v3';

import { requiredText, rowsField, rupees } from '../../fields';
import { pathOf } from '../../../shared/transport';
import { amount, day, flag, text } from '../../values';
import type { Operation } from '../operation';
import { feeHead, nonEmptyList } from '../student/fees';
import { doneForStudent, inStudentOrder, studentId } from '../student/student';

const isDownpayment: INodeProperties = {
	displayName: 'Downpayment',
	name: 'isDownpayment',
	type: 'boolean',
	default: false,
	description: 'Whether this is paid at once, when the plan is set up',
};

const amounts = rowsField(
	'details',
	'Amounts',
	{
		name: 'lineItem',
		displayName: 'Amount',
		values: [feeHead, rupees('amount', 'Amount in Rupees', 'In rupees'), isDownpayment],
	},
	{ required: true },
);

const dueDate = requiredText('dueDate', 'Due Date', {
	placeholder: 'e.g. 2027-03-31 or 31/03/2027',
});

const schedule = rowsField(
	'schedule',
	'Instalments',
	{ name: 'instalment', displayName: 'Instalment', values: [dueDate, amounts] },
	{ required: true, description: 'What is debited on which day' },
);

const line = z
	.object({
		component_type: text(),
		amount: amount(),
		is_downpayment: flag().optional(),
	})
	.passthrough();

/** https://docs.jodo.in/flex/api/manage-flex-plan/ */
const body = z
	.object({
		payment_schedule: nonEmptyList(
			z.object({ due_date: day(), details: nonEmptyList(line) }).passthrough(),
		),
	})
	.passthrough()
	.superRefine(({ payment_schedule }, context) => {
		const downpayments = payment_schedule
			.filter(({ details }) => details.some(({ is_downpayment }) => is_downpayment))
			.map(({ due_date }) => due_date);
		const [first, second] = [...new Set(downpayments)];
		if (!second) return;
		context.addIssue({
			code: z.ZodIssueCode.custom,
			path: ['payment_schedule'],
			message: `have downpayments on ${first} and on ${second}; a plan has one downpayment date at most`,
		});
	});

export const set: Operation = {
	name: 'Set',
	action: 'Set a flex plan of instalments that Jodo debits from a parent',
	description:
		'Give a student the instalments that Jodo debits month by month, before the parent sets the plan up (Manage Flex Plan)',
	repeat: 'never',
	fields: [studentId],
	body: {
		fields: [schedule],
		names: { schedule: 'payment_schedule' },
		schema: body,
		sample: {
			payment_schedule: [
				{
					due_date: '2022-09-15',
					details: [
						{ amount: 10500, component_type: 'TUITION_FEE' },
						{ amount: 500, component_type: 'TRANSPORT_FEE' },
					],
				},
				{ due_date: '2022-11-15', details: [{ amount: 20500, component_type: 'TUITION_FEE' }] },
			],
		},
	},
	request: ({ studentId: id, body: content }) => ({
		method: 'POST',
		path: pathOf`/flex/students/${id as string}/plans`,
		body: content,
	}),
	output: (_answer, values) => doneForStudent(values),
	afterUnknown: "Get the student's plan (Flex Plan: Get) and compare the instalments",
	serialKey: inStudentOrder,
};
