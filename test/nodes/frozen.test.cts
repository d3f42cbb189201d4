/**
 * What saved workflows and real money depend on, written down by hand. n8n saves only what differs from a
 * default, so another default would change workflows that exist. Nothing here is read from the code.
 */
import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';

import { JodoApi } from '../../credentials/JodoApi.credentials';
import { Jodo } from '../../nodes/Jodo/Jodo.node';
import { JodoTrigger } from '../../nodes/JodoTrigger/JodoTrigger.node';

const LIVE = 'https://ext.jodo.in';
const TEST = 'https://ext.devtest1.jodopay.com';

describe('the credential', () => {
	const credential = new JodoApi();

	it('begins with Live, and nothing entered', () => {
		const shown = credential.properties.filter(({ type }) => type !== 'hidden');
		expect(shown.map(({ name, default: value }) => [name, value])).toEqual([
			['environment', 'production'],
			['baseUrl', ''],
			['apiKey', ''],
			['apiSecret', ''],
			['webhookSecret', ''],
		]);
	});

	it('is entered in these fields', () => {
		const only = { show: { environment: ['custom'] } };
		const shown = credential.properties.filter(({ type }) => type !== 'hidden');
		expect(
			shown.map(({ name, type, required = false, displayOptions = null }) => [
				name,
				type,
				required,
				displayOptions,
			]),
		).toEqual([
			['environment', 'options', false, null],
			['baseUrl', 'string', true, only],
			['apiKey', 'string', true, null],
			['apiSecret', 'string', true, null],
			['webhookSecret', 'string', false, null],
		]);
		expect(shown[0]?.options).toMatchObject([
			{ name: 'Live', value: 'production' },
			{ name: 'Test (UAT)', value: 'uat' },
			{ name: 'Custom', value: 'custom' },
		]);
		expect(credential.name).toBe('jodoApi');
		expect(credential.displayName).toBe('Jodo API');
		expect(credential.documentationUrl).toMatch(/^https:\/\/github\.com\/.+#credentials$/);
		expect(credential.icon).toEqual({
			light: 'file:../icons/jodo.svg',
			dark: 'file:../icons/jodo.dark.svg',
		});
	});

	it('tells a failed test by its status, and by what a good status may hide', () => {
		const wrongKeys = expect.stringMatching(/^Jodo did not accept the API key and secret/);
		const notJodo = expect.stringMatching(/^What answers there is not Jodo/);
		const notNow = expect.stringMatching(/try again in a few minutes/);
		const status = (value: number, message: unknown) => ({
			type: 'responseCode',
			properties: { value, message },
		});
		const body = (properties: object) => ({ type: 'responseSuccessBody', properties });
		expect(credential.test.rules).toEqual([
			status(301, notJodo),
			status(302, notJodo),
			status(307, notJodo),
			status(308, notJodo),
			status(401, wrongKeys),
			status(403, expect.stringMatching(/Ask Jodo to enable it/)),
			status(404, notJodo),
			status(407, expect.stringMatching(/^A proxy/)),
			...[429, 500, 502, 503, 504].map((value) => status(value, notNow)),
			body({ key: 'status', value: 'error', message: wrongKeys }),
			body({ key: 'data', value: undefined, message: notJodo }),
		]);
	});

	it('learns of expressions by members that n8n shows beside nothing else', () => {
		const hidden = credential.properties.filter(({ type }) => type === 'hidden');
		expect(
			hidden.map(({ name, default: value, displayOptions }) => [name, value, displayOptions]),
		).toEqual(
			['environment', 'baseUrl', 'apiKey', 'apiSecret'].map((name) => [
				`${name}IsExpression`,
				true,
				{ show: { [name]: ['\0'] } },
			]),
		);
	});

	it('masks what is secret', () => {
		const masked = credential.properties.filter(({ typeOptions }) => typeOptions?.password);
		expect(masked.map(({ name }) => name)).toEqual(['apiKey', 'apiSecret', 'webhookSecret']);
	});

	it.each([
		['production', '', LIVE],
		['uat', '', TEST],
		['production', 'https://elsewhere.example.com', LIVE],
		['uat', 'https://elsewhere.example.com', TEST],
		['custom', 'http://localhost:4010', 'http://localhost:4010'],
		['custom', ' http://localhost:4010/ ', 'http://localhost:4010'],
	])('is tested at the address of %s (%j)', (environment, baseUrl, address) => {
		const { baseURL, url, disableFollowRedirect } = credential.test.request;
		const expression = /^=\{\{(.*)\}\}$/s.exec(String(baseURL))?.[1];
		const resolve = new Function('$credentials', `return ${expression}`);
		expect(resolve({ environment, baseUrl })).toBe(address);
		expect(url).toBe('/api/v1/integrations/erp/branches');
		expect(disableFollowRedirect).toBe(true);
	});

	it('signs in with key and secret', async () => {
		const keys = { environment: 'uat', apiKey: 'key', apiSecret: 'secret' };
		const signIn = credential.authenticate as (keys: object, request: object) => Promise<object>;
		expect(await signIn(keys, { url: '' })).toMatchObject({
			auth: { username: 'key', password: 'secret' },
		});
	});
});

const CODE = { mode: 'list', value: '' };

/** Defaults by where a field stands; what a form begins with when nothing is listed is an empty text. */
const JODO: Record<string, unknown> = {
	additionalFields: {},
	'additionalFields.collectorCode': CODE,
	'additionalFields.createApplication': false,
	'additionalFields.grade': CODE,
	'additionalFields.newAdmission': false,
	'additionalFields.payments': {},
	'additionalFields.payments.payment.amount': 0,
	'additionalFields.payments.payment.feeComponents': {},
	'additionalFields.payments.payment.feeComponents.feeComponent.amount': 0,
	'additionalFields.payments.payment.feeComponents.feeComponent.componentType': CODE,
	'additionalFields.productType': 'pay',
	amount: 0,
	collectorCode: CODE,
	details: {
		lineItem: [{ componentType: { mode: 'list', value: 'Payable Amount' }, amount: 0 }],
	},
	'details.lineItem.amount': 0,
	'details.lineItem.componentType': { mode: 'list', value: 'Payable Amount' },
	eventCode: CODE,
	feeComponents: {},
	'feeComponents.feeComponent.amount': 0,
	'feeComponents.feeComponent.componentType': CODE,
	'feeComponents.feeComponent.discounts': {},
	'feeComponents.feeComponent.discounts.discount.discountType': CODE,
	'feeComponents.feeComponent.discounts.discount.value': 0,
	'feeComponents.feeComponent.feeAmount': 0,
	grade: CODE,
	limit: 50,
	newAdmission: false,
	options: {},
	'options.asRows': false,
	'options.concurrency': 0,
	'options.itemPer': 'transfer',
	productType: 'any',
	resource: 'paymentLink',
	returnAll: false,
	schedule: {},
	'schedule.instalment.details': {},
	'schedule.instalment.details.lineItem.amount': 0,
	'schedule.instalment.details.lineItem.componentType': CODE,
	'schedule.instalment.details.lineItem.isDownpayment': false,
	simplify: true,
	specifyBody: 'fields',
	webhookId: CODE,
};

const TRIGGER: Record<string, unknown> = {
	collectorCodes: [],
	events: [],
	options: {},
	'options.includeHeaders': false,
	'options.itemPer': 'transfer',
	'options.onlyJodoIps': false,
	'options.registration': 'automatic',
	'options.splitOutput': false,
	simplify: true,
};

/** The first operation of each resource, as its form begins. */
const OPERATIONS = [
	'add',
	'add',
	'create',
	'create',
	'get',
	'get',
	'getAccessToken',
	'getBranches',
];

function defaultsOf(fields: INodeProperties[], before = ''): Array<[path: string, value: unknown]> {
	return fields.flatMap((field) => {
		const path = before + field.name;
		const inside = (field.options ?? []).flatMap((option) => {
			if (field.type === 'collection') return defaultsOf([option as INodeProperties], `${path}.`);
			if (field.type !== 'fixedCollection') return [];
			const { name, values } = option as INodePropertyCollection;
			return defaultsOf(values, `${path}.${name}.`);
		});
		return [[path, field.default] as [string, unknown], ...inside];
	});
}

it.each([
	['Jodo', new Jodo(), JODO],
	['Jodo Trigger', new JodoTrigger(), TRIGGER],
])('the defaults of %s', (_, { description }, expected) => {
	const seen = new Set<string>();
	for (const [path, value] of defaultsOf(description.properties)) {
		// A sample to write over, and the first operation of each resource.
		if (path === 'jsonBody' || path === 'operation') continue;
		// The notes of a recorded payment are a text; those of an order are a list.
		if (path === 'additionalFields.notes') {
			expect(['', {}]).toContainEqual(value);
			continue;
		}
		expect([path, value]).toEqual([path, path in expected ? expected[path] : '']);
		seen.add(path);
	}
	expect(Object.keys(expected).filter((path) => !seen.has(path))).toEqual([]);
});

it('begins with a payment link to create, and with the same operation in every resource', () => {
	const operations = new Jodo().description.properties.filter(({ name }) => name === 'operation');
	expect(operations.map(({ default: value }) => value).sort()).toEqual(OPERATIONS);
});

it('is what workflows call it', () => {
	const { name, version, credentials } = new Jodo().description;
	expect([name, version, credentials]).toEqual(['jodo', 1, [{ name: 'jodoApi', required: true }]]);
	const trigger = new JodoTrigger().description;
	expect([trigger.name, trigger.version, trigger.credentials]).toEqual([
		'jodoTrigger',
		1,
		[{ name: 'jodoApi', required: true }],
	]);
	expect(trigger.webhooks).toMatchObject([{ httpMethod: 'POST', path: 'jodo' }]);
});
