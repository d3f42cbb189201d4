/**
 * Which workflow receives under a webhook ID, as far as this process has seen. n8n gives an address to one
 * workflow only; but where its command line has published a copy with the same ID, it calls the copy's `delete`
 * at a start or when the copy is unpublished, and that would take the first one's events.
 */
import type { IHookFunctions, INode, IWebhookFunctions } from 'n8n-workflow';

const holders = new Map<string, string>();

type Context = IHookFunctions | IWebhookFunctions;
const workflowOf = (context: Context) => String(context.getWorkflow().id);
const keyOf = ({ webhookId }: INode) => webhookId ?? '';

/** It has registered, or something has arrived for it. */
export function noteHolder(context: Context, node = context.getNode()): void {
	holders.set(keyOf(node), workflowOf(context));
}

/** The ID of another workflow that receives here; otherwise this one does no longer. */
export function otherHolder(context: IHookFunctions): string | undefined {
	const key = keyOf(context.getNode());
	const holder = holders.get(key);
	if (holder !== workflowOf(context)) return holder;
	holders.delete(key);
	return undefined;
}
