/** Jodo's envelope, opened. https://docs.jodo.in/getting-started/api-structure/ */
import type { IDataObject } from 'n8n-workflow';

const isRecord = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Jodo's `data`, if it is a record with something in it. */
export function record({ data }: IDataObject): IDataObject | undefined {
	return isRecord(data) && Object.keys(data).length ? data : undefined;
}

/** Jodo's `data`, if it is a list of records: n8n can make items of nothing else. */
export function records({ data }: IDataObject): IDataObject[] | undefined {
	const isList = Array.isArray(data) && (data as unknown[]).every(isRecord);
	return isList ? (data as IDataObject[]) : undefined;
}

/** The output of a write that Jodo answers with a bare status, if that says so. */
export function ifDone(answer: IDataObject, output: IDataObject): IDataObject | undefined {
	return /^success$/i.test(String(answer.status)) ? output : undefined;
}
