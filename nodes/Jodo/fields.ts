/** Fields that several operations share, so that one thing has one name and one explanation. */
import type { INodeProperties } from 'n8n-workflow';

/** A line of text; numbers from a sheet are fine. */
export function textField(
	name: string,
	displayName: string,
	more: Partial<INodeProperties> = {},
): INodeProperties {
	return { displayName, name, type: 'string', default: '', ...more };
}

export function requiredText(
	name: string,
	displayName: string,
	more: Partial<INodeProperties> = {},
): INodeProperties {
	return textField(name, displayName, { required: true, ...more });
}

export function rupees(name: string, displayName: string, description: string): INodeProperties {
	return {
		displayName,
		name,
		type: 'number',
		typeOptions: { numberPrecision: 2, minValue: 0 },
		default: 0,
		required: true,
		description,
	};
}

/** Entries of the same fields under one button. */
export function rowsField(
	name: string,
	displayName: string,
	row: { name: string; displayName: string; values: INodeProperties[] },
	more: Partial<INodeProperties> = {},
): INodeProperties {
	return {
		displayName,
		name,
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		// The text of the button.
		placeholder: `Add ${row.displayName}`,
		default: {},
		...more,
		options: [row],
	};
}

/** A field for one of Jodo's codes: pick from Jodo's list, or enter the code. */
export function codeField(
	field: Pick<INodeProperties, 'displayName' | 'name' | 'description'> & {
		searchListMethod: string;
		placeholder: string;
		default?: string;
		required?: boolean;
	},
	byHand = { displayName: 'By Code', name: 'code' },
): INodeProperties {
	const { searchListMethod, placeholder, default: value = '', ...rest } = field;
	return {
		...rest,
		type: 'resourceLocator',
		default: { mode: 'list', value },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod, searchable: true },
			},
			{ ...byHand, type: 'string', placeholder },
		],
	};
}

export const branch = (): INodeProperties =>
	codeField({
		displayName: 'Branch',
		name: 'collectorCode',
		searchListMethod: 'searchBranches',
		placeholder: 'e.g. ed3ef2db524f',
		description:
			'Needed only if your institute has several branches at Jodo. Jodo calls this the collector code.',
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
	requiredText('name', 'Payer Name', {
		placeholder: 'e.g. Asha Rao',
		description: 'Who pays, as shown on the checkout page',
	}),
	requiredText('phone', 'Payer Phone', {
		placeholder: 'e.g. 9876543210',
		description: 'Mobile number with at least 10 digits',
	}),
	requiredText('email', 'Payer Email', { placeholder: 'e.g. name@example.com' }),
	rowsField(
		'details',
		'Amounts to Collect',
		{
			name: 'lineItem',
			displayName: 'Amount',
			values: [
				rupees('amount', 'Amount in Rupees', 'In rupees, such as 1500 or 1500.50'),
				componentType,
			],
		},
		{
			default: { lineItem: [{ componentType: componentType.default, amount: 0 }] },
			required: true,
			description: 'One entry per fee component; the payer pays their sum in one go',
		},
	),
];

const academicYear = (which: 'start' | 'end'): INodeProperties => ({
	displayName: which === 'start' ? 'Academic Year Start' : 'Academic Year End',
	name: which === 'start' ? 'academicYearStart' : 'academicYearEnd',
	type: 'number',
	default: '',
	placeholder: which === 'start' ? 'e.g. 2026' : 'e.g. 2027',
	description: `Calendar year in which the academic year ${which === 'start' ? 'begins' : 'ends'}`,
});

export const notes: INodeProperties = rowsField(
	'notes',
	'Notes',
	{
		name: 'note',
		displayName: 'Note',
		values: [
			textField('key', 'Name', { placeholder: 'e.g. erp_reference_id' }),
			textField('value', 'Value', { placeholder: 'e.g. REF123' }),
		],
	},
	{ description: 'Your own references; Jodo returns them with every payment event' },
);

export const customIdentifier = textField('customIdentifier', 'Another ID of the Student', {
	placeholder: 'e.g. APP-2026-0443',
	description: 'A second number of yours, such as the application number',
});

export const grade: INodeProperties = codeField({
	displayName: 'Grade',
	name: 'grade',
	searchListMethod: 'searchGrades',
	placeholder: 'e.g. grade_5944',
	description: 'Class or course, by the code that Jodo has for it',
});

export const newAdmission: INodeProperties = {
	displayName: 'New Admission',
	name: 'newAdmission',
	type: 'boolean',
	default: false,
	description: 'Whether the student is new in this academic year',
};

export const identifier = textField('identifier', 'Admission Number', {
	placeholder: 'e.g. 2026-0117',
	description:
		"The student's ID in your ERP; it comes back with every payment event, so that the payment finds its student",
});

export const fullName = requiredText('fullName', 'Student Name', { placeholder: 'e.g. Meera Rao' });

export const dateOfBirth = textField('dateOfBirth', 'Date of Birth', {
	placeholder: 'e.g. 2015-08-31 or 31/08/2015',
});

export const returnAddress = (description: string) =>
	textField('callbackUrl', 'Return Address', {
		placeholder: 'e.g. https://www.example.com/fees/thank-you',
		description,
	});

/** What else is known of the student a payment is for: optional on payment links and orders alike. */
export const studentFields: INodeProperties[] = [
	academicYear('end'),
	academicYear('start'),
	customIdentifier,
	dateOfBirth,
	grade,
	newAdmission,
	notes,
	textField('studentName', 'Student Name', { placeholder: 'e.g. Meera Rao' }),
];

/** What a list of fields is sorted by: a year ends after it starts. */
const sortKey = ({ displayName }: INodeProperties) => displayName.replace(/ End$/, ' Until');

/** Optional fields under one button, in the alphabetical order that n8n's users expect. */
export function additionalFields(fields: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [...fields].sort((a, b) => sortKey(a).localeCompare(sortKey(b))),
	};
}

export const simplify: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};
