/**
 * The form of the action node, written down by hand: what the drop-downs offer, of which kind each field is, what is
 * required, and which sample JSON begins with. Saved workflows hold these names. Nothing here is read from the code.
 */
import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';

import { Jodo } from '../../../nodes/Jodo/Jodo.node';

const { properties } = new Jodo().description;

/** Resource, its name, its operations as listed. Examples and chapters call them so. */
const OFFERED = [
	[
		'configuration',
		'Configuration',
		{
			getBranches: 'Get Branches',
			getDiscounts: 'Get Discounts',
			getFeeComponents: 'Get Fee Components',
			getGrades: 'Get Grades',
		},
	],
	['flexPlan', 'Flex Plan', { get: 'Get', set: 'Set' }],
	['order', 'Order', { create: 'Create', get: 'Get' }],
	['payment', 'Payment', { add: 'Add', cancel: 'Cancel', getAll: 'Get Many' }],
	['paymentLink', 'Payment Link', { cancel: 'Cancel', create: 'Create', get: 'Get' }],
	[
		'student',
		'Student',
		{
			get: 'Get',
			getProducts: 'Get Products',
			register: 'Register',
			update: 'Update',
			updateFee: 'Update Fee',
		},
	],
	['user', 'User', { getAccessToken: 'Get Access Token', register: 'Register' }],
	['webhook', 'Webhook', { add: 'Add', disable: 'Disable', get: 'Get', getAll: 'Get Many' }],
] as const;

it('writes to Jodo, shows its icon, may be a tool of an AI agent, and hides what logs a parent in', () => {
	expect({ ...new Jodo().description, properties: [] }).toEqual({
		description: expect.any(String),
		properties: [],
		displayName: 'Jodo',
		name: 'jodo',
		icon: { light: 'file:../../icons/jodo.svg', dark: 'file:../../icons/jodo.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
		defaults: { name: 'Jodo' },
		usableAsTool: true,
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'jodoApi', required: true }],
		sensitiveOutputFields: ['access_token', 'login_url'],
	});
});

it('lets no expression choose what is done', () => {
	const choices = properties.filter(({ name }) => ['resource', 'operation'].includes(name));
	expect(choices).toHaveLength(1 + OFFERED.length);
	for (const { noDataExpression } of choices) expect(noDataExpression).toBe(true);
});

it('offers these resources and operations', () => {
	const listed = (field?: INodeProperties) =>
		(field?.options as Array<{ name: string; value: string }>).map(({ name, value }) => [
			value,
			name,
		]);
	const [first, ...rest] = properties;
	expect(first).toMatchObject({ name: 'resource', displayName: 'Resource', type: 'options' });
	expect(listed(first)).toEqual(OFFERED.map(([value, name]) => [value, name]));
	for (const [resource, , operations] of OFFERED) {
		const field = rest.find(
			({ name, displayOptions }) =>
				name === 'operation' && String(displayOptions?.show?.['resource']) === resource,
		);
		expect(field).toMatchObject({ displayName: 'Operation', type: 'options' });
		expect(listed(field)).toEqual(Object.entries(operations));
	}
});

/** A field in a few words; a mark at the end where it is required. */
const KINDS: Record<string, object> = {
	text: { type: 'string' },
	secret: { type: 'string', typeOptions: { password: true } },
	number: { type: 'number' },
	rupees: { type: 'number', typeOptions: { numberPrecision: 2, minValue: 0 } },
	'from 1': { type: 'number', typeOptions: { minValue: 1 } },
	'whole, 0 to 50': {
		type: 'number',
		typeOptions: { numberPrecision: 0, minValue: 0, maxValue: 50 },
	},
	switch: { type: 'boolean' },
	rows: { type: 'fixedCollection', typeOptions: { multipleValues: true } },
	more: { type: 'collection' },
	JSON: { type: 'json' },
	// n8n lets no expression decide which fields there are.
	chosen: { type: 'options', noDataExpression: true },
	choice: { type: 'options' },
	branch: code('searchBranches'),
	'fee head': code('searchFeeComponents'),
	discount: code('searchDiscounts'),
	grade: code('searchGrades'),
	event: code('searchEvents'),
	webhook: code('searchWebhooks', 'id'),
};

function code(searchListMethod: string, byHand = 'code') {
	return {
		type: 'resourceLocator',
		modes: [
			{ name: 'list', type: 'list', typeOptions: { searchListMethod, searchable: true } },
			{ name: byHand, type: 'string' },
		],
	};
}

const PAYER = {
	name: 'text!',
	phone: 'text!',
	email: 'text!',
	details: 'rows!',
	'details.lineItem.amount': 'rupees!',
	'details.lineItem.componentType': 'fee head',
	identifier: 'text',
	additionalFields: 'more',
	'additionalFields.academicYearEnd': 'number',
	'additionalFields.academicYearStart': 'number',
	'additionalFields.customIdentifier': 'text',
	'additionalFields.dateOfBirth': 'text',
	'additionalFields.grade': 'grade',
	'additionalFields.newAdmission': 'switch',
	'additionalFields.notes': 'rows',
	'additionalFields.notes.note.key': 'text',
	'additionalFields.notes.note.value': 'text',
	'additionalFields.studentName': 'text',
};
const BODY = { specifyBody: 'chosen', jsonBody: 'JSON!' };
const FEES = {
	'feeComponents.feeComponent.componentType': 'fee head',
	'feeComponents.feeComponent.feeAmount': 'rupees!',
	'feeComponents.feeComponent.discounts': 'rows',
	'feeComponents.feeComponent.discounts.discount.discountType': 'discount',
	'feeComponents.feeComponent.discounts.discount.value': 'rupees!',
};
const PAID = 'additionalFields.payments.payment';

/** By operation: each field by where it stands. */
const FIELDS: Record<string, Record<string, string>> = {
	'configuration.getBranches': {},
	'configuration.getDiscounts': { collectorCode: 'branch' },
	'configuration.getFeeComponents': { collectorCode: 'branch' },
	'configuration.getGrades': { collectorCode: 'branch' },
	'flexPlan.get': { studentId: 'text!' },
	'flexPlan.set': {
		studentId: 'text!',
		...BODY,
		schedule: 'rows!',
		'schedule.instalment.dueDate': 'text!',
		'schedule.instalment.details': 'rows!',
		'schedule.instalment.details.lineItem.componentType': 'fee head',
		'schedule.instalment.details.lineItem.amount': 'rupees!',
		'schedule.instalment.details.lineItem.isDownpayment': 'switch',
	},
	'order.create': {
		...BODY,
		...PAYER,
		callbackUrl: 'text',
		'additionalFields.collectorCode': 'branch',
	},
	'order.get': { orderId: 'text!', simplify: 'switch' },
	'payment.add': {
		studentId: 'text!',
		...BODY,
		amount: 'rupees!',
		paidAt: 'text!',
		feeComponents: 'rows!',
		'feeComponents.feeComponent.componentType': 'fee head',
		'feeComponents.feeComponent.amount': 'rupees!',
		additionalFields: 'more',
		'additionalFields.mode': 'text',
		'additionalFields.notes': 'text',
		'additionalFields.settlementUtr': 'text',
		'additionalFields.transactionId': 'text',
	},
	'payment.cancel': { studentId: 'text!', transactionId: 'text!' },
	'payment.getAll': { studentId: 'text!', returnAll: 'switch', limit: 'from 1' },
	'paymentLink.cancel': { orderId: 'text!' },
	'paymentLink.create': { ...BODY, ...PAYER, expiresAt: 'text' },
	'paymentLink.get': { orderId: 'text!', simplify: 'switch' },
	'student.get': { studentId: 'text!' },
	'student.getProducts': { studentId: 'text!', productType: 'choice' },
	'student.register': {
		registrationId: 'text!',
		...BODY,
		fullName: 'text!',
		identifier: 'text!',
		grade: 'grade!',
		newAdmission: 'switch!',
		academicYearStart: 'text!',
		academicYearEnd: 'text!',
		dateOfBirth: 'text!',
		primaryContactName: 'text!',
		primaryContactNumber: 'text!',
		primaryContactEmail: 'text!',
		feeComponents: 'rows',
		...FEES,
		additionalFields: 'more',
		'additionalFields.customIdentifier': 'text',
		'additionalFields.payments': 'rows',
		[`${PAID}.amount`]: 'rupees!',
		[`${PAID}.paidAt`]: 'text!',
		[`${PAID}.feeComponents`]: 'rows!',
		[`${PAID}.feeComponents.feeComponent.componentType`]: 'fee head',
		[`${PAID}.feeComponents.feeComponent.amount`]: 'rupees!',
		[`${PAID}.mode`]: 'text!',
		[`${PAID}.notes`]: 'text',
		[`${PAID}.settlementUtr`]: 'text',
		[`${PAID}.transactionId`]: 'text!',
	},
	'student.update': { studentId: 'text!', ...BODY, fullName: 'text!', identifier: 'text!' },
	'student.updateFee': { studentId: 'text!', ...BODY, feeComponents: 'rows!', ...FEES },
	'user.getAccessToken': {
		registrationId: 'text!',
		additionalFields: 'more',
		'additionalFields.callbackUrl': 'text',
		'additionalFields.createApplication': 'switch',
		'additionalFields.productType': 'choice',
		'additionalFields.studentId': 'text',
	},
	'user.register': { ...BODY, name: 'text!', phone: 'text!', email: 'text!' },
	'webhook.add': {
		...BODY,
		eventCode: 'event!',
		url: 'text!',
		failureNotificationEmail: 'text!',
		additionalFields: 'more',
		'additionalFields.collectorCode': 'branch',
		'additionalFields.headerKey': 'text',
		'additionalFields.headerValue': 'secret',
		'additionalFields.secretKey': 'secret',
	},
	'webhook.disable': { webhookId: 'webhook!' },
	'webhook.get': { webhookId: 'webhook!' },
	'webhook.getAll': {},
};

const ROOT = new Set(['resource', 'operation', 'options']);

const inside = (fields: INodeProperties[], before = ''): Array<[string, INodeProperties]> =>
	fields.flatMap((field) => {
		const path = before + field.name;
		const own: Array<[string, INodeProperties]> = [[path, field]];
		if (field.type === 'collection') {
			return [...own, ...inside(field.options as INodeProperties[], `${path}.`)];
		}
		if (field.type !== 'fixedCollection') return own;
		const [{ name, values } = { name: '', values: [] }] =
			field.options as INodePropertyCollection[];
		return [...own, ...inside(values, `${path}.${name}.`)];
	});

const shownFor = (resource: string, operation: string) =>
	properties.filter(({ name, displayOptions: { show = {} } = {} }) => {
		const isHere = String(show['resource']) === resource && String(show['operation']) === operation;
		return !ROOT.has(name) && isHere;
	});

it('has fields for these operations', () => {
	const operations = OFFERED.flatMap(([resource, , all]) =>
		Object.keys(all).map((operation) => `${resource}.${operation}`),
	);
	expect(Object.keys(FIELDS).sort()).toEqual(operations.sort());
});

describe.each(Object.entries(FIELDS))('%s', (key, expected) => {
	const [resource = '', operation = ''] = key.split('.');
	const fields = inside(shownFor(resource, operation));

	it('has these fields, each of its kind', () => {
		expect(fields.map(([path]) => path).sort()).toEqual(Object.keys(expected).sort());
		for (const [path, field] of fields) {
			const kind = expected[path] ?? '';
			const { typeOptions, noDataExpression } = field;
			expect([path, { typeOptions, noDataExpression, ...field }]).toMatchObject([
				path,
				{ typeOptions: undefined, noDataExpression: undefined, ...KINDS[kind.replace('!', '')] },
			]);
			expect([path, field.required ?? false]).toEqual([path, kind.endsWith('!')]);
		}
	});

	it('shows the fields of a body, or its JSON', () => {
		for (const { name, displayOptions } of shownFor(resource, operation)) {
			const { specifyBody } = displayOptions?.show ?? {};
			if (!('specifyBody' in expected)) expect([name, specifyBody]).toEqual([name, undefined]);
			else if (name === 'jsonBody') expect(specifyBody).toEqual(['json']);
			else if (['specifyBody', 'studentId', 'registrationId'].includes(name)) {
				expect([name, specifyBody]).toEqual([name, undefined]);
			} else expect([name, specifyBody]).toEqual([name, ['fields']]);
		}
	});
});

it('has these options', () => {
	const [field] = properties.filter(({ name }) => name === 'options');
	const rows = {
		'/resource': ['order', 'payment', 'paymentLink'],
		'/operation': ['get', 'getAll'],
	};
	expect(field).toMatchObject({ type: 'collection', default: {} });
	expect(field?.options).toMatchObject([
		{ name: 'asRows', ...KINDS['switch'], displayOptions: { show: rows } },
		{
			name: 'itemPer',
			...KINDS['choice'],
			displayOptions: { show: { ...rows, asRows: [true] } },
			options: [{ value: 'transfer' }, { value: 'component' }],
		},
		{ name: 'concurrency', ...KINDS['whole, 0 to 50'] },
	]);
});

it('asks for nothing that does not count: a limit where all are wanted, simplicity where rows are', () => {
	const of = (wanted: string) => properties.filter(({ name }) => name === wanted);
	expect(of('limit')[0]?.displayOptions?.show).toMatchObject({ returnAll: [false] });
	expect(of('simplify').map(({ displayOptions }) => displayOptions?.hide)).toEqual([
		{ '/options.asRows': [true] },
		{ '/options.asRows': [true] },
	]);
});

it('offers these choices', () => {
	const offered = (path: string, key: string) => {
		const [resource = '', operation = ''] = key.split('.');
		const field = new Map(inside(shownFor(resource, operation))).get(path);
		return (field?.options as Array<{ name: string; value: string }>).map(({ value, name }) => [
			value,
			name,
		]);
	};
	const products = [
		['flex', 'Flex (Monthly Plan)'],
		['cred', 'Loan (Cred)'],
		['pay', 'Pay (One Go)'],
	];
	expect(offered('productType', 'student.getProducts')).toEqual([['any', 'Any'], ...products]);
	expect(offered('additionalFields.productType', 'user.getAccessToken')).toEqual(products);
	expect(offered('specifyBody', 'user.register')).toEqual([
		['fields', 'Using Fields Below'],
		['json', 'Using JSON'],
	]);
});

const CUSTOMER = { name: 'Customer Name', phone: '9876543210', email: 'you@example.com' };
const CHECKOUT = {
	...CUSTOMER,
	details: [{ component_type: 'Payable Amount', amount: 1000 }],
	notes: [{ key: 'erp_reference_id', value: 'REF123' }],
};

/** As on Jodo's pages; where a page has none, made in the same way. */
it.each<[string, object]>([
	[
		'flexPlan.set',
		{
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
	],
	['order.create', { ...CHECKOUT, callback_url: 'https://www.example.com/payment/callback' }],
	[
		'payment.add',
		{
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
	],
	['paymentLink.create', CHECKOUT],
	[
		'student.register',
		{
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
	],
	['student.update', { fullname: 'Student Name', identifier: 'JODO/TEST/123456' }],
	['student.updateFee', { fee_components: [{ component_type: '8926', fee_amount: 2250 }] }],
	['user.register', CUSTOMER],
	[
		'webhook.add',
		{
			event_code: 'order.payment.settled',
			url: 'https://example.com/jodo-webhooks',
			failure_notification_email: 'you@example.com',
		},
	],
])('JSON for %s begins with this sample', (key, sample) => {
	const [resource = '', operation = ''] = key.split('.');
	const field = shownFor(resource, operation).find(({ name }) => name === 'jsonBody');
	expect(JSON.parse(String(field?.default))).toEqual(sample);
});

it('begins with samples in lines, as JSON is edited', () => {
	const field = shownFor('student', 'update').find(({ name }) => name === 'jsonBody');
	expect(field?.default).toBe(
		'{\n  "fullname": "Student Name",\n  "identifier": "JODO/TEST/123456"\n}',
	);
});
