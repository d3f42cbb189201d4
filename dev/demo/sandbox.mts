// The local Jodo, and what only it can tell: used over HTTP alone, as by anybody else.
import { startSandbox } from '../sandbox/server.mts';
import type { Ports } from './ports.mts';
import { Problem } from './problem.mts';

export interface Mail {
	to: string;
	subject: string;
	text: string;
}

export interface Subscription {
	id: string;
	event_code: string;
	url: string;
	enabled: boolean;
	hasSecret: boolean;
}

export interface Sandbox {
	url: string;
	close(): Promise<void>;
	admin<T>(method: string, path: string, body?: unknown): Promise<T>;
}

export async function startLocalJodo(ports: Ports): Promise<Sandbox> {
	const { url, close } = await startSandbox({ port: ports.sandbox, smtpPort: ports.smtp });
	return {
		url,
		close,
		async admin<T>(method: string, path: string, body?: unknown) {
			const answer = await fetch(`${url}/admin${path}`, {
				method,
				headers: { accept: 'application/json', 'content-type': 'application/json' },
				body: body === undefined ? undefined : JSON.stringify(body),
				signal: AbortSignal.timeout(60_000),
			});
			const text = await answer.text();
			if (!answer.ok) {
				throw new Problem(`The sandbox answered ${answer.status} to ${method} ${path}: ${text}`);
			}
			return (text ? JSON.parse(text) : undefined) as T;
		},
	};
}
