/** What happens when something arrives at the trigger's address. */
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { findEvent, OUTPUTS } from '../events/events';
import { ROW_ENVIRONMENTS, toRows } from '../events/row';
import type { Environment } from '../shared/environments';
import { parse } from '../shared/json';
import { factKey, RedeliveryMemory } from './redelivery';
import type { TriggerMemory } from './secrets';
import { PUBLISH_AGAIN, SIGNATURE_HEADER, verify } from './secrets';
import type { TriggerOptions } from './settings';
import { codesOf } from './settings';

/** https://docs.jodo.in/webhooks/security/ */
const JODO_SERVERS: Partial<Record<Environment, readonly string[]>> = {
	production: ['3.6.234.242', '3.111.80.40', '13.232.24.175', '43.204.202.190'],
	uat: ['3.108.86.33', '13.127.40.177', '65.0.77.215'],
};

const PRIVATE_HEADERS = [SIGNATURE_HEADER, 'authorization'];

/** Payments are the same fact under a fresh event_id; other events are told apart by it. */
const PAYMENT_TYPES = ['debited', 'settled'];

const redeliveries = new RedeliveryMemory();

/** A real 401, so that Jodo repeats the delivery; one line in the log, with nothing the caller sent. */
function refuse(context: IWebhookFunctions, reason: string, remedy: string): IWebhookResponseData {
	context.logger.warn(`Jodo Trigger refused a delivery: ${reason}. ${remedy}`, {
		workflowId: context.getWorkflow().id,
		node: context.getNode().name,
	});
	context.getResponseObject().status(401).send('Unauthorized').end();
	return { noWebhookResponse: true };
}

/** n8n answers 200 and starts no run. */
const NO_RUN: IWebhookResponseData = {};

export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const request = context.getRequestObject();
	const response = context.getResponseObject();
	const options = context.getNodeParameter('options', {}) as TriggerOptions;

	if (options.onlyJodoIps) {
		const { environment = 'production' } = context.getWorkflowStaticData('node') as TriggerMemory;
		const caller = String(request.ip ?? '').replace(/^::ffff:/i, '');
		if (!JODO_SERVERS[environment]?.includes(caller)) {
			return refuse(
				context,
				"it does not come from one of Jodo's servers",
				'If n8n stands behind a proxy, set the environment variable N8N_PROXY_HOPS, so that n8n sees who calls.',
			);
		}
	}

	if (!request.rawBody) {
		try {
			await request.readRawBody?.();
		} catch {
			// A multipart form, which n8n has read already. Thrown on, this would be a failed run for anyone who asks.
		}
	}
	const rawBody = request.rawBody as Buffer | undefined;
	if (!rawBody?.length) return refuse(context, 'it has no body', PUBLISH_AGAIN);
	const verified = await verify(context, rawBody);
	if (!verified.ok) return refuse(context, verified.reason, verified.remedy);

	// From here on it is Jodo who speaks.
	const delivery = parse(rawBody);
	const event = findEvent(delivery?.event);
	const chosen = codesOf(context.getNodeParameter('events', []));
	if (!delivery || !event || !chosen.includes(event.value)) return NO_RUN;

	if (context.getMode() !== 'manual') {
		const settle = await redeliveries.claim(
			factKey({
				workflowId: String(context.getWorkflow().id),
				nodeId: context.getNode().id,
				event: event.value,
				eventId: PAYMENT_TYPES.includes(event.type) ? undefined : delivery.event_id,
				payload: delivery.payload,
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

	const isSplit = options.splitOutput === true;
	const outputs = (isSplit ? OUTPUTS : [0]).map((_, output) =>
		!isSplit || output === event.output ? itemsOf(context, delivery, options) : [],
	);
	return { workflowData: outputs };
}

/** How much of an event_id goes into the log, on one line. */
const LOGGED = 60;

function itemsOf(context: IWebhookFunctions, delivery: IDataObject, options: TriggerOptions) {
	let items: object[] = [delivery];
	if (context.getNodeParameter('simplify', true)) {
		const { environment } = context.getWorkflowStaticData('node') as TriggerMemory;
		const rows = toRows(delivery, {
			environment: ROW_ENVIRONMENTS[environment ?? 'production'],
			itemPer: options.itemPer,
		});
		const [row] = rows;
		if (row?.raw) {
			const eventId = JSON.stringify(row.event_id).slice(0, LOGGED);
			context.logger.warn(
				`Jodo Trigger: event ${row.event} (event_id ${eventId}) does not look as documented; it is emitted with what is known, and whole in 'raw'.`,
			);
		}
		items = rows;
	}
	const headers = Object.fromEntries(
		Object.entries(context.getHeaderData()).filter(([name]) => !PRIVATE_HEADERS.includes(name)),
	);
	return items.map((item) => ({
		json: { ...item, ...(options.includeHeaders && { headers }) } as IDataObject,
	}));
}
