/** Works through the items of one run: reading, sending, pairing, and what becomes of failures. */
import { NodeOperationError } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
} from 'n8n-workflow';

import { labelOf, pathFrom } from './body';
import { baseUrlOf, expressionMark, HANGS_ON_ITEM } from '../shared/environments';
import type { Explanation, Failure } from '../shared/errors';
import { explain } from '../shared/errors';
import type { AtOnce } from '../shared/pace';
import { Pace } from '../shared/pace';
import { pause } from '../shared/pause';
import type { JodoRequest, Send } from '../shared/transport';
import { createTransport, UNREADABLE } from '../shared/transport';
import type { Operation, Values } from './actions/operation';
import { findOperation } from './actions/registry';
import type { Act, CreateOnce, Verdict } from './createOnce';
import { createOnce, madeUp } from './createOnce';
import { BadInput, createReader } from './parameters';
import type { Others } from './rowErrors';
import { badRowsError, failedItem, RowError, rowName, shortName, stopError } from './rowErrors';
import { Turns } from './turns';

const MAX_AT_ONCE = 50;
/** Without the user's own number. What must not be done twice goes out more slowly: less of it is at stake. */
const AUTOMATIC: Record<Operation['repeat'], AtOnce> = {
	safe: { first: 5, most: MAX_AT_ONCE },
	never: { first: 5, most: 20 },
};
/** For so long n8n may be kept waiting; then it gets a turn. */
const BUSY_MS = 20;

/** One item, read; checked too, if it is about to be sent. */
interface Job {
	item: number;
	values: Values;
	act?: Act;
}

interface Line {
	send: Send;
	baseUrl: string;
	/** Whose records these are: a retry may come with the credential of another school or environment. */
	account: string;
}

export async function run(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const node = this.getNode();
	const [operation, key] = chosenOperation(this);
	// As an AI agent's tool: a failure is an answer to the model, and must not end the agent's run.
	const isTool = node.type.endsWith('Tool');
	const keepGoing = isTool || this.continueOnFail();
	const signal = this.getExecutionCancelSignal();
	const count = this.getInputData().length;
	const memory =
		operation.repeat === 'never' ? createOnce(this, key, operation.once, isTool) : undefined;
	const turns = memory?.turns ?? new Turns();
	const pace = new Pace(undefined, atOnceFor(this, operation));
	const lineOf = await lines(this, pace);
	const reader = createReader(this, operation, isTool);
	const inTurn = turnGiver(signal);

	const names: string[] = [];
	const jobs: Job[] = [];
	const results: INodeExecutionData[][] = [];
	const errors = new Map<number, Error>();
	let isStopped = false;
	const goOn = () => (keepGoing || !isStopped) && !signal?.aborted;
	const row = (item: number) => rowName(item, count, names[item] ?? '');
	const isCalled = this.getMode() === 'integrated';
	const part = isCalled ? 'call' : memory?.isLaterRun ? 'loop' : undefined;
	/** What is known of the rows beside one, from this try and from earlier ones. */
	const othersThan = async (one?: number): Promise<Others> =>
		await inTurn(() => {
			const items = Array.from({ length: count }, (_, item) => item);
			const done = items.flatMap((item) => {
				const ids = memory?.idsOf(item);
				return ids ? [{ row: row(item), ids }] : [];
			});
			const unclear = items
				.filter((item) => item !== one && (memory?.isUnclear(item) || isUnclear(errors.get(item))))
				.map(row);
			return { done, unclear, part };
		});

	/** Reads an item, and checks it unless the memory has the last word on it. */
	const prepare = (item: number): Job => {
		const draft = reader.read(item);
		names[item] = nameOf(operation, draft.values);
		const act = memory?.actOf(draft.values);
		const isNew = !act || memory?.verdict(item, act).kind === 'send';
		return { item, values: isNew ? reader.check(draft) : reader.glance(draft), act };
	};
	const attempt = async (item: number, work: () => Promise<void>) => {
		try {
			await work();
		} catch (error) {
			const failure = error instanceof BadInput ? notSentFor(error) : (error as Error);
			errors.set(item, failure);
			if (!(failure instanceof RowError && failure.isOld)) isStopped = true;
		}
	};

	if (memory) {
		for (let item = 0; item < count && !signal?.aborted; item++) {
			await attempt(item, async () => void (jobs[item] = await inTurn(() => prepare(item))));
		}
		if (isStopped && !keepGoing) {
			const bad = [...errors].map(([item, error]) => ({ row: row(item), error }));
			throw badRowsError(node, bad, await othersThan(), count);
		}
	}

	await inParallel(count, pace, goOn, async (item) => {
		if (errors.has(item)) return;
		await attempt(item, async () => {
			const job = jobs[item] ?? (await inTurn(() => prepare(item)));
			const work = async () => {
				if (!goOn()) return;
				const line = await lineOf(item);
				const records = await perform({ ...job, ...line, operation, memory, pace, inTurn });
				results[item] = [records].flat().map((json) => ({ json, pairedItem: { item } }));
			};
			// Who waits for a turn takes no place.
			const waits = { begin: () => pace.giveBack(), end: async () => await pace.take() };
			await turns.take(keysOf(operation, job), work, waits);
		});
	});

	if (signal?.aborted) throw new NodeOperationError(node, 'The execution was stopped');
	if (errors.size && !keepGoing) {
		const [item, error] = firstOf(errors);
		throw stopError(node, row(item), error, await othersThan(item), count);
	}
	for (const [item, error] of errors) {
		results[item] = [await inTurn(() => failedItem(node, item, row(item), error))];
	}
	// A failed first item makes n8n repeat the whole node under Retry On Fail: the memory is still needed.
	if (!errors.size) memory?.clear();
	return [results.flat()];
}

function chosenOperation(context: IExecuteFunctions): [Operation, key: string] {
	const resource = context.getNodeParameter('resource', 0) as string;
	const name = context.getNodeParameter('operation', 0) as string;
	const operation = findOperation(resource, name);
	if (operation) return [operation, `${resource}.${name}`];
	throw new NodeOperationError(
		context.getNode(),
		`The operation '${name}' of '${resource}' does not exist`,
		{ description: "Choose 'Resource' and 'Operation' from their lists." },
	);
}

function atOnceFor(context: IExecuteFunctions, { repeat }: Operation): AtOnce {
	const { concurrency } = context.getNodeParameter('options', 0, {}) as { concurrency?: unknown };
	const wanted = Math.trunc(Number(concurrency ?? 0));
	if (!(wanted > 0)) return AUTOMATIC[repeat];
	const fixed = Math.min(wanted, MAX_AT_ONCE);
	return { first: fixed, most: fixed };
}

/**
 * To Jodo with the keys of an item. They are read once for all items, unless the credential says that they hang
 * on the item: reading them takes longer than a whole request may.
 */
async function lines(
	context: IExecuteFunctions,
	pace: Pace,
): Promise<(item: number) => Promise<Line>> {
	const { id } = context.getNode().credentials?.jodoApi ?? {};
	const lineWith = async (credential: ICredentialDataDecryptedObject): Promise<Line> => {
		const baseUrl = baseUrlOf(credential);
		const send = await createTransport(context, { pace, credential });
		return { send, baseUrl, account: `${id} ${baseUrl}` };
	};
	const first = await context.getCredentials<ICredentialDataDecryptedObject>('jodoApi', 0);
	if (!HANGS_ON_ITEM.some((name) => first[expressionMark(name)])) {
		const line = await lineWith(first);
		return async () => line;
	}
	return async (item) => await lineWith(await context.getCredentials('jodoApi', item));
}

type InTurn = <T>(piece: () => T) => Promise<T>;

/**
 * Does a piece of work as soon as n8n has had its turn in time. The look at the clock and the work go together:
 * of many pieces that wait for one turn, those that no longer fit wait for the next.
 */
function turnGiver(signal?: AbortSignal): InTurn {
	let since = Date.now();
	let turn: Promise<void> | undefined;
	const give = async () => {
		await pause(0, signal).catch(() => {});
		since = Date.now();
		turn = undefined;
	};
	return async (piece) => {
		while (Date.now() - since >= BUSY_MS) await (turn ??= give());
		return piece();
	};
}

/** What tells a row apart for whoever reads the error: whom it is about, else the id it asks for. */
function nameOf({ fields }: Operation, { body, ...values }: Values): string {
	const { name, fullname, student } = (body ?? {}) as IDataObject;
	const inStudent = (student as IDataObject | undefined)?.fullname;
	const [id] = fields.filter(({ required }) => required).map((field) => values[field.name]);
	return [name, fullname, inStudent, id].map(shortName).find(Boolean) ?? '';
}

function keysOf({ serialKey }: Operation, { values, act }: Job): string[] {
	return [serialKey?.(values), act && `act ${act.essentials}`].filter((key) => key !== undefined);
}

/** Calls `task` for 0…count-1 in that order, as many at a time as the pace allows, as long as `goOn` says so. */
async function inParallel(
	count: number,
	pace: Pace,
	goOn: () => boolean,
	task: (index: number) => Promise<void>,
): Promise<void> {
	const tasks: Array<Promise<void>> = [];
	for (let index = 0; index < count && goOn(); index++) {
		await pace.take();
		if (goOn()) tasks.push(task(index).finally(() => pace.giveBack()));
		else pace.giveBack();
	}
	await Promise.all(tasks);
}

/** A failure of this try says more than what an earlier one has left. */
function firstOf(errors: Map<number, Error>): [number, Error] {
	const all = [...errors].sort(([a], [b]) => a - b);
	const isNew = ([, error]: [number, Error]) => !(error instanceof RowError && error.isOld);
	return (all.find(isNew) ?? all[0]) as [number, Error];
}

const isUnclear = (error?: Error) =>
	error instanceof RowError && error.said.details.outcome === 'unknown';

const notSentFor = ({ message }: BadInput) =>
	new RowError({
		message,
		description: 'This row was not sent to Jodo. Correct the value and run this row again',
		details: { outcome: 'notSent' },
	});

interface Task extends Job, Line {
	operation: Operation;
	memory?: CreateOnce;
	pace: Pace;
	inTurn: InTurn;
}

/** One item: the answer remembered from an earlier try, or a new request. */
async function perform(task: Task): Promise<IDataObject | IDataObject[]> {
	const { operation, item, values, account, memory, pace, baseUrl, inTurn } = task;
	const act = task.act && { ...task.act, account };
	if (memory && act) {
		const verdict = memory.verdict(item, act);
		if (verdict.kind === 'answered') {
			const { answer } = verdict;
			const now = (await inTurn(() => operation.output(answer, values, baseUrl))) as IDataObject;
			const output = { ...madeUp(now, false), ...madeUp(answer) };
			return verdict.isRepeat ? { ...output, already_created: true } : output;
		}
		if (verdict.kind !== 'send') {
			throw await inTurn(() => new RowError(remembered(operation, verdict), true));
		}
	}
	if (pace.isHopeless) {
		const failure = { kind: 'notSent', status: 429, reason: 'too many requests' } as const;
		throw await inTurn(() => refusal(operation, failure));
	}

	if (act) memory?.sent(item, act);
	const outcome = await sendAndRead(task, operation.request(values));
	if (outcome.kind === 'done') {
		if (act) memory?.answered(item, act, outcome.answer, outcome.output as IDataObject);
		return outcome.output;
	}
	if (act && outcome.kind !== 'unknown') memory?.notDone(item, act);
	const isUnclear = outcome.kind === 'unknown' && (memory ?? operation.afterLostAnswer);
	throw await inTurn(() =>
		isUnclear ? new RowError(unknownOutcome(operation, outcome)) : refusal(operation, outcome),
	);
}

type Result = Failure | { kind: 'done'; answer: IDataObject; output: IDataObject | IDataObject[] };

async function sendAndRead(task: Task, request: JodoRequest): Promise<Result> {
	const { operation, values, send, baseUrl, inTurn } = task;
	const outcome = await send(request, operation.repeat);
	if (outcome.kind !== 'done') return await afterLostAnswer(task, outcome);
	const output = await inTurn(() => operation.output(outcome.body, values, baseUrl));
	if (output) return { kind: 'done', answer: outcome.body, output };
	const { status, body } = outcome;
	return await afterLostAnswer(task, { kind: 'unknown', reason: UNREADABLE, status, body });
}

const SUCCESS = { status: 'success' };

/** A repeat may be refused only because the first try, whose answer was lost, had already done the work. */
async function afterLostAnswer(task: Task, outcome: Failure): Promise<Result> {
	const { operation, values, send, baseUrl } = task;
	const { afterLostAnswer: question } = operation;
	if (!question || !(outcome.lostBefore || outcome.kind === 'unknown')) return outcome;
	const reason = outcome.kind === 'unknown' ? outcome.reason : 'an earlier try got no answer';
	const unclear: Failure = { ...outcome, kind: 'unknown', reason };
	if (question === 'unknown') return unclear;
	const answer = await send(question.request(values), 'safe');
	if (answer.kind !== 'done') return unclear;
	if (!question.wasDone(answer.body, values)) return outcome;
	return {
		kind: 'done',
		answer: SUCCESS,
		output: operation.output(SUCCESS, values, baseUrl) ?? {},
	};
}

/** Keys or a proxy's password that were not accepted: whatever was asked for, it was turned away. */
const TURNED_AWAY = [401, 403, 407];

function refusal({ fields, body }: Operation, failure: Failure): RowError {
	const { kind, status = 0, lostBefore } = failure;
	const place = (key: string) =>
		labelOf([...(body?.fields ?? []), ...fields], pathFrom(key), body?.names);
	const { message, description: remedy, details } = explain(failure, place);
	const isUndone = kind === 'notSent' || (TURNED_AWAY.includes(status) && !lostBefore);
	const description = isUndone ? `Nothing was done. ${remedy}` : remedy;
	return new RowError({ message, description, details: { ...details, outcome: kind } });
}

const lookFirst = (operation: Operation) =>
	operation.afterUnknown ?? 'Look at the record in the Jodo dashboard';

function unknownOutcome(operation: Operation, failure: Failure): Explanation {
	const { message, details } = explain(failure);
	const look = lookFirst(operation);
	const advice =
		operation.repeat === 'never'
			? `Do not send it again before you have looked: it may be there. ${look}. Only if it is not there, run this row alone in a new run`
			: `${look} before you run this row again`;
	return {
		message: `Outcome unknown: Jodo may or may not have done this (${message}). ${advice}`,
		description: '',
		details: { ...details, outcome: 'unknown' },
	};
}

/** Why a row is not sent because of what an earlier try, run or call has done. */
function remembered(
	operation: Operation,
	verdict: Exclude<Verdict, { kind: 'send' | 'answered' }>,
): Explanation {
	if (verdict.kind === 'unclear') {
		return unknownOutcome(operation, {
			kind: 'unknown',
			reason: 'an earlier try got no clear answer',
		});
	}
	const { words } = (operation as Extract<Operation, { repeat: 'never' }>).once;
	const message =
		verdict.kind === 'blocked'
			? `Not sent: ${verdict.by}, ${words}, has an unclear outcome. ${lookFirst(operation)}. Only if it is not there, send this row alone in a new run`
			: `Not sent: an earlier try has done this row already, with other data or by another credential${idsOf(verdict.answer)}. Cancel or correct that at Jodo first, then run this row alone in a new run if need be`;
	return { message, description: '', details: { outcome: 'notSent' } };
}

function idsOf({ data, ...rest }: IDataObject): string {
	const ids = Object.entries({ ...rest, ...(data as IDataObject) })
		.filter(([key]) => key.endsWith('_id'))
		.map(([key, id]) => `${key} ${String(id)}`);
	return ids.length ? ` (${ids.join(', ')})` : '';
}
