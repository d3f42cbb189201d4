/**
 * Keeps Jodo's list of webhooks in step with one trigger node.
 *
 * Jodo sends an event to one address only (per branch, if the institute has several). Adding a code again
 * updates the secret of the existing webhook, wherever it points, and nothing else. So a webhook
 * at a foreign address is never touched: it is told by its address, and where a branch leaves that open, by
 * an Add without secret, which changes nothing there.
 * https://docs.jodo.in/configuration/api/add-webhook/
 */
import type { JodoEvent } from '../events/events';
import { Address } from './address';
import type { JodoWebhooks, NewWebhook, Refusal, Webhook } from './client';
import type { Conflict, Removal } from './registrationTexts';
import { alreadyLive, failed, listUnread, stillRegistered, taken } from './registrationTexts';

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

/** Disables all of them; those that Jodo no longer lists count as gone. */
async function disableAll(jodo: JodoWebhooks, webhooks: Webhook[]): Promise<Removal> {
	const refused = new Map<Webhook, string>();
	await inParallel(webhooks, async (webhook) => {
		const answer = await jodo.disable(webhook.id);
		if (!answer.ok && !answer.isGone) refused.set(webhook, answer.reason);
		return true;
	});
	const listed = refused.size ? await jodo.list() : undefined;
	const stayed = [...refused.keys()].filter(
		({ id }) => !listed?.ok || listed.value.some((webhook) => webhook.id === id),
	);
	return { stayed, reason: [...new Set(stayed.map((it) => refused.get(it)))].join(', ') };
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
		return listUnread(listed, 'What is registered for this trigger stays there');
	}
	const ours = listed.value.filter(({ url }) =>
		address.isTest ? address.is(url) : address.isOurs(url),
	);
	const removal = await disableAll(jodo, ours);
	return removal.stayed.length ? stillRegistered(removal) : undefined;
}

/**
 * Registers exactly the events of the plan for this node, or nothing at all. Can be repeated.
 * @returns what went wrong, as a message for people; undefined if all is well
 */
export async function register(jodo: JodoWebhooks, plan: Plan): Promise<string | undefined> {
	const listed = await jodo.list();
	if (!listed.ok) return listUnread(listed, 'Nothing was changed');
	const registration = new Registration(jodo, plan, listed.value);
	return registration.obstacle() ?? (await registration.run());
}

type Outcome = 'accepted' | Refusal | Conflict;

/** One attempt to bring Jodo's list in line with the plan. */
class Registration {
	private readonly accepted: Webhook[] = [];

	private readonly refusals = new Map<JodoEvent, Refusal>();

	private readonly conflicts: Conflict[] = [];

	/** Foreign webhooks disabled because the user said so. */
	private readonly replaced = new Set<Webhook>();

	/** Left behind at our other address, disabled and hidden, until an Add woke them. */
	private readonly woken: Webhook[] = [];

	/** Ours, but found or made without a secret. */
	private readonly probed: Webhook[] = [];

	private readonly jodo: JodoWebhooks;

	private readonly plan: Plan;

	private readonly ours: Webhook[];

	private readonly foreign: Webhook[];

	constructor(jodo: JodoWebhooks, plan: Plan, listed: Webhook[]) {
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
		if (live.length) return alreadyLive(live);
		const conflicts = events.flatMap((event) =>
			event.codes
				.filter((code) => !branches.length && !this.hasOurs(code) && !this.replaceable(code))
				.flatMap((code) => this.foreignFor(code).map(({ url }) => ({ event, url }))),
		);
		return conflicts.length ? taken(this.plan, conflicts) : undefined;
	}

	async run(): Promise<string | undefined> {
		const { events, address } = this.plan;
		const codes = events.flatMap((event) => event.codes);
		// A webhook keeps its address: one that a test left behind has to go before Jodo makes ours.
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
	private known(): Webhook[] {
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

	/** The foreign webhook that the user agreed to cut off: the only one of its code, and not for a test. */
	private replaceable(code: string): Webhook | undefined {
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
		const webhook: NewWebhook = {
			event_code: code,
			url: address.url,
			failure_notification_email: failureNotificationEmail,
			...(branch !== undefined && { collector_code: branch }),
		};

		const [foreign] = this.foreignFor(code);
		if (foreign) {
			// Without a secret, Add changes nothing on a webhook that exists: it tells whose it is.
			const probe = async (): Promise<Refusal | string> => {
				const probed = await this.jodo.add(webhook);
				if (!probed.ok) return probed;
				const { id, url = foreign.url } = probed.value;
				if (id !== undefined && address.is(url)) this.probed.push({ id, event_code: code, url });
				return url;
			};
			// The list does not say which branch a webhook is for.
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

		const added = await this.jodo.add({ ...webhook, secret_key: secret });
		if (!added.ok) return added;
		const { id, url = address.url } = added.value;
		if (!address.is(url)) {
			if (id !== undefined && address.isOurs(url)) this.woken.push({ id, event_code: code, url });
			return { event, url, isStuck: !this.foreignFor(code).length };
		}
		this.accept(code, added.value);
		return 'accepted';
	}

	private accept(code: string, { id }: Partial<Webhook>): void {
		const { url } = this.plan.address;
		const same = this.ours.filter((it) => it.event_code === code && this.plan.address.is(it.url));
		this.accepted.push(...(id === undefined ? same : [{ id, event_code: code, url }]));
	}

	/** Removes all that points to exactly our address, and says what went wrong. */
	private async undo(stuck?: Removal): Promise<string> {
		const { address } = this.plan;
		const listed = await this.jodo.list();
		const left = await disableAll(this.jodo, [
			...(listed.ok ? listed.value : this.known()).filter(({ url }) => address.is(url)),
			...this.woken,
		]);
		return failed({
			asked: this.plan,
			stuck,
			refusals: this.refusals,
			conflicts: this.conflicts,
			replaced: [...this.replaced],
			left,
			isListed: listed.ok,
		});
	}
}
