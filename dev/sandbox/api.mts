// Jodo's API: every request and every answer is held against openapi.yaml.
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import formats from 'ajv-formats';
import type { Request, RequestHandler, Response } from 'express';
import { OpenAPIBackend, type Context } from 'openapi-backend';
import {
	invalidFields,
	NO_SUCH_METHOD,
	NO_SUCH_PATH,
	Refusal,
	TOO_MANY,
	UNAUTHORIZED,
	type Answer,
	type FieldError,
} from './errors.mts';
import type { Effect, Faults } from './faults.mts';
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

	return async (request, response) => {
		const text = typeof request.body === 'string' ? request.body : '';
		const logged: LoggedRequest = {
			at: moment(),
			method: request.method,
			path: request.path,
			query: new URL(request.originalUrl, 'http://sandbox').search,
			body: masked(text),
			status: null,
		};
		state.requests.push(logged);
		const fault = faults.meet(logged, text);
		const send = async (status: number, body: unknown, headers: Record<string, string> = {}) => {
			logged.status = status;
			await reply(response, status, body, headers, fault);
		};

		if (fault.latencyMs) await sleep(fault.latencyMs);
		if (fault.stall) return;
		if (fault.cut === 'before') return void response.destroy();
		if (fault.limited) return send(TOO_MANY.status, TOO_MANY.body, fault.limited);
		if (fault.status && !fault.work) return send(fault.status, fault.body, fault.headers);

		const done = await work(request, text);
		if (fault.cut === 'after') return void response.destroy();
		if (fault.status) return send(fault.status, fault.body, fault.headers);
		const answer = 'answer' in fault ? { ...done, body: fault.answer } : done;
		const broken = violations(request, answer);
		if (broken.length > 0) {
			const message = `The sandbox broke its own contract: ${broken.join('; ')}`;
			console.error(`${request.method} ${request.path}: ${message}`);
			return send(500, { status: 'error', message });
		}
		const json = JSON.stringify(answer.body);
		const body = fault.truncate ? json.slice(0, json.length / 2) : answer.body;
		const type = fault.truncate && { 'content-type': 'application/json' };
		return send(answer.status, body, { ...fault.headers, ...type });
	};
}

async function reply(
	to: Response,
	status: number,
	body: unknown,
	headers: Record<string, string>,
	{ padding = 0, gzip, trickleMs }: Effect,
) {
	to.status(status);
	if (body !== undefined) to.type(typeof body === 'string' ? 'html' : 'json');
	const text = typeof body === 'object' ? JSON.stringify(body) : body;
	const plain = text === undefined ? undefined : ' '.repeat(padding) + String(text);
	if (gzip) to.set('content-encoding', 'gzip');
	const sent = gzip ? gzipSync(plain ?? '') : plain;
	to.set(headers);
	if (trickleMs === undefined) return void to.send(sent);
	for (const byte of Buffer.from(sent ?? '')) {
		to.write(Buffer.of(byte));
		await sleep(trickleMs);
		if (to.destroyed) return;
	}
	to.end();
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
