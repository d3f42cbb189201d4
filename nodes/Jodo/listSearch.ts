import { NodeApiError } from 'n8n-workflow';
import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
	JsonObject,
} from 'n8n-workflow';

import { EVENTS } from '../events/events';
import { codeOf } from './body';
import type { CodeList } from '../shared/codeLists';
import { codeOptions, listRequest, LISTS } from '../shared/codeLists';
import { explain } from '../shared/errors';
import { Pace } from '../shared/pace';
import { createTransport } from '../shared/transport';

const TIMEOUT_MS = 10_000;
const LONGEST_PAUSE_MS = 5_000;

/** The branch chosen beside the field, if any: other lists depend on it. */
function chosenBranch(context: ILoadOptionsFunctions): string | undefined {
	const own = codeOf(context.getCurrentNodeParameter('collectorCode'));
	const among = context.getCurrentNodeParameter('additionalFields') as IDataObject | undefined;
	return String(own || codeOf(among?.collectorCode) || '') || undefined;
}

function matching(entries: INodeListSearchItems[], filter = ''): INodeListSearchItems[] {
	const wanted = filter.trim().toLowerCase();
	return entries
		.filter(({ name }) => name.toLowerCase().includes(wanted))
		.sort((a, b) => a.name.localeCompare(b.name));
}

/** A list for a resource locator. If it fails, the reason shows in the list; a code can still be entered. */
function searchIn(list: CodeList, ofBranch = true) {
	return async function search(
		this: ILoadOptionsFunctions,
		filter?: string,
	): Promise<INodeListSearchResult> {
		const send = await createTransport(this, {
			pace: new Pace(LONGEST_PAUSE_MS),
			timeoutMs: TIMEOUT_MS,
		});
		const outcome = await send(
			listRequest(list, ofBranch ? chosenBranch(this) : undefined),
			'safe',
		);
		if (outcome.kind !== 'done') {
			const { message, description, details } = explain(outcome);
			throw new NodeApiError(this.getNode(), details as JsonObject, { message, description });
		}
		return { results: matching(codeOptions(list, outcome.body), filter) };
	};
}

/** Jodo has no list of its events; ours is the table of the Jodo Trigger. */
async function searchEvents(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const entries = EVENTS.flatMap(({ name, codes }) =>
		codes.map((code) => ({ name: `${name} (${code})`, value: code })),
	);
	return { results: matching(entries, filter) };
}

export const listSearch = {
	searchBranches: searchIn(LISTS.branches, false),
	searchDiscounts: searchIn(LISTS.discounts),
	searchEvents,
	searchFeeComponents: searchIn(LISTS.feeComponents),
	searchGrades: searchIn(LISTS.grades),
};
