// What people see: checkout, dashboard, mail.
import { connect } from 'node:net';
import { EVENTS } from '../../nodes/events/events';
import { startSandbox, type Sandbox } from '../support/sandbox.cts';

let jodo: Sandbox;
beforeAll(async () => {
	jodo = await startSandbox();
});
afterAll(() => jodo.stop());
beforeEach(() => jodo.admin('POST', '/admin/reset'));

interface Page {
	status: number;
	html: string;
	location: string | null;
}

async function open(path: string, form?: Record<string, string> | string[][]): Promise<Page> {
	const response = await fetch(new URL(path, jodo.url), {
		redirect: 'manual',
		...(form && { method: 'POST', body: new URLSearchParams(form) }),
	});
	const html = await response.text();
	return { status: response.status, html, location: response.headers.get('location') };
}

async function create(path: string, more: object = {}): Promise<{ id: string; url: string }> {
	const { body } = await jodo.api('POST', path, {
		name: 'Customer Name',
		phone: '9876543210',
		email: 'you@example.com',
		details: [
			{ component_type: 'TUITION_FEE', amount: 99999.1 },
			{ component_type: 'TRANSPORT_FEE', amount: 0.9 },
		],
		...more,
	});
	return { id: body.data.order_id, url: body.data.redirect_url };
}
const link = (more?: object) => create('/pay/payment_links', more);
const status = async (id: string) =>
	(await jodo.api('GET', `/pay/payment_links/${id}`)).body.data.status;

describe('checkout', () => {
	test('shows what is to be paid, and that this is not Jodo', async () => {
		const { html, status: code } = await open((await link({ name: '<b>Bold & Co</b>' })).url);
		expect(code).toBe(200);
		for (const text of [
			'₹1,00,000.00',
			'₹99,999.10',
			'Transport Fee',
			'This is not Jodo',
			'&lt;b&gt;Bold &amp; Co&lt;/b&gt;',
		]) {
			expect(html).toContain(text);
		}
		expect(html).not.toContain('<script');
	});

	test('pay: a receipt; twice: refused', async () => {
		const { id, url } = await link();
		expect(await open(url, { action: 'pay' })).toMatchObject({
			status: 303,
			location: new URL(url).pathname,
		});
		expect(await status(id)).toBe('paid');
		const receipt = await open(url);
		expect(receipt.status).toBe(200);
		expect(receipt.html).toMatch(/Payment received[\s\S]*trans_[0-9a-f]{12}[\s\S]*IST/);

		const { transaction_id } = (await jodo.api('GET', `/pay/payment_links/${id}`)).body.data;
		expect((await open(url, { action: 'pay' })).status).toBe(409);
		expect((await jodo.api('GET', `/pay/payment_links/${id}`)).body.data).toMatchObject({
			transaction_id,
		});
	});

	test('an order leads back to its callback_url, with nothing added', async () => {
		const callback_url = 'https://school.example.com/back?ref=1';
		const { url } = await create('/pay/orders', { callback_url });
		expect(await open(url, { action: 'leave' })).toMatchObject({
			status: 303,
			location: callback_url,
		});
		expect(await open(url, { action: 'pay' })).toMatchObject({
			status: 303,
			location: callback_url,
		});
	});

	test('fail and leave change nothing and can be tried again', async () => {
		const { id, url } = await link();
		const failed = await open(url, { action: 'fail' });
		expect(failed.status).toBe(402);
		expect(failed.html).toContain('The payment failed');
		expect((await open(url, { action: 'leave' })).html).toContain('You left without paying');
		expect(await status(id)).toBe('unpaid');
		expect((await open(url, { action: 'pay' })).status).toBe(303);
	});

	test('expired and cancelled links take no money', async () => {
		const [expired, cancelled] = [await link(), await link()];
		await jodo.admin('POST', `/admin/orders/${expired.id}/expire`);
		await jodo.api('DELETE', `/pay/payment_links/${cancelled.id}`);
		for (const { id, url } of [expired, cancelled]) {
			const before = await status(id);
			for (const form of [undefined, { action: 'pay' }]) {
				const page = await open(url, form);
				expect(page.status).toBe(410);
				expect(page.html).not.toContain('name="action"');
			}
			expect(await status(id)).toBe(before);
		}
	});

	test('an id alone does not open it', async () => {
		const { id } = await link();
		expect((await open(`/p/${id}/guessed`)).status).toBe(404);
		expect((await open(`/p/${id}/guessed`, { action: 'pay' })).status).toBe(404);
		expect(await status(id)).toBe('unpaid');
	});

	test('PUBLIC_URL is where a browser is sent', async () => {
		const another = await startSandbox({ PUBLIC_URL: 'https://jodo.school.example.com/' });
		try {
			const { body } = await another.api('POST', '/pay/orders', {
				name: 'Customer Name',
				phone: '9876543210',
				email: 'you@example.com',
				details: [{ component_type: 'Payable Amount', amount: 1 }],
			});
			expect(body.data.redirect_url).toMatch(/^https:\/\/jodo\.school\.example\.com\/p\/order_/);
		} finally {
			await another.stop();
		}
	});
});

describe('dashboard', () => {
	test('settles chosen rows, expires, sends again', async () => {
		await jodo.api('POST', '/erp/webhooks', {
			event_code: 'payment_link.payment.debited',
			url: `${jodo.url}/nowhere`,
			failure_notification_email: 'you@example.com',
		});
		const [paid, unpaid] = [await link(), await link()];
		await jodo.admin('POST', `/admin/orders/${paid.id}/pay`);

		const done = { status: 303, location: '/' };
		const form = [
			['utr', 'UTR77'],
			['rows', '1'],
		];
		expect(await open(`/orders/${paid.id}/settle`, form)).toMatchObject(done);
		const { details } = (await jodo.api('GET', `/pay/payment_links/${paid.id}`)).body.data;
		const utrs = details.map((line: { settlement_utr?: string }) => line.settlement_utr);
		expect(utrs).toEqual([undefined, 'UTR77']);

		expect(await open(`/orders/${unpaid.id}/expire`, {})).toMatchObject(done);
		expect(await status(unpaid.id)).toBe('expired');
		expect((await open(`/orders/${unpaid.id}/settle`, {})).status).toBe(409);

		const [delivery] = await jodo.admin('GET', '/admin/deliveries');
		expect(await open(`/deliveries/${delivery.id}/resend`, {})).toMatchObject(done);
		expect(await jodo.admin('GET', '/admin/deliveries')).toHaveLength(2);

		const { html } = await open('/');
		for (const text of ['This is not Jodo', paid.id, 'UTR77', '₹1,00,000.00', 'Send again']) {
			expect(html).toContain(text);
		}
	});

	/** The cards of a page, as their order's ids and what can be read. */
	const cards = (html: string) =>
		[...html.matchAll(/data-order="(\w+)">([\s\S]*?)<\/section>/g)].map(([, id, text]) => ({
			id,
			text: text!.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' '),
		}));
	const filters = (html: string) =>
		[
			...html.matchAll(
				/<a href="\/(?:\?show=(\w+))?#orders"( aria-current="true")?[^>]*>([^<]+)<\/a>/g,
			),
		].map(([, show, current, text]) => [show, text, current !== undefined]);

	test('the newest is first, also above made-up ones that came after it', async () => {
		const [first, second] = [await link(), await link()];
		await jodo.admin('POST', '/admin/seed');
		const ids = cards((await open('/')).html).map(({ id }) => id);
		expect(ids.slice(0, 2)).toEqual([second.id, first.id]);
		expect(ids).toHaveLength(18);
	});

	test('a card says whose it is', async () => {
		await link({ name: 'Asha Rao', student_name: 'Meera Rao', identifier: '2026/0117 <A>' });
		await link({ name: 'Vikram Singh' });
		const [other, one] = cards((await open('/')).html);
		expect(one!.text).toContain('Meera Rao Admission Number 2026/0117 &lt;A&gt; · Payer Asha Rao');
		expect(other!.text).toContain('Vikram Singh');
		expect(other!.text).not.toMatch(/Admission|Payer/);
	});

	test('filters by where the money is, each with its number and total', async () => {
		expect(filters((await open('/')).html)).toEqual([]);
		const [unpaid, paid, part, settled] = [await link(), await link(), await link(), await link()];
		for (const { id } of [paid, part, settled]) await jodo.admin('POST', `/admin/orders/${id}/pay`);
		await jodo.admin('POST', `/admin/orders/${part.id}/settle`, { rows: [0] });
		await jodo.admin('POST', `/admin/orders/${settled.id}/settle`);
		const small = await link({ details: [{ component_type: 'TUITION_FEE', amount: 12500.5 }] });
		await jodo.api('DELETE', `/pay/payment_links/${small.id}`);

		const page = (await open('/?show=paid')).html;
		expect(filters(page)).toEqual([
			[undefined, 'All 5', false],
			['unpaid', 'Unpaid 1, ₹1 lakh', false],
			['paid', 'Paid 2, ₹2 lakh', true],
			['settled', 'Settled 1, ₹1 lakh', false],
			['expired', 'Expired 0', false],
			['cancelled', 'Cancelled 1, ₹12,500.50', false],
		]);
		expect(cards(page).map(({ id }) => id)).toEqual([part.id, paid.id]);
		expect(cards(page)[0]!.text).toContain('paid settled in part');
		expect(cards((await open('/?show=settled')).html).map(({ id }) => id)).toEqual([settled.id]);
		expect(cards((await open('/?show=unpaid')).html).map(({ id }) => id)).toEqual([unpaid.id]);
		const none = (await open('/?show=expired')).html;
		expect([cards(none), none.includes('None of these')]).toEqual([[], true]);
	});

	test.each([
		[99_400, '₹99,400'],
		[318_000, '₹3.2 lakh'],
		[2_000_000, '₹20 lakh'],
		[45_350_000, '₹4.5 crore'],
	])('%d rupees in all: %s', async (amount, text) => {
		await link({ details: [{ component_type: 'TUITION_FEE', amount }] });
		expect(filters((await open('/')).html)[1]).toEqual(['unpaid', `Unpaid 1, ${text}`, false]);
	});

	test('many are shown in parts', async () => {
		for (let number = 0; number < 26; number++) await link();
		const { html } = await open('/?show=unpaid');
		expect(cards(html)).toHaveLength(25);
		expect(html).toContain('1 to 25 of 26');
		expect(html).toContain('href="?show=unpaid&amp;from=25"');
		const rest = (await open('/?show=unpaid&from=25')).html;
		expect(cards(rest)).toHaveLength(1);
		expect(rest).toContain('26 to 26 of 26');
	});

	test('the navigation marks the page one is on', async () => {
		const current = async (path: string) =>
			[...(await open(path)).html.matchAll(/<a [^>]*aria-current="page"[^>]*>([^<]+)/g)].map(
				([, name]) => name,
			);
		await jodo.admin('POST', '/admin/seed');
		expect(await current('/?show=unpaid')).toEqual(['School']);
		expect(await current('/students?branch=1')).toEqual(['Students']);
		expect(await current('/students/1005')).toEqual(['Students']);
		expect(await current('/events')).toEqual(['Events']);
		expect(await current('/inbox')).toEqual(['Mail']);
		expect(await current('/nothing')).toEqual([]);
	});

	test('an empty list of students names the button that fills it', async () => {
		const { html } = await open('/students');
		const named = /press “([^”]+)”/.exec(html)?.[1];
		const forms = /<form method="post" action="\/seed"[^>]*><button>([^<]+)/;
		expect(named).toBe('Add 200 made-up students');
		for (const path of ['/', '/students', '/settings']) {
			expect(forms.exec((await open(path)).html)?.[1]).toBe(named);
		}
		await open('/seed', {});
		const none = (await open('/students?q=nobody')).html;
		expect(none).toContain('None like this');
		expect(none).not.toContain('/seed');
	});

	test('what is refused leads back to where it was asked for', async () => {
		const { id } = await link();
		const response = await fetch(new URL(`/orders/${id}/settle`, jodo.url), {
			method: 'POST',
			headers: { referer: `${jodo.url}/?show=unpaid` },
		});
		const html = await response.text();
		expect(html).toContain('Only what is paid can be settled.');
		expect(html).toContain('<a href="/?show=unpaid">Back</a>');
	});

	test('what is not there: 404', async () => {
		for (const path of ['/nothing', '/inbox/nothing']) expect((await open(path)).status).toBe(404);
		for (const path of ['/orders/x/settle', '/orders/x/expire', '/deliveries/x/resend']) {
			expect((await open(path, {})).status).toBe(404);
		}
	});
});

const USER = { name: 'Asha Rao', phone: '9876543210', email: 'asha@example.com' };
const STUDENT = {
	...{ fullname: 'Meera Rao', identifier: '2026/0117', grade: 'M1BLUE', new_admission: true },
	...{ academic_year_start: '2026', academic_year_end: '2027', date_of_birth: '2015-01-31' },
	primary_contact_name: USER.name,
	primary_contact_number: USER.phone,
	primary_contact_email: USER.email,
};

describe('students', () => {
	beforeEach(() => jodo.admin('POST', '/admin/seed'));
	const heading = (html: string) => /<h1>\s*([^<]*?)\s*</.exec(html)?.[1];

	test('the school, its branches, its students by name and branch', async () => {
		const school = (await open('/')).html;
		for (const text of ['Main Campus', 'Riverside Campus', 'Junior College', '₹45,35,000.00']) {
			expect(school).toContain(text);
		}
		const all = (await open('/students')).html;
		expect(all).toContain('1 to 25 of 200');
		expect((await open('/students?branch=1')).html).toContain('1 to 25 of 66');
		expect((await open('/students?q=adm-1200')).html).toContain('1 to 1 of 1');
		expect((await open('/students?from=175')).html).toContain('176 to 200 of 200');
	});

	test('who registered last is first, whenever the made-up ones came', async () => {
		const names = async () => {
			const { html } = await open('/students');
			return [...html.matchAll(/<a href="\/students\/(\d+)">/g)].map(([, id]) => id);
		};
		const { registration_id } = (await jodo.api('POST', '/erp/users/register', USER)).body.data;
		const { jodo_student_id } = (
			await jodo.api('POST', `/erp/users/${registration_id}/students`, { student: STUDENT })
		).body;
		await jodo.admin('POST', '/admin/seed');
		expect((await names()).slice(0, 3)).toEqual([jodo_student_id, '1200', '1199']);
	});

	test("an instalment bounces, is debited and settled in part, from the student's page", async () => {
		const { html } = await open('/students/1005');
		for (const text of ['₹60,000.00', 'Due: ₹50,000.00', '10 Dec', 'Bounce', 'This is not Jodo']) {
			expect(html).toContain(text);
		}
		const payment = 'flex_10051';
		const done = { status: 303 };
		expect(await open('/students/1005/bounce', { payment })).toMatchObject(done);
		expect((await open('/students/1005')).html).toContain('bounced');
		expect(await open('/students/1005/debit', { payment })).toMatchObject(done);
		const rows = [
			['payment', payment],
			['rows', '1'],
			['utr', 'UTR78'],
		];
		expect(await open('/students/1005/settle', rows)).toMatchObject(done);
		const { payments } = await jodo.admin('GET', '/admin/students/1005');
		const { details } = payments.find(({ id }: { id: string }) => id === payment);
		expect(details.map((row: { settlement_utr?: string }) => row.settlement_utr)).toEqual([
			undefined,
			'UTR78',
		]);
		expect((await open('/students/1005/bounce', { payment })).status).toBe(409);
		expect((await open('/students/1005/fly', {})).status).toBe(409);
		expect((await open('/students/1/drop', {})).status).toBe(404);
	});

	test('a button leads back to the page it is on, never elsewhere', async () => {
		const press = async (referer: string) => {
			const response = await fetch(new URL('/students/1003/drop', jodo.url), {
				method: 'POST',
				redirect: 'manual',
				headers: { referer },
			});
			await jodo.admin('POST', '/admin/students/1003/activate');
			return response.headers.get('location');
		};
		expect(await press(`${jodo.url}/students/1003?x=1`)).toBe('/students/1003?x=1');
		expect(await press('https://evil.example.com//evil.example.com')).toBe('/');
	});

	test('a login link: who, for which student and product, and back', async () => {
		const token = async (id: string) => {
			const { body } = await jodo.api('GET', `/erp/users/${id}/access_token`);
			return encodeURIComponent(body.data.access_token);
		};
		const path = `/consumer/login-redirect?access_token=${await token('user_1005')}`;
		const more = '&jodo_student_id=1005&product_type=flex&callback_url=https://a.example.com/b';
		const { html, status: code } = await open(path + more);
		expect([code, heading(html)]).toEqual([200, 'Logged in as Dev Saffron']);
		for (const text of ['Tara Saffron', 'instalments', 'https://a.example.com/b', 'not Jodo']) {
			expect(html).toContain(text);
		}
		expect((await open(`${path}&callback_url=javascript:x()`)).html).not.toContain('javascript');
		expect((await open(`${path}&jodo_student_id=1001`)).status).toBe(404);
		expect((await open(`${path}&product_type=flex`)).status).toBe(400);
		expect((await open('/consumer/login-redirect?access_token=guessed')).status).toBe(401);
	});

	test('every event can be raised, a delivery looked at and sent in every way', async () => {
		await jodo.api('POST', '/erp/webhooks', {
			event_code: 'cred.emi.debited',
			url: `${jodo.url}/nowhere`,
			failure_notification_email: 'you@example.com',
			secret_key: 'secret',
		});
		expect(await open('/events', { event: 'cred.emi.debited' })).toMatchObject({ status: 303 });
		expect((await open('/events', { event: 'cred.emi.refunded' })).status).toBe(404);
		const [{ id }] = await jodo.admin('GET', '/admin/deliveries');
		expect((await open(`/deliveries/${id}`)).html).toMatch(/, \d+ ms, again \d/);
		expect((await open('/')).html).toContain('>1 failure<');
		for (const how of ['again', 'twice', 'forged']) await open(`/deliveries/${id}/resend`, { how });
		const log = await jodo.admin('GET', '/admin/deliveries');
		expect(log.map(({ forged }: { forged: boolean }) => forged)).toEqual([
			...Array(4).fill(false),
			true,
		]);
		const page = (await open(`/deliveries/${id}`)).html;
		for (const text of ['x-jodo-signature', 'emi_5678_6789', '404', 'Send forged']) {
			expect(page).toContain(text);
		}
		expect((await open('/deliveries')).html).toContain('forged');
	});

	test('events are called what the Jodo Trigger calls them', async () => {
		const { html } = await open('/events');
		const shown = [...html.matchAll(/<td><strong>([^<]+)<[\s\S]*?name="event" value="([^"]+)"/g)];
		const ours = EVENTS.map(({ value, name }) => [value, name]);
		expect(shown.map(([, name, code]) => [code, name]).sort()).toEqual(ours.sort());
	});

	test('so are subscriptions and deliveries, under either spelling of a code', async () => {
		await jodo.admin('PATCH', '/admin/settings', { studentCodes: 'both' });
		for (const event_code of ['pay.payment.debited', 'payment.debited']) {
			await jodo.api('POST', '/erp/webhooks', {
				event_code,
				url: `${jodo.url}/nowhere`,
				failure_notification_email: 'you@example.com',
			});
		}
		await open('/students/1003/pay', {});
		await open('/events', { event: 'payment.debited' });
		const name = 'Student Payment: Paid by Parent (Debited)';
		const times = async (path: string) => (await open(path)).html.split(`<td>${name}<`).length - 1;
		expect(await times('/deliveries')).toBe(2);
		expect(await times('/')).toBe(4);
		const [{ id }] = await jodo.admin('GET', '/admin/deliveries');
		expect(heading((await open(`/deliveries/${id}`)).html)).toBe(name);
	});

	test('a fault is ticked, told, met and ended', async () => {
		const done = { status: 303 };
		const form = [
			...[
				['on', 'status'],
				['effect.status', '503'],
				['on', 'body'],
				['effect.body', 'Down 7'],
			],
			...[
				['on', 'work'],
				['effect.latencyMs', '5000'],
				['match', '9876543210'],
				['count', '1'],
			],
		];
		expect(await open('/faults', form)).toMatchObject(done);
		const orders = async () => (await jodo.admin('GET', '/admin/state')).orders.length;
		const before = await orders();
		const details = [{ component_type: 'Payable Amount', amount: 1 }];
		const create = () => jodo.api('POST', '/pay/payment_links', { ...USER, details });
		expect(await create()).toMatchObject({ status: 503, text: 'Down 7' });
		expect(await orders()).toBe(before + 1);
		const said = (await open('/faults')).html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
		expect(said).toContain('status 503, body Down 7, work match 9876543210, count 1 1 met');
		expect((await create()).status).toBe(201);

		expect(await open('/faults', [['on', 'stall']])).toMatchObject(done);
		expect(await open('/faults/end', {})).toMatchObject(done);
		expect((await create()).status).toBe(201);
	});

	test('a fault without anything ticked, or with nonsense, is refused', async () => {
		const refused = async (form: string[][]) => {
			const { status: code, html } = await open('/faults', form);
			return [code, heading(html)];
		};
		expect(await refused([['count', '1']])).toEqual([409, 'Tick what shall happen.']);
		const soon = [
			['on', 'latencyMs'],
			['effect.latencyMs', 'soon'],
		];
		expect(await refused(soon)).toEqual([409, 'latencyMs: for example 2000']);
		expect(await refused([['on', 'toString']])).toEqual([
			...[409, 'toString is nothing a fault can have'],
		]);
		const path = [
			['on', 'stall'],
			['path', '('],
		];
		expect(await refused(path)).toEqual([409, expect.stringContaining('regular expression')]);
		expect((await open('/faults')).html).not.toContain('End all faults');
	});

	test('settings are changed; nonsense is refused', async () => {
		const set = (form: Record<string, string>) => open('/settings', form);
		expect((await open('/settings')).html).toContain('retrySpeed');
		const form = { ids: 'string', listDisabled: 'true', retrySpeed: '5', retrySchedule: '[1,2]' };
		expect(await set(form)).toMatchObject({ status: 303 });
		expect((await jodo.admin('GET', '/admin/state')).settings).toMatchObject({
			...{ ids: 'string', listDisabled: true, retrySpeed: 5, retrySchedule: [1, 2] },
		});
		expect((await set({ ids: 'roman' })).status).toBe(409);
	});

	test('the school comes by a button, and goes', async () => {
		const count = async () => (await jodo.admin('GET', '/admin/students')).length;
		await open('/reset', {});
		expect(await count()).toBe(0);
		await open('/seed', {});
		expect(await count()).toBe(200);
	});
});

describe('mail', () => {
	/** One mail by SMTP, spoken by hand: each line waits for the answer to the one before. */
	async function send(lines: string[]) {
		const { hostname, port } = new URL(jodo.smtpUrl);
		const socket = connect(Number(port), hostname).setEncoding('utf8');
		const replies = socket[Symbol.asyncIterator]();
		for (const line of [...lines, 'QUIT']) {
			const { value } = await replies.next();
			expect(value).toMatch(/^[23]\d\d/);
			socket.write(`${line}\r\n`);
		}
		await replies.next();
		socket.destroy();
	}

	test('what is sent by SMTP is in the inbox, its HTML locked in', async () => {
		const html = '<p onclick="x()">Paid</p><script>x()</script>';
		await send([
			'EHLO school.example.com',
			'MAIL FROM:<office@school.example.com>',
			'RCPT TO:<parent@example.com>',
			'DATA',
			[
				'From: Fee Office <office@school.example.com>',
				'To: parent@example.com',
				'Subject: =?utf-8?B?UmVjZWlwdCDigrkx?=',
				'Content-Type: multipart/alternative; boundary=b',
				'',
				'--b',
				'Content-Type: text/plain; charset=utf-8',
				'',
				'Thank you & <see> you',
				'--b',
				'Content-Type: text/html; charset=utf-8',
				'',
				html,
				'--b--',
				'.',
			].join('\r\n'),
		]);
		const [mail] = await jodo.admin('GET', '/admin/inbox');
		expect(mail).toMatchObject({
			from: 'office@school.example.com',
			to: ['parent@example.com'],
			subject: 'Receipt ₹1',
			text: 'Thank you & <see> you',
			html: expect.stringContaining(html),
		});
		expect((await open('/inbox')).html).toContain('Receipt ₹1');
		const page = (await open(`/inbox/${mail.id}`)).html;
		expect(page).toContain('Thank you &amp; &lt;see&gt; you');
		expect(page).toContain('<iframe sandbox ');
		expect(page).not.toContain('<script');

		await jodo.admin('DELETE', '/admin/inbox');
		expect(await jodo.admin('GET', '/admin/inbox')).toEqual([]);
	});
});
