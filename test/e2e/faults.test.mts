// One fault at a time between the Jodo node in a real n8n and Jodo: what the item says, what was sent, and
// what exists at Jodo afterwards.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { Effect } from '../../dev/sandbox/faults.mts';
import { blackBox, type BlackBox, type Item } from './blackBox.mts';
import { measured } from './measured.mts';
import { api, cleanSlate, sandbox, type Order } from './world.mts';

const LINKS = '/api/v1/integrations/pay/payment_links';
const KEYS = { apiKey: 'sandbox_key', apiSecret: 'sandbox_secret' };

/** A message, and the advice that follows it in the item. */
type Words = [message: string, advice: string];

/** Without words: it was answered. */
interface Ending {
	sent: number;
	says?: Words;
}

/** A request as the sandbox logs it. */
interface Logged {
	method: string;
	path: string;
	body?: { name?: string };
}

interface Trouble {
	fault: string;
	promised: string;
	/** The credential names this address instead of the sandbox's. */
	address?: string;
	/** What befalls the first request of each operation, or the first few. */
	effect?: Effect | (() => Effect);
	count?: number;
	create: Ending & { links: 0 | 1 };
	get: Ending;
	/** The order an answer names, where that is not the true one. */
	named?: string;
	/** How many requests another host got that must get none. */
	elsewhere?: () => number;
}

const unknown = (why: string): Words => [
	`Outcome unknown: Jodo may or may not have done this (${why})`,
	'Do not send it again before you have looked: it may be there. Look in the Jodo dashboard for a payment link of this payer and amount. Only if it is not there, run this row alone in a new run.',
];
const NOT_REACHED =
	'Nothing was done. Check the network and the environment in the Jodo credential, then run this row again.';
const notReached = (why: string): Words => [`Jodo could not be reached: ${why}`, NOT_REACHED];
const noClearAnswer = (why: string) => `Jodo gave no clear answer: ${why}`;
const UNREADABLE = noClearAnswer("Jodo's answer could not be read");
const BROKEN = noClearAnswer('the connection broke before Jodo answered');
const TOO_LATE = noClearAnswer('Jodo did not answer within 30 seconds');
const redirected = (status: number) =>
	`The address answered with a redirect, which is not followed because the keys would travel with it: Jodo answered with status ${status}`;
const TOO_BUSY: Words = [
	'Jodo asks to slow down: too many requests',
	"Nothing was done. Run the remaining rows again later, or lower 'Items at Once' in the options.",
];

const PROMISED = {
	notSent:
		'Nothing is sent and nothing is created. The item says why, and may be run again as it is',
	lost: 'Create is sent once, and its item asks to look at Jodo first. Get is sent again',
	unclear: 'Create is sent once, and its item asks to look at Jodo first. Get says what is wrong',
	downForGood:
		'Create is sent once, and its item asks to look at Jodo first. Get gives up after 4 tries',
	redirect: 'The keys do not travel to the other host. Create is sent once, as is Get',
	works: 'Works as usual',
	lastCounts: 'Works; of two values with the same name the last counts',
	busy: 'Jodo did nothing: both wait as long as Jodo asks, or longer each time, and are sent again',
	busyForLong: 'Nothing is created. Nobody waits that long: the item says so, and may be run again',
};

const HOUR_MS = 3_600_000;
const httpDate = (inMs: number) => new Date(Date.now() + inMs).toUTCString();
const busy = (headers: Record<string, string> = {}): Effect => ({ status: 429, body: {}, headers });
const raw = (status: number, body: string, headers: Record<string, string> = {}): Effect => ({
	status,
	body,
	headers: { 'content-type': 'application/json', ...headers },
	work: true,
});

const TWICE_NAMED =
	'{"status":"error","status":"success","data":{"id":"first","id":"last","order_id":"first","order_id":"last","redirect_url":"https://pay.example/last"}}';

const lost = (links: 0 | 1, why: string): Pick<Trouble, 'promised' | 'create' | 'get'> => ({
	promised: PROMISED.lost,
	create: { sent: 1, links, says: unknown(why) },
	get: { sent: 2 },
});
const unclear = (links: 0 | 1, why: string, advice: string) => ({
	promised: PROMISED.unclear,
	create: { sent: 1, links, says: unknown(why) },
	get: { sent: 1, says: [why, advice] as Words },
});
const notSent = (why: string) => ({
	promised: PROMISED.notSent,
	create: { sent: 0, links: 0 as const, says: notReached(why) },
	get: { sent: 0, says: notReached(why) },
});
const WORKS = {
	promised: PROMISED.works,
	create: { sent: 1, links: 1 as const },
	get: { sent: 1 },
};
const waits = (turnedAway: number) => ({
	promised: PROMISED.busy,
	count: turnedAway,
	create: { sent: turnedAway + 1, links: 1 as const },
	get: { sent: turnedAway + 1 },
});
const GIVES_UP = {
	promised: PROMISED.busyForLong,
	create: { sent: 1, links: 0 as const, says: TOO_BUSY },
	get: { sent: 1, says: TOO_BUSY },
};

const LATER = 'Try again in a few minutes.';
const STATUS_PAGE = 'Try again later; https://status.jodo.in tells more.';
const CHECK_ADDRESS = 'Check the environment and the Base URL in the Jodo credential.';

const otherHost = await startStranger('http', createHttp);
const ownCertificate = await makeCertificate();
const unknownHost = await startStranger('https', (told) => createHttps(ownCertificate, told));
after(() => {
	otherHost.close();
	unknownHost.close();
});

const redirect = (status: number) => ({
	...unclear(0, redirected(status), CHECK_ADDRESS),
	promised: PROMISED.redirect,
	effect: { status, headers: { location: `${otherHost.url}/${status}` } },
	elsewhere: () => otherHost.asked.filter((path) => path === `/${status}`).length,
});

const TROUBLES: Trouble[] = [
	{
		fault: 'The address does not exist (DNS)',
		// With an empty label no name server is asked: it fails alike with and without a network.
		address: 'http://jodo..invalid',
		...notSent('its address does not exist'),
	},
	{
		fault: 'Nothing listens at the address',
		address: 'http://127.0.0.1:1',
		...notSent('nothing answers at its address'),
	},
	{
		fault: 'TLS with a certificate that nobody vouches for',
		address: unknownHost.url,
		elsewhere: () => unknownHost.asked.length,
		...notSent('no secure connection (TLS) could be made to it'),
	},
	{
		fault: 'TLS to a server without TLS',
		address: sandbox.url.replace('http:', 'https:'),
		...notSent('no secure connection (TLS) could be made to it'),
	},
	{
		fault: 'The connection breaks before the work',
		effect: { cut: 'before' },
		...lost(0, BROKEN),
	},
	{
		fault: 'The connection breaks after the work',
		effect: { cut: 'after' },
		...lost(1, BROKEN),
	},
	{ fault: 'No answer for 30 seconds', effect: { stall: true }, ...lost(0, TOO_LATE) },
	{
		fault: 'The answer trickles in, a byte a second',
		effect: { trickleMs: 1000 },
		...lost(1, TOO_LATE),
	},
	{
		fault: 'Half of the JSON',
		effect: { truncate: true },
		...unclear(1, UNREADABLE, LATER),
	},
	{
		fault: 'A page of HTML with status 200',
		effect: { status: 200, body: '<h1>Welcome</h1>' },
		...unclear(0, UNREADABLE, LATER),
	},
	{
		fault: 'An empty answer with status 200',
		effect: { status: 200 },
		...unclear(0, UNREADABLE, LATER),
	},
	{ fault: 'Status 204', effect: { status: 204 }, ...unclear(0, UNREADABLE, LATER) },
	{
		fault: 'Status 500, after the work',
		effect: { status: 500, body: { message: 'Oops' }, work: true },
		...unclear(1, 'Jodo had an internal fault: Oops', STATUS_PAGE),
	},
	{
		fault: 'Status 502',
		effect: { status: 502, body: '<h1>Bad gateway</h1>' },
		...lost(0, 'Jodo is not available right now: Jodo answered with status 502'),
	},
	{
		fault: 'Status 503',
		effect: { status: 503, body: '<h1>Maintenance</h1>' },
		...lost(0, 'Jodo is down for maintenance: Jodo answered with status 503'),
	},
	{
		fault: 'Status 504, after the work',
		effect: { status: 504, work: true },
		...lost(1, 'Jodo took too long to answer: Jodo answered with status 504'),
	},
	{
		fault: 'Status 503 for good',
		effect: { status: 503 },
		count: 100,
		promised: PROMISED.downForGood,
		create: {
			sent: 1,
			links: 0,
			says: unknown('Jodo is down for maintenance: Jodo answered with status 503'),
		},
		get: {
			sent: 4,
			says: ['Jodo is down for maintenance: Jodo answered with status 503', STATUS_PAGE],
		},
	},
	{ fault: 'A redirect to another host (302)', ...redirect(302) },
	{ fault: 'A redirect to another host (307)', ...redirect(307) },
	{ fault: 'An answer compressed with gzip', effect: { gzip: true }, ...WORKS },
	{
		fault: 'An answer that says gzip and is not, after the work',
		effect: raw(201, '{}', { 'content-encoding': 'gzip' }),
		...lost(1, UNREADABLE),
	},
	{ fault: 'An answer of 10 MB', effect: { padding: 10_000_000 }, ...WORKS },
	{
		fault: 'JSON with the same name twice',
		effect: raw(201, TWICE_NAMED),
		...WORKS,
		promised: PROMISED.lastCounts,
		named: 'last',
	},
	{
		fault: 'Good JSON that calls itself plain text',
		effect: { headers: { 'content-type': 'text/plain' } },
		...WORKS,
	},
	{ fault: 'Too busy (429) three times', effect: busy(), ...waits(3) },
	{ fault: 'Too busy, Retry-After: 1', effect: busy({ 'retry-after': '1' }), ...waits(2) },
	{
		fault: 'Too busy, Retry-After as a date',
		effect: () => busy({ 'retry-after': httpDate(2_000) }),
		...waits(1),
	},
	{
		fault: 'Too busy, Retry-After as a date that is past',
		effect: busy({ 'retry-after': httpDate(-HOUR_MS) }),
		...waits(3),
	},
	{
		fault: "Too busy, Retry-After as a date by Jodo's clock, which is an hour fast",
		effect: busy({ date: httpDate(HOUR_MS), 'retry-after': httpDate(HOUR_MS + 1_000) }),
		...waits(1),
	},
	{
		fault: "Too busy, Retry-After as a date by Jodo's clock, which is an hour slow",
		effect: busy({ date: httpDate(-HOUR_MS), 'retry-after': httpDate(-HOUR_MS + 1_000) }),
		...waits(1),
	},
	{
		fault: 'Too busy, Retry-After: soon',
		effect: busy({ 'retry-after': 'soon' }),
		...waits(1),
	},
	{
		fault: 'Too busy, Retry-After in an hour, in seconds',
		effect: busy({ 'retry-after': '3600' }),
		...GIVES_UP,
	},
	{
		fault: 'Too busy, Retry-After in an hour, as a date',
		effect: busy({ 'retry-after': httpDate(HOUR_MS) }),
		...GIVES_UP,
	},
];

/** A certificate that nobody but itself vouches for. */
async function makeCertificate(): Promise<{ key: Buffer; cert: Buffer }> {
	const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
	const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
	const options =
		'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1';
	const files = ['-keyout', keyFile, '-out', certFile];
	await promisify(execFile)('openssl', [...options.split(' '), ...files]);
	const made = { key: readFileSync(keyFile), cert: readFileSync(certFile) };
	rmSync(folder, { recursive: true });
	return made;
}

/** A server that must not be asked anything; it would answer. */
async function startStranger(scheme: string, create: (told: RequestListener) => Server) {
	const asked: string[] = [];
	const server = create((request, response) => {
		asked.push(request.url ?? '');
		response.end('{}');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
		asked,
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}

const PARAMETERS = {
	create: {
		resource: 'paymentLink',
		operation: 'create',
		name: '={{ $json.payer }}',
		phone: '9876543210',
		email: 'office@example.com',
		details: { lineItem: [{ componentType: 'Payable Amount', amount: 1250 }] },
	},
	get: { resource: 'paymentLink', operation: 'get', orderId: '={{ $json.order }}' },
	cancel: { resource: 'paymentLink', operation: 'cancel', orderId: '={{ $json.order }}' },
};
type OperationName = keyof typeof PARAMETERS;

const boxes = new Map<string, Promise<BlackBox>>();

/** The node with this operation, and the address in its credential. */
function boxFor(operation: OperationName, baseUrl = sandbox.url): Promise<BlackBox> {
	const name = `Payment Link: ${operation} at ${baseUrl}`;
	const made = async () => {
		const data = { environment: 'custom', baseUrl, ...KEYS };
		const credential = await api.credential({ name, type: 'jodoApi', data });
		return blackBox(name, PARAMETERS[operation], { onError: 'continueErrorOutput' }, credential);
	};
	const box = boxes.get(name) ?? made();
	boxes.set(name, box);
	return box;
}

async function befall(fault: Partial<Trouble>, method: string, path: string, match?: string) {
	if (!fault.effect) return;
	const { effect, count = 1 } = fault;
	await sandbox.admin('POST', '/faults', {
		...{ method, path, match, count },
		effect: typeof effect === 'function' ? effect() : effect,
	});
}

/** What one item became; no key may be in it. */
async function outcomeOf(box: BlackBox, item: Item): Promise<Item> {
	const leaving = await box.run([item]);
	const text = JSON.stringify(leaving);
	assert.ok(!text.includes(KEYS.apiSecret), text);
	assert.ok(!text.includes(btoa(`${KEYS.apiKey}:${KEYS.apiSecret}`)), text);
	assert.equal(leaving.length, 1, text);
	const [{ by, json }] = leaving as [(typeof leaving)[0]];
	assert.equal(by, json['error'] === undefined ? 'output' : 'error output', text);
	return json;
}

function assertSays({ error }: Item, says: Words | undefined) {
	const said = error && String(error).replace(/^Row 1 of 1 \(.+?\): /, '');
	assert.equal(said, says && `${says[0].replace(/\.$/, '')}. ${says[1]}`);
}

const newOrder = async (name: string) =>
	await sandbox.admin<Order>('POST', '/orders', {
		kind: 'link',
		payer: { name, phone: '9876543210', email: 'office@example.com' },
		details: [{ component_type: 'Payable Amount', amount: 1250 }],
	});

async function ordersOf(payer: string): Promise<Order[]> {
	const { orders } = await sandbox.admin<{ orders: Array<Order & { payer: { name: string } }> }>(
		'GET',
		'/state',
	);
	return orders.filter((order) => order.payer.name === payer);
}

async function requests(which: (request: Logged) => boolean): Promise<string[]> {
	const all = await sandbox.admin<Logged[]>('GET', '/requests');
	return all.filter(which).map(({ method }) => method);
}

async function created(trouble: Trouble, payer: string): Promise<void> {
	const { address, create, named } = trouble;
	const box = await boxFor('create', address);
	await befall(trouble, 'POST', LINKS, `"${payer}"`);
	const json = await outcomeOf(box, { payer });
	assertSays(json, create.says);
	const links = await ordersOf(payer);
	assert.equal(links.length, create.links);
	if (!create.says) assert.equal(json['order_id'], named ?? links[0]?.order_id);
	const sent = await requests(({ path, body }) => path === LINKS && body?.name === payer);
	assert.equal(sent.length, create.sent);
}

async function got(trouble: Trouble, payer: string): Promise<void> {
	const { address, get, named } = trouble;
	const box = await boxFor('get', address);
	const { order_id: order } = await newOrder(`${payer}, read`);
	const itsPath = `${LINKS}/${order}`;
	await befall(trouble, 'GET', itsPath);
	const json = await outcomeOf(box, { order });
	assertSays(json, get.says);
	if (!get.says) assert.equal(json['id'], named ?? order);
	assert.equal((await requests(({ path }) => path === itsPath)).length, get.sent);
}

const times = (count: number) => `sent ${count} time${count === 1 ? '' : 's'}`;
const quoted = ([message]: Words) =>
	`the item says “${message.replace('Jodo may or may not have done this', '…')}”`;

/** The table's row, without saying twice why Create and Get failed. */
function story({ create, get, elsewhere }: Trouble): string {
	const links = create.links ? '1 link exists' : 'no link exists';
	const createEnds = create.says ? quoted(create.says) : 'answered';
	const isSame = get.says && create.says?.[0].includes(get.says[0]);
	const getEnds = isSame
		? 'the item gives the same reason'
		: get.says
			? quoted(get.says)
			: 'answered';
	return [
		`Create: ${times(create.sent)}, ${links}, ${createEnds}.`,
		`Get: ${times(get.sent)}, ${getEnds}.`,
		...(elsewhere ? ['The other host got nothing.'] : []),
	].join(' ');
}

type Row = Parameters<typeof measured>[1][number];
const rows = new Map<string, Row>();
const enter = (...row: Row) => rows.set(row[0], row);

// Side by side, or the slow ones would take minutes.
describe('a payment link in trouble', { concurrency: true }, () => {
	before(cleanSlate);

	TROUBLES.forEach((trouble, index) => {
		const { fault, promised } = trouble;
		it(fault, async () => {
			const payer = `Payer ${index}`;
			await Promise.all([created(trouble, payer), got(trouble, payer)]);
			assert.equal(trouble.elsewhere?.() ?? 0, 0, 'requests at the other host');
			enter(fault, promised, story(trouble));
		});
	});

	const LOST_CANCEL = 'The answer to a Cancel is lost, after the work';
	it(LOST_CANCEL, async () => {
		const { order_id: order } = await newOrder('Payer, cancelled');
		const itsPath = `${LINKS}/${order}`;
		await befall({ effect: { cut: 'after' } }, 'DELETE', itsPath);
		const json = await outcomeOf(await boxFor('cancel'), { order });
		assert.deepEqual(json, { success: true, order_id: order });
		const [link] = (await ordersOf('Payer, cancelled')) as Array<Order & { status?: string }>;
		assert.equal(link?.status, 'cancelled');
		const sent = await requests(({ path }) => path === itsPath);
		assert.deepEqual(sent, ['DELETE', 'DELETE', 'GET']);
		enter(
			LOST_CANCEL,
			'Sent again; if Jodo then refuses, it is asked whether the link is cancelled',
			'Cancel: sent 2 times, then 1 Get; the link is cancelled, answered with success.',
		);
	});
});

describe('after all of them', () => {
	it('docs/reliability.md says so', async () => {
		assert.equal(rows.size, TROUBLES.length + 1, 'all of the above must have passed');
		const order = [...TROUBLES.map(({ fault }) => fault), ...rows.keys()];
		await measured(
			'action',
			[...new Set(order)].map((fault) => rows.get(fault) as Row),
		);
	});
});
