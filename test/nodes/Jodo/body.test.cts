import { bodyOf, codeOf, labelOf, pathFrom, pathText } from '../../../nodes/Jodo/body';
import { additionalFields, payerAndAmounts, studentFields } from '../../../nodes/Jodo/fields';

const FIELDS = [...payerAndAmounts, additionalFields(studentFields)];
const locator = (value: string) => ({ __rl: true, mode: 'list', value });

describe('bodyOf', () => {
	it('takes the fee component that the form begins with', () => {
		const details = payerAndAmounts.find(({ name }) => name === 'details')?.default as never;
		expect(bodyOf(FIELDS, { details })).toEqual({
			details: [{ component_type: 'Payable Amount', amount: 0 }],
		});
	});

	it('turns a filled form into the body Jodo documents', () => {
		const values = {
			name: 'Customer Name',
			phone: '9876543210',
			email: 'you@example.com',
			details: {
				lineItem: [
					{ componentType: locator('TUITION_FEE'), amount: 1000 },
					{ componentType: 'Payable Amount', amount: '₹500' },
				],
			},
			additionalFields: {
				grade: locator('grade_5944'),
				dateOfBirth: '2000-01-01',
				newAdmission: false,
				academicYearStart: 2026,
				studentName: '',
				notes: { note: [{ key: 'erp_reference_id', value: 'REF123' }] },
			},
		};
		expect(bodyOf(FIELDS, values)).toEqual({
			name: 'Customer Name',
			phone: '9876543210',
			email: 'you@example.com',
			details: [
				{ component_type: 'TUITION_FEE', amount: 1000 },
				{ component_type: 'Payable Amount', amount: '₹500' },
			],
			grade: 'grade_5944',
			date_of_birth: '2000-01-01',
			new_admission: false,
			academic_year_start: 2026,
			notes: [{ key: 'erp_reference_id', value: 'REF123' }],
		});
	});

	it('takes a bare list from an expression, with either spelling of the keys', () => {
		const details = [
			{ component_type: 'A', amount: 1 },
			{ componentType: locator('B'), amount: 2 },
		];
		expect(bodyOf(FIELDS, { details })).toEqual({
			details: [
				{ component_type: 'A', amount: 1 },
				{ component_type: 'B', amount: 2 },
			],
		});
	});

	it('leaves out what is empty, and does not touch its input', () => {
		const values = Object.freeze({
			name: '  ',
			phone: null,
			email: undefined,
			details: { lineItem: [] },
		});
		expect(bodyOf(FIELDS, values as never)).toEqual({});
	});
});

it('what an expression gives in place of rows is left for the check to refuse, and nothing to nothing', () => {
	expect(bodyOf(FIELDS, { details: { lineItem: 'x' } })).toEqual({ details: 'x' });
	for (const details of ['[{"amount":1}]', 5, true, { amount: 1 }, { Details: [{ amount: 1 }] }]) {
		expect(bodyOf(FIELDS, { details } as never)).toEqual({ details });
	}
	expect(bodyOf(FIELDS, { details: {} })).toEqual({});
	expect(bodyOf(FIELDS, { details: { lineItem: null } })).toEqual({});
});

it('fills an object of Jodo from several fields, and from further ones', () => {
	const names = {
		name: 'payer.fullname',
		phone: 'payer.contact.phone',
		studentName: 'payer.child',
	};
	const values = { name: 'Asha', phone: '98', additionalFields: { studentName: 'Meera' } };
	expect(bodyOf(FIELDS, values, names)).toEqual({
		payer: { fullname: 'Asha', contact: { phone: '98' }, child: 'Meera' },
	});
	expect(labelOf(FIELDS, ['payer', 'contact', 'phone'], names)).toBe("'Payer Phone'");
	expect(labelOf(FIELDS, ['payer', 'child'], names)).toBe("'Student Name'");
	expect(labelOf(FIELDS, ['payer', 'unheard_of'], names)).toBeUndefined();
});

describe('places', () => {
	it.each([
		[['name'], "'Payer Name'"],
		[['details'], "'Amounts to Collect'"],
		[['details', 1, 'amount'], "'Amount in Rupees' in entry 2 of 'Amounts to Collect'"],
		[
			['details', 0, 'component_type'],
			"'Fee Component (Fee Head)' in entry 1 of 'Amounts to Collect'",
		],
		[['date_of_birth'], "'Date of Birth'"],
		[['academic_year_start'], "'Academic Year Start'"],
		[['academic_year_end'], "'Academic Year End'"],
		[['notes', 2, 'key'], "'Name' in entry 3 of 'Notes'"],
		[['details', 1], "entry 2 of 'Amounts to Collect'"],
		[['details', 1, 'unheard_of'], "entry 2 of 'Amounts to Collect'"],
		[['name', 0], "'Payer Name'"],
		[['unheard_of'], undefined],
	])('%j is %s', (path, label) => expect(labelOf(FIELDS, path)).toBe(label));

	it.each(['details.1.amount', 'details[1].amount'])('reads %s', (key) => {
		expect(pathFrom(key)).toEqual(['details', 1, 'amount']);
		expect(pathText(pathFrom(key))).toBe('details[1].amount');
	});

	it('finds a field behind further ones', () => {
		const fields = [additionalFields(studentFields), ...payerAndAmounts];
		expect(labelOf(fields, ['email'])).toBe("'Payer Email'");
	});

	it.each([
		['details[1]', ['details', 1]],
		['details.12', ['details', 12]],
		['line2.3rd.x1', ['line2', '3rd', 'x1']],
		['[0].a', [0, 'a']],
	])('reads %s', (key, path) => expect(pathFrom(key)).toEqual(path));

	it('unwraps a locator and leaves anything else', () => {
		expect(codeOf(locator('x'))).toBe('x');
		expect(codeOf('x')).toBe('x');
		// As n8n leaves a default that nobody touched.
		expect(codeOf({ mode: 'list', value: 'x' })).toBe('x');
		expect(codeOf({ mode: 'cash' })).toEqual({ mode: 'cash' });
	});
});
