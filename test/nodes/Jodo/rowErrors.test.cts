/** How a row is called in a message. */
import { shortName } from '../../../nodes/Jodo/rowErrors';

it.each([
	['Asha Rao', 'Asha Rao'],
	['  Asha \n Rao ', 'Asha Rao'],
	[6356, '6356'],
	['a'.repeat(70), `${'a'.repeat(59)}…`],
])('a row is named by what tells it apart: %j', (value, name) => {
	expect(shortName(value)).toBe(name);
});

it.each(['undefined', 'null', 'NaN', NaN, '#N/A', '[object Object]', {}, [], undefined, null])(
	'what names nobody is left out: %j',
	(value) => {
		expect(shortName(value)).toBe('');
	},
);
