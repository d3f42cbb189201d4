/**
 * Jodo delivers an event again until it gets a 2xx, and sometimes once more. This memory makes the same
 * fact start one run only. It lives in the process: a restart or a second process begins anew, which is
 * why every row also carries a `row_key` to write it by.
 */
import { hash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';

import type { JodoEvent } from '../events/events';
import { canonicalJson } from '../shared/json';

/** Types of which a fresh id and a later time are still the same fact: each payment has one such event. */
const TOLD_BY_PAYLOAD = ['debited', 'settled', 'disbursed', 'expired'];

/**
 * Numbers of the payload that JSON.parse may round: two different ones would look the same afterwards.
 * The envelope's own (event_id, timestamp) stand one level deep, and are fresh with each delivery.
 */
function inexactNumbers(rawBody: string, payload: unknown): string[] {
	// Not one pattern for a whole string: on megabytes of text it would overflow the engine's stack.
	const pieces = rawBody.replace(/\\./g, '').split('"');
	const outsideStrings = pieces.filter((_, i) => i % 2 === 0).join('""');
	const shallowest = typeof payload === 'object' ? 2 : 1;
	let depth = 0;
	const inexact: string[] = [];
	for (const [token] of outsideStrings.matchAll(/[[\]{}]|-?\d[\d.eE+-]*/g)) {
		if (token === '{' || token === '[') depth++;
		else if (token === '}' || token === ']') depth--;
		else if (depth >= shallowest && (/e/i.test(token) || token.replace(/\D/g, '').length > 15)) {
			inexact.push(token);
		}
	}
	return inexact;
}

export interface Fact {
	workflowId: string;
	nodeId: string;
	/** Whichever of its codes it came under. */
	event: Pick<JodoEvent, 'type' | 'value'>;
	delivery: IDataObject;
	rawBody: string;
}

/** Two deliveries that share a key are one fact; different payloads never do. */
export function factKeys({ workflowId, nodeId, event, delivery, rawBody }: Fact): string[] {
	const { payload, timestamp, event_id } = delivery;
	const told = [workflowId, nodeId, event.value, payload, inexactNumbers(rawBody, payload)];
	// Sources disagree on which of the two a repeat keeps; a student dropped twice differs in both.
	const isExact = (value: unknown) => typeof value === 'string' || Number.isSafeInteger(value);
	const marks = Object.entries({ timestamp, event_id }).filter(([, value]) => isExact(value));
	const isTold = TOLD_BY_PAYLOAD.includes(event.type) || !marks.length;
	const facts = isTold ? [told] : marks.map((mark) => [...told, ...mark]);
	return facts.map((fact) => hash('sha256', canonicalJson(fact)));
}

/** Ends a claim: whether n8n accepted the delivery. Only the first call counts. */
export type Settle = (accepted: boolean) => void;

export class RedeliveryMemory {
	/** Outcomes, oldest first: a promise while n8n has not answered, then `true`. */
	private readonly facts = new Map<string, Promise<boolean> | true>();

	private readonly limit: number;

	/** @param limit how many accepted facts are remembered */
	constructor(limit = 10_000) {
		this.limit = limit;
	}

	/**
	 * Claims a fact, by all of its keys, for one run. Undefined: it was accepted before. While an earlier claim
	 * is under way, a repeat waits for its outcome, and takes its place if it fails.
	 */
	async claim(keys: readonly string[]): Promise<Settle | undefined> {
		const known = () => keys.map((key) => this.facts.get(key)).find((state) => state !== undefined);
		for (let state = known(); state; state = known()) {
			if (!(await state)) continue;
			// A repeat of this repeat is none of the first, if each keeps something else.
			for (const key of keys) if (!this.facts.has(key)) this.remember(key);
			return undefined;
		}
		let settle: Settle = () => {};
		const outcome = new Promise<boolean>((resolve) => {
			settle = (accepted) => {
				for (const key of keys) {
					if (this.facts.get(key) !== outcome) return;
					this.facts.delete(key);
					if (accepted) this.remember(key);
				}
				resolve(accepted);
			};
		});
		for (const key of keys) this.facts.set(key, outcome);
		return settle;
	}

	private remember(key: string): void {
		this.facts.set(key, true);
		for (const [oldest, state] of this.facts) {
			if (this.facts.size <= this.limit) return;
			if (state === true) this.facts.delete(oldest);
		}
	}
}
