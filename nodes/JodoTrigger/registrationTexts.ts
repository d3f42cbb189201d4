/** What a registration found and did, in sentences for whoever pressed Publish: what to do comes first. */
import type { JodoEvent } from '../events/events';
import { Address } from './address';
import type { Refusal, Removal, Webhook } from './client';

/** The name of the option on the node. */
export const REPLACE_LABEL = 'Replace This Address';

const BY_HAND = "The Jodo node removes a webhook by its ID: 'Webhook', 'Disable'";

const MOCK_DATA =
	'To try the workflow, paste the sample row of the event as mock data of this node: https://github.com/n8n-nodes-jodo/n8n-nodes-jodo/blob/main/docs/events.md';

/** An event that goes to a foreign address. */
export interface Conflict {
	event: JodoEvent;
	url: string;
	/** Jodo's list did not show it: a disabled webhook that Jodo woke up instead of making a new one. */
	isStuck?: boolean;
}

/** Jodo said yes to an Add, and its list knows nothing of it. */
export const UNLISTED: Refusal = {
	ok: false,
	reason: 'Jodo accepted it, but does not list it',
};

/** What the user asked for, as far as the sentences need it. */
interface Asked {
	address: Address;
	replaceUrl?: string;
	earlierUrl?: string;
}

/** How a registration ended. */
interface Failed {
	asked: Asked;
	/** A removal without which it could not go on. */
	stuck?: Removal;
	refusals: ReadonlyMap<JodoEvent, Refusal>;
	conflicts: readonly Conflict[];
	/** Foreign webhooks that Jodo was told to disable. */
	replaced: readonly Webhook[];
	/** What could not be removed. */
	left: Removal;
	/** What was there before and stays. */
	kept: readonly Webhook[];
	/** Foreign webhooks of these events that were not there before. */
	appeared: readonly Webhook[];
	/** Whether Jodo's list could be read once more. */
	isListed: boolean;
}

const label = ({ name, value }: JodoEvent) => `'${name}' (${value})`;
const list = (items: Iterable<string>) => [...new Set(items)].join(', ');
const named = (webhooks: readonly Webhook[]) =>
	list(webhooks.map(({ event_code, id }) => `${event_code} (webhook ID ${id})`));
const addresses = (all: ReadonlyArray<{ url: string }>) => list(all.map(({ url }) => url));

/** Joins sentences, each with its full stop; empty ones fall out. */
function text(...sentences: Array<string | undefined | false>): string {
	return [...new Set(sentences)]
		.filter((sentence): sentence is string => Boolean(sentence))
		.map((sentence) => (/([.!?]|events\.md)$/.test(sentence) ? sentence : `${sentence}.`))
		.join(' ');
}

export function listUnread({ reason, remedy }: Refusal, state?: string): string {
	return text(`Jodo's list of webhooks could not be read: ${reason}`, state, remedy);
}

export function stillRegistered({ stayed, reason }: Removal): string {
	return text(`Still registered at Jodo: ${named(stayed)}`, reason, BY_HAND);
}

export function leftAtEarlierAddress(webhooks: readonly Webhook[]): string {
	return text(
		`Still registered at Jodo, at this trigger's earlier address ${addresses(webhooks)}: ${named(webhooks)}`,
		'It may belong to another n8n, so it was left alone',
		BY_HAND,
	);
}

/** What is registered belongs to a workflow with the same webhook ID. */
export const notMine = (workflowId: string) =>
	`Another workflow of this n8n (ID ${workflowId}) receives at the same address, so what is registered there was left alone. Delete this trigger and add it again to give it an address of its own.`;

/** Where Jodo warns somebody else than asked; undefined if it does not. */
export function otherEmails(webhooks: readonly Webhook[], asked: string): string | undefined {
	const people = (emails: string) =>
		emails
			.toLowerCase()
			.split(',')
			.map((email) => email.trim())
			.sort()
			.join();
	const others = webhooks.filter(
		({ failure_notification_email: given }) =>
			given !== undefined && people(given) !== people(asked),
	);
	if (!others.length) return undefined;
	const emails = list(others.map((it) => it.failure_notification_email ?? ''));
	return `Jodo goes on warning ${emails}, not ${asked}, of failed deliveries of ${named(others)}: it keeps the address that an event was first registered with. Ask Jodo to change it.`;
}

/** A test of events that the live workflow gets. Of a long text n8n shows the beginning: the events come last. */
export function alreadyLive(events: readonly JodoEvent[]): string {
	return text(
		'This workflow is live and already gets what a test would wait for. Jodo sends an event to one address only, so a test would take it away. Nothing was changed',
		MOCK_DATA,
		`It is live for ${list(events.map(label))}`,
	);
}

export function failed(facts: Failed): string {
	const { asked, stuck, refusals, conflicts, replaced, left, kept, appeared, isListed } = facts;
	const remaining = new Map([...(stuck?.stayed ?? []), ...left.stayed].map((it) => [it.id, it]));
	const reasons = [stuck?.reason ?? '', left.reason].filter(Boolean);
	return text(
		...advice(asked, conflicts),
		stuck && `Jodo could not be brought up to date: ${stuck.reason}`,
		refusals.size > 0 && complaints(refusals),
		conflicts.length > 0 && whereTo(conflicts),
		remaining.size > 0 &&
			`Still registered at Jodo, because it did not remove them: ${named([...remaining.values()])}. ${list(reasons)}`,
		kept.length > 0 && `What was registered before this start stays: ${named(kept)}`,
		!isListed && 'Jodo did not say whether anything else is registered now',
		isListed &&
			remaining.size + kept.length === 0 &&
			`Nothing is registered for this ${asked.address.isTest ? 'test' : 'trigger'}`,
		replaced.length > 0 &&
			`Jodo was told to send no longer to ${addresses(replaced)}: ${list(replaced.map(({ event_code }) => event_code))}`,
		appeared.length > 0 &&
			`Since this attempt Jodo also lists, at ${addresses(appeared)}: ${named(appeared)}. If nobody else registered that just now, disable it`,
		...[...refusals.values()].map(({ remedy }) => remedy),
		remaining.size + appeared.length > 0 && BY_HAND,
	);
}

/** Events with Jodo's reason, those with the same reason together. */
function complaints(refusals: Failed['refusals']): string {
	const byReason = new Map<string, string[]>();
	for (const [event, { reason }] of refusals) {
		byReason.set(reason, [...(byReason.get(reason) ?? []), label(event)]);
	}
	const parts = [...byReason].map(([reason, events]) => `${list(events)}: ${reason}`);
	return `Jodo did not register ${parts.join('; ')}`;
}

/** Where the events go now, those with the same address together. */
function whereTo(conflicts: readonly Conflict[]): string {
	const byUrl = new Map<string, Set<string>>();
	for (const { event, url } of conflicts) {
		byUrl.set(url, (byUrl.get(url) ?? new Set()).add(label(event)));
	}
	const parts = [...byUrl].map(
		([url, events]) => `${list(events)} ${events.size > 1 ? 'go' : 'goes'} to ${url}`,
	);
	return `Jodo sends an event to one address only, and ${parts.join('; ')}`;
}

/** How to go on after a conflict. */
function advice(asked: Asked, conflicts: readonly Conflict[]): string[] {
	const { address, replaceUrl, earlierUrl } = asked;
	if (!conflicts.length) return [];
	const enter = `enter it in the option '${REPLACE_LABEL}'`;
	const sentences = conflicts.map(({ url, isStuck }) => {
		if (isStuck) return `Ask Jodo to remove its webhook to ${url}, of which it does not let go`;
		if (address.isNeighbour(url) && !Address.looksLikeTest(url))
			return 'Not needed twice: another Jodo Trigger here already gets this event; call your workflow from that one';
		if (address.isTest) return MOCK_DATA;
		if (earlierUrl && new Address(earlierUrl).is(url))
			return `${url} is this trigger's earlier address: if that n8n is no longer in use, ${enter}`;
		if (address.isSameHost(url) && Address.looksLikeTest(url))
			return `${url} looks like what a test left behind: if nobody is testing there now, ${enter}`;
		const how = `To take an event over from another system, enter the address it goes to now in the option '${REPLACE_LABEL}'`;
		return replaceUrl ? `${how}; it now holds ${replaceUrl}` : how;
	});
	return [...new Set([...sentences, ...(address.isTest ? [MOCK_DATA] : [])])];
}
