// Webhook subscriptions.
import { randomUUID } from 'node:crypto';
import type { Call, Operations } from '../api.mts';
import { invalidFields, notFound, refused } from '../errors.mts';
import { codesOf } from '../events.mts';
import type { State, Subscription } from '../state.mts';
import { knownBranch } from './configuration.mts';

type Sent = Omit<Subscription, 'id' | 'enabled' | 'failures'>;

export function webhookRoutes(state: State): Operations {
	const find = ({ params }: Call) =>
		state.subscriptions.find(({ id }) => id === params['webhook_id']);

	const existing = ({ event_code, collector_code, url }: Sent) => {
		const { readd, subscriptionKey, wakes } = state.settings;
		if (readd === 'second') return undefined;
		const same = state.subscriptions.filter(
			(one) =>
				one.event_code === event_code &&
				(subscriptionKey === 'event' || one.collector_code === collector_code),
		);
		const mayWake = (one: Subscription) => wakes === 'anyUrl' || one.url === url;
		return same.find(({ enabled }) => enabled) ?? same.find(mayWake);
	};

	return {
		addWebhook: ({ body }) => {
			const sent = body as Sent;
			if (!codesOf(sent.event_code, state.settings).includes(sent.event_code)) {
				const message = 'value is not one of the documented ones';
				throw invalidFields(state.settings, [{ key: 'event_code', message }]);
			}
			knownBranch(state.settings, sent.collector_code, true);

			let subscription = existing(sent);
			if (subscription) {
				// Only these can change afterwards: address and e-mail stay what they were.
				const { secret_key, header_key, header_value } = sent;
				const given = Object.entries({
					secret_key,
					header_key,
					header_value,
					enabled: true,
					failures: 0,
				});
				const changed = given.filter(([, value]) => value !== undefined);
				Object.assign(subscription, Object.fromEntries(changed));
			} else {
				subscription = { ...sent, id: randomUUID(), enabled: true, failures: 0 };
				state.subscriptions.push(subscription);
			}
			return { status: 201, body: { status: 'success', data: view(subscription) } };
		},

		listWebhooks: () => {
			const shown = state.subscriptions.filter(
				({ enabled }) => enabled || state.settings.listDisabled,
			);
			return { status: 200, body: { status: 'success', data: shown.map(view) } };
		},

		getWebhook: (call) => {
			const subscription = find(call);
			if (!subscription) throw notFound();
			return { status: 200, body: { status: 'success', data: view(subscription) } };
		},

		disableWebhook: (call) => {
			const subscription = find(call);
			if (!subscription) throw refused('No such webhook.');
			subscription.enabled = false;
			return { status: 200, body: { status: 'success' } };
		},
	};
}

function view({ id, event_code, failure_notification_email, url }: Subscription) {
	return { id, event_code, failure_notification_email, url };
}
