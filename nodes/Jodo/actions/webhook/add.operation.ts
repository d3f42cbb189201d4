import { additionalFields, branch, codeField, requiredText, textField } from '../../fields';
import { pathOf } from '../../../shared/transport';
import { row } from '../../rows';
import { emails, id, text, webAddress } from '../../values';
import type { Operation } from '../operation';
import { record } from '../../../shared/answers';

/** https://docs.jodo.in/configuration/api/add-webhook/ */
export const addWebhook: Operation = {
	name: 'Add',
	action: 'Add a webhook that sends an event to another system',
	description:
		'Tell Jodo to send an event to an address of another system; the Jodo Trigger does this for n8n by itself. For an event that has an address already, only secret and header change (Add Webhook).',
	repeat: 'safe',
	fields: [],
	body: {
		fields: [
			{
				...codeField({
					displayName: 'Event',
					name: 'eventCode',
					searchListMethod: 'searchEvents',
					placeholder: 'e.g. order.payment.settled',
					description: 'What is reported to the address',
				}),
				required: true,
			},
			requiredText('url', 'URL', {
				placeholder: 'e.g. https://erp.example.com/jodo',
				description: 'Where Jodo sends the event',
			}),
			requiredText('failureNotificationEmail', 'Failure Notification Email', {
				placeholder: 'e.g. name@example.com',
				description:
					'Whom Jodo tells when it cannot deliver an event; several are separated by commas',
			}),
			additionalFields([
				branch(),
				textField('headerKey', 'Header Name', {
					placeholder: 'e.g. X-ERP-Token',
					description: 'A header that Jodo adds to every delivery',
				}),
				textField('headerValue', 'Header Value', {
					typeOptions: { password: true },
					description: 'Masked here, but it lies in clear in the saved workflow',
				}),
				textField('secretKey', 'Secret Key', {
					typeOptions: { password: true },
					description:
						'Jodo signs every delivery with it. Masked here, but it lies in clear in the saved workflow.',
				}),
			]),
		],
		schema: row({
			event_code: id(),
			url: webAddress(),
			failure_notification_email: emails(),
			collector_code: id().optional(),
			secret_key: text().optional(),
			header_key: text().optional(),
			header_value: text().optional(),
		}),
		sample: {
			event_code: 'order.payment.settled',
			url: 'https://example.com/jodo-webhooks',
			failure_notification_email: 'you@example.com',
		},
	},
	request: ({ body }) => ({ method: 'POST', path: pathOf`/erp/webhooks`, body }),
	output: record,
};
