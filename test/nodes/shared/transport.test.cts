// What is known about the work at Jodo after an answer or without one, and how long to wait for the next try.
import type { IExecuteFunctions } from 'n8n-workflow';

import { Pace } from '../../../nodes/shared/pace';
import type { JodoRequest, Repeat } from '../../../nodes/shared/transport';
import { createTransport, pathOf, retryAfterMs } from '../../../nodes/shared/transport';
import { simulateTime } from '../../support/time.cts';

const NOW = Date.parse('2026-07-01T10:00:00Z');
const HOUR_MS = 3_600_000;
const httpDate = (inMs: number) => new Date(NOW + inMs).toUTCString();

describe('how long Jodo asks to wait', () => {
	beforeEach(() => {
		jest.useFakeTimers({ now: NOW });
	});
	afterEach(() => {
		jest.useRealTimers();
	});

	it.each([
		['seconds', '7', undefined, 7_000],
		['half a second', '0.5', undefined, 500],
		['a date, no clock beside it', httpDate(5_000), undefined, 5_000],
		['a date by an exact clock', httpDate(5_000), httpDate(0), 5_000],
		['a date by a clock an hour fast', httpDate(HOUR_MS + 5_000), httpDate(HOUR_MS), 5_000],
		['a date by a clock an hour slow', httpDate(5_000 - HOUR_MS), httpDate(-HOUR_MS), 5_000],
		['a date by a clock that says nothing', httpDate(5_000), 'noon', 5_000],
		['seconds by a clock an hour fast', '7', httpDate(HOUR_MS), 7_000],
		['an hour', httpDate(HOUR_MS), httpDate(0), HOUR_MS],
		['no time at all', '0', undefined, undefined],
		['less than none', '-5', undefined, undefined],
		['a date that is past', httpDate(-5_000), httpDate(0), undefined],
		['no word of it', undefined, httpDate(0), undefined],
		['nothing in it', '', undefined, undefined],
		['no time', 'soon', undefined, undefined],
	])('%s', (_name, retryAfter, date, ms) => {
		expect(retryAfterMs({ 'retry-after': retryAfter, date })).toBe(ms);
	});

	it('without headers', () => {
		expect(retryAfterMs()).toBeUndefined();
	});
});

type Step = Error | { statusCode: number; body?: unknown; headers?: object } | 'silence';

const CREDENTIAL = { environment: 'uat', apiKey: 'k', apiSecret: 's' };

/** A node whose requests are answered by each step in turn, then by the last for good. */
function node(...steps: Step[]) {
	const stopper = new AbortController();
	let asked = 0;
	const request = jest.fn(
		async (_type: string, _options: object, _more: object): Promise<unknown> => {
			const step = steps[Math.min(++asked, steps.length) - 1];
			if (step === 'silence') return await new Promise(() => {});
			if (step instanceof Error) throw step;
			return { headers: {}, ...step };
		},
	);
	const getCredentials = jest.fn(async () => CREDENTIAL);
	const context = {
		getCredentials,
		getExecutionCancelSignal: () => stopper.signal,
		helpers: { httpRequestWithAuthentication: request },
	} as unknown as IExecuteFunctions;
	return { context, getCredentials, request, stop: () => stopper.abort() };
}

const POST: JodoRequest = { method: 'POST', path: pathOf`/links`, body: { name: 'A' } };

const failure = (message: string, more: object = {}) => Object.assign(new Error(message), more);
const RESET = failure('read ECONNRESET', { code: 'ECONNRESET' });
const GOOD = { statusCode: 200, body: '{"status":"success","data":{"id":1}}' };
const DONE = { kind: 'done', status: 200, body: { status: 'success', data: { id: 1 } } };

/** Sends in simulated time; resolves with what became of it, and after which time each request went out. */
async function sent(at: ReturnType<typeof node>, repeat: Repeat, pace = new Pace()) {
	const times: number[] = [];
	const begun = Date.now();
	const answer = at.request.getMockImplementation() as typeof at.request;
	at.request.mockImplementation(async (...given) => {
		times.push(Date.now() - begun);
		return await answer(...given);
	});
	const send = await createTransport(at.context, { pace });
	const outcome = send(POST, repeat);
	await jest.advanceTimersByTimeAsync(400_000);
	return { ...(await outcome), times };
}

describe('in simulated time', () => {
	simulateTime(0, NOW);

	it('a request goes to the API of the credential, once, as text, and follows no redirect', async () => {
		const at = node(GOOD);
		const send = await createTransport(at.context, { pace: new Pace() });
		expect(await send({ ...POST, qs: { a: 1 } }, 'never')).toEqual({ ...DONE, lostBefore: false });
		expect(at.request.mock.calls).toEqual([
			[
				'jodoApi',
				{
					method: 'POST',
					baseURL: 'https://ext.devtest1.jodopay.com',
					url: '/api/v1/integrations/links',
					qs: { a: 1 },
					body: { name: 'A' },
					headers: { Accept: 'application/json' },
					timeout: 30_000,
					disableFollowRedirect: true,
					ignoreHttpStatusErrors: true,
					returnFullResponse: true,
					encoding: 'text',
				},
				{ credentialsDecrypted: { id: '', name: '', type: 'jodoApi', data: CREDENTIAL } },
			],
		]);
		expect(at.getCredentials.mock.calls).toEqual([['jodoApi']]);
	});

	it('a credential that is there already is not read again', async () => {
		const at = node(GOOD);
		const credential = { environment: 'custom', baseUrl: 'http://sandbox:4010' };
		const send = await createTransport(at.context, { pace: new Pace(), credential, timeoutMs: 5 });
		await send(POST, 'safe');
		expect(at.getCredentials).not.toHaveBeenCalled();
		expect(at.request.mock.calls[0]?.[1]).toMatchObject({
			baseURL: 'http://sandbox:4010',
			timeout: 5,
		});
		expect(at.request.mock.calls[0]?.[2]).toMatchObject({
			credentialsDecrypted: { data: credential },
		});
	});

	it('nothing goes to a Base URL that is none', async () => {
		const at = node(GOOD);
		const credential = { environment: 'custom', baseUrl: 'ftp://x' };
		const send = await createTransport(at.context, { pace: new Pace(), credential });
		expect(await send(POST, 'safe')).toEqual({
			kind: 'notSent',
			reason: "'Base URL' in the Jodo credential is not a web address (https://…)",
			lostBefore: false,
		});
		expect(at.request).not.toHaveBeenCalled();
	});

	const unreadable = { kind: 'unknown', reason: "Jodo's answer could not be read" };

	/** What is known, and how often it is sent if it may be repeated. */
	it.each<[number, unknown, object, number]>([
		[200, '{"status":"success","data":{"id":1}}', DONE, 1],
		[201, '{}', { kind: 'done', status: 201, body: {} }, 1],
		[204, '', { kind: 'done', status: 204, body: {} }, 1],
		[200, undefined, { kind: 'done', status: 200, body: {} }, 1],
		[200, ' \n', { kind: 'done', status: 200, body: {} }, 1],
		[299, ' {"a":1} ', { kind: 'done', status: 299, body: { a: 1 } }, 1],
		// Jodo's own "no" under a good status: nothing was done.
		[200, '{"status":"error"}', { kind: 'refused', status: 200, body: { status: 'error' } }, 1],
		[200, '{"status":"ERROR"}', { kind: 'refused', status: 200, body: { status: 'ERROR' } }, 1],
		[200, '{"status":"no error"}', { kind: 'done', status: 200 }, 1],
		[200, '<html>', { ...unreadable, status: 200, body: '<html>' }, 1],
		[200, '{"data":', { ...unreadable, status: 200, body: '{"data":' }, 1],
		[200, '[]', { ...unreadable, status: 200, body: '[]' }, 1],
		[200, 'null', { ...unreadable, status: 200, body: 'null' }, 1],
		[200, '7', { ...unreadable, status: 200, body: '7' }, 1],
		[400, '{"code":"E1"}', { kind: 'refused', status: 400, body: { code: 'E1' } }, 1],
		[404, ' <html> ', { kind: 'refused', status: 404, body: '<html>' }, 1],
		// A proxy or a gateway that would not wait: whether for Jodo or for us, it does not say.
		[408, 'slow', { kind: 'unknown', status: 408, body: 'slow' }, 4],
		[499, '', { kind: 'refused', status: 499, body: '' }, 1],
		[199, '', { kind: 'unknown', status: 199 }, 1],
		[300, '', { kind: 'unknown', status: 300, reason: 'Jodo answered with status 300' }, 1],
		[399, '{"a":1}', { kind: 'unknown', status: 399, body: { a: 1 } }, 1],
		[500, 'oops', { kind: 'unknown', status: 500, body: 'oops' }, 1],
		[501, '', { kind: 'unknown', status: 501 }, 1],
		[502, '', { kind: 'unknown', status: 502, reason: 'Jodo answered with status 502' }, 4],
		[503, '', { kind: 'unknown', status: 503 }, 4],
		[504, '', { kind: 'unknown', status: 504 }, 4],
	])('status %p with %j', async (statusCode, body, known, times) => {
		const safe = await sent(node({ statusCode, body }), 'safe');
		expect(safe).toMatchObject(known);
		expect(safe.times).toHaveLength(times);
		expect(safe.lostBefore).toBe(times > 1);
		const never = await sent(node({ statusCode, body }), 'never');
		expect(never).toMatchObject({ ...known, lostBefore: false });
		expect(never.times).toHaveLength(1);
		expect(never).not.toHaveProperty('headers');
	});

	const broke = { kind: 'unknown', reason: 'the connection broke before Jodo answered' };
	const late = { kind: 'unknown', reason: 'Jodo did not answer within 30 seconds' };
	const noTls = { kind: 'notSent', reason: 'no secure connection (TLS) could be made to it' };
	const inTime = { kind: 'notSent', reason: 'no connection was made in time', code: 'ETIMEDOUT' };
	const noTunnel = { kind: 'notSent', reason: 'the proxy did not let the request through' };
	const missed = (code: string, reason: string) => ({ kind: 'notSent', reason, code });

	/** What is known, and how often it is sent if it may be repeated, and if it may not. */
	it.each<[string, Error, object, number, number]>([
		...(
			[
				['ECONNREFUSED', 'nothing answers at its address'],
				['ENOTFOUND', 'its address does not exist'],
				['EAI_AGAIN', 'its address could not be looked up'],
				['EHOSTUNREACH', 'there is no way to its network'],
				['ENETUNREACH', 'there is no network'],
			] as const
		).flatMap(
			([code, reason]): Array<[string, Error, object, number, number]> => [
				[code, failure('failed', { code }), missed(code, reason), 4, 4],
				[`${code}, told by the message`, failure(`connect ${code}`), missed(code, reason), 4, 4],
				[
					`${code}, told by the cause`,
					failure('x', { cause: failure('y', { code }) }),
					missed(code, reason),
					4,
					4,
				],
				[
					`${code}, told by the message of the cause`,
					failure('x', { cause: failure(`connect ${code}`) }),
					missed(code, reason),
					4,
					4,
				],
				[
					`${code}, told by an n8n that has lost the cause`,
					failure("n8n's words", { httpCode: null, messages: ['failed', `connect ${code}`] }),
					missed(code, reason),
					4,
					4,
				],
				[
					`${code}, of which only the code is left`,
					failure("n8n's words", { httpCode: code, messages: [''] }),
					missed(code, reason),
					4,
					4,
				],
				[
					`${code} while reading, the cause lost`,
					failure("n8n's words", { httpCode: code, messages: [`read ${code}`] }),
					broke,
					4,
					1,
				],
				[`${code} while reading`, failure(`read ${code}`, { code }), broke, 4, 1],
				[`${code} while writing`, failure(`write ${code}`, { code }), broke, 4, 1],
			],
		),
		['a time-out to connect', failure('connect ETIMEDOUT 10.0.0.1:443'), inTime, 4, 4],
		['a time-out', failure('timeout of 30000ms exceeded'), late, 4, 1],
		[
			'a time-out, the cause lost',
			failure("n8n's words", {
				httpCode: 'ECONNABORTED',
				messages: ['timeout of 30000ms exceeded'],
			}),
			late,
			4,
			1,
		],
		['ECONNABORTED', failure('x', { code: 'ECONNABORTED' }), late, 4, 1],
		['ETIMEDOUT', failure('read', { code: 'ETIMEDOUT' }), late, 4, 1],
		[
			'a time-out, the request half written',
			failure('timeout', { request: { writableFinished: false } }),
			inTime,
			4,
			4,
		],
		[
			'a time-out, the request inside of another half written',
			failure('timeout', {
				request: { writableFinished: true, _currentRequest: { writableFinished: false } },
			}),
			inTime,
			4,
			4,
		],
		['a reset', RESET, broke, 4, 1],
		['no tunnel', failure('tunneling socket could not be established, 407'), noTunnel, 1, 1],
		['no proxy', failure('Proxy connection failed'), noTunnel, 1, 1],
		['a proxy that hangs up', failure('Proxy connection ended before'), noTunnel, 1, 1],
		['ERR_PROXY', failure('x', { code: 'ERR_PROXY_TUNNEL' }), noTunnel, 1, 1],
		...['Domain not allowed: a', 'SSRF protection', 'The address is blocked'].map(
			(words): [string, Error, object, number, number] => [
				words,
				failure(words),
				{ kind: 'notSent', reason: `n8n did not let the request through: ${words}` },
				1,
				1,
			],
		),
		...[
			'CERT_HAS_EXPIRED',
			'DEPTH_ZERO_SELF_SIGNED_CERT',
			'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
			'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
			'ERR_TLS_HANDSHAKE',
			'EPROTO',
		].map((code): [string, Error, object, number, number] => [
			code,
			failure('x', { code }),
			noTls,
			1,
			1,
		]),
		...['Z_DATA_ERROR', 'Z_BUF_ERROR', 'incorrect header check', 'unexpected end of file'].map(
			(words): [string, Error, object, number, number] => [words, failure(words), unreadable, 4, 1],
		),
	])('without an answer: %s', async (_name, error, known, safely, onceOnly) => {
		const safe = await sent(node(error), 'safe');
		expect(safe).toMatchObject(known);
		expect(safe.times).toHaveLength(safely);
		const never = await sent(node(error), 'never');
		expect(never).toMatchObject({ ...known, lostBefore: false });
		expect(never.times).toHaveLength(onceOnly);
	});

	it('no word for a second more than the time-out is no answer; its timer goes with an answer', async () => {
		const at = node('silence');
		const send = await createTransport(at.context, { pace: new Pace() });
		let outcome: unknown = 'waiting';
		void send(POST, 'never').then((known) => (outcome = known));
		await jest.advanceTimersByTimeAsync(30_999);
		expect(outcome).toBe('waiting');
		await jest.advanceTimersByTimeAsync(1);
		expect(outcome).toMatchObject(late);
		const good = await createTransport(node(GOOD).context, { pace: new Pace() });
		expect(await good(POST, 'never')).toMatchObject(DONE);
		expect(jest.getTimerCount()).toBe(0);
	});

	it('between tries it waits half a second, then twice as long each time, and up to a quarter more', async () => {
		expect((await sent(node(RESET), 'safe')).times).toEqual([0, 500, 1500, 3500]);
		jest.spyOn(Math, 'random').mockReturnValue(1);
		expect((await sent(node(RESET), 'safe')).times).toEqual([0, 625, 1875, 4375]);
	});

	it('it waits as long as Jodo asks, but no longer than a request may take', async () => {
		const busy = (seconds: string) => ({ statusCode: 503, headers: { 'retry-after': seconds } });
		expect((await sent(node(busy('7'), GOOD), 'safe')).times).toEqual([0, 7_000]);
		expect((await sent(node(busy('3600'), GOOD), 'safe')).times).toEqual([0, 30_000]);
	});

	it('an answer after one that was lost says so', async () => {
		const after = async (...steps: Step[]) => await sent(node(...steps), 'safe');
		expect(await after(RESET, GOOD)).toMatchObject({ ...DONE, lostBefore: true });
		expect(await after(RESET, { statusCode: 404 })).toMatchObject({
			kind: 'refused',
			lostBefore: true,
		});
		const refused = failure('x', { code: 'ECONNREFUSED' });
		expect(await after(RESET, refused, GOOD)).toMatchObject({ ...DONE, lostBefore: true });
		expect(await after(refused, GOOD)).toMatchObject({ ...DONE, lostBefore: false });
		const busy = { statusCode: 429, headers: { 'retry-after': '3600' } };
		for (const notSent of [refused, busy]) {
			expect(await after(notSent)).toMatchObject({ kind: 'notSent', lostBefore: false });
			expect(await after(RESET, notSent)).toMatchObject({ kind: 'unknown', lostBefore: true });
		}
	});

	it('"too many requests" is sent again, also what must not be done twice, until it is hopeless', async () => {
		const busy = { statusCode: 429, body: '{}', headers: { 'retry-after': '2' } };
		expect(await sent(node(busy, busy, GOOD), 'never')).toMatchObject({
			...{ ...DONE, lostBefore: false },
			times: [0, 2_000, 4_000],
		});
		// Without a word from Jodo the pace alone says how long: shorter than after an answer that was lost.
		const silent = { statusCode: 429 };
		expect((await sent(node(silent, silent, GOOD), 'safe')).times).toEqual([0, 250, 750]);
		const hour = { statusCode: 429, body: 'slow', headers: { 'retry-after': '3600' } };
		const pace = new Pace();
		expect(await sent(node(hour), 'safe', pace)).toMatchObject({
			...{ kind: 'notSent', status: 429, body: 'slow', reason: 'too many requests' },
			times: [0],
		});
		expect(pace.isHopeless).toBe(true);
	});

	it('a success makes the next pause a short one again', async () => {
		const pace = new Pace();
		const succeeded = jest.spyOn(pace, 'succeeded');
		await sent(node({ statusCode: 404 }), 'safe', pace);
		expect(succeeded).not.toHaveBeenCalled();
		await sent(node(GOOD), 'safe', pace);
		expect(succeeded).toHaveBeenCalledTimes(1);
	});

	describe('when the execution is stopped', () => {
		const stopped = async (at: ReturnType<typeof node>, afterMs: number, pace = new Pace()) => {
			const send = await createTransport(at.context, { pace });
			const outcome = send(POST, 'safe');
			await jest.advanceTimersByTimeAsync(afterMs);
			at.stop();
			// It does not wait for the end of the pause.
			await jest.advanceTimersByTimeAsync(1);
			return await Promise.race([outcome, 'still waiting']);
		};
		const reason = 'the execution was stopped';

		it('nothing more is sent by what waits for its turn', async () => {
			const pace = new Pace();
			pace.slowDown(Date.now(), 60_000);
			const at = node(GOOD);
			expect(await stopped(at, 100, pace)).toEqual({ kind: 'notSent', reason });
			expect(at.request).not.toHaveBeenCalled();
		});

		it('nothing more is sent by what waits for its next try; whether it was done is not known', async () => {
			const at = node(RESET);
			expect(await stopped(at, 100)).toEqual({ kind: 'unknown', reason });
			expect(at.request).toHaveBeenCalledTimes(1);
			const refused = node(failure('x', { code: 'ECONNREFUSED' }));
			expect(await stopped(refused, 100)).toEqual({ kind: 'notSent', reason });
			const busy = node(RESET, { statusCode: 429, headers: { 'retry-after': '60' } });
			expect(await stopped(busy, 700)).toEqual({ kind: 'unknown', reason });
		});

		it('an answer that comes all the same is told, and nothing is sent again', async () => {
			const at = node({ statusCode: 503 });
			const answer = at.request.getMockImplementation() as typeof at.request;
			at.request.mockImplementation(async (...given) => {
				at.stop();
				return await answer(...given);
			});
			expect(await sent(at, 'safe')).toMatchObject({ kind: 'unknown', status: 503 });
			expect(at.request).toHaveBeenCalledTimes(1);
		});
	});

	it('a node without a way to be stopped sends too', async () => {
		const { context } = node(RESET, GOOD);
		const { getCredentials, helpers } = context;
		const send = await createTransport({ getCredentials, helpers } as never, { pace: new Pace() });
		const outcome = send(POST, 'safe');
		await jest.advanceTimersByTimeAsync(1_000);
		expect(await outcome).toMatchObject(DONE);
	});
});

it('an id cannot lead to another path', () => {
	expect(pathOf`/pay/${'a/../b?c#d'}/x/${'%'}`).toBe(
		'/api/v1/integrations/pay/a%2F..%2Fb%3Fc%23d/x/%25',
	);
});
