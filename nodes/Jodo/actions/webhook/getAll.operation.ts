import { pathOf } from '../../../shared/transport';
import type { Operation } from '../operation';
import { records } from '../../../shared/answers';

/** https://docs.jodo.in/configuration/api/list-webhooks/ */
export const getWebhooks: Operation = {
	name: 'Get Many',
	action: 'Get many webhooks',
	description: 'All events that Jodo sends somewhere, and to which address (List Webhooks)',
	repeat: 'safe',
	fields: [],
	request: () => ({ method: 'GET', path: pathOf`/erp/webhooks` }),
	output: records,
};
