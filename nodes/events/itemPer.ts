import type { INodeProperties } from 'n8n-workflow';

/** What one row is; the same choice in the trigger and where a look-up makes the trigger's rows. */
export const itemPer: INodeProperties = {
	displayName: 'One Row Per',
	name: 'itemPer',
	type: 'options',
	default: 'transfer',
	description: 'What one row is. Choose once: a table that holds both kinds counts money twice.',
	options: [
		{
			name: 'Bank Transfer',
			value: 'transfer',
			description: 'A row for each transfer to your bank; its components are in the details',
		},
		{
			name: 'Fee Component',
			value: 'component',
			description: 'A row for each fee component of each transfer, for ledgers by fee head',
		},
	],
};
