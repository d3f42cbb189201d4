// Each route gets its documented sample request and must give the documented answer.
import { startSandbox, type Sandbox } from '../support/sandbox.cts';

let jodo: Sandbox;
beforeAll(async () => {
	jodo = await startSandbox();
});
afterAll(() => jodo.stop());
beforeEach(() => jodo.admin('POST', '/admin/reset'));

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** As Get shows it again; the callback_url is not. */
const SHOWN = {
	name: 'Customer Name',
	phone: '9876543210',
	email: 'you@example.com',
	details: [{ component_type: 'Payable Amount', amount: 1000 }],
	notes: [{ key: 'erp_reference_id', value: 'REF123' }],
};
const ORDER = { ...SHOWN, callback_url: 'https://www.example.com/payment/callback' };
const LINK = {
	name: 'Customer Name',
	phone: '9876543210',
	email: 'you@example.com',
	details: [{ component_type: 'Payable Amount', amount: 1.0 }],
};
const ADDRESS = {
	event_code: 'cred.loan.final_approved',
	url: 'https://example.com/jodo-webhooks',
	failure_notification_email: 'you@example.com',
};
const WEBHOOK = {
	...ADDRESS,
	secret_key: 'my-secret-key',
	header_key: 'my-custom-header',
	header_value: 'my-custom-header-value',
};

const created = {
	status: 'success',
	data: {
		order_id: expect.stringMatching(/^order_/),
		redirect_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/p\/order_\w+\/\w+$/),
	},
};
const success = (data: unknown) => ({ status: 'success', data });
const unknownResource = { status: 'error', code: 'HUE00001', message: expect.any(String) };
const badRequest = (errors: unknown[]) => ({
	message: 'Invalid payload!',
	status: 'error',
	error_type: 'BadRequestError',
	code: 'E0000',
	errors,
});

async function create(path: string, body: object): Promise<string> {
	const answer = await jodo.api('POST', path, body);
	return answer.body.data.order_id;
}

describe('pay orders', () => {
	test('create, pay, settle, get', async () => {
		const answer = await jodo.api('POST', '/pay/orders', ORDER);
		expect([answer.status, answer.body]).toEqual([200, created]);
		const id = answer.body.data.order_id;

		const unpaid = await jodo.api('GET', `/pay/orders/${id}`);
		expect(unpaid.status).toBe(200);
		expect(unpaid.body).toEqual(
			success({ ...SHOWN, id, transaction_id: null, paid_at: null, status: 'unpaid' }),
		);

		await jodo.admin('POST', `/admin/orders/${id}/pay`);
		await jodo.admin('POST', `/admin/orders/${id}/settle`, { utr: 'settl_1234' });
		const paid = await jodo.api('GET', `/pay/orders/${id}`);
		expect(paid.body).toEqual(
			success({
				...SHOWN,
				id,
				transaction_id: expect.stringMatching(/^trans_[0-9a-f]{12}$/),
				paid_at: expect.stringMatching(MOMENT),
				status: 'paid',
				details: [
					{
						component_type: 'Payable Amount',
						amount: 1000,
						settlement_utr: 'settl_1234',
						settled_at: expect.stringMatching(MOMENT),
					},
				],
			}),
		);
	});

	test("the order guide's sample: years and amounts as text, with a branch", async () => {
		const id = await create('/pay/orders', {
			...ORDER,
			identifier: 'any_ref_id',
			custom_identifier: 'test4567',
			grade: 'grade_5733xxx',
			new_admission: false,
			academic_year_start: '2022',
			academic_year_end: '2023',
			student_name: 'Student Name',
			collector_code: '1',
			details: [
				{ component_type: 'COURSE_FEE', amount: '1.0' },
				{ component_type: 'ADMISSION_FEE', amount: '1.0' },
				{ component_type: 'TUITION_FEE', amount: '1.0' },
			],
		});
		const { body } = await jodo.api('GET', `/pay/orders/${id}`);
		expect(body.data).toMatchObject({
			academic_year_start: 2022,
			academic_year_end: 2023,
			new_admission: false,
			student_name: 'Student Name',
		});
		expect(body.data.details[0]).toEqual({ component_type: 'COURSE_FEE', amount: 1 });
	});

	test('an order and a link are not each other', async () => {
		const link = await create('/pay/payment_links', LINK);
		const answer = await jodo.api('GET', `/pay/orders/${link}`);
		expect([answer.status, answer.body]).toEqual([404, unknownResource]);
	});
});

describe('payment links', () => {
	test('create, get, cancel', async () => {
		const answer = await jodo.api('POST', '/pay/payment_links', LINK);
		expect([answer.status, answer.body]).toEqual([201, created]);
		const path = `/pay/payment_links/${answer.body.data.order_id}`;

		const cancel = await jodo.api('DELETE', path);
		expect([cancel.status, cancel.body]).toEqual([
			200,
			{ status: 'success', message: 'Payment link cancelled successfully!' },
		]);
		expect((await jodo.api('GET', path)).body.data.status).toBe('cancelled');

		const again = await jodo.api('DELETE', path);
		expect(again.status).toBe(400);
		expect(again.body).toEqual({
			status: 'error',
			code: 'HUE00000',
			message: expect.stringContaining('cancelled already'),
		});
	});

	test('a paid link cannot be cancelled', async () => {
		const id = await create('/pay/payment_links', LINK);
		await jodo.admin('POST', `/admin/orders/${id}/pay`);
		const { status, body } = await jodo.api('DELETE', `/pay/payment_links/${id}`);
		expect([status, body.code]).toEqual([400, 'HUE00000']);
	});

	test('a link past its expires_at expires by itself', async () => {
		// Milliseconds are allowed in a date-time, but Jodo shows whole seconds.
		const expires_at = new Date(Date.now() + 1000).toISOString();
		const id = await create('/pay/payment_links', { ...LINK, expires_at });
		const read = async () => (await jodo.api('GET', `/pay/payment_links/${id}`)).body.data;
		expect((await read()).expires_at).toMatch(MOMENT);
		while ((await read()).status === 'unpaid') await new Promise((done) => setTimeout(done, 50));
		expect(await read()).toMatchObject({ status: 'expired', transaction_id: null, paid_at: null });
	});

	test.each(['GET', 'DELETE'])('%s of an unknown link: 404', async (method) => {
		const { status, body } = await jodo.api(method, '/pay/payment_links/order_unknown');
		expect([status, body]).toEqual([404, unknownResource]);
	});
});

describe('configuration', () => {
	test('branches', async () => {
		const { status, body } = await jodo.api('GET', '/erp/branches');
		expect([status, body.data.length]).toEqual([200, 3]);
		const stream = { name: expect.any(String) };
		expect(body.data[0]).toEqual({ code: 'ed3ef2db524f', name: expect.any(String), stream });
	});

	test.each([
		['/erp/grades', { code: 'fdb97be4', name: 'Class I' }],
		['/erp/fee-components', { component_type: 'COURSE_FEE', name: 'Course Fee' }],
		['/erp/fee-components', { component_type: 'Payable Amount', name: expect.any(String) }],
		['/erp/discounts', { discount_type: 'SIBLINGS', name: 'Siblings' }],
	])('%s', async (path, row) => {
		const { status, body } = await jodo.api('GET', `${path}?collector_code=ed3ef2db524f`);
		expect([status, body]).toEqual([200, success(expect.arrayContaining([row]))]);
	});

	test('a branch narrows the list; an unknown one is refused', async () => {
		const codes = async (query: string) => {
			const { body } = await jodo.api('GET', `/erp/fee-components${query}`);
			return body.data.map((row: { component_type: string }) => row.component_type);
		};
		expect(await codes('')).toContain('LAB_FEE');
		expect(await codes('?collector_code=ed3ef2db524f')).not.toContain('LAB_FEE');
		const { status } = await jodo.api('GET', '/erp/fee-components?collector_code=nowhere');
		expect(status).toBe(400);
	});

	test('setting branchRequired: without a branch 400', async () => {
		await jodo.admin('PATCH', '/admin/settings', { branchRequired: true });
		const { status, body } = await jodo.api('GET', '/erp/grades');
		const error = { key: 'collector_code', message: 'field required' };
		expect([status, body]).toEqual([400, badRequest([error])]);
	});
});

describe('webhook subscriptions', () => {
	test('add, list, get, disable; secrets are never shown', async () => {
		const shown = { ...ADDRESS, id: expect.stringMatching(UUID) };
		const added = await jodo.api('POST', '/erp/webhooks', WEBHOOK);
		expect([added.status, added.body]).toEqual([201, success(shown)]);
		const path = `/erp/webhooks/${added.body.data.id}`;

		expect((await jodo.api('GET', '/erp/webhooks')).body).toEqual(success([shown]));
		const one = await jodo.api('GET', path);
		expect([one.status, one.body]).toEqual([200, success(shown)]);

		const disabled = await jodo.api('DELETE', path);
		expect([disabled.status, disabled.body]).toEqual([200, { status: 'success' }]);
		expect((await jodo.api('GET', '/erp/webhooks')).body).toEqual(success([]));
		await jodo.admin('PATCH', '/admin/settings', { listDisabled: true });
		expect((await jodo.api('GET', '/erp/webhooks')).body).toEqual(success([shown]));
	});

	test('an unknown id: 404 on get, 400 on disable', async () => {
		const get = await jodo.api('GET', '/erp/webhooks/unknown');
		expect([get.status, get.body]).toEqual([404, unknownResource]);
		const disable = await jodo.api('DELETE', '/erp/webhooks/unknown');
		expect([disable.status, disable.body.code]).toEqual([400, 'HUE00000']);
	});
});

describe('what is refused', () => {
	test.each([
		['wrong keys', ['sandbox_key', 'wrong'] as [string, string]],
		['no keys', null],
	])('%s: 401', async (_, keys) => {
		const { status, body } = await jodo.api('GET', '/erp/branches', undefined, keys);
		const message = 'Invalid credentials, please check!';
		expect([status, body]).toEqual([401, expect.objectContaining({ message, status: 'error' })]);
	});

	test('an unknown path: 404 as the gateway says it; a wrong method: 405', async () => {
		const path = await jodo.api('GET', '/erp/nothing');
		expect([path.status, path.body]).toEqual([404, { message: 'Not Found' }]);
		expect((await jodo.api('PUT', '/erp/branches')).status).toBe(405);
	});

	test.each([
		['a missing field', { ...LINK, email: undefined }, 'email', 'field required'],
		['a bad e-mail', { ...LINK, email: 'nobody' }, 'email', /format "email"/],
		['no line', { ...LINK, details: [] }, 'details', /fewer than 1/],
		[
			'an amount of nothing',
			{ ...LINK, details: [{ component_type: 'Payable Amount', amount: 0 }] },
			'details.0.amount',
			/>= 0.01/,
		],
		[
			'an amount that is no number',
			{ ...LINK, details: [{ component_type: 'Payable Amount', amount: '1,000' }] },
			'details.0.amount',
			/./,
		],
		['an undocumented field', { ...LINK, callback_url: 'https://a.b' }, 'callback_url', /not doc/],
		['an expiry without a zone', { ...LINK, expires_at: '2030-01-01T10:00:00' }, 'expires_at', /./],
		['an expiry in the past', { ...LINK, expires_at: '2020-01-01T10:00:00Z' }, 'expires_at', /./],
	])('%s', async (_, body, key, message) => {
		const answer = await jodo.api('POST', '/pay/payment_links', body);
		const error = { key, message: expect.stringMatching(message) };
		expect([answer.status, answer.body]).toEqual([400, badRequest([error])]);
	});

	test('a component the school does not have', async () => {
		const details = [{ component_type: 'Payment', amount: 1 }];
		const { status, body } = await jodo.api('POST', '/pay/orders', { ...ORDER, details });
		expect([status, body.message]).toEqual([400, 'Invalid component type Payment']);
	});

	test('broken JSON, and none', async () => {
		for (const body of ['{"name":', undefined]) {
			const answer = await jodo.api('POST', '/pay/orders', body);
			expect([answer.status, answer.body.code]).toEqual([400, 'E0000']);
		}
	});

	test('setting errorStyle HUE: the documented code', async () => {
		await jodo.admin('PATCH', '/admin/settings', { errorStyle: 'HUE' });
		const { status, body } = await jodo.api('POST', '/pay/payment_links', { ...LINK, email: 'x' });
		const message = expect.stringContaining('email');
		expect([status, body]).toEqual([400, { status: 'error', code: 'HUE00000', message }]);
	});

	test('an event Jodo does not have, or not under that name', async () => {
		const add = async (event_code: string) =>
			(await jodo.api('POST', '/erp/webhooks', { ...WEBHOOK, event_code })).status;
		expect(await add('order.payment.lost')).toBe(400);
		expect([await add('pay.payment.debited'), await add('payment.debited')]).toEqual([201, 400]);
		await jodo.admin('PATCH', '/admin/settings', { studentCodes: 'plain' });
		expect([await add('pay.payment.settled'), await add('payment.settled')]).toEqual([400, 201]);
		await jodo.admin('PATCH', '/admin/settings', { studentCodes: 'both' });
		expect([await add('pay.payment.settled'), await add('payment.debited')]).toEqual([201, 201]);
	});
});

test('an answer that breaks the contract is a loud 500 that says where', async () => {
	await jodo.admin('POST', '/admin/faults', {
		path: '/api/v1/integrations/erp/fee-components',
		effect: { answer: { status: 'success', data: [{ component_type: 7 }] } },
	});
	const { status, body } = await jodo.api('GET', '/erp/fee-components');
	expect(status).toBe(500);
	expect(body.message).toContain('/data/0/component_type must be string');
	expect(body.message).toContain("must have required property 'name'");
	expect(jodo.output()).toContain('broke its own contract');
});

test('the request log counts what was sent and masks secrets', async () => {
	await jodo.api('POST', '/erp/webhooks', WEBHOOK);
	await jodo.api('GET', '/erp/grades?collector_code=1', undefined, null);
	expect(await jodo.admin('GET', '/admin/requests')).toEqual([
		{
			at: expect.stringMatching(MOMENT),
			method: 'POST',
			path: '/api/v1/integrations/erp/webhooks',
			query: '',
			body: { ...WEBHOOK, secret_key: '***', header_value: '***' },
			status: 201,
			underWay: 1,
		},
		expect.objectContaining({ method: 'GET', query: '?collector_code=1', status: 401 }),
	]);
});

test('the request log says how many were under way at once', async () => {
	await jodo.admin('POST', '/admin/faults', { effect: { latencyMs: 200 } });
	await Promise.all([1, 2, 3].map(async () => await jodo.api('GET', '/erp/branches')));
	await jodo.api('GET', '/erp/branches');
	const log = (await jodo.admin('GET', '/admin/requests')) as Array<{ underWay: number }>;
	expect(log.map(({ underWay }) => underWay)).toEqual([1, 2, 3, 1]);
});

test('unknown settings and values are refused', async () => {
	const set = (body: object) => jodo.admin('PUT', '/admin/settings', body);
	await expect(set({ errorStyle: 'E1' })).rejects.toThrow('400');
	await expect(set({ errorstyle: 'HUE' })).rejects.toThrow('no such setting');
	expect(await set({ repeatKeeps: 'both' })).toMatchObject({ repeatKeeps: 'both' });
});
