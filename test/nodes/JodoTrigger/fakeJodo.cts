/** Jodo's webhooks in memory, by the documented upsert rule and its alternative readings. */
import type { Answer, JodoWebhooks, NewWebhook, Webhook } from '../../../nodes/JodoTrigger/client';

export interface Stored extends NewWebhook {
	id: string;
	enabled: boolean;
}

export interface FakeSettings {
	/** What there is one webhook for. */
	key: 'event' | 'event+branch';
	/** Adding again changes the secret, or makes a second webhook. */
	readd: 'update' | 'second';
	/** A disabled webhook: gone, woken up where it pointed, or woken if it is the same address. */
	disabled: 'gone' | 'woken' | 'wokenAtSameUrl';
	listDisabled: boolean;
	/** Codes that Jodo does not know. */
	unknownCodes: string[];
	branches: string[];
	/** Answers of Add and Disable hold no data. */
	bareAnswers: boolean;
}

const DEFAULTS: FakeSettings = {
	key: 'event',
	readd: 'update',
	disabled: 'wokenAtSameUrl',
	listDisabled: false,
	unknownCodes: [],
	branches: [],
	bareAnswers: false,
};

type Call = ['list'] | ['add', NewWebhook] | ['disable', string];

export class FakeJodo implements JodoWebhooks {
	stored: Stored[] = [];
	calls: Call[] = [];
	/** The most calls that were under way at once. */
	mostAtOnce = 0;
	/** Decides by the number of the call, from 1, whether it fails; `done`: the work is done, the answer lost. */
	fails: (call: Call, number: number) => undefined | 'refused' | 'lost' | 'done' = () => undefined;
	readonly settings: FakeSettings;
	#underWay = 0;
	#ids = 0;

	constructor(settings: Partial<FakeSettings> = {}) {
		this.settings = { ...DEFAULTS, ...settings };
	}

	/** What Jodo would deliver to, in the order of codes. */
	get active(): Array<[code: string, url: string, secret?: string, branch?: string]> {
		return this.stored
			.filter(({ enabled }) => enabled)
			.map(({ event_code, url, secret_key, collector_code }): [string, string, string?, string?] =>
				collector_code
					? [event_code, url, secret_key, collector_code]
					: [event_code, url, secret_key],
			)
			.sort(([a], [b]) => (a < b ? -1 : 1));
	}

	/** Something that was there before. */
	put(event_code: string, url: string, more: Partial<Stored> = {}): Stored {
		const stored: Stored = {
			id: `w${++this.#ids}`,
			event_code,
			url,
			failure_notification_email: 'old@example.com',
			secret_key: `secret of ${url}`,
			enabled: true,
			...more,
		};
		this.stored.push(stored);
		return stored;
	}

	async #call<T>(call: Call, work: () => Answer<T>): Promise<Answer<T>> {
		const number = this.calls.push(call);
		this.#underWay++;
		this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
		await new Promise(setImmediate);
		this.#underWay--;
		const fault = this.fails(call, number);
		if (fault === undefined) return work();
		if (fault === 'done') work();
		return {
			ok: false,
			reason: fault === 'refused' ? 'no such thing [E0000]' : 'Jodo did not answer',
			...(fault === 'refused' && { isAboutEvent: true }),
			remedy: 'Try again later',
		};
	}

	list() {
		return this.#call<Webhook[]>(['list'], () => ({
			ok: true,
			value: this.stored
				.filter(({ enabled }) => enabled || this.settings.listDisabled)
				.map(({ id, event_code, url }) => ({ id, event_code, url })),
		}));
	}

	add(webhook: NewWebhook) {
		return this.#call<Partial<Webhook>>(['add', webhook], () => {
			const { key, readd, disabled, unknownCodes, branches, bareAnswers } = this.settings;
			const { event_code, collector_code, url, secret_key } = webhook;
			if (unknownCodes.includes(event_code)) {
				return { ok: false, reason: `unknown event ${event_code}`, isAboutEvent: true };
			}
			if (branches.length && !branches.includes(collector_code ?? '')) {
				return { ok: false, reason: 'collector_code: unknown', isAboutEvent: true };
			}
			let found =
				readd === 'second'
					? undefined
					: this.stored.find(
							(one) =>
								one.event_code === event_code &&
								(key === 'event' || one.collector_code === collector_code) &&
								(one.enabled ||
									disabled === 'woken' ||
									(disabled === 'wokenAtSameUrl' && one.url === url)),
						);
			if (found) Object.assign(found, { enabled: true, ...(secret_key && { secret_key }) });
			else found = this.put(event_code, url, { secret_key, ...webhook });
			const { id } = found;
			return {
				ok: true,
				value: bareAnswers
					? {}
					: {
							id,
							event_code,
							url: found.url,
							failure_notification_email: found.failure_notification_email,
						},
			};
		});
	}

	disable(id: string) {
		return this.#call<unknown>(['disable', id], () => {
			const found = this.stored.find(
				(one) => one.id === id && (one.enabled || this.settings.listDisabled),
			);
			if (!found) return { ok: false, reason: 'No such webhook.', isAboutEvent: true };
			found.enabled = false;
			return { ok: true, value: true };
		});
	}
}
