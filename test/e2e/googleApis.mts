// Loaded into n8n before anything else: what n8n sends to Google arrives at the stand-in of these tests.
import http from 'node:http';
import https from 'node:https';

const HOST = 'sheets.googleapis.com';
const { SHEETS_STAND_IN } = process.env;

if (SHEETS_STAND_IN) {
	const { request } = https;
	https.request = function (...all: unknown[]) {
		const options = all.find((one) => (one as { hostname?: string })?.hostname === HOST);
		if (!options) return request.apply(https, all as never);
		const to = { protocol: 'http:', hostname: '127.0.0.1', port: SHEETS_STAND_IN };
		return http.request(
			{ ...(options as object), ...to, host: undefined, agent: undefined },
			all.find((one) => typeof one === 'function') as never,
		);
	} as typeof https.request;
}
