// A reverse proxy as institutes put before n8n: the editor at one process, events at others.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Socket } from 'node:net';
import { createProxyServer } from 'httpxy';

/** Which of the webhook processes gets a request. */
export type Spread =
	/** Each in turn. */
	| 'round-robin'
	/** Always the same one for one address, and so for one trigger, as `hash $uri` does in nginx. */
	| 'by-address';

export interface Proxy {
	/** How many requests each webhook process has got. */
	delivered: number[];
	spread: Spread;
	close(): Promise<void>;
}

/** What n8n's webhook processes answer; everything else, test calls included, is the main process's. */
const PRODUCTION = /^\/(webhook|form|webhook-waiting|form-waiting)\//;

export async function startProxy(port: number, main: string, webhooks: string[]): Promise<Proxy> {
	const through = createProxyServer();
	const proxy: Proxy = { delivered: webhooks.map(() => 0), spread: 'by-address', close };
	let turn = 0;

	function targetOf({ url = '', headers, socket }: IncomingMessage): string {
		// Who called goes after whatever the caller says of that: n8n believes the last entries only.
		headers['x-forwarded-for'] = [headers['x-forwarded-for'], socket.remoteAddress]
			.filter(Boolean)
			.join(', ');
		headers['x-forwarded-proto'] = 'http';
		headers['x-forwarded-host'] = headers.host;
		if (!PRODUCTION.test(url)) return main;
		const path = url.split('?')[0] as string;
		const index =
			proxy.spread === 'by-address'
				? createHash('sha256').update(path).digest().readUInt32BE() % webhooks.length
				: turn++ % webhooks.length;
		proxy.delivered[index] = (proxy.delivered[index] ?? 0) + 1;
		return webhooks[index] as string;
	}

	// A process that is down, or went down meanwhile: whoever called may try again.
	through.on('error', (_error, _request, response) => {
		if (!response || response instanceof Socket) response?.destroy();
		else if (response.headersSent) response.destroy();
		else response.writeHead(502).end('Bad gateway');
	});
	const server: Server = createServer((request, response) => {
		void through.web(request, response, { target: targetOf(request) });
	});
	server.on('upgrade', (request, socket, head) => {
		void through.ws(request, socket as Socket, { target: targetOf(request) }, head);
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});

	async function close(): Promise<void> {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	}
	return proxy;
}
