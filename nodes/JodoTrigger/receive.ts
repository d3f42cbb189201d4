/** What happens when something arrives at the trigger's address. */
import type { IDataObject, INode, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { findEvent, OUTPUTS } from '../events/events';
import { ROW_ENVIRONMENTS, toRows } from '../events/row';
import type { Environment } from '../shared/environments';
import { parse } from '../shared/json';
import { noteHolder } from './holders';
import { factKeys, RedeliveryMemory } from './redelivery';
import type { Refused } from './secrets';
import { SIGNATURE_HEADER, verify } from './secrets';
import type { TriggerOptions } from './settings';
import { codesOf, optionsOf, parameterOf } from './settings';

/** https://docs.jodo.in/webhooks/security/ */
const JODO_SERVERS: Partial<Record<Environment, readonly string[]>> = {
	production: ['3.6.234.242', '3.111.80.40', '13.232.24.175', '43.204.202.190'],
	uat: ['3.108.86.33', '13.127.40.177', '65.0.77.215'],
};

const PRIVATE_HEADERS = [SIGNATURE_HEADER, 'authorization'];

const redeliveries = new RedeliveryMemory();

/** n8n answers 200 and starts no run. */
const NO_RUN: IWebhookResponseData = {};

/** How much of what Jodo sent goes into the log, on one line. */
const LOGGED = 60;
const logged = (value: unknown) => String(JSON.stringify(value)).slice(0, LOGGED);

function warn(context: IWebhookFunctions, message: string): void {
	context.logger.warn(`Jodo Trigger${message}`, {
		workflowId: context.getWorkflow().id,
		node: context.getNode().name,
	});
}

/** A real 401, so that Jodo repeats the delivery; one line in the log, with nothing the caller sent. */
function refuse(context: IWebhookFunctions, { reason, remedy }: Refused): IWebhookResponseData {
	warn(context, ` refused a delivery: ${reason}. ${remedy}`);
	context.getResponseObject().status(401).send('Unauthorized').end();
	return { noWebhookResponse: true };
}

/** The exact bytes; none where n8n hands none over. */
async function bodyOf(context: IWebhookFunctions): Promise<Buffer> {
	const request = context.getRequestObject();
	if (!request.rawBody) {
		try {
			await request.readRawBody?.();
		} catch {
			// A multipart form, which n8n has read already. Thrown on, this would be a failed run for anyone who asks.
		}
	}
	return (request.rawBody as Buffer | undefined) ?? Buffer.alloc(0);
}

function isFromJodo(context: IWebhookFunctions, environment: Environment): boolean {
	const caller = String(context.getRequestObject().ip).replace(/^::ffff:/i, '');
	return JODO_SERVERS[environment]?.includes(caller) ?? false;
}

export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const response = context.getResponseObject();
	const node = context.getNode();
	const options = optionsOf(context, node);

	const rawBody = await bodyOf(context);
	const verdict = await verify(context, rawBody, options);
	if ('reason' in verdict) return refuse(context, verdict);
	if (options.onlyJodoIps && !isFromJodo(context, verdict.environment)) {
		return refuse(context, {
			reason: "it does not come from one of Jodo's servers",
			remedy:
				'If n8n stands behind a proxy, set the environment variable N8N_PROXY_HOPS, so that n8n sees who calls.',
		});
	}

	// From here on it is Jodo who speaks.
	const delivery = parse(rawBody);
	const event = findEvent(delivery?.event);
	if (!delivery || !event) {
		warn(
			context,
			`: Jodo sent ${logged(delivery?.event)}, which is no event that this version knows; no run was started.`,
		);
		return NO_RUN;
	}
	const chosen = codesOf(parameterOf(context, node, 'events', [])).map(findEvent);
	if (!chosen.includes(event)) return NO_RUN;

	if (context.getMode() !== 'manual') {
		noteHolder(context, node);
		const settle = await redeliveries.claim(
			factKeys({
				workflowId: String(context.getWorkflow().id),
				nodeId: node.id,
				event,
				delivery,
				rawBody: rawBody.toString('utf8'),
			}),
		);
		if (!settle) return NO_RUN;
		// Jodo has hung up while it waited for an earlier delivery of the same: it will come again.
		if (response.closed) {
			settle(false);
			return { noWebhookResponse: true };
		}
		response.once('finish', () => settle(response.statusCode >= 200 && response.statusCode < 300));
		response.once('close', () => settle(false));
	}

	// As the form counts its outputs by.
	const isSplit = Boolean(options.splitOutput);
	const outputs = (isSplit ? OUTPUTS : [0]).map((_, output) =>
		!isSplit || output === event.output
			? itemsOf(context, node, delivery, { ...options, ...verdict })
			: [],
	);
	return { workflowData: outputs };
}

function itemsOf(
	context: IWebhookFunctions,
	node: INode,
	delivery: IDataObject,
	{ environment, includeHeaders, itemPer }: TriggerOptions & { environment: Environment },
) {
	let items: object[] = [delivery];
	if (parameterOf(context, node, 'simplify', true)) {
		const rows = toRows(delivery, { environment: ROW_ENVIRONMENTS[environment], itemPer });
		const [row] = rows;
		if (row?.raw) {
			warn(
				context,
				`: event ${row.event} (event_id ${logged(row.event_id)}) does not look as documented; it is emitted with what is known, and whole in 'raw'.`,
			);
		}
		items = rows;
	}
	if (!includeHeaders) return items.map((item) => ({ json: item as IDataObject }));
	const headers = Object.fromEntries(
		Object.entries(context.getHeaderData()).filter(([name]) => !PRIVATE_HEADERS.includes(name)),
	);
	return items.map((item) => ({ json: { ...item, headers } as IDataObject }));
}
