import { studentId, transactionId } from '../ids';
import { pathOf } from '../../../shared/transport';
import type { Operation } from '../operation';
import { doneForStudent, inStudentOrder } from '../student/student';

/** https://docs.jodo.in/student/api/cancel-payment/ */
export const cancelPayment: Operation = {
	name: 'Cancel',
	action: 'Cancel a recorded payment so that the student owes it again',
	description:
		'Take back a payment that was recorded by hand, so that the student owes it again; money paid through Jodo is not touched (Cancel Payment)',
	repeat: 'safe',
	fields: [studentId, transactionId],
	request: ({ studentId: id, transactionId }) => ({
		method: 'DELETE',
		path: pathOf`/erp/students/${id as string}/payments/${transactionId as string}`,
	}),
	output: (answer, values) =>
		doneForStudent(answer, values, { transaction_id: values.transactionId }),
	// List Payments shows no transaction id, so nobody can be asked.
	afterLostAnswer: 'unknown',
	afterUnknown: "Get the student's payments (Payment: Get Many) and see whether it is gone",
	serialKey: inStudentOrder,
};
