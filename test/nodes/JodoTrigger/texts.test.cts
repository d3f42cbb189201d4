/** What whoever pressed Publish reads, whole. */
import { findEvent, type JodoEvent } from '../../../nodes/events/events';
import { Address } from '../../../nodes/JodoTrigger/address';
import * as texts from '../../../nodes/JodoTrigger/registrationTexts';

const HOST = 'https://n8n.example.com';
const ADDRESS = new Address(`${HOST}/webhook/1111/jodo`);
const ERP = 'https://erp.example.com/jodo';
const ORDER = findEvent('order.payment.settled') as JodoEvent;
const PAGE = findEvent('page.payment.settled') as JodoEvent;
const hook = (id: string, event_code: string = ORDER.value, url = ADDRESS.url, email?: string) => ({
	...{ id, event_code, url },
	...(email !== undefined && { failure_notification_email: email }),
});
const NOTHING = { stayed: [], reason: '' };

const failed = (facts: Partial<Parameters<typeof texts.failed>[0]>) =>
	texts.failed({
		asked: { address: ADDRESS },
		refusals: new Map(),
		conflicts: [],
		replaced: [],
		left: NOTHING,
		kept: [],
		appeared: [],
		isListed: true,
		...facts,
	});

const BY_HAND = "The Jodo node removes a webhook by its ID: 'Webhook', 'Disable'.";
const ORDER_NAME = "'Order: Settled to Bank' (order.payment.settled)";
const PAGE_NAME = "'Payment Page: Settled to Bank' (page.payment.settled)";
const no = (reason: string, remedy?: string) => ({ ok: false, reason, remedy }) as const;

it('refused events, those with the same reason together, and what to do once', () => {
	const refusals = new Map([
		[ORDER, no('not enabled', 'Ask Jodo')],
		[PAGE, no('not enabled', 'Ask Jodo')],
	]);
	expect(failed({ refusals })).toBe(
		`Jodo did not register ${ORDER_NAME}, ${PAGE_NAME}: not enabled. Nothing is registered for this trigger. Ask Jodo.`,
	);
	refusals.set(PAGE, no('why not?'));
	expect(failed({ refusals })).toBe(
		`Jodo did not register ${ORDER_NAME}: not enabled; ${PAGE_NAME}: why not? Nothing is registered for this trigger. Ask Jodo.`,
	);
});

it('what could not be removed, and how it can', () => {
	expect(failed({ left: { stayed: [hook('1'), hook('2')], reason: 'no' } })).toBe(
		'Still registered at Jodo, because it did not remove them: order.payment.settled (webhook ID 1), ' +
			`order.payment.settled (webhook ID 2). no. ${BY_HAND}`,
	);
	expect(failed({ stuck: { stayed: [hook('1')], reason: 'busy' } })).toBe(
		'Jodo could not be brought up to date: busy. ' +
			'Still registered at Jodo, because it did not remove them: order.payment.settled (webhook ID 1). busy. ' +
			BY_HAND,
	);
	expect(
		failed({
			stuck: { stayed: [hook('1')], reason: 'busy' },
			left: { stayed: [hook('1')], reason: 'busy' },
		}),
	).toBe(
		'Jodo could not be brought up to date: busy. ' +
			'Still registered at Jodo, because it did not remove them: order.payment.settled (webhook ID 1). busy. ' +
			BY_HAND,
	);
});

it('what was there before, what was cut off, what appeared, and what nobody knows', () => {
	expect(failed({ kept: [hook('1')] })).toBe(
		'What was registered before this start stays: order.payment.settled (webhook ID 1).',
	);
	expect(failed({ kept: [hook('1')], left: { stayed: [hook('2')], reason: 'no' } })).toBe(
		'Still registered at Jodo, because it did not remove them: order.payment.settled (webhook ID 2). no. ' +
			`What was registered before this start stays: order.payment.settled (webhook ID 1). ${BY_HAND}`,
	);
	expect(failed({ replaced: [hook('1', ORDER.value, ERP), hook('2', PAGE.value, ERP)] })).toBe(
		`Nothing is registered for this trigger. Jodo was told to send no longer to ${ERP}: order.payment.settled, page.payment.settled.`,
	);
	expect(failed({ appeared: [hook('1', ORDER.value, ERP)] })).toBe(
		`Nothing is registered for this trigger. Since this attempt Jodo also lists, at ${ERP}: order.payment.settled (webhook ID 1). ` +
			`If nobody else registered that just now, disable it. ${BY_HAND}`,
	);
	expect(failed({ isListed: false })).toBe(
		'Jodo did not say whether anything else is registered now.',
	);
});

it('of a test', () => {
	const asked = { address: new Address(`${HOST}/webhook-test/1111/jodo`, true) };
	expect(failed({ asked })).toBe('Nothing is registered for this test.');
	expect(failed({ asked, conflicts: [{ event: ORDER, url: ERP }] })).toBe(
		'To try the workflow, paste the sample row of the event as mock data of this node: ' +
			'https://github.com/n8n-nodes-jodo/n8n-nodes-jodo/blob/main/docs/events.md ' +
			`Jodo sends an event to one address only, and ${ORDER_NAME} goes to ${ERP}. ` +
			'Nothing is registered for this test.',
	);
	expect(texts.alreadyLive([ORDER, PAGE])).toBe(
		'This workflow is live and already gets what a test would wait for. Jodo sends an event to one address only, so a test would take it away. Nothing was changed. ' +
			'To try the workflow, paste the sample row of the event as mock data of this node: ' +
			'https://github.com/n8n-nodes-jodo/n8n-nodes-jodo/blob/main/docs/events.md ' +
			"It is live for 'Order: Settled to Bank' (order.payment.settled), 'Payment Page: Settled to Bank' (page.payment.settled).",
	);
});

it('a list that cannot be read, and what stays', () => {
	expect(texts.listUnread(no('no answer', 'Try again.'), 'All stays')).toBe(
		"Jodo's list of webhooks could not be read: no answer. All stays. Try again.",
	);
	expect(texts.listUnread(no('no answer!'))).toBe(
		"Jodo's list of webhooks could not be read: no answer!",
	);
	expect(texts.stillRegistered({ stayed: [hook('1')], reason: 'no' })).toBe(
		`Still registered at Jodo: order.payment.settled (webhook ID 1). no. ${BY_HAND}`,
	);
	expect(texts.leftAtEarlierAddress([hook('1', 'a', ERP), hook('2', 'b', ERP)])).toBe(
		`Still registered at Jodo, at this trigger's earlier address ${ERP}: a (webhook ID 1), b (webhook ID 2). ` +
			`It may belong to another n8n, so it was left alone. ${BY_HAND}`,
	);
});

it('what belongs to another workflow with the same webhook ID', () => {
	expect(texts.notMine('w7')).toMatch(
		/^Another workflow of this n8n \(ID w7\) receives at the same address, so what is registered there was left alone\./,
	);
});

describe('whom Jodo goes on warning', () => {
	const asked = 'a@example.com, B@example.com';
	const of = (...emails: Array<string | undefined>) =>
		texts.otherEmails(
			emails.map((email, i) => hook(String(i), 'a', ADDRESS.url, email)),
			asked,
		);

	it('is no matter where it is who was asked for, in any order and spelling, or unknown', () => {
		expect(of(asked, 'b@example.com,A@EXAMPLE.com ', undefined)).toBeUndefined();
		expect(of()).toBeUndefined();
	});

	it('is told where it is somebody else, or nobody', () => {
		expect(of('old@example.com', asked, 'old@example.com', 'a@example.com')).toBe(
			`Jodo goes on warning old@example.com, a@example.com, not ${asked}, of failed deliveries of ` +
				'a (webhook ID 0), a (webhook ID 2), a (webhook ID 3): it keeps the address that an event was first registered with. Ask Jodo to change it.',
		);
		expect(of('')).toContain(`, not ${asked}, of failed deliveries of a (webhook ID 0)`);
	});
});

describe('an event that goes elsewhere', () => {
	const to = (url: string, asked: object = {}, more: object = {}) =>
		failed({ asked: { address: ADDRESS, ...asked }, conflicts: [{ event: ORDER, url, ...more }] });

	it('to another system: how to take it over, and what stands there now', () => {
		const said = to(ERP);
		expect(said).toMatch(
			/^To take an event over from another system, enter the address it goes to now in the option 'Replace This Address'\. /,
		);
		expect(said).toContain(ERP);
		expect(said).toMatch(/Nothing is registered for this trigger\.$/);
		expect(to(ERP, { replaceUrl: 'https://x' })).toContain('; it now holds https://x.');
	});

	it('to another trigger here: not needed twice', () => {
		expect(to(`${HOST}/webhook/2222/jodo`)).toMatch(
			/^Not needed twice: another Jodo Trigger here already gets this event; call your workflow from that one\./,
		);
	});

	it('to what only looks a little like one of these: to another system', () => {
		const toAnother = /^To take an event over from another system, /;
		expect(to(ERP, { earlierUrl: 'https://earlier.example.com/' })).toMatch(toAnother);
		expect(to(`${HOST}/erp/hooks/jodo`)).toMatch(toAnother);
		expect(to('https://erp.example.com/webhook-test/2222/jodo')).toMatch(toAnother);
	});

	it('while this is a test: also of what Jodo does not let go, what can be done meanwhile', () => {
		const address = new Address(`${HOST}/webhook-test/1111/jodo`, true);
		expect(to(ERP, { address }, { isStuck: true })).toMatch(
			/^Ask Jodo to remove its webhook to .*does not let go\. To try the workflow, paste the sample row/,
		);
	});

	it('to an earlier address, or to what a test has left', () => {
		expect(to(ERP, { earlierUrl: ERP })).toContain(
			`${ERP} is this trigger's earlier address: if that n8n is no longer in use, `,
		);
		const test = `${HOST}/webhook-test/2222/jodo`;
		expect(to(test)).toContain(
			`${test} looks like what a test left behind: if nobody is testing there now, `,
		);
	});

	it('of which Jodo does not let go', () => {
		const erp = { event: ORDER, url: ERP, isStuck: true };
		const other = { event: PAGE, url: 'https://other.example.com/' };
		expect(failed({ conflicts: [erp, other] })).toBe(
			`Ask Jodo to remove its webhook to ${ERP}, of which it does not let go. ` +
				"To take an event over from another system, enter the address it goes to now in the option 'Replace This Address'. " +
				`Jodo sends an event to one address only, and ${ORDER_NAME} goes to ${ERP}; ${PAGE_NAME} goes to https://other.example.com/. ` +
				'Nothing is registered for this trigger.',
		);
	});

	it('several times to one address: that is told once', () => {
		const said = failed({
			conflicts: [
				{ event: ORDER, url: ERP },
				{ event: PAGE, url: ERP },
				{ event: ORDER, url: ERP },
			],
		});
		expect(said).toContain(
			`. Jodo sends an event to one address only, and ${ORDER_NAME}, ${PAGE_NAME} go to ${ERP}. Nothing`,
		);
	});
});
