/** What n8n is told of rows that failed: as items, or as one error. Rows count from 1, as in a sheet. */
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INode, INodeExecutionData, JsonObject } from 'n8n-workflow';

import type { Explanation } from '../shared/errors';
import { whyNoValue } from './values';

/** Why one row failed. */
export class RowError extends Error {
	readonly said: Explanation;

	/** An earlier try has left it so: no reason to stop the others. */
	readonly isOld: boolean;

	constructor(said: Explanation, isOld = false) {
		super(said.message);
		this.said = said;
		this.isOld = isOld;
	}
}

export type NodeError = NodeApiError | NodeOperationError;

/** A row that Jodo has, and how to find it there. */
export interface DoneRow {
	row: string;
	ids: IDataObject;
}

/** How many rows are named; the others are only counted. */
const MOST_NAMED = 100;

const sentence = (text: string) => (/[.!?…]$/.test(text) ? text : `${text}.`);
const sentences = (...texts: Array<string | 0 | undefined>) =>
	texts
		.filter((text) => text)
		.map((text) => sentence(text as string))
		.join(' ');

/** "Row 2 of 5 (Vikram Singh)" */
export function rowName(item: number, count: number, name: string): string {
	return `Row ${item + 1} of ${count}${name ? ` (${name})` : ''}`;
}

/** A text of the user's or of a stranger, short enough to stand in a sentence. */
export function shortName(value: unknown): string {
	if (typeof value !== 'string' && typeof value !== 'number') return '';
	// What came out of a failed expression or sheet names nobody.
	if (whyNoValue(value)) return '';
	const plain = String(value)
		.replace(/[\p{C}\s]+/gu, ' ')
		.trim();
	// Not cut in the middle of a sign such as 👧, which takes two places.
	return plain.length > 60 ? `${plain.slice(0, 59).replace(/\p{Cs}$/u, '')}…` : plain;
}

const named = <T>(all: T[], tell: (one: T) => string, join: string) =>
	all.slice(0, MOST_NAMED).map(tell).join(join) +
	(all.length > MOST_NAMED ? `${join}and ${all.length - MOST_NAMED} more` : '');

const idsText = (ids: IDataObject) =>
	Object.entries(ids)
		.filter(([key]) => key.endsWith('_id'))
		.map(([, id]) => String(id))
		.join(', ');

/** "Row 2 of 5 (Vikram Singh)" in a list of rows. */
const inList = (row: string) => row.replace(/^Row (\d+) of \d+/, 'row $1');

/** What becomes of the other rows, for whoever is about to correct one and to run them again. */
export interface Others {
	done: DoneRow[];
	/** Besides the row that the error is about. */
	unclear: string[];
	part?: Part;
}

/** Of more rows than these: a loop has brought others before them, or a workflow that called this one. */
export type Part = 'loop' | 'call';

const RETRY =
	"'Retry' of this execution leaves these out. 'Retry' of an older one would not, nor would a new run: give it only the rows that are missing";
const RETRY_OF_CALLER =
	'Neither a new run leaves these out, nor a retry of the workflow that called this one: give them only the rows that are missing';
const NOT_COUNTED =
	'Rows that came before these, in a loop or in other calls of this workflow, are not counted here: leave out what was sent of them';

/** What the error of a node that stopped says about the rows that Jodo has already. */
function aboutOthers({ done, unclear, part }: Others, count: number) {
	const isSome = done.length || unclear.length;
	const atJodo = named(
		done,
		({ row, ids }) => [inList(row), idsText(ids)].filter(Boolean).join(': '),
		'; ',
	);
	return {
		message: sentences(
			done.length && `${done.length} of ${count} rows are at Jodo already: do not send them again`,
			unclear.length && `Of ${unclear.length} more the outcome is unknown`,
		),
		description: sentences(
			done.length && `At Jodo already: ${atJodo}`,
			unclear.length && `Outcome unknown: ${named(unclear, inList, '; ')}`,
			isSome && (part === 'call' ? RETRY_OF_CALLER : RETRY),
			isSome && part && NOT_COUNTED,
		),
	};
}

/** The error of a node that stops at its first failed row. */
export function stopError(
	node: INode,
	row: string,
	error: Error,
	others: Others,
	count: number,
): NodeError {
	const { message, description, details } = saidBy(error);
	const more = aboutOthers(others, count);
	const shown = {
		message: sentences(`${row}: ${message}`, more.message),
		description: sentences(description, more.description),
	};
	const done = others.done.map(({ ids }) => ids);
	return nodeError(node, error, shown, { ...details, ...(done.length && { done }) });
}

/** The error of rows that were all checked before any was sent. */
export function badRowsError(
	node: INode,
	rows: Array<{ row: string; error: Error }>,
	others: Others,
	count: number,
): NodeError {
	const { done, unclear, part } = others;
	const more = aboutOthers(others, count);
	const list = named(rows, ({ row, error }) => sentence(`${row}: ${error.message}`), ' ');
	const of = done.length + unclear.length ? ' in this try' : part ? ' for these rows' : '';
	const shown = {
		message: sentences(list, `Nothing was sent to Jodo${of}`, more.message),
		description:
			more.description ||
			sentences('Correct what is named and run these rows again', part && NOT_COUNTED),
	};
	return nodeError(node, rows[0]?.error as Error, shown, { outcome: 'notSent' });
}

/** One failed row as an item. */
export function failedItem(
	node: INode,
	item: number,
	row: string,
	error: Error,
): INodeExecutionData {
	const { message, description, details } = saidBy(error);
	const text = sentences(`${row}: ${message}`, description);
	const failed: INodeExecutionData = {
		json: { error: text, details: { item, ...details } },
		pairedItem: { item },
	};
	if (node.onError !== 'continueErrorOutput') return failed;
	// n8n before 2.36 knows a failed item by this alone. Were it enumerable, n8n would drop the fields of the
	// input and the details; n8n may also want to write it.
	return Object.defineProperty(failed, 'error', {
		value: nodeError(node, error, { message: text }, details),
		enumerable: false,
		writable: true,
		configurable: true,
	});
}

function saidBy(error: Error): Explanation {
	if (error instanceof RowError) return error.said;
	const { description } = error as NodeError;
	// n8n's own, about an expression or the keys: nothing was sent yet.
	return {
		message: error.message,
		description: description ?? '',
		details: { outcome: 'notSent' },
	};
}

function nodeError(
	node: INode,
	error: Error,
	{ message, description }: { message: string; description?: string },
	details: IDataObject,
): NodeError {
	const { status } = details;
	const made =
		status === undefined
			? new NodeOperationError(node, error instanceof RowError ? message : error, { description })
			: new NodeApiError(node, details as JsonObject, { description, httpCode: String(status) });
	// n8n puts words of its own in place of a message that mentions a code such as ECONNRESET.
	made.message = message;
	made.context.details = details;
	return made;
}
