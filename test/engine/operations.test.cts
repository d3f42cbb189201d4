/**
 * Every operation, from filled form to the request Jodo documents and from its documented answer to the
 * output; written by hand from Jodo's pages, without the local Jodo.
 */
import type { IDataObject } from 'n8n-workflow';

import { registry } from '../../nodes/Jodo/actions/registry';
import { errorOf, outputOf, runJodo } from '../support/engine.cts';
import { answer, type FaultyServer, startFaultyServer } from '../support/faultyServer.cts';

interface Case {
	parameters: IDataObject;
	request: [method: string, path: string, body?: unknown];
	answer: unknown;
	output: IDataObject[];
}

const code = (value: string) => ({ __rl: true, mode: 'list', value });
const DONE = { status: 'success' };

const PAYER = {
	name: 'Customer Name',
	phone: 9876543210,
	email: 'you@example.com',
	details: { lineItem: [{ componentType: code('Payable Amount'), amount: '₹1,00,000.00' }] },
};
const PAYER_BODY = {
	name: 'Customer Name',
	phone: '9876543210',
	email: 'you@example.com',
	details: [{ component_type: 'Payable Amount', amount: 100000 }],
};
const STUDENT_FIELDS = {
	studentName: 'Student Name',
	grade: code('grade_5944'),
	dateOfBirth: '01/01/2000',
	identifier: 'any_ref_id',
	customIdentifier: 'cust_1234',
	newAdmission: false,
	academicYearStart: '2026',
	academicYearEnd: 2027,
	notes: { note: [{ key: 'erp_reference_id', value: 'REF123' }] },
};
const STUDENT_BODY = {
	student_name: 'Student Name',
	grade: 'grade_5944',
	date_of_birth: '2000-01-01',
	identifier: 'any_ref_id',
	custom_identifier: 'cust_1234',
	new_admission: false,
	academic_year_start: 2026,
	academic_year_end: 2027,
	notes: [{ key: 'erp_reference_id', value: 'REF123' }],
};
const CREATED = { order_id: 'order_123456789', redirect_url: 'https://pay.jodo.in/p/xxx/xxx' };
const ORDER = {
	id: 'order_12345',
	name: 'Customer Name',
	phone: '9876543210',
	email: 'you@example.com',
	transaction_id: 'trans_568aaf1f9a65',
	paid_at: '2022-03-01T10:05:45Z',
	status: 'paid',
	details: [
		{
			component_type: 'Payable Amount',
			amount: '1000.10',
			settlement_utr: 'settl_1234',
			settled_at: '2022-03-02T10:05:45Z',
		},
		{
			component_type: 'Other',
			amount: 0.2,
			settlement_utr: 'settl_1235',
			settled_at: '2022-03-03T10:05:45Z',
		},
	],
	notes: [{ key: 'erp_reference_id', value: 'REF123' }],
};
const SIMPLE_ORDER = {
	id: 'order_12345',
	status: 'paid',
	amount: 1000.3,
	payer: 'Customer Name',
	identifier: null,
	paid_at: '2022-03-01T10:05:45Z',
	settled_at: '2022-03-03T10:05:45Z',
	settlement_utr: 'settl_1234, settl_1235',
	transaction_id: 'trans_568aaf1f9a65',
	notes: { erp_reference_id: 'REF123' },
};
const BRANCHES = [{ code: 'ed3ef2db524f', name: 'North' }];
const COMPONENTS = [
	{ component_type: 'REGISTRATION_FEE', name: 'Registration Fee' },
	{ component_type: 'COURSE_FEE', name: 'Course Fee' },
];
const WEBHOOK = {
	id: '21d8f41b-aefd-4463-8179-55144f5f1ea5',
	event_code: 'cred.loan.final_approved',
	failure_notification_email: 'you@example.com',
	url: 'https://example.com/jodo-webhooks',
};
const ERP = '/api/v1/integrations/erp';
const PAY = '/api/v1/integrations/pay';
const FLEX = '/api/v1/integrations/flex';

const CASES: Record<string, Case> = {
	'user.register': {
		parameters: { name: 'Customer Name', phone: 9876543210, email: 'you@example.com' },
		request: [
			'POST',
			`${ERP}/users/register`,
			{ name: 'Customer Name', phone: '9876543210', email: 'you@example.com' },
		],
		answer: { status: 'success', data: { registration_id: 'user_1234' } },
		output: [{ registration_id: 'user_1234' }],
	},
	'user.getAccessToken': {
		parameters: {
			registrationId: 'user_1234',
			additionalFields: {
				studentId: 6356,
				productType: 'flex',
				callbackUrl: 'https://example.com/back?x=1&y=2',
				createApplication: true,
			},
		},
		request: ['GET', `${ERP}/users/user_1234/access_token`],
		answer: {
			status: 'success',
			data: { access_token: 'SGFw+/=cGk', expires_at: '2022-02-28T10:05:45Z' },
		},
		output: [
			{
				access_token: 'SGFw+/=cGk',
				expires_at: '2022-02-28T10:05:45Z',
				login_url:
					'BASE/consumer/login-redirect?access_token=SGFw%2B%2F%3DcGk&jodo_student_id=6356&product_type=flex&callback_url=https%3A%2F%2Fexample.com%2Fback%3Fx%3D1%26y%3D2&create_application=true',
			},
		],
	},
	'student.register': {
		parameters: {
			registrationId: 'user_1234',
			fullName: 'Student Name',
			identifier: 42,
			grade: code('grade_5944'),
			newAdmission: true,
			academicYearStart: 2026,
			academicYearEnd: '2027',
			dateOfBirth: '31/08/2015',
			primaryContactName: 'Customer Name',
			primaryContactNumber: 9876543210,
			primaryContactEmail: 'you@example.com',
			feeComponents: {
				feeComponent: [
					{
						componentType: code('TUITION_FEE'),
						feeAmount: '30,000.00',
						discounts: { discount: [{ discountType: code('SIBLINGS'), value: 500 }] },
					},
					{ componentType: 'TRANSPORT_FEE', feeAmount: 4500 },
				],
			},
			additionalFields: {
				customIdentifier: 'APP/7',
				payments: {
					payment: [
						{
							amount: 1000,
							paidAt: '2027-03-31',
							mode: 'cash',
							transactionId: 't1',
							feeComponents: { feeComponent: [{ componentType: 'TUITION_FEE', amount: 1000 }] },
						},
					],
				},
			},
		},
		request: [
			'POST',
			`${ERP}/users/user_1234/students`,
			{
				student: {
					fullname: 'Student Name',
					identifier: '42',
					grade: 'grade_5944',
					new_admission: true,
					academic_year_start: '2026',
					academic_year_end: '2027',
					date_of_birth: '2015-08-31',
					primary_contact_name: 'Customer Name',
					primary_contact_number: '9876543210',
					primary_contact_email: 'you@example.com',
					custom_identifier: 'APP/7',
				},
				fee_components: [
					{
						component_type: 'TUITION_FEE',
						fee_amount: 30000,
						discounts: [{ discount_type: 'SIBLINGS', value: 500 }],
					},
					{ component_type: 'TRANSPORT_FEE', fee_amount: 4500 },
				],
				payments: [
					{
						amount: 1000,
						paid_at: '2027-03-30T18:30:00Z',
						mode: 'cash',
						transaction_id: 't1',
						fee_components: [{ component_type: 'TUITION_FEE', amount: 1000 }],
					},
				],
			},
		],
		answer: { status: 'success', data: { jodo_student_id: 6356 } },
		output: [{ success: true, registration_id: 'user_1234', jodo_student_id: 6356 }],
	},
	'student.get': {
		parameters: { studentId: 6356 },
		request: ['GET', `${ERP}/students/6356`],
		answer: {
			status: 'success',
			data: { fullname: 'Student Name', fee_summary: { total_fee: 1 } },
		},
		output: [{ fullname: 'Student Name', fee_summary: { total_fee: 1 } }],
	},
	'student.update': {
		parameters: { studentId: '6356', fullName: 'Amazing Name', identifier: 'JODO/TEST/123456' },
		request: [
			'PATCH',
			`${ERP}/students/6356`,
			{ fullname: 'Amazing Name', identifier: 'JODO/TEST/123456' },
		],
		answer: DONE,
		output: [{ success: true, jodo_student_id: '6356' }],
	},
	'student.updateFee': {
		parameters: {
			studentId: '365127',
			feeComponents: {
				feeComponent: [
					{ componentType: '8926', feeAmount: '2250' },
					{ componentType: '8925', feeAmount: 4500 },
				],
			},
		},
		request: [
			'PATCH',
			`${ERP}/students/365127/fee`,
			{
				fee_components: [
					{ component_type: '8926', fee_amount: 2250 },
					{ component_type: '8925', fee_amount: 4500 },
				],
			},
		],
		answer: DONE,
		output: [{ success: true, jodo_student_id: '365127' }],
	},
	'student.getProducts': {
		parameters: { studentId: '6356', productType: 'flex' },
		request: ['GET', `${ERP}/students/6356/products?product_type=flex`],
		answer: { status: 'success', data: [{ id: 910, product_type: 'flex', status: 'pending' }] },
		output: [{ id: 910, product_type: 'flex', status: 'pending' }],
	},
	'payment.getAll': {
		parameters: { studentId: '6356', limit: 2 },
		request: ['GET', `${ERP}/students/6356/payments`],
		answer: { status: 'success', data: [{ id: 'pg_1' }, { id: 'pg_2' }, { id: 'pg_3' }] },
		output: [{ id: 'pg_1' }, { id: 'pg_2' }],
	},
	'payment.add': {
		parameters: {
			studentId: '6356',
			amount: 2000,
			paidAt: '29/01/2022 15:35',
			feeComponents: {
				feeComponent: [
					{ componentType: code('TUITION_FEE'), amount: 999.9 },
					{ componentType: 'TRANSPORT_FEE', amount: '1,000.10' },
				],
			},
			additionalFields: {
				mode: 'cash',
				transactionId: 'tra_1234',
				settlementUtr: 'settl_1234',
				notes: 'advance payment',
			},
		},
		request: [
			'POST',
			`${ERP}/students/6356/payments`,
			{
				amount: 2000,
				paid_at: '2022-01-29T10:05:00Z',
				mode: 'cash',
				transaction_id: 'tra_1234',
				settlement_utr: 'settl_1234',
				notes: 'advance payment',
				fee_components: [
					{ component_type: 'TUITION_FEE', amount: 999.9 },
					{ component_type: 'TRANSPORT_FEE', amount: 1000.1 },
				],
			},
		],
		answer: DONE,
		output: [{ success: true, jodo_student_id: '6356', transaction_id: 'tra_1234' }],
	},
	'payment.cancel': {
		parameters: { studentId: '6356', transactionId: 'tra/1 2' },
		request: ['DELETE', `${ERP}/students/6356/payments/tra%2F1%202`],
		answer: DONE,
		output: [{ success: true, jodo_student_id: '6356', transaction_id: 'tra/1 2' }],
	},
	'flexPlan.set': {
		parameters: {
			studentId: '6356',
			schedule: {
				instalment: [
					{
						dueDate: '15/09/2027',
						details: {
							lineItem: [
								{ componentType: 'TUITION_FEE', amount: 10500, isDownpayment: true },
								{ componentType: code('TRANSPORT_FEE'), amount: 500 },
							],
						},
					},
				],
			},
		},
		request: [
			'POST',
			`${FLEX}/students/6356/plans`,
			{
				payment_schedule: [
					{
						due_date: '2027-09-15',
						details: [
							{ component_type: 'TUITION_FEE', amount: 10500, is_downpayment: true },
							{ component_type: 'TRANSPORT_FEE', amount: 500, is_downpayment: false },
						],
					},
				],
			},
		],
		answer: DONE,
		output: [{ success: true, jodo_student_id: '6356' }],
	},
	'flexPlan.get': {
		parameters: { studentId: '6356' },
		request: ['GET', `${FLEX}/students/6356/plans`],
		answer: {
			status: 'success',
			data: { payment_schedule: [{ due_date: '2022-12-11', amount: 20000, details: [] }] },
		},
		output: [{ payment_schedule: [{ due_date: '2022-12-11', amount: 20000, details: [] }] }],
	},
	'order.create': {
		parameters: {
			...PAYER,
			additionalFields: {
				...STUDENT_FIELDS,
				callbackUrl: 'https://www.example.com/payment/callback',
				collectorCode: code('ed3ef2db524f'),
			},
		},
		request: [
			'POST',
			`${PAY}/orders`,
			{
				...PAYER_BODY,
				...STUDENT_BODY,
				callback_url: 'https://www.example.com/payment/callback',
				collector_code: 'ed3ef2db524f',
			},
		],
		answer: { data: CREATED },
		output: [CREATED],
	},
	'order.get': {
		parameters: { orderId: 'order_12345' },
		request: ['GET', `${PAY}/orders/order_12345`],
		answer: { status: 'success', data: ORDER },
		output: [SIMPLE_ORDER],
	},
	'paymentLink.create': {
		parameters: {
			...PAYER,
			additionalFields: { ...STUDENT_FIELDS, expiresAt: '31/03/2099' },
		},
		request: [
			'POST',
			`${PAY}/payment_links`,
			{ ...PAYER_BODY, ...STUDENT_BODY, expires_at: '2099-03-31T18:29:59Z' },
		],
		answer: { status: 'success', data: CREATED },
		output: [CREATED],
	},
	'paymentLink.get': {
		parameters: { orderId: 'order_12345', simplify: false },
		request: ['GET', `${PAY}/payment_links/order_12345`],
		answer: { status: 'success', data: ORDER },
		output: [ORDER],
	},
	'paymentLink.cancel': {
		parameters: { orderId: 'order_12345' },
		request: ['DELETE', `${PAY}/payment_links/order_12345`],
		answer: { status: 'success', message: 'Payment link cancelled successfully!' },
		output: [{ success: true, order_id: 'order_12345' }],
	},
	'configuration.getBranches': {
		parameters: {},
		request: ['GET', `${ERP}/branches`],
		answer: { status: 'success', data: BRANCHES },
		output: BRANCHES,
	},
	'configuration.getGrades': {
		parameters: { collectorCode: 'ed3ef2db524f' },
		request: ['GET', `${ERP}/grades?collector_code=ed3ef2db524f`],
		answer: { status: 'success', data: [{ code: 'M1', name: 'Montessori 1' }] },
		output: [{ code: 'M1', name: 'Montessori 1' }],
	},
	'configuration.getFeeComponents': {
		parameters: { collectorCode: code('ed3ef2db524f') },
		request: ['GET', `${ERP}/fee-components?collector_code=ed3ef2db524f`],
		answer: { status: 'success', data: COMPONENTS },
		output: COMPONENTS,
	},
	'configuration.getDiscounts': {
		parameters: { collectorCode: code('') },
		request: ['GET', `${ERP}/discounts`],
		answer: { status: 'success', data: [{ discount_type: 'SIBLINGS', name: 'Siblings' }] },
		output: [{ discount_type: 'SIBLINGS', name: 'Siblings' }],
	},
	'webhook.add': {
		parameters: {
			eventCode: code('cred.loan.final_approved'),
			url: 'https://example.com/jodo-webhooks',
			failureNotificationEmail: 'you@example.com, me@example.com',
			additionalFields: {
				collectorCode: 'Branch1',
				secretKey: 'test-secret',
				headerKey: 'my-custom-header',
				headerValue: 'test-value',
			},
		},
		request: [
			'POST',
			`${ERP}/webhooks`,
			{
				event_code: 'cred.loan.final_approved',
				url: 'https://example.com/jodo-webhooks',
				failure_notification_email: 'you@example.com, me@example.com',
				collector_code: 'Branch1',
				secret_key: 'test-secret',
				header_key: 'my-custom-header',
				header_value: 'test-value',
			},
		],
		answer: { status: 'success', data: WEBHOOK },
		output: [WEBHOOK],
	},
	'webhook.getAll': {
		parameters: {},
		request: ['GET', `${ERP}/webhooks`],
		answer: { status: 'success', data: [WEBHOOK] },
		output: [WEBHOOK],
	},
	'webhook.get': {
		parameters: { webhookId: WEBHOOK.id },
		request: ['GET', `${ERP}/webhooks/${WEBHOOK.id}`],
		answer: { status: 'success', data: WEBHOOK },
		output: [WEBHOOK],
	},
	'webhook.disable': {
		parameters: { webhookId: WEBHOOK.id },
		request: ['DELETE', `${ERP}/webhooks/${WEBHOOK.id}`],
		answer: DONE,
		output: [{ success: true, webhook_id: WEBHOOK.id }],
	},
};

let server: FaultyServer | undefined;
afterEach(async () => {
	await server?.stop();
	server = undefined;
});

async function run(
	key: string,
	parameters: IDataObject,
	behaviour: Parameters<typeof startFaultyServer>[0],
	more: Partial<Parameters<typeof runJodo>[0]> = {},
) {
	const [resource, operation] = key.split('.');
	server = await startFaultyServer(behaviour);
	return await runJodo({
		parameters: { resource, operation, ...parameters },
		items: [{}],
		credential: { environment: 'custom', baseUrl: server.url, apiKey: 'k', apiSecret: 's' },
		...more,
	});
}

it('has a case for every operation', () => {
	const keys = Object.entries(registry).flatMap(([resource, { operations }]) =>
		Object.keys(operations).map((operation) => `${resource}.${operation}`),
	);
	expect(Object.keys(CASES).sort()).toEqual(keys.sort());
});

describe.each(Object.entries(CASES))('%s', (key, { parameters, request, answer: told, output }) => {
	const [method, path, body] = request;
	const good = answer(200, JSON.stringify(told));

	it('sends what Jodo documents and gives what Jodo answers', async () => {
		const result = await run(key, parameters, good);
		expect(errorOf(result)).toBeUndefined();
		expect(server?.requests).toHaveLength(1);
		const [sent] = server?.requests ?? [];
		expect([sent?.method, sent?.path]).toEqual([method, path]);
		expect(sent?.body ? JSON.parse(sent.body) : undefined).toEqual(body);
		const given = JSON.parse(
			JSON.stringify(outputOf(result).map(({ json }) => json)).replaceAll(
				server?.url as string,
				'BASE',
			),
		);
		expect(given).toEqual(output);
	});

	if (body) {
		it('sends the same from JSON, as text and as an object', async () => {
			for (const jsonBody of [JSON.stringify(body), '={{ $json }}']) {
				const { studentId, registrationId } = parameters;
				const outside = {
					...(studentId && { studentId }),
					...(registrationId && { registrationId }),
				};
				await run(key, { ...outside, specifyBody: 'json', jsonBody }, good, {
					items: [body as IDataObject],
				});
				expect(JSON.parse(server?.requests[0]?.body ?? 'null')).toEqual(body);
				await server?.stop();
			}
		});
	}

	it('lets a failing item between two good ones leave by the error output', async () => {
		const result = await run(
			key,
			{ ...parameters, options: { concurrency: 1 } },
			(request_, response, count) =>
				(count === 2 ? answer(400, '{"message":"Invalid payload!"}') : good)(
					request_,
					response,
					count,
				),
			{ items: [{ n: 0 }, { n: 1 }, { n: 2 }], node: { onError: 'continueErrorOutput' } },
		);
		expect(outputOf(result, 0).map(({ pairedItem }) => pairedItem)).toEqual([
			...output.map(() => ({ item: 0 })),
			...output.map(() => ({ item: 2 })),
		]);
		expect(outputOf(result, 1).map(({ json }) => json)).toEqual([
			{
				n: 1,
				error: expect.stringMatching(
					/^Jodo did not accept the data: Invalid payload! .*\[Item 1\]$|^Jodo did not accept the data: Invalid payload!\. .*\[Item 1\]$/,
				),
				details: { item: 1, status: 400, answer: { message: 'Invalid payload!' } },
			},
		]);
	});
});

describe('what does not fit together is told before it is sent', () => {
	it.each<[string, IDataObject, string]>([
		[
			'payment.add',
			{
				...CASES['payment.add']?.parameters,
				amount: 2000,
				feeComponents: { feeComponent: [{ componentType: 'TUITION_FEE', amount: 1999.99 }] },
			},
			"'Fee Components (Fee Heads)' add up to ₹1,999.99, but the amount paid is ₹2,000.00",
		],
		[
			'student.register',
			{
				...CASES['student.register']?.parameters,
				fullName: ' ',
				additionalFields: { payments: { payment: [{ amount: 1, paidAt: '2027-01-01' }] } },
			},
			"'Full Name' is empty; 'Fee Components (Fee Heads)' in row 1 of 'Payments Already Made' is empty",
		],
		[
			'flexPlan.set',
			{
				studentId: '1',
				schedule: {
					instalment: ['2027-01-01', '2027-02-30', '2027-03-01'].map((dueDate, i) => ({
						dueDate,
						details: { lineItem: [{ componentType: 'A', amount: i === 2 ? 0 : 1 }] },
					})),
				},
			},
			`'Due Date' in row 2 of 'Instalments' is not a date such as 2027-03-31 or 31/03/2027: "2027-02-30"; ` +
				`'Amount (₹)' in row 1 of 'Amounts' in row 3 of 'Instalments' is not an amount in rupees above zero, with two decimals at most: 0`,
		],
		[
			'flexPlan.set',
			{
				studentId: '1',
				schedule: {
					instalment: ['2027-01-01', '2027-02-01'].map((dueDate) => ({
						dueDate,
						details: { lineItem: [{ componentType: 'A', amount: 1, isDownpayment: true }] },
					})),
				},
			},
			"'Instalments' have downpayments on 2027-01-01 and on 2027-02-01; a plan has one downpayment date at most",
		],
		[
			'user.getAccessToken',
			{ registrationId: 'u', additionalFields: { productType: 'pay' } },
			"'Product' needs 'Jodo Student ID'",
		],
		[
			'webhook.add',
			{
				eventCode: 'order.payment.settled',
				url: 'example.com',
				failureNotificationEmail: 'a@example.com, b',
			},
			`'URL' is not a web address (https://…): "example.com"; 'Failure Notification Email' is not an email address: "b"`,
		],
		['student.get', { studentId: ' ' }, "'Jodo Student ID' is empty"],
	])('%s', async (key, parameters, message) => {
		const result = await run(key, parameters, answer(200, '{}'));
		expect(errorOf(result).message).toBe(message);
		expect(server?.requests).toEqual([]);
	});
});

describe('a lost answer', () => {
	const lostThen = (...bodies: string[]) =>
		((request, response, count) =>
			count === 1
				? request.socket.destroy()
				: answer(count === 2 ? 404 : 200, bodies[count - 2] ?? '{}')(
						request,
						response,
						count,
					)) as Parameters<typeof startFaultyServer>[0];
	const GONE = '{"message":"not found"}';

	it('to cancelling a recorded payment leaves the outcome unknown', async () => {
		const result = await run(
			'payment.cancel',
			CASES['payment.cancel']?.parameters ?? {},
			lostThen(GONE),
		);
		expect(errorOf(result).message).toMatch(/^Outcome unknown: /);
		expect(errorOf(result).description).toMatch(/^Get the student's payments/);
	});

	it('to disabling a webhook is settled by the list', async () => {
		const parameters = { webhookId: 'w1' };
		const gone = await run('webhook.disable', parameters, lostThen(GONE, '{"data":[{"id":"w2"}]}'));
		expect(outputOf(gone)[0]?.json).toEqual({ success: true, webhook_id: 'w1' });
		await server?.stop();
		const there = await run(
			'webhook.disable',
			parameters,
			lostThen(GONE, '{"data":[{"id":"w1"}]}'),
		);
		expect(errorOf(there).message).toMatch(/does not know this record/);
	});
});

it('writes to the same student one after the other, to different ones side by side', async () => {
	const underWay: string[] = [];
	let mostAtOnce = 0;
	const result = await run(
		'student.update',
		{
			studentId: '={{ $json.id }}',
			fullName: '={{ $json.name }}',
			identifier: 'x',
			options: { concurrency: 20 },
		},
		({ url = '' }, response) => {
			expect(underWay).not.toContain(url);
			underWay.push(url);
			mostAtOnce = Math.max(mostAtOnce, underWay.length);
			setTimeout(() => {
				underWay.splice(underWay.indexOf(url), 1);
				response.setHeader('content-type', 'application/json').end(JSON.stringify(DONE));
			}, 20);
		},
		{ items: Array.from({ length: 12 }, (_, i) => ({ id: `s${i % 2}`, name: `n${i}` })) },
	);
	expect(outputOf(result)).toHaveLength(12);
	expect(mostAtOnce).toBe(2);
	for (const id of ['s0', 's1']) {
		const names = server?.requests
			.filter(({ path }) => path.endsWith(id))
			.map(({ body }) => Number(JSON.parse(body).fullname.slice(1)));
		expect(names).toEqual([...(names ?? [])].sort((a, b) => a - b));
	}
});
