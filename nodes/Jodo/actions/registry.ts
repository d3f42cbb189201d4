import { configuration } from './configuration';
import type { Operation, Resource } from './operation';
import { order } from './order';
import { paymentLink } from './paymentLink';

/**
 * Every operation of the node. The drop-downs, the runner and the tests read it.
 * The keys are saved in users' workflows: they never change.
 */
export const registry = { configuration, order, paymentLink } satisfies Record<string, Resource>;

export function findOperation(resource: string, operation: string): Operation | undefined {
	const { operations } = (registry as Record<string, Resource>)[resource] ?? {};
	return operations?.[operation];
}
