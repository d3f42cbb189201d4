// The lists that the editor opens beside a field: what is asked of Jodo, and what the user can choose.
import type { IDataObject, ILoadOptionsFunctions } from 'n8n-workflow';

import { EVENTS } from '../../../nodes/events/events';
import { listSearch } from '../../../nodes/Jodo/listSearch';

/** The editor with these parameters, before a Jodo that answers with these entries. */
function editor(data: unknown, parameters: IDataObject = {}, statusCode = 200) {
	const request = jest.fn(async (_type: string, options: IDataObject) => ({
		statusCode,
		body: JSON.stringify({ status: 'success', data, asked: options.url }),
		headers: {},
	}));
	const context = {
		getCredentials: async () => ({ environment: 'uat', apiKey: 'k', apiSecret: 's' }),
		getCurrentNodeParameter: (name: string) => parameters[name],
		getNode: () => ({ name: 'Jodo', type: 'n8n-nodes-jodo.jodo' }),
		helpers: { httpRequestWithAuthentication: request },
	} as unknown as ILoadOptionsFunctions;
	return {
		open: async (list: keyof typeof listSearch, filter?: string) =>
			(await listSearch[list].call(context, filter)).results,
		asked: () => request.mock.calls.map(([, { method, url, qs }]) => [method, url, qs]),
	};
}

const API = '/api/v1/integrations/erp';

it.each<[keyof typeof listSearch, string, object[], object[]]>([
	[
		'searchBranches',
		'/branches',
		[
			{ code: 'b2', name: 'South' },
			{ collector_code: 'b1', name: 'North' },
		],
		[
			{ name: 'North (b1)', value: 'b1' },
			{ name: 'South (b2)', value: 'b2' },
		],
	],
	[
		'searchGrades',
		'/grades',
		[
			{ code: 'g1', name: 'Class I', grade: 'no' },
			{ grade: 'g2', name: 'Class II' },
			{ component_type: 'g3' },
		],
		[
			{ name: 'Class I (g1)', value: 'g1' },
			{ name: 'Class II (g2)', value: 'g2' },
			{ name: 'g3', value: 'g3' },
		],
	],
	[
		'searchFeeComponents',
		'/fee-components',
		[
			{ component_type: 'TUITION_FEE', name: 'Tuition', code: 'no' },
			{ code: 7, name: '7' },
		],
		[
			{ name: '7', value: '7' },
			{ name: 'Tuition (TUITION_FEE)', value: 'TUITION_FEE' },
		],
	],
	[
		'searchDiscounts',
		'/discounts',
		[{ discount_type: 'SIBLING', name: 'Sibling', code: 'no' }, { code: 'STAFF' }],
		[
			{ name: 'Sibling (SIBLING)', value: 'SIBLING' },
			{ name: 'STAFF', value: 'STAFF' },
		],
	],
	[
		'searchWebhooks',
		'/webhooks',
		[
			{ id: 2, event_code: 'payment_link.payment.settled', url: 'https://erp.example.com/a' },
			{ id: 1, event_code: 'never.heard.of', url: 'https://erp.example.com/b' },
		],
		[
			{ name: 'never.heard.of → https://erp.example.com/b', value: '1' },
			{ name: 'Payment Link: Settled to Bank → https://erp.example.com/a', value: '2' },
		],
	],
])('%s asks for %s and shows name and code', async (list, path, entries, results) => {
	const { open, asked } = editor(entries);
	expect(await open(list)).toEqual(results);
	expect(asked()).toEqual([['GET', API + path, undefined]]);
});

it('events are not asked of Jodo: every code is there, a student payment under both of its own', async () => {
	const { open, asked } = editor([]);
	const all = await open('searchEvents');
	expect(all).toHaveLength(EVENTS.flatMap(({ codes }) => codes).length);
	expect(await open('searchEvents', ' STUDENT payment: settled')).toEqual([
		{
			name: 'Student Payment: Settled to Bank (pay.payment.settled)',
			value: 'pay.payment.settled',
		},
		{ name: 'Student Payment: Settled to Bank (payment.settled)', value: 'payment.settled' },
	]);
	expect(asked()).toEqual([]);
});

it('what is typed narrows a list, in any case', async () => {
	const entries = [
		{ code: 'g1', name: 'Class I' },
		{ code: 'g2', name: 'Nursery' },
	];
	expect(await editor(entries).open('searchGrades', ' NURS ')).toEqual([
		{ name: 'Nursery (g2)', value: 'g2' },
	]);
	expect(await editor(entries).open('searchGrades', 'x')).toEqual([]);
});

it.each<[string, IDataObject, unknown]>([
	['none chosen', {}, undefined],
	['none in either place', { collectorCode: '', additionalFields: {} }, undefined],
	['one beside the field', { collectorCode: { mode: 'list', value: 'b1' } }, 'b1'],
	['one as a plain text', { collectorCode: 'b1' }, 'b1'],
	['one among more fields', { additionalFields: { collectorCode: { mode: 'id', value: 7 } } }, '7'],
])('lists of a branch are asked for that branch: %s', async (_name, parameters, branch) => {
	const { open, asked } = editor([], parameters);
	const lists = ['searchGrades', 'searchFeeComponents', 'searchDiscounts'] as const;
	for (const list of lists) await open(list);
	const qs = branch ? { collector_code: branch } : undefined;
	expect(asked().map(([, , one]) => one)).toEqual([qs, qs, qs]);
});

it('the list of branches is that of the whole institute', async () => {
	const { open, asked } = editor([], { collectorCode: 'b1' });
	await open('searchBranches');
	expect(asked()).toEqual([['GET', `${API}/branches`, undefined]]);
});

it.each([undefined, null, 'x', {}, [], [null], ['VIII'], [{ name: 'no code' }, { code: '' }]])(
	'an answer with %j gives an empty list',
	async (data) => {
		expect(await editor(data).open('searchGrades')).toEqual([]);
		expect(await editor(Array.isArray(data) ? [] : data).open('searchWebhooks')).toEqual([]);
	},
);

it('a refusal is told in the list', async () => {
	await expect(editor([], {}, 401).open('searchGrades')).rejects.toThrow(
		'Jodo did not accept the API key and secret',
	);
});
