import { pathOf } from '../../../shared/transport';
import type { Operation } from '../operation';
import { record } from '../../../shared/answers';
import { webhookId } from '../ids';

/** https://docs.jodo.in/configuration/api/get-webhook/ */
export const getWebhook: Operation = {
	name: 'Get',
	action: 'Get a webhook',
	description: 'See where Jodo sends an event (Get Webhook)',
	repeat: 'safe',
	fields: [webhookId],
	request: ({ webhookId: id }) => ({ method: 'GET', path: pathOf`/erp/webhooks/${id as string}` }),
	output: record,
};
