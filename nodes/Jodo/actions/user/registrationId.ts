import { requiredText } from '../../fields';

export const registrationId = requiredText('registrationId', "Parent's Registration ID", {
	placeholder: 'e.g. user_1234',
	hint: "From 'User: Register'",
	description: 'The registration_id that Jodo gave the parent',
});
