/** What a registration found and did, in sentences for whoever pressed Publish. */
import type { JodoEvent } from '../events/events';
import type { Address } from './address';
import type { Refusal, Webhook } from './client';

/** The name of the option on the node. */
export const REPLACE_LABEL = 'Replace This Address';

const BY_HAND = "The Jodo node removes a webhook by its ID: 'Webhook', 'Disable'";

const MOCK_DATA =
	'To try the workflow, paste the sample row of the event as mock data of this node: https://github.com/n8n-nodes-jodo/n8n-nodes-jodo/blob/main/docs/events.md';

/** An event that goes to a foreign address. */
export interface Conflict {
	event: JodoEvent;
	url: string;
	/** Its webhook was disabled, and Jodo woke it up instead of making a new one. */
	isStuck?: boolean;
}

export interface Removal {
	stayed: Webhook[];
	/** Why, in Jodo's words. */
	reason: string;
}

/** What the user asked for, as far as the sentences need it. */
export interface Asked {
	address: Address;
	replaceUrl?: string;
}

/** How a registration ended that had begun. */
export interface Failed {
	asked: Asked;
	/** A removal without which it could not go on. */
	stuck?: Removal;
	refusals: ReadonlyMap<JodoEvent, Refusal>;
	conflicts: readonly Conflict[];
	/** Foreign webhooks disabled because the user said so. */
	replaced: readonly Webhook[];
	/** What of ours could not be removed. */
	left: Removal;
	/** Whether Jodo's list could be read once more. */
	isListed: boolean;
}

const label = ({ name, value }: JodoEvent) => `'${name}' (${value})`;
const list = (items: Iterable<string>) => [...new Set(items)].join(', ');
const named = (webhooks: readonly Webhook[]) =>
	list(webhooks.map(({ event_code, id }) => `${event_code} (webhook ID ${id})`));

/** Joins sentences, each with its full stop; empty ones fall out. */
function text(...sentences: Array<string | undefined>): string {
	return sentences
		.filter((sentence) => sentence !== undefined && sentence !== '')
		.map((sentence) => (/[.!?]$|events\.md$/.test(sentence ?? '') ? sentence : `${sentence}.`))
		.join(' ');
}

export function listUnread({ reason, remedy }: Refusal, state: string): string {
	return text(`Jodo's list of webhooks could not be read: ${reason}`, state, remedy);
}

export function stillRegistered({ stayed, reason }: Removal): string {
	return text(`Still registered at Jodo: ${named(stayed)}`, reason, BY_HAND);
}

/** A test of events that the live workflow gets. */
export function alreadyLive(events: readonly JodoEvent[]): string {
	return text(
		`This workflow is live and already gets ${list(events.map(label))}`,
		'Jodo sends an event to one address only, so a test would take it away. Nothing was changed',
		MOCK_DATA,
	);
}

export function taken(asked: Asked, conflicts: readonly Conflict[]): string {
	return text(whereTo(asked, conflicts), 'Nothing was changed', advice(asked, conflicts));
}

export function failed(facts: Failed): string {
	const { asked, stuck, refusals, conflicts, replaced, left, isListed } = facts;
	const remaining = new Map([...(stuck?.stayed ?? []), ...left.stayed].map((it) => [it.id, it]));
	const reasons = [stuck?.reason ?? '', left.reason].filter(Boolean);
	const state = remaining.size
		? `Still registered at Jodo, because it did not remove them: ${named([...remaining.values()])}. ${list(reasons)}`
		: isListed
			? 'Nothing is registered now'
			: 'Jodo did not say whether anything is registered now';
	return text(
		stuck && `Jodo could not be brought up to date: ${stuck.reason}`,
		refusals.size ? complaints(refusals) : undefined,
		conflicts.length ? whereTo(asked, conflicts) : undefined,
		state,
		replaced.length
			? `No longer sent to ${list(replaced.map(({ url }) => url))}: ${list(replaced.map(({ event_code }) => event_code))}`
			: undefined,
		...new Set([...refusals.values()].map(({ remedy }) => remedy ?? '')),
		conflicts.length ? advice(asked, conflicts) : undefined,
		remaining.size ? BY_HAND : undefined,
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

/** Where the events go now. */
function whereTo({ address }: Asked, conflicts: readonly Conflict[]): string {
	const why = ({ url, isStuck }: Conflict) => {
		if (isStuck)
			return ', and Jodo does not let go of that address: ask Jodo to remove its webhook';
		return address.isSameN8n(url)
			? ': another Jodo Trigger here already gets this event; call your workflow from that one'
			: '';
	};
	const parts = conflicts.map((it) => `${label(it.event)} goes to ${it.url}${why(it)}`);
	return `Jodo sends an event to one address only, and ${list(parts)}`;
}

/** How to go on after a conflict. */
function advice({ address, replaceUrl }: Asked, conflicts: readonly Conflict[]) {
	if (address.isTest) return MOCK_DATA;
	if (conflicts.some(({ isStuck }) => isStuck)) return undefined;
	const how = `To take an event over from another system, enter the address it goes to now in the option '${REPLACE_LABEL}'`;
	return replaceUrl ? `${how}; it now holds ${replaceUrl}` : how;
}
