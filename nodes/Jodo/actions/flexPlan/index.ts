import type { Resource } from '../operation';
import { get } from './get.operation';
import { set } from './set.operation';

export const flexPlan: Resource<'get' | 'set'> = {
	name: 'Flex Plan',
	description: 'The instalments that Jodo debits from a parent, month by month',
	operations: { get, set },
};
