/** Jodo's webhook API, as far as the trigger needs it. */
import { explain } from '../shared/errors';
import type { JodoOutcome, Send } from '../shared/transport';
import { pathOf, UNREADABLE } from '../shared/transport';

/** An address registered at Jodo for an event. */
export interface Webhook {
	id: string;
	event_code: string;
	url: string;
	failure_notification_email?: string;
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

const COLUMNS = ['id', 'event_code', 'url', 'failure_notification_email'] as const;

function webhook(data: unknown): Partial<Webhook> {
	const given = (data ?? {}) as Record<string, unknown>;
	const known = COLUMNS.filter((name) => given[name] !== undefined && given[name] !== null);
	return Object.fromEntries(
		known.map((name) => {
			const text = String(given[name]);
			// In capitals it is the same event, and whoever gets it has to be seen.
			return [name, name === 'event_code' ? text.trim().toLowerCase() : text];
		}),
	);
}

/** Without its id nothing could be removed, and a DELETE would go to all of them. */
function webhooks(data: unknown): Webhook[] | undefined {
	const all = Array.isArray(data) ? data.map(webhook) : [{}];
	return all.every(({ id }) => id?.trim()) ? (all as Webhook[]) : undefined;
}

/** Jodo's webhook API over HTTP. https://docs.jodo.in/configuration/api/add-webhook/ */
export function jodoWebhooks(send: Send): JodoWebhooks {
	return {
		async list() {
			const outcome = await send({ method: 'GET', path: WEBHOOKS }, 'safe');
			return answerOf(outcome, webhooks);
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

const AT_ONCE = 5;

/** Runs `work` on all items, a few at a time, and starts nothing new once one of them returned false. */
export async function inParallel<T>(items: Iterable<T>, work: (item: T) => Promise<boolean>) {
	const queue = [...items];
	const worker = async () => {
		for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
			if (!(await work(item))) queue.length = 0;
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

export interface Removal {
	stayed: Webhook[];
	/** Why, in Jodo's words. */
	reason: string;
}

/** Disables all of them; those that Jodo no longer lists count as gone. */
export async function disableAll(
	jodo: JodoWebhooks,
	webhooks: Iterable<Webhook>,
): Promise<Removal> {
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
