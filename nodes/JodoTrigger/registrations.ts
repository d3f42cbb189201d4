/**
 * Keeps Jodo's list of webhooks in step with one trigger node: decisions only.
 *
 * Jodo sends an event to one address only (per branch, if the institute has several). Adding a code again
 * updates the secret of the existing webhook, wherever it points, wakes it if it was disabled, and changes
 * nothing else. So a webhook at a foreign address is never touched: it is told by its address, and where a
 * branch leaves that open, by an Add without secret, which changes nothing there.
 * https://docs.jodo.in/configuration/api/add-webhook/
 */
import type { JodoEvent } from '../events/events';
import { Address } from './address';
import type { JodoWebhooks, NewWebhook, Refusal, Removal, Webhook } from './client';
import { disableAll, inParallel } from './client';
import { Listed } from './listed';
import type { Plan } from './plan';
import type { Conflict } from './registrationTexts';
import * as texts from './registrationTexts';

/** Told what the user should know although all went well. */
type Note = (sentence: string) => void;

/**
 * Removes what Jodo has registered for this node; what is gone already is fine.
 * @returns what went wrong, as a message for people; undefined if all is well
 */
export async function unregister(
	jodo: JodoWebhooks,
	{ address, earlierUrl }: Pick<Plan, 'address' | 'earlierUrl'>,
	note: Note = () => {},
): Promise<string | undefined> {
	const listed = await jodo.list();
	if (!listed.ok) {
		return texts.listUnread(listed, 'What is registered for this trigger stays there');
	}
	const isOurs = ({ url }: Webhook) => address.isOurs(url);
	const earlier = listed.value.filter(
		(it) => earlierUrl && !isOurs(it) && new Address(earlierUrl).is(it.url),
	);
	if (earlier.length) note(texts.leftAtEarlierAddress(earlier));
	const removal = await disableAll(jodo, listed.value.filter(isOurs));
	return removal.stayed.length ? texts.stillRegistered(removal) : undefined;
}

/**
 * Registers exactly the events of the plan for this node, or nothing at all. Can be repeated.
 * @returns what went wrong, as a message for people; undefined if all is well
 */
export async function register(
	jodo: JodoWebhooks,
	plan: Plan,
	note: Note = () => {},
): Promise<string | undefined> {
	const listed = await jodo.list();
	if (!listed.ok) return texts.listUnread(listed);
	return await new Registration(jodo, plan, listed.value).run(note);
}

type Outcome = 'accepted' | Refusal | Conflict;

/** One attempt to bring Jodo's list in line with the plan. */
class Registration {
	private readonly accepted: Webhook[] = [];
	private readonly refusals = new Map<JodoEvent, Refusal>();
	private readonly conflicts: Conflict[] = [];
	/** What Jodo told us of, beside its list: what an Add made, found or woke. */
	private readonly answered = new Map<string, Webhook>();
	/** Codes that Jodo accepted without a word about the webhook. */
	private readonly unsaid = new Set<string>();

	private readonly jodo: JodoWebhooks;
	private readonly plan: Plan;
	private readonly listed: Listed;

	constructor(jodo: JodoWebhooks, plan: Plan, listed: Webhook[]) {
		this.jodo = jodo;
		this.plan = plan;
		this.listed = new Listed(listed, plan.address, plan.replaceUrl);
	}

	async run(note: Note): Promise<string | undefined> {
		const { events, address, failureNotificationEmail, isStart } = this.plan;
		const live = events.filter(({ codes }) => this.listed.getsElsewhere(codes));
		if (address.isTest && live.length) return texts.alreadyLive(live);
		this.conflicts.push(...this.foreseen());
		if (this.hasFailed()) return await this.undo(this.listed.all);

		// A webhook keeps its address: what a test left behind has to go before Jodo makes ours.
		const codes = events.flatMap((event) => event.codes);
		const leftOver = this.listed.leftOver.filter((it) => codes.includes(it.event_code));
		const cleared = await disableAll(this.jodo, leftOver);
		if (cleared.stayed.length) return await this.undo(undefined, cleared);
		const isReplacing = ({ codes }: JodoEvent) =>
			codes.some((code) => this.listed.replaceable(code));
		const free = events.filter((event) => !isReplacing(event));
		// Those that cut another receiver off come last, because nothing brings it back.
		for (const some of [free, events.filter(isReplacing)]) {
			if (!this.hasFailed()) await inParallel(some, (event) => this.addEvent(event));
		}
		if (this.unsaid.size && !this.hasFailed()) await this.lookAgain();
		if (this.hasFailed()) return await this.undo();

		const isStale = ({ id, url }: Webhook) =>
			address.isOurs(url) && !this.accepted.some((it) => it.id === id);
		const stale = this.known().filter((it) => isStale(it) && !leftOver.includes(it));
		const swept = await disableAll(this.jodo, stale);
		if (swept.stayed.length) {
			if (!isStart) return await this.undo(undefined, swept);
			note(texts.stillRegistered(swept));
		}

		const others = texts.otherEmails(this.accepted, failureNotificationEmail);
		if (others) note(others);
		return undefined;
	}

	/** All that this attempt has seen. */
	private known(): Webhook[] {
		const all = [...this.listed.all, ...this.answered.values()];
		return [...new Map(all.map((it) => [it.id, it])).values()];
	}

	private hasFailed() {
		return this.refusals.size > 0 || this.conflicts.length > 0;
	}

	/** What forbids even to begin; with branches, only Jodo can tell. */
	private foreseen(): Conflict[] {
		const { events, branches } = this.plan;
		if (branches.length) return [];
		return events.flatMap((event) =>
			event.codes.flatMap((code) => this.listed.inTheWay(code).map(({ url }) => ({ event, url }))),
		);
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
		const conflict = (url: string): Conflict => {
			const isShown = this.listed.foreignFor(code).some((it) => it.url === url);
			return { event, url, isStuck: !isShown };
		};

		const [foreign] = this.listed.foreignFor(code);
		if (foreign) {
			// The list does not say which branch a webhook is for.
			const mayBeOfOtherBranch = branch !== undefined || this.listed.hasOurs(code);
			let holder = mayBeOfOtherBranch ? await this.ask(webhook, foreign.url) : foreign;

			const replaceable = this.listed.replaceable(code);
			if (replaceable && 'url' in holder && !address.is(holder.url)) {
				this.listed.replaced.add(replaceable);
				const gone = await this.jodo.disable(replaceable.id);
				if (!gone.ok && !gone.isGone) {
					if (gone.isAboutEvent) this.listed.replaced.delete(replaceable);
					return { ...gone, isAboutEvent: false };
				}
				holder = await this.ask(webhook, foreign.url);
				if ('url' in holder && holder.url === replaceable.url) {
					this.listed.replaced.delete(replaceable);
					return { event, url: holder.url, isStuck: true };
				}
			}
			if (!('url' in holder)) return holder;
			if (!address.is(holder.url)) return conflict(holder.url);
		}

		const added = await this.ask({ ...webhook, secret_key: secret }, address.url);
		if (!('url' in added)) return added;
		if (!address.is(added.url)) return conflict(added.url);
		if (!this.unsaid.has(code)) this.accepted.push(added);
		return 'accepted';
	}

	/** Adds, and remembers whatever Jodo answers with; `silent`: whose address it is if the answer says none. */
	private async ask(webhook: NewWebhook, silent: string): Promise<Webhook | Refusal> {
		const answer = await this.jodo.add(webhook);
		if (!answer.ok) return answer;
		if (!answer.value.id || !answer.value.url) this.unsaid.add(webhook.event_code);
		const holder = { url: silent, ...answer.value, event_code: webhook.event_code };
		if (holder.id !== undefined) this.answered.set(holder.id, { ...holder, id: holder.id });
		return { ...holder, id: holder.id ?? '' };
	}

	/** Learns from Jodo's list what its answers left out. */
	private async lookAgain(): Promise<void> {
		const now = await this.jodo.list();
		const adds = Math.max(1, this.plan.branches.length);
		for (const event of this.plan.events) {
			const codes = event.codes.filter((code) => this.unsaid.has(code));
			const seen = codes.map((code) => this.listed.since(now.ok ? now.value : [], code));
			for (const { ours, here, fresh, appeared } of seen) {
				for (const it of ours) this.answered.set(it.id, it);
				// As many new ones as Adds: no older one has got the secret.
				this.accepted.push(...(fresh.length < adds ? here : fresh));
				this.conflicts.push(...appeared.map(({ url }) => ({ event, url, isStuck: true })));
			}
			if (!now.ok) this.refusals.set(event, now);
			else if (!seen.some(({ here }) => here.length)) this.refusals.set(event, texts.UNLISTED);
		}
	}

	/**
	 * Removes all that is ours, puts to sleep again what an Add woke elsewhere, and says what went wrong.
	 * @param now Jodo's list where nothing was changed since; otherwise it is read again
	 */
	private async undo(now?: readonly Webhook[], stuck?: Removal): Promise<string> {
		const { address, isStart, events } = this.plan;
		const listed = now ? ({ ok: true, value: now } as const) : await this.jodo.list();
		const found = listed.ok ? listed.value : this.known();
		const isOurs = ({ url }: Webhook) => address.isOurs(url);
		const isNew = (it: Webhook) => !this.listed.has(it);
		const codes = events.flatMap((event) => event.codes);

		const kept = isStart ? this.listed.here : [];
		const woken = [...this.answered.values()].filter((it) => !isOurs(it) && isNew(it));
		const left = await disableAll(this.jodo, [
			...found.filter((it) => isOurs(it) && !kept.some(({ id }) => id === it.id)),
			...woken,
		]);
		return texts.failed({
			asked: this.plan,
			stuck,
			refusals: this.refusals,
			conflicts: this.conflicts,
			replaced: [...this.listed.replaced],
			left,
			kept,
			// An Add whose answer was lost may have woken these, or their owner registered them just now.
			appeared: found.filter(
				(it) =>
					codes.includes(it.event_code) && !isOurs(it) && isNew(it) && !this.answered.has(it.id),
			),
			isListed: listed.ok,
		});
	}
}
