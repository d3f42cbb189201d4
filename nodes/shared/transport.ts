import { sleep } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	IHookFunctions,
	IHttpRequestMethods,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

import { baseUrlOf, faultOf } from './environments';
import type { Pace } from './pace';
import { pause } from './pause';

/** Every path of Jodo's API begins with this. https://docs.jodo.in/getting-started/api-structure/ */
export const API = '/api/v1/integrations';

export interface JodoRequest {
	method: IHttpRequestMethods;
	/** Begins with a slash; ids in it are URL-encoded (`pathOf`). */
	path: string;
	qs?: IDataObject;
	body?: IDataObject;
}

/**
 * How a request ended, told by what is known about the work at Jodo:
 * - `done`: a 2xx whose body can be read (empty counts as `{}`);
 * - `refused`: Jodo said no (4xx, or `status: error`); nothing was done;
 * - `notSent`: the request did not reach Jodo, or Jodo turned it away unread (429); nothing was done;
 * - `unknown`: it may or may not have been done.
 */
export type JodoOutcome = {
	/** An earlier attempt of this call ended `unknown`. */
	lostBefore?: boolean;
} & (
	| { kind: 'done'; status: number; body: IDataObject }
	| { kind: 'refused'; status: number; body: unknown }
	/** `code`: why no connection could be made (ECONNREFUSED …). */
	| { kind: 'notSent'; reason: string; code?: string; status?: number; body?: unknown }
	| { kind: 'unknown'; reason: string; status?: number; body?: unknown }
);

/** `never`: doing it twice would create something twice, so only what was certainly not done is repeated. */
export type Repeat = 'safe' | 'never';

export type Send = (request: JodoRequest, repeat: Repeat) => Promise<JodoOutcome>;

type Context = IExecuteFunctions | IHookFunctions | ILoadOptionsFunctions;

interface TransportOptions {
	/** Shared by all requests that must slow down together. */
	pace: Pace;
	timeoutMs?: number;
	/** The credential, if it has been read already. */
	credential?: ICredentialDataDecryptedObject;
}

const TIMEOUT_MS = 30_000;
const ATTEMPTS = 4;
const FIRST_RETRY_MS = 500;
/** The 4xx that does not say no: somebody on the way would not wait any longer. */
const TIMED_OUT = 408;

/** Connections that were never established: the request cannot have been acted on. */
const NEVER_CONNECTED: Record<string, string> = {
	ECONNREFUSED: 'nothing answers at its address',
	ENOTFOUND: 'its address does not exist',
	EAI_AGAIN: 'its address could not be looked up',
	EHOSTUNREACH: 'there is no way to its network',
	ENETUNREACH: 'there is no network',
};
/** Only while connecting; on a connection that stood it says nothing of the work. */
const CONNECT_TIMEOUT = /\bconnect ETIMEDOUT\b/;
/** A proxy that would not let the request through: Jodo has not seen it. */
const NO_TUNNEL =
	/tunneling socket could not be established|proxy connection (failed|ended)|ERR_PROXY/i;
/** n8n itself forbids the address: by the credential's list of domains, or to keep out of its own network. */
const FORBIDDEN = /domain not allowed|SSRF|blocked/i;
/** The same errors on a connection that stood: the request may have been acted on. */
const WAS_CONNECTED = /\b(read|write) E/;
/**
 * A handshake that failed, over the certificate or the protocol. Not by OpenSSL's own words ("wrong version
 * number"): it says the same of an answer that breaks off after the work.
 */
const NO_TLS = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS|EPROTO/i;

/** A body that is not compressed as its header says. */
const NOT_UNPACKED = /Z_(DATA|BUF)_ERROR|incorrect header check|unexpected end of file/i;

export const UNREADABLE = "Jodo's answer could not be read";

/** A path with its ids encoded: pathOf`/pay/orders/${orderId}`. */
export function pathOf(parts: TemplateStringsArray, ...ids: string[]): string {
	return API + parts.reduce((path, part, i) => path + encodeURIComponent(ids[i - 1] ?? '') + part);
}

/**
 * A function that sends requests with the node's credential and retries what may be retried.
 * It resolves for every answer and every broken connection; it throws only if the credential cannot be read.
 * Redirects are not followed: the keys must not travel to another host.
 */
export async function createTransport(context: Context, options: TransportOptions): Promise<Send> {
	const data =
		options.credential ?? (await context.getCredentials<ICredentialDataDecryptedObject>('jodoApi'));
	const baseURL = baseUrlOf(data);
	const fault = faultOf(baseURL);
	// Handed over, or n8n would read and decrypt it again for every request.
	const credentialsDecrypted = { id: '', name: '', type: 'jodoApi', data };
	const { pace, timeoutMs = TIMEOUT_MS } = options;
	const signal =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;

	async function once(request: JodoRequest): Promise<JodoOutcome & { headers?: IDataObject }> {
		if (fault) {
			return { kind: 'notSent', reason: `'Base URL' in the Jodo credential ${fault}` };
		}
		const finished = new AbortController();
		try {
			const answer = context.helpers.httpRequestWithAuthentication.call(
				context,
				'jodoApi',
				{
					method: request.method,
					baseURL,
					url: request.path,
					qs: request.qs,
					body: request.body,
					headers: { Accept: 'application/json' },
					timeout: timeoutMs,
					disableFollowRedirect: true,
					ignoreHttpStatusErrors: true,
					returnFullResponse: true,
					// Read as text and parsed here: a broken body must not pass for a good one.
					encoding: 'text',
				},
				{ credentialsDecrypted },
			) as Promise<IN8nHttpFullResponse>;
			// The client's own time-out watches for silence only; a trickle would outlast it.
			const deadline = sleep(timeoutMs + 1_000, finished.signal).then(
				() => 'late' as const,
				() => 'late' as const,
			);
			const response = await Promise.race([answer, deadline]);
			return response === 'late' ? { kind: 'unknown', reason: tooLate(timeoutMs) } : read(response);
		} catch (error) {
			return brokenConnection(error as Error, timeoutMs);
		} finally {
			finished.abort();
		}
	}

	return async (request, repeat) => {
		let lostBefore = false;
		for (let attempt = 1; ; attempt++) {
			if (!(await waited(pace.ready(signal)))) return stopped(lostBefore);
			const startedAt = Date.now();
			const { headers, ...outcome } = await once(request);
			if (outcome.kind === 'done') pace.succeeded(startedAt);
			const retryAfter = retryAfterMs(headers);
			const isBusy = outcome.status === 429;
			const again = isBusy
				? pace.slowDown(startedAt, retryAfter)
				: attempt < ATTEMPTS && mayRepeat(outcome, repeat);
			if (!again || signal?.aborted) {
				// That this try was not sent says nothing of the one before it.
				const isUnclear = lostBefore && outcome.kind === 'notSent';
				return isUnclear ? { ...outcome, kind: 'unknown', lostBefore } : { ...outcome, lostBefore };
			}

			lostBefore ||= outcome.kind === 'unknown';
			if (isBusy) continue; // the pace makes everybody wait
			const wait = Math.min(retryAfter ?? FIRST_RETRY_MS * 2 ** (attempt - 1), timeoutMs);
			if (!(await waited(pause(wait * (1 + Math.random() / 4), signal))))
				return stopped(lostBefore);
		}
	};
}

/** False if the execution was stopped meanwhile. */
async function waited(pausing: Promise<void>): Promise<boolean> {
	return await pausing.then(
		() => true,
		() => false,
	);
}

function stopped(lostBefore: boolean): JodoOutcome {
	const reason = 'the execution was stopped';
	return lostBefore ? { kind: 'unknown', reason } : { kind: 'notSent', reason };
}

/** Connection breaks, time-outs and the gateways' statuses pass; anything else would only happen again. */
function mayRepeat(outcome: JodoOutcome, repeat: Repeat): boolean {
	if (outcome.kind === 'notSent') return outcome.code !== undefined;
	if (outcome.kind !== 'unknown' || repeat === 'never') return false;
	return outcome.status === undefined || [TIMED_OUT, 502, 503, 504].includes(outcome.status);
}

function read(response: IN8nHttpFullResponse): JodoOutcome & { headers: IDataObject } {
	const { statusCode: status, headers } = response;
	const text = String(response.body ?? '').trim();
	const body = parse(text);

	if (status === 429) {
		return { kind: 'notSent', status, body: body ?? text, headers, reason: 'too many requests' };
	}
	if (status >= 400 && status < 500 && status !== TIMED_OUT)
		return { kind: 'refused', status, body: body ?? text, headers };
	if (status < 200 || status >= 300) {
		const reason = `Jodo answered with status ${status}`;
		return { kind: 'unknown', status, body: body ?? text, headers, reason };
	}
	if (body === undefined && text !== '') {
		return {
			kind: 'unknown',
			status,
			body: text,
			headers,
			reason: UNREADABLE,
		};
	}
	if (String(body?.status).toLowerCase() === 'error')
		return { kind: 'refused', status, body, headers };
	return { kind: 'done', status, body: body ?? {}, headers };
}

/** The answer as an object; undefined if it is none (HTML, cut off, a bare list). */
function parse(text: string): IDataObject | undefined {
	try {
		const value: unknown = JSON.parse(text);
		const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
		return isObject ? (value as IDataObject) : undefined;
	} catch {
		return undefined;
	}
}

function tooLate(timeoutMs: number): string {
	return `Jodo did not answer within ${Math.round(timeoutMs / 1000)} seconds`;
}

const NO_CONNECTION: JodoOutcome = {
	kind: 'notSent',
	reason: 'no connection was made in time',
	code: 'ETIMEDOUT',
};

/** False if Node's request was never written in full, as while its connection was still to be made. */
function wasSent({ request }: BrokenRequest) {
	return (request?._currentRequest ?? request)?.writableFinished !== false;
}

interface SentRequest {
	writableFinished?: boolean;
}

/** As n8n's HTTP client reports it; a client that would follow redirects holds Node's request inside its own. */
interface BrokenRequest extends Error {
	code?: string;
	request?: SentRequest & { _currentRequest?: SentRequest };
}

/** n8n's own error about it. In n8n 1.123 and 2.8 it has lost its cause, but not what that said. */
interface ToldByN8n extends Error {
	httpCode?: string | null;
	messages?: string[];
}

function brokenConnection(error: Error, timeoutMs: number): JodoOutcome {
	const { httpCode, messages = [] } = error as ToldByN8n;
	const cause = (error.cause ?? error) as BrokenRequest;
	const text = [cause.code, cause.message, error.message, httpCode, ...messages].join(' ');
	const code = Object.keys(NEVER_CONNECTED).find((known) => text.includes(known));
	if (code && !WAS_CONNECTED.test(text)) {
		return { kind: 'notSent', reason: NEVER_CONNECTED[code] as string, code };
	}
	if (CONNECT_TIMEOUT.test(text)) return NO_CONNECTION;
	if (NO_TUNNEL.test(text)) {
		return { kind: 'notSent', reason: 'the proxy did not let the request through' };
	}
	if (FORBIDDEN.test(text)) {
		return { kind: 'notSent', reason: `n8n did not let the request through: ${error.message}` };
	}
	if (NO_TLS.test(text)) {
		return { kind: 'notSent', reason: 'no secure connection (TLS) could be made to it' };
	}
	if (/ECONNABORTED|ETIMEDOUT|timeout/i.test(text)) {
		return wasSent(cause) ? { kind: 'unknown', reason: tooLate(timeoutMs) } : NO_CONNECTION;
	}
	if (NOT_UNPACKED.test(text)) return { kind: 'unknown', reason: UNREADABLE };
	return { kind: 'unknown', reason: 'the connection broke before Jodo answered' };
}

/**
 * Retry-After as seconds or as an HTTP date, which is read by the clock of whoever wrote it: that may be wrong
 * by hours. Undefined if it names no moment still to come: whoever is busy now must not be asked again at once.
 */
export function retryAfterMs(headers: IDataObject = {}): number | undefined {
	const { 'retry-after': retryAfter, date } = headers;
	const seconds = Number(retryAfter ?? NaN);
	const now = Date.parse(String(date)) || Date.now();
	const ms = Number.isNaN(seconds) ? Date.parse(String(retryAfter)) - now : seconds * 1000;
	return ms > 0 ? ms : undefined;
}
