import { createHmac } from 'node:crypto';

import { EVENTS } from '../../../nodes/events/events';
import { itemsOf, Node, SECRET, type Delivery, type Outcome } from './fakeNode.cts';
import { sampleOf } from '../events/samples.cts';

let node: Node;
beforeEach(() => {
	node = new Node();
});
afterEach(() => {
	jest.restoreAllMocks();
});

/** n8n answers `{}` with 200 itself; whoever says noWebhookResponse must have ended the response. */
function expectNoRun({ result, response }: Outcome) {
	expect(result).toEqual({});
	expect(response.isEnded).toBe(false);
}

function expectRefused({ result, response }: Outcome, reason: string | RegExp) {
	expect(result).toEqual({ noWebhookResponse: true });
	expect(response).toMatchObject({ statusCode: 401, body: 'Unauthorized', isEnded: true });
	expect(node.warnings).toHaveLength(1);
	expect(node.warnings[0]).toMatch(reason);
	expect(node.warnings[0]).not.toContain(SECRET);
	expect(node.warnings[0]).not.toContain('order_12345');
	node.warnings = [];
}

const LINK = sampleOf('payment_link.payment.debited');
const TEXT = JSON.stringify(LINK);
const GOOD = createHmac('sha256', SECRET).update(TEXT).digest('hex');

describe('a delivery that is not proven to come from Jodo', () => {
	it.each<[string, Partial<Delivery>]>([
		['has no signature', { headers: {} }],
		['has a wrong signature', { headers: { 'x-jodo-signature': GOOD.replace(/./, 'x') } }],
		['has an empty signature', { headers: { 'x-jodo-signature': '' } }],
		['has two signatures', { headers: { 'x-jodo-signature': `${GOOD}, ${GOOD}` } }],
		['was altered', { body: TEXT.replace('1000', '9000') }],
		['was written anew', { body: JSON.stringify(LINK, null, 1) }],
		['has no body', { body: '' }],
		['has a body that n8n does not hand over', { rawBody: 'missing' }],
		['is a form that n8n has read already', { rawBody: 'used' }],
	])('is refused with a real 401 if it %s', async (_name, more) => {
		const headers = { 'x-jodo-signature': GOOD };
		expectRefused(await node.deliver({ body: TEXT, headers, ...more }), /refused a delivery/);
	});

	it('is refused if signed with another secret', async () => {
		expectRefused(await node.send(LINK, {}, 'another-secret'), /does not match.*publish/);
	});

	it.each([{}, { secret: '' }, { secret: 7 }])(
		'is refused while there is no secret: %p',
		async (staticData) => {
			node.staticData = staticData;
			expectRefused(await node.send(LINK, {}, ''.padEnd(1)), /no secret.*publish/);
		},
	);

	it('is refused for what it lacks', async () => {
		const headers = { 'x-jodo-signature': GOOD };
		expectRefused(await node.deliver({ body: '', headers }), /it has no body\. If Jodo sent it/);
		expectRefused(await node.deliver({ body: TEXT }), /it has no signature\. If Jodo sent it/);
	});

	it('is refused even if it says nothing of interest', async () => {
		node.parameters.events = [];
		expectRefused(await node.deliver({ body: '{}' }), /no signature/);
	});
});

describe('a delivery from Jodo', () => {
	it.each(EVENTS.map(({ value }) => value))('%s becomes its row', async (value) => {
		const outcome = await node.send(sampleOf(value));
		const [[row, ...more] = [], ...outputs] = itemsOf(outcome) ?? [];
		expect([more, outputs]).toEqual([[], []]);
		expect(row).toMatchObject({ event: value, raw: null });
		expect(outcome.response.isEnded).toBe(false);
		expect(node.warnings).toEqual([]);
	});

	it('is read by its bytes, read from the stream if need be', async () => {
		const text = TEXT.replace('1000', '1000.00').replace('/', String.raw`\/`);
		expect(itemsOf(await node.send(text, { rawBody: 'readable' }))?.[0]).toHaveLength(1);
	});

	it('starts no run if the event was not chosen, is unknown, or is no event', async () => {
		node.parameters.events = ['order.payment.debited'];
		expectNoRun(await node.send(LINK));
		expectNoRun(await node.send({ ...LINK, event: 'refund.created' }));
		expectNoRun(await node.send('not JSON'));
		expectNoRun(await node.send('null'));
		expectNoRun(await node.send('[1]'));
	});

	it('that is no event we know leaves one line with its code', async () => {
		for (const [event, told] of [
			['link.payment.debited', '"link.payment.debited"'],
			['forged\nline', String.raw`"forged\nline"`],
			['x'.repeat(999), `"${'x'.repeat(59)},`],
			[undefined, 'undefined'],
		] as const) {
			node.warnings = [];
			expectNoRun(await node.send({ ...LINK, event }));
			expect(node.warnings).toEqual([expect.stringContaining(`Jodo sent ${told}`)]);
			// And where it was, for whoever has a hundred workflows.
			const where = JSON.stringify({ workflowId: node.workflowId, node: 'Jodo Trigger' });
			expect(node.logged.at(-1)).toBe(String(node.warnings[0]) + where);
		}
	});

	it.each(['pay.payment.debited', 'PAYMENT.Debited', ' payment.debited'])(
		'comes through where the form says %p',
		async (value) => {
			node.parameters.events = [value];
			expect(itemsOf(await node.send(sampleOf('payment.debited')))?.[0]).toHaveLength(1);
		},
	);

	it('comes through under either code of a student-linked payment', async () => {
		node.parameters.events = ['payment.debited'];
		const sample = sampleOf('payment.debited');
		expect(itemsOf(await node.send({ ...sample, event: 'payment.debited' }))?.[0]).toMatchObject([
			{ event: 'payment.debited', extra: { 'envelope.version': '1.0' } },
		]);
	});

	it('is never dropped if it does not look as documented', async () => {
		const odd = { event: 'order.payment.settled', payload: { something: ['new'] } };
		const [items] = itemsOf(await node.send(odd)) ?? [];
		expect(items).toMatchObject([
			{ event: 'order.payment.settled', extra: { 'something[0]': 'new' }, raw: odd },
		]);
		expect(node.warnings).toEqual([expect.stringContaining("whole in 'raw'")]);
	});

	it('stays as received without Simplify', async () => {
		node.parameters.simplify = false;
		expect(itemsOf(await node.send(LINK))).toEqual([[LINK]]);
	});

	it('becomes an item per fee component on demand', async () => {
		node.parameters.options = { itemPer: 'component' };
		const [items] = itemsOf(await node.send(sampleOf('flex.downpayment.settled'))) ?? [];
		expect(items).toMatchObject([
			{ component_type: 'ADMISSION_FEE', amount: 2000 },
			{ component_type: 'TRANSPORT_FEE', amount: 1500.5 },
		]);
	});

	it('shows its headers on demand, without what proves it', async () => {
		node.parameters.options = { includeHeaders: true };
		const signature = { 'x-jodo-signature': GOOD };
		const headers = { ...signature, authorization: 'Basic eA==', 'user-agent': 'Jodo' };
		for (const simplify of [true, false]) {
			node.parameters.simplify = simplify;
			node.mode = 'manual';
			const [items] = itemsOf(await node.deliver({ body: TEXT, headers })) ?? [];
			expect(items).toMatchObject([{ headers: { 'user-agent': 'Jodo' } }]);
			expect(Object.keys((items?.[0] as { headers: object }).headers)).toEqual(['user-agent']);
		}
	});

	it.each([
		['payment_link.payment.debited', 0],
		['payment_link.payment.settled', 1],
		['cred.loan.disbursed', 1],
		['flex.instalment.bounced', 2],
		['cred.loan.application_expired', 2],
		['masterdata.student.registered', 3],
		['cred.emi.debited', 3],
	])('with Split Output, %s leaves by output %d', async (value, output) => {
		node.parameters.options = { splitOutput: true };
		const counts = (itemsOf(await node.send(sampleOf(value))) ?? []).map(({ length }) => length);
		expect(counts).toEqual([0, 1, 2, 3].map((index) => (index === output ? 1 : 0)));
	});
});

it.each([true, 'true', 1])(
	'with Split Output %p, as the form then shows four outputs',
	async (on) => {
		node.parameters.options = { splitOutput: on };
		const outputs = itemsOf(await node.send(sampleOf('payment_link.payment.settled')));
		expect(outputs?.map(({ length }) => length)).toEqual([0, 1, 0, 0]);
	},
);

describe('what the form holds', () => {
	it('is not asked of n8n, which takes it long, where it holds no expression', async () => {
		expect(itemsOf(await node.send(LINK))?.[0]).toHaveLength(1);
		expect(node.parameterReads).toBe(0);
	});

	it('counts by its default where n8n left it out', async () => {
		node.parameters = { events: ['payment_link.payment.debited'] };
		expect(itemsOf(await node.send(LINK))?.[0]?.[0]).toHaveProperty('row_key');
	});

	it.each(['={{ $vars.events }}', ['={{ $vars.event }}']])(
		'as an expression counts for what it comes to: events %p',
		async (events) => {
			node.parameters.events = events;
			node.resolved.events = ['order.payment.debited'];
			expectNoRun(await node.send(LINK));
			node.resolved.events = ['payment_link.payment.debited'];
			expect(itemsOf(await node.send(LINK))?.[0]).toHaveLength(1);
		},
	);

	it('as an expression counts for what it comes to: Simplify and an option', async () => {
		node.parameters.simplify = '={{ $vars.simplify }}';
		node.resolved.simplify = false;
		expect(itemsOf(await node.send(LINK))).toEqual([[LINK]]);
		node.resolved.simplify = true;
		node.parameters.options = { itemPer: '={{ $vars.per }}' };
		node.resolved.options = { itemPer: 'component' };
		expect(itemsOf(await node.send(sampleOf('flex.downpayment.settled')))?.[0]).toHaveLength(2);
	});
});

describe("only from Jodo's servers", () => {
	beforeEach(() => {
		node.parameters.options = { onlyJodoIps: true };
	});

	/** https://docs.jodo.in/webhooks/security/ */
	const SERVERS: Record<string, string[]> = {
		uat: ['3.108.86.33', '13.127.40.177', '65.0.77.215'],
		production: ['3.6.234.242', '3.111.80.40', '13.232.24.175', '43.204.202.190'],
	};

	it.each(Object.keys(SERVERS))('%s takes all of its own, and none of the other', async (own) => {
		node.staticData.environment = own;
		for (const [environment, addresses] of Object.entries(SERVERS)) {
			for (const [i, ip] of addresses.entries()) {
				// Each time another payment: a repeat would start no run.
				const link = structuredClone(LINK);
				link.payload.order_id = `order_${environment}_${i}`;
				const outcome = await node.send(link, { ip });
				if (environment === own) expect(itemsOf(outcome)?.[0]).toHaveLength(1);
				else expect(outcome.response.statusCode).toBe(401);
			}
		}
	});

	it.each([
		['uat', '3.108.86.33', true],
		['uat', '::ffff:65.0.77.215', true],
		['uat', '3.6.234.242', false],
		['production', '43.204.202.190', true],
		['production', '3.108.86.33', false],
		['custom', '3.6.234.242', false],
		['production', '', false],
		['production', undefined, false],
		['production', '2001:db8::ffff:43.204.202.190', false],
		['production', '::FFFF:43.204.202.190', true],
		['production', '43.204.202.190::ffff:', false],
		['production', '43.204::ffff:.202.190', false],
		[undefined, '43.204.202.190', true],
		[undefined, '3.108.86.33', false],
	])('%s takes %s: %p', async (environment, ip, isTaken) => {
		node.staticData.environment = environment;
		const outcome = await node.send(LINK, { ip });
		if (isTaken) expect(itemsOf(outcome)?.[0]).toHaveLength(1);
		else expectRefused(outcome, /does not come from one of Jodo's servers.*N8N_PROXY_HOPS/);
	});

	it('checks the signature all the same', async () => {
		expectRefused(await node.send(LINK, { ip: '3.108.86.33' }, 'another-secret'), /does not match/);
	});
});

describe('the same fact again', () => {
	const isRun = (outcome: Outcome) => outcome.result.workflowData !== undefined;

	it('starts no second run once n8n has accepted it', async () => {
		const first = await node.send(LINK);
		first.response.finish(200);
		expect(isRun(first)).toBe(true);
		expectNoRun(await node.send(LINK));
		expectNoRun(await node.send({ ...LINK, event_id: 'fresh', timestamp: LINK.timestamp + 9 }));
	});

	it('runs in another workflow', async () => {
		(await node.send(LINK)).response.finish(200);
		expect(isRun(await new Node().send(LINK))).toBe(true);
	});

	it('is one fact under both codes of a student-linked payment', async () => {
		const sample = sampleOf('payment.settled');
		(await node.send(sample)).response.finish(200);
		expectNoRun(await node.send({ ...sample, event: 'payment.settled', event_id: 'x' }));
	});

	it('a loan paid out is one fact under a fresh event_id and a later time', async () => {
		const sample = sampleOf('cred.loan.disbursed');
		(await node.send(sample)).response.finish(200);
		expectNoRun(await node.send({ ...sample, event_id: 'x', timestamp: sample.timestamp + 9 }));
	});

	it('two payments under one event_id are two', async () => {
		(await node.send(LINK)).response.finish(200);
		const other = structuredClone(LINK);
		other.payload.order.details[0].amount = 1000.01;
		expect(isRun(await node.send(other))).toBe(true);
	});

	it('a student dropped twice, with ids and times of their own, is two facts', async () => {
		const sample = sampleOf('masterdata.student.dropped');
		(await node.send(sample)).response.finish(200);
		expectNoRun(await node.send(sample));
		expectNoRun(await node.send({ ...sample, event_id: 'fresh' }));
		expectNoRun(await node.send({ ...sample, timestamp: sample.timestamp + 9 }));
		const later = { ...sample, event_id: 'later', timestamp: sample.timestamp + 99 };
		expect(isRun(await node.send(later))).toBe(true);
	});

	it.each([500, 503, 404, 300, 199])('runs again if n8n answered %d', async (status) => {
		(await node.send(LINK)).response.finish(status);
		expect(isRun(await node.send(LINK))).toBe(true);
	});

	it('runs again if the answer never went out', async () => {
		(await node.send(LINK)).response.emit('close');
		expect(isRun(await node.send(LINK))).toBe(true);
	});

	it('waits for the one under way: dropped if that is accepted', async () => {
		const first = await node.send(LINK);
		const repeat = node.send(LINK);
		await new Promise(setImmediate);
		first.response.finish(200);
		expectNoRun(await repeat);
	});

	it('waits for the one under way: takes its place if that fails', async () => {
		const first = await node.send(LINK);
		const repeats = [node.send(LINK), node.send(LINK)];
		await new Promise(setImmediate);
		first.response.finish(500);
		const next = await Promise.race(repeats);
		expect(isRun(next)).toBe(true);
		next.response.finish(200);
		const runs = (await Promise.all(repeats)).filter(isRun);
		expect(runs).toHaveLength(1);
	});

	it('does not run for a caller that has hung up while it waited', async () => {
		const first = await node.send(LINK);
		const repeat = node.send(LINK, { closesEarly: true });
		await new Promise(setImmediate);
		first.response.finish(500);
		expect((await repeat).result).toEqual({ noWebhookResponse: true });
		expect(isRun(await node.send(LINK))).toBe(true);
	});

	it('is shown every time while building the workflow', async () => {
		node.mode = 'manual';
		for (let i = 0; i < 2; i++) {
			const outcome = await node.send(LINK);
			outcome.response.finish(200);
			expect(isRun(outcome)).toBe(true);
		}
	});
});

/** By hand, as the design says: HMAC-SHA256 of name, base URL and webhookId, keyed with the API secret. */
const derived = (apiSecret: string, baseUrl = 'https://ext.devtest1.jodopay.com', id = 'hook-1') =>
	createHmac('sha256', apiSecret)
		.update(JSON.stringify(['n8n-nodes-jodo', baseUrl, id]))
		.digest('hex');

describe('a derived secret', () => {
	const isTaken = async (secret?: string) =>
		(await node.send(LINK, {}, secret)).result.workflowData !== undefined;
	beforeEach(() => {
		node.mode = 'manual';
		node.staticData = {};
		node.credential = async () => ({ environment: 'uat', apiSecret: ' key ' });
	});

	it('is accepted though n8n has forgotten the copy', async () => {
		expect(await isTaken(derived('key'))).toBe(true);
		expect(await isTaken(derived('other'))).toBe(false);
	});

	it.each([
		['https://ext.jodo.in/', 'live', ''],
		[' https://ext.devtest1.jodopay.com', 'test', 'test|'],
		['https://jodo.example', 'custom', ''],
	])(
		"Custom at %p is what that address is, as for a look-up's keys: %s",
		async (url, is, prefix) => {
			node.credential = async () => ({ environment: 'custom', baseUrl: url, apiSecret: 'key' });
			const { result } = await node.send(LINK, {}, derived('key', url.trim().replace(/\/$/, '')));
			expect(result.workflowData?.[0]?.[0]?.json).toMatchObject({
				environment: is,
				row_key: `${prefix}debited|order_12345`,
			});
		},
	);

	it.each([
		['of another environment', derived('key', 'https://ext.jodo.in')],
		['of another trigger', derived('key', undefined, 'hook-2')],
		['from an empty key', derived('')],
	])('%s is refused', async (_name, secret) => expect(await isTaken(secret)).toBe(false));

	it.each([
		...['', '  ', undefined, null, 0, {}, 'undefined', 'null', 'NaN', '__UNKNOWN__'],
		...['={{ $vars.x }}', '{{ $vars.x }}', '[object Object]'],
	])('is never made from %p', async (apiSecret) => {
		node.credential = async () => ({ environment: 'uat', apiSecret });
		expectRefused(await node.send(LINK, {}, derived(String(apiSecret ?? ''))), /no secret/);
	});

	it('the copy goes on being accepted when the API secret has changed, and costs no reading', async () => {
		node.staticData = { secret: derived('old'), environment: 'uat' };
		expect(await isTaken(derived('old'))).toBe(true);
		expect(node.credentialReads).toBe(0);
		expect(await isTaken(derived('key'))).toBe(true);
	});

	it('decides which servers are Jodo: erased means that of the credential', async () => {
		node.parameters.options = { onlyJodoIps: true };
		const from = async (ip: string) =>
			(await node.send(LINK, { ip }, derived('key'))).response.statusCode;
		expect(await from('3.108.86.33')).toBe(200);
		expect(await from('43.204.202.190')).toBe(401);
	});

	it('says what to do if the API secret was changed', async () => {
		expectRefused(await node.send(LINK, {}, derived('old')), /publish.*API Secret/);
	});
});

describe("the user's own secret counts with manual registration only", () => {
	it('not otherwise', async () => {
		node.staticData = {};
		node.credential = async () => ({ environment: 'uat', apiSecret: 'k', webhookSecret: SECRET });
		expectRefused(await node.send(LINK), /does not match/);
	});

	it.each(['  ', '', undefined, 7, 'undefined'])('as %p it is none', async (webhookSecret) => {
		node.parameters.options = { registration: 'manual' };
		node.credential = async () => ({ environment: 'uat', apiSecret: 'k', webhookSecret });
		expectRefused(await node.send(LINK, {}, String(webhookSecret)), /no secret/);
	});

	it('a derived one does not count then, nor a copy of it', async () => {
		node.parameters.options = { registration: 'manual' };
		node.credential = async () => ({ environment: 'uat', apiSecret: 'k', webhookSecret: 'agreed' });
		expectRefused(await node.send(LINK, {}, derived('k')), /does not match.*'Webhook Secret'/);
		expectRefused(await node.send(LINK), /does not match/);
		expect((await node.send(LINK, {}, 'agreed')).result.workflowData).toBeDefined();
	});
});

describe('a secret in the credential', () => {
	let now: number;
	beforeEach(() => {
		now = 1_700_000_000_000;
		jest.spyOn(Date, 'now').mockImplementation(() => now);
		node.staticData = { secret: 'an older one', environment: 'uat' };
		node.parameters.options = { registration: 'manual' };
		node.credential = async () => ({ environment: 'uat', webhookSecret: SECRET });
	});
	const isTaken = async (secret?: string) => {
		node.mode = 'manual';
		node.warnings = [];
		return (await node.send(LINK, {}, secret)).result.workflowData !== undefined;
	};

	it('is read once a minute, not once an event', async () => {
		const outcomes = await Promise.all([isTaken(), isTaken(), isTaken()]);
		expect(outcomes).toEqual([true, true, true]);
		now += 59_999;
		expect(await isTaken()).toBe(true);
		expect(node.credentialReads).toBe(1);
		now += 1;
		expect(await isTaken()).toBe(true);
		expect(node.credentialReads).toBe(2);
	});

	it('is read once more when a signature does not match, but not for every forged one', async () => {
		expect(await isTaken()).toBe(true);
		node.credential = async () => ({ webhookSecret: 'changed' });
		now += 11_000;
		expect(await isTaken('changed')).toBe(true);
		expect(node.credentialReads).toBe(2);
		for (let i = 0; i < 20; i++) expect(await isTaken('forged')).toBe(false);
		expect(node.credentialReads).toBe(2);
		now += 11_000;
		for (let i = 0; i < 20; i++) expect(await isTaken('forged')).toBe(false);
		expect(node.credentialReads).toBe(3);
	});

	it('that is gone refuses everything, also what the older secret signed', async () => {
		node.credential = async () => ({ webhookSecret: '' });
		expectRefused(await node.send(LINK), /no secret.*'Webhook Secret'/);
		const other = new Node();
		other.staticData = node.staticData;
		other.parameters.options = node.parameters.options;
		other.credential = async () => {
			throw new Error('no such credential');
		};
		expect((await other.send(LINK, {}, 'an older one')).response.statusCode).toBe(401);
	});

	it('that could not be read for a moment is read again at the next delivery', async () => {
		node.credential = async () => {
			throw new Error('the database is locked');
		};
		expect(await isTaken()).toBe(false);
		node.credential = async () => ({ webhookSecret: SECRET });
		expect(await isTaken()).toBe(true);
	});

	it('is never read for a delivery without a signature', async () => {
		expectRefused(await node.deliver({ body: TEXT }), /no signature/);
		expect(node.credentialReads).toBe(0);
	});
});
