// Parents as Jodo's users, and the token that logs one in.
import { randomBytes } from 'node:crypto';
import type { Operations } from '../api.mts';
import { missing } from '../errors.mts';
import { moment, type State, type User } from '../state.mts';

/** Jodo publishes no lifetime. */
const TOKEN_MS = 15 * 60_000;

export function userRoutes(state: State): Operations {
	return {
		/** A user is unique by phone and e-mail: registering again finds the same one. */
		registerUser: ({ body }) => {
			const sent = body as Omit<User, 'registration_id'>;
			let user = state.users.find(
				({ phone, email }) =>
					phone === sent.phone && email.toLowerCase() === sent.email.toLowerCase(),
			);
			if (user) user.name = sent.name;
			else state.users.push((user = { ...sent, registration_id: `user_${state.next()}` }));
			const { registration_id } = user;
			return { status: 200, body: { status: 'success', data: { registration_id } } };
		},

		getAccessToken: ({ params }) => {
			const { registration_id } = userOf(state, params);
			const data = {
				access_token: randomBytes(24).toString('base64'),
				expires_at: moment(new Date(Date.now() + TOKEN_MS)),
			};
			state.tokens.push({ ...data, registration_id });
			return { status: 200, body: { status: 'success', data } };
		},
	};
}

export function userOf(state: State, params: Record<string, string>): User {
	const user = state.users.find((one) => one.registration_id === params['registration_id']);
	if (!user) throw missing(state.settings, 'User not found.');
	return user;
}
