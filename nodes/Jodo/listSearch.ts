import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import { EVENTS, findEvent } from '../events/events';
import { codeOf } from './body';
import type { CodeList } from '../shared/codeLists';
import { codeOptions, listAnswer, listRequest, LISTS } from '../shared/codeLists';
import { records } from '../shared/answers';
import { pathOf } from '../shared/transport';

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

/** A list of codes for a resource locator. */
function searchIn(list: CodeList, ofBranch = true) {
	return async function search(
		this: ILoadOptionsFunctions,
		filter?: string,
	): Promise<INodeListSearchResult> {
		const request = listRequest(list, ofBranch ? chosenBranch(this) : undefined);
		return { results: matching(codeOptions(list, await listAnswer(this, request)), filter) };
	};
}

/** What Jodo sends where: "Payment Link: Settled to Bank → https://erp.example.com/jodo". */
async function searchWebhooks(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const webhooks = records(await listAnswer(this, { method: 'GET', path: pathOf`/erp/webhooks` }));
	const entries = (webhooks ?? []).map(({ id, event_code, url }) => ({
		name: `${findEvent(event_code)?.name ?? String(event_code)} → ${String(url)}`,
		value: String(id),
	}));
	return { results: matching(entries, filter) };
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
	searchWebhooks,
};
