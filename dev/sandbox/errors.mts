// Jodo's ways of saying no.
import type { Settings } from './state.mts';

export interface Answer {
	status: number;
	body: unknown;
}

/** Thrown by a route; becomes the answer. */
export class Refusal extends Error {
	readonly answer: Answer;

	constructor(status: number, body: { message: string; [key: string]: unknown }) {
		super(body.message);
		this.answer = { status, body };
	}
}

export interface FieldError {
	key: string;
	message: string;
}

/** Invalid data. The documentation names a code but shows no body; live answers look different. */
export function invalid(settings: Settings, message: string, errors: FieldError[] = []): Refusal {
	if (settings.errorStyle === 'E0000') {
		const error_type = 'BadRequestError';
		return new Refusal(400, { message, status: 'error', error_type, code: 'E0000', errors });
	}
	const text = [message, ...errors.map(({ key, message: why }) => `${key}: ${why}`)].join(' ');
	return refused(text);
}

export const invalidFields = (settings: Settings, errors: FieldError[]) =>
	invalid(settings, 'Invalid payload!', errors);

/** Valid data, but not in this state. */
export const refused = (message: string) =>
	new Refusal(400, { status: 'error', code: 'HUE00000', message });

/** What a student, a user or a payment that is not there gets: no page shows the body. */
export function missing({ errorStyle }: Settings, message: string): Refusal {
	const body = { status: 'error', message };
	if (errorStyle === 'HUE') return new Refusal(404, { ...body, code: 'HUE00001' });
	return new Refusal(404, { ...body, error_type: 'NotFoundError', code: 'E0000', errors: [] });
}

export const notFound = () =>
	new Refusal(404, { status: 'error', code: 'HUE00001', message: 'Resource not found.' });

export const UNAUTHORIZED: Answer = {
	status: 401,
	body: {
		message: 'Invalid credentials, please check!',
		status: 'error',
		error_type: 'UnauthorizedError',
	},
};
/** From the gateway in front of Jodo, hence the other shape. */
export const NO_SUCH_PATH: Answer = { status: 404, body: { message: 'Not Found' } };
export const NO_SUCH_METHOD: Answer = { status: 405, body: { message: 'Method Not Allowed' } };
export const TOO_MANY: Answer = { status: 429, body: { message: 'Too many requests.' } };
