/** How a row is called in a message, and what is said of the others. */
import type { INode } from 'n8n-workflow';

import { badRowsError, RowError, shortName, stopError } from '../../../nodes/Jodo/rowErrors';

it.each([
	['Asha Rao', 'Asha Rao'],
	['  Asha \n Rao ', 'Asha Rao'],
	[6356, '6356'],
	['a'.repeat(60), 'a'.repeat(60)],
	['a'.repeat(70), `${'a'.repeat(59)}…`],
	[`${'a'.repeat(58)}👧 Rao`, `${'a'.repeat(58)}…`],
	[`${'a'.repeat(57)}👧 Rao`, `${'a'.repeat(57)}👧…`],
])('a row is named by what tells it apart: %j', (value, name) => {
	expect(shortName(value)).toBe(name);
});

it.each(['undefined', 'null', 'NaN', NaN, '#N/A', '[object Object]', {}, [], undefined, null])(
	'what names nobody is left out: %j',
	(value) => {
		expect(shortName(value)).toBe('');
	},
);

it('the others are listed with their ids, whatever their names look like', () => {
	const said = { message: 'Blocked', description: 'Correct it', details: {} };
	const others = {
		done: [
			{ row: 'Row 12 of 345 (Row 6 of 7)', ids: { order_id: 'o1', jodo_student_id: 7, url: 'x' } },
			{ row: 'Row 3 of 345', ids: {} },
			{ row: 'Asha, Row 1 of 2', ids: { order_id: 'o2' } },
		],
		unclear: ['Row 100 of 345 (A)', 'Row 101 of 345'],
	};
	const node = { name: 'Jodo', type: 'jodo' } as INode;
	const { message, description } = stopError(
		...([node, 'Row 2 of 345 (B)', new RowError(said), others, 345] as const),
	);
	expect(message).toBe(
		'Row 2 of 345 (B): Blocked. 3 of 345 rows are at Jodo already: do not send them again. ' +
			'Of 2 more the outcome is unknown.',
	);
	expect(description).toBe(
		'Correct it. At Jodo already: row 12 (Row 6 of 7): o1, 7; row 3; Asha, Row 1 of 2: o2. ' +
			'Outcome unknown: row 100 (A); row 101. ' +
			"'Retry' of this execution leaves these out. 'Retry' of an older one would not, nor would a new run: give it only the rows that are missing.",
	);
});

it.each<[said: string, done: number, unclear: number]>([
	['Nothing was sent to Jodo.', 0, 0],
	['Nothing was sent to Jodo in this try.', 1, 0],
	['Nothing was sent to Jodo in this try.', 0, 1],
	['Nothing was sent to Jodo in this try.', 1, 1],
])('%s where %i rows are at Jodo and of %i it is not known', (said, done, unclear) => {
	const node = { name: 'Jodo', type: 'jodo' } as INode;
	const error = new RowError({ message: 'Bad', description: '', details: {} });
	const others = {
		done: Array.from({ length: done }, () => ({ row: 'Row 2 of 9', ids: { order_id: 'o1' } })),
		unclear: Array.from({ length: unclear }, () => 'Row 3 of 9'),
	};
	const { message } = badRowsError(node, [{ row: 'Row 1 of 9', error }], others, 9);
	expect(message.startsWith(`Row 1 of 9: Bad. ${said}`)).toBe(true);
});
