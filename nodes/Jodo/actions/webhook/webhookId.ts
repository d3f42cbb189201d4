import { idField } from '../../fields';

export const webhookId = idField(
	'webhookId',
	'Webhook ID',
	'e.g. 21d8f41b-aefd-4463-8179-55144f5f1ea5',
	"The ID that 'Webhook: Get Many' shows",
);
