/** What the node's form holds, as n8n gives it. */
import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import type { ItemPer } from '../events/row';

export interface TriggerOptions {
	includeHeaders?: boolean;
	itemPer?: ItemPer;
	onlyJodoIps?: boolean;
	registration?: 'automatic' | 'manual';
	replaceUrl?: string;
	splitOutput?: boolean;
}

/** Read once: each reading of a parameter takes n8n as long as all the rest of an event. */
export const optionsOf = (context: IHookFunctions | IWebhookFunctions) =>
	context.getNodeParameter('options', {}) as TriggerOptions;

/** Whether Jodo itself looks after the registration. */
export const isManual = ({ registration }: TriggerOptions) => registration === 'manual';

/** Codes as n8n may give them: a list, text with commas, or what a resource locator holds. */
export function codesOf(value: unknown): string[] {
	if (Array.isArray(value)) return value.flatMap(codesOf);
	if (typeof value === 'object' && value !== null && 'value' in value) return codesOf(value.value);
	return String(value ?? '')
		.split(',')
		.map((code) => code.trim())
		.filter(Boolean);
}
