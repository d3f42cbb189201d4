/** The frozen interface: workflows saved by users depend on every name here. */
import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';

import type { Operation, Resource } from '../../../nodes/Jodo/actions/operation';
import { buildProperties } from '../../../nodes/Jodo/actions/properties';
import { registry } from '../../../nodes/Jodo/actions/registry';

const STUDENT = [
	'academicYearEnd',
	'academicYearStart',
	'customIdentifier',
	'dateOfBirth',
	'grade',
	'newAdmission',
	'notes',
	'studentName',
];

const PAYER = ['name', 'phone', 'email', 'details'];

const FROZEN: Record<string, { parameters: string[]; additional?: string[]; repeat: string }> = {
	'configuration.getBranches': { parameters: [], repeat: 'safe' },
	'configuration.getDiscounts': { parameters: ['collectorCode'], repeat: 'safe' },
	'configuration.getFeeComponents': { parameters: ['collectorCode'], repeat: 'safe' },
	'configuration.getGrades': { parameters: ['collectorCode'], repeat: 'safe' },
	'flexPlan.get': { parameters: ['studentId'], repeat: 'safe' },
	'flexPlan.set': { parameters: ['studentId', 'schedule'], repeat: 'never' },
	'order.create': {
		parameters: [...PAYER, 'identifier', 'callbackUrl', 'additionalFields'],
		additional: [...STUDENT, 'collectorCode'],
		repeat: 'never',
	},
	'order.get': { parameters: ['orderId', 'simplify'], repeat: 'safe' },
	'payment.add': {
		parameters: ['studentId', 'amount', 'paidAt', 'feeComponents', 'additionalFields'],
		additional: ['mode', 'transactionId', 'settlementUtr', 'notes'],
		repeat: 'never',
	},
	'payment.cancel': { parameters: ['studentId', 'transactionId'], repeat: 'safe' },
	'payment.getAll': { parameters: ['studentId', 'returnAll', 'limit'], repeat: 'safe' },
	'paymentLink.cancel': { parameters: ['orderId'], repeat: 'safe' },
	'paymentLink.create': {
		parameters: [...PAYER, 'identifier', 'expiresAt', 'additionalFields'],
		additional: STUDENT,
		repeat: 'never',
	},
	'paymentLink.get': { parameters: ['orderId', 'simplify'], repeat: 'safe' },
	'student.get': { parameters: ['studentId'], repeat: 'safe' },
	'student.getProducts': { parameters: ['studentId', 'productType'], repeat: 'safe' },
	'student.register': {
		parameters: [
			'registrationId',
			'fullName',
			'identifier',
			'grade',
			'newAdmission',
			'academicYearStart',
			'academicYearEnd',
			'dateOfBirth',
			'primaryContactName',
			'primaryContactNumber',
			'primaryContactEmail',
			'feeComponents',
			'additionalFields',
		],
		additional: ['customIdentifier', 'payments'],
		repeat: 'never',
	},
	'student.update': { parameters: ['studentId', 'fullName', 'identifier'], repeat: 'safe' },
	'student.updateFee': { parameters: ['studentId', 'feeComponents'], repeat: 'safe' },
	'user.getAccessToken': {
		parameters: ['registrationId', 'additionalFields'],
		additional: ['studentId', 'productType', 'callbackUrl', 'createApplication'],
		repeat: 'safe',
	},
	'user.register': { parameters: ['name', 'phone', 'email'], repeat: 'never' },
	'webhook.add': {
		parameters: ['eventCode', 'url', 'failureNotificationEmail', 'additionalFields'],
		additional: ['collectorCode', 'secretKey', 'headerKey', 'headerValue'],
		repeat: 'safe',
	},
	'webhook.disable': { parameters: ['webhookId'], repeat: 'safe' },
	'webhook.get': { parameters: ['webhookId'], repeat: 'safe' },
	'webhook.getAll': { parameters: [], repeat: 'safe' },
};

const OPERATIONS: Array<[string, Operation]> = Object.entries(
	registry as Record<string, Resource>,
).flatMap(([resource, { operations }]) =>
	Object.entries(operations).map(([name, operation]): [string, Operation] => [
		`${resource}.${name}`,
		operation,
	]),
);

const parametersOf = ({ fields, body }: Operation) => [...fields, ...(body?.fields ?? [])];
const names = (fields: INodeProperties[]) => fields.map(({ name }) => name).sort();

it('has exactly the frozen operations', () => {
	expect(OPERATIONS.map(([key]) => key).sort()).toEqual(Object.keys(FROZEN).sort());
});

describe.each(OPERATIONS)('%s', (key, operation) => {
	const { parameters, additional, repeat } = FROZEN[key] ?? { parameters: [], repeat: '' };
	const additionalFields = parametersOf(operation).find(({ name }) => name === 'additionalFields');

	it('has the frozen parameters', () => {
		expect(names(parametersOf(operation))).toEqual([...parameters].sort());
		expect(names((additionalFields?.options ?? []) as INodeProperties[])).toEqual(
			[...(additional ?? [])].sort(),
		);
	});

	it('says whether it may be repeated', () => {
		expect(operation.repeat).toBe(repeat);
		const mayBeUnknown = repeat === 'never' || operation.afterLostAnswer === 'unknown';
		if (mayBeUnknown) expect(operation.afterUnknown).toMatch(/^(Look|Get) /);
	});

	it('lists optional fields alphabetically, and a year that starts before it ends', () => {
		const labels = (additionalFields?.options ?? []).map(
			(option) => (option as INodeProperties).displayName,
		);
		const [start, end] = ['Academic Year Start', 'Academic Year End'];
		const sorted = labels.filter((label) => label !== end).sort((a, b) => a.localeCompare(b));
		if (labels.includes(end)) sorted.splice(sorted.indexOf(start) + 1, 0, end);
		expect(labels).toEqual(sorted);
	});

	it('has a JSON sample that its own rules accept', () => {
		if (!operation.body) return;
		expect(operation.body.schema.safeParse(operation.body.sample).success).toBe(true);
	});

	it("can be found by Jodo's own title", () => {
		expect(operation.description).toMatch(/ \([A-Z][a-z]+ [A-Z][A-Za-z ]+\)\.?$/);
		const codex = require('../../../nodes/Jodo/Jodo.node.json') as { alias: string[] };
		expect(codex.alias).toContain(/\(([^)]+)\)\.?$/.exec(operation.description)?.[1]);
	});
});

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
