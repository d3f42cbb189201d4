// Somebody fills in the fee form and pays on Jodo's checkout page: by plain HTTP, or with a real browser.
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { Problem } from './problem.mts';

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

export const plainPayer: Payer = {
	async fillIn(form) {
		const body = new FormData();
		Object.values(PARENT).forEach((value, index) => body.set(`field-${index}`, value));
		const answer = await fetch(form, { method: 'POST', body });
		const text = await answer.text();
		const { redirectURL } = (answer.ok ? JSON.parse(text) : {}) as { redirectURL?: string };
		if (!redirectURL)
			throw new Problem(`The form answered ${answer.status}: ${text.slice(0, 500)}`);
		return redirectURL;
	},
	async pay(checkout) {
		const page = await fetch(checkout);
		const html = await page.text();
		const form = html.match(
			/<form[^>]*>[\s\S]*?name="action"[^>]*value="pay"[\s\S]*?<\/form>/,
		)?.[0];
		if (!form)
			throw new Problem(
				`No way to pay on the page (${page.status}): ${visible(html).slice(0, 500)}`,
			);
		const fields = new URLSearchParams({ action: 'pay' });
		for (const [input] of form.matchAll(/<input[^>]*>/g)) {
			const name = input.match(/name="([^"]*)"/)?.[1];
			if (name) fields.set(name, input.match(/value="([^"]*)"/)?.[1] ?? '');
		}
		const action = form.match(/^<form[^>]*\baction="([^"]*)"/)?.[1] ?? '';
		const answer = await fetch(new URL(action, checkout), { method: 'POST', body: fields });
		const said = visible(await answer.text());
		if (!answer.ok)
			throw new Problem(`The checkout page answered ${answer.status}: ${said.slice(0, 500)}`);
		return said;
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
