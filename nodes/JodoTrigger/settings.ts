/** What the node's form holds, as n8n gives it. */
import type { IHookFunctions, INode, IWebhookFunctions } from 'n8n-workflow';

import type { ItemPer } from '../events/row';
import { holdsExpression } from '../shared/expressions';

export interface TriggerOptions {
	includeHeaders?: boolean;
	itemPer?: ItemPer;
	onlyJodoIps?: boolean;
	registration?: 'automatic' | 'manual';
	replaceUrl?: string;
	splitOutput?: boolean;
}

/** What the form holds; n8n is asked, which takes it long, only where there is an expression. */
export function parameterOf(
	context: IHookFunctions | IWebhookFunctions,
	{ parameters }: INode,
	name: string,
	fallback: unknown,
): unknown {
	const raw = parameters[name];
	const isAsItStands = raw !== undefined && !holdsExpression(raw);
	return isAsItStands ? raw : context.getNodeParameter(name, fallback);
}

export const optionsOf = (context: IHookFunctions | IWebhookFunctions, node = context.getNode()) =>
	parameterOf(context, node, 'options', {}) as TriggerOptions;

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
