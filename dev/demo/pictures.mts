// Takes the picture of the demo workflow for the README, from n8n's own editor:
//   node dev/run.mjs . dev/sandbox dev/demo -- dev/demo/picture.mts
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startBrowser } from './checkout.mts';
import { startDemo } from './demo.mts';
import { startN8n } from './n8n.mts';
import { ROOT, RUN } from './paths.mts';
import { anyPorts } from './ports.mts';
import { OWNER } from './setup.mts';

const WORKFLOW = 'Jodo inbox';
const FILE = join(ROOT, 'docs/images/demo-workflow.png');
const SIZE = { width: 1500, height: 900 };
const MARGIN = 30;
/** What n8n shows on top of the canvas. */
const PANELS = `
	aside, header, footer, .el-notification, [class*='nodeButtons'], [class*='executionButtons'],
	[data-test-id='canvas-controls'], [data-test-id='canvas-handle-plus-wrapper']
	{ display: none !important; }
`;

mkdirSync(RUN, { recursive: true });
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
	const page = await browser.newPage({ viewport: SIZE });
	await page.goto(`${demo.n8n.url}/signin`, { waitUntil: 'domcontentloaded' });
	await page.locator('input[type=email], input[name=emailOrLdapLoginId]').first().fill(OWNER.email);
	await page.locator('input[type=password]').fill(OWNER.password);
	await page.locator('[data-test-id="form-submit-button"]').click();
	await page.waitForURL(/home|workflow/);
	const { id } = demo.workflows.find(({ name }) => name === WORKFLOW) as { id: string };
	await page.goto(`${demo.n8n.url}/workflow/${id}`, { waitUntil: 'domcontentloaded' });
	await page.locator('[data-test-id="canvas-node"]').first().waitFor();
	await page.addStyleTag({ content: PANELS });
	await page.waitForTimeout(2000);
	await page.keyboard.press('1');
	await page.waitForTimeout(1500);
	mkdirSync(dirname(FILE), { recursive: true });
	const boxes = await page
		.locator('.vue-flow__node')
		.evaluateAll((nodes) => nodes.map((each) => each.getBoundingClientRect().toJSON() as DOMRect));
	const left = Math.min(...boxes.map((box) => box.left)) - MARGIN;
	const top = Math.min(...boxes.map((box) => box.top)) - MARGIN;
	const width = Math.max(...boxes.map((box) => box.right)) + MARGIN - left;
	// A node's name stands below its box.
	const height = Math.max(...boxes.map((box) => box.bottom)) + 2 * MARGIN - top;
	await page.screenshot({ path: FILE, clip: { x: left, y: top, width, height } });
	console.log(`${FILE}: ${Math.round(statSync(FILE).size / 1000)} kB`);
} finally {
	await browser.close();
	await demo.stop();
	rmSync(folder, { recursive: true, force: true });
}
