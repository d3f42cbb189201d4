// Publishing, unpublishing and listening for a test, through real HTTP against the sandbox.
import { createHmac } from 'node:crypto';

import type { IHookFunctions, IHttpRequestOptions, ILoadOptionsFunctions } from 'n8n-workflow';

import { EVENTS } from '../../../nodes/events/events';
import { JodoTrigger } from '../../../nodes/JodoTrigger/JodoTrigger.node';
import { codesOf } from '../../../nodes/JodoTrigger/settings';
import { startSandbox, type Sandbox } from '../../support/sandbox.cts';
import { Node } from './fakeNode.cts';

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

let workflows = 0;

/** Somebody's registration, made as any client of Jodo makes it. */
const register = async (event_code: string, url: string) =>
	await jodo.api('POST', '/erp/webhooks', {
		event_code,
		url,
		failure_notification_email: 'it@example.com',
	});

/** The node with what n8n hands to its hooks. */
class Hooks {
	parameters: Record<string, unknown> = {
		events: [LINK, ORDER],
		failureNotificationEmail: 'office@example.com',
		collectorCodes: [],
		options: {},
	};
	credential: Record<string, unknown> = { ...KEYS, environment: 'custom', baseUrl: jodo.url };
	/** Why n8n cannot read the credential. */
	unreadable?: string;
	/** What n8n waits for until it hands the credential over. */
	gate?: Promise<void>;
	staticData: Record<string, unknown> = {};
	url?: string = LIVE;
	webhookId?: string = '11111111-aaaa';
	mode = 'trigger';
	activation = 'activate';
	workflowId = `w${++workflows}`;
	warnings: string[] = [];
	/** What is logged beside a warning. */
	logged: unknown[] = [];
	readonly #node = new JodoTrigger();

	get context() {
		const { apiKey, apiSecret } = this.credential;
		return {
			getNodeParameter: (name: string, fallback: unknown) => {
				const value = this.parameters[name] ?? fallback;
				if (value instanceof Error) throw value;
				return value;
			},
			getCredentials: async (type: string) => {
				await this.gate;
				if (this.unreadable) throw new Error(this.unreadable);
				if (type !== 'jodoApi') throw new Error(`There is no credential '${type}'`);
				return this.credential;
			},
			getWorkflowStaticData: (of: string) => (of === 'node' ? this.staticData : {}),
			getNodeWebhookUrl: (name: string) => (name === 'default' ? this.url : undefined),
			getNode: () => ({
				id: 'n1',
				name: 'Jodo Trigger',
				webhookId: this.webhookId,
				parameters: this.parameters,
			}),
			getWorkflow: () => ({ id: this.workflowId }),
			getMode: () => this.mode,
			getActivationMode: () => this.activation,
			logger: {
				warn: (message: string, more: unknown) => {
					this.warnings.push(message);
					this.logged.push(more);
				},
			},
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
		expect(await this.exists()).toBe(false);
		return await this.#hooks.create.call(this.context as unknown as IHookFunctions);
	}

	async exists() {
		return await this.#hooks.checkExists.call(this.context as unknown as IHookFunctions);
	}

	/** As n8n before 2.40 does whenever it starts, with what it had saved; the error if there was one. */
	async start(saved = structuredClone(this.staticData)) {
		this.staticData = saved;
		this.activation = 'init';
		try {
			if (!(await this.exists())) await this.create();
			return undefined;
		} catch (error) {
			this.staticData = structuredClone(saved);
			await this.delete();
			return error as Error;
		} finally {
			this.activation = 'activate';
		}
	}

	/** The editor's button, with the static data of its own that n8n gives to a test. */
	test() {
		this.mode = 'manual';
		this.activation = 'manual';
		this.url = TEST;
		this.staticData = {};
	}

	async delete() {
		// For a test as for a live workflow.
		this.mode = 'internal';
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

/** By hand: HMAC-SHA256 of name, base URL and webhookId, keyed with the API secret. */
const derived = (baseUrl: string) =>
	createHmac('sha256', 'sandbox_secret')
		.update(JSON.stringify(['n8n-nodes-jodo', baseUrl, '11111111-aaaa']))
		.digest('hex');

const subscriptions = async () =>
	((await jodo.admin('GET', '/admin/subscriptions')) as Stored[])
		.filter(({ enabled }) => enabled)
		.sort((a, b) => (a.event_code < b.event_code ? -1 : 1));
const requests = async () =>
	(await jodo.admin('GET', '/admin/requests')) as Array<{ method: string; path: string }>;
const arm = (fault: object) => jodo.admin('POST', '/admin/faults', fault);
const healthy = () => jodo.admin('DELETE', '/admin/faults');

describe('publishing', () => {
	it('registers the chosen events with a derived secret and keeps a copy', async () => {
		expect(await node.create()).toBe(true);
		expect(await subscriptions()).toMatchObject([
			{ event_code: ORDER, url: LIVE, hasSecret: true },
			{ event_code: LINK, url: LIVE, hasSecret: true },
		]);
		const secret = derived(jodo.url);
		expect(node.staticData).toEqual({
			secret,
			environment: 'custom',
			address: LIVE,
			registeredAt: expect.any(Number),
		});
		expect((await requests()).map(({ method }) => method)).toEqual(['GET', 'POST', 'POST']);

		await node.delete();
		expect(await subscriptions()).toEqual([]);
		expect(node.staticData).toEqual({ secret, environment: 'custom', address: LIVE });
	});

	it('registers all events', async () => {
		await jodo.admin('PATCH', '/admin/settings', { studentCodes: 'pay' });
		node.parameters.events = EVENTS.map(({ value }) => value);
		await node.create();
		expect(await subscriptions()).toHaveLength(EVENTS.length);
		await node.delete();
		expect(await subscriptions()).toEqual([]);
	});

	it("gives Jodo no secret of the user's own, which is for manual registration", async () => {
		node.credential.webhookSecret = 'test-secret';
		await node.create();
		expect(node.staticData.secret).toBe(derived(jodo.url));
	});

	it('sends no branch where the form holds none', async () => {
		node.parameters.collectorCodes = undefined;
		await node.create();
		const branches = (await subscriptions()).map(({ collector_code }) => collector_code ?? null);
		expect(branches).toEqual([null, null]);
	});

	it('sends the branches', async () => {
		const [main, river] = ['ed3ef2db524f', '81c6b473c138'];
		await jodo.admin('PATCH', '/admin/settings', {
			subscriptionKey: 'event+branch',
			branchRequired: true,
		});
		node.parameters.events = [LINK];
		await expect(node.create()).rejects.toThrow(
			/Jodo did not register .*Nothing is registered for this trigger/,
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
				/^Jodo did not register '[^']+' \([a-z_.]+\): Jodo did not accept the data: Not today \[E0000\]\. Nothing is registered for this trigger\. This trigger receives nothing until that is corrected and the workflow is published again\.$/,
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
			/could not be read: Jodo did not accept the API key and secret.*Live and Test.*This trigger receives nothing/,
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
		await expect(node.create()).rejects.toThrow(
			`goes to ${ERP}. Nothing is registered for this trigger. This trigger receives nothing`,
		);
		expect(await subscriptions()).toEqual(before);
	});
});

describe('a test', () => {
	it('does not take a live event', async () => {
		await node.create();
		const before = await subscriptions();
		node.test();
		const error = await node.create().catch((it: Error) => it);
		expect(error).toMatchObject({
			message: expect.stringMatching(
				/^This workflow is live and already gets.*events\.md It is live for '.*\)\.$/,
			),
		});
		await node.delete();
		expect(await subscriptions()).toEqual(before);
	});

	it('that cannot be cleaned up is a line in the log, not an error', async () => {
		node.test();
		await node.create();
		await arm({ method: 'DELETE', effect: { status: 400, body: { message: 'No' } } });
		await node.delete();
		expect(node.warnings).toEqual([expect.stringContaining('Still registered at Jodo')]);
	});
});

describe('a refused edit of a live trigger', () => {
	it('says that nothing is received now, whatever it was refused for', async () => {
		node.parameters.events = [LINK];
		await node.create();
		await jodo.api('POST', '/erp/webhooks', {
			event_code: ORDER,
			url: ERP,
			failure_notification_email: 'it@example.com',
		});
		for (const change of [
			(it: Hooks) => (it.parameters.events = [LINK, ORDER]),
			(it: Hooks) => (it.parameters.events = []),
			(it: Hooks) => (it.parameters.events = new Error('No path back to node')),
			(it: Hooks) => (it.credential.apiSecret = ''),
		]) {
			await node.delete();
			node.mode = 'trigger';
			change(node);
			const { message } = (await node.create().catch((it: Error) => it)) as Error;
			expect(message).toMatch(/\. This trigger receives nothing until that is corrected/);
			expect(message).not.toMatch(/nothing was changed/i);
			expect((await subscriptions()).map(({ url }) => url)).toEqual([ERP]);
		}
	});

	it('removes what it finds of its own, as it says', async () => {
		node.parameters.events = [LINK];
		await node.create();
		await jodo.api('POST', '/erp/webhooks', {
			event_code: ORDER,
			url: ERP,
			failure_notification_email: 'it@example.com',
		});
		node.parameters.events = [LINK, ORDER];
		await expect(node.create()).rejects.toThrow('Nothing is registered for this trigger.');
		expect((await subscriptions()).map(({ url }) => url)).toEqual([ERP]);
	});
});

describe('a start of n8n before 2.40', () => {
	beforeEach(async () => {
		await node.create();
	});
	const codes = async () => (await subscriptions()).map(({ event_code }) => event_code);

	it('asks Jodo for nothing, where the last publish registered this very address', async () => {
		const asked = await requests();
		expect(await node.start()).toBeUndefined();
		node.activation = 'leadershipChange';
		expect(await node.exists()).toBe(true);
		expect(await requests()).toEqual(asked);
	});

	it.each(['activate', 'update', 'create', 'manual'])('%s always repairs', async (activation) => {
		node.activation = activation;
		expect(await node.exists()).toBe(false);
	});

	it('registers anew at another address', async () => {
		node.url = LIVE.replace('/webhook/', '/moved/');
		node.parameters.events = ['page.payment.debited'];
		expect(await node.start()).toBeUndefined();
		expect(await codes()).toContain('page.payment.debited');
	});

	it('that fails leaves what is registered, and the next one mends it', async () => {
		const unmarked = { ...node.staticData, registeredAt: undefined };
		await arm({ method: 'POST', count: 1, effect: { status: 400, body: { message: 'No' } } });
		const error = await node.start(unmarked);
		expect(error?.message).toContain('What was registered before this start stays');
		expect(error?.message).not.toContain('receives nothing');
		expect(await codes()).toEqual([ORDER, LINK]);
		await healthy();
		expect(await node.start(unmarked)).toBeUndefined();
		expect(await codes()).toEqual([ORDER, LINK]);
		// A removal later on is meant.
		await node.delete();
		expect(await codes()).toEqual([]);
	});

	it('that is under way does not keep a removal from being done', async () => {
		node.staticData = { ...node.staticData, registeredAt: undefined };
		node.activation = 'init';
		let open = () => {};
		node.gate = new Promise((resolve) => (open = resolve));
		const starting = node.create();
		await new Promise(setImmediate);
		node.gate = undefined;
		await node.delete();
		expect(await codes()).toEqual([]);
		open();
		await starting;
		await node.delete();
		expect(await codes()).toEqual([]);
	});

	it('that fails on an ERP that took one of the events leaves the others', async () => {
		const unmarked = { ...node.staticData, registeredAt: undefined };
		const [order] = await subscriptions();
		await jodo.api('DELETE', `/erp/webhooks/${order?.id}`);
		await jodo.api('POST', '/erp/webhooks', {
			event_code: ORDER,
			url: ERP,
			failure_notification_email: 'it@example.com',
		});
		expect((await node.start(unmarked))?.message).toContain(ERP);
		expect((await subscriptions()).map(({ url }) => url)).toEqual([ERP, LIVE]);
	});

	it('at which another trigger fails: n8n unregisters, and its second attempt registers again', async () => {
		const saved = structuredClone(node.staticData);
		await node.start(structuredClone(saved));
		await node.delete();
		expect(await codes()).toEqual([]);
		expect(await node.start(structuredClone(saved))).toBeUndefined();
		expect(await codes()).toEqual([ORDER, LINK]);
		expect(await node.start()).toBeUndefined();
	});

	it('a copy of this n8n at another address takes nothing away', async () => {
		const before = await subscriptions();
		const copy = new Hooks();
		copy.workflowId = node.workflowId;
		copy.staticData = structuredClone(node.staticData);
		copy.url = LIVE.replace('5678', '5679');
		expect((await copy.start())?.message).toMatch(/^http\S+ is this trigger's earlier address/);
		await copy.delete();
		expect(await subscriptions()).toEqual(before);
		expect(copy.warnings).toEqual([expect.stringContaining(`earlier address ${LIVE}`)]);
	});
});

describe('a copy of the workflow with its webhook ID, which the command line has published', () => {
	it('takes nothing from the one that has the address, as long as that is live', async () => {
		await node.create();
		const before = await subscriptions();
		const copy = new Hooks();
		await copy.delete();
		expect(await subscriptions()).toEqual(before);
		expect(copy.warnings).toEqual([
			`Jodo Trigger: Another workflow of this n8n (ID ${node.workflowId}) receives at the same address, so what is registered there was left alone. Delete this trigger and add it again to give it an address of its own.`,
		]);
		expect(copy.logged).toEqual([{ workflowId: copy.workflowId, node: 'Jodo Trigger' }]);
		await node.delete();
		expect(await subscriptions()).toEqual([]);
		expect(node.warnings).toEqual([]);
		// Now the address is free, and the copy may have it.
		await copy.create();
		await node.delete();
		expect(await subscriptions()).toHaveLength(before.length);
		await copy.delete();
		expect(await subscriptions()).toEqual([]);
	});

	it('nor from one that was registered before this start', async () => {
		node.webhookId = '22222222-bbbb';
		node.url = LIVE.replace('11111111-aaaa', node.webhookId);
		node.staticData = { address: node.url, registeredAt: Date.now() - 1000 };
		expect(await node.start()).toBeUndefined();
		await register(LINK, node.url);
		const copy = new Hooks();
		copy.webhookId = node.webhookId;
		copy.url = node.url;
		await copy.delete();
		expect((await subscriptions()).map(({ url }) => url)).toEqual([node.url]);
	});

	it('nor from one for which something has arrived', async () => {
		const receiving = new Node();
		receiving.webhookId = '44444444-dddd';
		await receiving.send({ event: LINK, payload: { order_id: 'once' } });
		const copy = new Hooks();
		copy.webhookId = receiving.webhookId;
		copy.url = LIVE.replace('11111111-aaaa', copy.webhookId);
		await register(LINK, copy.url);
		await copy.delete();
		expect(await subscriptions()).toHaveLength(1);
	});

	it('if n8n unregisters the copy first, the start of the other registers again', async () => {
		node.webhookId = '33333333-cccc';
		node.url = LIVE.replace('11111111-aaaa', node.webhookId);
		node.staticData = { address: node.url, registeredAt: Date.now() - 1000 };
		await register(LINK, node.url);
		await register(ORDER, node.url);
		const copy = new Hooks();
		copy.webhookId = node.webhookId;
		copy.url = node.url;
		await copy.delete();
		expect(await subscriptions()).toEqual([]);
		expect(await node.start()).toBeUndefined();
		expect((await subscriptions()).map(({ url }) => url)).toEqual([node.url, node.url]);
	});
});

describe('what an unpublishing has to remove', () => {
	it('is there after a publish that failed before anything was sent', async () => {
		await node.create();
		node.parameters.failureNotificationEmail = ' ';
		await expect(node.create()).rejects.toThrow('Failure Notification Email');
		await node.delete();
		expect(await subscriptions()).toEqual([]);
	});

	it('is there after a start that failed and one that did not', async () => {
		node.activation = 'init';
		node.parameters.events = [];
		await expect(node.create()).rejects.toThrow('Choose at least one event');
		node.parameters.events = [LINK];
		await node.create();
		await node.delete();
		expect(await subscriptions()).toEqual([]);
	});

	it('is there while a copy with the same webhook ID is tested: a test makes nobody the holder', async () => {
		await node.create();
		const copy = new Hooks();
		copy.parameters.events = ['flex.instalment.settled'];
		copy.test();
		await copy.create();
		await node.delete();
		// With what the test has left at the node's usual test address.
		expect(await subscriptions()).toEqual([]);
		expect(node.warnings).toEqual([]);
	});

	it('at an earlier address is named, also where there is none any more', async () => {
		await node.create();
		node.url = undefined;
		await node.delete();
		expect(node.warnings).toEqual([
			expect.stringContaining(`at this trigger's earlier address ${LIVE}`),
		]);
		expect(await subscriptions()).toHaveLength(2);
	});
});

describe('before anything is sent', () => {
	afterEach(async () => expect(await requests()).toEqual([]));

	it.each<[string, (hooks: Hooks) => void, RegExp]>([
		['no event', (it) => (it.parameters.events = []), /^Choose at least one event in 'Trigger On'/],
		[
			'no choice of events at all',
			(it) => (it.parameters.events = undefined),
			/^Choose at least one event in 'Trigger On'/,
		],
		[
			'unknown events',
			(it) => (it.parameters.events = ['refund.created', LINK, 'refund.paid']),
			/^Jodo has no event refund\.created, refund\.paid: choose/,
		],
		...[' ', undefined, null].map((email): [string, (hooks: Hooks) => void, RegExp] => [
			`the email address ${JSON.stringify(email)}`,
			(it) => (it.parameters.failureNotificationEmail = email),
			/'Failure Notification Email'/,
		]),
		[
			'no address of its own',
			(it) => (it.url = undefined),
			/^Jodo can't reach this n8n from the internet: it would have to call \. Give/,
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
			'a node without a webhook ID',
			(it) => (it.webhookId = undefined),
			/^Delete this Jodo Trigger and add it again/,
		],
		['an empty API secret', (it) => (it.credential.apiSecret = ' '), /^'API Secret' in the Jodo/],
		[
			'an API secret that is an expression without a value',
			(it) => (it.credential.apiSecret = undefined),
			/^'API Secret' in the Jodo credential/,
		],
		[
			'a credential that n8n cannot read',
			(it) => (it.unreadable = 'No path back to node'),
			/^The Jodo credential cannot be read \(n8n: "No path back to node"\): choose one.*This trigger receives nothing/,
		],
		[
			'an expression that n8n cannot resolve',
			(it) => (it.parameters.events = new Error('Referenced node is unexecuted')),
			/^Referenced node is unexecuted\. This trigger receives nothing/,
		],
		[
			'an error without a word',
			(it) => (it.parameters.events = new TypeError('')),
			/^TypeError\. This trigger receives nothing/,
		],
		[
			'a manual registration with a blank secret',
			(it) => {
				it.parameters.options = { registration: 'manual' };
				it.credential.webhookSecret = '  ';
			},
			/'Webhook Secret' in the Jodo credential/,
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

	it.each<[string, (hooks: Hooks) => void]>([
		['an address that Jodo cannot reach', (it) => (it.credential.environment = 'production')],
		['no address', (it) => (it.url = undefined)],
	])('has nothing to remove at %s', async (_name, change) => {
		change(node);
		const context = node.context;
		const send = jest.spyOn(context.helpers, 'httpRequestWithAuthentication');
		jest.spyOn(node, 'context', 'get').mockReturnValue(context);
		expect(await node.delete()).toBe(true);
		expect(send).not.toHaveBeenCalled();
	});

	it('registers and removes nothing where Jodo sets it up', async () => {
		node.parameters.options = { registration: 'manual', onlyJodoIps: true };
		node.credential.environment = 'uat';
		node.credential.webhookSecret = 'test-secret';
		node.staticData = { secret: 'an older copy', environment: 'uat' };
		expect(await node.create()).toBe(true);
		// At an address that Jodo can reach, so that there were something to ask.
		node.credential.environment = 'custom';
		expect(await node.delete()).toBe(true);
		expect(node.staticData).toEqual({});
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
