/**
 * Nothing is created twice. n8n repeats a node on Retry On Fail, on Retry in the executions list, in loops, and
 * as often as an AI agent calls it; the flow context outlives all of these within one execution, and is one for
 * all of its nodes. Before a request that must not be repeated goes out, "sent" is noted there, and Jodo's ids
 * after it.
 * Not covered: see docs/decisions/create-once.md.
 */
import { createHash } from 'crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { ZodTypeAny } from 'zod/v3';

import type { Once, Values } from './actions/operation';
import { Turns } from './turns';
import { email, phone, text } from './values';

/** However it is written, it is the same person's. */
export const samePhone = () => phone().transform((digits) => digits.slice(-10));
export const sameEmail = () => email().transform((address) => address.toLowerCase());
export const sameName = () => text().transform((name) => name.toLowerCase().replace(/\s+/g, ' '));

/** What is to be done for one item, as hashes. */
export interface Act {
	essentials: string;
	money: string;
	besides: string;
	/** Among whose records, as the credential says: known when it is sent. */
	account?: string;
}

interface Entry extends Act {
	/** Without it the request was sent, and nothing is known of its outcome. */
	answer?: IDataObject;
}

/** What the memory says of an act, before it is sent. */
export type Verdict =
	| { kind: 'send' }
	/** `isRepeat`: by an earlier call of an AI agent. */
	| { kind: 'answered'; answer: IDataObject; isRepeat: boolean }
	/** This very item was sent by an earlier try, without a clear answer. */
	| { kind: 'unclear' }
	/** This very item was answered, but asked for something else, or elsewhere. */
	| { kind: 'changed'; answer: IDataObject }
	/** The same act of another row, run, node or call has no clear outcome. */
	| { kind: 'blocked'; by: string };

export interface CreateOnce {
	actOf(values: Values): Act;
	verdict(item: number, act: Act): Verdict;
	sent(item: number, act: Act): void;
	/** `output`: what of it a later try may say otherwise is kept as it was sent. */
	answered(item: number, act: Act, answer: IDataObject, output?: IDataObject): void;
	/** Nothing was done: the next try may send it. */
	notDone(item: number, act: Act): void;
	/** Jodo's ids for an item of this run, if it has been answered. */
	idsOf(item: number): IDataObject | undefined;
	/** An item of this run was sent, and nothing is known of its outcome. */
	isUnclear(item: number): boolean;
	/** All items of this run are done: nothing of it is left to protect. */
	clear(): void;
	/** An earlier run of the node had rows of its own. */
	isLaterRun: boolean;
	/** Equal acts go one after the other. */
	turns: Turns;
}

const PLACE = 'n8n-nodes-jodo.createOnce';

/** Whose entry it is: a row of a run of a node, or what an AI agent's tool was asked to do. */
type Owner =
	| [node: string, run: number, item: number]
	| [tool: string, act: string, item?: undefined];

interface Shared {
	/** Essentials → the key of the entry that was sent and has no answer. */
	unclear: Map<string, string>;
	turns: Turns;
}

/** What several calls of the node in one process must agree on; it follows from what is stored. */
const sharedOf = new WeakMap<object, Shared>();

/** The same fee heads in another order are the same money. */
const inAnyOrder = (_key: string, value: unknown): unknown =>
	Array.isArray(value) ? value.map((one) => JSON.stringify(one, inAnyOrder)).sort() : value;

const hashOf = (value: unknown) =>
	createHash('sha256').update(JSON.stringify(value, inAnyOrder)).digest('base64').slice(0, 24);

/** Of Jodo's answer only what leads back to the record. */
function idsIn(answer: IDataObject): IDataObject {
	return Object.fromEntries(
		Object.entries(answer).filter(
			([key, value]) => /_(id|url)$/.test(key) && typeof value !== 'object',
		),
	);
}

const MADE_UP = ['transaction_id', 'expires_at'];

/** Of an output what a row may make up anew for each try, or the rest of it. */
export const madeUp = (output: IDataObject, isWanted = true): IDataObject =>
	Object.fromEntries(Object.entries(output).filter(([key]) => MADE_UP.includes(key) === isWanted));

/**
 * @param operation `resource.operation`: another one is another act
 * @param isTool an AI agent's tool: each call is a run of its own, so that no item stands for itself
 */
export function createOnce(
	context: IExecuteFunctions,
	operation: string,
	{ essentials, money, besides }: Once,
	isTool: boolean,
): CreateOnce {
	const store = context.getContext('flow');
	const entries = (store[PLACE] ??= {}) as Record<string, Entry>;
	const { unclear, turns } = sharedOf.get(entries) ?? remember(entries);
	const { name } = context.getNode();
	const run = context.evaluateExpression('{{ $runIndex }}', 0) as number;
	const key = (...owner: Owner) => JSON.stringify(owner);
	const keyOf = (item: number, act: Act) =>
		isTool ? key(name, `${act.essentials} ${act.besides}`) : key(name, run, item);

	function blockedBy(essential: string): Verdict {
		const owner = unclear.get(essential);
		if (owner === undefined) return { kind: 'send' };
		const [node, ofRun, item] = JSON.parse(owner) as Owner;
		if (item === undefined) return { kind: 'blocked', by: 'an earlier call' };
		const row = `row ${item + 1}`;
		if (node !== name) return { kind: 'blocked', by: `${row} of the node '${node}'` };
		return { kind: 'blocked', by: ofRun === run ? row : `${row} of an earlier run of this node` };
	}

	return {
		turns,
		isLaterRun: run > 0,
		actOf: (values) => {
			// What cannot be read fails its own check; until then the whole of it stands for it.
			const read = essentials.safeParse(values);
			const hashBy = (schema?: ZodTypeAny) => hashOf([schema?.safeParse(values).data]);
			return {
				essentials: hashOf([operation, read.success ? read.data : values]),
				money: hashBy(money),
				besides: hashBy(besides),
			};
		},
		verdict: (item, act) => {
			const own = entries[keyOf(item, act)];
			if (own?.answer) {
				const isSame = (['essentials', 'money', 'account'] as const).every(
					(name) => own[name] === act[name],
				);
				return isSame
					? { kind: 'answered', answer: own.answer, isRepeat: isTool }
					: { kind: 'changed', answer: own.answer };
			}
			return own && !isTool ? { kind: 'unclear' } : blockedBy(act.essentials);
		},
		sent: (item, act) => {
			entries[keyOf(item, act)] = { ...act };
			unclear.set(act.essentials, keyOf(item, act));
		},
		answered: (item, act, answer, output = {}) => {
			const { data, status } = answer;
			entries[keyOf(item, act)] = {
				...act,
				answer: {
					...(status !== undefined && { status }),
					...madeUp(output),
					...idsIn(answer),
					data: idsIn({ ...(data as IDataObject) }),
				},
			};
			unclear.delete(act.essentials);
		},
		notDone: (item, act) => {
			delete entries[keyOf(item, act)];
			unclear.delete(act.essentials);
		},
		idsOf: (item) => {
			const answer = entries[key(name, run, item)]?.answer;
			return answer && { ...idsIn(answer), ...(answer.data as IDataObject) };
		},
		isUnclear: (item) => {
			const own = entries[key(name, run, item)];
			return own !== undefined && !own.answer;
		},
		clear: () => {
			// Nothing of an agent's acts is forgotten: they are of no run.
			for (const owner of Object.keys(entries)) {
				const [node, ofRun] = JSON.parse(owner) as Owner;
				if (node === name && ofRun === run) delete entries[owner];
			}
		},
	};
}

function remember(entries: Record<string, Entry>): Shared {
	const unanswered = Object.entries(entries).filter(([, { answer }]) => !answer);
	const shared = {
		unclear: new Map(unanswered.map(([key, { essentials }]) => [essentials, key])),
		turns: new Turns(),
	};
	sharedOf.set(entries, shared);
	return shared;
}
