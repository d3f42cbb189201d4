// Every event, raised as its documented sample and by what makes it happen.
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startReceiver, type Receiver } from './receiver.cts';
import { startSandbox, type Sandbox } from '../support/sandbox.cts';

const FIXTURES = join(__dirname, '../fixtures/events');
const CODES = readdirSync(FIXTURES).map((file) => file.replace(/\.json$/, ''));
const SECRET = 'my-secret-key';

let jodo: Sandbox;
let ours: Receiver;
beforeAll(async () => {
	[jodo, ours] = await Promise.all([startSandbox(), startReceiver()]);
});
afterAll(() => Promise.all([jodo.stop(), ours.close()]));
beforeEach(async () => {
	await jodo.admin('POST', '/admin/reset');
	await jodo.admin('PATCH', '/admin/settings', { studentCodes: 'plain' });
	ours.received.length = 0;
});

async function subscribe(...codes: string[]) {
	for (const event_code of codes) {
		const { status } = await jodo.api('POST', '/erp/webhooks', {
			event_code,
			url: ours.url,
			failure_notification_email: 'you@example.com',
			secret_key: SECRET,
		});
		expect(status).toBe(201);
	}
}
const arrived = () => ours.received.map(({ bytes }) => JSON.parse(bytes.toString()));
const last = () => arrived().at(-1);

/** Every leaf's path with its type; rows of a list count as one. What may be null says nothing of its type. */
function shape(value: unknown, path = '', found: Record<string, string> = {}) {
	if (Array.isArray(value)) for (const one of value) shape(one, `${path}[]`, found);
	else if (value !== null && typeof value === 'object') {
		for (const [key, one] of Object.entries(value)) shape(one, `${path}.${key}`, found);
	} else found[path] = value === null ? (found[path] ?? 'null') : typeof value;
	return found;
}
const agree = (one?: string, other?: string) => one === other || [one, other].includes('null');

test.each(CODES)('%s: signed, with the documented fields and types', async (code) => {
	await subscribe(code);
	await jodo.admin('POST', '/admin/events', { event: code });
	const [{ bytes, headers }] = ours.received as [Receiver['received'][number]];
	expect(headers['x-jodo-signature']).toBe(
		createHmac('sha256', SECRET).update(bytes).digest('hex'),
	);
	const { event, ...envelope } = last();
	expect([event, envelope.version]).toEqual([code, '1.0']);
	const { payload } = JSON.parse(readFileSync(join(FIXTURES, `${code}.json`), 'utf8')).event;
	const [ours_, theirs] = [shape(envelope.payload), shape(payload)];
	expect(Object.keys(ours_).sort()).toEqual(Object.keys(theirs).sort());
	for (const [path, type] of Object.entries(theirs)) {
		expect([path, agree(ours_[path], type) || ours_[path]]).toEqual([path, true]);
	}
});

describe('the documentation contradicts itself, and so does the sandbox', () => {
	const payload = async (event: string) => {
		await subscribe(event);
		await jodo.admin('POST', '/admin/events', { event });
		return last().payload;
	};

	test('ids are texts here and numbers there, unless set', async () => {
		expect((await payload('flex.subscription.active')).subscription.id).toBe('2304');
		expect((await payload('flex.subscription.closed')).subscription.id).toBe(2304);
		await jodo.admin('PATCH', '/admin/settings', { ids: 'string' });
		expect((await payload('flex.subscription.closed')).jodo_student_id).toBe('7951');
		await jodo.admin('PATCH', '/admin/settings', { ids: 'number' });
		expect((await payload('flex.subscription.active')).jodo_student_id).toBe(7951);
	});

	test('the mandate has grade name and code the other way round', async () => {
		expect((await payload('flex.mandate.cancelled')).student.grade).toEqual({
			name: 'M1BLUE',
			code: 'Montessori 1',
		});
	});
});

describe('what makes it happen', () => {
	let id: string;
	const act = (action: string, body?: object) =>
		jodo.admin('POST', `/admin/students/${id}/${action}`, body);
	const codes = () => arrived().map(({ event }) => event);

	beforeEach(async () => {
		await subscribe(...CODES);
		const user = { name: 'Parent Name', phone: '9876543210', email: 'parent@example.com' };
		const { data } = (await jodo.api('POST', '/erp/users/register', user)).body;
		const { body } = await jodo.api('POST', `/erp/users/${data.registration_id}/students`, {
			student: {
				fullname: 'Student Name',
				identifier: 'ADM-1',
				grade: 'M1BLUE',
				new_admission: false,
				academic_year_start: '2026',
				academic_year_end: '2027',
				date_of_birth: '2020-01-31',
				primary_contact_name: 'Parent Name',
				primary_contact_number: '9876543210',
				primary_contact_email: 'parent@example.com',
			},
			fee_components: [
				{ component_type: 'TUITION_FEE', fee_amount: 1000.1 },
				{
					component_type: 'TRANSPORT_FEE',
					fee_amount: 600,
					discounts: [{ discount_type: 'SIBLINGS', value: 100 }],
				},
			],
		});
		id = body.jodo_student_id;
		while (!codes().includes('masterdata.student.registered')) await tick();
		ours.received.length = 0;
	});
	const tick = () => new Promise((done) => setTimeout(done, 20));

	test("a student's fee is paid, and settled in two parts", async () => {
		await act('pay');
		await act('settle', { utr: 'UTR1', rows: [1] });
		await act('settle', { utr: 'UTR2' });
		expect(codes()).toEqual(['payment.debited', 'payment.settled', 'payment.settled']);
		const [debited, first, second] = arrived().map(({ payload }) => payload);
		expect(debited).toMatchObject({ jodo_student_id: Number(id), payment: { amount: 1500.1 } });
		expect(debited.payment.details).toEqual([
			{ fee_component: 'TUITION_FEE', amount: 1000.1 },
			{ fee_component: 'TRANSPORT_FEE', amount: 500 },
		]);
		const utrs = ({ payment }: { payment: { details: Array<{ settlement_utr: string }> } }) =>
			payment.details.map(({ settlement_utr }) => settlement_utr);
		expect([utrs(first), utrs(second)]).toEqual([
			[null, 'UTR1'],
			['UTR2', 'UTR1'],
		]);
		await expect(act('settle')).rejects.toThrow('409');
		await expect(act('pay')).rejects.toThrow('not possible now');
		const { data } = (await jodo.api('GET', `/erp/students/${id}/payments`)).body;
		expect(data).toMatchObject([{ amount: 1500.1, product: 'pg', mode: 'pg' }]);
	});

	test('Flex, from the plan to the revoked mandate', async () => {
		await act('plan', { downpayment: true });
		await expect(act('debit', { payment: 'nothing' })).rejects.toThrow('409');
		await act('debit');
		await act('settle');
		await act('setup');
		await expect(act('bounce')).rejects.toThrow('409');
		await act('active');
		await act('bounce');
		await act('debit');
		await act('settle', { rows: [0] });
		await act('settle');
		await act('update');
		await act('revoke', { reason: 'bank_kyc_pending' });
		await act('cancel-plan');
		expect(codes()).toEqual([
			'flex.downpayment.debited',
			'flex.downpayment.settled',
			'flex.subscription.setup',
			'flex.subscription.active',
			'flex.instalment.bounced',
			'flex.instalment.debited',
			'flex.instalment.settled',
			'flex.instalment.settled',
			'flex.subscription.updated',
			'flex.mandate.cancelled',
			'flex.subscription.cancelled',
		]);
		const [, , setup, , bounced, debited] = arrived().map(({ payload }) => payload);
		expect(setup.payment_schedule).toHaveLength(2);
		expect(debited.payment.id).toBe(bounced.payment.id);
		expect(bounced.payment).not.toHaveProperty('paid_at');
		const revoked = { status: 'cancelled', npci_category_code: 'bank_kyc_pending' };
		expect(arrived().at(-2).payload.mandate).toEqual({ id: expect.any(String), ...revoked });
	});

	test('a plan that is closed, a mandate that expires', async () => {
		await act('plan');
		await act('setup');
		await act('active');
		await act('expire-mandate');
		await act('close-plan');
		expect(codes().slice(-2)).toEqual(['flex.mandate.expired', 'flex.subscription.closed']);
		expect(arrived().at(-2).payload).toMatchObject({
			subscription: { status: 'locked' },
			mandate: { status: 'expired', end_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
		});
	});

	test('a loan, from the application to the first repayment', async () => {
		for (const step of ['start', 'fill', 'approve', 'sign', 'disburse', 'disburse']) {
			await act(`${step}-loan`);
		}
		await act('pay-emi');
		await expect(act('disburse-loan')).rejects.toThrow('409');
		const steps = ['application_started', 'application_filled', 'final_approved'];
		expect(codes()).toEqual([
			...[...steps, 'agreement_signed', 'disbursed', 'disbursed'].map(
				(what) => `cred.loan.${what}`,
			),
			'cred.emi.debited',
		]);
		const sums = arrived()
			.slice(4, 6)
			.map(({ payload }) => payload.disbursement.disbursed_amount);
		expect(sums[0] + sums[1]).toBeCloseTo(1500.1);
		expect(last().payload.application).toMatchObject({ amount: '1500.1', id: expect.any(String) });
	});

	test.each([
		['reject', 'rejected'],
		['cancel', 'canceled'],
		['expire', 'application_expired'],
	])('a loan that ends early: %s', async (step, what) => {
		await act('start-loan');
		await act(`${step}-loan`);
		expect(last()).toMatchObject({
			event: `cred.loan.${what}`,
			payload: { application: { status: what } },
		});
	});

	test('cash at the office, changed and cancelled; a student dropped and back', async () => {
		for (const action of ['record', 'update-payment', 'cancel-payment', 'drop', 'activate']) {
			await act(action);
		}
		expect(codes()).toEqual([
			'direct.payment.added',
			'direct.payment.updated',
			'direct.payment.cancelled',
			'masterdata.student.dropped',
			'masterdata.student.activated',
		]);
		await expect(act('fly')).rejects.toThrow('no action');
	});

	test.each([
		[true, ['direct.payment.added', 'direct.payment.cancelled']],
		[false, []],
	])('setting manualEventsFromApi %s', async (manualEventsFromApi, expected) => {
		await jodo.admin('PATCH', '/admin/settings', { manualEventsFromApi });
		const path = `/erp/students/${id}/payments`;
		await jodo.api('POST', path, {
			amount: 5,
			paid_at: '2026-01-29T10:05:45Z',
			transaction_id: 'tra_1',
			fee_components: [{ component_type: 'TUITION_FEE', amount: 5 }],
		});
		await jodo.api('DELETE', `${path}/tra_1`);
		// What comes after them has arrived, so they would have.
		await act('drop');
		while (arrived().length < expected.length + 1) await tick();
		expect(codes().sort()).toEqual([...expected, 'masterdata.student.dropped'].sort());
	});
});
