/** Jodo's envelope, opened. https://docs.jodo.in/getting-started/api-structure/ */
import type { IDataObject } from 'n8n-workflow';

/** Jodo's `data`, if it is a record with something in it. */
export function record(answer: IDataObject): IDataObject | undefined {
	const { data } = answer;
	const isRecord = typeof data === 'object' && data !== null && !Array.isArray(data);
	return isRecord && Object.keys(data).length ? (data as IDataObject) : undefined;
}

/** Jodo's `data`, if it is a list. */
export function records(answer: IDataObject): IDataObject[] | undefined {
	return Array.isArray(answer.data) ? (answer.data as IDataObject[]) : undefined;
}

/** The output of a write that Jodo answers with a bare status, if that says so. */
export function ifDone(answer: IDataObject, output: IDataObject): IDataObject | undefined {
	return /^success$/i.test(String(answer.status)) ? output : undefined;
}
