// n8n's own editor in Chromium, with the demo's owner logged in.
import type { Browser, Page } from 'playwright-core';
import { OWNER } from './setup.mts';

export interface EditorOptions {
	viewport: { width: number; height: number };
	colorScheme?: 'light' | 'dark';
}

export async function openEditor(
	browser: Browser,
	url: string,
	options: EditorOptions,
): Promise<Page> {
	const page = await browser.newPage(options);
	// The editor is some 15 MB of scripts; on a busy machine it takes its time.
	page.setDefaultTimeout(120_000);
	// The editor asks for fonts and news on the internet; nothing here should wait for that.
	await page.route(
		({ hostname }) => hostname !== '127.0.0.1',
		(route) => route.abort(),
	);
	await page.goto(`${url}/signin`, { waitUntil: 'domcontentloaded' });
	await page.locator('input[name=emailOrLdapLoginId]').fill(OWNER.email);
	await page.locator('input[type=password]').fill(OWNER.password);
	await page.locator('[data-test-id="form-submit-button"]').click();
	await page.waitForURL(/home|workflow/);
	return page;
}
