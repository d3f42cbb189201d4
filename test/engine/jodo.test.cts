/** The Jodo node in n8n's engine, as packed, against the local Jodo. */
import { errorOf, outputOf, runJodo } from '../support/engine.cts';
import { startSandbox, type Sandbox } from '../support/sandbox.cts';

let sandbox: Sandbox;
let credential: { environment: string; baseUrl: string; apiKey: string; apiSecret: string };

beforeAll(async () => {
	sandbox = await startSandbox();
	credential = {
		environment: 'custom',
		baseUrl: `${sandbox.url}/`,
		apiKey: 'sandbox_key',
		apiSecret: 'sandbox_secret',
	};
});
afterAll(async () => await sandbox.stop());
beforeEach(async () => await sandbox.admin('POST', '/admin/reset'));

interface OrderAtJodo {
	id: string;
	payer: Record<string, unknown>;
	details: Array<{ amount: number }>;
}

async function ordersAtJodo(): Promise<OrderAtJodo[]> {
	return (await sandbox.admin('GET', '/admin/state')).orders;
}

const CREATE = {
	resource: 'paymentLink',
	operation: 'create',
	name: '={{ $json.parent }}',
	phone: '={{ $json.phone }}',
	email: 'parent@example.com',
	details: { lineItem: [{ componentType: 'Payable Amount', amount: '={{ $json.fee }}' }] },
	additionalFields: {},
};

describe('payment links', () => {
	it('creates one per item, in order, each paired with its own item and its own amount', async () => {
		const items = Array.from({ length: 12 }, (_, i) => ({
			parent: `Parent ${i}`,
			phone: 9876543210 + i,
			fee: `₹${i + 1},000.00`,
		}));
		const output = outputOf(await runJodo({ parameters: CREATE, items, credential }));
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		const orders = await ordersAtJodo();
		expect(orders).toHaveLength(12);
		output.forEach(({ json }, i) => {
			expect(Object.keys(json).slice(0, 2)).toEqual(['order_id', 'redirect_url']);
			const order = orders.find(({ id }) => id === json.order_id);
			expect(order).toMatchObject({
				payer: { name: `Parent ${i}`, phone: String(9876543210 + i) },
				details: [{ component_type: 'Payable Amount', amount: (i + 1) * 1000 }],
			});
		});
	});

	it('goes through life: create, get, cancel, get', async () => {
		const items = [{ parent: 'A', phone: '9876543210', fee: 1500.5 }];
		const [created] = outputOf(await runJodo({ parameters: CREATE, items, credential }));
		const orderId = created?.json.order_id as string;
		const on = async (operation: string, more = {}) =>
			outputOf(
				await runJodo({
					parameters: { resource: 'paymentLink', operation, orderId, ...more },
					items: [{}],
					credential,
				}),
			)[0]?.json;

		expect(await on('get')).toEqual({
			id: orderId,
			status: 'unpaid',
			amount: 1500.5,
			payer: 'A',
			identifier: null,
			paid_at: null,
			settled_so_far: 0,
			fully_settled: false,
			settled_at: null,
			settlement_utr: null,
			transaction_id: null,
			notes: {},
		});
		expect(await on('get', { simplify: false })).toMatchObject({
			id: orderId,
			name: 'A',
			status: 'unpaid',
		});
		expect(await on('cancel')).toEqual({ success: true, order_id: orderId });
		expect(await on('get')).toMatchObject({ status: 'cancelled' });
	});

	it('sends JSON as Jodo documents it, as text or as an object', async () => {
		const body = {
			name: 'B',
			phone: 9876543210,
			email: 'b@example.com',
			details: [{ component_type: 'Payable Amount', amount: '1,00,000.00' }],
			identifier: '',
		};
		for (const jsonBody of [JSON.stringify(body), '={{ $json.body }}']) {
			const parameters = { resource: 'order', operation: 'create', specifyBody: 'json', jsonBody };
			const run = await runJodo({ parameters, items: [{ body }], credential });
			expect(outputOf(run)).toHaveLength(1);
		}
		const orders = await ordersAtJodo();
		expect(orders.map(({ payer, details }) => [payer.phone, details[0]?.amount])).toEqual([
			['9876543210', 100000],
			['9876543210', 100000],
		]);
	});
});

describe('bad input', () => {
	it('is caught before anything is sent, naming field, row and value', async () => {
		const parameters = {
			...CREATE,
			email: 'nobody',
			details: {
				lineItem: [
					{ componentType: 'Payable Amount', amount: 100 },
					{ componentType: '', amount: 'ten' },
				],
			},
			expiresAt: '2020-01-01',
		};
		const run = await runJodo({
			parameters,
			items: [{ parent: 'A', phone: '12', fee: 1 }],
			credential,
		});
		expect(errorOf(run).message).toBe(
			`Row 1 of 1 (A): 'Payer Phone' is not a phone number of at least 10 digits: "12"; ` +
				`'Payer Email' is not an email address: "nobody"; ` +
				`'Fee Component (Fee Head)' in entry 2 of 'Amounts to Collect' is empty; ` +
				`'Amount in Rupees' in entry 2 of 'Amounts to Collect' is not an amount in rupees above zero, with two decimals at most: "ten"; ` +
				`'Expires At' is in the past: 2020-01-01T18:29:59Z. Nothing was sent to Jodo.`,
		);
		expect(errorOf(run).description).toBe('Correct what is named and run these rows again.');
		expect(await sandbox.admin('GET', '/admin/requests')).toEqual([]);
	});

	it('in JSON is named by its path', async () => {
		const jsonBody =
			'{"name":"A","phone":"9876543210","email":"a@example.com","details":[{"component_type":"x","amount":1},{"component_type":"x","amount":-1}]}';
		const parameters = { resource: 'order', operation: 'create', specifyBody: 'json', jsonBody };
		const run = await runJodo({ parameters, items: [{}], credential });
		expect(errorOf(run).message).toMatch(
			/^Row 1 of 1 \(A\): details\[1\]\.amount in 'JSON Body' is not an amount/,
		);
	});

	it.each(['{', '[]', '"x"', '', 'null'])('JSON %p is refused', async (jsonBody) => {
		const parameters = { resource: 'order', operation: 'create', specifyBody: 'json', jsonBody };
		const run = await runJodo({ parameters, items: [{}], credential });
		expect(errorOf(run).message).toMatch(/^Row 1 of 1: 'JSON Body' is not a JSON object/);
	});

	it('leaves by the error output with its reason and its input; the other items are done', async () => {
		const items = [
			{ parent: 'A', phone: '9876543210', fee: 10 },
			{ parent: '', phone: '9876543210', fee: 10 },
			{ parent: 'C', phone: '9876543210', fee: 30 },
		];
		const run = await runJodo({
			parameters: CREATE,
			items,
			credential,
			node: { onError: 'continueErrorOutput' },
		});
		expect(outputOf(run, 0).map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 2 },
		]);
		expect(outputOf(run, 1).map(({ json }) => json)).toEqual([
			{
				...items[1],
				error:
					"Row 2 of 3: 'Payer Name' is empty. This row was not sent to Jodo. Correct the value and run this row again.",
				details: { item: 1, outcome: 'notSent' },
			},
		]);
		expect(await ordersAtJodo()).toHaveLength(2);
	});
});

describe('what Jodo refuses', () => {
	it("is told with the field's label, Jodo's words and the remedy", async () => {
		const parameters = {
			...CREATE,
			details: { lineItem: [{ componentType: 'No Such Fee', amount: 10 }] },
		};
		const run = await runJodo({
			parameters,
			items: [{ parent: 'A', phone: '9876543210' }],
			credential,
			node: { onError: 'continueRegularOutput' },
		});
		const [item] = outputOf(run);
		expect(item?.json.error).toMatch(
			/^Row 1 of 1 \(A\): Jodo did not accept the data: .*No Such Fee.* Correct the value/,
		);
		expect(item?.json.details).toMatchObject({ item: 0, status: 400, answer: { status: 'error' } });
	});

	it('with wrong keys names the credential', async () => {
		const run = await runJodo({
			parameters: { resource: 'configuration', operation: 'getBranches' },
			items: [{}],
			credential: { ...credential, apiSecret: 'wrong' },
		});
		expect(errorOf(run).message).toBe(
			'Row 1 of 1: Jodo did not accept the API key and secret: Invalid credentials, please check!',
		);
		expect(errorOf(run).description).toMatch(/belong together/);
		expect(JSON.stringify(run)).not.toContain(Buffer.from('sandbox_key:wrong').toString('base64'));
	});

	it('unknown records name the environments', async () => {
		const run = await runJodo({
			parameters: { resource: 'order', operation: 'get', orderId: 'order_nope' },
			items: [{}],
			credential,
		});
		expect(errorOf(run).message).toMatch(
			/^Row 1 of 1 \(order_nope\): Jodo does not know this record/,
		);
		expect(errorOf(run).description).toMatch(/Live and Test \(UAT\) hold different records/);
	});
});

describe('configuration', () => {
	it.each([
		['getBranches', 'code'],
		['getGrades', 'code'],
		['getFeeComponents', 'component_type'],
		['getDiscounts', 'discount_type'],
	])('%s gives one item per entry', async (operation, key) => {
		const run = await runJodo({
			parameters: { resource: 'configuration', operation },
			items: [{}, {}],
			credential,
		});
		const output = outputOf(run);
		expect(output.length).toBeGreaterThan(2);
		expect(output.every(({ json }) => typeof json[key] === 'string')).toBe(true);
		expect(new Set(output.map(({ pairedItem }) => JSON.stringify(pairedItem)))).toEqual(
			new Set(['{"item":0}', '{"item":1}']),
		);
	});
});
