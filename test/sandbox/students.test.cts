// Users, students, their payments and plans: each route's documented sample, errors and open questions.
import { startSandbox, type Sandbox } from '../support/sandbox.cts';

let jodo: Sandbox;
beforeAll(async () => {
	jodo = await startSandbox();
});
afterAll(() => jodo.stop());
beforeEach(() => jodo.admin('POST', '/admin/reset'));

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const DONE = { status: 'success' };
const USER = { name: 'John Doe', phone: '9876543210', email: 'john.doe@example.com' };
/** No page shows this request: it is put together from its table. */
const STUDENT = {
	fullname: 'Student Name',
	identifier: 'JODO/TEST/1',
	grade: 'M1BLUE',
	new_admission: true,
	academic_year_start: '2022',
	academic_year_end: '2023',
	date_of_birth: '2015-01-31',
	primary_contact_name: 'Parent Name',
	primary_contact_number: '9876543210',
	primary_contact_email: 'parent@example.com',
};
const FEES = [
	{
		component_type: 'TUITION_FEE',
		fee_amount: 31000,
		discounts: [{ discount_type: 'SIBLINGS', value: 1000 }],
	},
	{ component_type: 'TRANSPORT_FEE', fee_amount: '500.50' },
];
const PAYMENT = {
	amount: 2000,
	paid_at: '2022-01-29T10:05:45Z',
	mode: 'cash',
	transaction_id: 'tra_1234',
	settlement_utr: 'settl_1234',
	notes: 'advance payment',
	fee_components: [
		{ component_type: 'TUITION_FEE', amount: 1000 },
		{ component_type: 'TRANSPORT_FEE', amount: 1000 },
	],
};
const PLAN = {
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
};

const settings = (body: object) => jodo.admin('PATCH', '/admin/settings', body);
const answered = async (method: string, path: string, body?: unknown) => {
	const answer = await jodo.api(method, path, body);
	return [answer.status, answer.body];
};
async function user(): Promise<string> {
	return (await jodo.api('POST', '/erp/users/register', USER)).body.data.registration_id;
}
/** The path of a new student. */
async function student(more: object = {}): Promise<string> {
	const { body } = await jodo.api('POST', `/erp/users/${await user()}/students`, {
		student: STUDENT,
		...more,
	});
	return `/erp/students/${body.jodo_student_id}`;
}
const live = (status: number, message: string, errors: unknown[] = []) => [
	status,
	{
		status: 'error',
		error_type: status === 404 ? 'NotFoundError' : 'BadRequestError',
		code: 'E0000',
		message,
		errors,
	},
];
const documented = (status: number, code: string, message: unknown) => [
	status,
	{ status: 'error', code, message },
];

describe('users', () => {
	test('register: the same phone and e-mail are the same user', async () => {
		const first = await answered('POST', '/erp/users/register', USER);
		const registration_id = expect.stringMatching(/^user_\d+$/);
		expect(first).toEqual([200, { status: 'success', data: { registration_id } }]);
		const again = { ...USER, name: 'Johnny Doe', email: 'John.Doe@example.com' };
		expect(await answered('POST', '/erp/users/register', again)).toEqual(first);
		const other = { ...USER, phone: '9876543211' };
		expect(await answered('POST', '/erp/users/register', other)).not.toEqual(first);
	});

	test('a phone has ten digits', async () => {
		const [status] = await answered('POST', '/erp/users/register', { ...USER, phone: '+91987' });
		expect(status).toBe(400);
	});

	test('access token, and the page it opens', async () => {
		const id = await user();
		const [status, body] = await answered('GET', `/erp/users/${id}/access_token`);
		expect(status).toBe(200);
		expect(body.data).toEqual({
			access_token: expect.any(String),
			expires_at: expect.stringMatching(MOMENT),
		});
		expect(await answered('GET', '/erp/users/user_0/access_token')).toEqual(
			live(404, 'User not found.'),
		);
	});
});

describe('students', () => {
	test('register, get', async () => {
		const path = await student({ fee_components: FEES, payments: [PAYMENT] });
		const years = { academic_year_start: 2022, academic_year_end: 2023 };
		expect(await answered('GET', path)).toEqual([
			200,
			{
				status: 'success',
				data: {
					...STUDENT,
					...years,
					joining_year: 2022,
					custom_identifier: null,
					collector_code: null,
					fee_summary: { total_fee: 31500.5, total_discount: 1000 },
				},
			},
		]);
		expect((await answered('GET', `${path}/payments`))[1].data).toHaveLength(1);
	});

	test.each([
		['top', { jodo_student_id: expect.stringMatching(/^\d+$/) }],
		['data', { data: { jodo_student_id: expect.stringMatching(/^\d+$/) } }],
		['none', {}],
	])('setting registerAnswer %s', async (registerAnswer, more) => {
		await settings({ registerAnswer });
		const path = `/erp/users/${await user()}/students`;
		expect(await answered('POST', path, { student: STUDENT })).toEqual([200, { ...DONE, ...more }]);
	});

	test('setting ids: the new id as a number', async () => {
		await settings({ ids: 'number' });
		const path = `/erp/users/${await user()}/students`;
		const [, body] = await answered('POST', path, { student: STUDENT });
		expect(body.jodo_student_id).toEqual(expect.any(Number));
	});

	test('a branch and an own number are kept; an unknown branch is refused', async () => {
		const more = { custom_identifier: 'cust_1', collector_code: 'ed3ef2db524f' };
		const path = await student({ student: { ...STUDENT, ...more, new_admission: false } });
		const { data } = (await answered('GET', path))[1];
		expect(data).toMatchObject(more);
		expect(data).not.toHaveProperty('joining_year');
		const nowhere = { student: { ...STUDENT, collector_code: 'nowhere' } };
		const [status] = await answered('POST', `/erp/users/${await user()}/students`, nowhere);
		expect(status).toBe(400);
	});

	test('what is missing is named by its path', async () => {
		const rest = { ...STUDENT, fullname: undefined };
		const path = `/erp/users/${await user()}/students`;
		expect(await answered('POST', path, { student: rest })).toEqual(
			live(400, 'Invalid payload!', [{ key: 'student.fullname', message: 'field required' }]),
		);
		expect(await answered('POST', '/erp/users/user_0/students', { student: STUDENT })).toEqual(
			live(404, 'User not found.'),
		);
	});

	test('update: name and enrolment number', async () => {
		const path = await student();
		const sent = { fullname: 'Amazing Name', identifier: 'JODO/TEST/123456' };
		const years = { academic_year_start: 2022, academic_year_end: 2023, joining_year: 2022 };
		const data = { ...STUDENT, ...sent, ...years };
		expect(await answered('PATCH', path, sent)).toEqual([200, { status: 'success', data }]);
		const [status] = await answered('PATCH', path, { fullname: 'Alone' });
		expect(status).toBe(400);
	});

	test.each([
		['replace', 36750],
		['merge', 36750 + 500.5],
	])('update fee, setting %s', async (updateFee, total_fee) => {
		await settings({ updateFee });
		const path = await student({ fee_components: [...FEES.slice(1)] });
		const fee_components = [
			{ component_type: '8926', fee_amount: '2250' },
			{ component_type: '8925', fee_amount: '4500' },
			{ component_type: '6538', fee_amount: '30000' },
		];
		expect(await answered('PATCH', `${path}/fee`, { fee_components })).toEqual([200, DONE]);
		const { fee_summary } = (await answered('GET', path))[1].data;
		expect(fee_summary).toEqual({ total_fee, total_discount: 0 });
	});

	test('products', async () => {
		const path = `${await student()}/products`;
		const row = (product_type: string) => ({
			id: expect.any(Number),
			product_type,
			status: 'pending',
		});
		const all = { status: 'success', data: ['flex', 'pay', 'cred'].map(row) };
		expect(await answered('GET', path)).toEqual([200, all]);
		const flex = { status: 'success', data: [row('flex')] };
		expect(await answered('GET', `${path}?product_type=flex`)).toEqual([200, flex]);
		expect((await answered('GET', `${path}?product_type=gold`))[0]).toBe(400);
	});

	test.each([
		['GET', '', undefined],
		['PATCH', '', { fullname: 'A', identifier: 'B' }],
		['PATCH', '/fee', { fee_components: [] }],
		['GET', '/products', undefined],
		['GET', '/payments', undefined],
		['POST', '/payments', PAYMENT],
		['DELETE', '/payments/tra_1234', undefined],
	])('%s …%s of an unknown student: 404', async (method, path, body) => {
		const unknown = `/erp/students/1${path}`;
		expect(await answered(method, unknown, body)).toEqual(live(404, 'Student not found.'));
		await settings({ errorStyle: 'HUE' });
		const code = /payments$/.test(path) ? 'MAE00001' : 'HUE00001';
		expect(await answered(method, unknown, body)).toEqual(
			documented(404, code, 'Student not found.'),
		);
	});
});

describe('payments', () => {
	test('add, list, cancel', async () => {
		const path = `${await student()}/payments`;
		expect(await answered('POST', path, PAYMENT)).toEqual([201, DONE]);
		const details = ['TUITION_FEE', 'TRANSPORT_FEE'].map((fee_component) => ({
			fee_component,
			amount: 1000,
			settlement_utr: 'settl_1234',
			settled_at: null,
		}));
		const row = {
			id: expect.stringMatching(/^direct_/),
			amount: 2000,
			product: 'direct',
			mode: 'cash',
			paid_at: '2022-01-29T10:05:45Z',
			details,
		};
		expect(await answered('GET', path)).toEqual([200, { status: 'success', data: [row] }]);
		expect(await answered('DELETE', `${path}/tra_1234`)).toEqual([200, DONE]);
		expect(await answered('GET', path)).toEqual([200, { status: 'success', data: [] }]);
		expect(await answered('DELETE', `${path}/tra_1234`)).toEqual(live(404, 'Payment not found.'));
	});

	test('without mode: others; a number twice, an unknown component, no components: refused', async () => {
		const path = `${await student()}/payments`;
		const bare = { ...PAYMENT, mode: undefined };
		await answered('POST', path, bare);
		expect((await answered('GET', path))[1].data[0].mode).toBe('others');
		expect((await answered('POST', path, PAYMENT))[0]).toBe(400);
		const stranger = { amount: 1, component_type: 'GYM' };
		const odd = { ...PAYMENT, transaction_id: 'tra_2', fee_components: [stranger] };
		expect(await answered('POST', path, odd)).toEqual(live(400, 'Invalid component type GYM'));
		await settings({ errorStyle: 'HUE' });
		const text = expect.stringContaining('fee_components: field required');
		expect(await answered('POST', path, { ...PAYMENT, fee_components: undefined })).toEqual(
			documented(400, 'MAE00000', text),
		);
	});
});

describe('Flex plans', () => {
	test('set, get: every instalment lists every component', async () => {
		const id = (await student()).replace('/erp/', '/flex/');
		expect(await answered('POST', `${id}/plans`, PLAN)).toEqual([200, DONE]);
		const row = (due_date: string, tuition: number, transport: number) => ({
			due_date,
			amount: tuition + transport,
			details: [
				{ component_type: 'TUITION_FEE', amount: tuition },
				{ component_type: 'TRANSPORT_FEE', amount: transport },
			],
		});
		const payment_schedule = [row('2022-09-15', 10500, 500), row('2022-11-15', 20500, 0)];
		const body = { status: 'success', data: { payment_schedule } };
		expect(await answered('GET', `${id}/plans`)).toEqual([200, body]);
		// Until it is set up, another takes its place.
		await answered('POST', `${id}/plans`, PLAN);
		expect(await answered('GET', `${id}/plans`)).toEqual([200, body]);
	});

	test('the documented refusals', async () => {
		const erp = await student();
		const path = `${erp.replace('/erp/', '/flex/')}/plans`;
		const details = [{ component_type: 'GYM', amount: 1 }];
		const odd = { payment_schedule: [{ due_date: '2022-09-15', details }] };
		expect(await answered('POST', path, odd)).toEqual(live(400, 'Fee component is not available.'));
		expect(await answered('POST', '/flex/students/1/plans', PLAN)).toEqual(
			live(404, 'Student was not found.'),
		);
		await answered('POST', path, PLAN);
		await jodo.admin('POST', `/admin${erp.replace('/erp', '')}/setup`);
		expect(await answered('POST', path, PLAN)).toEqual(
			live(400, 'Subscription is already set up.'),
		);
		await settings({ errorStyle: 'HUE' });
		expect(await answered('POST', path, PLAN)).toEqual(
			documented(400, 'HUE00000', 'Subscription is already set up.'),
		);
	});
});
