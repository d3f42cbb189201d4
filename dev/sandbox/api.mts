// Jodo's API: every request and every answer is held against openapi.yaml.
import { fileURLToPath } from 'node:url';
import formats from 'ajv-formats';
import type { Request, RequestHandler } from 'express';
import { OpenAPIBackend, type Context } from 'openapi-backend';
import {
	invalidFields,
	NO_SUCH_METHOD,
	NO_SUCH_PATH,
	Refusal,
	UNAUTHORIZED,
	type Answer,
	type FieldError,
} from './errors.mts';
import { befall, type Faults } from './faults.mts';
import { replyOf, send } from './reply.mts';
import { moment, type LoggedRequest, type State } from './state.mts';

export interface Call {
	params: Record<string, string>;
	query: Record<string, string | undefined>;
	/** Checked against the operation's schema. */
	body: unknown;
	/** Where this sandbox is reached, for addresses in answers. */
	origin: string;
}

/** What an operation of openapi.yaml does; it may throw a Refusal. */
export type Operations = Record<string, (call: Call) => Answer>;

interface Options {
	state: State;
	faults: Faults;
	operations: Operations;
	keys: { key: string; secret: string };
	publicUrl: string | undefined;
	/** Runs before each call: time may have changed what it will find. */
	before: () => void;
}

const CONTRACT = fileURLToPath(new URL('./openapi.yaml', import.meta.url));
const PREFIX = '/api/v1/integrations';
const MASKED = ['secret_key', 'header_value'];

export async function createApi(options: Options): Promise<RequestHandler> {
	const { state, faults, keys, operations } = options;
	const expected = `Basic ${Buffer.from(`${keys.key}:${keys.secret}`).toString('base64')}`;

	const handlers = Object.entries(operations).map(([id, run]) => [
		id,
		({ request }: Context, origin: string): Answer =>
			run({
				params: request.params as Call['params'],
				query: request.query as Call['query'],
				body: request.requestBody,
				origin,
			}),
	]);
	const api = new OpenAPIBackend({
		definition: CONTRACT,
		apiRoot: PREFIX,
		strict: true,
		ajvOpts: { allErrors: true },
		customizeAjv: (ajv) => (formats.default(ajv), ajv),
		securityHandlers: {
			basic: ({ request }: Context) => request.headers['authorization'] === expected,
		},
		handlers: {
			...Object.fromEntries(handlers),
			notFound: () => NO_SUCH_PATH,
			methodNotAllowed: () => NO_SUCH_METHOD,
			unauthorizedHandler: () => UNAUTHORIZED,
			validationFail: ({ validation }: Context) => {
				throw invalidFields(state.settings, fieldErrors(validation.errors ?? []));
			},
		},
	});
	await api.init();
	const missing = api.router.getOperations().filter(({ operationId: id }) => !operations[id ?? '']);
	if (missing.length > 0) {
		throw new Error(`No route for ${missing.map(({ operationId }) => operationId).join(', ')}`);
	}

	async function work(request: Request, text: string): Promise<Answer> {
		options.before();
		try {
			const call = {
				method: request.method,
				path: request.path,
				query: request.query as Record<string, string>,
				headers: request.headers as Record<string, string>,
				body: text || undefined,
			};
			const origin = options.publicUrl ?? `http://${request.headers.host}`;
			return (await api.handleRequest(call, origin)) as Answer;
		} catch (error) {
			if (error instanceof Refusal) return coded(request, error.answer);
			throw error;
		}
	}

	const operationOf = ({ method, path }: Request) =>
		api.matchOperation({ method, path, headers: {} });

	/** Some operations have error codes of another family, with the same numbers. */
	function coded(request: Request, { status, body }: Answer): Answer {
		const family = (operationOf(request) as { 'x-error-codes'?: string })['x-error-codes'];
		const { code, ...rest } = body as { code?: string };
		if (!family || !code) return { status, body };
		return { status, body: { ...rest, code: code.replace('HUE', family) } };
	}

	/** What is wrong with an answer by the contract. */
	function violations(request: Request, answer: Answer): string[] {
		const operation = operationOf(request);
		if (!operation) return [];
		if (!operation.responses?.[answer.status]) return [`status ${answer.status} is not described`];
		const { errors } = api.validateResponse(answer.body, operation, answer.status);
		return (errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
	}

	let underWay = 0;

	return async (request, response) => {
		const text = typeof request.body === 'string' ? request.body : '';
		const logged: LoggedRequest = {
			at: moment(),
			method: request.method,
			path: request.path,
			query: new URL(request.originalUrl, 'http://sandbox').search,
			body: masked(text),
			status: null,
			underWay: ++underWay,
		};
		state.requests.push(logged);
		response.once('close', () => underWay--);
		const reply = await befall(faults.meet(logged, text), {
			response,
			work: async (instead) => {
				const answer = { ...(await work(request, text)), ...instead };
				const broken = violations(request, answer);
				if (broken.length === 0) return replyOf(answer);
				const message = `The sandbox broke its own contract: ${broken.join('; ')}`;
				console.error(`${request.method} ${request.path}: ${message}`);
				return replyOf({ status: 500, body: { status: 'error', message } });
			},
		});
		if (!reply) return;
		logged.status = reply.status;
		await send(response, reply);
	};
}

/** What was sent, fit to be shown. */
function masked(text: string): unknown {
	if (!text) return undefined;
	try {
		return JSON.parse(text, (key, value: unknown) => (MASKED.includes(key) ? '***' : value));
	} catch {
		return text;
	}
}

interface SchemaError {
	keyword: string;
	instancePath: string;
	message?: string;
	params: Record<string, unknown>;
}

/** One error per field, named by its path as `details.0.amount`. */
function fieldErrors(errors: SchemaError[]): FieldError[] {
	const found = new Map<string, string>();
	for (const { keyword, instancePath, message, params } of errors) {
		const path = instancePath.split('/').slice(2);
		const extra = params['missingProperty'] ?? params['additionalProperty'];
		if (extra !== undefined) path.push(String(extra));
		const key = path.join('.') || 'body';
		const why: Record<string, string> = {
			required: 'field required',
			additionalProperties: 'field is not documented',
			enum: 'value is not one of the documented ones',
		};
		if (!found.has(key)) found.set(key, why[keyword] ?? message ?? keyword);
	}
	return [...found].map(([key, message]) => ({ key, message }));
}
