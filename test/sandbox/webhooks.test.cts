// Subscriptions and what is delivered to them.
import { createHmac } from 'node:crypto';
import { startReceiver, type Receiver } from './receiver.cts';
import { startSandbox, type Sandbox } from '../support/sandbox.cts';

let jodo: Sandbox;
let ours: Receiver;
let other: Receiver;
beforeAll(async () => {
	[jodo, ours, other] = await Promise.all([startSandbox(), startReceiver(), startReceiver()]);
});
afterAll(() => Promise.all([jodo.stop(), ours.close(), other.close()]));
beforeEach(async () => {
	await jodo.admin('POST', '/admin/reset');
	for (const receiver of [ours, other]) {
		receiver.received.length = 0;
		receiver.status = 200;
	}
});

const settings = (body: object) => jodo.admin('PATCH', '/admin/settings', body);

async function subscribe(event_code: string, more: object = {}, receiver = ours) {
	const answer = await jodo.api('POST', '/erp/webhooks', {
		event_code,
		url: receiver.url,
		failure_notification_email: 'you@example.com',
		...more,
	});
	expect(answer.status).toBe(201);
	return answer.body.data as { id: string; url: string; failure_notification_email: string };
}

async function link(more: object = {}): Promise<string> {
	const { body } = await jodo.api('POST', '/pay/payment_links', {
		name: 'Customer name',
		phone: '9876543210',
		email: 'you@example.com',
		details: [
			{ component_type: 'TUITION_FEE', amount: 900.5 },
			{ component_type: 'TRANSPORT_FEE', amount: 100 },
		],
		notes: [{ key: 'erp_reference_id', value: 'REF123' }],
		...more,
	});
	return body.data.order_id;
}

const raise = (event: string, more: object = {}) =>
	jodo.admin('POST', '/admin/events', { event, ...more });
const act = (id: string, what: string, body?: object) =>
	jodo.admin('POST', `/admin/orders/${id}/${what}`, body);
const arrived = (receiver = ours) =>
	receiver.received.map(({ bytes }) => JSON.parse(bytes.toString()));
const only = <T,>([one, ...more]: T[]): T => {
	expect(more).toEqual([]);
	if (one === undefined) throw new Error('Nothing arrived');
	return one;
};

describe('delivery', () => {
	test('signed over the exact bytes, with the custom header', async () => {
		await subscribe('payment_link.payment.debited', {
			secret_key: 'my-secret-key',
			header_key: 'My-Custom-Header',
			header_value: 'my-custom-header-value',
		});
		await act(await link({ student_name: 'विद्यार्थी' }), 'pay');
		const { bytes, headers } = only(ours.received);
		const expected = createHmac('sha256', 'my-secret-key').update(bytes).digest('hex');
		expect(headers['x-jodo-signature']).toBe(expected);
		expect(headers['my-custom-header']).toBe('my-custom-header-value');
		expect(headers['content-type']).toBe('application/json');
		expect(bytes.toString()).toContain('विद्यार्थी');
	});

	test('unsigned without a secret', async () => {
		await subscribe('payment_link.payment.debited');
		await act(await link(), 'pay');
		expect(only(ours.received).headers).not.toHaveProperty('x-jodo-signature');
	});

	test('logged with what was answered, the secret header masked, and sent again on request', async () => {
		ours.status = 503;
		const header = { header_key: 'X-Key', header_value: 'hidden' };
		await subscribe('payment_link.payment.debited', header);
		const done = await act(await link(), 'pay');
		expect(done.order.status).toBe('paid');
		const first = only<{ id: string }>(await jodo.admin('GET', '/admin/deliveries'));
		expect(done.deliveries).toEqual([first]);
		expect(first).toMatchObject({
			event: 'payment_link.payment.debited',
			attempt: 1,
			status: 503,
			response: 'seen',
			error: null,
			headers: { 'X-Key': '***' },
			body: ours.received[0]?.bytes.toString(),
		});

		ours.status = 200;
		const again = await jodo.admin('POST', `/admin/deliveries/${first.id}/resend`);
		expect(again).toMatchObject({ attempt: 2, status: 200 });
		const [one, two] = arrived();
		expect(two).toEqual({ ...one, event_id: expect.any(String) });
		expect(two.event_id).not.toBe(one.event_id);
	});

	test.each([
		['timestamp', false, true],
		['event_id', true, false],
		['both', true, true],
		['neither', false, false],
	])('setting repeatKeeps %s', async (repeatKeeps, sameId, sameTime) => {
		await settings({ repeatKeeps });
		await subscribe('payment_link.payment.debited');
		const { deliveries } = await act(await link(), 'pay');
		await jodo.admin('POST', `/admin/deliveries/${deliveries[0].id}/resend`);
		const [one, two] = arrived();
		expect([two.event_id === one.event_id, two.timestamp === one.timestamp]).toEqual([
			sameId,
			sameTime,
		]);
		expect(two).toEqual({ ...one, event_id: two.event_id, timestamp: two.timestamp });
	});

	test('nobody there: logged with the reason', async () => {
		const gone = await startReceiver();
		await gone.close();
		await subscribe('payment_link.payment.debited', {}, gone);
		const { deliveries } = await act(await link(), 'pay');
		expect(deliveries[0]).toMatchObject({
			status: null,
			error: expect.stringContaining('ECONNREFUSED'),
		});
	});

	test('not to a disabled subscription, nor to that of another event', async () => {
		const { id } = await subscribe('payment_link.payment.debited');
		await subscribe('order.payment.debited');
		await jodo.api('DELETE', `/erp/webhooks/${id}`);
		expect((await act(await link(), 'pay')).deliveries).toEqual([]);
	});
});

describe('payloads', () => {
	const envelope = (event: string, payload: unknown) => ({
		event_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
		event,
		version: '1.0',
		timestamp: expect.any(Number),
		payload,
	});
	const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
	const pageOrder = {
		name: 'Customer name',
		phone: '9876543210',
		identifier: null,
		email: 'you@example.com',
		student_name: null,
		custom_identifier: null,
		grade: null,
		new_admission: null,
		date_of_birth: null,
		academic_year_start: null,
		academic_year_end: null,
		transaction_id: expect.stringMatching(/^trans_/),
		paid_at: moment,
		status: 'paid',
		details: [
			{ component_type: 'TUITION_FEE', amount: 900.5 },
			{ component_type: 'TRANSPORT_FEE', amount: 100 },
		],
	};
	const linkOrder = { ...pageOrder, notes: [{ key: 'erp_reference_id', value: 'REF123' }] };

	test('a link debited, settled in two parts', async () => {
		for (const what of ['debited', 'settled']) await subscribe(`payment_link.payment.${what}`);
		const order_id = await link();
		await act(order_id, 'pay');
		await act(order_id, 'settle', { utr: 'UTR1', rows: [1] });
		await act(order_id, 'settle', { utr: 'UTR2' });
		const [tuition, transport] = linkOrder.details;
		const bank = (utr: string | null) => ({
			settlement_utr: utr,
			settled_at: utr === null ? null : moment,
		});
		const settled = (first: string | null) =>
			envelope('payment_link.payment.settled', {
				order_id,
				order: {
					...linkOrder,
					details: [
						{ ...tuition, ...bank(first) },
						{ ...transport, ...bank('UTR1') },
					],
				},
			});
		expect(arrived()).toEqual([
			envelope('payment_link.payment.debited', { order_id, order: linkOrder }),
			settled(null),
			settled('UTR2'),
		]);
		await expect(act(order_id, 'settle')).rejects.toThrow('409');
	});

	test('setting settledRows batch: only the rows just settled', async () => {
		await settings({ settledRows: 'batch' });
		await subscribe('payment_link.payment.settled');
		const id = await link();
		await act(id, 'pay');
		await act(id, 'settle', { utr: 'UTR1', rows: [1] });
		expect(only(arrived()).payload.order.details).toEqual([
			{ component_type: 'TRANSPORT_FEE', amount: 100, settlement_utr: 'UTR1', settled_at: moment },
		]);
	});

	test('a link expired', async () => {
		await subscribe('payment_link.payment.expired');
		const order_id = await link();
		await act(order_id, 'expire');
		const order = { ...linkOrder, status: 'expired', transaction_id: null, paid_at: null };
		const event = 'payment_link.payment.expired';
		expect(arrived()).toEqual([envelope(event, { order_id, order })]);
		await expect(act(order_id, 'pay')).rejects.toThrow('409');
	});

	test('an order carries no student and no transaction', async () => {
		await subscribe('order.payment.debited');
		const { body } = await jodo.api('POST', '/pay/orders', {
			name: 'Customer name',
			phone: '9876543210',
			email: 'you@example.com',
			student_name: 'Student Name',
			details: [{ component_type: 'Payable Amount', amount: 1000 }],
		});
		const { order_id } = body.data;
		await act(order_id, 'pay');
		const order = {
			name: 'Customer name',
			phone: '9876543210',
			identifier: null,
			email: 'you@example.com',
			paid_at: moment,
			status: 'paid',
			details: [{ component_type: 'Payable Amount', amount: 1000 }],
			notes: [],
		};
		expect(arrived()).toEqual([envelope('order.payment.debited', { order_id, order })]);
	});

	test("a payment page's order carries no notes", async () => {
		await subscribe('page.payment.debited');
		const { id } = await jodo.admin('POST', '/admin/orders', {
			payer: { name: 'Customer name', phone: '9876543210', email: 'you@example.com' },
			details: pageOrder.details,
		});
		await act(id, 'pay');
		expect(arrived()).toEqual([
			envelope('page.payment.debited', { order_id: id, order: pageOrder }),
		]);
	});

	test('any event, with its documented sample or a given payload', async () => {
		await subscribe('flex.instalment.settled');
		await subscribe('cred.loan.rejected');
		await raise('flex.instalment.settled');
		await raise('cred.loan.rejected', { payload: { jodo_student_id: 7408 } });
		expect(arrived()[0].payload).toMatchObject({
			jodo_student_id: 7951,
			subscription: { id: 2304, status: 'active' },
			payment: {
				id: 'flex_12616',
				details: [{ fee_component: 'ADMISSION_FEE', settlement_utr: 'payment_12616' }],
			},
		});
		expect(arrived()[1].payload).toEqual({ jodo_student_id: 7408 });
		await expect(raise('order.payment.lost')).rejects.toThrow('Not an event');
	});

	test.each([
		['pay', ['pay.payment.debited']],
		['plain', ['payment.debited']],
		['both', ['pay.payment.debited', 'payment.debited']],
	])('student-linked, codes %s', async (studentCodes, codes) => {
		await settings({ studentCodes });
		for (const code of codes) await subscribe(code);
		await raise('payment.debited');
		expect(
			arrived()
				.map(({ event }) => event)
				.sort(),
		).toEqual(codes);
		expect(arrived()[0].payload).toMatchObject({
			payment: { id: 'pg_1909', product: 'pg', details: [{ fee_component: 'ADMISSION_FEE' }] },
			student: { primary_contact_number: '9876543210' },
		});
	});
});

describe('adding again', () => {
	const EVENT = 'payment_link.payment.debited';
	const state = async () => jodo.admin('GET', '/admin/subscriptions');

	test('changes the secrets that are sent and nothing else', async () => {
		const first = await subscribe(EVENT, { secret_key: 'old', header_key: 'X-Key' });
		const again = await subscribe(
			EVENT,
			{ secret_key: 'new', failure_notification_email: 'new@example.com' },
			other,
		);
		expect(again).toEqual(first);
		await act(await link(), 'pay');
		expect(other.received).toEqual([]);
		const { bytes, headers } = only(ours.received);
		const expected = createHmac('sha256', 'new').update(bytes).digest('hex');
		expect(headers['x-jodo-signature']).toBe(expected);
		expect(headers).toHaveProperty('x-key');
	});

	test('without a secret keeps the old one', async () => {
		await subscribe(EVENT, { secret_key: 'old' });
		await subscribe(EVENT);
		expect(only<{ hasSecret: boolean }>(await state()).hasSecret).toBe(true);
	});

	test('wakes a disabled one', async () => {
		const { id } = await subscribe(EVENT);
		await jodo.api('DELETE', `/erp/webhooks/${id}`);
		expect(only<{ enabled: boolean }>(await state()).enabled).toBe(false);
		expect((await subscribe(EVENT)).id).toBe(id);
		expect(only<{ enabled: boolean }>(await state()).enabled).toBe(true);
	});

	test('for another branch is the same subscription, unless branches count', async () => {
		const [main, river] = ['ed3ef2db524f', '81c6b473c138'];
		const first = await subscribe(EVENT, { collector_code: main });
		expect((await subscribe(EVENT, { collector_code: river }, other)).id).toBe(first.id);
		await settings({ subscriptionKey: 'event+branch' });
		const second = await subscribe(EVENT, { collector_code: river }, other);
		expect(second.id).not.toBe(first.id);
		await raise(EVENT, { collector_code: river });
		expect([ours.received.length, other.received.length]).toEqual([0, 1]);
	});

	test('setting readd second: a second subscription, both served', async () => {
		await settings({ readd: 'second' });
		const first = await subscribe(EVENT);
		expect((await subscribe(EVENT, {}, other)).id).not.toBe(first.id);
		await raise(EVENT);
		expect([ours.received.length, other.received.length]).toEqual([1, 1]);
	});
});

describe('what is not accepted', () => {
	const EVENT = 'payment_link.payment.debited';
	const until = async (done: () => Promise<boolean> | boolean) => {
		while (!(await done())) await new Promise((later) => setTimeout(later, 20));
	};
	const attempts = () => jodo.admin('GET', '/admin/deliveries');
	const mails = () => jodo.admin('GET', '/admin/inbox');

	test('is tried five times more, and reported each time', async () => {
		ours.status = 401;
		await settings({ retrySpeed: 1e7 });
		await subscribe(EVENT, { failure_notification_email: 'a@example.com, b@example.com' });
		await raise(EVENT);
		await until(async () => (await mails()).length === 6);
		const log = await attempts();
		expect(log.map(({ attempt }: { attempt: number }) => attempt)).toEqual([1, 2, 3, 4, 5, 6]);
		expect(log.at(-1).retry_at).toBeNull();
		const [mail] = await mails();
		expect(mail).toMatchObject({ to: ['a@example.com', 'b@example.com'] });
		for (const text of [EVENT, 'Response code: 401', 'compare the secrets', '"order_id"']) {
			expect(mail.text).toContain(text);
		}
		expect((await mails()).at(-1).text).toContain('not be tried again');
	});

	test('is not tried again once it is accepted', async () => {
		ours.status = 500;
		await settings({ retrySchedule: [0.1, 0.1, 0.1], retrySpeed: 1 });
		await subscribe(EVENT);
		await raise(EVENT);
		ours.status = 200;
		await until(() => ours.received.length === 2);
		const pending = ({ retry_at }: { retry_at: string | null }) => retry_at !== null;
		await until(async () => (await attempts()).at(-1).status === 200);
		expect((await attempts()).filter(pending)).toEqual([]);
		const { failures, enabled } = only<Record<string, unknown>>(
			await jodo.admin('GET', '/admin/subscriptions'),
		);
		expect([failures, enabled]).toEqual([0, true]);
	});

	test('waits by the clock: 6 hours at first, and nothing is left of it after a reset', async () => {
		ours.status = 500;
		await subscribe(EVENT);
		const before = Date.now();
		const { deliveries } = await raise(EVENT);
		const wait = Date.parse(deliveries[0].retry_at) - before;
		expect(wait / 1000).toBeGreaterThanOrEqual(59);
		expect(wait / 1000).toBeLessThan(70);
		await jodo.admin('POST', '/admin/reset');
		expect(await attempts()).toEqual([]);
	});

	test.each([
		['uat', 10],
		['live', 100],
	])(
		'environment %s: after %i failures the subscription is disabled',
		async (environment, most) => {
			ours.status = 500;
			await settings({ environment, retrySchedule: [] });
			const { id } = await subscribe(EVENT);
			for (let i = 1; i < most; i++) await raise(EVENT);
			const state = async () =>
				only<{ enabled: boolean; failures: number }>(
					await jodo.admin('GET', '/admin/subscriptions'),
				);
			expect(await state()).toMatchObject({ enabled: true, failures: most - 1 });
			await raise(EVENT);
			expect(await state()).toMatchObject({ enabled: false });
			expect((await mails()).at(-1)).toMatchObject({ subject: `Webhook disabled: ${EVENT}` });
			expect((await raise(EVENT)).deliveries).toEqual([]);
			expect((await subscribe(EVENT)).id).toBe(id);
			expect(await state()).toMatchObject({ enabled: true, failures: 0 });
		},
	);

	test('a retry is not sent to a subscription disabled meanwhile', async () => {
		ours.status = 500;
		await settings({ retrySchedule: [0.01], retrySpeed: 1 });
		const { id } = await subscribe(EVENT);
		await raise(EVENT);
		await jodo.api('DELETE', `/erp/webhooks/${id}`);
		await until(async () => only<{ retry_at: unknown }>(await attempts()).retry_at === null);
		expect(ours.received).toHaveLength(1);
	});

	test('settings of the clock that make no sense are refused', async () => {
		for (const wrong of [{ retrySpeed: 0 }, { retrySchedule: ['1'] }, { retrySchedule: 5 }]) {
			await expect(settings(wrong)).rejects.toThrow('400');
		}
	});
});

describe('sent once more by hand', () => {
	const EVENT = 'payment_link.payment.debited';
	const resend = async (body?: object) => {
		const [{ id }] = await jodo.admin('GET', '/admin/deliveries');
		return jodo.admin('POST', `/admin/deliveries/${id}/resend`, body);
	};
	beforeEach(async () => {
		await subscribe(EVENT, { secret_key: 'right' });
		await raise(EVENT);
	});

	test('twice', async () => {
		expect(await resend({ times: 2 })).toHaveLength(2);
		expect(ours.received).toHaveLength(3);
	});

	test('forged: the signature is wrong, and a refusal is no failure', async () => {
		ours.status = 401;
		expect(await resend({ forged: true })).toMatchObject({ forged: true, retry_at: null });
		const { bytes, headers } = ours.received[1] as Receiver['received'][number];
		const right = createHmac('sha256', 'right').update(bytes).digest('hex');
		expect(headers['x-jodo-signature']).toMatch(/^[0-9a-f]{64}$/);
		expect(headers['x-jodo-signature']).not.toBe(right);
		expect(await jodo.admin('GET', '/admin/inbox')).toEqual([]);
		expect(only<object>(await jodo.admin('GET', '/admin/subscriptions'))).toMatchObject({
			failures: 0,
		});
	});

	test('with the same event_id or with a fresh one, whatever is set', async () => {
		await resend({ freshEventId: false });
		await settings({ repeatKeeps: 'both' });
		await resend({ freshEventId: true });
		const [first, same, fresh] = arrived().map(({ event_id }) => event_id);
		expect([same === first, fresh === first]).toEqual([true, false]);
	});
});
