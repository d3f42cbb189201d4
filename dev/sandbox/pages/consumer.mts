// Where a login link leads: at Jodo to the parent's pages, here to a page that says who came and what for.
import { Router } from 'express';
import type { State } from '../state.mts';
import { page } from './render.mts';

export function consumerPages(state: State) {
	const consumer = Router();
	consumer.get('/consumer/login-redirect', ({ query }, response) => {
		const token = state.tokens.find(({ access_token }) => access_token === query['access_token']);
		const user = state.users.find((one) => one.registration_id === token?.registration_id);
		if (!token || !user) return page(response, 401, 'message', { title: 'No such login link' });
		if (Date.parse(token.expires_at) <= Date.now()) {
			return page(response, 401, 'message', { title: 'This login link has expired' });
		}
		const id = query['jodo_student_id'];
		const student = id === undefined ? undefined : state.students.get(String(id));
		if (id !== undefined && student?.registration_id !== user.registration_id) {
			return page(response, 404, 'message', { title: 'This parent has no such student' });
		}
		if (query['product_type'] && !student) {
			return page(response, 400, 'message', { title: 'A product needs a student' });
		}
		page(response, 200, 'consumer', { user, student, token, query });
	});
	return consumer;
}
