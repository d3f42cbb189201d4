/** The secret that Jodo signs this trigger's deliveries with: where it lies, and the check of a delivery. */
import type { IWebhookFunctions } from 'n8n-workflow';
import { randomBytes } from 'crypto';

import type { Environment } from '../shared/environments';
import { verifySignature } from './signature';

/**
 * What `create` leaves for `webhook()`, which reads it on every delivery and never writes it.
 * The secret is kept when the workflow is unpublished, so that late repeats can still be verified.
 */
export interface TriggerMemory {
	secret?: string;
	/** `credential`: the user chose the secret, and it stays in the credential. */
	secretSource?: 'credential' | 'own';
	environment?: Environment;
}

export const SIGNATURE_HEADER = 'x-jodo-signature';

export const PUBLISH_AGAIN =
	'If Jodo sent it, unpublish and publish the workflow, so that Jodo gets the current secret.';

/** A secret for Jodo to sign with. */
export function newSecret(): string {
	return randomBytes(32).toString('hex');
}

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
export async function verify(
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
