// Sends events to their subscriptions: signed, logged, tried again until they are accepted, at last given up.
import { createHmac, randomUUID } from 'node:crypto';
import { codesOf } from './events.mts';
import { moment, type Delivery, type State, type Subscription } from './state.mts';

/** Jodo publishes no number. */
const TIMEOUT_MS = 10_000;
const KEPT_OF_ANSWER = 500;
/** So many failures without a success disable a subscription. */
const PATIENCE = { uat: 10, live: 100 };

/** What a failure may mean, for the mail about it. */
const HINTS: Array<[from: number, to: number, hint: string]> = [
	[300, 399, 'It redirects elsewhere. Jodo does not follow: give the final address.'],
	[401, 403, 'The receiver refused the signature or the header: compare the secrets.'],
	[404, 404, 'Nothing listens at this address: is the workflow published?'],
	[400, 499, 'The receiver did not accept the request.'],
	[500, 599, 'The receiver failed by itself: see its log.'],
];
const NO_ANSWER = 'No answer came: is the receiver running, and reachable from here?';

interface Fact {
	event: string;
	event_id: string;
	timestamp: number;
	payload: unknown;
}

interface How {
	attempt?: number;
	/** With a signature that is wrong. */
	forged?: boolean;
	/** Whether the event_id is a new one; without it, as set. */
	freshEventId?: boolean;
}

export const sign = (body: string, secret: string) =>
	createHmac('sha256', secret).update(body).digest('hex');

export const accepted = ({ status }: Delivery) => status !== null && status >= 200 && status < 300;

export class Deliveries {
	readonly #state: State;
	readonly #stopping = new AbortController();

	constructor(state: State) {
		this.#state = state;
	}

	/** Sends an event under every code and to every subscription it belongs to. */
	async raise(event: string, payload: unknown, branch?: string): Promise<Delivery[]> {
		const { settings, subscriptions } = this.#state;
		const event_id = randomUUID();
		const timestamp = Math.floor(Date.now() / 1000);
		const sent = codesOf(event, settings).flatMap((code) =>
			subscriptions
				.filter((one) => one.enabled && one.event_code === code && this.#covers(one, branch))
				.map((one) => this.#send(one, { event: code, event_id, timestamp, payload })),
		);
		return Promise.all(sent);
	}

	/** The same fact once more, in place of a retry still to come; undefined if its subscription is gone. */
	async resend(delivery: Delivery, how: How = {}): Promise<Delivery | undefined> {
		const to = this.#state.subscriptions.find(({ id }) => id === delivery.subscription_id);
		if (!to) return undefined;
		const fact = JSON.parse(delivery.body) as Fact;
		if (!how.forged) delivery.retry_at = null;
		return this.#send(to, fact, { attempt: delivery.attempt + 1, ...how });
	}

	/** Sends what is due again. Called by the clock: nothing is left ticking after a reset. */
	retryDue() {
		for (const delivery of this.#state.deliveries) {
			if (!delivery.retry_at || Date.parse(delivery.retry_at) > Date.now()) continue;
			delivery.retry_at = null;
			const { enabled } =
				this.#state.subscriptions.find(({ id }) => id === delivery.subscription_id) ?? {};
			if (enabled) void this.resend(delivery);
		}
	}

	/** Ends what is under way, so that a server can stop at once. */
	stop() {
		this.#stopping.abort(new Error('The sandbox stopped'));
	}

	/** With one URL per event for the whole institute, a branch says nothing. */
	#covers(subscription: Subscription, branch: string | undefined) {
		if (this.#state.settings.subscriptionKey === 'event') return true;
		return !subscription.collector_code || !branch || subscription.collector_code === branch;
	}

	async #send(to: Subscription, fact: Fact, how: How = {}): Promise<Delivery> {
		const { repeatKeeps } = this.#state.settings;
		const keeps = (what: string) => repeatKeeps === what || repeatKeeps === 'both';
		const { attempt = 1, forged = false, freshEventId = !keeps('event_id') } = how;
		const event_id = freshEventId ? randomUUID() : fact.event_id;
		const { event, payload } = fact;
		// Two in one second still differ.
		const isFresh = attempt > 1 && !keeps('timestamp');
		const timestamp = isFresh
			? Math.max(Math.floor(Date.now() / 1000), fact.timestamp + attempt - 1)
			: fact.timestamp;
		const body = JSON.stringify({ event_id, event, version: '1.0', timestamp, payload });
		const headers: Record<string, string> = { 'content-type': 'application/json' };
		if (forged) headers['x-jodo-signature'] = sign(body, randomUUID());
		else if (to.secret_key) headers['x-jodo-signature'] = sign(body, to.secret_key);

		const delivery: Delivery = {
			id: randomUUID(),
			subscription_id: to.id,
			event,
			event_id,
			url: to.url,
			attempt,
			at: moment(),
			headers: { ...headers, ...(to.header_key && { [to.header_key]: '***' }) },
			body,
			forged,
			retry_at: null,
			status: null,
			error: null,
			response: '',
			ms: 0,
		};
		this.#state.deliveries.push(delivery);
		const started = performance.now();
		try {
			if (to.header_key) headers[to.header_key] = to.header_value ?? '';
			const response = await fetch(to.url, {
				method: 'POST',
				headers,
				body,
				redirect: 'manual',
				signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), this.#stopping.signal]),
			});
			delivery.status = response.status;
			delivery.response = (await response.text()).slice(0, KEPT_OF_ANSWER);
		} catch (error) {
			const { cause, message } = error as Error;
			delivery.error = cause instanceof Error ? cause.message : message;
		}
		delivery.ms = Math.round(performance.now() - started);
		// A forgery ought to be refused: that says nothing about the subscription.
		if (!forged && this.#state.subscriptions.includes(to)) this.#judge(to, delivery);
		return delivery;
	}

	#judge(to: Subscription, delivery: Delivery) {
		if (accepted(delivery)) {
			to.failures = 0;
			return;
		}
		const { retrySchedule, retrySpeed, environment } = this.#state.settings;
		to.failures += 1;
		const wait = retrySchedule[delivery.attempt - 1];
		if (to.failures >= PATIENCE[environment]) to.enabled = false;
		else if (wait !== undefined) {
			delivery.retry_at = new Date(Date.now() + (wait * 1000) / retrySpeed).toISOString();
		}
		this.#report(to, delivery);
	}

	#report(to: Subscription, { event, status, error, body, attempt, retry_at }: Delivery) {
		const found = HINTS.find(
			([from, until]) => status !== null && status >= from && status <= until,
		);
		const next = retry_at ? 'It will be tried again.' : 'It will not be tried again.';
		const text = [
			`${event} could not be delivered to ${to.url} (attempt ${attempt}).`,
			`Response code: ${status ?? `none (${error})`}`,
			`Hint: ${found?.[2] ?? NO_ANSWER}`,
			to.enabled
				? next
				: `After ${to.failures} failures without a success this subscription is disabled. Add the webhook again to wake it.`,
			`Payload:\n${JSON.stringify(JSON.parse(body), null, 2)}`,
		];
		this.#state.mails.push({
			id: randomUUID(),
			at: moment(),
			from: 'webhooks@sandbox.example.com',
			to: to.failure_notification_email.split(',').map((address) => address.trim()),
			subject: `${to.enabled ? 'Webhook failed' : 'Webhook disabled'}: ${event}`,
			text: text.join('\n\n'),
			html: '',
		});
	}
}
