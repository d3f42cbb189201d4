import type { Resource } from '../operation';
import { getAccessToken } from './getAccessToken.operation';
import { register } from './register.operation';

export const user: Resource<'getAccessToken' | 'register'> = {
	name: 'User',
	description: 'A parent or other payer',
	operations: { getAccessToken, register },
};
