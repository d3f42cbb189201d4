// npm run pictures: the README's pictures, light and dark, taken in n8n's own editor.
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
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
	{ name: 'demo-workflow', workflow: 'Jodo inbox' },
	{ name: 'trigger', workflow: 'Jodo inbox', node: 'Jodo Trigger' },
	{ name: 'create-link', workflow: 'Collect a fee', node: 'Create a payment link' },
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
		await page.close();
	}
} finally {
	await browser.close();
	await demo.stop();
	rmSync(folder, { recursive: true, force: true });
}
