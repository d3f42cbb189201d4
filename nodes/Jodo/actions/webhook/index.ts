import type { Resource } from '../operation';
import { add } from './add.operation';
import { disable } from './disable.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';

export const webhook: Resource<'add' | 'disable' | 'get' | 'getAll'> = {
	name: 'Webhook',
	description: 'Where Jodo sends an event; the Jodo Trigger looks after its own by itself',
	operations: { add, disable, get, getAll },
};
