/**
 * Every operation, from filled form to the request that Jodo documents and from its documented answer to the output,
 * without n8n; test/engine/operations does the same in n8n's engine.
 */
import { NodeHelpers } from 'n8n-workflow';
import type { IDataObject, INode } from 'n8n-workflow';

import { Jodo } from '../../../nodes/Jodo/Jodo.node';
import { type Answer, good, node } from './fakeNode.cts';
import { CASES } from '../../support/operationCases.cts';

const BASE = 'http://127.0.0.1:9';
const DONE: Answer = { statusCode: 200, body: { status: 'success' } };
const credential = { environment: 'custom', baseUrl: BASE, apiKey: 'k', apiSecret: 's' };

/** The form as n8n hands it over, with the defaults of what was not touched. */
function filledIn(does: string, parameters: IDataObject): Record<string, unknown> {
	const [resource = '', operation = ''] = does.split('.');
	const { description } = new Jodo();
	const own: INode = {
		...{ name: 'Jodo', type: 'n8n-nodes-jodo.jodo', typeVersion: 1, id: 'n1', position: [0, 0] },
		parameters: { resource, operation, ...parameters } as INode['parameters'],
	};
	const all = NodeHelpers.getNodeParameters(
		...([description.properties, own.parameters, true, false, own, description] as const),
	);
	return { ...all };
}

/** What one item made the node ask Jodo for, and what it gave. */
async function once(does: string, parameters: IDataObject, answer: Answer) {
	const run = node({ does, items: [filledIn(does, parameters)], jodo: () => answer, credential });
	const output = await run.json();
	const [{ method, url, qs, body } = { method: '', url: '' }] = run.sent;
	const query = qs ? `?${new URLSearchParams(qs as Record<string, string>).toString()}` : '';
	expect(run.sent).toHaveLength(1);
	return {
		asked: [method, url + query, ...(body ? [JSON.parse(JSON.stringify(body))] : [])],
		output: JSON.parse(JSON.stringify(output).replaceAll(BASE, 'BASE')) as IDataObject[],
	};
}

describe.each(Object.entries(CASES))('%s', (does, { parameters, request, answer, output }) => {
	const told = { statusCode: 200, body: answer };

	it('asks for what Jodo documents, and gives what Jodo answers', async () => {
		expect(await once(does, parameters, told)).toEqual({ asked: request, output });
	});

	const [, , body] = request;
	if (!body) return;
	it('asks for the same from JSON', async () => {
		const { studentId = '', registrationId = '' } = parameters;
		for (const jsonBody of [JSON.stringify(body), body as IDataObject]) {
			const json = { studentId, registrationId, specifyBody: 'json', jsonBody } as IDataObject;
			expect((await once(does, json, told)).asked).toEqual(request);
		}
	});
});

const SETTLED = {
	id: 'order_1',
	status: 'paid',
	name: 'Asha Rao',
	identifier: '2026-0117',
	paid_at: '2026-03-01T10:00:00Z',
	details: [
		{
			component_type: 'A',
			amount: 100,
			settlement_utr: ' U1 ',
			settled_at: '2026-03-02T10:00:00Z',
		},
		{ component_type: 'B', amount: 50, settlement_utr: 'U1', settled_at: '2026-03-02T10:00:00Z' },
	],
};

describe('what else Jodo may answer', () => {
	const output = async (does: string, parameters: IDataObject, data: unknown) =>
		(await once(does, parameters, good(data))).output;

	it('of an order, half of which is settled', async () => {
		const [first, second] = SETTLED.details;
		const order = { ...SETTLED, details: [first, { ...second, settled_at: null }] };
		const open = { component_type: 'B', amount: 50, settlement_utr: null, settled_at: null };
		expect(await output('order.get', { orderId: 'o' }, order)).toMatchObject([
			{ amount: 150, settled_so_far: 150, settlement_utr: 'U1', fully_settled: true },
		]);
		const half = { ...SETTLED, details: [first, open] };
		expect(await output('order.get', { orderId: 'o' }, half)).toEqual([
			{
				id: 'order_1',
				status: 'paid',
				amount: 150,
				payer: 'Asha Rao',
				identifier: '2026-0117',
				paid_at: '2026-03-01T10:00:00Z',
				settled_so_far: 100,
				fully_settled: false,
				settled_at: null,
				settlement_utr: 'U1',
				transaction_id: null,
				notes: {},
			},
		]);
	});

	it('of a link of which next to nothing is known', async () => {
		expect(await output('paymentLink.get', { orderId: 'o' }, { id: 'order_1' })).toEqual([
			{
				id: 'order_1',
				status: null,
				amount: null,
				payer: null,
				identifier: null,
				paid_at: null,
				settled_so_far: null,
				fully_settled: null,
				settled_at: null,
				settlement_utr: null,
				transaction_id: null,
				notes: {},
			},
		]);
	});

	it.each<[string, IDataObject, unknown]>([
		['order.get', { orderId: 'o' }, undefined],
		['order.get', { orderId: 'o' }, 'x'],
		['order.get', { orderId: 'o' }, null],
		['order.get', { orderId: 'o' }, { status: 'paid' }],
		['paymentLink.create', CASES['paymentLink.create']?.parameters as IDataObject, undefined],
		[
			'paymentLink.create',
			CASES['paymentLink.create']?.parameters as IDataObject,
			{ order_id: 'o' },
		],
		['order.create', CASES['order.create']?.parameters as IDataObject, { redirect_url: 'x' }],
		['user.register', CASES['user.register']?.parameters as IDataObject, { id: 'x' }],
		['user.register', CASES['user.register']?.parameters as IDataObject, undefined],
		['user.getAccessToken', { registrationId: 'u' }, { expires_at: 'x' }],
		['user.getAccessToken', { registrationId: 'u' }, []],
		['student.get', { studentId: '1' }, {}],
		['student.get', { studentId: '1' }, []],
		['student.getProducts', { studentId: '1' }, { id: 1 }],
		['payment.getAll', { studentId: '1' }, { id: 1 }],
		['payment.getAll', { studentId: '1', options: { asRows: true } }, 'x'],
		['webhook.getAll', {}, {}],
		['webhook.get', { webhookId: 'w' }, null],
		['flexPlan.get', { studentId: '1' }, []],
	])('%s %j: %j is no answer', async (does, parameters, data) => {
		const items = [filledIn(does, parameters)];
		const { message } = await node({ does, items, jodo: () => good(data) }).fails();
		expect(message).toContain("Jodo's answer could not be read");
	});

	it.each([
		['student.updateFee', 'updated'],
		['payment.add', undefined],
		['payment.cancel', 'error'],
		['flexPlan.set', ''],
		['paymentLink.cancel', 'not a success'],
		['webhook.disable', null],
		['student.register', 'successful'],
	])('%s is not done by the status %j', async (does, status) => {
		const items = [filledIn(does, CASES[does]?.parameters as IDataObject)];
		const told: Answer = { statusCode: 200, body: { status } };
		await expect(node({ does, items, jodo: () => told }).run()).rejects.toThrow();
	});

	it.each<[string, IDataObject, object]>([
		['student.update', {}, { success: true, jodo_student_id: '6356' }],
		[
			'student.register',
			{},
			{ success: true, registration_id: 'user_1234', jodo_student_id: null },
		],
		['payment.add', { additionalFields: {} }, { success: true, jodo_student_id: '6356' }],
	])('%s with %j, answered by a bare status', async (does, more, expected) => {
		const parameters = { ...(CASES[does]?.parameters as IDataObject), ...more };
		expect((await once(does, parameters, DONE)).output).toEqual([expected]);
	});

	it('to the registration of a student, with the id beside the data', async () => {
		const parameters = CASES['student.register']?.parameters as IDataObject;
		const told = { ...DONE, body: { status: 'Success', jodo_student_id: 7 } };
		expect((await once('student.register', parameters, told)).output).toEqual([
			{ success: true, registration_id: 'user_1234', jodo_student_id: 7 },
		]);
	});
});

describe('what is asked for', () => {
	it('products of any kind', async () => {
		const { asked } = await once('student.getProducts', { studentId: '1' }, good([]));
		expect(asked).toEqual(['GET', '/api/v1/integrations/erp/students/1/products']);
	});

	it('nothing of what is left empty in a login link', async () => {
		const token = good({ access_token: 'a b' });
		const { output } = await once('user.getAccessToken', { registrationId: 'u' }, token);
		expect(output).toEqual([
			{ access_token: 'a b', login_url: 'BASE/consumer/login-redirect?access_token=a+b' },
		]);
		const additionalFields = { createApplication: false, studentId: '7' };
		const some = await once(
			'user.getAccessToken',
			{ registrationId: 'u', additionalFields },
			token,
		);
		expect(some.output[0]?.['login_url']).toBe(
			'BASE/consumer/login-redirect?access_token=a+b&jodo_student_id=7',
		);
	});

	it('fifty payments, as many as are wanted, or all', async () => {
		const payments = good(Array.from({ length: 60 }, (_, i) => ({ id: `pg_${i}` })));
		const count = async (more: IDataObject) =>
			(await once('payment.getAll', { studentId: '1', ...more }, payments)).output.length;
		expect(await count({})).toBe(50);
		expect(await count({ limit: 7 })).toBe(7);
		expect(await count({ returnAll: true })).toBe(60);
	});
});

describe('as rows of the trigger', () => {
	const rows = async (does: string, parameters: IDataObject, data: unknown, options: IDataObject) =>
		(await once(does, { ...parameters, options }, good(data))).output.map(
			({ event, books, amount, component_type, row_key, environment }) => [
				event,
				books,
				amount,
				component_type,
				row_key,
				environment,
			],
		);

	it.each([
		['order.get', 'order.payment'],
		['paymentLink.get', 'payment_link.payment'],
	])('%s: a settled one is debited and settled', async (does, event) => {
		// What an expression gives may be a text.
		for (const asRows of [true, 'true']) {
			expect(await rows(does, { orderId: 'o' }, SETTLED, { asRows })).toEqual([
				[`${event}.debited`, 'in_transit', 150, null, 'debited|order_1', 'custom'],
				[`${event}.settled`, 'received', 150, null, 'settled|order_1|U1', 'custom'],
			]);
		}
		const options = { asRows: true, itemPer: 'component' };
		expect(await rows(does, { orderId: 'o', simplify: true }, SETTLED, options)).toEqual([
			[`${event}.debited`, 'in_transit', 100, 'A', 'debited|order_1||A', 'custom'],
			[`${event}.debited`, 'in_transit', 50, 'B', 'debited|order_1||B', 'custom'],
			[`${event}.settled`, 'received', 100, 'A', 'settled|order_1|U1|A', 'custom'],
			[`${event}.settled`, 'received', 50, 'B', 'settled|order_1|U1|B', 'custom'],
		]);
	});

	it('of payments, and the limit counts payments', async () => {
		const { details } = SETTLED;
		const payments = ['pg_1', 'pg_2', 'pg_3'].map((id) => ({ id, amount: 150, details }));
		const options = { asRows: true };
		const parameters = { studentId: '1', limit: 2 };
		expect(await rows('payment.getAll', parameters, payments, options)).toEqual(
			['pg_1', 'pg_2'].flatMap((id) => [
				['payment.debited', 'in_transit', 150, null, `debited|${id}`, 'custom'],
				['payment.settled', 'received', 150, null, `settled|${id}|U1`, 'custom'],
			]),
		);
	});

	it('or not, where that is not chosen', async () => {
		const parameters = { orderId: 'o', simplify: false };
		for (const asRows of [false, 'false', '']) {
			const options = { asRows } as IDataObject;
			expect((await once('order.get', { ...parameters, options }, good(SETTLED))).output).toEqual([
				SETTLED,
			]);
		}
	});
});
