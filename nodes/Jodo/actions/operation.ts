import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { ZodTypeAny } from 'zod/v3';

import type { JodoNames } from '../body';
import type { JodoRequest } from '../../shared/transport';

/** What the user chose for one item: every field of the operation by its name, locators unwrapped. */
export type Values = IDataObject & {
	/** Jodo's request body, checked; only where the operation has one. */
	body?: IDataObject;
};

/** What makes one act at Jodo this act and no other, for operations that must not be done twice. */
export interface Once {
	/** "the same …", as a user says it. */
	words: string;
	/**
	 * Reads it out of the values, with the body as it was entered. Not what changes from try to try: an expiry,
	 * notes, a number made up on the way.
	 */
	essentials: ZodTypeAny;
	/** Which money the answer stands for: a row that now asks for another fee head, fee or plan is not done. */
	money?: ZodTypeAny;
	/** What else must be equal before an AI agent's second call counts as a repeat: siblings pay equal fees. */
	besides?: ZodTypeAny;
}

/** One operation of the node: its texts, its fields, its request and what becomes of the answer. */
export type Operation = OperationBase &
	(
		| { repeat: 'safe' }
		/** `never`: doing it twice would create something twice. */
		| { repeat: 'never'; once: Once; afterUnknown: string }
	);

interface OperationBase {
	/** In the drop-down; without the resource. */
	name: string;
	/**
	 * In the list of actions, with the resource. It is also all that an AI agent is told about the operation,
	 * so it says what is done to money.
	 */
	action: string;
	description: string;
	/** Fields outside the body: ids in the path, query parameters, the shape of the output. */
	fields: INodeProperties[];
	body?: {
		/** Parameter names are Jodo's names in camelCase (see body.ts) … */
		fields: INodeProperties[];
		/** … but for these. */
		names?: JodoNames;
		/** Jodo's documented body, lenient in what it reads and exact in what it gives. */
		schema: ZodTypeAny;
		/** Jodo's documented sample, shown as the default of the JSON field. */
		sample: IDataObject;
	};
	/** What does not fit together among the fields, as a sentence. */
	check?(values: Values): string | undefined;
	request(values: Values): JodoRequest;
	/**
	 * The output for Jodo's answer (its whole body, envelope included).
	 * Undefined if the answer lacks what every good one has: it then counts as unreadable.
	 */
	output(
		answer: IDataObject,
		values: Values,
		baseUrl: string,
	): IDataObject | IDataObject[] | undefined;
	/** What the user must look for at Jodo when the outcome is unknown. */
	afterUnknown?: string;
	/**
	 * What to make of a refusal after an earlier try whose answer was lost, as that try may have done the work:
	 * ask Jodo, or, where it cannot be asked, call the outcome unknown.
	 */
	afterLostAnswer?:
		| 'unknown'
		| {
				request(values: Values): JodoRequest;
				wasDone(answer: IDataObject, values: Values): boolean;
		  };
	/** Items with the same key are worked on in input order, one after the other. */
	serialKey?(values: Values): string;
}

export interface Resource<Names extends string = string> {
	/** In the drop-down, singular. */
	name: string;
	description: string;
	operations: Record<Names, Operation>;
}
