// The fee of an application, against a Jodo: the form, its page, and the parent who comes back.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Workflow } from '../../dev/demo/api.mts';
import { startBrowser } from '../../dev/demo/checkout.mts';
import { until } from '../../dev/demo/process.mts';
import { browse, examples, importAll, mails, makeTables, putRow, runPinned } from './examples.mts';
import type { Item } from './trigger.mts';
import { api, cleanSlate, demo, sandbox, type Order } from './world.mts';

const FILE = '20-application-fee.json';
/** What must be published for the confirmation, those that are called before those that call. */
const LIVE = [
	'14-ledger.json',
	'04-paid-acknowledgement.json',
	'05-link-expired.json',
	'06-flex-bounce.json',
	'01-inbox.json',
];
const FAILED = '13-a-workflow-failed.json';
const APPLICATIONS = 'Jodo applications';

const mailsTo = async (address: string) => (await mails()).filter(({ to }) => to[0] === address);
const orders = async () =>
	(
		await sandbox.admin<{ orders: Array<Order & { payer: Item; details: Item[] }> }>(
			'GET',
			'/state',
		)
	).orders;
const applications = async (email: string) =>
	(await api.rows(APPLICATIONS)).filter((row) => row['email'] === email);
const nameOf = (file: string) => examples.find((example) => example.file === file)?.name as string;

describe('20: the fee of an application', () => {
	let workflow: Workflow;
	before(async () => {
		await makeTables();
		await cleanSlate();
		const made = await importAll(
			examples.filter(({ file }) => [FILE, FAILED, ...LIVE].includes(file)),
		);
		const imported = made.get(nameOf(FILE)) as Workflow;
		const address = `${demo.n8n.url}/webhook/${hookOf(imported, 'The parent comes back')}`;
		const nodes = JSON.parse(
			JSON.stringify(imported.nodes).replace(
				/("name":"return_address","value":)""/,
				`$1"${address}/application/:reference"`,
			),
		) as Workflow['nodes'];
		const { versionId } = await api.workflow(imported.id);
		workflow = await api.call('PATCH', `/workflows/${imported.id}`, { versionId, nodes });
		for (const file of LIVE) await api.publish((made.get(nameOf(file)) as Workflow).id);
		await api.publish(workflow.id);
	});
	beforeEach(async () => {
		await sandbox.admin('DELETE', '/inbox');
		await sandbox.admin('DELETE', '/faults');
	});
	after(async () => {
		await cleanSlate();
		// The night's catch-up asks Jodo about whatever is open, also in the tests of other files.
		const open = (await api.rows(APPLICATIONS)).filter(({ status }) => status === 'sent');
		const closed = open.map(({ applicant }) => ({ applicant, status: 'closed' }));
		await putRow(APPLICATIONS, 'applicant', ...closed);
		const paid = (await api.rows('Jodo payments')).filter(({ email }) =>
			/^suresh\d/.test(String(email)),
		);
		const ended = paid.map(({ row_key }) => ({ row_key, closed_reason: 'a test' }));
		await putRow('Jodo payments', 'row_key', ...ended);
	});

	const hookOf = ({ nodes }: Workflow, name: string) =>
		nodes.find((node) => node.name === name)?.webhookId as string;
	const form = () => `${demo.n8n.url}/form/${hookOf(workflow, 'Application form')}`;

	let parents = 0;
	/** A parent whom nothing in the table knows yet. */
	const parent = (more: Item = {}) => {
		parents++;
		return {
			Parent: 'Suresh Menon',
			Phone: `98765 4${String(parents).padStart(4, '0')}`,
			Email: `suresh${parents}@example.com`,
			Student: 'Ira Menon',
			...more,
		};
	};

	interface Shown {
		/** Where the form leads to. */
		page?: string;
		text: string;
	}
	/** Sends the form as a browser does; what it shows in the end. */
	async function send(filled: Record<string, string>): Promise<Shown> {
		const body = new FormData();
		Object.values(filled).forEach((value, index) => body.set(`field-${index}`, value));
		const sent = await browse(form(), { method: 'POST', body });
		const { formWaitingUrl } = (await sent.json()) as { formWaitingUrl: string };
		const status = new URL(formWaitingUrl);
		status.pathname += '/n8n-execution-status';
		const now = async () => (await (await browse(status)).text()).trim();
		await until(
			'the end of the form',
			async () => {
				const said = await now();
				assert.ok(!['error', 'crashed'].includes(said), said);
				return said === 'form-waiting';
			},
			{ saw: now },
		);
		const html = await (await browse(formWaitingUrl)).text();
		await browse(formWaitingUrl, { method: 'POST' });
		return {
			page: html.match(/id='redirectUrl' href='([^']+)'/)?.[1],
			text: html.replace(/<(style|script|head)[\s\S]*?<\/\1>|<[^>]+>|\s+/g, ' '),
		};
	}
	/** Where Jodo sends the browser after the payment, for this application. */
	async function comeBack(email: string): Promise<{ status: number; text: string }> {
		const [row] = await applications(email);
		const path = `${hookOf(workflow, 'The parent comes back')}/application/${String(row?.['reference'])}`;
		const answer = await browse(`${demo.n8n.url}/webhook/${path}`);
		return { status: answer.status, text: await answer.text() };
	}

	/** Jodo turns away requests for an order, so many or all, and asks to wait so long. */
	const busy = async ({ seconds, count }: { seconds: number; count?: number }) =>
		await sandbox.admin('POST', '/faults', {
			method: 'POST',
			path: '/api/v1/integrations/pay/orders',
			count,
			effect: { status: 429, headers: { 'retry-after': String(seconds) } },
		});

	describe('in a browser', () => {
		let browser: Awaited<ReturnType<typeof startBrowser>>;
		before(async () => (browser = await startBrowser()));
		after(async () => await browser.close());

		/** The form, filled in and sent. */
		async function sent(filled: Record<string, string>) {
			const page = await browser.newPage();
			await page.route(
				({ hostname }) => hostname !== '127.0.0.1',
				(route) => route.abort(),
			);
			await page.goto(form());
			for (const [label, value] of Object.entries(filled)) await page.getByLabel(label).fill(value);
			await page.getByRole('button').click();
			return page;
		}

		it('leads from the form to the page, back to what Jodo says, and to the e-mail', async () => {
			const filled = parent();
			const page = await sent(filled);

			const pay = page.getByRole('button', { name: 'Pay ₹500.00' });
			await pay.waitFor();
			await page.getByRole('button', { name: 'Walk away' }).click();
			await page.getByRole('heading', { name: 'Not paid yet' }).waitFor();
			assert.deepEqual(await mails(), []);

			await page.getByRole('link', { name: 'pay here' }).click();
			await pay.click();
			await page.getByRole('heading', { name: 'Thank you' }).waitFor();
			assert.match(
				await page.locator('p').innerText(),
				/^Jodo has your payment: ₹500\.00, Application for Class I, 2027-28\./,
			);
			await page.close();

			const mail = await until('the e-mail', async () => (await mailsTo(filled.Email))[0], {
				saw: mails,
			});
			assert.equal(mail.subject, 'TEST: We received your payment of ₹500.00');
			assert.match(
				mail.text,
				/^Dear Suresh Menon,[^]+Class I, 2027-28, Ira Menon: Your application is registered\./,
			);
			const rows = await applications(filled.Email);
			assert.deepEqual(
				rows.map(({ status, amount }) => [status, amount]),
				[['paid', 500]],
			);
			assert.match(String(rows[0]?.['paid_on']), /^\d{4}-\d\d-\d\d$/);
			assert.equal((await mails()).length, 1);
		});

		it('waits as long as Jodo is busy; the form sent again meanwhile makes no second order', async () => {
			const filled = parent();
			const before = (await orders()).length;
			await busy({ seconds: 4, count: 3 });
			const page = await sent(filled);
			const inTable = async () => await applications(filled.Email);
			await until('the claim', async () => (await inTable()).length, { saw: inTable });
			const again = await send(filled);
			assert.match(again.text, /One moment, please.*not charged twice/);
			assert.deepEqual(
				(await inTable()).map(({ status }) => status),
				['claimed'],
			);
			assert.ok(await page.getByLabel('Parent').isVisible());
			assert.match(await page.locator('body').innerText(), /leave this page open/);

			await page.getByRole('button', { name: 'Pay ₹500.00' }).waitFor({ timeout: 120_000 });
			await page.close();
			const made = (await orders()).slice(before);
			assert.equal(made.length, 1);
			assert.equal((await send(filled)).page?.replace(/\?.*/, ''), made[0]?.checkout_url);
			assert.equal((await orders()).length, before + 1);
			assert.deepEqual(await mails(), []);
		});
	});

	it('sent twice at once and once more, is one order and one page; then it is paid', async () => {
		const filled = parent();
		const before = (await orders()).length;
		const same = { ...filled, Student: '  IRA  menon ', Phone: `+91${filled.Phone}` };
		const shown = await Promise.all([send(filled), send(same)]);
		const { page } = await send(filled);
		assert.ok(page);
		for (const one of shown) {
			if (one.page) assert.equal(one.page, page);
			else assert.match(one.text, /One moment, please/);
		}
		const made = (await orders()).slice(before);
		assert.equal(made.length, 1);
		assert.equal(made[0]?.checkout_url, page.replace(/\?.*/, ''));

		await sandbox.admin('POST', `/orders/${made[0]?.order_id}/pay`);
		const inTable = async () => await applications(filled.Email);
		await until(
			'it to be paid in the table',
			async () => (await inTable()).every(({ status }) => status === 'paid'),
			{ saw: inTable },
		);
		const again = await send(filled);
		assert.match(again.text, /Paid already/);
		assert.equal((await orders()).length, before + 1);
		await until('the thanks', async () => (await mailsTo(filled.Email)).length, { saw: mails });
		assert.equal((await mailsTo(filled.Email)).length, 1);
	});

	it('says what is wrong, and takes it when it is corrected', async () => {
		const before = (await orders()).length;
		const wrong = parent({ Phone: 'ask my wife' });
		const { page, text } = await send(wrong);
		assert.equal(page, undefined);
		assert.match(text, /Please correct the form.*Phone/);
		assert.equal((await orders()).length, before);
		assert.ok((await send({ ...wrong, Phone: '98765 00000' })).page);
	});

	it('asks no parent to correct what the office has to, and tells the office', async () => {
		const filled = parent();
		const before = (await orders()).length;
		for (const [status, why] of [
			[401, /did not accept the API key/],
			[422, /Invalid component type/],
		] as const) {
			await sandbox.admin('DELETE', '/inbox');
			await sandbox.admin('POST', '/faults', {
				method: 'POST',
				path: '/api/v1/integrations/pay/orders',
				effect: { status, body: { message: 'Invalid component type' } },
			});
			const { page, text } = await send(filled);
			await sandbox.admin('DELETE', '/faults');
			assert.equal(page, undefined);
			assert.match(text, /Please try again later/);
			assert.doesNotMatch(text, /component type|API key/);
			const [mail, ...more] = await mailsTo('office@example.edu');
			assert.deepEqual(more, []);
			assert.equal(mail?.subject, '1 application without a payment page');
			assert.match(mail?.text ?? '', why);
		}
		assert.ok((await send(filled)).page);
		assert.equal((await orders()).length, before + 1);
	});

	it('tries later what Jodo asks to try much later, and says so to the parent and the office', async () => {
		const filled = parent();
		const before = (await orders()).length;
		await busy({ seconds: 600 });
		const { page, text } = await send(filled);
		assert.equal(page, undefined);
		assert.match(text, /Please try again later.*nothing was charged/);
		const [mail, ...more] = await mailsTo('office@example.edu');
		assert.deepEqual(more, []);
		assert.match(mail?.text ?? '', /Jodo asks to slow down/);
		assert.equal((await applications(filled.Email))[0]?.['status'], null);
		await sandbox.admin('DELETE', '/faults');
		assert.ok((await send(filled)).page);
		assert.equal((await orders()).length, before + 1);
	});

	it('opened in two tabs for two children, is two orders; a return address knows only its own', async () => {
		const first = parent();
		const second = { ...first, Student: 'Om Menon' };
		const pages = (await Promise.all([send(first), send(second)])).map(({ page }) => page);
		assert.equal(new Set(pages.filter(Boolean)).size, 2);
		const rows = await applications(first.Email);
		const [ira] = rows.filter(({ student_name }) => student_name === 'Ira Menon');
		await sandbox.admin('POST', `/orders/${String(ira?.['order_id'])}/pay`);
		const back = async (reference: string) => {
			const path = `${hookOf(workflow, 'The parent comes back')}/application/${reference}`;
			const answer = await fetch(`${demo.n8n.url}/webhook/${path}`);
			return `${answer.status} ${await answer.text()}`;
		};
		for (const { reference, order_id } of rows) {
			const said = await back(String(reference));
			if (order_id === ira?.['order_id']) assert.match(said, /^200 [^]*Thank you/);
			else assert.match(said, /^200 [^]*Not paid yet/);
		}
		for (const foreign of [
			...[`${String(ira?.['reference'])}x`, String(ira?.['reference']).slice(0, -1), '%25'],
			...['undefined', "'%20or%201=1", String(ira?.['order_id']), '%3Cscript%3E', 'a'.repeat(2000)],
		]) {
			const said = await back(foreign);
			assert.match(said, /^404 [^]*We do not know this page/, foreign);
			assert.doesNotMatch(said, /<script>|₹/);
		}
	});

	it('does no harm with what somebody typed', async () => {
		const filled = parent({
			Parent: '=HYPERLINK("https://example.org")\r\nBcc: all@example.org',
			Student: '<img src=x onerror=alert(1)>{{ 1 + 1 }}',
		});
		const { page } = await send(filled);
		assert.ok(page);
		const back = await comeBack(filled.Email);
		assert.equal(back.status, 200);
		assert.doesNotMatch(back.text, /<img|HYPERLINK/);
		const { order_id } = (await orders()).at(-1) as Order;
		await sandbox.admin('POST', `/orders/${order_id}/pay`);
		const mail = await until('the e-mail', async () => (await mailsTo(filled.Email))[0], {
			saw: mails,
		});
		assert.equal(mail.to.length, 1);
		assert.match(mail.text, /<img src=x onerror=alert\(1\)>\{\{ 1 \+ 1 \}\}: Your/);
	});

	it('shows a stranger nothing, and says so where Jodo does not answer', async () => {
		const filled = parent();
		await send(filled);
		const asked = async () =>
			(await sandbox.admin<Array<{ method: string; path: string }>>('GET', '/requests')).filter(
				({ method, path }) => method === 'GET' && path.includes('/pay/orders/'),
			).length;
		const before = await asked();
		const unknown = await browse(
			`${demo.n8n.url}/webhook/${hookOf(workflow, 'The parent comes back')}/application/1`,
		);
		assert.equal(unknown.status, 404);
		assert.match(await unknown.text(), /We do not know this page/);
		assert.equal(await asked(), before);

		await sandbox.admin('POST', '/faults', {
			method: 'GET',
			path: '/api/v1/integrations/pay/orders',
			effect: { status: 500 },
		});
		const back = await comeBack(filled.Email);
		assert.equal(back.status, 503);
		assert.match(back.text, /do not pay a second time/);
	});

	it('makes no second order after an unclear answer, and the office hears of it', async () => {
		const filled = parent();
		const before = (await orders()).length;
		await sandbox.admin('POST', '/faults', {
			method: 'POST',
			path: '/api/v1/integrations/pay/orders',
			effect: { cut: 'after' },
		});
		assert.match((await send(filled)).text, /Please call the accounts office/);
		await sandbox.admin('DELETE', '/faults');
		assert.match((await send(filled)).text, /Please call the accounts office/);
		assert.equal((await orders()).length, before + 1);
		const told = await mailsTo('office@example.edu');
		assert.deepEqual(
			told.map(({ subject }) => subject),
			['1 application with an unclear outcome'],
		);
		assert.match(told[0]?.text ?? '', /Application for Class I, 2027-28: Ira Menon, Suresh Menon/);
	});

	it('makes no second order where n8n was killed, and the office hears of it', async () => {
		const filled = parent();
		const before = (await orders()).length;
		await sandbox.admin('POST', '/faults', {
			method: 'POST',
			path: '/api/v1/integrations/pay/orders',
			effect: { stall: true },
		});
		const body = new FormData();
		Object.values(filled).forEach((value, index) => body.set(`field-${index}`, value));
		await browse(form(), { method: 'POST', body });
		const inTable = async () => await applications(filled.Email);
		await until(
			'the claim',
			async () => (await inTable()).some(({ status }) => status === 'claimed'),
			{ saw: inTable },
		);
		await demo.n8n.kill();
		await sandbox.admin('DELETE', '/faults');
		await demo.startAgain();

		assert.match((await send(filled)).text, /One moment, please/);
		const [row] = await applications(filled.Email);
		await putRow(APPLICATIONS, 'applicant', {
			applicant: row?.['applicant'],
			claimed_at: new Date(Date.now() - 16 * 60_000).toISOString(),
		});
		const { status, error } = await runPinned(workflow, 'Every hour', {});
		assert.equal(status, 'success', error);
		assert.match((await send(filled)).text, /Please call the accounts office/);
		assert.equal((await orders()).length, before);
		assert.equal((await mailsTo('office@example.edu')).length, 1);

		// What the office does where the dashboard knows no order.
		await api.deleteRows(APPLICATIONS, 'applicant', row?.['applicant']);
		assert.ok((await send(filled)).page);
		assert.equal((await orders()).length, before + 1);
	});
});
