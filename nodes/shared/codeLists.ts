/** Jodo's lists of codes: read by the Get … operations, and by every field that asks for such a code. */
import { NodeApiError } from 'n8n-workflow';
import type { IDataObject, ILoadOptionsFunctions, JsonObject } from 'n8n-workflow';

import { records } from './answers';
import { explain } from './errors';
import { Pace } from './pace';
import type { JodoRequest } from './transport';
import { createTransport, pathOf } from './transport';

/** Somebody waits before an empty drop-down: ten seconds for an answer, about fifteen while Jodo is busy. */
const TIMEOUT_MS = 10_000;
const LONGEST_PAUSE_MS = 2_000;

export interface CodeList {
	path: string;
	/**
	 * Under which key an entry holds its code. Fee components and discounts are documented; for branches and
	 * grades the page is not public, and clients read `code`.
	 */
	codeKeys: string[];
}

export const LISTS = {
	branches: { path: pathOf`/erp/branches`, codeKeys: ['code', 'collector_code'] },
	grades: { path: pathOf`/erp/grades`, codeKeys: ['code', 'grade', 'component_type'] },
	feeComponents: { path: pathOf`/erp/fee-components`, codeKeys: ['component_type', 'code'] },
	discounts: { path: pathOf`/erp/discounts`, codeKeys: ['discount_type', 'code'] },
} satisfies Record<string, CodeList>;

/** @param branch needed where the institute has several branches */
export function listRequest(list: CodeList, branch?: string): JodoRequest {
	return { method: 'GET', path: list.path, qs: branch ? { collector_code: branch } : undefined };
}

/** The entries of a list for a drop-down; one without a code cannot be chosen. */
export function codeOptions(
	list: CodeList,
	answer: IDataObject,
): Array<{ name: string; value: string }> {
	return (records(answer) ?? []).flatMap((entry) => {
		const code = list.codeKeys.map((key) => entry[key]).find(Boolean);
		if (!code) return [];
		const value = String(code);
		const name = String(entry.name ?? value);
		return [{ name: name === value ? name : `${name} (${value})`, value }];
	});
}

/**
 * What a drop-down of either node asks Jodo for.
 * @throws NodeApiError whose reason shows in the list; a code can still be entered
 */
export async function listAnswer(
	context: ILoadOptionsFunctions,
	request: JodoRequest,
): Promise<IDataObject> {
	const pace = new Pace(LONGEST_PAUSE_MS);
	const send = await createTransport(context, { pace, timeoutMs: TIMEOUT_MS });
	const outcome = await send(request, 'safe');
	if (outcome.kind === 'done') return outcome.body;
	const { message, description, details } = explain(outcome);
	throw new NodeApiError(context.getNode(), details as JsonObject, { message, description });
}
