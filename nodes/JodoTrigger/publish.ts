/** What happens when a workflow is published, unpublished, or listens for a test event. */
import type { ICredentialDataDecryptedObject, IHookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { JodoEvent } from '../events/events';
import { findEvent } from '../events/events';
import { baseUrlOf, environmentOf } from '../shared/environments';
import { Pace } from '../shared/pace';
import { createTransport } from '../shared/transport';
import { Address, whyUnreachable } from './address';
import { jodoWebhooks } from './client';
import { noteHolder, otherHolder } from './holders';
import type { Plan } from './plan';
import { register, unregister } from './registrations';
import { notMine } from './registrationTexts';
import type { TriggerMemory } from './secrets';
import { agreedSecret, derivedSecret } from './secrets';
import { codesOf, isManual, optionsOf } from './settings';
import {
	followsFailedStart,
	isStart,
	isStillRegistered,
	noteRemoval,
	startFailed,
	startSucceeded,
} from './starts';

/** n8n gives up a publish after 84 s and five attempts, so nothing may take long. */
const TIMEOUT_MS = 10_000;

/** n8n has unregistered a published workflow before it publishes an edit. */
const RECEIVES_NOTHING =
	'This trigger receives nothing until that is corrected and the workflow is published again.';

const memoryOf = (context: IHookFunctions) =>
	context.getWorkflowStaticData('node') as TriggerMemory;

async function connect(context: IHookFunctions) {
	const pace = new Pace(TIMEOUT_MS);
	return jodoWebhooks(await createTransport(context, { pace, timeoutMs: TIMEOUT_MS }));
}

const logger = (context: IHookFunctions) => (sentence: string) =>
	context.logger.warn(`Jodo Trigger: ${sentence}`, {
		workflowId: context.getWorkflow().id,
		node: context.getNode().name,
	});

/** Why Jodo of this environment cannot call us; the user's own (such as a local sandbox) may be anywhere. */
function unreachableBy(environment: unknown, { url }: Address): string | undefined {
	return environment === 'custom' && URL.canParse(url) ? undefined : whyUnreachable(url);
}

/** Whether what is registered needs no repair: only where n8n starts, since every publish repairs. */
export function isRegistered(context: IHookFunctions): boolean {
	const url = context.getNodeWebhookUrl('default');
	if (!isStillRegistered(context, memoryOf(context), url)) return false;
	noteHolder(context);
	return true;
}

/** The form as a plan, or a message for people. Asks nobody but n8n. */
function planOf(
	context: IHookFunctions,
	credential: ICredentialDataDecryptedObject,
): Plan | string {
	const values = codesOf(context.getNodeParameter('events', []));
	const unknown = values.filter((value) => !findEvent(value));
	if (unknown.length) return `Jodo has no event ${unknown.join(', ')}: choose from 'Trigger On'.`;
	const events = values.map((value) => findEvent(value) as JodoEvent);
	if (!events.length) return "Choose at least one event in 'Trigger On'.";

	const email = String(context.getNodeParameter('failureNotificationEmail', '') ?? '').trim();
	if (!email) {
		return "Enter an email address in 'Failure Notification Email': Jodo requires one.";
	}
	const isTest = context.getMode() === 'manual';
	const address = new Address(context.getNodeWebhookUrl('default') ?? '', isTest);
	const unreachable = unreachableBy(credential.environment, address);
	if (unreachable) return unreachable;

	const secret = derivedSecret(credential, context.getNode());
	if (!secret) {
		return "'API Secret' in the Jodo credential is empty, or an expression without a value: enter the one that Jodo gave you.";
	}
	return {
		events: [...new Set(events)],
		address,
		secret,
		failureNotificationEmail: email,
		branches: [...new Set(codesOf(context.getNodeParameter('collectorCodes', [])))],
		replaceUrl: optionsOf(context).replaceUrl,
		earlierUrl: memoryOf(context).address,
		isStart: isStart(context),
	};
}

/** The credential, or a message for people: none may be chosen, or an expression want an item where there is none. */
async function credentialOf(context: IHookFunctions) {
	try {
		return await context.getCredentials('jodoApi');
	} catch (error) {
		return `The Jodo credential cannot be read (n8n: "${(error as Error).message}"): choose one whose fields hold what Jodo gave you.`;
	}
}

/** @returns what went wrong, as a message for people; undefined if all is well */
async function attempt(context: IHookFunctions): Promise<string | undefined> {
	const memory = memoryOf(context);
	delete memory.registeredAt;
	if (context.getMode() === 'manual') memory.test = true;
	if (!context.getNode().webhookId) {
		return 'Delete this Jodo Trigger and add it again: it has no webhook ID, as happens to imported workflows, and n8n would answer every delivery with 404.';
	}
	const credential = await credentialOf(context);
	if (typeof credential === 'string') return credential;
	const environment = environmentOf(baseUrlOf(credential));
	if (optionsOf(context).onlyJodoIps && environment === 'custom') {
		return "'Only From Jodo's Servers' knows the servers of Live and Test (UAT). Switch it off, or choose another environment in the Jodo credential.";
	}
	if (isManual(optionsOf(context))) {
		delete memory.secret;
		delete memory.environment;
		if (agreedSecret(credential)) return undefined;
		return "'Jodo Sets It Up for Me' needs the secret that you agreed on with Jodo: enter it as 'Webhook Secret' in the Jodo credential.";
	}

	const plan = planOf(context, credential);
	if (typeof plan === 'string') return plan;
	const refusal = await register(await connect(context), plan, logger(context));
	if (refusal) return refusal;
	memory.secret = plan.secret;
	memory.environment = environment;
	memory.address = plan.address.url;
	memory.registeredAt = Date.now();
	return undefined;
}

export async function publish(context: IHookFunctions): Promise<void> {
	// What n8n throws, as for an expression without a value, leaves a live trigger as deaf as a refusal does.
	const refusal = await attempt(context).catch((error: Error) => error.message || String(error));
	if (refusal) {
		if (isStart(context)) startFailed(context);
		const isLive = context.getMode() !== 'manual' && !isStart(context);
		const message = isLive ? `${refusal.replace(/\w$/, '$&.')} ${RECEIVES_NOTHING}` : refusal;
		throw new NodeOperationError(context.getNode(), message);
	}
	startSucceeded(context);
	if (context.getMode() !== 'manual') noteHolder(context);
}

async function remove(context: IHookFunctions, address: Address, earlierUrl?: string) {
	const { environment } = await context.getCredentials('jodoApi');
	// n8n calls this after every failed publish too: of an address like this, nothing can be registered.
	const isMoved = earlierUrl !== undefined && !address.is(earlierUrl);
	if (unreachableBy(environment, address) && !isMoved) return;
	const jodo = await connect(context);
	const refusal = await unregister(jodo, { address, earlierUrl }, logger(context));
	if (refusal) throw new NodeOperationError(context.getNode(), refusal);
}

export async function unpublish(context: IHookFunctions): Promise<void> {
	const memory = memoryOf(context);
	if (followsFailedStart(context)) return;
	const isTest = memory.test === true;
	const holder = isTest ? undefined : otherHolder(context);
	if (holder) return logger(context)(notMine(holder));
	noteRemoval(context);
	delete memory.registeredAt;
	if (isManual(optionsOf(context))) return;

	const address = new Address(context.getNodeWebhookUrl('default') ?? '', isTest);
	// A test that is over has nobody to tell; the next publish removes what it left.
	if (isTest)
		await remove(context, address).catch(({ message }: Error) => logger(context)(message));
	else await remove(context, address, memory.address);
}
