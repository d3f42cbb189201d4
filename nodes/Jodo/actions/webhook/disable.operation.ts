import { pathOf } from '../../../shared/transport';
import type { Operation } from '../operation';
import { ifDone, records } from '../../../shared/answers';
import { getWebhooks } from './getAll.operation';
import { webhookId } from '../ids';

/** https://docs.jodo.in/configuration/api/disable-webhook/ */
export const disableWebhook: Operation = {
	name: 'Disable',
	action: 'Disable a webhook so that its payment event arrives nowhere',
	description:
		'Stop Jodo from sending an event: whoever received it, such as a ledger, hears of payments no more (Disable Webhook)',
	repeat: 'safe',
	fields: [webhookId],
	request: ({ webhookId: id }) => ({
		method: 'DELETE',
		path: pathOf`/erp/webhooks/${id as string}`,
	}),
	output: (answer, { webhookId: id }) => ifDone(answer, { success: true, webhook_id: id }),
	afterLostAnswer: {
		request: getWebhooks.request,
		wasDone: (answer, { webhookId: id }) =>
			records(answer)?.every((webhook) => String(webhook.id) !== id) ?? false,
	},
};
