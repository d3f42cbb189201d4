/**
 * A retry creates nothing twice. n8n repeats a node on Retry On Fail and on Retry in the executions list;
 * the node context outlives both. Before a request that must not be repeated goes out, "sent" is noted
 * there, and the answer (ids and the checkout address only) after it.
 * Not covered: an execution whose n8n was killed has lost its memory.
 */
import { createHash } from 'crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { JodoRequest } from '../shared/transport';

export type Remembered = { state: 'sent' } | { state: 'answered'; output: IDataObject };

export interface CreateOnce {
	/** One key per run of the node, item and request. */
	keyOf(item: number, request: JodoRequest): string;
	get(key: string): Remembered | undefined;
	set(key: string, entry: Remembered): void;
	/** Nothing was done: the next try may send it. */
	forget(key: string): void;
	/** All items are done: nothing is left to protect. */
	clear(): void;
}

const CONTEXT_KEY = 'createOnce';

export function createOnce(context: IExecuteFunctions): CreateOnce {
	const store = context.getContext('node');
	const entries = (store[CONTEXT_KEY] ??= {}) as Record<string, Remembered>;
	const run = String(context.evaluateExpression('{{ $runIndex }}', 0));
	const mine = `${run}:`;
	return {
		keyOf: (item, request) =>
			`${mine}${item}:${createHash('sha256').update(JSON.stringify(request)).digest('hex')}`,
		get: (key) => entries[key],
		set: (key, entry) => {
			entries[key] = entry;
		},
		forget: (key) => {
			delete entries[key];
		},
		clear: () => {
			for (const key of Object.keys(entries)) if (key.startsWith(mine)) delete entries[key];
		},
	};
}
