/**
 * n8n before 2.40 runs the hooks at every start and, if one fails, takes the registration away: a start
 * while Jodo is out of order, or while another trigger of the workflow fails, must not cost the events.
 */
import type { IHookFunctions } from 'n8n-workflow';

import type { TriggerMemory } from './secrets';

/** How long after a failed start n8n may still call `delete` for it. */
const AFTERMATH_MS = 60_000;

/** When this process last removed what is registered at an address, and when a start of a node last failed. */
const removals = new Map<string, number>();
const failures = new Map<string, number>();

const keyOf = (context: IHookFunctions) =>
	JSON.stringify([context.getWorkflow().id, context.getNode().id]);

export const isStart = (context: IHookFunctions) =>
	['init', 'leadershipChange'].includes(context.getActivationMode());

/**
 * Whether a start may rely on what the last publish left. Not if this process has removed it since: n8n then
 * tries again with the static data of before.
 */
export function isStillRegistered(context: IHookFunctions, memory: TriggerMemory, url?: string) {
	const { registeredAt, address } = memory;
	if (!isStart(context) || typeof registeredAt !== 'number') return false;
	if (address === undefined || address !== url) return false;
	return (removals.get(address) ?? 0) < registeredAt;
}

export function noteRemoval(context: IHookFunctions): void {
	removals.set(context.getNodeWebhookUrl('default') ?? '', Date.now());
}

export function startFailed(context: IHookFunctions): void {
	failures.set(keyOf(context), Date.now());
}

export function startSucceeded(context: IHookFunctions): void {
	failures.delete(keyOf(context));
}

/** Whether n8n calls `delete` only because a start has just failed. */
export function followsFailedStart(context: IHookFunctions): boolean {
	const failedAt = failures.get(keyOf(context));
	failures.delete(keyOf(context));
	return (failedAt ?? 0) > Date.now() - AFTERMATH_MS;
}
