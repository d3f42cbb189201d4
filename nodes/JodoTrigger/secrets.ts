/**
 * The secret that Jodo signs this trigger's deliveries with. It is derived from the API secret, so that what
 * n8n forgets or overwrites heals by itself; publishing leaves a copy in the node's static data, which spares
 * the reading of the credential and outlives a change of the API secret.
 */
import { createHmac } from 'crypto';
import type { ICredentialDataDecryptedObject, INode, IWebhookFunctions } from 'n8n-workflow';

import type { Environment } from '../shared/environments';
import { baseUrlOf, environmentOf } from '../shared/environments';
import type { TriggerOptions } from './settings';
import { isManual } from './settings';
import { verifySignature } from './signature';

/** A secret, and which environment's Jodo it was given to. */
export interface Secret {
	secret: string;
	environment: Environment;
}

/** What `create` leaves in static data; `webhook()` reads it on every delivery and never writes it. */
export interface TriggerMemory extends Partial<Secret> {
	/** Where the last publish registered. */
	address?: string;
	/** When that had succeeded, in milliseconds; gone while nothing is registered. */
	registeredAt?: number;
	/** Left by a test for its own `delete`, which cannot tell otherwise. */
	test?: boolean;
}

export const SIGNATURE_HEADER = 'x-jodo-signature';

/** What an expression reads as that has no value, or could not be read: known to everybody. */
const NO_KEY = /^(|undefined|null|NaN|__UNKNOWN__|\[object \w+\]|=?\{\{.*)$/s;

/** Undefined if there is no API secret to derive it from, or no address of its own to derive it for. */
export function derivedSecret(
	credential: ICredentialDataDecryptedObject,
	{ webhookId }: Pick<INode, 'webhookId'>,
): string | undefined {
	const { apiSecret } = credential;
	const key = typeof apiSecret === 'string' ? apiSecret.trim() : '';
	if (NO_KEY.test(key) || !webhookId) return undefined;
	const parts = ['n8n-nodes-jodo', baseUrlOf(credential), webhookId];
	return createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex');
}

/** The secret that the user agreed on with Jodo; undefined if there is none. */
export function agreedSecret({ webhookSecret }: ICredentialDataDecryptedObject) {
	const secret = typeof webhookSecret === 'string' ? webhookSecret.trim() : '';
	return NO_KEY.test(secret) ? undefined : secret;
}

const FRESH_MS = 60_000;
const RETRY_MS = 10_000;

type Reading = Promise<Secret | undefined>;

/** Secrets from credentials, because reading one costs as much as all the rest of a delivery. */
const readings = new Map<string, { reading: Reading; readAt: number }>();

async function fromCredential(
	context: IWebhookFunctions,
	isAgreed: boolean,
	maxAgeMs: number,
): Reading {
	const node = context.getNode();
	const key = JSON.stringify([context.getWorkflow().id, node.id, node.webhookId, isAgreed]);
	const known = readings.get(key);
	if (known && Date.now() - known.readAt < maxAgeMs) return await known.reading;
	const reading = context.getCredentials('jodoApi').then(
		(credential) => {
			const secret = isAgreed ? agreedSecret(credential) : derivedSecret(credential, node);
			return secret && { secret, environment: environmentOf(baseUrlOf(credential)) };
		},
		() => {
			// Not remembered: the next delivery may find it.
			readings.delete(key);
			return undefined;
		},
	) as Reading;
	readings.set(key, { reading, readAt: Date.now() });
	return await reading;
}

/** What publishing left; anybody may have overwritten it. */
function copied(context: IWebhookFunctions, isAgreed: boolean): Secret | undefined {
	const { secret, environment = 'production' } = context.getWorkflowStaticData(
		'node',
	) as TriggerMemory;
	const isUsable = typeof secret === 'string' && secret !== '' && !isAgreed;
	return isUsable ? { secret, environment } : undefined;
}

/** Why a delivery is refused, and what to do if it was genuine; for the log. */
export interface Refused {
	reason: string;
	remedy: string;
}

const PUBLISH_AGAIN =
	'If Jodo sent it, unpublish and publish the workflow, so that Jodo gets the current secret; a change of the API Secret needs that too.';
const CHECK_AGREED =
	"Check that 'Webhook Secret' in the Jodo credential is what Jodo signs with; a change of it counts after a minute.";

/** Which environment's Jodo signed this body with our secret; otherwise why none did. */
export async function verify(
	context: IWebhookFunctions,
	rawBody: Buffer,
	options: TriggerOptions,
): Promise<{ environment: Environment } | Refused> {
	const isAgreed = isManual(options);
	const remedy = isAgreed ? CHECK_AGREED : PUBLISH_AGAIN;
	const signature = context.getHeaderData()[SIGNATURE_HEADER];
	if (!rawBody.length) return { reason: 'it has no body', remedy };
	if (signature === undefined) return { reason: 'it has no signature', remedy };
	let hasSecret = false;
	for (const read of [
		async () => copied(context, isAgreed),
		async () => await fromCredential(context, isAgreed, FRESH_MS),
		async () => await fromCredential(context, isAgreed, RETRY_MS),
	]) {
		const found = await read();
		hasSecret ||= found !== undefined;
		if (found && verifySignature(rawBody, signature, found.secret)) {
			return { environment: found.environment };
		}
	}
	const reason = hasSecret ? 'its signature does not match' : 'there is no secret to check it with';
	return { reason, remedy };
}
