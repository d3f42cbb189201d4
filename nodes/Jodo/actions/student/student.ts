import type { IDataObject } from 'n8n-workflow';

import { ifDone } from '../../../shared/answers';
import type { Values } from '../operation';

/** The id in the path, under Jodo's name: the output of a write that Jodo answers with a bare status. */
export const doneForStudent = (answer: IDataObject, values: Values, more: IDataObject = {}) =>
	ifDone(answer, { success: true, jodo_student_id: values.studentId, ...more });

/** Writes to the same student keep the order of the input. */
export const inStudentOrder = ({ studentId: id }: Values) => `student ${String(id)}`;
