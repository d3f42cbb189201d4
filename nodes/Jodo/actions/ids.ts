/** The ids in the paths of requests: each has one name, one label and one explanation in every operation. */
import { codeField, requiredText } from '../fields';

const idField = (name: string, displayName: string, example: string, description: string) =>
	requiredText(name, displayName, { placeholder: `e.g. ${example}`, description });

export const orderId = idField(
	'orderId',
	'Order ID',
	'order_12345',
	'The order_id that Create returned',
);

export const registrationId = {
	...idField(
		'registrationId',
		"Parent's Registration ID",
		'user_1234',
		'The registration_id that Jodo gave the parent',
	),
	hint: "From 'User: Register'",
};

export const studentId = idField(
	'studentId',
	'Jodo Student ID',
	'6356',
	"Jodo's own ID of the student (jodo_student_id), not the admission number",
);

export const transactionId = idField(
	'transactionId',
	'Transaction ID',
	'tra_1234',
	'The one given when it was added',
);

/** Picked by what it does: an ID says nothing, and to disable the wrong one is dangerous. */
export const webhookId = codeField(
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
