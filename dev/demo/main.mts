// npm start                  n8n with our package and the local Jodo, until Ctrl-C
// npm start -- --fresh       the same, from an empty n8n
// npm start -- --once        one payment from link to ledger row, then exit (--browser: paid in Chromium)
// npm run demo:queue         n8n in queue mode, until Ctrl-C (with -- --once as above); begins empty each time
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCluster } from './cluster.mts';
import { startDemo, type Demo } from './demo.mts';
import { startN8n } from './n8n.mts';
import { onePayment } from './once.mts';
import { RUN } from './paths.mts';
import { anyPorts, usualPorts } from './ports.mts';
import { Problem } from './problem.mts';
import { OWNER } from './setup.mts';

const stopping = new AbortController();
// Ctrl-C may arrive twice, from the terminal and from npm: the second changes nothing.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
	process.on(name, () => stopping.abort());

function welcome({ n8n, sandbox }: Demo, isQueue: boolean): string {
	return `
  n8n          ${n8n.url}/home/workflows   log in as ${OWNER.email} with ${OWNER.password}
  local Jodo   ${sandbox.url}   orders, events, e-mails; nothing reaches the real Jodo

  What to do next
  1. Open ${n8n.url}/form/collect-a-fee, press the button, and pay on the page that opens.
  2. See the thank-you e-mail at ${sandbox.url}/inbox.
  3. Settle the order at ${sandbox.url}, and see the row in "Fee ledger" at ${n8n.url}/home/datatables.

  Ctrl-C stops ${isQueue ? 'everything and throws it away' : 'both. What you change in n8n is kept for the next start'}.
`;
}

async function stay(isFresh: boolean, isQueue: boolean): Promise<void> {
	const folder = join(RUN, isQueue ? 'queue' : 'demo');
	const ports = await usualPorts();
	if (isFresh || isQueue) rmSync(folder, { recursive: true, force: true });
	const say = (text: string) => console.log(`- ${text}`);
	const options = { folder, ports, say, signal: stopping.signal };
	const demo = await startDemo(options, isQueue ? startCluster : startN8n);
	console.log(welcome(demo, isQueue));
	await Promise.race([demo.n8n.gone, once(stopping.signal, 'abort')]);
	if (!stopping.signal.aborted) {
		await demo.stop();
		throw new Problem(`n8n stopped by itself. The end of its log:\n${demo.n8n.tail()}`);
	}
	console.log('\nStopping …');
	await demo.stop();
}

async function onceOnly(browser: boolean, isQueue: boolean): Promise<void> {
	mkdirSync(RUN, { recursive: true });
	const folder = mkdtempSync(join(RUN, 'once-'));
	const started = Date.now();
	const say = (text: string) => console.log(`- ${text}`);
	const options = { folder, ports: await anyPorts(), say, signal: stopping.signal };
	const demo = await startDemo(options, isQueue ? startCluster : startN8n);
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
			queue: { type: 'boolean', default: false },
		},
	});
	const { once: isOnce, browser, fresh, queue } = values;
	await (isOnce ? onceOnly(browser, queue) : stay(fresh, queue));
} catch (error) {
	if (!stopping.signal.aborted) {
		const known =
			error instanceof Problem || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
		console.error(`\n${known ? (error as Error).message : ((error as Error).stack ?? error)}\n`);
		process.exitCode = 1;
	}
}
