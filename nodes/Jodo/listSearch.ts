import { NodeApiError } from 'n8n-workflow';
import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
	JsonObject,
} from 'n8n-workflow';

import { EVENTS, findEvent } from '../events/events';
import { codeOf } from './body';
import type { CodeList } from '../shared/codeLists';
import { codeOptions, listRequest, LISTS } from '../shared/codeLists';
import { records } from '../shared/answers';
import { explain } from '../shared/errors';
import { Pace } from '../shared/pace';
import type { JodoRequest } from '../shared/transport';
import { createTransport, pathOf } from '../shared/transport';

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

/** @throws NodeApiError whose reason shows in the list; a code can still be entered */
async function answerOf(
	context: ILoadOptionsFunctions,
	request: JodoRequest,
): Promise<IDataObject> {
	const send = await createTransport(context, {
		pace: new Pace(LONGEST_PAUSE_MS),
		timeoutMs: TIMEOUT_MS,
	});
	const outcome = await send(request, 'safe');
	if (outcome.kind === 'done') return outcome.body;
	const { message, description, details } = explain(outcome);
	throw new NodeApiError(context.getNode(), details as JsonObject, { message, description });
}

/** A list of codes for a resource locator. */
function searchIn(list: CodeList, ofBranch = true) {
	return async function search(
		this: ILoadOptionsFunctions,
		filter?: string,
	): Promise<INodeListSearchResult> {
		const request = listRequest(list, ofBranch ? chosenBranch(this) : undefined);
		return { results: matching(codeOptions(list, await answerOf(this, request)), filter) };
	};
}

/** What Jodo sends where: "Payment Link: Settled to Bank → https://erp.example.com/jodo". */
async function searchWebhooks(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const webhooks = records(await answerOf(this, { method: 'GET', path: pathOf`/erp/webhooks` }));
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
