/** What an answer of Jodo must hold to count as one. */
import { ifDone, record, records } from '../../../nodes/shared/answers';

it('a record has something in it', () => {
	expect(record({ data: { id: 1 } })).toEqual({ id: 1 });
});

it.each([{}, { data: {} }, { data: null }, { data: 'x' }, { data: [] }, { data: [{ id: 1 }] }])(
	'%j is no record',
	(answer) => expect(record(answer)).toBeUndefined(),
);

it('a list may be empty', () => {
	expect(records({ data: [{ id: 1 }, { id: 2 }] })).toEqual([{ id: 1 }, { id: 2 }]);
	expect(records({ data: [] })).toEqual([]);
});

it.each([
	{},
	{ data: null },
	{ data: { id: 1 } },
	{ data: 'x' },
	{ data: ['VIII'] },
	{ data: [{}, null] },
	{ data: [[]] },
])('%j is no list', (answer) => expect(records(answer)).toBeUndefined());

it.each(['success', 'Success', 'SUCCESS'])('%s is a success', (status) => {
	expect(ifDone({ status }, { id: 1 })).toEqual({ id: 1 });
});

it.each(['error', 'unsuccess', 'successless', '', undefined])('%s is none', (status) => {
	expect(ifDone({ status }, { id: 1 })).toBeUndefined();
});
