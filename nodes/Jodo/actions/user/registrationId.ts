import { idField } from '../../fields';

export const registrationId = idField(
	'registrationId',
	'Registration ID of the User',
	'e.g. user_1234',
	"The parent's registration_id, as 'User: Register' returned it",
);
