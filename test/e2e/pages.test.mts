// The local Jodo's pages in Chromium: nothing is cut off, on a desk or on a phone, whatever the names and addresses.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startBrowser } from '../../dev/demo/checkout.mts';
import { startSandbox } from '../../dev/sandbox/server.mts';

const WIDTHS = [1440, 1280, 1200, 375];
const WORD = 'Thiruvananthapuram'.repeat(4);
const EMAIL = `accounts.${'office.'.repeat(8)}fees@mail.school.example.com`;
const KEYS = `Basic ${Buffer.from('sandbox_key:sandbox_secret').toString('base64')}`;

/**
 * What a reader cannot see whole: elements that reach beyond the window, and those whose own content is wider than
 * they are (Chromium counts the text of an input as its content).
 */
function cutOff(): string[] {
	const found: string[] = [];
	for (const element of document.querySelectorAll<HTMLElement>('body, body *')) {
		// Moved away on purpose, for screen readers alone.
		if (element.closest('thead') && getComputedStyle(element.closest('thead')!).left !== 'auto') {
			continue;
		}
		const { left, right, width } = element.getBoundingClientRect();
		if (width === 0) continue;
		const outside = left < 0 || right > document.documentElement.clientWidth + 0.5;
		const inline = getComputedStyle(element).display === 'inline';
		const inside = !inline && element.scrollWidth > element.clientWidth + 1;
		const text = (element as HTMLInputElement).value || element.textContent || '';
		if (outside || inside) found.push(`${element.tagName} ${text.trim().slice(0, 60)}`);
	}
	return found;
}

/** Words of ours, in heads of tables and on buttons, that do not stand on one line; and examples wider than their field. */
function broken(): string[] {
	const found: string[] = [];
	for (const element of document.querySelectorAll('th, button, nav a, .filter a')) {
		const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
		for (let text = texts.nextNode(); text; text = texts.nextNode()) {
			for (const { index, 0: word } of (text.textContent ?? '').matchAll(/\S+/g)) {
				const range = document.createRange();
				range.setStart(text, index);
				range.setEnd(text, index + word.length);
				if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) found.push(word);
			}
		}
	}
	for (const input of document.querySelectorAll<HTMLInputElement>('input[placeholder]')) {
		input.value = input.placeholder;
		if (input.scrollWidth > input.clientWidth) found.push(input.placeholder);
	}
	return found;
}

type Browser = Awaited<ReturnType<typeof startBrowser>>;
type Page = Awaited<ReturnType<Browser['newPage']>>;

describe("the sandbox's pages", () => {
	let jodo: Awaited<ReturnType<typeof startSandbox>>;
	let browser: Browser;
	const pages = new Map<string, string>();

	async function call(path: string, body: object, method = 'POST') {
		const answer = await fetch(jodo.url + path, {
			method,
			headers: { authorization: KEYS, 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		const text = await answer.text();
		assert.ok(answer.ok, `${path}: ${answer.status} ${text}`);
		return JSON.parse(text);
	}
	const api = (path: string, body: object) => call(`/api/v1/integrations${path}`, body);

	before(async () => {
		jodo = await startSandbox({ seed: true });
		browser = await startBrowser();
		const who = { name: `Mr ${WORD}`, phone: '9876543210', email: EMAIL };
		for (const event_code of ['payment_link.payment.debited', 'cred.loan.application_expired']) {
			await api('/erp/webhooks', {
				event_code,
				url: `${jodo.url}/webhook/${WORD}`,
				failure_notification_email: EMAIL,
				secret_key: 'secret',
			});
		}
		const create = async (amount: number, more = {}) =>
			(
				await api('/pay/payment_links', {
					...who,
					details: [
						{ component_type: 'Payable Amount', amount },
						{ component_type: 'TRANSPORT_FEE', amount: 0.5 },
					],
					student_name: WORD,
					identifier: WORD,
					...more,
				})
			).data as { order_id: string; redirect_url: string };
		const expires_at = '2099-01-01T00:00:00Z';
		const [unpaid, paid, settled, gone] = [
			await create(123_456_789.01, { expires_at }),
			await create(1_234_567),
			await create(1),
			await create(2),
		];
		for (const { order_id } of [paid, settled]) await call(`/admin/orders/${order_id}/pay`, {});
		await call(`/admin/orders/${settled.order_id}/settle`, { rows: [1], utr: `UTR${WORD}` });
		await call(`/admin/orders/${gone.order_id}/expire`, {});

		const { registration_id } = (await api('/erp/users/register', who)).data;
		const { jodo_student_id: id } = await api(`/erp/users/${registration_id}/students`, {
			student: {
				...{ fullname: WORD, identifier: WORD, grade: 'M1BLUE', new_admission: true },
				...{ academic_year_start: 2026, academic_year_end: 2027, date_of_birth: '2015-01-31' },
				primary_contact_name: WORD,
				primary_contact_number: who.phone,
				primary_contact_email: EMAIL,
			},
			fee_components: [
				{
					component_type: 'TUITION_FEE',
					fee_amount: 123_456_789.01,
					discounts: [{ discount_type: 'SIBLINGS', value: 12_345_678 }],
				},
			],
		});
		await call('/admin/events', { event: 'cred.loan.application_expired' });
		await call('/admin/faults', { effect: { status: 503 }, match: WORD });
		const token = await fetch(
			`${jodo.url}/api/v1/integrations/erp/users/${registration_id}/access_token`,
			{ headers: { authorization: KEYS } },
		);
		const { access_token } = ((await token.json()) as { data: { access_token: string } }).data;
		const login = new URLSearchParams({ access_token, jodo_student_id: id, product_type: 'flex' });

		const [delivery] = await (await fetch(`${jodo.url}/admin/deliveries`)).json();
		const [mail] = await (await fetch(`${jodo.url}/admin/inbox`)).json();
		for (const [name, path] of Object.entries({
			...{ School: '/', 'School, unpaid': '/?show=unpaid', Students: '/students' },
			...{ 'a student': `/students/${id}`, 'one with a plan': '/students/1005' },
			...{ 'one with a loan': '/students/1009', 'one who paid': '/students/1003' },
			...{
				Events: '/events',
				Deliveries: '/deliveries',
				'a delivery': `/deliveries/${delivery.id}`,
			},
			...{
				Mail: '/inbox',
				'a mail': `/inbox/${mail.id}`,
				Faults: '/faults',
				Settings: '/settings',
			},
			'what is missing': `/nothing/${WORD}`,
			'a checkout': new URL(unpaid.redirect_url).pathname,
			'a receipt': new URL(paid.redirect_url).pathname,
			'an expired link': new URL(gone.redirect_url).pathname,
			'a login': `/consumer/login-redirect?${login}`,
		})) {
			pages.set(name, path);
		}
	});
	after(async () => {
		await browser?.close();
		await jodo?.close();
	});

	const at = async (width: number, look: (page: Page) => Promise<void>) => {
		const page = await browser.newPage({ viewport: { width, height: 900 } });
		try {
			await look(page);
		} finally {
			await page.close();
		}
	};

	for (const width of WIDTHS) {
		it(`nothing is cut off at ${width} px`, async () => {
			await at(width, async (page) => {
				const found: Record<string, string[]> = {};
				for (const [name, path] of pages) {
					await page.goto(jodo.url + path);
					const cut = [...(await page.evaluate(cutOff)), ...(await page.evaluate(broken))];
					if (cut.length > 0) found[name] = cut;
				}
				assert.deepEqual(found, {});
			});
		});
	}

	it('the fields of the faults stand one below the other, however long their texts', async () => {
		await at(1440, async (page) => {
			await page.goto(`${jodo.url}/faults`);
			const lefts = await page
				.locator('input.code')
				.evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().left)));
			assert.equal(new Set(lefts).size, 1, lefts.join());
		});
	});

	it('has looked at every kind of page that can be reached', async () => {
		const kindOf = (path: string) => path.replace(/[?#].*/, '').replace(/(?<=\w\/)[^/]+/g, '…');
		const seen = new Set([...pages.values()].map(kindOf));
		await at(1280, async (page) => {
			for (const path of pages.values()) {
				await page.goto(jodo.url + path);
				const links = await page
					.locator('a')
					.evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href));
				const ours = links.filter((href) => href.startsWith(jodo.url));
				for (const href of ours) {
					assert.ok(seen.has(kindOf(href.slice(jodo.url.length))), `${href}, from ${path}`);
				}
			}
		});
	});

	it('a button leaves the reader at the card it belongs to', async () => {
		await at(375, async (page) => {
			await page.goto(`${jodo.url}/`);
			const card = page.locator('section[data-order]', { hasText: 'settled in part' });
			const id = await card.getAttribute('data-order');
			await card.getByRole('button', { name: 'Settle' }).click();
			await page.waitForURL(`${jodo.url}/#${id}`);
			const settled = page.locator(`[data-order="${id}"]`);
			assert.doesNotMatch(await settled.innerText(), /in part/);
			const top = (await settled.boundingBox())?.y ?? -1;
			assert.ok(top >= 0 && top < 900, `the card is at ${top}`);
		});
	});
});
