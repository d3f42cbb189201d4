/** Jodo's webhook API, as far as the trigger needs it. */
import { explain } from '../shared/errors';
import type { JodoOutcome, Send } from '../shared/transport';
import { pathOf, UNREADABLE } from '../shared/transport';

export interface Webhook {
	id: string;
	event_code: string;
	url: string;
}

export interface NewWebhook {
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
	/** The webhook does not exist (any more). */
	isGone?: boolean;
}

export type Answer<T> = { ok: true; value: T } | Refusal;

/** Jodo's webhook API, as far as it is needed here. Nothing of it throws. */
export interface JodoWebhooks {
	list(): Promise<Answer<Webhook[]>>;
	add(webhook: NewWebhook): Promise<Answer<Partial<Webhook>>>;
	disable(id: string): Promise<Answer<unknown>>;
}

const WEBHOOKS = pathOf`/erp/webhooks`;
const KEYS_REFUSED = [401, 403];

function answerOf<T>(outcome: JodoOutcome, read: (data: unknown) => T | undefined): Answer<T> {
	if (outcome.kind === 'done') {
		const value = read(outcome.body.data);
		return value === undefined ? { ok: false, reason: UNREADABLE } : { ok: true, value };
	}
	const isRefused = outcome.kind === 'refused';
	const isAboutEvent = isRefused && !KEYS_REFUSED.includes(outcome.status);
	const { message, description } = explain(outcome);
	return {
		ok: false,
		reason: message,
		remedy: isAboutEvent ? undefined : description,
		isAboutEvent,
		isGone: isRefused && outcome.status === 404,
	};
}

function webhook(data: unknown): Partial<Webhook> {
	const { id, event_code, url } = (data ?? {}) as Record<string, unknown>;
	return {
		...(id !== undefined && { id: String(id) }),
		...(event_code !== undefined && { event_code: String(event_code) }),
		...(url !== undefined && { url: String(url) }),
	};
}

/** Jodo's webhook API over HTTP. https://docs.jodo.in/configuration/api/add-webhook/ */
export function jodoWebhooks(send: Send): JodoWebhooks {
	return {
		async list() {
			const outcome = await send({ method: 'GET', path: WEBHOOKS }, 'safe');
			return answerOf(outcome, (data) =>
				Array.isArray(data) ? (data.map(webhook) as Webhook[]) : undefined,
			);
		},
		async add(body) {
			// Repeating an Add only sets the same secret again.
			const outcome = await send({ method: 'POST', path: WEBHOOKS, body: { ...body } }, 'safe');
			return answerOf(outcome, webhook);
		},
		async disable(id) {
			const path = pathOf`/erp/webhooks/${id}`;
			return answerOf(await send({ method: 'DELETE', path }, 'safe'), () => true);
		},
	};
}
