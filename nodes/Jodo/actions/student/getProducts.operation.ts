import { pathOf } from '../../../shared/transport';
import type { Operation } from '../operation';
import { records } from '../../../shared/answers';
import { PRODUCTS } from './products';
import { studentId } from '../ids';

/** https://docs.jodo.in/student/api/list-products/ */
export const getProducts: Operation = {
	name: 'Get Products',
	action: 'Get the products of a student',
	description: 'See which ways to pay a student has and how far they are set up (List Products)',
	repeat: 'safe',
	fields: [
		studentId,
		{
			displayName: 'Product',
			name: 'productType',
			type: 'options',
			default: 'any',
			options: [{ name: 'Any', value: 'any' }, ...PRODUCTS],
		},
	],
	request: ({ studentId: id, productType }) => ({
		method: 'GET',
		path: pathOf`/erp/students/${id as string}/products`,
		qs: productType && productType !== 'any' ? { product_type: productType } : undefined,
	}),
	output: records,
};
