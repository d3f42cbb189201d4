/** What counts as documented by Jodo: the least that a row cannot do without, in every spelling that Jodo has. */
import { isEnvelope, PAYLOADS } from '../../../nodes/events/schemas';

type Changes = Record<string, unknown>;

/** A copy in which the values at these places are others; undefined takes them away. */
function changed(value: object, changes: Changes): object {
	const copy = structuredClone(value) as Record<string, never>;
	for (const [path, other] of Object.entries(changes)) {
		const keys = path.split('.');
		const last = keys.pop() as string;
		let parent: Record<string, unknown> = copy;
		for (const key of keys) parent = parent[key] as Record<string, unknown>;
		if (other === undefined) delete parent[last];
		else parent[last] = other;
	}
	return copy;
}

const STUDENT = { jodo_student_id: 1, student: {} };
const LEAST: Record<keyof typeof PAYLOADS, object> = {
	order: { order_id: 'o', order: { status: 'paid', details: [{ amount: 1 }] } },
	payment: { ...STUDENT, payment: { id: 'p', amount: 1, details: [{ amount: 1 }] } },
	subscription: { ...STUDENT, subscription: { id: 1 } },
	mandate: { ...STUDENT, mandate: { id: 1 } },
	student: STUDENT,
	loan: { ...STUDENT, application: { id: 1 } },
	disbursement: { ...STUDENT, application: { id: 1 }, disbursement: { id: 1 } },
	emi: { ...STUDENT, application: { id: 1 }, payment: { id: 1, amount: 1 } },
};

describe.each(Object.keys(LEAST) as Array<keyof typeof PAYLOADS>)('%s', (kind) => {
	const least = LEAST[kind];

	it('is documented with the least there is, and with more', () => {
		expect(PAYLOADS[kind](least)).toBe(true);
		expect(PAYLOADS[kind]({ ...least, more: { of: 'it' } })).toBe(true);
	});

	it.each(Object.keys(least).filter((key) => key !== 'jodo_student_id'))('needs its %s', (key) => {
		expect(PAYLOADS[kind](changed(least, { [key]: undefined }))).toBe(false);
	});

	it.each([null, 'x', [], 5])('is not %j', (value) => {
		expect(PAYLOADS[kind](value)).toBe(false);
	});
});

const PLACES: Array<[keyof typeof PAYLOADS, string[], 'id' | 'rupees']> = [
	['order', ['order_id'], 'id'],
	['order', ['order.details.0.amount'], 'rupees'],
	['payment', ['payment.id'], 'id'],
	['payment', ['payment.amount', 'payment.details.0.amount'], 'rupees'],
	['subscription', ['subscription.id'], 'id'],
	['mandate', ['mandate.id'], 'id'],
	['loan', ['application.id'], 'id'],
	['disbursement', ['application.id', 'disbursement.id'], 'id'],
	['emi', ['application.id', 'payment.id'], 'id'],
	['emi', ['payment.amount'], 'rupees'],
];
const GOOD = {
	id: ['x', '0', 7, 0, 2 ** 53 - 1],
	rupees: [0, 1, -1.5, 1e9, '0', '12', '1500.5', '-3.25', '1500.00'],
};
const BAD = {
	id: ['', 2 ** 53, null, true, {}],
	rupees: [Infinity, NaN, '', '1.', '.5', '1,000', '₹5', '1.5.5', ' 1', '1 ', '+1', null, true],
};

describe.each(PLACES)('in %s, %j, of the kind %s', (kind, paths, what) => {
	it.each(paths)('%s', (path) => {
		for (const value of GOOD[what]) {
			const fits = PAYLOADS[kind](changed(LEAST[kind], { [path]: value }));
			expect([value, fits]).toEqual([value, true]);
		}
		for (const value of BAD[what]) {
			const fits = PAYLOADS[kind](changed(LEAST[kind], { [path]: value }));
			expect([value, fits]).toEqual([value, false]);
		}
		expect(PAYLOADS[kind](changed(LEAST[kind], { [path]: undefined }))).toBe(false);
	});
});

/** May be null or missing, but not of another kind. */
const OPTIONAL: Array<[keyof typeof PAYLOADS, string, good: unknown[], bad: unknown[]]> = [
	['order', 'order.name', ['x', ''], [7, {}]],
	['order', 'order.phone', ['98', 98], ['', {}]],
	['order', 'order.email', ['x'], [7]],
	['order', 'order.identifier', ['x', 7], ['', 2 ** 53]],
	['order', 'order.custom_identifier', ['x', 7], ['']],
	['order', 'order.student_name', ['x'], [7]],
	['order', 'order.grade', ['x'], [7]],
	['order', 'order.academic_year_start', [2026, '2026'], [{}]],
	['order', 'order.academic_year_end', [2026, '2026'], [{}]],
	['order', 'order.transaction_id', ['x', 7], ['']],
	['order', 'order.paid_at', ['x'], [7]],
	[
		'order',
		'order.notes',
		['x', [], [{ key: 'a', value: 1 }], [{ key: 'a' }]],
		[7, [{ value: 1 }], ['x']],
	],
	['order', 'order.details.0.component_type', ['x'], [7]],
	['order', 'order.details.0.fee_component', ['x'], [7]],
	['order', 'order.details.0.settlement_utr', ['x', 7], ['']],
	['order', 'order.details.0.settled_at', ['x'], [7]],
	['payment', 'jodo_student_id', ['x', 7], ['']],
	['payment', 'subscription', [{ id: 1, status: 'x' }], [7, {}, { id: 1, status: 7 }]],
	['payment', 'payment.product', ['x'], [7]],
	['payment', 'payment.mode', ['x'], [7]],
	['payment', 'payment.transaction_id', ['x', 7], ['']],
	['payment', 'payment.reference_id', ['x', 7], ['']],
	['payment', 'payment.settlement_utr', ['x', 7], ['']],
	['payment', 'payment.notes', ['x', [{ key: 'a' }]], [7]],
	['payment', 'payment.initial_due_date', ['x'], [7]],
	['payment', 'payment.due_date', ['x'], [7]],
	['payment', 'payment.paid_at', ['x'], [7]],
	['payment', 'payment.details', [[], [{ amount: '1' }]], [7, [{}]]],
	['mandate', 'subscription', [{ id: 1 }], [{}]],
	['mandate', 'mandate.status', ['x'], [7]],
	['mandate', 'mandate.npci_category_code', ['x'], [7]],
	['student', 'student.identifier', ['x', 7], ['']],
	['student', 'student.custom_identifier', ['x', 7], ['']],
	['student', 'student.collector_code', ['x', 7], ['']],
	['student', 'student.fullname', ['x'], [7]],
	[
		'student',
		'student.grade',
		[{}, { code: 'x', name: 'y' }, { code: null }],
		['x', { code: 7 }, { name: 7 }],
	],
	['student', 'student.academic_year_start', [2026, '2026'], [{}]],
	['student', 'student.academic_year_end', [2026, '2026'], [{}]],
	['student', 'student.primary_contact_number', ['98', 98], ['']],
	['student', 'student.primary_contact_email', ['x'], [7]],
	['student', 'student.notes', ['x'], [7]],
	['loan', 'application.status', ['x'], [7]],
	['loan', 'application.amount', [1, '1.5'], ['x']],
	['loan', 'application.agreement_signed_at', ['x'], [7]],
	['disbursement', 'disbursement.date', ['x'], [7]],
	['disbursement', 'disbursement.disbursed_amount', [1, '1.5'], ['x']],
	['emi', 'payment.due_date', ['x'], [7]],
	['emi', 'payment.paid_at', ['x'], [7]],
];

it.each(OPTIONAL)('%s: %s may be missing', (kind, path, good, bad) => {
	for (const value of [undefined, null, ...good]) {
		const fits = PAYLOADS[kind](changed(LEAST[kind], { [path]: value }));
		expect([value, fits]).toEqual([value, true]);
	}
	for (const value of bad) {
		const fits = PAYLOADS[kind](changed(LEAST[kind], { [path]: value }));
		expect([value, fits]).toEqual([value, false]);
	}
});

it.each<[string, unknown]>([
	['status', 7],
	['status', null],
	['details', undefined],
	['details', null],
	['details', {}],
])('an order whose %s is %j is not documented', (key, value) => {
	expect(PAYLOADS.order(changed(LEAST.order, { [`order.${key}`]: value }))).toBe(false);
});

describe('the envelope', () => {
	const least = { event_id: 'e', event: 'x', timestamp: 1655448963, payload: {} };

	it('has an id, a code, a time in seconds and a payload, and maybe a version', () => {
		expect(isEnvelope(least)).toBe(true);
		const more = { ...least, timestamp: '1655448963', version: '1.0', more: 1 };
		expect(isEnvelope(more)).toBe(true);
		// As a number with fractions of a second, too.
		expect(isEnvelope({ ...least, timestamp: 1655448963.5 })).toBe(true);
		for (const key of ['event_id', 'event', 'timestamp', 'payload']) {
			expect([key, isEnvelope(changed(least, { [key]: undefined }))]).toEqual([key, false]);
			expect([key, isEnvelope(changed(least, { [key]: null }))]).toEqual([key, false]);
		}
	});

	it.each(['', 'x1', '1x', '1.5', '-1', '2026-01-01', true])(
		'%j is no time in seconds',
		(timestamp) => {
			expect(isEnvelope({ ...least, timestamp })).toBe(false);
		},
	);

	it.each(['x', [], 7])('%j is no payload', (payload) => {
		expect(isEnvelope({ ...least, payload })).toBe(false);
	});
});
