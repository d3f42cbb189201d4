/** What happens when a workflow is published, unpublished, or listens for a test event. */
import type { IHookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { Environment } from '../shared/environments';
import { Pace } from '../shared/pace';
import { createTransport } from '../shared/transport';
import { jodoWebhooks } from './client';
import type { JodoEvent } from '../events/events';
import { findEvent } from '../events/events';
import { Address, whyUnreachable } from './address';
import { register, unregister } from './registrations';
import type { TriggerMemory } from './secrets';
import { newSecret } from './secrets';
import type { TriggerOptions } from './settings';
import { codesOf } from './settings';

/** n8n gives up a publish after 84 s and five attempts, so nothing may take long. */
const TIMEOUT_MS = 10_000;

const optionsOf = (context: IHookFunctions) =>
	context.getNodeParameter('options', {}) as TriggerOptions;

async function connect(context: IHookFunctions) {
	const pace = new Pace(TIMEOUT_MS);
	return jodoWebhooks(await createTransport(context, { pace, timeoutMs: TIMEOUT_MS }));
}

function addressOf(context: IHookFunctions): Address {
	return new Address(context.getNodeWebhookUrl('default') ?? '');
}

/** Why Jodo of this environment cannot call us; the user's own (such as a local sandbox) may be anywhere. */
function unreachableBy(environment: Environment, { url }: Address): string | undefined {
	return environment === 'custom' ? undefined : whyUnreachable(url);
}

export async function publish(context: IHookFunctions): Promise<void> {
	const stop = (message: string) => new NodeOperationError(context.getNode(), message);

	const options = optionsOf(context);
	const { environment, webhookSecret } = (await context.getCredentials('jodoApi')) as {
		environment: Environment;
		webhookSecret?: string;
	};
	if (options.onlyJodoIps && environment === 'custom') {
		throw stop(
			"'Only From Jodo's Servers' knows the servers of Live and Test (UAT). Switch it off, or choose another environment in the Jodo credential.",
		);
	}

	const memory = context.getWorkflowStaticData('node') as TriggerMemory;
	memory.environment = environment;
	memory.secretSource = webhookSecret ? 'credential' : 'own';
	if (options.registration === 'manual') {
		if (webhookSecret) return;
		throw stop(
			"'Jodo Sets It Up for Me' needs the secret that you agreed on with Jodo: enter it as 'Webhook Secret' in the Jodo credential.",
		);
	}
	if (!webhookSecret) memory.secret ??= newSecret();

	const values = codesOf(context.getNodeParameter('events', []));
	const events = values.map(findEvent).filter((event): event is JodoEvent => event !== undefined);
	const unknown = values.filter((value) => !findEvent(value));
	if (unknown.length)
		throw stop(`Jodo has no event ${unknown.join(', ')}: choose from 'Trigger On'.`);
	if (!events.length) throw stop("Choose at least one event in 'Trigger On'.");

	const failureNotificationEmail = String(
		context.getNodeParameter('failureNotificationEmail', ''),
	).trim();
	if (!failureNotificationEmail) {
		throw stop("Enter an email address in 'Failure Notification Email': Jodo requires one.");
	}

	const address = addressOf(context);
	const unreachable = unreachableBy(environment, address);
	if (unreachable) throw stop(unreachable);

	const refusal = await register(await connect(context), {
		events: [...new Set(events)],
		address,
		secret: webhookSecret || (memory.secret as string),
		failureNotificationEmail,
		branches: [...new Set(codesOf(context.getNodeParameter('collectorCodes', [])))],
		replaceUrl: options.replaceUrl,
	});
	if (refusal) throw stop(refusal);
}

export async function unpublish(context: IHookFunctions): Promise<void> {
	if (optionsOf(context).registration === 'manual') return;
	const address = addressOf(context);
	const { environment } = (await context.getCredentials('jodoApi')) as { environment: Environment };
	// n8n calls this after every failed publish too: of an address like this, nothing can be registered.
	if (unreachableBy(environment, address)) return;
	const refusal = await unregister(await connect(context), address);
	if (!refusal) return;
	// A test that is over has nobody to tell; the next publish removes what it left.
	if (address.isTest) context.logger.warn(`Jodo Trigger: ${refusal}`);
	else throw new NodeOperationError(context.getNode(), refusal);
}
