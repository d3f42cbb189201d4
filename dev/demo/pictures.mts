// npm run pictures: the README's pictures, light and dark, taken in n8n's own editor.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startBrowser } from './checkout.mts';
import { startDemo } from './demo.mts';
import { openEditor } from './editor.mts';
import { startN8n } from './n8n.mts';
import { ROOT, RUN } from './paths.mts';
import { anyPorts } from './ports.mts';

const FOLDER = join(ROOT, 'docs/images');
const SIZE = { width: 1500, height: 900 };
const MARGIN = 30;
/** What n8n shows on top of the canvas. */
const PANELS = `
	aside, header, footer, .el-notification, [class*='nodeButtons'], [class*='executionButtons'],
	[data-test-id='canvas-controls'], [data-test-id='canvas-handle-plus-wrapper']
	{ display: none !important; }
`;

interface Picture {
	name: string;
	workflow: string;
	/** Opened; without it, the picture is of the whole workflow. */
	node?: string;
}

const PICTURES: Picture[] = [
	{ name: 'demo-workflow', workflow: 'Demo: inbox' },
	{ name: 'trigger', workflow: 'Demo: inbox', node: 'Jodo Trigger' },
	{ name: 'create-link', workflow: 'Demo: collect a fee', node: 'Create a payment link' },
];

async function canvas(page: Page) {
	await page.locator('[data-test-id="canvas-node"]').first().waitFor();
	await page.addStyleTag({ content: PANELS });
	await page.waitForTimeout(2000);
	await page.keyboard.press('1');
	await page.waitForTimeout(1500);
	const boxes = await page
		.locator('.vue-flow__node')
		.evaluateAll((nodes) => nodes.map((each) => each.getBoundingClientRect().toJSON() as DOMRect));
	const x = Math.min(...boxes.map((box) => box.left)) - MARGIN;
	const y = Math.min(...boxes.map((box) => box.top)) - MARGIN;
	const width = Math.max(...boxes.map((box) => box.right)) + MARGIN - x;
	// A node's name stands below its box.
	const height = Math.max(...boxes.map((box) => box.bottom)) + 2 * MARGIN - y;
	return { x, y, width, height };
}

async function panel(page: Page) {
	const parameters = page.locator('[data-test-id="node-parameters"]');
	await parameters.waitFor();
	await page.waitForTimeout(2000);
	const box = await page.locator('[data-test-id="ndv"]').boundingBox();
	const inner = await parameters.boundingBox();
	if (!box || !inner) throw new Error('The node did not open');
	return { x: inner.x - 20, y: box.y, width: inner.width + 40, height: box.height };
}

/** What an office sees of the rows: this many columns. */
const COLUMNS = 10;
const WIDE = { width: 3400, height: 700 };

/** A link paid, then settled in two parts, as the trigger gives them. */
function rows(): object[] {
	const load = createRequire(import.meta.url);
	const { toRows } = load('../../dist/nodes/events/row.js') as {
		toRows(delivery: object, context: object): object[];
	};
	const sample = (word: string, timestamp: number, details: object[]) => {
		const file = join(ROOT, `test/fixtures/events/payment_link.payment.${word}.json`);
		const { event } = JSON.parse(readFileSync(file, 'utf8'));
		Object.assign(event.payload.order, {
			...{ name: 'Asha Rao', student_name: 'Meera Rao', identifier: '2026-0117' },
			...{ paid_at: '2026-06-01T06:10:00Z', details },
		});
		return toRows({ ...event, timestamp }, { environment: 'live' });
	};
	const tuition = { component_type: 'TUITION_FEE', amount: 42000 };
	const bus = { component_type: 'TRANSPORT_FEE', amount: 7500.5 };
	const first = { ...tuition, settlement_utr: 'UTR20260603', settled_at: '2026-06-03T10:00:00Z' };
	const second = { ...bus, settlement_utr: 'UTR20260605', settled_at: '2026-06-05T10:00:00Z' };
	return [
		...sample('debited', 1780294200, [tuition, bus]),
		...sample('settled', 1780480800, [first, bus]),
		...sample('settled', 1780653600, [second]),
	];
}

/** The first columns of n8n's table view. */
async function table(page: Page) {
	const output = page.locator('[data-test-id="output-panel"]');
	await output.waitFor();
	await output.locator('[data-test-id="radio-button-table"]').first().click();
	await page.waitForTimeout(1500);
	const heads = await output
		.locator('table')
		.first()
		.locator('th')
		.evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON() as DOMRect));
	const whole = await output.locator('table').first().boundingBox();
	const first = heads[0];
	const last = heads[COLUMNS - 1];
	if (!whole || !first || !last) throw new Error('The table did not show');
	return { x: first.left, y: first.top, width: last.right - first.left, height: whole.height };
}

mkdirSync(RUN, { recursive: true });
mkdirSync(FOLDER, { recursive: true });
const folder = mkdtempSync(join(RUN, 'picture-'));
const demo = await startDemo(
	{
		folder,
		ports: await anyPorts(),
		// Published, the editor would show a check list as well.
		publish: false,
		say: (text) => console.log(`- ${text}`),
	},
	startN8n,
);
const inbox = demo.workflows.find((one) => one.name === 'Demo: inbox')!;
const trigger = inbox.nodes.filter(({ name }) => name === 'Jodo Trigger');
const pinned = await demo.api.call<typeof inbox>('POST', '/workflows', {
	name: 'Rows',
	nodes: trigger,
	connections: {},
	settings: {},
	pinData: { 'Jodo Trigger': rows().map((json) => ({ json })) },
	active: false,
});
const browser = await startBrowser();
try {
	for (const colorScheme of ['light', 'dark'] as const) {
		const page = await openEditor(browser, demo.n8n.url, { viewport: SIZE, colorScheme });
		for (const { name, workflow, node } of PICTURES) {
			const { id, nodes } = demo.workflows.find((one) => one.name === workflow)!;
			const opened = nodes.find((one) => one.name === node);
			const path = opened ? `${id}/${opened.id}` : id;
			await page.goto(`${demo.n8n.url}/workflow/${path}`, { waitUntil: 'domcontentloaded' });
			const clip = await (opened ? panel(page) : canvas(page));
			const file = join(FOLDER, `${name}-${colorScheme}.png`);
			await page.screenshot({ path: file, clip });
			console.log(`${file}: ${Math.round(statSync(file).size / 1000)} kB`);
		}
		await page.setViewportSize(WIDE);
		await page.goto(`${demo.n8n.url}/workflow/${pinned.id}/${pinned.nodes[0]?.id}`, {
			waitUntil: 'domcontentloaded',
		});
		const file = join(FOLDER, `rows-${colorScheme}.png`);
		await page.screenshot({ path: file, clip: await table(page) });
		console.log(`${file}: ${Math.round(statSync(file).size / 1000)} kB`);
		await page.close();
	}
} finally {
	await browser.close();
	await demo.stop();
	rmSync(folder, { recursive: true, force: true });
}
