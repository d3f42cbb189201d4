import { z } from 'zod/v3';

import { sameEmail, samePhone } from '../../createOnce';
import { requiredText } from '../../fields';
import { pathOf } from '../../../shared/transport';
import { row } from '../../rows';
import { email, phone, text } from '../../values';
import type { Operation } from '../operation';
import { record } from '../../../shared/answers';

/** https://docs.jodo.in/user/api/register-user/ */
export const registerUser: Operation = {
	name: 'Register',
	action: 'Register a user',
	description:
		'Tell Jodo of a parent who pays; needed before students can be registered (Register User)',
	repeat: 'never',
	once: {
		words: 'the same phone number and email address',
		essentials: z.object({ body: z.object({ phone: samePhone(), email: sameEmail() }) }),
	},
	fields: [],
	body: {
		fields: [
			requiredText('name', 'Name', { placeholder: 'e.g. Asha Rao' }),
			requiredText('phone', 'Phone', {
				placeholder: 'e.g. 9876543210',
				description:
					'Mobile number with at least 10 digits. Phone and email together tell users apart.',
			}),
			requiredText('email', 'Email', { placeholder: 'e.g. name@example.com' }),
		],
		schema: row({ name: text(), phone: phone(), email: email() }),
		sample: { name: 'Customer Name', phone: '9876543210', email: 'you@example.com' },
	},
	request: ({ body }) => ({ method: 'POST', path: pathOf`/erp/users/register`, body }),
	output: (answer) => {
		const registration_id = record(answer)?.registration_id;
		return registration_id ? { registration_id } : undefined;
	},
	afterUnknown: 'Look in the Jodo dashboard for a user with this phone number and email address',
};
