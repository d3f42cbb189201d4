/** What happens when something arrives at the trigger's address. */
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { Environment } from '../shared/environments';
import { findEvent, OUTPUTS } from '../events/events';
import type { TriggerMemory, TriggerOptions } from './publish';
import { codesOf } from './publish';
import { canonicalJson } from '../shared/json';
import { factKey, RedeliveryMemory } from './redelivery';
import { toComponentRows, toRow } from '../events/row';
import { verifySignature } from './signature';

/** https://docs.jodo.in/webhooks/security/ */
const JODO_SERVERS: Partial<Record<Environment, readonly string[]>> = {
	production: ['3.6.234.242', '3.111.80.40', '13.232.24.175', '43.204.202.190'],
	uat: ['3.108.86.33', '13.127.40.177', '65.0.77.215'],
};

const SIGNATURE_HEADER = 'x-jodo-signature';
const PRIVATE_HEADERS = [SIGNATURE_HEADER, 'authorization'];

/** Payments are the same fact under a fresh event_id; other events are told apart by it. */
const PAYMENT_TYPES = ['debited', 'settled'];

const redeliveries = new RedeliveryMemory();

const CREDENTIAL_FRESH_MS = 60_000;
const CREDENTIAL_RETRY_MS = 10_000;

/** Secrets from credentials, because reading one costs as much as all the rest of a delivery. */
const credentialSecrets = new Map<string, { reading: Promise<string>; readAt: number }>();

async function credentialSecret(context: IWebhookFunctions, maxAgeMs: number): Promise<string> {
	const key = `${context.getWorkflow().id}:${context.getNode().id}`;
	const known = credentialSecrets.get(key);
	if (known && Date.now() - known.readAt < maxAgeMs) return await known.reading;
	const reading = context.getCredentials('jodoApi').then(
		({ webhookSecret }) => String(webhookSecret ?? ''),
		() => {
			// Not remembered: the next delivery may find it.
			credentialSecrets.delete(key);
			return '';
		},
	);
	credentialSecrets.set(key, { reading, readAt: Date.now() });
	return await reading;
}

/** Whether Jodo signed this body with our secret; otherwise why not. */
async function verify(
	context: IWebhookFunctions,
	rawBody: Buffer,
): Promise<{ ok: true } | { ok: false; reason: string; remedy: string }> {
	const signature = context.getHeaderData()[SIGNATURE_HEADER];
	const { secret = '', secretSource } = context.getWorkflowStaticData('node') as TriggerMemory;
	const isInCredential = secretSource === 'credential';
	const secrets = isInCredential
		? [CREDENTIAL_FRESH_MS, CREDENTIAL_RETRY_MS].map((age) => () => credentialSecret(context, age))
		: [async () => secret];

	if (signature === undefined) {
		return { ok: false, reason: 'it has no signature', remedy: PUBLISH_AGAIN };
	}
	let hasSecret = false;
	for (const read of secrets) {
		const candidate = await read();
		hasSecret ||= candidate !== '';
		if (verifySignature(rawBody, signature, candidate)) return { ok: true };
	}
	if (!hasSecret && isInCredential) {
		const remedy =
			"Enter the secret agreed on with Jodo as 'Webhook Secret' in the Jodo credential.";
		return { ok: false, reason: 'there is no secret to check it with', remedy };
	}
	return {
		ok: false,
		reason: hasSecret ? 'its signature does not match' : 'there is no secret to check it with',
		remedy: isInCredential
			? "Check that 'Webhook Secret' in the Jodo credential is what Jodo signs with, then unpublish and publish the workflow."
			: PUBLISH_AGAIN,
	};
}

const PUBLISH_AGAIN =
	'If Jodo sent it, unpublish and publish the workflow, so that Jodo gets the current secret.';

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

/** Far more than Jodo's events have, far less than what makes n8n's own recursion fail. */
const DEEPEST = 100;

/** The same value, with the JSON text of whatever lies deeper than so many levels in its place. */
function shallow(value: unknown, levels = DEEPEST): unknown {
	if (typeof value !== 'object' || value === null) return value;
	if (levels === 0) return canonicalJson(value);
	if (Array.isArray(value)) return value.map((member) => shallow(member, levels - 1));
	return Object.fromEntries(
		Object.entries(value).map(([key, member]) => [key, shallow(member, levels - 1)]),
	);
}

/** As n8n reads it, so without a byte order mark. */
function parse(rawBody: Buffer): IDataObject | undefined {
	try {
		const value: unknown = JSON.parse(rawBody.toString('utf8').replace(/^\uFEFF/, ''));
		return typeof value === 'object' && value !== null
			? (shallow(value) as IDataObject)
			: undefined;
	} catch {
		return undefined;
	}
}

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
		const row = toRow(delivery);
		if (row.raw) {
			const eventId = JSON.stringify(row.event_id).slice(0, LOGGED);
			context.logger.warn(
				`Jodo Trigger: event ${row.event} (event_id ${eventId}) does not look as documented; it is emitted with what is known, and whole in 'raw'.`,
			);
		}
		items = options.itemPer === 'component' ? toComponentRows(row) : [row];
	}
	const headers = Object.fromEntries(
		Object.entries(context.getHeaderData()).filter(([name]) => !PRIVATE_HEADERS.includes(name)),
	);
	return items.map((item) => ({
		json: { ...item, ...(options.includeHeaders && { headers }) } as IDataObject,
	}));
}
