/**
 * Keeps Jodo's list of subscriptions in step with one trigger node.
 *
 * Jodo sends an event to one address only (per branch, if the institute has several). Adding a code again
 * updates the secret of the existing subscription, wherever it points, and nothing else. So a subscription
 * at a foreign address is never touched: it is told by its address, and where a branch leaves that open, by
 * an Add without secret, which changes nothing there.
 * https://docs.jodo.in/configuration/api/add-webhook/
 */
import type { JodoEvent } from '../events/events';

export interface Subscription {
	id: string;
	event_code: string;
	url: string;
}

export interface NewSubscription {
	event_code: string;
	url: string;
	failure_notification_email: string;
	collector_code?: string;
	secret_key?: string;
}

export interface Refusal {
	ok: false;
	/** What happened, for people. */
	reason: string;
	/** What to do about it. */
	remedy?: string;
	/** Jodo understood the request and said no to this very event. */
	isAboutEvent?: boolean;
	/** The subscription does not exist (any more). */
	isGone?: boolean;
}

export type Answer<T> = { ok: true; value: T } | Refusal;

/** Jodo's webhook API, as far as it is needed here. Nothing of it throws. */
export interface JodoWebhooks {
	list(): Promise<Answer<Subscription[]>>;
	add(subscription: NewSubscription): Promise<Answer<Partial<Subscription>>>;
	disable(id: string): Promise<Answer<unknown>>;
}

export interface Plan {
	events: readonly JodoEvent[];
	address: Address;
	secret: string;
	failureNotificationEmail: string;
	/** Empty: no branch is sent. */
	branches: readonly string[];
	/** A foreign address that the user allows to be cut off. */
	replaceUrl?: string;
}

const AT_ONCE = 5;

function parse(url: string): URL | undefined {
	return URL.canParse(url) ? new URL(url) : undefined;
}

/** Where this node receives: …/webhook/<webhookId>/<path>, or …/webhook-test/… while listening for a test. */
export class Address {
	readonly url: string;

	readonly isTest: boolean;

	private readonly ending: string;

	constructor(url: string) {
		const steps = (parse(url)?.pathname ?? '').split('/');
		this.url = url;
		this.ending = `/${steps.slice(-2).join('/')}`;
		this.isTest = /test$/i.test(steps.at(-3) ?? '');
	}

	/** The same address, live or test as this one is. */
	is(url: string): boolean {
		return parse(url)?.href === parse(this.url)?.href;
	}

	/** The same node, live or test. */
	isOurs(url: string): boolean {
		return this.isSameN8n(url) && Boolean(parse(url)?.pathname.endsWith(this.ending));
	}

	isSameN8n(url: string): boolean {
		return parse(url)?.origin === parse(this.url)?.origin;
	}
}

const PRIVATE_HOST =
	/^(localhost|.*\.(localhost|local|internal|lan|home|test)|[^.]+|(0|10|127)\..*|169\.254\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\..*|\[.*)$/i;

/** Why Jodo's servers cannot call this address, if they cannot. */
export function whyUnreachable(url: string): string | undefined {
	const { protocol, hostname } = parse(url) ?? {};
	if (protocol === 'https:' && hostname && !PRIVATE_HOST.test(hostname)) return undefined;
	return `Jodo can't reach this n8n from the internet: it would have to call ${url}. Give n8n a public https address and set it in the environment variable WEBHOOK_URL, restart n8n and publish again.`;
}

/** The name of the option on the node. */
export const REPLACE_LABEL = 'Replace This Address';

const BY_HAND = "The Jodo node removes a webhook by its ID: 'Webhook', 'Disable'";

const MOCK_DATA =
	'To try the workflow, paste the sample row of the event as mock data of this node: https://github.com/n8n-nodes-jodo/n8n-nodes-jodo/blob/main/docs/events.md';

const label = ({ name, value }: JodoEvent) => `'${name}' (${value})`;
const list = (items: Iterable<string>) => [...new Set(items)].join(', ');
const named = (subscriptions: Subscription[]) =>
	list(subscriptions.map(({ event_code, id }) => `${event_code} (webhook ID ${id})`));

/** Joins sentences, each with its full stop; empty ones fall out. */
function text(...sentences: Array<string | undefined>): string {
	return sentences
		.filter((sentence) => sentence !== undefined && sentence !== '')
		.map((sentence) => (/[.!?]$|events\.md$/.test(sentence ?? '') ? sentence : `${sentence}.`))
		.join(' ');
}

/** Runs `work` on all items, a few at a time, and starts nothing new once one of them returned false. */
async function inParallel<T>(items: Iterable<T>, work: (item: T) => Promise<boolean>) {
	const queue = [...items];
	const worker = async () => {
		for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
			if (!(await work(item))) queue.length = 0;
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

interface Removal {
	stayed: Subscription[];
	/** Why, in Jodo's words. */
	reason: string;
}

/** Disables all of them; those that Jodo no longer lists count as gone. */
async function disableAll(jodo: JodoWebhooks, subscriptions: Subscription[]): Promise<Removal> {
	const refused = new Map<Subscription, string>();
	await inParallel(subscriptions, async (subscription) => {
		const answer = await jodo.disable(subscription.id);
		if (!answer.ok && !answer.isGone) refused.set(subscription, answer.reason);
		return true;
	});
	const listed = refused.size ? await jodo.list() : undefined;
	const stayed = [...refused.keys()].filter(
		({ id }) => !listed?.ok || listed.value.some((subscription) => subscription.id === id),
	);
	return { stayed, reason: list(stayed.map((subscription) => refused.get(subscription) ?? '')) };
}

/**
 * Removes what Jodo has registered for this node; what is gone already is fine.
 * @returns what went wrong, as a message for people; undefined if all is well
 */
export async function unregister(
	jodo: JodoWebhooks,
	address: Address,
): Promise<string | undefined> {
	const listed = await jodo.list();
	if (!listed.ok) {
		return text(
			`Jodo's list of webhooks could not be read: ${listed.reason}`,
			'What is registered for this trigger stays there',
			listed.remedy,
		);
	}
	const ours = listed.value.filter(({ url }) =>
		address.isTest ? address.is(url) : address.isOurs(url),
	);
	const { stayed, reason } = await disableAll(jodo, ours);
	if (!stayed.length) return undefined;
	return text(`Still registered at Jodo: ${named(stayed)}`, reason, BY_HAND);
}

/**
 * Registers exactly the events of the plan for this node, or nothing at all. Can be repeated.
 * @returns what went wrong, as a message for people; undefined if all is well
 */
export async function register(jodo: JodoWebhooks, plan: Plan): Promise<string | undefined> {
	const listed = await jodo.list();
	if (!listed.ok) {
		return text(
			`Jodo's list of webhooks could not be read: ${listed.reason}`,
			'Nothing was changed',
			listed.remedy,
		);
	}
	const registration = new Registration(jodo, plan, listed.value);
	return registration.obstacle() ?? (await registration.run());
}

interface Obstacle {
	event: JodoEvent;
	/** The foreign address the event goes to. */
	url: string;
	/** Its webhook was disabled, and Jodo woke it up instead of making a new one. */
	isStuck?: boolean;
}

type Outcome = 'accepted' | Refusal | Obstacle;

/** One attempt to bring Jodo's list in line with the plan. */
class Registration {
	private readonly accepted: Subscription[] = [];

	private readonly refusals = new Map<JodoEvent, Refusal>();

	private readonly conflicts: Obstacle[] = [];

	/** Foreign subscriptions disabled because the user said so. */
	private readonly replaced = new Set<Subscription>();

	/** Left behind at our other address, disabled and hidden, until an Add woke them. */
	private readonly woken: Subscription[] = [];

	/** Ours, but found or made without a secret. */
	private readonly probed: Subscription[] = [];

	private readonly jodo: JodoWebhooks;

	private readonly plan: Plan;

	private readonly ours: Subscription[];

	private readonly foreign: Subscription[];

	constructor(jodo: JodoWebhooks, plan: Plan, listed: Subscription[]) {
		this.jodo = jodo;
		this.plan = plan;
		this.ours = listed.filter(({ url }) => plan.address.isOurs(url));
		this.foreign = listed.filter(({ url }) => !plan.address.isOurs(url));
	}

	/** What forbids even to begin. */
	obstacle(): string | undefined {
		const { events, address, branches } = this.plan;
		const isLive = ({ codes }: JodoEvent) =>
			this.ours.some((it) => codes.includes(it.event_code) && !address.is(it.url));
		const live = address.isTest ? events.filter(isLive) : [];
		if (live.length) {
			return text(
				`This workflow is live and already gets ${list(live.map(label))}`,
				`Jodo sends an event to one address only, so a test would take it away. Nothing was changed`,
				MOCK_DATA,
			);
		}
		const taken = events.flatMap((event) =>
			event.codes
				.filter((code) => !branches.length && !this.hasOurs(code) && !this.replaceable(code))
				.flatMap((code) => this.foreignFor(code).map(({ url }) => ({ event, url }))),
		);
		return taken.length
			? text(this.explain(taken), 'Nothing was changed', this.advice())
			: undefined;
	}

	async run(): Promise<string | undefined> {
		const { events, address } = this.plan;
		const codes = events.flatMap((event) => event.codes);
		// A subscription keeps its address: one that a test left behind has to go before Jodo makes ours.
		const leftOver = this.ours.filter(
			({ url, event_code }) => !address.isTest && !address.is(url) && codes.includes(event_code),
		);
		const cleared = await disableAll(this.jodo, leftOver);
		if (cleared.stayed.length) return await this.undo(cleared);

		const isReplacing = ({ codes }: JodoEvent) => codes.some((code) => this.replaceable(code));
		await inParallel(
			events.filter((event) => !isReplacing(event)),
			(event) => this.addEvent(event),
		);
		// Last, because nothing brings the old receiver back.
		if (!this.hasFailed())
			await inParallel(events.filter(isReplacing), (event) => this.addEvent(event));
		if (this.hasFailed()) return await this.undo();

		const stale = this.known().filter(
			(it) =>
				!this.accepted.some(({ id }) => id === it.id) &&
				!leftOver.includes(it) &&
				(address.is(it.url) || !address.isTest),
		);
		const swept = await disableAll(this.jodo, stale);
		return swept.stayed.length ? await this.undo(swept) : undefined;
	}

	/** All that is ours, as far as this attempt has seen it. */
	private known(): Subscription[] {
		const all = [...this.ours, ...this.probed, ...this.accepted];
		return [...new Map(all.map((it) => [it.id, it])).values()];
	}

	private hasFailed() {
		return this.refusals.size > 0 || this.conflicts.length > 0;
	}

	private hasOurs(code: string) {
		return this.ours.some(({ event_code }) => event_code === code);
	}

	private foreignFor(code: string) {
		return this.foreign.filter((it) => it.event_code === code && !this.replaced.has(it));
	}

	/** The foreign subscription that the user agreed to cut off: the only one of its code, and not for a test. */
	private replaceable(code: string): Subscription | undefined {
		const { address, replaceUrl } = this.plan;
		const [first, second] = this.foreignFor(code);
		if (!first || second || !replaceUrl || address.isTest) return undefined;
		return new Address(replaceUrl.trim()).is(first.url) ? first : undefined;
	}

	/** Under each branch, one of the event's codes has to be accepted. */
	private async addEvent(event: JodoEvent): Promise<boolean> {
		const branches = this.plan.branches.length ? this.plan.branches : [undefined];
		for (const branch of branches) {
			let isAccepted = false;
			let refusal: Refusal | undefined;
			for (const code of event.codes) {
				const outcome = await this.addCode(event, code, branch);
				if (outcome === 'accepted') {
					isAccepted = true;
				} else if ('url' in outcome) {
					this.conflicts.push(outcome);
					return false;
				} else {
					refusal ??= outcome;
					if (!outcome.isAboutEvent) break;
				}
			}
			if (refusal && !(isAccepted && refusal.isAboutEvent)) {
				this.refusals.set(event, refusal);
				return false;
			}
		}
		return true;
	}

	private async addCode(event: JodoEvent, code: string, branch?: string): Promise<Outcome> {
		const { address, secret, failureNotificationEmail } = this.plan;
		const subscription: NewSubscription = {
			event_code: code,
			url: address.url,
			failure_notification_email: failureNotificationEmail,
			...(branch !== undefined && { collector_code: branch }),
		};

		const [foreign] = this.foreignFor(code);
		if (foreign) {
			// Without a secret, Add changes nothing on a subscription that exists: it tells whose it is.
			const probe = async (): Promise<Refusal | string> => {
				const probed = await this.jodo.add(subscription);
				if (!probed.ok) return probed;
				const { id, url = foreign.url } = probed.value;
				if (id !== undefined && address.is(url)) this.probed.push({ id, event_code: code, url });
				return url;
			};
			// The list does not say which branch a subscription is for.
			const mayBeOfOtherBranch = branch !== undefined || this.hasOurs(code);
			let holder = mayBeOfOtherBranch ? await probe() : foreign.url;
			let isStuck = false;

			const replaceable = this.replaceable(code);
			if (replaceable && typeof holder === 'string' && !address.is(holder)) {
				const gone = await this.jodo.disable(replaceable.id);
				if (!gone.ok && !gone.isGone) return { ...gone, isAboutEvent: false };
				this.replaced.add(replaceable);
				holder = await probe();
				isStuck = holder === replaceable.url;
				if (isStuck) this.replaced.delete(replaceable);
			}
			if (typeof holder !== 'string') return holder;
			if (!address.is(holder)) return { event, url: holder, isStuck };
		}

		const added = await this.jodo.add({ ...subscription, secret_key: secret });
		if (!added.ok) return added;
		const { id, url = address.url } = added.value;
		if (!address.is(url)) {
			if (id !== undefined && address.isOurs(url)) this.woken.push({ id, event_code: code, url });
			return { event, url, isStuck: !this.foreignFor(code).length };
		}
		this.accept(code, added.value);
		return 'accepted';
	}

	private accept(code: string, { id }: Partial<Subscription>): void {
		const { url } = this.plan.address;
		const same = this.ours.filter((it) => it.event_code === code && this.plan.address.is(it.url));
		this.accepted.push(...(id === undefined ? same : [{ id, event_code: code, url }]));
	}

	/** Removes all that points to exactly our address, and says what went wrong. */
	private async undo(stuck?: Removal): Promise<string> {
		const { address } = this.plan;
		const listed = await this.jodo.list();
		const { stayed, reason } = await disableAll(this.jodo, [
			...(listed.ok ? listed.value : this.known()).filter(({ url }) => address.is(url)),
			...this.woken,
		]);

		const remaining = new Map([...(stuck?.stayed ?? []), ...stayed].map((it) => [it.id, it]));
		const state = remaining.size
			? `Still registered at Jodo, because it did not remove them: ${named([...remaining.values()])}. ${list([stuck?.reason ?? '', reason].filter(Boolean))}`
			: listed.ok
				? 'Nothing is registered now'
				: 'Jodo did not say whether anything is registered now';
		const cutOff = [...this.replaced];
		const remedies = [...this.refusals.values()].map(({ remedy }) => remedy ?? '');
		return text(
			stuck && `Jodo could not be brought up to date: ${stuck.reason}`,
			this.refusals.size ? this.complaints() : undefined,
			this.conflicts.length ? this.explain(this.conflicts) : undefined,
			state,
			this.replaced.size
				? `No longer sent to ${list(cutOff.map(({ url }) => url))}: ${list(cutOff.map(({ event_code }) => event_code))}`
				: undefined,
			...new Set(remedies),
			this.conflicts.length ? this.advice() : undefined,
			remaining.size ? BY_HAND : undefined,
		);
	}

	/** Events with Jodo's reason, those with the same reason together. */
	private complaints(): string {
		const byReason = new Map<string, string[]>();
		for (const [event, { reason }] of this.refusals) {
			byReason.set(reason, [...(byReason.get(reason) ?? []), label(event)]);
		}
		const parts = [...byReason].map(([reason, events]) => `${list(events)}: ${reason}`);
		return `Jodo did not register ${parts.join('; ')}`;
	}

	/** Where the events go now. */
	private explain(conflicts: Obstacle[]): string {
		const { address } = this.plan;
		const why = ({ url, isStuck }: Obstacle) => {
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
	private advice(): string | undefined {
		const { address, replaceUrl } = this.plan;
		if (address.isTest) return MOCK_DATA;
		if (this.conflicts.some(({ isStuck }) => isStuck)) return undefined;
		const how = `To take an event over from another system, enter the address it goes to now in the option '${REPLACE_LABEL}'`;
		return replaceUrl ? `${how}; it now holds ${replaceUrl}` : how;
	}
}
