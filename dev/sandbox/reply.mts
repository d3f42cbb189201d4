// An answer as it goes over the wire.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'express';
import type { Answer } from './errors.mts';

export interface Reply {
	status: number;
	headers: Record<string, string>;
	body?: Buffer;
	/** Sent byte by byte, with so long after each. */
	pauseMs?: number;
}

/** A text goes out as HTML, anything else as JSON. */
export function replyOf({ status, body }: Answer, headers: Reply['headers'] = {}): Reply {
	if (body === undefined) return { status, headers };
	const isText = typeof body === 'string';
	const type = `${isText ? 'text/html' : 'application/json'}; charset=utf-8`;
	return {
		status,
		headers: { 'content-type': type, ...headers },
		body: Buffer.from(isText ? body : JSON.stringify(body)),
	};
}

export async function send(to: Response, { status, headers, body, pauseMs }: Reply) {
	to.status(status).set(headers);
	if (pauseMs === undefined) return void to.end(body);
	for (const byte of body ?? []) {
		to.write(Buffer.of(byte));
		await sleep(pauseMs);
		if (to.destroyed) return;
	}
	to.end();
}
