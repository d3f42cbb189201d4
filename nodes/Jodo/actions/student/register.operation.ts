import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v3';

import {
	additionalFields,
	customIdentifier,
	dateOfBirth,
	fullName,
	grade,
	identifier,
	newAdmission,
	requiredText,
	rowsField,
} from '../../fields';
import { ifDone } from '../../../shared/answers';
import { pathOf } from '../../../shared/transport';
import { birthday } from '../../dates';
import { listOf, row, yearsInOrder } from '../../rows';
import { email, flag, id, phone, text, year } from '../../values';
import type { Operation } from '../operation';
import { registrationId } from '../ids';
import { fees, feesBody, factsOfMade, madePayment, paidAmount, paidAt, sharesInside } from './fees';

const IN_STUDENT = {
	fullName: 'student.fullname',
	identifier: 'student.identifier',
	grade: 'student.grade',
	newAdmission: 'student.new_admission',
	academicYearStart: 'student.academic_year_start',
	academicYearEnd: 'student.academic_year_end',
	dateOfBirth: 'student.date_of_birth',
	primaryContactName: 'student.primary_contact_name',
	primaryContactNumber: 'student.primary_contact_number',
	primaryContactEmail: 'student.primary_contact_email',
	customIdentifier: 'student.custom_identifier',
};

const payments = rowsField(
	'payments',
	'Payments Already Made',
	{
		name: 'payment',
		displayName: 'Payment',
		values: [paidAmount, paidAt, sharesInside, ...factsOfMade],
	},
	{ description: 'Money that the office has taken for this student before registering with Jodo' },
);

const body = row({
	student: row({
		fullname: text(),
		identifier: id(),
		grade: id(),
		new_admission: flag(),
		// Text here, a number on payment links and orders: so Jodo's pages say.
		academic_year_start: year().transform(String),
		academic_year_end: year().transform(String),
		date_of_birth: birthday(),
		primary_contact_name: text(),
		primary_contact_number: phone(),
		primary_contact_email: email(),
		custom_identifier: id().optional(),
	}).superRefine(yearsInOrder),
	fee_components: feesBody.optional(),
	payments: listOf(madePayment).optional(),
});

/** https://docs.jodo.in/student/api/register-student/ */
export const registerStudent: Operation = {
	name: 'Register',
	action: 'Register a student with the fees to collect',
	description:
		'Tell Jodo of a student with fees and contact; the parent can then pay, or choose a plan (Register Student)',
	repeat: 'never',
	once: {
		words: 'the same parent and admission number',
		essentials: z.object({
			registrationId: text(),
			body: z.object({ student: z.object({ identifier: text() }) }),
		}),
		money: z.object({ body: z.object({ fee_components: feesBody.optional() }) }),
	},
	fields: [registrationId],
	body: {
		fields: [
			fullName,
			{ ...identifier, required: true },
			{ ...grade, required: true },
			{ ...newAdmission, required: true },
			requiredText('academicYearStart', 'Academic Year Start', { placeholder: 'e.g. 2026' }),
			requiredText('academicYearEnd', 'Academic Year End', { placeholder: 'e.g. 2027' }),
			{ ...dateOfBirth, required: true },
			requiredText('primaryContactName', 'Primary Contact Name', {
				placeholder: 'e.g. Asha Rao',
				description: 'The parent or guardian who pays',
			}),
			requiredText('primaryContactNumber', 'Primary Contact Phone', {
				placeholder: 'e.g. 9876543210',
			}),
			requiredText('primaryContactEmail', 'Primary Contact Email', {
				placeholder: 'e.g. name@example.com',
			}),
			fees,
			additionalFields([customIdentifier, payments]),
		],
		names: IN_STUDENT,
		schema: body,
		sample: {
			student: {
				fullname: 'Student Name',
				identifier: 'JODO/TEST/123456',
				grade: 'grade_5944',
				new_admission: false,
				academic_year_start: '2026',
				academic_year_end: '2027',
				date_of_birth: '2015-08-31',
				primary_contact_name: 'Customer Name',
				primary_contact_number: '9876543210',
				primary_contact_email: 'you@example.com',
			},
			fee_components: [{ component_type: 'TUITION_FEE', fee_amount: 30000 }],
		},
	},
	request: ({ registrationId, body: content }) => ({
		method: 'POST',
		path: pathOf`/erp/users/${registrationId as string}/students`,
		body: content,
	}),
	// Jodo's page does not show where the id stands in the answer, nor that it is there.
	output: (answer, { registrationId }) =>
		ifDone(answer, {
			success: true,
			registration_id: registrationId,
			jodo_student_id:
				(answer.data as IDataObject | undefined)?.jodo_student_id ?? answer.jodo_student_id ?? null,
		}),
	afterUnknown: 'Look in the Jodo dashboard for a student with this admission number',
	serialKey: ({ registrationId }) => `user ${String(registrationId)}`,
};
