// What somebody sees who fills in the Jodo node in n8n's own editor, with Chromium.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Workflow, WorkflowNode } from '../../dev/demo/api.mts';
import { startBrowser } from '../../dev/demo/checkout.mts';
import { openEditor } from '../../dev/demo/editor.mts';
import { ROOT } from '../../dev/demo/paths.mts';
import { until } from '../../dev/demo/process.mts';
import operations from '../fixtures/operations.json' with { type: 'json' };
import {
	api,
	cleanSlate,
	demo,
	jodoCredential,
	node,
	registerElsewhere,
	sandbox,
	to,
} from './world.mts';

/** n8n's own entry at the end of both lists. */
const CUSTOM = 'Custom API Call';

const OUTPUTS = operations as unknown as Record<string, { output: Array<Record<string, unknown>> }>;

describe('the schema preview', () => {
	for (const [key, { output }] of Object.entries(OUTPUTS)) {
		it(`is served for ${key}`, async () => {
			const file = `${key.replace('.', '/')}.json`;
			const answer = await fetch(`${demo.n8n.url}/schemas/n8n-nodes-jodo.jodo/1.0.0/${file}`);
			assert.equal(answer.status, 200);
			const schema = (await answer.json()) as { properties: object };
			assert.deepEqual(Object.keys(schema.properties), Object.keys(output[0] ?? {}));
			const ours = readFileSync(join(ROOT, 'nodes/Jodo/__schema__/v1.0.0', file), 'utf8');
			assert.deepEqual(schema, JSON.parse(ours));
		});
	}
});

describe('the Jodo node in the editor', () => {
	let browser: Awaited<ReturnType<typeof startBrowser>>;
	let page: Awaited<ReturnType<typeof browser.newPage>>;
	let workflow: Workflow;

	before(async () => {
		await cleanSlate();
		workflow = await createWorkflow();
		browser = await startBrowser();
		page = await openEditor(browser, demo.n8n.url, { viewport: { width: 1500, height: 1300 } });
	});
	after(async () => await browser?.close());

	async function createWorkflow(): Promise<Workflow> {
		const right = await jodoCredential();
		const wrong = await api.credential({
			name: 'Jodo (wrong keys)',
			type: 'jodoApi',
			data: { environment: 'custom', baseUrl: sandbox.url, apiKey: 'sandbox_key', apiSecret: 'no' },
		});
		const jodo = (
			name: string,
			{ id, name: credential }: { id: string; name: string },
			parameters = { resource: 'paymentLink', operation: 'create' },
		) =>
			node(name, 'n8n-nodes-jodo.jodo', 1, parameters, {
				credentials: { jodoApi: { id, name: credential } },
			});
		return await api.createWorkflow({
			name: 'Seen in the editor',
			nodes: [
				node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
				jodo('Link', right),
				jodo('Webhook', right, { resource: 'webhook', operation: 'disable' }),
				node('Edit Fields', 'n8n-nodes-base.set', 3.4, { options: {} }),
				jodo('With wrong keys', wrong),
			],
			connections: {
				Start: { main: [to('Link', 'Webhook', 'With wrong keys')] },
				Link: { main: [to('Edit Fields')] },
			},
		});
	}

	const part = (id: string) => page.locator(`[data-test-id="${id}"]`);

	async function open(name: string): Promise<void> {
		const { id } = workflow.nodes.find((one) => one.name === name) as WorkflowNode;
		await page.goto(`${demo.n8n.url}/workflow/${workflow.id}/${id}`);
		await part('node-parameters').waitFor();
	}

	/** The entries of the drop-down that this opens. */
	async function choices(field: string): Promise<string[]> {
		await part(`parameter-input-${field}`).click();
		const shown = page.locator('[data-test-id="parameter-input-item"]:visible');
		await shown.first().waitFor();
		const texts = await shown.locator('.list-option > :first-child').allInnerTexts();
		await page.keyboard.press('Escape');
		await shown.first().waitFor({ state: 'hidden' });
		return texts.map((text) => text.trim());
	}

	const listed = async () =>
		(await part('rlc-item').allInnerTexts()).map((text) => text.trim()).sort();

	it('shows before the first run what Create Payment Link gives; it can be dragged', async () => {
		await open('Edit Fields');
		const pills = page.locator('[data-target="mappable"][data-node-name="Link"]');
		await pills.first().waitFor();
		assert.deepEqual((await pills.allInnerTexts()).map((text) => text.trim()).sort(), [
			'amount',
			'email',
			'expires_at',
			'identifier',
			'name',
			'order_id',
			'phone',
			'redirect_url',
			'student_name',
		]);
		for (const name of ['order_id', 'redirect_url']) {
			await pills.filter({ hasText: name }).hover();
			await page.mouse.down();
			const target = await part('assignment-collection-drop-area').boundingBox();
			assert.ok(target);
			const [x, y] = [target.x + target.width / 2, target.y + target.height / 2];
			await page.mouse.move(x, y - 10, { steps: 8 });
			await page.mouse.move(x, y, { steps: 4 });
			await page.mouse.up();
			await page.getByText(`{{ $json.${name} }}`).first().waitFor();
		}
	});

	it('offers every resource, and the operations of the chosen one', async () => {
		await open('Link');
		assert.deepEqual(await choices('resource'), [
			'Configuration',
			'Flex Plan',
			'Order',
			'Payment',
			'Payment Link',
			'Student',
			'User',
			'Webhook',
			CUSTOM,
		]);
		assert.deepEqual(await choices('operation'), ['Cancel', 'Create', 'Get', CUSTOM]);
	});

	it('has a row for each amount, and lists the fee components that Jodo knows', async () => {
		await open('Link');
		await part('parameter-input-amount').first().waitFor();
		assert.equal(await part('parameter-input-amount').count(), 1);
		await page.getByRole('button', { name: 'Add Amount' }).click();
		await part('parameter-input-amount').nth(1).waitFor();

		await part('rlc-input').nth(1).click();
		await part('rlc-item').first().waitFor();
		const answer = await fetch(`${sandbox.url}/api/v1/integrations/erp/fee-components`, {
			headers: {
				authorization: `Basic ${Buffer.from('sandbox_key:sandbox_secret').toString('base64')}`,
			},
		});
		const { data } = (await answer.json()) as {
			data: Array<{ component_type: string; name: string }>;
		};
		const known = data
			.map(({ component_type: code, name }) => (name === code ? name : `${name} (${code})`))
			.sort();
		assert.deepEqual(await listed(), known);

		await page.keyboard.type('transp');
		const wanted = known.filter((name) => /transp/i.test(name));
		await until('the list to be filtered', async () => (await listed()).length === wanted.length);
		assert.deepEqual(await listed(), wanted);
		await part('rlc-item').first().click();
		assert.equal(await part('rlc-input').nth(1).inputValue(), wanted[0]);
	});

	it('lists webhooks by what they do, and takes an ID all the same', async () => {
		await registerElsewhere('payment_link.payment.settled', 'https://erp.example.com/jodo');
		await open('Webhook');
		await part('rlc-input').first().click();
		await part('rlc-item').first().waitFor();
		assert.deepEqual(await listed(), [
			'Payment Link: Settled to Bank → https://erp.example.com/jodo',
		]);
		await page.keyboard.press('Escape');
		await part('rlc-mode-selector').first().click();
		await page.getByRole('option', { name: 'By ID' }).click();
		await part('rlc-input').first().fill('21d8f41b-aefd-4463-8179-55144f5f1ea5');
	});

	it('says why a list cannot be loaded, and lets the code be typed all the same', async () => {
		await open('With wrong keys');
		await part('rlc-input').first().click();
		const why = part('rlc-error-container');
		await why.getByText('Jodo did not accept the API key and secret').waitFor();
		await why.getByText('environment, API Key and API Secret belong together').waitFor();
		await part('rlc-mode-selector').first().click();
		await page.getByRole('option', { name: 'By Code' }).click();
		const code = part('rlc-input').first();
		await code.fill('LAB_FEE');
		assert.equal(await code.inputValue(), 'LAB_FEE');
		assert.equal(await part('rlc-error-container').count(), 0);
	});
});

/** A field as n8n serves it to the editor. */
interface Field {
	name: string;
	type: string;
	default: unknown;
	displayOptions?: { show?: Record<string, string[]> };
	options?: Array<Field & { value: string; values: Field[] }>;
}

/** Every list with one row and every collection with all of its fields, so that all labels are seen. */
function opened({ type, options = [], default: value }: Field): unknown {
	const all = (fields: Field[]) =>
		Object.fromEntries(fields.map((field) => [field.name, opened(field)]));
	if (type === 'collection') return all(options);
	if (type !== 'fixedCollection') return value;
	return Object.fromEntries(options.map(({ name, values }) => [name, [all(values)]]));
}

/** Of the fields that the form then shows, those that hold others. */
function allOpened(fields: Field[], chosen: Record<string, string>) {
	const shown = fields.filter(({ displayOptions }) =>
		Object.entries(displayOptions?.show ?? {}).every(([name, values]) =>
			values.includes(chosen[name] ?? values[0] ?? ''),
		),
	);
	const holders = shown.filter(({ type }) => /collection/i.test(type));
	return { ...Object.fromEntries(holders.map((field) => [field.name, opened(field)])), ...chosen };
}

/** What stands at the end of each form. */
const LAST: Record<string, string> = { 'the trigger': 'Split Output' };

describe('on a small screen no label is cut off', () => {
	let browser: Awaited<ReturnType<typeof startBrowser>>;
	let page: Awaited<ReturnType<typeof openEditor>>;

	before(async () => {
		await cleanSlate();
		browser = await startBrowser();
		page = await openEditor(browser, demo.n8n.url, { viewport: { width: 1280, height: 900 } });
		const types = await page.evaluate(
			async (): Promise<Array<{ name: string; properties: Field[] }>> =>
				(await fetch('/types/nodes.json')).json(),
		);
		const fieldsOf = (type: string) => types.find(({ name }) => name === type)?.properties ?? [];
		const { id, name } = await jodoCredential();
		const credentials = { jodoApi: { id, name } };
		const forms = [
			...Object.keys(OUTPUTS).map((key) => {
				const [resource = '', operation = ''] = key.split('.');
				return { name: key, type: 'n8n-nodes-jodo.jodo', chosen: { resource, operation } };
			}),
			{ name: 'the trigger', type: 'n8n-nodes-jodo.jodoTrigger', chosen: {} },
		];
		const workflow = await api.createWorkflow({
			name: 'Seen on a small screen',
			nodes: forms.map((form, index) =>
				node(form.name, form.type, 1, allOpened(fieldsOf(form.type), form.chosen), {
					credentials,
					position: [(index % 6) * 240, Math.floor(index / 6) * 240],
				}),
			),
			connections: {},
		});
		await page.goto(`${demo.n8n.url}/workflow/${workflow.id}`);
		await part('canvas-node')
			.nth(forms.length - 1)
			.waitFor();
	});
	after(async () => await browser?.close());

	const part = (id: string) => page.locator(`[data-test-id="${id}"]`);

	for (const name of [...Object.keys(OUTPUTS), 'the trigger']) {
		it(`in ${name}`, async () => {
			await page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).dblclick();
			const form = part('node-parameters');
			await form
				.getByText(LAST[name] ?? 'Items at Once', { exact: true })
				.first()
				.waitFor();
			const cutOff = await form.locator('label:visible *').evaluateAll((parts) =>
				parts
					.filter((one) => one.scrollWidth > one.clientWidth && one.clientWidth > 0)
					.filter((one) => getComputedStyle(one).textOverflow === 'ellipsis')
					.map((one) => one.textContent ?? ''),
			);
			await page.keyboard.press('Escape');
			await form.waitFor({ state: 'hidden' });
			assert.deepEqual(cutOff, []);
		});
	}
});
