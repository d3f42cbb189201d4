import type { INodeProperties } from 'n8n-workflow';

import { codeField } from '../../fields';

/** Picked by what it does: an ID says nothing, and to disable the wrong one is dangerous. */
export const webhookId: INodeProperties = codeField(
	{
		displayName: 'Webhook',
		name: 'webhookId',
		searchListMethod: 'searchWebhooks',
		placeholder: 'e.g. 21d8f41b-aefd-4463-8179-55144f5f1ea5',
		description: "An event and the address it goes to, or the ID that 'Webhook: Get Many' shows",
		required: true,
	},
	{ displayName: 'By ID', name: 'id' },
);
