import { explain } from '../shared/errors';
import type { JodoOutcome, Send } from '../shared/transport';
import { pathOf, UNREADABLE } from '../shared/transport';
import type { Answer, JodoWebhooks, Subscription } from './registrations';

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

function subscription(data: unknown): Partial<Subscription> {
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
				Array.isArray(data) ? (data.map(subscription) as Subscription[]) : undefined,
			);
		},
		async add(body) {
			// Repeating an Add only sets the same secret again.
			const outcome = await send({ method: 'POST', path: WEBHOOKS, body: { ...body } }, 'safe');
			return answerOf(outcome, subscription);
		},
		async disable(id) {
			const path = pathOf`/erp/webhooks/${id}`;
			return answerOf(await send({ method: 'DELETE', path }, 'safe'), () => true);
		},
	};
}
