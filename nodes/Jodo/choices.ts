/** What is chosen for one item beside the body of the request: ids, switches, limits. */
import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { ZodTypeAny } from 'zod/v3';

import { codeOf } from './body';
import { choice, count, flag, id, isEmpty } from './values';

type Reader = (field: INodeProperties) => ZodTypeAny;

const READERS: Partial<Record<INodeProperties['type'], Reader>> = {
	string: id,
	resourceLocator: id,
	number: count,
	boolean: flag,
	options: ({ options = [] }) =>
		choice((options as INodePropertyOptions[]).map(({ value }) => String(value))),
};

/** A field may be there for one choice only: 'Limit' without 'Return All'. */
const isAskedFor = ({ displayOptions }: INodeProperties, chosen: IDataObject) =>
	Object.entries(displayOptions?.show ?? {}).every(
		([name, values]) => !(name in chosen) || (values as unknown[]).includes(chosen[name]),
	);

/** Reads the fields of a form; `complaints` names every field that cannot be used, and why. */
export function readChoices(
	fields: INodeProperties[],
	entered: IDataObject,
): { values: IDataObject; complaints: string[] } {
	const values: IDataObject = {};
	const complaints: string[] = [];
	for (const field of fields) {
		const { name, type, displayName, required } = field;
		const given = codeOf(entered[name]);
		if (!isAskedFor(field, values)) continue;
		if (isEmpty(given)) {
			if (required) complaints.push(`'${displayName}' is empty`);
			else values[name] = codeOf(field.default) as IDataObject;
		} else if (type === 'collection') {
			const inner = readChosen(field, given as IDataObject);
			values[name] = inner.values;
			complaints.push(...inner.complaints);
		} else {
			const { success, data, error } = (READERS[type] as Reader)(field).safeParse(given);
			if (success) values[name] = data as IDataObject;
			else complaints.push(`'${displayName}' ${error.issues[0]?.message}`);
		}
	}
	return { values, complaints };
}

/** Of a collection, only what was added to it and filled in. */
function readChosen({ options }: INodeProperties, entered: IDataObject) {
	const added = (options as INodeProperties[]).filter(
		({ name }) => !isEmpty(codeOf(entered[name])),
	);
	return readChoices(added, entered);
}
