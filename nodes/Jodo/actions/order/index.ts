import type { Resource } from '../operation';
import { create } from './create.operation';
import { get } from './get.operation';

export const order: Resource<'create' | 'get'> = {
	name: 'Order',
	description: 'A checkout page that your own portal opens for the payer',
	operations: { create, get },
};
