import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v3';

import { requiredText, rowsField, rupees } from '../../fields';
import { pathOf } from '../../../shared/transport';
import { day } from '../../dates';
import { listOf, onePerFeeHead, row } from '../../rows';
import { amountOrZero, flag, id } from '../../values';
import type { Operation } from '../operation';
import { feeHeadInside } from '../student/fees';
import { studentId } from '../ids';
import { doneForStudent, inStudentOrder } from '../student/student';

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
		values: [feeHeadInside, rupees('amount', 'Amount in Rupees', 'In rupees'), isDownpayment],
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

const line = row({
	component_type: id(),
	amount: amountOrZero(),
	is_downpayment: flag().optional(),
});

/** https://docs.jodo.in/flex/api/manage-flex-plan/ ; a downpayment of a component is a row of its own. */
const body = row({
	payment_schedule: listOf(
		row({
			due_date: day(),
			details: onePerFeeHead(
				line,
				({ component_type: head, is_downpayment: now }) => head && `${head} ${now ?? false}`,
			),
		}),
	),
});

export const setFlexPlan: Operation = {
	name: 'Set',
	action: 'Set a flex plan of instalments that Jodo debits from a parent',
	description:
		'Give a student the instalments that Jodo debits month by month, before the parent sets the plan up (Manage Flex Plan)',
	repeat: 'never',
	once: {
		words: 'the same student',
		essentials: z.object({ studentId: id() }),
		money: z.object({ body }),
	},
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
	output: (answer, values) => doneForStudent(answer, values),
	afterUnknown: "Get the student's plan (Flex Plan: Get) and compare the instalments",
	serialKey: inStudentOrder,
};
