// npm run pictures: every picture of the documents, light and dark, taken in n8n's own editor;
// with names, only those.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { node, type Workflow } from './api.mts';
import { startBrowser } from './checkout.mts';
import { startDemo } from './demo.mts';
import { openEditor } from './editor.mts';
import { startN8n } from './n8n.mts';
import { ROOT, RUN } from './paths.mts';
import { anyPorts } from './ports.mts';

const FOLDER = join(ROOT, 'docs/images');
const SIZE = { width: 1500, height: 900 };
const HIGH = { width: 1500, height: 1500 };
const MARGIN = 30;
/** A node's name is wider than its box, and what leads back to the left turns beside it. */
const BESIDE = 70;
const ZOOM = 0.8;
const EXAMPLES = join(ROOT, 'examples');
const NOTE = 'n8n-nodes-base.stickyNote';
/** What n8n shows on top of the canvas. */
const PANELS = `
	aside, header, footer, .el-notification, [class*='nodeButtons'], [class*='executionButtons'],
	[data-test-id='canvas-controls'], [data-test-id='canvas-handle-plus-wrapper']
	{ display: none !important; }
`;

interface Picture {
	name: string;
	workflow: Workflow;
	/** Opened; without it, the picture is of the whole workflow. */
	node?: string;
	size?: typeof SIZE;
	/** A canvas of many colours is a third as large in WebP. */
	format?: 'png' | 'webp';
	/** Opened once more for dark: n8n keeps an icon in the colours it was opened in. */
	twice?: boolean;
	take(page: Page): Promise<Clip>;
}
type Clip = { x: number; y: number; width: number; height: number };

async function canvas(page: Page): Promise<Clip> {
	await page.locator('[data-test-id="canvas-node"]').first().waitFor();
	await page.addStyleTag({ content: PANELS });
	await page.waitForTimeout(2000);
	await page.keyboard.press('1');
	await page.waitForTimeout(1500);
	const boxes = await page
		.locator('.vue-flow__node')
		.evaluateAll((nodes) => nodes.map((each) => each.getBoundingClientRect().toJSON() as DOMRect));
	const x = Math.min(...boxes.map((box) => box.left)) - BESIDE;
	const y = Math.min(...boxes.map((box) => box.top)) - MARGIN;
	const width = Math.max(...boxes.map((box) => box.right)) + BESIDE - x;
	// A node's name stands below its box.
	const height = Math.max(...boxes.map((box) => box.bottom)) + 2 * MARGIN - y;
	return { x, y, width, height };
}

/** The form of the opened node, from its button to its last field. */
async function panel(page: Page): Promise<Clip> {
	const parameters = page.locator('[data-test-id="node-parameters"]');
	await parameters.waitFor();
	await page.waitForTimeout(2000);
	const box = await parameters.boundingBox();
	const first = await page.locator('[data-test-id="node-execute-button"]').last().boundingBox();
	const last = await parameters.getByPlaceholder('Add Option').last().boundingBox();
	if (!box || !first || !last) throw new Error('The node did not open');
	const y = first.y - 7;
	return { x: box.x, y, width: box.width, height: last.y + last.height + MARGIN - y };
}

/** What somebody sees who searches for the nodes. */
async function nodePanel(page: Page): Promise<Clip> {
	await page.locator('[data-test-id="canvas-node"]').first().waitFor();
	await page.waitForTimeout(2000);
	await page.keyboard.press('n');
	await page.locator('[data-test-id="node-creator-search-bar"]').fill('jodo');
	await page.locator('[data-test-id="node-creator-action-item"]').first().click();
	const creator = page.locator('[data-test-id="node-creator"]');
	await creator.getByText('Get branches', { exact: true }).waitFor();
	await page.waitForTimeout(1500);
	const box = await creator.boundingBox();
	if (!box) throw new Error('The node panel did not open');
	const ends = await creator
		.locator('[data-test-id="node-creator-item-name"]')
		.evaluateAll((all) => all.map((each) => each.getBoundingClientRect().bottom));
	const last = Math.max(...ends.filter((end) => end + 8 < box.y + box.height));
	return { ...box, height: last + 8 - box.y };
}

const output = (page: Page) => page.locator('[data-test-id="output-panel"]');

async function execute(page: Page): Promise<void> {
	await page.locator('[data-test-id="node-execute-button"]').click();
}

async function failure(page: Page): Promise<Clip> {
	await execute(page);
	await output(page).locator('[data-test-id="node-error-message"]').waitFor();
	await page.waitForTimeout(1500);
	const box = await output(page).boundingBox();
	const details = await output(page).getByText('Error details').boundingBox();
	if (!box || !details) throw new Error('The error did not show');
	return { ...box, height: details.y - box.y - 30 };
}

/** What an office sees of the rows: this many columns. */
const COLUMNS = 10;
const WIDE = { width: 2560, height: 700 };

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
async function table(page: Page): Promise<Clip> {
	await output(page).locator('[data-test-id="radio-button-table"]').first().click();
	// The lists and objects in later columns make every row high.
	const later = `:is(th, td):nth-child(n + ${COLUMNS + 1}),
		[data-test-id*='floating'], [class*='floating' i] { display: none !important; }`;
	await page.addStyleTag({ content: later });
	await page.waitForTimeout(1500);
	const shown = output(page).locator('table').first();
	const heads = await shown
		.locator('th:visible', { hasText: /./ })
		.evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON() as DOMRect));
	const whole = await shown.boundingBox();
	const [first, last] = [heads[0], heads.at(-1)];
	if (!whole || !first || !last) throw new Error('The table did not show');
	return { x: first.left, y: first.top, width: last.right - first.left, height: whole.height };
}

async function executedTable(page: Page): Promise<Clip> {
	await execute(page);
	await output(page).locator('[data-test-id="ndv-items-count"]').first().waitFor();
	return await table(page);
}

/** Room for all nodes, in a size in which their names can be read. */
function roomFor({ nodes }: Pick<Workflow, 'nodes'>): typeof SIZE {
	const span = (axis: 0 | 1) => {
		const places = nodes.map(({ position }) => position[axis]);
		return Math.max(...places) - Math.min(...places);
	};
	return {
		width: Math.max(700, Math.round((span(0) + 400) * ZOOM)),
		height: Math.max(400, Math.round((span(1) + 400) * ZOOM)),
	};
}

/** Each example as it is imported, without its note. */
async function drawn(): Promise<Picture[]> {
	const pictures: Picture[] = [];
	for (const file of readdirSync(EXAMPLES).filter((one) => one.endsWith('.json'))) {
		const example = JSON.parse(readFileSync(join(EXAMPLES, file), 'utf8')) as New;
		const nodes = example.nodes.filter(({ type }) => type !== NOTE);
		pictures.push({
			name: `examples/${file.replace('.json', '')}`,
			workflow: await made({ ...example, nodes }),
			size: roomFor({ nodes }),
			format: 'webp',
			take: canvas,
		});
	}
	return pictures;
}

mkdirSync(RUN, { recursive: true });
mkdirSync(join(FOLDER, 'examples'), { recursive: true });
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

const demoWorkflow = (wanted: string) => demo.workflows.find(({ name }) => name === wanted)!;
const inbox = demoWorkflow('Demo: inbox');
const collect = demoWorkflow('Demo: collect a fee');
type New = Pick<Workflow, 'name' | 'nodes' | 'connections'> & { pinData?: object };
const made = async (workflow: New) =>
	await demo.api.call<Workflow>('POST', '/workflows', { settings: {}, active: false, ...workflow });

async function pictures(): Promise<Picture[]> {
	const ledger = await made({
		name: 'Rows',
		nodes: inbox.nodes.filter(({ name }) => name === 'Jodo Trigger'),
		connections: {},
		pinData: { 'Jodo Trigger': rows().map((json) => ({ json })) },
	});
	const creator = collect.nodes.find(({ type }) => type === 'n8n-nodes-jodo.jodo')!;
	const wrong = await made({
		name: 'A cell that says nothing',
		nodes: [
			node('Rows of the sheet', 'n8n-nodes-base.manualTrigger', 1, {}),
			{ ...creator, position: [300, 0] },
		],
		connections: {
			'Rows of the sheet': { main: [[{ node: creator.name, type: 'main', index: 0 }]] },
		},
		pinData: {
			'Rows of the sheet': [
				{
					json: {
						...{ Parent: 'Asha Rao', Phone: '9876543210', Email: 'asha.rao@example.com' },
						...{ 'Admission No': '2026-0117', Amount: '#N/A' },
					},
				},
			],
		},
	});
	const dayBook = await made(
		JSON.parse(readFileSync(join(ROOT, 'examples/18-day-book.json'), 'utf8')) as New,
	);
	return [
		{ name: 'demo-workflow', workflow: inbox, take: canvas },
		{ name: 'node-panel', workflow: collect, twice: true, take: nodePanel },
		{ name: 'trigger', workflow: inbox, node: 'Jodo Trigger', take: panel },
		{ name: 'create-link', workflow: collect, node: creator.name, size: HIGH, take: panel },
		{ name: 'error', workflow: wrong, node: creator.name, take: failure },
		{ name: 'rows', workflow: ledger, node: 'Jodo Trigger', size: WIDE, take: table },
		{ name: 'day-book', workflow: dayBook, node: 'Add up', size: WIDE, take: executedTable },
		...(await drawn()),
	];
}

const browser = await startBrowser();
try {
	const only = process.argv.slice(2);
	const wanted = (await pictures()).filter(({ name }) => !only.length || only.includes(name));
	const page = await openEditor(browser, demo.n8n.url, { viewport: SIZE });
	const devTools = await page.context().newCDPSession(page);
	for (const { name, workflow, node: opened, size = SIZE, format = 'png', twice, take } of wanted) {
		await page.setViewportSize(size);
		const { id, nodes } = workflow;
		const path = [id, nodes.find((one) => one.name === opened)?.id].filter(Boolean).join('/');
		let clip: Clip | undefined;
		// The editor changes its colours while it is open.
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme });
			if (!clip || twice) {
				await page.goto(`${demo.n8n.url}/workflow/${path}`, { waitUntil: 'domcontentloaded' });
				if (opened) await page.locator('[data-test-id="node-parameters"]').waitFor();
				clip = await take(page);
			}
			await page.waitForTimeout(1000);
			const file = join(FOLDER, `${name}-${colorScheme}.${format}`);
			const quality = format === 'webp' ? { quality: 80 } : {};
			const { data } = await devTools.send('Page.captureScreenshot', {
				...{ format, ...quality },
				clip: { ...clip, scale: 1 },
			});
			const bytes = Buffer.from(data, 'base64');
			writeFileSync(file, bytes);
			console.log(`${file}: ${Math.round(bytes.length / 1000)} kB`);
		}
	}
} finally {
	await browser.close();
	await demo.stop();
	rmSync(folder, { recursive: true, force: true });
}
