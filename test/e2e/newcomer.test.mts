// What somebody does in n8n's own editor who has just installed the package, with Chromium, and what they read.
// PICTURES=<folder> keeps a picture of each screen, light and dark.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startBrowser } from '../../dev/demo/checkout.mts';
import { openEditor } from '../../dev/demo/editor.mts';
import { freePort } from '../../dev/demo/ports.mts';
import { EVENTS } from './trigger.mts';
import {
	api,
	cleanSlate,
	demo,
	jodoCredential,
	node,
	registerElsewhere,
	sandbox,
} from './world.mts';

const ERP = 'https://erp.example.com/jodo';

describe('a newcomer in the editor', () => {
	let browser: Awaited<ReturnType<typeof startBrowser>>;
	let page: Awaited<ReturnType<typeof openEditor>>;

	before(async () => {
		await cleanSlate();
		browser = await startBrowser();
		page = await openEditor(browser, demo.n8n.url, { viewport: { width: 1500, height: 1000 } });
	});
	after(async () => await browser?.close());

	const part = (id: string) => page.locator(`[data-test-id="${id}"]`);
	const field = (name: string) => part(`parameter-input-${name}`).locator('input').first();
	const choice = (name: string) =>
		page.locator('[data-test-id="parameter-input-item"]:visible', { hasText: name });

	async function keep(name: string): Promise<void> {
		const folder = process.env['PICTURES'];
		if (!folder) return;
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme });
			// The editor fades from one to the other.
			await page.waitForTimeout(800);
			await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
		}
		await page.emulateMedia({ colorScheme: 'light' });
	}

	/** Opens the node panel and searches it; both nodes are one entry there. */
	async function search(): Promise<void> {
		await page.keyboard.press('n');
		await part('node-creator-search-bar').fill('jodo');
		const found = part('node-creator-item-name');
		await found.getByText('Jodo', { exact: true }).waitFor();
		assert.deepEqual(await found.allInnerTexts(), ['Jodo']);
	}

	async function openNode(
		type: 'jodo' | 'jodoTrigger',
		parameters: Record<string, unknown>,
	): Promise<void> {
		const { id, name } = await jodoCredential();
		const workflow = await api.createWorkflow({
			name: 'Seen by a newcomer',
			nodes: [
				node('Jodo', `n8n-nodes-jodo.${type}`, 1, parameters, {
					credentials: { jodoApi: { id, name } },
				}),
			],
			connections: {},
		});
		await page.goto(`${demo.n8n.url}/workflow/${workflow.id}/${workflow.nodes[0]?.id}`);
		await part('node-parameters').waitFor();
	}

	async function run(): Promise<string> {
		await part('node-execute-button').click();
		const output = part('ndv-output-panel').or(part('output-panel')).first();
		await output
			.getByText(/\d items?/)
			.first()
			.waitFor();
		return await output.innerText();
	}

	it('finds both nodes by searching for jodo, and adds them', async () => {
		await page.goto(`${demo.n8n.url}/workflow/new`, { waitUntil: 'domcontentloaded' });
		await part('canvas-add-button').waitFor();
		await search();
		await keep('1-search');
		await part('node-creator-action-item').first().click();
		const panel = part('node-creator');
		await panel.getByText(`Triggers (${EVENTS.length})`).waitFor();
		await panel.getByText('Actions (25)').click();
		await panel.getByText('Get branches', { exact: true }).waitFor();
		await keep('2-what-it-can-do');

		await panel.getByText('On payment link settled to bank').click();
		await part('node-parameters').waitFor();
		await part('parameter-input-events').getByText('Payment Link: Settled to Bank').waitFor();
		await keep('3-trigger');
		await part('ndv-close').or(part('ndv-close-button')).first().click();

		await search();
		await part('node-creator-action-item').first().click();
		await panel.getByText('Create a payment link that asks a payer for money').click();
		await part('node-parameters').waitFor();
		assert.equal(await field('resource').inputValue(), 'Payment Link');
		assert.equal(await field('operation').inputValue(), 'Create');
		await keep('4-action');
		await part('ndv-close').or(part('ndv-close-button')).first().click();
		assert.equal(await part('canvas-node').count(), 2);
	});

	it('picks another operation, and fills a list from Jodo', async () => {
		await openNode('jodo', {});
		await part('parameter-input-resource').click();
		await choice('Configuration').click();
		await part('parameter-input-operation').click();
		await choice('Get Grades').waitFor();
		await keep('5-operations');
		await choice('Get Grades').click();
		await part('rlc-input').first().click();
		await part('rlc-item').first().waitFor();
		const branches = await part('rlc-item').allInnerTexts();
		assert.ok(
			branches.some((text) => /\(.+\)$/.test(text.trim())),
			branches.join(),
		);
		await keep('6-branches');
	});

	it('runs the node, and reads what Jodo answered', async () => {
		await openNode('jodo', { resource: 'configuration', operation: 'getGrades' });
		await run();
		const row = page.locator('tr', { hasText: 'grade_5944' });
		assert.match(await row.innerText(), /grade_5944\s+Class VIII/);
		await keep('7-output');
	});

	it('reads which field is wrong, and that nothing was sent', async () => {
		await openNode('jodo', { name: 'Asha Rao', phone: '12345', email: 'asha@example.com' });
		const output = await run();
		assert.match(output, /'Payer Phone' is not a phone number of at least 10 digits: "12345"/);
		assert.match(output, /'Amount in Rupees' in entry 1 of 'Amounts to Collect'/);
		assert.doesNotMatch(output, /Fee Component/, 'what is filled in already is fine');
		assert.match(output, /Nothing was sent to Jodo\./);
		await keep('8-bad-input');
	});

	it('reads what Jodo refused, and what to do about it', async () => {
		await openNode('jodo', { operation: 'get', orderId: 'order_none' });
		const output = await run();
		assert.match(output, /Jodo does not know this record: Resource not found/);
		assert.match(output, /Check the ID, and that the credential is for the right environment/);
		await keep('9-refused');
	});

	/** Fills in a new credential and saves it, which fails; what stands there then, with its details. */
	async function saveCredential(baseUrl: string) {
		await openNode('jodo', {});
		await part('node-credentials-select').click();
		await part('node-credentials-select-item-new').click();
		const dialog = part('editCredential-modal');
		await dialog.locator(part('parameter-input-environment')).click();
		await choice('Custom').click();
		await field('baseUrl').fill(baseUrl);
		await field('apiKey').fill('sandbox_key');
		await field('apiSecret').fill('wrong');
		await dialog.getByText('Leave empty unless Jodo sets up the webhook for you').waitFor();
		await part('credential-save-button').click();
		await dialog.getByText('More details').click();
		return dialog;
	}

	it('saves wrong keys, and reads what is wrong with them', async () => {
		const dialog = await saveCredential(sandbox.url);
		await dialog.getByText('Jodo did not accept the API key and secret').waitFor();
		await dialog.getByText('Live and Test (UAT) have different keys').waitFor();
		await keep('10-wrong-keys');
	});

	it('saves addresses where nothing listens, and reads the codes that the README explains', async () => {
		const refused = await saveCredential(`http://127.0.0.1:${await freePort()}`);
		await refused.getByText('ECONNREFUSED', { exact: true }).waitFor();
		const unknown = await saveCredential('https://no-such-host.invalid');
		await unknown.getByText(/^(ENOTFOUND|EAI_AGAIN)$/).waitFor();
	});

	it('publishes a trigger whose event goes elsewhere, and reads where and what to do', async () => {
		await registerElsewhere('payment_link.payment.settled', ERP);
		const inbox = demo.workflows.find(({ name }) => name === 'Demo: inbox');
		await page.goto(`${demo.n8n.url}/workflow/${inbox?.id}`);
		await part('canvas-node').first().waitFor();
		await part('workflow-open-publish-modal-button').click();
		const dialog = page.getByRole('dialog').filter({ hasText: 'Publish workflow' });
		await dialog.getByRole('button', { name: 'Publish' }).waitFor();
		await keep('11-publish');
		await dialog.getByRole('button', { name: 'Publish' }).click();
		const notice = page.locator('.el-notification', { hasText: ERP });
		await notice.waitFor({ timeout: 90_000 });
		const text = await notice.innerText();
		assert.match(
			text,
			/'Payment Link: Settled to Bank' \(payment_link\.payment\.settled\) goes to/,
		);
		assert.match(text, /Nothing is registered for this trigger/);
		assert.match(text, /the option 'Replace This Address'/);
		await keep('12-publish-refused');
	});
});
