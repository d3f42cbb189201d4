/** What n8n hands to the trigger's webhook, and what it hears from it. */
import { createHmac } from 'node:crypto';
import { EventEmitter } from 'node:events';

import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { EVENTS } from '../../../nodes/events/events';
import { JodoTrigger } from '../../../nodes/JodoTrigger/JodoTrigger.node';

export const SECRET = 'test-secret';
let workflows = 0;

export class FakeResponse extends EventEmitter {
	statusCode = 200;
	body: unknown;
	isEnded = false;
	closed = false;

	status(code: number) {
		this.statusCode = code;
		return this;
	}

	send(body: unknown) {
		this.body = body;
		return this;
	}

	end() {
		this.isEnded = true;
		return this;
	}

	/** What n8n and Node.js do when the answer goes out, or when it does not. */
	finish(status: number) {
		this.statusCode = status;
		this.emit('finish');
		this.emit('close');
	}
}

export interface Delivery {
	body: string | Buffer;
	headers?: Record<string, unknown>;
	ip?: string;
	/** `used`: n8n has read it as a form, and cannot read it again. */
	rawBody?: 'given' | 'readable' | 'missing' | 'used';
	/** The caller is gone before the node has decided. */
	closesEarly?: boolean;
}

/** One trigger node in one workflow, with what n8n hands to it. */
export class Node {
	parameters: Record<string, unknown> = {
		events: EVENTS.map(({ value }) => value),
		simplify: true,
		options: {},
	};
	/** What an expression among them comes to. */
	resolved: Record<string, unknown> = {};
	parameterReads = 0;
	staticData: Record<string, unknown> = { secret: SECRET, environment: 'uat' };
	webhookId?: string = 'hook-1';
	mode = 'webhook';
	credential: () => Promise<Record<string, unknown>> = async () => ({});
	warnings: string[] = [];
	/** The warnings with all that was logged beside them. No other level of the log exists here. */
	logged: string[] = [];
	credentialReads = 0;
	readonly workflowId = `w${++workflows}`;

	async deliver({ body, headers = {}, ip, rawBody = 'given', closesEarly = false }: Delivery) {
		const response = new FakeResponse();
		response.closed = closesEarly;
		const bytes = Buffer.from(body);
		const request: Record<string, unknown> = {
			ip,
			...(rawBody === 'given' && { rawBody: bytes }),
			readRawBody: async () => {
				if (rawBody === 'used') throw new Error('Request body stream is not readable');
				// A stream that was read gives nothing more.
				if (rawBody === 'given') request.rawBody = Buffer.alloc(0);
				if (rawBody === 'readable') request.rawBody = bytes;
			},
		};
		const staticBefore = JSON.stringify(this.staticData);
		const context = {
			getRequestObject: () => request,
			getResponseObject: () => response,
			getHeaderData: () => headers,
			getNodeParameter: (name: string, fallback: unknown) => {
				this.parameterReads++;
				return this.resolved[name] ?? this.parameters[name] ?? fallback;
			},
			getWorkflowStaticData: () => this.staticData,
			getWorkflow: () => ({ id: this.workflowId }),
			getNode: () => ({
				id: 'n1',
				name: 'Jodo Trigger',
				webhookId: this.webhookId,
				parameters: this.parameters,
			}),
			getMode: () => this.mode,
			getCredentials: () => {
				this.credentialReads++;
				return this.credential();
			},
			logger: {
				warn: (message: string, more: unknown = {}) => {
					this.warnings.push(message);
					this.logged.push(message + JSON.stringify(more));
				},
			},
		} as unknown as IWebhookFunctions;
		const result = await new JodoTrigger().webhook.call(context);
		expect(JSON.stringify(this.staticData)).toBe(staticBefore);
		return { result, response };
	}

	/** As Jodo does it, signed over exactly these bytes. */
	async send(delivery: unknown, more: Partial<Delivery> = {}, secret = SECRET) {
		const isText = typeof delivery === 'string' || Buffer.isBuffer(delivery);
		const body = isText ? delivery : JSON.stringify(delivery);
		const signature = createHmac('sha256', secret).update(body).digest('hex');
		return await this.deliver({ body, headers: { 'x-jodo-signature': signature }, ...more });
	}
}

export type Outcome = { result: IWebhookResponseData; response: FakeResponse };

/** The items of each output. */
export const itemsOf = ({ result }: Outcome) =>
	result.workflowData?.map((output) => output.map(({ json }) => json));
