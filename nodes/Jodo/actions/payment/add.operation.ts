import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v3';

import { day } from '../../dates';
import { additionalFields } from '../../fields';
import { pathOf } from '../../../shared/transport';
import { amount, text } from '../../values';
import type { Operation } from '../operation';
import { paidAmount, paidAt, paymentBody, paymentFacts, shares } from '../student/fees';
import { studentId } from '../ids';
import { doneForStudent, inStudentOrder } from '../student/student';

/** https://docs.jodo.in/student/api/add-payment/ */
export const addPayment: Operation = {
	name: 'Add',
	action: 'Add a payment that the office took itself',
	description:
		'Record money that the office took itself, such as cash; cancel an open link first, or it can still be paid (Add Payment)',
	repeat: 'never',
	once: {
		words: 'the same student, amount and fee heads',
		essentials: z.object({
			studentId: text(),
			body: z.object({
				amount: amount(),
				fee_components: z.array(z.object({ component_type: text(), amount: amount() })),
			}),
		}),
		besides: z.object({
			body: z.object({ paid_at: day() }),
		}),
	},
	fields: [studentId],
	body: {
		fields: [paidAmount, paidAt, { ...shares, required: true }, additionalFields(paymentFacts)],
		schema: paymentBody,
		sample: {
			amount: 2000,
			paid_at: '2022-01-29T10:05:45Z',
			mode: 'cash',
			transaction_id: 'tra_1234',
			notes: 'advance payment',
			fee_components: [
				{ component_type: 'TUITION_FEE', amount: 1000 },
				{ component_type: 'TRANSPORT_FEE', amount: 1000 },
			],
		},
	},
	request: ({ studentId: id, body }) => ({
		method: 'POST',
		path: pathOf`/erp/students/${id as string}/payments`,
		body,
	}),
	output: (answer, values) => {
		const { transaction_id } = values.body as IDataObject;
		return doneForStudent(answer, values, transaction_id ? { transaction_id } : {});
	},
	afterUnknown: "Get the student's payments (Payment: Get Many) and look for this amount and day",
	serialKey: inStudentOrder,
};
