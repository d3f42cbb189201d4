/** Works through the items of one run: reading, sending, pairing, and what becomes of failures. */
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeExecutionData, JsonObject } from 'n8n-workflow';

import { labelOf, pathFrom } from './body';
import { baseUrlOf } from '../shared/environments';
import type { Explanation, Failure } from '../shared/errors';
import { explain } from '../shared/errors';
import { Pace } from '../shared/pace';
import type { JodoRequest, Send } from '../shared/transport';
import { createTransport, UNREADABLE } from '../shared/transport';
import type { Operation, Values } from './actions/operation';
import { findOperation } from './actions/registry';
import type { CreateOnce } from './createOnce';
import { createOnce } from './createOnce';
import { createReader } from './parameters';

const DEFAULT_CONCURRENCY = 5;
const MAX_CONCURRENCY = 20;

type NodeError = NodeApiError | NodeOperationError;

export async function run(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const operation = chosenOperation(this);
	const keepGoing = this.continueOnFail();
	const memory = operation.repeat === 'never' ? createOnce(this) : undefined;
	const send = await createTransport(this, { pace: new Pace() });
	const baseUrl = baseUrlOf(await this.getCredentials('jodoApi'));
	const read = createReader(this, operation);
	const results: INodeExecutionData[][] = [];
	let failed: NodeError | undefined;

	const workOn = async (item: number, values: Values) => {
		const records = await perform(this, { operation, item, values, send, baseUrl, memory });
		results[item] = [records].flat().map((json) => ({ json, pairedItem: { item } }));
	};

	await inParallel(
		this.getInputData().length,
		concurrencyOf(this),
		async (item, inTurn) => {
			try {
				const values = read(item);
				await inTurn(operation.serialKey?.(values), async () => await workOn(item, values));
			} catch (error) {
				const nodeError = asNodeError(this, error as Error, item);
				if (keepGoing) results[item] = [failedItem(nodeError, item)];
				failed ??= nodeError;
			}
		},
		() => keepGoing || !failed,
	);

	if (failed && !keepGoing) throw failed;
	// A failed first item makes n8n repeat the whole node under Retry On Fail: the memory is still needed.
	if (!failed) memory?.clear();
	return [results.flat()];
}

function chosenOperation(context: IExecuteFunctions): Operation {
	const resource = context.getNodeParameter('resource', 0) as string;
	const name = context.getNodeParameter('operation', 0) as string;
	const operation = findOperation(resource, name);
	if (operation) return operation;
	throw new NodeOperationError(
		context.getNode(),
		`The operation '${name}' of '${resource}' does not exist`,
		{ description: "Choose 'Resource' and 'Operation' from their lists." },
	);
}

function concurrencyOf(context: IExecuteFunctions): number {
	const { concurrency } = context.getNodeParameter('options', 0, {}) as { concurrency?: unknown };
	const wanted = Math.trunc(Number(concurrency ?? DEFAULT_CONCURRENCY));
	return Math.min(Math.max(wanted || DEFAULT_CONCURRENCY, 1), MAX_CONCURRENCY);
}

type InTurn = (key: string | undefined, work: () => Promise<void>) => Promise<void>;

/** Calls `task` for 0…count-1 in that order, some at a time, as long as `goOn` says so. */
async function inParallel(
	count: number,
	concurrency: number,
	task: (index: number, inTurn: InTurn) => Promise<void>,
	goOn: () => boolean,
): Promise<void> {
	const turns = new Map<string, Promise<void>>();
	const inTurn: InTurn = async (key, work) => {
		if (key === undefined) return await work();
		const turn = (turns.get(key) ?? Promise.resolve()).then(async () => {
			if (goOn()) await work();
		});
		turns.set(
			key,
			turn.catch(() => {}),
		);
		return await turn;
	};
	let next = 0;
	const worker = async () => {
		while (next < count && goOn()) await task(next++, inTurn);
	};
	await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
}

interface Job {
	operation: Operation;
	item: number;
	values: Values;
	send: Send;
	baseUrl: string;
	memory?: CreateOnce;
}

/** One item: the answer remembered from an earlier try, or a new request. */
async function perform(context: IExecuteFunctions, job: Job): Promise<IDataObject | IDataObject[]> {
	const { operation, item, values, memory } = job;
	const request = operation.request(values);
	const key = memory?.keyOf(item, request) ?? '';
	const remembered = memory?.get(key);
	if (remembered?.state === 'answered') return remembered.output;
	if (remembered?.state === 'sent') {
		throw unknownOutcome(context, job, {
			kind: 'unknown',
			reason: 'an earlier try got no clear answer',
		});
	}

	memory?.set(key, { state: 'sent' });
	const outcome = await sendAndRead(job, request);
	if (outcome.kind === 'done') {
		memory?.set(key, { state: 'answered', output: outcome.output as IDataObject });
		return outcome.output;
	}
	if (outcome.kind !== 'unknown') memory?.forget(key);
	const isUnclear = outcome.kind === 'unknown' && (memory ?? operation.afterLostAnswer);
	throw isUnclear ? unknownOutcome(context, job, outcome) : refusal(context, job, outcome);
}

type Result = Failure | { kind: 'done'; output: IDataObject | IDataObject[] };

async function sendAndRead(job: Job, request: JodoRequest): Promise<Result> {
	const { operation, values, send, baseUrl } = job;
	const outcome = await send(request, operation.repeat);
	if (outcome.kind !== 'done') return await afterLostAnswer(job, outcome);
	const output = operation.output(outcome.body, values, baseUrl);
	if (output) return { kind: 'done', output };
	const { status, body } = outcome;
	return { kind: 'unknown', reason: UNREADABLE, status, body };
}

/** A repeat may be refused only because the first try, whose answer was lost, had already done the work. */
async function afterLostAnswer(
	{ operation, values, send, baseUrl }: Job,
	outcome: Failure,
): Promise<Result> {
	const { afterLostAnswer: question } = operation;
	if (!question || !(outcome.lostBefore || outcome.kind === 'unknown')) return outcome;
	if (question === 'unknown') {
		return { ...outcome, kind: 'unknown', reason: 'an earlier try got no answer' };
	}
	const answer = await send(question.request(values), 'safe');
	const isDone = answer.kind === 'done' && question.wasDone(answer.body, values);
	return isDone ? { kind: 'done', output: operation.output({}, values, baseUrl) ?? {} } : outcome;
}

function refusal(context: IExecuteFunctions, job: Job, failure: Failure): NodeApiError {
	const { fields, body } = job.operation;
	const place = (key: string) =>
		labelOf([...(body?.fields ?? []), ...fields], pathFrom(key), body?.names);
	return apiError(context, explain(failure, place), job.item);
}

function unknownOutcome(context: IExecuteFunctions, job: Job, failure: Failure): NodeApiError {
	const { repeat, afterUnknown } = job.operation;
	const { message, details } = explain(failure);
	const look = `${afterUnknown ?? 'Look at the record in the Jodo dashboard'} before you run this item again`;
	return apiError(
		context,
		{
			message: `Outcome unknown: Jodo may or may not have done this (${message})`,
			description:
				repeat === 'never'
					? `It was not sent again, so that nothing is created twice. ${look} in a new execution.`
					: `${look}.`,
			details: { ...details, outcome: 'unknown' },
		},
		job.item,
	);
}

function apiError(
	context: IExecuteFunctions,
	{ message, description, details }: Explanation,
	itemIndex: number,
): NodeApiError {
	const error = new NodeApiError(context.getNode(), details as JsonObject, {
		message,
		description,
		itemIndex,
		...(details.status !== undefined && { httpCode: String(details.status) }),
	});
	// n8n puts words of its own in place of a message that mentions a code such as ECONNRESET.
	error.message = message;
	error.context.details = details;
	return error;
}

function asNodeError(context: IExecuteFunctions, error: Error, itemIndex: number): NodeError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	return new NodeOperationError(context.getNode(), error, { itemIndex });
}

/**
 * n8n sends an item to the error output, with the fields of its input, if its json holds nothing but
 * error, message and details, and nothing stands beside json.
 */
function failedItem(error: NodeError, item: number): INodeExecutionData {
	const said = error.description
		? `${error.message.replace(/\.$/, '')}. ${error.description}`
		: error.message;
	return {
		json: {
			error: `${said} [Item ${item}]`,
			details: { item, ...(error.context.details as IDataObject | undefined) },
		},
		pairedItem: { item },
	};
}
