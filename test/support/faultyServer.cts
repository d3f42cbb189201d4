/** A server that answers exactly as told, down to the bytes: for faults that a decent server can't make. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Behaviour = (request: IncomingMessage, response: ServerResponse, count: number) => void;

export interface FaultyServer {
	url: string;
	/** Method, path and body of every request, in order of arrival. */
	requests: Array<{
		method: string;
		path: string;
		body: string;
		headers: IncomingMessage['headers'];
	}>;
	stop(): Promise<void>;
}

export async function startFaultyServer(behaviour: Behaviour): Promise<FaultyServer> {
	const requests: FaultyServer['requests'] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { method = '', url: path = '', headers } = request;
			requests.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
			behaviour(request, response, requests.length);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		async stop() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

export const answer =
	(status: number, body: string, headers: Record<string, string> = {}): Behaviour =>
	(_request, response) => {
		response.writeHead(status, { 'content-type': 'application/json', ...headers });
		response.end(body);
	};

/** Cuts the connection after the request was read: the client can't know whether it was acted on. */
export const cut: Behaviour = (request) => request.socket.destroy();
