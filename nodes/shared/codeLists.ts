/** Jodo's lists of codes: read by the Get … operations, and by every field that asks for such a code. */
import type { IDataObject } from 'n8n-workflow';

import { records } from './answers';
import type { JodoRequest } from './transport';
import { pathOf } from './transport';

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
