// Sends events to their subscriptions: signed, logged, one attempt each.
import { createHmac, randomUUID } from 'node:crypto';
import { codesOf } from './events.mts';
import { moment, type Delivery, type State, type Subscription } from './state.mts';

/** Jodo publishes no number. */
const TIMEOUT_MS = 10_000;
const KEPT_OF_ANSWER = 500;

interface Fact {
	event: string;
	event_id: string;
	timestamp: number;
	payload: unknown;
}

export const sign = (body: string, secret: string) =>
	createHmac('sha256', secret).update(body).digest('hex');

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
				.map((one) => this.#send(one, { event: code, event_id, timestamp, payload }, 1)),
		);
		return Promise.all(sent);
	}

	/** The same fact once more, as Jodo's retry would bring it; undefined if its subscription is gone. */
	async resend(delivery: Delivery): Promise<Delivery | undefined> {
		const to = this.#state.subscriptions.find(({ id }) => id === delivery.subscription_id);
		return to && this.#send(to, JSON.parse(delivery.body) as Fact, delivery.attempt + 1);
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

	async #send(to: Subscription, fact: Fact, attempt: number): Promise<Delivery> {
		const event_id = this.#state.settings.eventIds === 'perEvent' ? fact.event_id : randomUUID();
		const { event, timestamp, payload } = fact;
		const body = JSON.stringify({ event_id, event, version: '1.0', timestamp, payload });
		const headers: Record<string, string> = { 'content-type': 'application/json' };
		if (to.secret_key) headers['x-jodo-signature'] = sign(body, to.secret_key);

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
		return delivery;
	}
}
