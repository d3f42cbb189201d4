import { configuration } from './configuration';
import { getFlexPlan } from './flexPlan/get.operation';
import { setFlexPlan } from './flexPlan/set.operation';
import type { Operation, Resource } from './operation';
import { createOrder } from './order/create.operation';
import { getOrder } from './order/get.operation';
import { addPayment } from './payment/add.operation';
import { cancelPayment } from './payment/cancel.operation';
import { getPayments } from './payment/getAll.operation';
import { cancelPaymentLink } from './paymentLink/cancel.operation';
import { createPaymentLink } from './paymentLink/create.operation';
import { getPaymentLink } from './paymentLink/get.operation';
import { getStudent } from './student/get.operation';
import { getProducts } from './student/getProducts.operation';
import { registerStudent } from './student/register.operation';
import { updateStudent } from './student/update.operation';
import { updateFee } from './student/updateFee.operation';
import { getAccessToken } from './user/getAccessToken.operation';
import { registerUser } from './user/register.operation';
import { addWebhook } from './webhook/add.operation';
import { disableWebhook } from './webhook/disable.operation';
import { getWebhook } from './webhook/get.operation';
import { getWebhooks } from './webhook/getAll.operation';

/**
 * Every operation of the node. The drop-downs, the runner and the tests read it.
 * The keys are saved in users' workflows: they never change.
 */
export const registry = {
	configuration,
	flexPlan: {
		name: 'Flex Plan',
		description: 'The instalments that Jodo debits from a parent, month by month',
		operations: {
			get: getFlexPlan,
			set: setFlexPlan,
		},
	},
	order: {
		name: 'Order',
		description: 'A checkout page that your own portal opens for the payer',
		operations: {
			create: createOrder,
			get: getOrder,
		},
	},
	payment: {
		name: 'Payment',
		description: 'What a student has paid, through Jodo or recorded by the office',
		operations: {
			add: addPayment,
			cancel: cancelPayment,
			getAll: getPayments,
		},
	},
	paymentLink: {
		name: 'Payment Link',
		description: 'A link to a checkout page that you send to the payer',
		operations: {
			cancel: cancelPaymentLink,
			create: createPaymentLink,
			get: getPaymentLink,
		},
	},
	student: {
		name: 'Student',
		description: 'A student with fees, whose parent pays through Jodo',
		operations: {
			get: getStudent,
			getProducts,
			register: registerStudent,
			update: updateStudent,
			updateFee,
		},
	},
	user: {
		name: 'User',
		description: 'A parent or other payer',
		operations: {
			getAccessToken,
			register: registerUser,
		},
	},
	webhook: {
		name: 'Webhook',
		description: 'Where Jodo sends an event; the Jodo Trigger looks after its own by itself',
		operations: {
			add: addWebhook,
			disable: disableWebhook,
			get: getWebhook,
			getAll: getWebhooks,
		},
	},
} satisfies Record<string, Resource>;

export function findOperation(resource: string, operation: string): Operation | undefined {
	const { operations } = (registry as Record<string, Resource>)[resource] ?? {};
	return operations?.[operation];
}
