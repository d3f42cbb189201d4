/**
 * Jodo delivers an event again until it gets a 2xx, and sometimes once more. This memory makes the same
 * fact start one run only. It lives in the process: a restart or a second process begins anew, which is
 * why every row also carries a `row_key` to write it by.
 */
import { createHash } from 'crypto';

import { canonicalJson } from '../shared/json';

/** Numbers that JSON.parse may round: two different ones would look the same afterwards. */
function inexactNumbers(rawBody: string): string[] {
	// Not one pattern for a whole string: on megabytes of text it would overflow the engine's stack.
	const pieces = rawBody.replace(/\\./g, '').split('"');
	const outsideStrings = pieces.filter((_, i) => i % 2 === 0).join('""');
	const numbers = outsideStrings.match(/-?\d[\d.eE+-]*/g) ?? [];
	return numbers.filter((number) => /e/i.test(number) || number.replace(/\D/g, '').length > 15);
}

export interface Fact {
	workflowId: string;
	nodeId: string;
	/** The event's value, whichever of its codes it came under. */
	event: string;
	/** Left out where a fresh id may be given to the same payment. */
	eventId?: unknown;
	payload: unknown;
	rawBody: string;
}

/** Equal for equal facts, different for different ones. */
export function factKey(fact: Fact): string {
	const { workflowId, nodeId, event, eventId = null, payload, rawBody } = fact;
	const parts = [workflowId, nodeId, event, eventId, payload, inexactNumbers(rawBody)];
	return createHash('sha256').update(canonicalJson(parts)).digest('base64');
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
	 * Claims a fact for one run. Undefined: it was accepted before. While an earlier claim is under way, a
	 * repeat waits for its outcome, and takes its place if it fails.
	 */
	async claim(key: string): Promise<Settle | undefined> {
		for (let known = this.facts.get(key); known; known = this.facts.get(key)) {
			if (await known) return undefined;
		}
		let settle: Settle = () => {};
		const outcome = new Promise<boolean>((resolve) => {
			settle = (accepted) => {
				if (this.facts.get(key) !== outcome) return;
				this.facts.delete(key);
				if (accepted) this.remember(key);
				resolve(accepted);
			};
		});
		this.facts.set(key, outcome);
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
