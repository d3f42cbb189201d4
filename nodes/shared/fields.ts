/** Fields that several operations share, so that one thing has one name and one explanation. */
import type { INodeProperties } from 'n8n-workflow';

/** A field for one of Jodo's codes: pick from Jodo's list, or enter the code. */
export function codeField(
	field: Pick<INodeProperties, 'displayName' | 'name' | 'description'> & {
		searchListMethod: string;
		placeholder: string;
		default?: string;
		required?: boolean;
	},
): INodeProperties {
	const { searchListMethod, placeholder, default: value = '', ...rest } = field;
	return {
		...rest,
		type: 'resourceLocator',
		default: { mode: value ? 'code' : 'list', value },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod, searchable: true },
			},
			{ displayName: 'By Code', name: 'code', type: 'string', placeholder },
		],
	};
}

export const branch = (required = false): INodeProperties =>
	codeField({
		displayName: 'Branch',
		name: 'collectorCode',
		searchListMethod: 'searchBranches',
		placeholder: 'e.g. ed3ef2db524f',
		description:
			'Needed only if your institute has several branches at Jodo. Jodo calls this the collector code.',
		...(required && { required }),
	});

export const componentType: INodeProperties = codeField({
	displayName: 'Fee Component (Fee Head)',
	name: 'componentType',
	searchListMethod: 'searchFeeComponents',
	placeholder: 'e.g. TUITION_FEE',
	default: 'Payable Amount',
	description: 'What the amount is for: a fee component that Jodo has set up for your institute',
});

/** The payer, and what is to be collected: required on payment links and orders alike. */
export const payerAndAmounts: INodeProperties[] = [
	{
		displayName: 'Payer Name',
		name: 'name',
		type: 'string',
		default: '',
		required: true,
		placeholder: "e.g. the parent's full name",
		description: 'Who pays, as shown on the checkout page',
	},
	{
		displayName: 'Payer Phone',
		name: 'phone',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 9876543210',
		description: 'Mobile number with at least 10 digits',
	},
	{
		displayName: 'Payer Email',
		name: 'email',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. name@example.com',
	},
	{
		displayName: 'Amounts to Collect',
		name: 'details',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Amount' },
		default: { lineItem: [{ componentType: componentType.default, amount: 0 }] },
		required: true,
		description: 'One row per fee component; the payer pays their sum in one go',
		options: [
			{
				displayName: 'Amount',
				name: 'lineItem',
				values: [
					{
						displayName: 'Amount (₹)',
						name: 'amount',
						type: 'number',
						typeOptions: { numberPrecision: 2, minValue: 0 },
						default: 0,
						required: true,
						description: 'In rupees, such as 1500 or 1500.50',
					},
					componentType,
				],
			},
		],
	},
];

const academicYear = (which: 'start' | 'end'): INodeProperties => ({
	displayName: which === 'start' ? 'Academic Year Start' : 'Academic Year End',
	name: which === 'start' ? 'academicYearStart' : 'academicYearEnd',
	type: 'number',
	default: '',
	placeholder: which === 'start' ? 'e.g. 2026' : 'e.g. 2027',
	description: `Calendar year in which the academic year ${which === 'start' ? 'begins' : 'ends'}`,
});

export const notes: INodeProperties = {
	displayName: 'Notes',
	name: 'notes',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Note' },
	default: {},
	description: 'Your own references; Jodo returns them with every payment event',
	options: [
		{
			displayName: 'Note',
			name: 'note',
			values: [
				{
					displayName: 'Name',
					name: 'key',
					type: 'string',
					default: '',
					placeholder: 'e.g. erp_reference_id',
				},
				{ displayName: 'Value', name: 'value', type: 'string', default: '' },
			],
		},
	],
};

/** The student a payment is for: optional on payment links and orders alike. */
export const studentFields: INodeProperties[] = [
	academicYear('end'),
	academicYear('start'),
	{
		displayName: 'Another ID of the Student',
		name: 'customIdentifier',
		type: 'string',
		default: '',
		description: 'A second number of yours, such as the application number',
	},
	{
		displayName: 'Date of Birth',
		name: 'dateOfBirth',
		type: 'string',
		default: '',
		placeholder: 'e.g. 2015-08-31 or 31/08/2015',
	},
	codeField({
		displayName: 'Grade',
		name: 'grade',
		searchListMethod: 'searchGrades',
		placeholder: 'e.g. grade_5944',
		description: 'Class or course, by the code that Jodo has for it',
	}),
	{
		displayName: 'New Admission',
		name: 'newAdmission',
		type: 'boolean',
		default: false,
		description: 'Whether the student is new in this academic year',
	},
	notes,
	{
		displayName: 'Student ID in Your ERP (Admission No.)',
		name: 'identifier',
		type: 'string',
		default: '',
		description: 'Comes back with every payment event, so that the payment finds its student',
	},
	{ displayName: 'Student Name', name: 'studentName', type: 'string', default: '' },
];

/** Optional fields under one button, in the alphabetical order that n8n's users expect. */
export function additionalFields(fields: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [...fields].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

export function idField(
	name: string,
	displayName: string,
	placeholder: string,
	description: string,
): INodeProperties {
	return {
		displayName,
		name,
		type: 'string',
		default: '',
		required: true,
		placeholder,
		description,
	};
}

export const simplify: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};
