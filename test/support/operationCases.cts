/** What stands in fixtures/operations.json: each operation, from filled form to request and from answer to output. */
import type { IDataObject } from 'n8n-workflow';

import cases from '../fixtures/operations.json';

export interface Case {
	parameters: IDataObject;
	request: [method: string, path: string, body?: unknown];
	/** Jodo's. */
	answer: unknown;
	/** Of the node; BASE stands for the address of Jodo. */
	output: IDataObject[];
}

export const CASES = cases as unknown as Record<string, Case>;
