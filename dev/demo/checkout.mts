// Somebody fills in the fee form and pays on Jodo's checkout page: by plain HTTP, or with a real browser.
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { Problem } from './problem.mts';
import { until } from './process.mts';

/** The form's fields, in their order in the workflow. */
export const PARENT = {
	Parent: 'Asha Rao',
	Phone: '9876543210',
	Email: 'asha.rao@example.com',
	'Admission No': '2026-0117',
	Amount: '12500.50',
};

export interface Payer {
	/** Submits n8n's form; returns the checkout page that it leads to. */
	fillIn(form: string): Promise<string>;
	/** Presses "Pay" on the checkout page; returns what the page then says. */
	pay(checkout: string): Promise<string>;
	close(): Promise<void>;
}

const visible = (html: string) =>
	html
		.replace(/<(style|script|head)[\s\S]*?<\/\1>/g, ' ')
		.replace(/<[^>]+>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();

async function ask(url: string | URL, request: RequestInit = {}): Promise<string> {
	const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(30_000) });
	const text = await answer.text();
	if (!answer.ok) {
		throw new Problem(`${url} answered ${answer.status}: ${visible(text).slice(0, 500)}`);
	}
	return text;
}

export const plainPayer: Payer = {
	async fillIn(form) {
		const body = new FormData();
		Object.values(PARENT).forEach((value, index) => body.set(`field-${index}`, value));
		const { formWaitingUrl } = JSON.parse(await ask(form, { method: 'POST', body })) as {
			formWaitingUrl: string;
		};
		const status = new URL(formWaitingUrl);
		status.pathname += '/n8n-execution-status';
		await until('the workflow to reach the end of the form', async () => {
			const said = (await ask(status)).trim();
			if (said === 'error' || said === 'crashed') throw new Problem(`The workflow ended: ${said}.`);
			return said === 'form-waiting';
		});
		const checkout = (await ask(formWaitingUrl)).match(/id='redirectUrl' href='([^']+)'/)?.[1];
		if (!checkout) throw new Problem('The end of the form leads nowhere.');
		// The page tells n8n that it was shown, as in a browser.
		await ask(formWaitingUrl, { method: 'POST' });
		return checkout;
	},
	async pay(checkout) {
		const html = await ask(checkout);
		if (!/name="action"[^>]*value="pay"/.test(html)) {
			throw new Problem(`There is nothing to pay with: ${visible(html).slice(0, 500)}`);
		}
		const body = new URLSearchParams({ action: 'pay' });
		return visible(await ask(checkout, { method: 'POST', body }));
	},
	async close() {},
};

/** Not for the web at large: no sandbox (containers), nothing loaded in the background. */
const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

const PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/usr/bin/google-chrome-stable',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

export async function startBrowser(): Promise<Browser> {
	const executablePath = process.env.CHROMIUM || PLACES.find((path) => existsSync(path));
	if (!executablePath) {
		throw new Problem(
			'No Chromium found. Install it (Debian, Ubuntu: apt-get install chromium), or name your Chrome: CHROMIUM=/path/to/chrome',
		);
	}
	return await chromium.launch({ executablePath, args: FLAGS });
}

export async function browserPayer(): Promise<Payer> {
	const browser = await startBrowser();
	const page = await browser.newPage();
	// n8n's pages ask for fonts and icons on the internet; nothing here should wait for that.
	await page.route(
		({ hostname }) => hostname !== '127.0.0.1',
		(route) => route.abort(),
	);
	return {
		async fillIn(form) {
			await page.goto(form);
			for (const [label, value] of Object.entries(PARENT)) {
				await page.getByLabel(label).fill(value);
			}
			await page.getByRole('button').click();
			await page.locator('button[name=action][value=pay]').waitFor();
			return page.url();
		},
		async pay(checkout) {
			await page.goto(checkout);
			await page.locator('button[name=action][value=pay]').click();
			await page.waitForLoadState();
			return visible(await page.locator('body').innerHTML());
		},
		close: async () => await browser.close(),
	};
}
