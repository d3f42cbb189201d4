/** The option by which a look-up gives the trigger's rows. */
import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { itemPer } from '../../events/itemPer';
import type { LookUp } from '../../events/lookup';
import type { ItemPer } from '../../events/row';
import { environmentOf } from '../../shared/environments';
import { simplify } from '../fields';

/** The operations that have it: exactly these resources with exactly these operations. */
const SHOW = { '/resource': ['order', 'payment', 'paymentLink'], '/operation': ['get', 'getAll'] };

export const rowOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	default: {},
	options: [
		{
			displayName: 'As Rows of the Trigger',
			name: 'asRows',
			type: 'boolean',
			default: false,
			description:
				'Whether to return the rows that the Jodo Trigger gives for what has happened so far, under the same row_key, to fill in what an event missed; nothing happened, no item. The preview of fields shows the record, not the rows. A limit counts payments.',
			displayOptions: { show: SHOW },
		},
		{
			...itemPer,
			description: 'What one row is: choose the same as in your trigger',
			displayOptions: { show: { ...SHOW, asRows: [true] } },
		},
	],
};

/** Rows are never simplified. */
export const simplifyUnlessRows: INodeProperties = {
	...simplify,
	displayOptions: { hide: { '/options.asRows': [true] } },
};

/** How to make rows, if they are wanted. */
export function rowsWanted(options: unknown, baseUrl: string): LookUp | undefined {
	const { asRows, itemPer: per } = (options ?? {}) as IDataObject;
	if (asRows !== true) return undefined;
	return { environment: environmentOf(baseUrl), itemPer: per as ItemPer, now: new Date() };
}
