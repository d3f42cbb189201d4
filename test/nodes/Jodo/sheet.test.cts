/** The sheet of ugly rows by the operations' own fields and schemas; test/e2e/uglyRows takes it through a real n8n. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Operation, Resource } from '../../../nodes/Jodo/actions/operation';
import { registry } from '../../../nodes/Jodo/actions/registry';
import { bodyOf } from '../../../nodes/Jodo/body';
import { readChoices } from '../../../nodes/Jodo/choices';
import { withoutEmpty } from '../../../nodes/Jodo/jsonBody';

const SHEET = readFileSync(join(__dirname, '../../fixtures/ugly-rows.tsv'), 'utf8')
	.split('\n')
	.filter((line) => line && !line.startsWith('#'))
	.map((line) => line.split('\t') as [string, string, string, string]);

const operationOf = (resource: string, name: string) =>
	(registry as Record<string, Resource>)[resource]?.operations[name] as Operation;

type Cells = Record<string, unknown>;
const FORMS: Record<string, [Operation, (cells: Cells) => object, Record<string, string>]> = {
	link: [
		operationOf('paymentLink', 'create'),
		(cells) => ({
			name: 'Asha Rao',
			phone: '9876543210',
			email: 'asha@example.com',
			details: { lineItem: [{ componentType: 'Payable Amount', amount: 1500, ...cells }] },
			additionalFields: {
				academicYearStart: 2026,
				...cells,
				...('note' in cells && { notes: { note: [{ key: 'remark', value: cells['note'] }] } }),
			},
			...cells,
		}),
		{
			amount: 'details.0.amount',
			expiresAt: 'expires_at',
			dateOfBirth: 'date_of_birth',
			newAdmission: 'new_admission',
			academicYearEnd: 'academic_year_end',
			note: 'notes.0.value',
		},
	],
	student: [
		operationOf('student', 'register'),
		(cells) => ({
			fullName: 'Meera Rao',
			identifier: '1',
			grade: 'grade_5944',
			newAdmission: true,
			academicYearStart: 2026,
			academicYearEnd: 2027,
			dateOfBirth: '31/08/2015',
			primaryContactName: 'Asha Rao',
			primaryContactNumber: 9876543210,
			primaryContactEmail: 'asha@example.com',
			feeComponents: {
				feeComponent: [
					{ componentType: 'TUITION_FEE', feeAmount: 'fee' in cells ? cells['fee'] : 45000 },
					{
						componentType: 'TRANSPORT_FEE',
						feeAmount: 9000,
						discounts: {
							discount: [
								{ discountType: 'SIBLINGS', value: 'discount' in cells ? cells['discount'] : 0 },
							],
						},
					},
				],
			},
			additionalFields: {
				payments: {
					payment: [
						{
							paidAt: '31/03/2026',
							transactionId: 't',
							mode: 'cash',
							...cells,
							amount: 'paid' in cells ? cells['paid'] : 1000,
							feeComponents: { feeComponent: [{ componentType: 'TUITION_FEE', amount: 1000 }] },
						},
					],
				},
			},
		}),
		{
			fee: 'fee_components.0.fee_amount',
			discount: 'fee_components.1.discounts.0.value',
			paid: 'payments.0.amount',
			paidAt: 'payments.0.paid_at',
			transactionId: 'payments.0.transaction_id',
		},
	],
	plan: [
		operationOf('flexPlan', 'set'),
		(cells) => ({
			schedule: {
				instalment: [
					{
						dueDate: '2027-07-15',
						...cells,
						details: { lineItem: [{ componentType: 'TUITION_FEE', amount: 100, ...cells }] },
					},
				],
			},
		}),
		{
			dueDate: 'payment_schedule.0.due_date',
			amount: 'payment_schedule.0.details.0.amount',
			isDownpayment: 'payment_schedule.0.details.0.is_downpayment',
		},
	],
	cancel: [operationOf('payment', 'cancel'), (cells) => ({ studentId: '1', ...cells }), {}],
	list: [operationOf('payment', 'getAll'), (cells) => ({ studentId: '1', ...cells }), {}],
};

const at = (path: string, body: unknown) =>
	path.split('.').reduce<unknown>((value, key) => (value as Cells | undefined)?.[key], body);

it('has 200 rows and more', () => expect(SHEET.length).toBeGreaterThanOrEqual(200));

it.each(SHEET)('%s %s %s %s', (field, cell, outcome, expected) => {
	const [form = '', name = ''] = field.split('.');
	const [operation, filledIn, places] = FORMS[form] as (typeof FORMS)[string];
	const entered = filledIn({ [name]: JSON.parse(cell) }) as never;
	const own = readChoices(operation.fields, entered);
	const { schema, fields = [], names } = operation.body ?? {};
	const checked = schema?.safeParse(withoutEmpty(bodyOf(fields, entered, names)));
	const complaints = schema
		? (checked?.error?.issues ?? []).map(({ message }) => message)
		: own.complaints;
	if (outcome === 'refuses') {
		expect(complaints).toEqual([expect.stringContaining(expected)]);
		return;
	}
	expect(complaints).toEqual([]);
	const value = checked ? at(places[name] ?? name, checked.data) : own.values[name];
	if (outcome === 'sends') {
		const wanted = JSON.parse(expected) as unknown;
		expect(checked ? value : encodeURIComponent(String(value))).toBe(wanted);
	}
	if (outcome === 'leaves out') expect(value).toBeUndefined();
});
