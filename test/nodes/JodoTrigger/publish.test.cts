// Publishing, unpublishing and listening for a test, through real HTTP against the sandbox.
import type { IHookFunctions, IHttpRequestOptions, ILoadOptionsFunctions } from 'n8n-workflow';

import { EVENTS } from '../../../nodes/events/events';
import { JodoTrigger } from '../../../nodes/JodoTrigger/JodoTrigger.node';
import { codesOf } from '../../../nodes/JodoTrigger/settings';
import { startSandbox, type Sandbox } from '../../support/sandbox.cts';

const LIVE = 'http://127.0.0.1:5678/webhook/11111111-aaaa/jodo';
const TEST = 'http://127.0.0.1:5678/webhook-test/11111111-aaaa/jodo';
const ERP = 'https://erp.example.com/jodo';
const LINK = 'payment_link.payment.debited';
const ORDER = 'order.payment.debited';
const KEYS = { apiKey: 'sandbox_key', apiSecret: 'sandbox_secret' };

interface Stored {
	id: string;
	event_code: string;
	url: string;
	enabled: boolean;
	hasSecret: boolean;
	collector_code?: string;
}

let jodo: Sandbox;
beforeAll(async () => {
	jodo = await startSandbox();
});
afterAll(() => jodo.stop());
beforeEach(() => jodo.admin('POST', '/admin/reset'));

/** The node with what n8n hands to its hooks. */
class Hooks {
	parameters: Record<string, unknown> = {
		events: [LINK, ORDER],
		failureNotificationEmail: 'office@example.com',
		collectorCodes: [],
		options: {},
	};
	credential: Record<string, unknown> = { ...KEYS, environment: 'custom', baseUrl: jodo.url };
	staticData: Record<string, unknown> = {};
	url = LIVE;
	warnings: string[] = [];
	readonly #node = new JodoTrigger();

	get context() {
		const { apiKey, apiSecret } = this.credential;
		return {
			getNodeParameter: (name: string, fallback: unknown) => this.parameters[name] ?? fallback,
			getCredentials: async () => this.credential,
			getWorkflowStaticData: () => this.staticData,
			getNodeWebhookUrl: () => this.url,
			getNode: () => ({ name: 'Jodo Trigger' }),
			logger: { warn: (message: string) => this.warnings.push(message) },
			helpers: {
				async httpRequestWithAuthentication(_name: string, request: IHttpRequestOptions) {
					const response = await fetch(`${request.baseURL}${request.url}`, {
						method: request.method ?? 'GET',
						redirect: 'manual',
						headers: {
							authorization: `Basic ${btoa(`${String(apiKey)}:${String(apiSecret)}`)}`,
							...(request.body !== undefined && { 'content-type': 'application/json' }),
						},
						...(request.body !== undefined && { body: JSON.stringify(request.body) }),
						signal: AbortSignal.timeout(request.timeout ?? 1),
					});
					return {
						statusCode: response.status,
						headers: { 'retry-after': response.headers.get('retry-after') ?? undefined },
						body: await response.text(),
					};
				},
			},
		};
	}

	get #hooks() {
		return this.#node.webhookMethods.default;
	}

	async create() {
		const context = this.context as unknown as IHookFunctions;
		expect(await this.#hooks.checkExists.call(context)).toBe(false);
		return await this.#hooks.create.call(context);
	}

	async delete() {
		return await this.#hooks.delete.call(this.context as unknown as IHookFunctions);
	}

	branches() {
		const context = this.context as unknown as ILoadOptionsFunctions;
		return this.#node.methods.loadOptions.getBranches.call(context);
	}
}

let node: Hooks;
beforeEach(() => {
	node = new Hooks();
});

const subscriptions = async () =>
	((await jodo.admin('GET', '/admin/subscriptions')) as Stored[])
		.filter(({ enabled }) => enabled)
		.sort((a, b) => (a.event_code < b.event_code ? -1 : 1));
const requests = async () =>
	(await jodo.admin('GET', '/admin/requests')) as Array<{ method: string; path: string }>;
const arm = (fault: object) => jodo.admin('POST', '/admin/faults', fault);
const healthy = () => jodo.admin('DELETE', '/admin/faults');

describe('publishing', () => {
	it('registers the chosen events with a secret of its own and keeps it', async () => {
		expect(await node.create()).toBe(true);
		expect(await subscriptions()).toMatchObject([
			{ event_code: ORDER, url: LIVE, hasSecret: true },
			{ event_code: LINK, url: LIVE, hasSecret: true },
		]);
		const { secret } = node.staticData;
		expect(secret).toMatch(/^[0-9a-f]{64}$/);
		expect(node.staticData).toEqual({ secret, secretSource: 'own', environment: 'custom' });
		expect((await requests()).map(({ method }) => method)).toEqual(['GET', 'POST', 'POST']);

		await node.delete();
		expect(await subscriptions()).toEqual([]);
		await node.create();
		expect(node.staticData.secret).toBe(secret);
	});

	it('registers all 36 events', async () => {
		await jodo.admin('PATCH', '/admin/settings', { studentCodes: 'pay' });
		node.parameters.events = EVENTS.map(({ value }) => value);
		await node.create();
		expect(await subscriptions()).toHaveLength(36);
		await node.delete();
		expect(await subscriptions()).toEqual([]);
	});

	it('gives Jodo the secret of the credential where there is one', async () => {
		node.credential.webhookSecret = 'test-secret';
		await node.create();
		expect((await subscriptions()).every(({ hasSecret }) => hasSecret)).toBe(true);
		expect(node.staticData).toEqual({ secretSource: 'credential', environment: 'custom' });
	});

	it('sends the branches', async () => {
		const [main, river] = ['ed3ef2db524f', '81c6b473c138'];
		await jodo.admin('PATCH', '/admin/settings', {
			subscriptionKey: 'event+branch',
			branchRequired: true,
		});
		node.parameters.events = [LINK];
		await expect(node.create()).rejects.toThrow(
			/Jodo did not register .*Nothing is registered now/,
		);
		node.parameters.collectorCodes = [main, river];
		await node.create();
		expect((await subscriptions()).map(({ collector_code }) => collector_code).sort()).toEqual(
			[main, river].sort(),
		);
		expect(await node.branches()).toContainEqual({ name: `Main Campus (${main})`, value: main });
	});

	it('a failure at the k-th request leaves nothing, and one message that names event and reason', async () => {
		node.parameters.events = [LINK, ORDER, 'flex.instalment.settled', 'cred.emi.debited'];
		await jodo.api('POST', '/erp/webhooks', {
			event_code: 'flex.instalment.bounced',
			url: ERP,
			failure_notification_email: 'it@example.com',
			secret_key: 'theirs',
		});
		const before = await subscriptions();
		for (let after = 0; after < 4; after++) {
			await arm({
				method: 'POST',
				path: '/api/v1/integrations/erp/webhooks',
				after,
				count: 1,
				effect: { status: 400, body: { status: 'error', message: 'Not today', code: 'E0000' } },
			});
			await expect(node.create()).rejects.toThrow(
				/^Jodo did not register '[^']+' \([a-z_.]+\): Jodo did not accept the data: Not today \[E0000\]\. Nothing is registered now\.$/,
			);
			expect(await subscriptions()).toEqual(before);
			await healthy();
		}
		await node.create();
		expect(await subscriptions()).toHaveLength(5);
	});

	it('survives answers that were lost', async () => {
		const path = '/api/v1/integrations/erp/webhooks';
		await arm({ method: 'POST', path, count: 1, effect: { cut: 'after' } });
		await node.create();
		expect(await subscriptions()).toHaveLength(2);
		await healthy();
		await arm({ method: 'DELETE', path, count: 1, effect: { cut: 'after' } });
		await node.delete();
		expect(await subscriptions()).toEqual([]);
	});

	it('tells wrong keys and what to do, and changes nothing', async () => {
		node.credential.apiSecret = 'wrong';
		await expect(node.create()).rejects.toThrow(
			/could not be read: Jodo did not accept the API key and secret.*Nothing was changed.*Live and Test/,
		);
	});

	it("leaves another system's subscription, unless the user names its address", async () => {
		await jodo.api('POST', '/erp/webhooks', {
			event_code: LINK,
			url: ERP,
			failure_notification_email: 'it@example.com',
			secret_key: 'theirs',
		});
		const before = await subscriptions();
		await expect(node.create()).rejects.toThrow(`goes to ${ERP}. Nothing was changed.`);
		expect(await subscriptions()).toEqual(before);
	});
});

describe('a test', () => {
	it('does not take a live event', async () => {
		await node.create();
		const before = await subscriptions();
		node.url = TEST;
		node.staticData = {};
		await expect(node.create()).rejects.toThrow(/^This workflow is live and already gets/);
		await node.delete();
		expect(await subscriptions()).toEqual(before);
	});

	it('that cannot be cleaned up is a line in the log, not an error', async () => {
		node.url = TEST;
		await node.create();
		await arm({ method: 'DELETE', effect: { status: 400, body: { message: 'No' } } });
		await node.delete();
		expect(node.warnings).toEqual([expect.stringContaining('Still registered at Jodo')]);
	});
});

describe('before anything is sent', () => {
	afterEach(async () => expect(await requests()).toEqual([]));

	it.each<[string, (hooks: Hooks) => void, RegExp]>([
		['no event', (it) => (it.parameters.events = []), /^Choose at least one event in 'Trigger On'/],
		[
			'an unknown event',
			(it) => (it.parameters.events = 'refund.created'),
			/no event refund.created/,
		],
		[
			'no email address',
			(it) => (it.parameters.failureNotificationEmail = ' '),
			/'Failure Notification Email'/,
		],
		[
			'a check of addresses that nobody knows',
			(it) => (it.parameters.options = { onlyJodoIps: true }),
			/^'Only From Jodo's Servers' knows/,
		],
		[
			'an address that Jodo cannot reach',
			(it) => (it.credential.environment = 'uat'),
			/^Jodo can't reach this n8n from the internet.*WEBHOOK_URL/,
		],
		[
			'a manual registration without a secret',
			(it) => (it.parameters.options = { registration: 'manual' }),
			/'Webhook Secret' in the Jodo credential/,
		],
	])('stops at %s', async (_name, change, message) => {
		change(node);
		await expect(node.create()).rejects.toThrow(message);
	});

	it('has nothing to remove at an address that Jodo cannot reach', async () => {
		node.credential.environment = 'production';
		const context = node.context;
		const send = jest.spyOn(context.helpers, 'httpRequestWithAuthentication');
		jest.spyOn(node, 'context', 'get').mockReturnValue(context);
		expect(await node.delete()).toBe(true);
		expect(send).not.toHaveBeenCalled();
	});

	it('registers and removes nothing where Jodo sets it up', async () => {
		node.parameters.options = { registration: 'manual' };
		node.credential.webhookSecret = 'test-secret';
		expect(await node.create()).toBe(true);
		expect(await node.delete()).toBe(true);
		expect(node.staticData).toEqual({ secretSource: 'credential', environment: 'custom' });
	});
});

it.each([
	[
		['a', ' b '],
		['a', 'b'],
	],
	['a, b,', ['a', 'b']],
	[7, ['7']],
	[{ __rl: true, mode: 'code', value: 'a' }, ['a']],
	[
		[{ __rl: true, mode: 'list', value: 'a' }, 'b,c'],
		['a', 'b', 'c'],
	],
	['', []],
	[undefined, []],
])('reads %j as %j', (value, codes) => expect(codesOf(value)).toEqual(codes));
