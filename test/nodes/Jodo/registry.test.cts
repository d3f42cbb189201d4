/** Every operation by itself, and what makes an act at Jodo this act and no other. */
import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import type { ZodTypeAny } from 'zod/v3';

import type { Operation, Resource } from '../../../nodes/Jodo/actions/operation';
import { buildProperties } from '../../../nodes/Jodo/actions/properties';
import { registry } from '../../../nodes/Jodo/actions/registry';

const OPERATIONS: Array<[string, Operation]> = Object.entries(
	registry as Record<string, Resource>,
).flatMap(([resource, { operations }]) =>
	Object.entries(operations).map(([name, operation]): [string, Operation] => [
		`${resource}.${name}`,
		operation,
	]),
);

const additionalFieldsOf = ({ fields, body }: Operation) =>
	[...fields, ...(body?.fields ?? [])].find(({ name }) => name === 'additionalFields');

it.each(
	OPERATIONS.filter(
		([, { afterLostAnswer, repeat }]) => repeat === 'never' || afterLostAnswer === 'unknown',
	),
)('%s says what to look for where its outcome may be unknown', (_key, { afterUnknown }) =>
	expect(afterUnknown).toMatch(/^(Look|Get) /),
);

it.each(OPERATIONS.filter(([, operation]) => additionalFieldsOf(operation)))(
	'%s lists optional fields alphabetically, and a year that starts before it ends',
	(_key, operation) => {
		const labels = (additionalFieldsOf(operation)?.options ?? []).map(
			(option) => (option as INodeProperties).displayName,
		);
		const [start, end] = ['Academic Year Start', 'Academic Year End'];
		const sorted = labels.filter((label) => label !== end).sort((a, b) => a.localeCompare(b));
		if (labels.includes(end)) sorted.splice(sorted.indexOf(start) + 1, 0, end);
		expect(labels).toEqual(sorted);
	},
);

it.each(OPERATIONS.filter(([, { body }]) => body))(
	'%s has a JSON sample that its own rules accept',
	(_key, { body }) => expect(body?.schema.safeParse(body.sample).success).toBe(true),
);

it.each(OPERATIONS)("%s can be found by Jodo's own title", (_key, { description }) => {
	expect(description).toMatch(/ \([A-Z][a-z]+ [A-Z][A-Za-z ]+\)\.?$/);
	const codex = require('../../../nodes/Jodo/Jodo.node.json') as { alias: string[] };
	expect(codex.alias).toContain(/\(([^)]+)\)\.?$/.exec(description)?.[1]);
});

/** n8n shows both nodes as one, which it finds by the words of this file alone. */
it.each([
	'fees',
	'collect fees',
	'fee collection',
	'UPI',
	'settled',
	'settlement',
	'bounced',
	'school',
])("is found in n8n's node panel by '%s'", (word) => {
	const codex = require('../../../nodes/Jodo/Jodo.node.json') as { alias: string[] };
	expect(codex.alias).toContain(word);
});

/** Jodo's documented samples, and what is the same act or another one. */
const LINK = {
	name: 'Asha Rao',
	phone: '9876543210',
	email: 'asha@example.com',
	identifier: '2026-0117',
	details: [
		{ component_type: 'Payable Amount', amount: 1000 },
		{ component_type: 'Payable Amount', amount: 500 },
	],
};
const linkCases = {
	values: { body: LINK },
	same: [
		{ body: { ...LINK, phone: 9876543210, notes: [{ key: 'run', value: '2' }] } },
		{ body: { ...LINK, phone: '+91 98765 43210', email: 'Asha@Example.com' } },
		{ body: { ...LINK, expires_at: '2030-01-01', student_name: 'Meera Rao', name: 'A. Rao' } },
	],
	other: [
		{ body: { ...LINK, phone: '9876543211' } },
		{ body: { ...LINK, email: 'other@example.com' } },
		{ body: { ...LINK, identifier: '2026-0118' } },
		{ body: { ...LINK, identifier: undefined } },
		{ body: { ...LINK, details: [{ component_type: 'Payable Amount', amount: 1500 }] } },
		{ body: { ...LINK, details: [LINK.details[0], { ...LINK.details[1], amount: 500.01 }] } },
	],
};
const PAID = {
	amount: 2000,
	paid_at: '2026-07-01T10:00:00Z',
	fee_components: [{ component_type: 'TUITION_FEE', amount: 2000 }],
};
const ACTS: Record<string, { values: object; same: object[]; other: object[] }> = {
	'paymentLink.create': linkCases,
	'order.create': {
		...linkCases,
		same: [...linkCases.same, { body: { ...LINK, callback_url: 'https://a.example/' } }],
	},
	'payment.add': {
		values: { studentId: '6356', body: PAID },
		same: [
			{ studentId: '6356', body: { ...PAID, transaction_id: 'CASH-1', notes: 'x', mode: 'cash' } },
			{ studentId: '6356', body: { ...PAID, paid_at: '2026-07-01T10:00:01Z', amount: '2,000' } },
		],
		other: [
			{ studentId: '6357', body: PAID },
			{
				studentId: '6356',
				body: { ...PAID, fee_components: [{ component_type: 'BUS_FEE', amount: 2000 }] },
			},
			{
				studentId: '6356',
				body: {
					...PAID,
					amount: 1000,
					fee_components: [{ component_type: 'TUITION_FEE', amount: 1000 }],
				},
			},
		],
	},
	'student.register': {
		values: { registrationId: 'user_1', body: { student: { identifier: 'A1', fullname: 'M' } } },
		same: [
			{ registrationId: 'user_1', body: { student: { identifier: 'A1', fullname: 'Meera' } } },
			{ registrationId: 'user_1', body: { student: { identifier: 'A1' }, payments: [] } },
		],
		other: [
			{ registrationId: 'user_2', body: { student: { identifier: 'A1' } } },
			{ registrationId: 'user_1', body: { student: { identifier: 'A2' } } },
		],
	},
	'user.register': {
		values: { body: { name: 'A', phone: '9876543210', email: 'a@example.com' } },
		same: [{ body: { name: 'Asha', phone: '+919876543210', email: 'A@example.com' } }],
		other: [
			{ body: { name: 'A', phone: '9876543211', email: 'a@example.com' } },
			{ body: { name: 'A', phone: '9876543210', email: 'b@example.com' } },
		],
	},
	'flexPlan.set': {
		values: { studentId: '1', body: { payment_schedule: [] } },
		same: [{ studentId: '1', body: { payment_schedule: [{ due_date: '2030-01-01' }] } }],
		other: [{ studentId: '2', body: { payment_schedule: [] } }],
	},
};
const NEVER = OPERATIONS.filter(([, { repeat }]) => repeat === 'never');

it('these and no others must not be done twice', () => {
	expect(NEVER.map(([key]) => key).sort()).toEqual(Object.keys(ACTS).sort());
});

describe.each(NEVER)('the essentials of %s', (key, operation) => {
	if (operation.repeat !== 'never') return;
	const { essentials, words } = operation.once;
	const { values, same, other } = ACTS[key] as (typeof ACTS)[string];
	const read = (these: object) => JSON.stringify(essentials.parse(these));

	it('ignore what changes from try to try', () => {
		for (const one of same) expect(read(one)).toBe(read(values));
	});

	it('tell two acts apart', () => {
		const all = [values, ...other].map(read);
		expect(new Set(all).size).toBe(all.length);
	});

	it('can be read from what Jodo documents, and are said in words', () => {
		const sample = { studentId: '1', registrationId: 'u', body: operation.body?.sample };
		expect(essentials.safeParse(sample).success).toBe(true);
		expect(words).toMatch(/^the same /);
	});
});

/** Of Jodo's documented sample, what tells one act from another; all else may change from try to try. */
const ESSENTIAL: Record<string, string[]> = {
	'paymentLink.create': ['body.phone', 'body.email', 'body.details.0.amount'],
	'order.create': ['body.phone', 'body.email', 'body.details.0.amount'],
	'payment.add': [
		'studentId',
		'body.amount',
		'body.fee_components.0.component_type',
		'body.fee_components.0.amount',
		'body.fee_components.1.component_type',
		'body.fee_components.1.amount',
	],
	'student.register': ['registrationId', 'body.student.identifier'],
	'user.register': ['body.phone', 'body.email'],
	'flexPlan.set': ['studentId'],
};

type Leaf = string | number | boolean;
const leavesIn = (value: unknown, path: string[] = []): Array<[string[], Leaf]> =>
	typeof value === 'object' && value !== null
		? Object.entries(value).flatMap(([key, one]) => leavesIn(one, [...path, key]))
		: [[path, value as Leaf]];
/** Another value of the same kind. */
function other(value: Leaf): Leaf {
	if (typeof value === 'boolean') return !value;
	return typeof value === 'number'
		? value + 1
		: value.replace(/\w/, (one) => (one === '8' ? '7' : '8'));
}
/** A copy with another value at one place. */
function changed(values: object, path: string[]): object {
	const copy = structuredClone(values) as Record<string, unknown>;
	const last = path.at(-1) as string;
	const holder = path.slice(0, -1).reduce((at, key) => at[key] as typeof copy, copy);
	holder[last] = other(holder[last] as Leaf);
	return copy;
}

/** What else must be the same before an answer stands for a row: the money, where it is no essential. */
const MONEY: Record<string, string[]> = {
	'paymentLink.create': ['body.details.0.amount', 'body.details.0.component_type'],
	'order.create': ['body.details.0.amount', 'body.details.0.component_type'],
	'student.register': ['body.fee_components.0.component_type', 'body.fee_components.0.fee_amount'],
	'flexPlan.set': [
		'body.payment_schedule.0.details.0.amount',
		'body.payment_schedule.0.details.0.component_type',
		'body.payment_schedule.0.details.1.amount',
		'body.payment_schedule.0.details.1.component_type',
		'body.payment_schedule.0.due_date',
		'body.payment_schedule.1.details.0.amount',
		'body.payment_schedule.1.details.0.component_type',
		'body.payment_schedule.1.due_date',
	],
};

it.each(NEVER)(
	'%s: of the documented sample, these are the essentials and the money, and nothing else',
	(key, operation) => {
		if (operation.repeat !== 'never') return;
		const { essentials, money } = operation.once;
		const body = operation.body?.sample;
		const ids = key.startsWith('student.') ? { registrationId: 'user_1' } : { studentId: '6356' };
		const sample = { ...ids, body };
		const tellingIn = (schema?: ZodTypeAny) => {
			const read = (these: object) => JSON.stringify(schema?.safeParse(these).data);
			const telling = leavesIn(sample).filter(
				([path]) => read(changed(sample, path)) !== read(sample),
			);
			return telling.map(([path]) => path.join('.')).sort();
		};
		expect(tellingIn(essentials)).toEqual(ESSENTIAL[key]?.sort());
		expect(tellingIn(money)).toEqual(MONEY[key] ?? []);
	},
);

// n8n tells an AI agent nothing about an operation but its action.
it.each([
	['flexPlan.set', /debits from a parent/],
	['order.create', /asks a payer for money/],
	['payment.add', /the office took itself/],
	['payment.cancel', /the student owes it again/],
	['paymentLink.cancel', /can no longer be paid/],
	['paymentLink.create', /asks a payer for money/],
	['student.register', /the fees to collect/],
	['student.updateFee', /a student owes/],
	['user.getAccessToken', /logs a parent in/],
	['webhook.disable', /its payment event arrives nowhere/],
])('the action of %s says what is at stake', (key, words) => {
	expect(OPERATIONS.find(([name]) => name === key)?.[1].action).toMatch(words);
});

describe('the form', () => {
	const properties = buildProperties(registry);
	const dropDowns = properties.filter(({ name }) => name === 'resource' || name === 'operation');

	it('lists resources and operations alphabetically', () => {
		for (const { options } of dropDowns) {
			const labels = (options ?? []).map(({ name }) => name);
			expect(labels).toEqual([...labels].sort((a, b) => a.localeCompare(b)));
		}
	});

	const inside = ({ type, options = [] }: INodeProperties): INodeProperties[] => {
		if (type === 'collection') return options as INodeProperties[];
		if (type !== 'fixedCollection') return [];
		return (options as INodePropertyCollection[]).flatMap(({ values }) => values);
	};
	const withInner = (fields: INodeProperties[]): INodeProperties[] =>
		fields.flatMap((field) => [field, ...withInner(inside(field))]);
	const everyField = withInner(properties);

	it('offers only lists that exist', () => {
		const { listSearch } = require('../../../nodes/Jodo/listSearch') as { listSearch: object };
		const used = everyField
			.flatMap(({ modes = [] }) => modes)
			.map(({ typeOptions }) => typeOptions?.searchListMethod)
			.filter(Boolean);
		expect([...new Set(used)].sort()).toEqual(Object.keys(listSearch).sort());
	});

	it('says on every button what it adds', () => {
		// Without a placeholder n8n writes "Choose..." on it.
		for (const { type, placeholder } of everyField) {
			if (type.toLowerCase().includes('collection')) expect(placeholder).toMatch(/^Add [A-Z]/);
		}
	});
});
