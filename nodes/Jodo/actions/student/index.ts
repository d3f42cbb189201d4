import type { Resource } from '../operation';
import { get } from './get.operation';
import { getProducts } from './getProducts.operation';
import { register } from './register.operation';
import { update } from './update.operation';
import { updateFee } from './updateFee.operation';

export const student: Resource<'get' | 'getProducts' | 'register' | 'update' | 'updateFee'> = {
	name: 'Student',
	description: 'A student with fees, whose parent pays through Jodo',
	operations: { get, getProducts, register, update, updateFee },
};
