import type { Resource } from '../operation';
import { add } from './add.operation';
import { cancel } from './cancel.operation';
import { getAll } from './getAll.operation';

export const payment: Resource<'add' | 'cancel' | 'getAll'> = {
	name: 'Payment',
	description: 'What a student has paid, through Jodo or recorded by the office',
	operations: { add, cancel, getAll },
};
