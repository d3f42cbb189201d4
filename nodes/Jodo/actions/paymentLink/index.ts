import type { Resource } from '../operation';
import { cancel } from './cancel.operation';
import { create } from './create.operation';
import { get } from './get.operation';

export const paymentLink: Resource<'cancel' | 'create' | 'get'> = {
	name: 'Payment Link',
	description: 'A link to a checkout page that you send to the payer',
	operations: { cancel, create, get },
};
