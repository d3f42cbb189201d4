import { readChoices } from '../../../nodes/Jodo/choices';
import type { Resource } from '../../../nodes/Jodo/actions/operation';
import { registry } from '../../../nodes/Jodo/actions/registry';

function chosen(place: string, entered: object) {
	const [resource = '', operation = ''] = place.split('.');
	const fields =
		(registry as Record<string, Resource>)[resource]?.operations[operation]?.fields ?? [];
	return readChoices(fields, entered as never);
}

describe('a limit', () => {
	it.each([
		[{}, 50],
		[{ limit: '' }, 50],
		[{ limit: null }, 50],
		[{ limit: '7' }, 7],
		[{ limit: 7, returnAll: 'no' }, 7],
	])('%j is %p', (entered, limit) => {
		const { values, complaints } = chosen('payment.getAll', { studentId: 1, ...entered });
		expect(complaints).toEqual([]);
		expect(values).toMatchObject({ studentId: '1', returnAll: false, limit });
	});

	it.each(['abc', -1, 0, 1.5, '-1', true, {}, []])('%j is none', (limit) =>
		expect(chosen('payment.getAll', { studentId: 1, limit }).complaints).toEqual([
			expect.stringMatching(/^'Limit' is not a whole number above zero: /),
		]),
	);

	it('is not asked for where all are returned', () => {
		const { values, complaints } = chosen('payment.getAll', {
			studentId: 1,
			returnAll: 'Y',
			limit: 'abc',
		});
		expect([values.returnAll, complaints]).toEqual([true, []]);
	});
});

it.each(['maybe', 2, {}])('Return All is not %j', (returnAll) =>
	expect(chosen('payment.getAll', { studentId: 1, returnAll }).complaints[0]).toMatch(
		/^'Return All' is neither yes nor no/,
	),
);

it.each([
	['order.get', 'orderId'],
	['student.get', 'studentId'],
	['webhook.get', 'webhookId'],
	['user.getAccessToken', 'registrationId'],
])('the id of %s is one', (place, name) => {
	const with_ = (value: unknown) => {
		const { values, complaints } = chosen(place, { [name]: value });
		return complaints[0] ?? values[name];
	};
	expect(with_(6356)).toBe('6356');
	expect(with_(' x\u200b')).toBe('x');
	expect(with_({ __rl: true, mode: 'id', value: 'x' })).toBe('x');
	for (const none of [
		'',
		'.',
		'..',
		{},
		[6356, 7951],
		NaN,
		'NaN',
		'[object Object]',
		'undefined',
		'#N/A',
		2 ** 60,
	]) {
		expect(with_(none)).toMatch(/^'[A-Z].*' (is|holds) /);
		expect(with_(none)).not.toMatch(/NaN|\[object/);
	}
});

it('reads what was added to a collection, and nothing more', () => {
	const additionalFields = { studentId: 6356, createApplication: 'Y', callbackUrl: ' ' };
	expect(chosen('user.getAccessToken', { registrationId: 'u', additionalFields })).toEqual({
		values: {
			registrationId: 'u',
			additionalFields: { studentId: '6356', createApplication: true },
		},
		complaints: [],
	});
	expect(
		chosen('user.getAccessToken', {
			registrationId: 'u',
			additionalFields: { productType: 'cash' },
		}).complaints,
	).toEqual([expect.stringMatching(/^'Product' is none of /)]);
});
