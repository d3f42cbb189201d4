import { configuration } from './configuration';
import { flexPlan } from './flexPlan';
import type { Operation, Resource } from './operation';
import { order } from './order';
import { payment } from './payment';
import { paymentLink } from './paymentLink';
import { student } from './student';
import { user } from './user';
import { webhook } from './webhook';

/**
 * Every operation of the node. The drop-downs, the runner and the tests read it.
 * The keys are saved in users' workflows: they never change.
 */
export const registry = {
	configuration,
	flexPlan,
	order,
	payment,
	paymentLink,
	student,
	user,
	webhook,
} satisfies Record<string, Resource>;

export function findOperation(resource: string, operation: string): Operation | undefined {
	const { operations } = (registry as Record<string, Resource>)[resource] ?? {};
	return operations?.[operation];
}
