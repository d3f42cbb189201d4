// Every operation in a real n8n, against a Jodo that checks each request and answer by its contract:
// of three items the middle one fails and leaves by the error output; the other two are untouched by that.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';
import operations from '../fixtures/operations.json' with { type: 'json' };
import { blackBox, type Item } from './blackBox.mts';
import { api, cleanSlate, sandbox } from './world.mts';

interface Case {
	/** What comes from the item; everything else is filled in as in the fixture. */
	parameters: Item;
	/** Two good ones with a bad one between them. */
	items(): Promise<Item[]> | Item[];
	/** What the error of the bad one says. */
	error: RegExp;
	/** What must leave for a good item. `rows` is what did: ids in it are checked by asking Jodo. */
	output(item: Item, rows: Item[]): Promise<Item[]> | Item[];
	/** Where no field can be wrong: Jodo refuses the second of these requests. */
	refuseSecond?: string;
}

const PREFIX = '/api/v1/integrations';
const AUTHORIZATION = `Basic ${Buffer.from('sandbox_key:sandbox_secret').toString('base64')}`;

/** Asks Jodo itself, past the node. */
async function jodo<T>(method: string, path: string, body?: unknown): Promise<T> {
	const answer = await fetch(`${sandbox.url}${PREFIX}${path}`, {
		method,
		headers: { authorization: AUTHORIZATION, 'content-type': 'application/json' },
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const text = await answer.text();
	assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
	return (JSON.parse(text) as { data: T }).data;
}

const PHONES = ['9876543210', '9876543211', '9876543212'];
const parent = (name: string, phone = PHONES[0]) => ({
	name,
	phone,
	email: `${name.split(' ')[0]?.toLowerCase()}@example.com`,
});

const userId = async (name: string) =>
	(await jodo<{ registration_id: string }>('POST', '/erp/users/register', parent(name)))
		.registration_id;

let admissions = 0;
/** Registers a student; the id as Jodo gives it. */
async function studentId(name: string): Promise<string> {
	const identifier = `2026-${1000 + ++admissions}`;
	const path = `${PREFIX}/erp/users/${await userId('Asha Rao')}/students`;
	const answer = await fetch(sandbox.url + path, {
		method: 'POST',
		headers: { authorization: AUTHORIZATION, 'content-type': 'application/json' },
		body: JSON.stringify({
			student: {
				fullname: name,
				identifier,
				grade: 'grade_5944',
				new_admission: false,
				academic_year_start: '2026',
				academic_year_end: '2027',
				date_of_birth: '2013-04-09',
				primary_contact_name: 'Asha Rao',
				primary_contact_number: '9876543210',
				primary_contact_email: 'asha@example.com',
			},
			fee_components: [
				{
					component_type: 'TUITION_FEE',
					fee_amount: 48000,
					discounts: [{ discount_type: 'SIBLINGS', value: 4000 }],
				},
				{ component_type: 'TRANSPORT_FEE', fee_amount: 9000 },
			],
		}),
	});
	const { jodo_student_id: id } = (await answer.json()) as { jodo_student_id: string };
	return String(id);
}

const twoStudents = async (wrong: Item = { studentId: '999999' }): Promise<Item[]> => [
	{ studentId: await studentId('Meera Rao') },
	wrong,
	{ studentId: await studentId('Kabir Rao') },
];

const payment = (transaction_id: string, amount = 2000) => ({
	amount,
	paid_at: '2026-04-10T05:30:00Z',
	mode: 'cash',
	transaction_id,
	fee_components: [{ component_type: 'TUITION_FEE', amount }],
});

async function withPayments(transactions: string[]): Promise<Item[]> {
	const items = await twoStudents();
	for (const { studentId: id } of [items[0], items[2]] as Item[]) {
		for (const transaction of transactions) {
			await jodo('POST', `/erp/students/${String(id)}/payments`, payment(transaction));
		}
	}
	return items.map((item) => ({ ...item, transactionId: transactions[0] }));
}

interface Made {
	order_id: string;
	redirect_url: string;
}
async function made(kind: 'orders' | 'payment_links', names: string[]): Promise<Item[]> {
	const all = names.map(async (name) => {
		const details = [{ component_type: 'Payable Amount', amount: 1250.5 }];
		const notes = [{ key: 'erp_reference_id', value: name }];
		const order = { ...parent(name), identifier: '2026-0117', details, notes };
		const { order_id } = await jodo<Made>('POST', `/pay/${kind}`, order);
		return { orderId: order_id, name };
	});
	const [first, last] = await Promise.all(all);
	return [first, { orderId: 'order_0' }, last] as Item[];
}

/** The one order of this payer, as the output of Create. */
async function orderOf({ name }: Item, more: Item = {}): Promise<Item[]> {
	const { orders } = await sandbox.admin<{
		orders: Array<{
			order_id: string;
			checkout_url: string;
			payer: Item;
			details: Array<{ amount: number }>;
		}>;
	}>('GET', '/state');
	const its = orders.filter(({ payer }) => payer.name === name);
	return its.map(({ order_id, checkout_url, payer, details }) => ({
		order_id,
		redirect_url: checkout_url,
		name,
		phone: payer['phone'],
		email: payer['email'],
		amount: details[0]?.amount,
		identifier: payer['identifier'] ?? null,
		student_name: payer['student_name'] ?? null,
		...more,
	}));
}

const PAYERS = [
	{ name: 'Asha Rao', phone: 9876543210, amount: '1,00,000.50' },
	{ name: 'Birju Nair', phone: '9876543211', amount: 'twelve' },
	{ name: 'Chitra Iyer', phone: '+91 98765 43212', amount: '₹5,000' },
];
const CREATE = {
	name: '={{ $json.name }}',
	phone: '={{ $json.phone }}',
	email: 'asha@example.com',
	details: { lineItem: [{ componentType: 'TUITION_FEE', amount: '={{ $json.amount }}' }] },
};
const simplified = ({ orderId, name }: Item): Item => ({
	id: orderId,
	status: 'unpaid',
	amount: 1250.5,
	payer: name,
	identifier: '2026-0117',
	paid_at: null,
	settled_so_far: 0,
	fully_settled: false,
	settled_at: null,
	settlement_utr: null,
	transaction_id: null,
	notes: { erp_reference_id: name },
});
const ORDER = { orderId: '={{ $json.orderId }}' };
const NO_ORDER = /does not know this record: Resource not found \[HUE00001\]/;

const STUDENT = { studentId: '={{ $json.studentId }}' };
const NO_STUDENT = /does not know this record: Student (was )?not found \[E0000\]/;
const doneFor = ({ studentId: id }: Item) => [{ success: true, jodo_student_id: id }];

const ofBranch = (path: string): Case => ({
	parameters: { collectorCode: '={{ $json.branch }}' },
	items: () => ['ed3ef2db524f', 'nowhere', '1'].map((branch) => ({ branch })),
	error: /did not accept the data: 'Branch': no such branch/,
	output: async ({ branch }) => await jodo('GET', `${path}?collector_code=${String(branch)}`),
});

interface Subscription {
	id: string;
	event_code: string;
	url: string;
	failure_notification_email: string;
}
const subscribe = async (event_code: string) =>
	await jodo<Subscription>('POST', '/erp/webhooks', {
		event_code,
		url: `https://erp.example.com/${event_code}`,
		failure_notification_email: 'erp@example.com',
	});
const twoWebhooks = async (): Promise<Item[]> => [
	{ webhookId: (await subscribe('order.payment.settled')).id },
	{ webhookId: randomUUID() },
	{ webhookId: (await subscribe('flex.instalment.settled')).id },
];
const WEBHOOK = { webhookId: '={{ $json.webhookId }}' };
const threeRows = () => [{ row: 1 }, { row: 2 }, { row: 3 }];

const CASES: Record<string, Case> = {
	'user.register': {
		parameters: {
			name: '={{ $json.name }}',
			phone: '={{ $json.phone }}',
			email: '={{ $json.email }}',
		},
		items: () => [
			parent('Asha Rao', PHONES[0]),
			parent('Birju Nair', '12345'),
			parent('Chitra Iyer', PHONES[2]),
		],
		error: /^Row 2 of 3.*: 'Phone' is not a phone number of at least 10 digits: "12345"/,
		// Whoever registers the same phone and e-mail again finds the same user.
		output: async (item) => [await jodo('POST', '/erp/users/register', item)],
	},
	'user.getAccessToken': {
		parameters: {
			registrationId: '={{ $json.registrationId }}',
			additionalFields: { studentId: '={{ $json.studentId }}', productType: 'flex' },
		},
		items: async () => [
			{ registrationId: await userId('Asha Rao'), studentId: 7001 },
			{ registrationId: 'user_0', studentId: 7002 },
			{ registrationId: await userId('Chitra Iyer'), studentId: 7003 },
		],
		error: /does not know this record: User not found \[E0000\]/,
		output({ studentId: id }, [row]) {
			const { access_token, expires_at } = row as { access_token: string; expires_at: string };
			assert.ok(access_token);
			assert.ok(Date.parse(expires_at) > Date.now());
			const login_url = `${sandbox.url}/consumer/login-redirect?access_token=${encodeURIComponent(access_token)}&jodo_student_id=${String(id)}&product_type=flex`;
			return [{ access_token, expires_at, login_url }];
		},
	},

	'student.register': {
		parameters: {
			registrationId: '={{ $json.registrationId }}',
			fullName: '={{ $json.name }}',
			identifier: '={{ $json.admissionNo }}',
			dateOfBirth: '={{ $json.born }}',
		},
		items: async () => [
			{
				registrationId: await userId('Asha Rao'),
				name: 'Meera Rao',
				admissionNo: 117,
				born: '09/04/2013',
			},
			{ registrationId: 'user_0', name: 'Nobody', admissionNo: 118, born: '09/04/2013' },
			{
				registrationId: await userId('Chitra Iyer'),
				name: 'Dev Iyer',
				admissionNo: 119,
				born: '2014-12-31',
			},
		],
		error: /does not know this record: User not found \[E0000\]/,
		async output({ registrationId, name, admissionNo }, [row]) {
			const id = row?.jodo_student_id;
			const known = await jodo<Item>('GET', `/erp/students/${String(id)}`);
			assert.deepEqual([known.fullname, known.identifier], [name, String(admissionNo)]);
			return [{ success: true, registration_id: registrationId, jodo_student_id: id as string }];
		},
	},
	'student.get': {
		parameters: STUDENT,
		items: () => twoStudents(),
		error: NO_STUDENT,
		async output({ studentId: id }, [row]) {
			assert.deepEqual(row?.fee_summary, { total_fee: 57000, total_discount: 4000 });
			return [await jodo('GET', `/erp/students/${String(id)}`)];
		},
	},
	'student.update': {
		parameters: {
			...STUDENT,
			fullName: '={{ $json.name }}',
			identifier: '={{ $json.admissionNo }}',
		},
		items: async () => {
			const [first, , last] = await twoStudents();
			return [
				{ ...first, name: 'Meera A. Rao', admissionNo: 901 },
				{ ...first, name: ' ', admissionNo: 902 },
				{ ...last, name: 'Kabir A. Rao', admissionNo: '2026/903' },
			];
		},
		error: /^Row 2 of 3.*: 'Student Name' is empty/,
		async output({ studentId: id, name, admissionNo }) {
			const known = await jodo<Item>('GET', `/erp/students/${String(id)}`);
			for (const key of ['fee_summary', 'custom_identifier', 'collector_code']) delete known[key];
			return [{ ...known, fullname: name, identifier: String(admissionNo) }];
		},
	},
	'student.updateFee': {
		parameters: STUDENT,
		items: () => twoStudents(),
		error: NO_STUDENT,
		async output(item) {
			const known = await jodo<Item>('GET', `/erp/students/${String(item.studentId)}`);
			assert.deepEqual(known.fee_summary, { total_fee: 6750, total_discount: 0 });
			return doneFor(item);
		},
	},
	'student.getProducts': {
		parameters: { ...STUDENT, productType: 'any' },
		items: () => twoStudents(),
		error: NO_STUDENT,
		async output({ studentId: id }, rows) {
			assert.deepEqual(
				rows.map(({ product_type }) => product_type),
				['flex', 'pay', 'cred'],
			);
			return await jodo('GET', `/erp/students/${String(id)}/products`);
		},
	},

	'payment.getAll': {
		parameters: { ...STUDENT, limit: 2 },
		items: () => withPayments(['receipt 1', 'receipt 2', 'receipt 3']),
		error: NO_STUDENT,
		output: async ({ studentId: id }) =>
			(await jodo<Item[]>('GET', `/erp/students/${String(id)}/payments`)).slice(0, 2),
	},
	'payment.add': {
		parameters: STUDENT,
		items: () => twoStudents(),
		error: NO_STUDENT,
		async output(item) {
			const [paid, ...more] = await jodo<Item[]>(
				'GET',
				`/erp/students/${String(item.studentId)}/payments`,
			);
			assert.deepEqual([paid?.amount, paid?.paid_at, more], [2000, '2022-01-29T10:05:00Z', []]);
			return [{ success: true, jodo_student_id: item.studentId, transaction_id: 'tra_1234' }];
		},
	},
	'payment.cancel': {
		parameters: { ...STUDENT, transactionId: '={{ $json.transactionId }}' },
		items: async () => {
			const [first, , last] = (await withPayments(['receipt 1/2026'])) as [Item, Item, Item];
			return [first, { ...first, transactionId: 'receipt 9' }, last];
		},
		error: /does not know this record: Payment not found \[E0000\]/,
		async output({ studentId: id, transactionId }) {
			assert.deepEqual(await jodo('GET', `/erp/students/${String(id)}/payments`), []);
			return [{ success: true, jodo_student_id: id, transaction_id: transactionId }];
		},
	},

	'flexPlan.set': {
		parameters: STUDENT,
		items: () => twoStudents(),
		error: NO_STUDENT,
		async output(item) {
			const { payment_schedule } = await jodo<{ payment_schedule: Item[] }>(
				'GET',
				`/flex/students/${String(item.studentId)}/plans`,
			);
			assert.deepEqual(
				payment_schedule.map(({ due_date, amount }) => [due_date, amount]),
				[['2027-09-15', 11000]],
			);
			return doneFor(item);
		},
	},
	'flexPlan.get': {
		parameters: STUDENT,
		items: async () => {
			const items = await twoStudents();
			for (const [index, item] of [items[0], items[2]].entries()) {
				const amount = 4000 + index;
				await jodo('POST', `/flex/students/${String(item?.studentId)}/plans`, {
					payment_schedule: [
						{ due_date: '2027-05-05', details: [{ component_type: 'TUITION_FEE', amount }] },
						{ due_date: '2027-06-05', details: [{ component_type: 'TRANSPORT_FEE', amount }] },
					],
				});
			}
			return items;
		},
		error: NO_STUDENT,
		output: async ({ studentId: id }) => [await jodo('GET', `/flex/students/${String(id)}/plans`)],
	},

	'paymentLink.create': {
		parameters: CREATE,
		items: () => PAYERS,
		error:
			/^Row 2 of 3.*: 'Amount in Rupees' in entry 1 of 'Amounts to Collect' is not an amount .*: "twelve"/,
		output: (item) => orderOf(item, { expires_at: '2099-03-31T18:29:59Z' }),
	},
	'paymentLink.get': {
		parameters: { ...ORDER, simplify: true },
		items: () => made('payment_links', ['Asha Rao', 'Chitra Iyer']),
		error: NO_ORDER,
		output: (item) => [simplified(item)],
	},
	'paymentLink.cancel': {
		parameters: ORDER,
		items: async () => {
			const items = await made('payment_links', ['Asha Rao', 'Chitra Iyer']);
			const paid = await made('payment_links', ['Birju Nair']);
			await sandbox.admin('POST', `/orders/${String(paid[0]?.orderId)}/pay`);
			return [items[0], paid[0], items[2]] as Item[];
		},
		error: /This payment link cannot be cancelled\./,
		async output({ orderId }) {
			const { status } = await jodo<Item>('GET', `/pay/payment_links/${String(orderId)}`);
			assert.equal(status, 'cancelled');
			return [{ success: true, order_id: orderId }];
		},
	},

	'order.create': {
		parameters: CREATE,
		items: () => PAYERS,
		error:
			/^Row 2 of 3.*: 'Amount in Rupees' in entry 1 of 'Amounts to Collect' is not an amount .*: "twelve"/,
		output: (item) => orderOf(item),
	},
	'order.get': {
		parameters: { ...ORDER, simplify: true },
		items: () => made('orders', ['Asha Rao', 'Chitra Iyer']),
		error: NO_ORDER,
		output: (item) => [simplified(item)],
	},

	'configuration.getBranches': {
		parameters: {},
		items: threeRows,
		refuseSecond: '/erp/branches',
		error: /did not accept the data: Not now\./,
		output: async () => await jodo('GET', '/erp/branches'),
	},
	'configuration.getGrades': ofBranch('/erp/grades'),
	'configuration.getFeeComponents': ofBranch('/erp/fee-components'),
	'configuration.getDiscounts': ofBranch('/erp/discounts'),

	'webhook.add': {
		parameters: {
			eventCode: '={{ $json.event }}',
			url: '=https://erp.example.com/{{ $json.event }}',
			additionalFields: { collectorCode: 'ed3ef2db524f', secretKey: 'of the ERP' },
		},
		items: () =>
			['order.payment.settled', 'order.payment.lost', 'payment_link.payment.expired'].map(
				(event) => ({ event }),
			),
		error: /did not accept the data: 'Event': value is not one of the documented ones/,
		output: async ({ event }) =>
			(await jodo<Subscription[]>('GET', '/erp/webhooks')).filter(
				({ event_code }) => event_code === event,
			) as unknown as Item[],
	},
	'webhook.getAll': {
		parameters: {},
		items: async () => {
			await twoWebhooks();
			return threeRows();
		},
		refuseSecond: '/erp/webhooks',
		error: /did not accept the data: Not now\./,
		output: async () => await jodo('GET', '/erp/webhooks'),
	},
	'webhook.get': {
		parameters: WEBHOOK,
		items: twoWebhooks,
		error: NO_ORDER,
		output: async ({ webhookId }) => [await jodo('GET', `/erp/webhooks/${String(webhookId)}`)],
	},
	'webhook.disable': {
		parameters: WEBHOOK,
		items: twoWebhooks,
		error: /No such webhook \[HUE00000\]/,
		async output({ webhookId }) {
			assert.deepEqual(await jodo('GET', '/erp/webhooks'), []);
			return [{ success: true, webhook_id: webhookId }];
		},
	},
};

const FILLED_IN = operations as unknown as Record<string, { parameters: Item }>;

describe('every operation: a failing item leaves by the error output, its neighbours as documented', () => {
	before(cleanSlate);

	for (const [key, { parameters }] of Object.entries(FILLED_IN)) {
		it(key, async () => {
			const test = CASES[key];
			assert.ok(test, 'has a case here');
			await sandbox.admin('POST', '/reset');
			const [resource, operation] = key.split('.');
			const box = await blackBox(
				`${key}, one of three fails`,
				{
					...{ resource, operation, ...parameters, ...test.parameters },
					options: { concurrency: test.refuseSecond ? 1 : 5 },
				},
				{ onError: 'continueErrorOutput' },
			);
			const items = await test.items();
			if (test.refuseSecond) {
				await sandbox.admin('POST', '/faults', {
					method: 'GET',
					path: PREFIX + test.refuseSecond,
					after: 1,
					count: 1,
					effect: { status: 400, body: { status: 'error', message: 'Not now.' } },
				});
			}
			const all = await box.run(items);

			const [first, bad, last] = items as [Item, Item, Item];
			const good = all.filter(({ by }) => by === 'output');
			assert.deepEqual(
				[...new Set(good.map(({ of }) => JSON.stringify(of)))],
				[first, last].map((item) => JSON.stringify(item)),
			);
			for (const item of [first, last]) {
				const rows = good
					.filter(({ of }) => JSON.stringify(of) === JSON.stringify(item))
					.map(({ json }) => json);
				assert.deepEqual(rows, await test.output(item, rows));
			}

			const failed = all.filter(({ by }) => by === 'error output');
			assert.equal(failed.length, 1);
			const { error, details, ...input } = failed[0]?.json as Item;
			assert.deepEqual([failed[0]?.of, input], [bad, bad]);
			assert.match(String(error), test.error);
			assert.match(String(error), /^Row 2 of 3/);
			assert.equal((details as Item).item, 1);

			// The sandbox answers 500 where it would break its own contract.
			const requests = await sandbox.admin<Array<{ status: number }>>('GET', '/requests');
			assert.deepEqual(
				requests.filter(({ status }) => status >= 500),
				[],
			);
			await api.unpublish(box.workflow.id);
		});
	}
});
