// What is known about the work at Jodo when no answer came, and how long to wait for the next try.
import type { IExecuteFunctions } from 'n8n-workflow';

import { Pace } from '../../../nodes/shared/pace';
import { createTransport, retryAfterMs } from '../../../nodes/shared/transport';

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

describe('a create whose connection failed', () => {
	/** The words are those of Node and of its OpenSSL. */
	it.each<[string, string, string, string, boolean?]>([
		['no secure connection', 'notSent', 'EPROTO', 'write EPROTO 0A00010B:wrong version number'],
		['no good certificate', 'notSent', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'],
		[
			'TLS that breaks after the request, 1.2',
			'unknown',
			'ERR_SSL_WRONG_VERSION_NUMBER',
			'0A00010B:SSL routines:tls_default_validate_record_header:wrong version number',
		],
		[
			'TLS that breaks after the request, 1.3',
			'unknown',
			'ERR_SSL_BAD_RECORD_TYPE',
			'0A0001BB:SSL routines:tls13_validate_record_header:bad record type',
		],
		['a network lost after the request', 'unknown', 'ENETUNREACH', 'read ENETUNREACH'],
		['a host lost after the request', 'unknown', 'EHOSTUNREACH', 'read EHOSTUNREACH'],
		['a time-out, the request written', 'unknown', 'ECONNABORTED', 'timeout of 1ms exceeded', true],
		['a time-out while connecting', 'notSent', 'ECONNABORTED', 'timeout of 1ms exceeded', false],
		[
			'a time-out of the system while connecting',
			'notSent',
			'ETIMEDOUT',
			'connect ETIMEDOUT 10.0.0.1:443',
		],
		['a time-out of the system while reading', 'unknown', 'ETIMEDOUT', 'read ETIMEDOUT'],
		[
			'a proxy without a tunnel',
			'notSent',
			'',
			'tunneling socket could not be established, statusCode=407',
		],
		[
			'an address that n8n forbids',
			'notSent',
			'',
			'Domain not allowed: This credential is restricted',
		],
	])('%s: %s', async (_name, kind, code, message, writableFinished = true) => {
		const sent = { code, request: { writableFinished } };
		const request = jest.fn().mockRejectedValue(Object.assign(new Error(message), sent));
		const context = {
			getCredentials: async () => ({ environment: 'custom', baseUrl: 'https://jodo.example' }),
			helpers: { httpRequestWithAuthentication: request },
		} as unknown as IExecuteFunctions;
		const send = await createTransport(context, { pace: new Pace() });
		const outcome = await send({ method: 'POST', path: '/links', body: {} }, 'never');
		expect(outcome.kind).toBe(kind);
		if (code !== 'ECONNABORTED' && !message.startsWith('connect'))
			expect(request).toHaveBeenCalledTimes(1);
	});
});
