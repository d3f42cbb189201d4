// npm start                  n8n with our package and the local Jodo, until Ctrl-C
// npm start -- --fresh       the same, from an empty n8n
// npm start -- --once        one payment from link to ledger row, then exit (--browser: paid in Chromium)
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDemo, type Demo } from './demo.mts';
import { onePayment } from './once.mts';
import { RUN } from './paths.mts';
import { anyPorts, usualPorts } from './ports.mts';
import { Problem } from './problem.mts';
import { OWNER } from './setup.mts';

const stopping = new AbortController();
// Ctrl-C may arrive twice, from the terminal and from npm: the second changes nothing.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
	process.on(name, () => stopping.abort());

function welcome({ n8n, sandbox }: Demo): string {
	return `
  n8n          ${n8n.url}   log in as ${OWNER.email} with ${OWNER.password}
  local Jodo   ${sandbox.url}   orders, events, e-mails; nothing reaches the real Jodo

  What to do next
  1. Open ${n8n.url}/form/collect-a-fee, press the button, and pay on the page that opens.
  2. See the thank-you e-mail at ${sandbox.url}/inbox.
  3. Settle the order at ${sandbox.url}, and see the row in n8n: Overview, Data tables, Fee ledger.

  Ctrl-C stops both. What you change in n8n is kept for the next start.
`;
}

async function stay(fresh: boolean): Promise<void> {
	const folder = join(RUN, 'demo');
	const ports = await usualPorts();
	if (fresh) rmSync(folder, { recursive: true, force: true });
	const say = (text: string) => console.log(`- ${text}`);
	const demo = await startDemo({ folder, ports, say, signal: stopping.signal });
	console.log(welcome(demo));
	await Promise.race([demo.n8n.gone, once(stopping.signal, 'abort')]);
	if (!stopping.signal.aborted) {
		await demo.stop();
		throw new Problem(`n8n stopped by itself. The end of its log:\n${demo.n8n.tail()}`);
	}
	console.log('\nStopping …');
	await demo.stop();
}

async function onceOnly(browser: boolean): Promise<void> {
	mkdirSync(RUN, { recursive: true });
	const folder = mkdtempSync(join(RUN, 'once-'));
	const started = Date.now();
	const say = (text: string) => console.log(`- ${text}`);
	const demo = await startDemo({ folder, ports: await anyPorts(), say, signal: stopping.signal });
	try {
		await onePayment(demo, browser, stopping.signal);
	} catch (error) {
		if (!stopping.signal.aborted) console.error(`\nThe end of n8n's log:\n${demo.n8n.tail(40)}`);
		throw error;
	} finally {
		await demo.stop();
	}
	rmSync(folder, { recursive: true, force: true });
	console.log(
		`\nOne payment, end to end, in ${Math.round((Date.now() - started) / 1000)} s: all good.`,
	);
}

try {
	const { values } = parseArgs({
		options: {
			once: { type: 'boolean', default: false },
			browser: { type: 'boolean', default: false },
			fresh: { type: 'boolean', default: false },
		},
	});
	await (values.once ? onceOnly(values.browser) : stay(values.fresh));
} catch (error) {
	if (!stopping.signal.aborted) {
		const known =
			error instanceof Problem || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
		console.error(`\n${known ? (error as Error).message : ((error as Error).stack ?? error)}\n`);
		process.exitCode = 1;
	}
}
