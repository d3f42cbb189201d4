/** What one run of the action node does with its items: a node made by hand before a Jodo made by hand. */
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { type Answer, good, type Jodos, node } from './fakeNode.cts';

const no = (message: string, statusCode = 400, more: object = {}): Answer => ({
	statusCode,
	body: { message, ...more },
});
const LOST = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

const link = (name: string, more: Record<string, unknown> = {}) => ({
	name,
	phone: '9876543210',
	email: 'a@example.com',
	details: [{ component_type: 'Fee', amount: 100 }],
	identifier: name,
	...more,
});

/** Creates links whose ids are the payers' names. */
const creates: Jodos = ({ body }) =>
	good({ order_id: `order_${String(body?.['name'])}`, redirect_url: 'https://pay/1' });

/** Jodo, who says no to these payers and to some of whom nothing is heard. */
const saying =
	(answers: Record<string, Answer | Error>): Jodos =>
	(request, count) =>
		answers[String(request.body?.['name'])] ?? creates(request, count);

/** Timers, as the node lets n8n have its turn by one where the machine is slow. */
const settle = async (times = 20) => {
	for (let i = 0; i < times; i++) await new Promise((resolve) => setTimeout(resolve));
};

describe('items', () => {
	it('keep their order, whichever answer comes first, and each output is paired with its item', async () => {
		const waiting: Array<() => void> = [];
		const get = node({
			does: 'order.get',
			items: ['a', 'b', 'c'].map((orderId) => ({ orderId, simplify: false })),
			jodo: async ({ url }) => {
				await new Promise<void>((resolve) => waiting.push(resolve));
				return good({ id: url.split('/').at(-1) });
			},
		});
		const run = get.run();
		await settle();
		for (const next of waiting.reverse()) next();
		expect(await run).toEqual([
			{ json: { id: 'a' }, pairedItem: { item: 0 } },
			{ json: { id: 'b' }, pairedItem: { item: 1 } },
			{ json: { id: 'c' }, pairedItem: { item: 2 } },
		]);
		expect(get.sent.map(({ method, url }) => [method, url])).toEqual(
			['a', 'b', 'c'].map((id) => ['GET', `/api/v1/integrations/pay/orders/${id}`]),
		);
	});

	it('may each give several outputs, or none', async () => {
		const lists: Record<string, object[]> = { a: [{ n: 1 }, { n: 2 }], b: [], c: [{ n: 3 }] };
		const output = await node({
			does: 'configuration.getGrades',
			items: ['a', 'b', 'c'].map((collectorCode) => ({ collectorCode })),
			jodo: ({ qs }) => good(lists[String(qs?.['collector_code'])]),
		}).run();
		expect(output).toEqual([
			{ json: { n: 1 }, pairedItem: { item: 0 } },
			{ json: { n: 2 }, pairedItem: { item: 0 } },
			{ json: { n: 3 }, pairedItem: { item: 2 } },
		]);
	});

	it('of none there is nothing to do', async () => {
		const none = node({ does: 'webhook.getAll', items: [] });
		expect(await none.run()).toEqual([]);
		expect(none.sent).toEqual([]);
	});

	it('read once what is no expression, and each for itself what is one', async () => {
		const get = node({
			does: 'order.get',
			items: ['a', 'b', 'c'].map((orderId) => ({ orderId, simplify: false })),
		});
		await get.run();
		expect(get.read.filter((one) => one.startsWith('orderId'))).toEqual([
			'orderId 0',
			'orderId 1',
			'orderId 2',
		]);
		expect(get.read.filter((one) => one.startsWith('simplify'))).toEqual(['simplify 0']);
	});

	it('find an expression however deep it stands', async () => {
		const details = { lineItem: [{ componentType: 'Fee', amount: '={{ $json.fee }}' }] };
		const create = node({
			does: 'paymentLink.create',
			items: ['A', 'B'].map((name) => link(name, { details })),
		});
		await create.fails();
		expect(create.read.filter((one) => one.startsWith('details'))).toEqual([
			'details 0',
			'details 1',
		]);
		expect(create.read.filter((one) => one.startsWith('phone'))).toEqual(['phone 0']);
	});
});

it('an operation that does not exist is told', async () => {
	const error = await node({ does: 'order.pay', items: [{}] }).fails();
	expect(error).toBeInstanceOf(NodeOperationError);
	expect(error.message).toBe("The operation 'pay' of 'order' does not exist");
	expect(error.description).toBe("Choose 'Resource' and 'Operation' from their lists.");
	expect((await node({ does: 'orders.get', items: [{}] }).fails()).message).toMatch(
		/^The operation 'get' of 'orders'/,
	);
});

describe('how many are worked on at once', () => {
	/** Jodo keeps everybody waiting, until nobody new comes. */
	async function crowds(does: string, options: unknown, count: number) {
		let waiting: Array<() => void> = [];
		const items = Array.from({ length: count }, (_, i) => ({
			...(does === 'order.get' ? { orderId: `o${i}` } : link(`P${i}`)),
			options,
		}));
		const run = node({
			does,
			items,
			jodo: async (request, n) => {
				await new Promise<void>((resolve) => waiting.push(resolve));
				return does === 'order.get' ? good({ id: 'x' }) : creates(request, n);
			},
		});
		const output = run.run();
		const sizes: number[] = [];
		let looks = 0;
		while (sizes.reduce((sum, size) => sum + size, 0) < count) {
			for (let calm = 0, before = -1; calm < 10; calm++) {
				if (++looks > 1_000) throw new Error('Nobody comes any more');
				await new Promise((resolve) => setTimeout(resolve, 1));
				if (waiting.length !== before || !before) calm = 0;
				before = waiting.length;
			}
			sizes.push(waiting.length);
			const all = waiting;
			waiting = [];
			for (const next of all) next();
		}
		await output;
		return sizes;
	}

	it.each([
		[{ concurrency: 1 }, 1],
		[{ concurrency: 3 }, 3],
		[{ concurrency: '3' }, 3],
		[{ concurrency: 2.9 }, 2],
		[{ concurrency: 50 }, 50],
		[{ concurrency: 1000 }, 50],
	])('%j: %d', async (options, expected) => {
		const crowd = Array(3).fill(expected);
		expect(await crowds('order.get', options, 3 * expected)).toEqual(crowd);
		expect(await crowds('paymentLink.create', options, 3 * expected)).toEqual(crowd);
	});

	it.each([
		undefined,
		{},
		{ concurrency: 0 },
		{ concurrency: -1 },
		{ concurrency: null },
		{ concurrency: 'x' },
	])('%j: five to begin with, then one more for each that is done', async (options) => {
		// Each success makes a place more.
		expect(await crowds('order.get', options, 125)).toEqual([5, 10, 20, 40, 50]);
		expect(await crowds('paymentLink.create', options, 75)).toEqual([5, 10, 20, 20, 20]);
	});
});

describe('a row that fails ends the run', () => {
	const rows = ['A', 'B', 'C', 'D'].map((name) => link(name));

	it('and the error says what became of all others', async () => {
		const create = node({
			does: 'paymentLink.create',
			items: rows,
			jodo: saying({ B: no('Blocked', 400, { code: 'E9' }), C: no('oops', 500) }),
		});
		const error = await create.fails();
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error.message).toBe(
			'Row 2 of 4 (B): Jodo did not accept the data: Blocked [E9]. ' +
				'2 of 4 rows are at Jodo already: do not send them again. ' +
				'Of 1 more the outcome is unknown.',
		);
		expect(error.description).toBe(
			'Correct the value and run this row again. ' +
				'At Jodo already: row 1 (A): order_A; row 4 (D): order_D. ' +
				'Outcome unknown: row 3 (C). ' +
				"'Retry' of this execution leaves these out. 'Retry' of an older one would not, nor would a new run: give it only the rows that are missing.",
		);
		expect((error as unknown as NodeApiError).httpCode).toBe('400');
		const ids = (name: string) => ({ order_id: `order_${name}`, redirect_url: 'https://pay/1' });
		expect(error.context['details']).toEqual({
			status: 400,
			code: 'E9',
			outcome: 'refused',
			answer: { message: 'Blocked', code: 'E9' },
			done: [ids('A'), ids('D')],
		});
	});

	it('with nothing to say of others where there are none', async () => {
		const error = await node({
			does: 'paymentLink.create',
			items: [rows[0] as object as Record<string, unknown>],
			jodo: () => LOST,
		}).fails();
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.message).toBe(
			'Row 1 of 1 (A): Outcome unknown: Jodo may or may not have done this ' +
				'(Jodo gave no clear answer: the connection broke before Jodo answered). ' +
				'Do not send it again before you have looked: it may be there. ' +
				'Look in the Jodo dashboard for a payment link of this payer and amount. ' +
				'Only if it is not there, run this row alone in a new run.',
		);
		expect(error.description ?? '').toBe('');
		expect(error.context['details']).toEqual({ outcome: 'unknown' });
	});

	it('and nothing new is begun', async () => {
		const create = node({
			does: 'paymentLink.create',
			items: rows.map((row) => ({ ...row, options: { concurrency: 1 } })),
			jodo: saying({ B: no('Blocked') }),
		});
		await create.fails();
		expect(create.sent.map(({ body }) => body?.['name'])).toEqual(['A', 'B']);
	});

	it('nor is anything more read', async () => {
		const get = node({
			does: 'order.get',
			items: ['a', 'b'].map((orderId) => ({ orderId, options: { concurrency: 1 } })),
			jodo: () => no('Blocked'),
		});
		await get.fails();
		expect(get.read.filter((one) => one.startsWith('orderId'))).toEqual(['orderId 0']);
	});

	it('the first of several, whichever is refused first; a refusal is no unknown outcome', async () => {
		const answers: Array<() => void> = [];
		const get = node({
			does: 'order.get',
			items: ['a', 'b'].map((orderId) => ({ orderId })),
			jodo: async ({ url }) => {
				await new Promise<void>((resolve) => answers.push(resolve));
				return no(`not ${url.at(-1)}`);
			},
		});
		const failure = get.fails();
		await settle();
		answers[1]?.();
		await settle();
		answers[0]?.();
		expect((await failure).message).toBe('Row 1 of 2 (a): Jodo did not accept the data: not a.');
	});

	it('of several, one of which could not even be read', async () => {
		const unread = () => {
			throw new Error('out of order');
		};
		const get = node({
			does: 'order.get',
			items: [{ orderId: 'a' }, { orderId: unread }],
			jodo: () => no('Blocked'),
		});
		expect((await get.fails()).message).toBe(
			'Row 1 of 2 (a): Jodo did not accept the data: Blocked.',
		);
	});

	it('unless it goes on: then every row has its item', async () => {
		const create = node({
			does: 'paymentLink.create',
			items: rows,
			onError: 'continueRegularOutput',
			jodo: saying({ B: no('Blocked.'), C: no('oops', 503) }),
		});
		const output = await create.run();
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2, 3].map((item) => ({ item })),
		);
		expect(output[1]).toEqual({
			json: {
				error:
					'Row 2 of 4 (B): Jodo did not accept the data: Blocked. Correct the value and run this row again.',
				details: { item: 1, status: 400, outcome: 'refused', answer: { message: 'Blocked.' } },
			},
			pairedItem: { item: 1 },
		});
		expect(output[2]?.json).toEqual({
			error: expect.stringMatching(
				/^Row 3 of 4 \(C\): Outcome unknown: .*maintenance: oops.*new run\.$/,
			),
			details: { item: 2, status: 503, outcome: 'unknown', answer: { message: 'oops' } },
		});
		expect(output[3]?.json).toMatchObject({ order_id: 'order_D' });
		for (const item of output) expect(item).not.toHaveProperty('error');
	});

	it('and by an error output n8n before 2.36 knows it by an error that nobody sees', async () => {
		const [item] = await node({
			does: 'paymentLink.create',
			items: [link('A')],
			onError: 'continueErrorOutput',
			jodo: () => no('Blocked'),
		}).run();
		expect(Object.keys(item ?? {})).toEqual(['json', 'pairedItem']);
		expect(item?.error).toBeInstanceOf(NodeApiError);
		expect(item?.error?.message).toBe(item?.json['error']);
		expect(Object.getOwnPropertyDescriptor(item, 'error')).toMatchObject({
			enumerable: false,
			writable: true,
			configurable: true,
		});
	});

	it("names the field that Jodo's answer is about", async () => {
		const error = await node({
			does: 'paymentLink.create',
			items: [link('A')],
			jodo: () => ({
				statusCode: 400,
				body: {
					errors: [
						{ key: 'details.0.amount', message: 'too small' },
						{ key: 'date_of_birth', message: 'too late' },
						{ key: 'unheard_of', message: 'why' },
					],
				},
			}),
		}).fails();
		expect(error.message).toBe(
			"Row 1 of 1 (A): Jodo did not accept the data: 'Amount in Rupees' in entry 1 of 'Amounts to Collect': too small; 'Date of Birth': too late; 'unheard_of': why.",
		);
	});

	it('names a field beside the body too', async () => {
		const error = await node({
			does: 'order.get',
			items: [{ orderId: 'o' }],
			jodo: () => no('', 400, { errors: [{ key: 'order_id', message: 'is wrong' }] }),
		}).fails();
		expect(error.message).toBe(
			"Row 1 of 1 (o): Jodo did not accept the data: 'Order ID': is wrong.",
		);
	});
});

describe('a row is named by whom it is about', () => {
	it.each<[string, object, string]>([
		['paymentLink.create', { ...link('Asha'), details: [] }, 'Row 1 of 1 (Asha): '],
		['student.update', { studentId: 7, fullName: 'Meera', identifier: '' }, 'Row 1 of 1 (Meera): '],
		['student.register', { registrationId: 'u', fullName: 'Rohan' }, 'Row 1 of 1 (Rohan): '],
		['student.updateFee', { studentId: 7, feeComponents: [] }, 'Row 1 of 1 (7): '],
		['payment.cancel', { studentId: 7, transactionId: '' }, 'Row 1 of 1 (7): '],
		[
			'payment.cancel',
			{ studentId: '', transactionId: 't' },
			"Row 1 of 1: 'Jodo Student ID' is empty",
		],
		['webhook.get', { webhookId: '' }, "Row 1 of 1: 'Webhook' is empty"],
		// A branch that is asked for tells nobody's row apart.
		['configuration.getGrades', { collectorCode: 'b1' }, 'Row 1 of 1: Jodo gave no clear answer'],
	])('%s', async (does, item, begin) => {
		const { message } = await node({ does, items: [item as Record<string, unknown>] }).fails();
		expect(message.slice(0, begin.length)).toBe(begin);
	});
});

describe('what was turned away as a whole', () => {
	it.each<[number, string, string]>([
		[401, 'Jodo did not accept the API key and secret', 'Check in the Jodo credential'],
		[403, 'These keys may not do this at Jodo', 'Ask Jodo to enable it'],
		[407, "Something else answered in Jodo's place", 'A proxy, a firewall'],
	])('was not done, and the error says so: %d', async (status, what, remedy) => {
		const jodo = () => no('Not you', status);
		const items = [{ studentId: 's', fullName: 'A', identifier: '1' }];
		const error = await node({ does: 'student.update', items, jodo }).fails();
		expect(error.message).toBe(`Row 1 of 1 (A): ${what}: Not you.`);
		expect(error.description).toMatch(new RegExp(`^Nothing was done\\. ${remedy}`));
		// An earlier try of the same request may have been done.
		const second = node({
			...{ does: 'student.update', items },
			jodo: (_request, count) => (count === 1 ? LOST : jodo()),
		});
		expect((await second.fails()).description).not.toMatch(/Nothing was done/);
	});
});

describe('what cannot be sent', () => {
	const bad = (name: string) => link(name, { phone: '12' });

	it('is told of all rows before any is created', async () => {
		const create = node({
			does: 'order.create',
			items: [bad('A'), link('B'), bad('')],
			jodo: creates,
		});
		const error = await create.fails();
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.message).toBe(
			`Row 1 of 3 (A): 'Payer Phone' is not a phone number of at least 10 digits: "12". ` +
				`Row 3 of 3: 'Payer Name' is empty; 'Payer Phone' is not a phone number of at least 10 digits: "12". ` +
				'Nothing was sent to Jodo.',
		);
		expect(error.description).toBe('Correct what is named and run these rows again.');
		expect(error.context['details']).toEqual({ outcome: 'notSent' });
		expect(create.sent).toEqual([]);
	});

	it('is told of a hundred rows, and the others are counted', async () => {
		const items = Array.from({ length: 103 }, () => bad('A'));
		const { message } = await node({ does: 'order.create', items }).fails();
		expect(message.match(/Row \d+ of 103 \(A\)/g)).toHaveLength(100);
		expect(message).toMatch(/"12"\. and 3 more\. Nothing was sent to Jodo\.$/);
		const hundred = await node({ does: 'order.create', items: items.slice(3) }).fails();
		expect(hundred.message).toMatch(
			/Row 100 of 100 \(A\): [^.]*"12"\. Nothing was sent to Jodo\.$/,
		);
	});

	it('does not keep the others back where the run goes on', async () => {
		const create = node({
			does: 'order.create',
			items: [bad('A'), link('B')],
			onError: 'continueRegularOutput',
			jodo: creates,
		});
		expect(await create.json()).toMatchObject([
			{
				error:
					`Row 1 of 2 (A): 'Payer Phone' is not a phone number of at least 10 digits: "12". ` +
					'This row was not sent to Jodo. Correct the value and run this row again.',
				details: { item: 0, outcome: 'notSent' },
			},
			{ order_id: 'order_B' },
		]);
		// Once is enough: n8n takes long to resolve an expression.
		expect(create.read.filter((one) => one === 'phone 0')).toHaveLength(1);
	});

	it('is told row by row where nothing is created', async () => {
		const get = node({ does: 'order.get', items: [{ orderId: 'a' }, { orderId: '' }] });
		const { message, description } = await get.fails();
		expect(message).toBe("Row 2 of 2: 'Order ID' is empty.");
		expect(description).toBe(
			'This row was not sent to Jodo. Correct the value and run this row again.',
		);
		expect(get.sent).toHaveLength(1);
	});

	it("keeps n8n's own words for an expression that fails", async () => {
		const orderId = () => {
			const why = { description: 'There is no item' };
			throw new NodeOperationError({ name: 'Jodo' } as never, 'Referenced node is unexecuted', why);
		};
		const error = await node({ does: 'order.get', items: [{ orderId }] }).fails();
		expect(error.message).toBe('Row 1 of 1: Referenced node is unexecuted.');
		expect(error.description).toBe('There is no item');
		expect(error.context['details']).toEqual({ outcome: 'notSent' });
		const [item] = await node({
			...{ does: 'order.get', items: [{ orderId }], onError: 'continueRegularOutput' },
		}).json();
		expect(item).toEqual({
			error: 'Row 1 of 1: Referenced node is unexecuted. There is no item.',
			details: { item: 0, outcome: 'notSent' },
		});
	});

	it('keeps the bare words of any other error', async () => {
		const orderId = () => {
			throw new Error('out of order');
		};
		const items = [{ orderId }];
		const [item] = await node({
			...{ does: 'order.get', items, onError: 'continueRegularOutput' },
		}).json();
		expect(item?.['error']).toBe('Row 1 of 1: out of order.');
	});

	it('is told once where JSON is none: nothing of it is looked at', async () => {
		const items = [{ specifyBody: 'json', jsonBody: '[]' }];
		const { message } = await node({ does: 'order.create', items }).fails();
		expect(message).toMatch(/breaks the text\. Nothing was sent to Jodo\.$/);
	});

	it.each<[string, string, Record<string, unknown>, string]>([
		[
			'JSON that is none',
			'order.create',
			{ specifyBody: 'json', jsonBody: '[]' },
			"'JSON Body' is not a JSON object such as",
		],
		[
			'an address to return to',
			'order.create',
			link('A', { callbackUrl: 'example.com' }),
			`'Return Address' is not a web address (https://…): "example.com".`,
		],
		[
			'what Jodo needs of a webhook',
			'webhook.add',
			{
				...{ eventCode: 'order.payment.settled', url: 'example.com' },
				failureNotificationEmail: 'a@example.com, b',
			},
			`'URL' is not a web address (https://…): "example.com"; 'Failure Notification Email' is not an email address: "b".`,
		],
		[
			'a branch',
			'order.create',
			link('A', { additionalFields: { collectorCode: '..' } }),
			`'Branch' is not an ID: "..".`,
		],
		[
			'a member of JSON',
			'order.create',
			{ specifyBody: 'json', jsonBody: { ...link('A'), phone: 1 } },
			"phone in 'JSON Body' is not a phone number of at least 10 digits: 1.",
		],
		[
			'a member that nobody knows',
			'order.create',
			{ specifyBody: 'json', jsonBody: { ...link('A'), more: [{ a: '#REF!' }] } },
			"more[0].a in 'JSON Body' holds an error of the sheet: #REF!",
		],
		...[null, undefined].map((gap): [string, string, Record<string, unknown>, string] => [
			`a list with ${gap} in it`,
			'order.create',
			link('A', { details: [{ componentType: 'Fee', amount: 1 }, gap] }),
			"entry 2 of 'Amounts to Collect' is empty.",
		]),
		...['[{"component_type":"Fee","fee_amount":5}]', { component_type: 'Fee', fee_amount: 5 }].map(
			(feeComponents): [string, string, Record<string, unknown>, string] => [
				`fees that are no list: ${JSON.stringify(feeComponents)}`,
				'student.updateFee',
				{ studentId: 's', feeComponents },
				"'Fee Components (Fee Heads)' is not a list.",
			],
		),
		[
			'a list of amounts alone',
			'payment.add',
			{ studentId: 's', amount: 5, paidAt: '2020-01-01', feeComponents: { feeComponent: [5] } },
			"entry 1 of 'Fee Components (Fee Heads)' is not an object.",
		],
		[
			'what stands beside the body, and the body',
			'payment.add',
			{
				studentId: '',
				amount: 'x',
				paidAt: '2020-01-01',
				feeComponents: [{ componentType: 'A', amount: 1 }],
			},
			`'Jodo Student ID' is empty; 'Amount in Rupees' is not an amount in rupees above zero, with two decimals at most: "x".`,
		],
		[
			'what does not fit together',
			'user.getAccessToken',
			{ registrationId: 'u', additionalFields: { productType: 'flex' } },
			"'Product' needs 'Jodo Student ID'.",
		],
		[
			'an address to return to that is none',
			'user.getAccessToken',
			{ registrationId: 'u', additionalFields: { callbackUrl: 'example.com' } },
			"'Return Address' is not a web address (https://…).",
		],
		[
			'an id that is none, and only that',
			'user.getAccessToken',
			{ registrationId: ' ', additionalFields: { productType: 'flex' } },
			"'Parent's Registration ID' is empty.",
		],
	])('%s', async (_name, does, item, why) => {
		const asked = node({ does, items: [item] });
		const { message } = await asked.fails();
		const said = message
			.replace(/^Row 1 of 1( \(\w+\))?: /, '')
			.replace(' Nothing was sent to Jodo.', '');
		expect(why.endsWith('.') ? said : said.slice(0, why.length)).toBe(why);
		expect(asked.sent).toEqual([]);
	});
});

describe('the next try', () => {
	const options = { concurrency: 1 };
	const rows = (...names: string[]) => names.map((name) => link(name, { options }));

	it('sends only what was certainly not done, and takes the answers that are there', async () => {
		const store = {};
		const items = rows('A', 'B', 'C');
		await node({
			...{ does: 'order.create', items, store },
			jodo: saying({ B: no('Blocked') }),
		}).fails();
		const again = node({ does: 'order.create', items, store, jodo: creates });
		const output = await again.json();
		expect(output.map((one) => one['order_id'])).toEqual(['order_A', 'order_B', 'order_C']);
		expect(output[0]).toEqual({
			order_id: 'order_A',
			redirect_url: 'https://pay/1',
			name: 'A',
			phone: '9876543210',
			email: 'a@example.com',
			amount: 100,
			identifier: 'A',
			student_name: null,
		});
		expect(again.sent.map(({ body }) => body?.['name'])).toEqual(['B', 'C']);
		// All done: nothing of it is kept.
		expect(JSON.stringify(store)).not.toContain('order_');
	});

	const cash = (more: Record<string, unknown>) =>
		['a', 'b'].map((studentId) => ({
			...{ studentId, amount: 5, paidAt: '2026-01-01', options },
			feeComponents: [{ componentType: 'Fee', amount: 5 }],
			additionalFields: more,
		}));
	const refusesB: Jodos = ({ url }) =>
		url.includes('/b/') ? no('Blocked') : { statusCode: 201, body: { status: 'success' } };

	it.each<[string, object, object, object]>([
		['another number', { transactionId: 'C1' }, { transactionId: 'C2' }, { transaction_id: 'C1' }],
		['a number that it had not', {}, { transactionId: 'C2' }, { transaction_id: undefined }],
		['no number any more', { transactionId: 'C1' }, {}, { transaction_id: 'C1' }],
	])('tells what a payment was recorded with, though now it has %s', async (_, was, is, told) => {
		const store = {};
		const does = 'payment.add';
		const first = node({ does, items: cash(was as never), store, jodo: refusesB });
		const { description } = await first.fails();
		expect(description).toContain(
			'At Jodo already: row 1 (a)' + ('transactionId' in was ? ': C1' : ''),
		);
		const again = node({
			...{ does, items: cash(is as never), store },
			jodo: () => ({ statusCode: 201, body: { status: 'success' } }),
		});
		const [one] = await again.json();
		expect(one).toEqual({ success: true, jodo_student_id: 'a', ...told });
	});

	it.each<[unknown, unknown, string | null]>([
		['2030-01-01', '2031-01-01', '2030-01-01T18:29:59Z'],
		['', '2031-01-01', null],
		['2030-01-01', '', '2030-01-01T18:29:59Z'],
	])(
		'tells until when a link holds that was made for %p and now is asked for %p',
		async (was, is, told) => {
			const store = {};
			const does = 'paymentLink.create';
			const items = (expiresAt: unknown) =>
				['A', 'B'].map((name) => link(name, { expiresAt, options }));
			await node({ does, items: items(was), store, jodo: saying({ B: no('Blocked') }) }).fails();
			const [one] = await node({ does, items: items(is), store, jodo: creates }).json();
			expect(one).toMatchObject({ order_id: 'order_A', expires_at: told });
		},
	);

	it('tells an unclear row without asking, and does the others', async () => {
		const store = {};
		const items = rows('A', 'B', 'C');
		const first = node({ does: 'order.create', items, store, jodo: saying({ A: LOST }) });
		await first.fails();
		const again = node({ does: 'order.create', items, store, jodo: creates });
		const error = await again.fails();
		expect(again.sent.map(({ body }) => body?.['name'])).toEqual(['B', 'C']);
		expect(error.message).toBe(
			'Row 1 of 3 (A): Outcome unknown: Jodo may or may not have done this ' +
				'(Jodo gave no clear answer: an earlier try got no clear answer). ' +
				'Do not send it again before you have looked: it may be there. ' +
				'Look in the Jodo dashboard for an order of this payer and amount. ' +
				'Only if it is not there, run this row alone in a new run. ' +
				'2 of 3 rows are at Jodo already: do not send them again.',
		);
		expect(error.context['details']).toMatchObject({ outcome: 'unknown', done: [{}, {}] });
	});

	it('tells a failure of its own before what an earlier try has left', async () => {
		const store = {};
		const items = rows('A', 'B');
		await node({ does: 'order.create', items, store, jodo: saying({ A: LOST }) }).fails();
		const again = node({ does: 'order.create', items, store, jodo: saying({ B: no('Blocked') }) });
		const { message } = await again.fails();
		expect(message).toBe(
			'Row 2 of 2 (B): Jodo did not accept the data: Blocked. Of 1 more the outcome is unknown.',
		);
	});

	it('does not create another one where the row now says something else', async () => {
		const store = {};
		const ids = { order_id: 'order_A', redirect_url: 'https://pay/1', payer_id: 7 };
		await node({
			...{ does: 'order.create', items: rows('A', 'B'), store },
			jodo: saying({ A: good(ids), B: no('Blocked') }),
		}).fails();
		const changed = [link('A', { phone: '9123456780', options }), ...rows('B')];
		const again = node({
			...{ does: 'order.create', items: changed, store, jodo: creates },
			onError: 'continueRegularOutput',
		});
		const [first, second] = await again.json();
		expect(first).toEqual({
			error:
				'Row 1 of 2 (A): Not sent: an earlier try has done this row already, with other data or by another credential ' +
				'(order_id order_A, payer_id 7). Cancel or correct that at Jodo first, then run this row alone in a new run if need be.',
			details: { item: 0, outcome: 'notSent' },
		});
		expect(second).toMatchObject({ order_id: 'order_B' });
		expect(again.sent).toHaveLength(1);
	});

	it.each([
		['another credential', { credentialId: 'c2' }],
		['another environment', { credential: { environment: 'production' } }],
	])('gives no link of one school to another: %s', async (_name, other) => {
		const store = {};
		const items = rows('A', 'B');
		await node({
			...{ does: 'order.create', items, store },
			jodo: saying({ B: no('No such fee here') }),
		}).fails();
		const elsewhere = node({ does: 'order.create', items, store, jodo: creates, ...other });
		expect((await elsewhere.fails()).message).toMatch(
			/^Row 1 of 2 \(A\): Not sent: an earlier try has done this row already, .* \(order_id order_A\)/,
		);
		expect(elsewhere.sent.map(({ body }) => body?.['name'])).toEqual(['B']);
	});

	const fee = (componentType: string, feeAmount: number) => ({
		feeComponents: [{ componentType, feeAmount }],
	});
	const student = (name: string, more: object) => ({
		...{ registrationId: name, fullName: name, identifier: '1', grade: 'g', newAdmission: true },
		...{ academicYearStart: 2026, academicYearEnd: 2027, dateOfBirth: '2015-08-31' },
		primaryContactName: name,
		...{ primaryContactNumber: '9876543210', primaryContactEmail: 'a@example.com' },
		...{ ...more, options },
	});
	const plan = (studentId: string, amount: number) => ({
		...{ studentId, options },
		schedule: [{ dueDate: '2027-07-15', details: [{ componentType: 'Fee', amount }] }],
	});
	const other = (name: string, componentType: string) =>
		link(name, { details: [{ componentType, amount: 100 }], options });

	it.each<[string, (name: string) => object, (name: string) => object, string]>([
		[
			'order.create',
			(name) => other(name, 'Tuition'),
			(name) => other(name, 'Transport'),
			' (order_id order_A)',
		],
		[
			'student.register',
			(name) => student(name, fee('Tuition', 500)),
			(name) => student(name, fee('Tuition', 700)),
			'',
		],
		['flexPlan.set', (name) => plan(name, 500), (name) => plan(name, 700), ''],
	])('%s: is not done where the row now asks for other money', async (does, before, now, ids) => {
		const store = {};
		let requests = 0;
		const jodo: Jodos = (request, count) =>
			++requests === 2
				? no('Blocked')
				: does === 'order.create'
					? creates(request, count)
					: good({});
		const all = (of: (name: string) => object) => [of('A'), of('B')] as never;
		await node({ does, items: all(before), store, jodo }).fails();
		const again = node({ does, items: all(now), store, jodo });
		expect((await again.fails()).message).toContain(
			`an earlier try has done this row already, with other data or by another credential${ids}. Cancel or correct that`,
		);
		expect(again.sent).toHaveLength(1);
		// The same money: what was answered answers.
		const same = node({
			does,
			items: all((name) => (name === 'A' ? before : now)(name)),
			store,
			jodo,
		});
		expect(await same.run()).toHaveLength(2);
		expect(same.sent).toEqual([]);
	});

	it('knows the same money in another order', async () => {
		const store = {};
		const details = [
			{ componentType: 'Tuition', amount: 100 },
			{ componentType: 'Transport', amount: 50 },
		];
		const all = (lines: object[]) =>
			['A', 'B'].map((name) => link(name, { details: lines, options })) as never;
		const first = node({
			...{ does: 'order.create', items: all(details), store },
			jodo: saying({ B: no('Blocked') }),
		});
		await first.fails();
		const again = node({
			...{ does: 'order.create', items: all([...details].reverse()), store },
			jodo: creates,
		});
		expect(await again.run()).toHaveLength(2);
		expect(again.sent.map(({ body }) => body?.['name'])).toEqual(['B']);
	});

	it('knows its school again, whatever its keys are now', async () => {
		const store = {};
		const items = rows('A', 'B');
		await node({
			...{ does: 'order.create', items, store },
			jodo: saying({ B: no('Unauthorized', 401) }),
		}).fails();
		const credential = { environment: 'uat', apiKey: 'k2', apiSecret: 's2' };
		const again = node({ does: 'order.create', items, store, jodo: creates, credential });
		expect(await again.json()).toMatchObject([{ order_id: 'order_A' }, { order_id: 'order_B' }]);
		expect(again.sent.map(({ body }) => body?.['name'])).toEqual(['B']);
	});

	it('does not create for another row what has no clear outcome', async () => {
		const store = {};
		const twice = [link('A', { options }), link('A', { options })];
		const run = node({
			...{ does: 'order.create', items: twice, store, onError: 'continueRegularOutput' },
			jodo: () => LOST,
		});
		const [, second] = await run.json();
		expect(second).toEqual({
			error:
				'Row 2 of 2 (A): Not sent: row 1, the same payer and amounts, has an unclear outcome. ' +
				'Look in the Jodo dashboard for an order of this payer and amount. ' +
				'Only if it is not there, send this row alone in a new run.',
			details: { item: 1, outcome: 'notSent' },
		});
		expect(run.sent).toHaveLength(1);
	});

	it('takes another operation for another act, though payer and amounts are the same', async () => {
		const store = {};
		const items = rows('A');
		await node({ does: 'paymentLink.create', items, store, jodo: () => LOST }).fails();
		const order = node({ does: 'order.create', items, store, runIndex: 1, jodo: creates });
		expect(await order.json()).toMatchObject([{ order_id: 'order_A' }]);
	});

	it('says nothing against what it does not send, such as a link that has run out since', async () => {
		const store = {};
		const late = link('A', { expiresAt: '2099-03-31', options });
		await node({
			...{
				does: 'paymentLink.create',
				items: [late, link('B', { expiresAt: '2099-03-31', options })],
			},
			...{ store, jodo: saying({ B: no('Blocked') }) },
		}).fails();
		const over = link('A', { expiresAt: '2020-03-31', phone: '+91 98765 43210', options });
		const again = node({
			...{ does: 'paymentLink.create', items: [over, link('B', { options })] },
			...{ store, jodo: creates },
		});
		expect(await again.json()).toMatchObject([
			{
				order_id: 'order_A',
				phone: '+919876543210',
				amount: 100,
				expires_at: '2099-03-31T18:29:59Z',
			},
			{ order_id: 'order_B', expires_at: null },
		]);
		expect(again.sent).toHaveLength(1);
	});

	it('counts what is at Jodo, also where its rows cannot be sent', async () => {
		const store = {};
		await node({
			...{ does: 'order.create', items: rows('A', 'B'), store },
			jodo: saying({ B: no('Blocked') }),
		}).fails();
		const again = node({
			does: 'order.create',
			items: [...rows('A'), link('B', { phone: '', options })],
			store,
		});
		const { message, description } = await again.fails();
		expect(message).toBe(
			"Row 2 of 2 (B): 'Payer Phone' is empty. Nothing was sent to Jodo in this try. " +
				'1 of 2 rows are at Jodo already: do not send them again.',
		);
		expect(description).toBe(
			'At Jodo already: row 1 (A): order_A. ' +
				"'Retry' of this execution leaves these out. 'Retry' of an older one would not, nor would a new run: give it only the rows that are missing.",
		);
	});

	const before =
		'Rows that came before these, in a loop or in other calls of this workflow, are not counted here: leave out what was sent of them.';

	it.each([
		['a loop', { runIndex: 3 }],
		['a sub-workflow', { mode: 'integrated' }],
	])('does not call for all rows where it has seen a part of them: %s', async (_name, where) => {
		const bad = [link('A', { phone: '', options })];
		const { message, description } = await node({
			...{ does: 'order.create', items: bad, ...where },
		}).fails();
		expect(message).toBe(
			"Row 1 of 1 (A): 'Payer Phone' is empty. Nothing was sent to Jodo for these rows.",
		);
		expect(description).toBe(`Correct what is named and run these rows again. ${before}`);
	});

	it.each([
		[
			'a loop',
			{ runIndex: 3 },
			"'Retry' of this execution leaves these out. 'Retry' of an older one would not, nor would a new run: give it only the rows that are missing.",
		],
		[
			'a sub-workflow',
			{ mode: 'integrated' },
			'Neither a new run leaves these out, nor a retry of the workflow that called this one: give them only the rows that are missing.',
		],
	])('says which retry leaves out what is at Jodo: %s', async (_name, where, which) => {
		const { description } = await node({
			...{ does: 'order.create', items: rows('A', 'B'), ...where },
			jodo: saying({ B: no('Blocked') }),
		}).fails();
		expect(description).toBe(
			`Correct the value and run this row again. At Jodo already: row 1 (A): order_A. ${which} ${before}`,
		);
	});

	it('does not say that nothing was sent where an earlier try has sent a row without an answer', async () => {
		const store = {};
		await node({
			...{ does: 'order.create', items: rows('A', 'B'), store },
			jodo: saying({ A: LOST }),
		}).fails();
		const items = [...rows('A'), link('B', { phone: '', options })];
		const { message, description } = await node({ does: 'order.create', items, store }).fails();
		expect(message).toBe(
			"Row 2 of 2 (B): 'Payer Phone' is empty. Nothing was sent to Jodo in this try. " +
				'Of 1 more the outcome is unknown.',
		);
		expect(description).toMatch(/^Outcome unknown: row 1 \(A\)\. 'Retry' of this execution/);
	});

	it('names what is unclear, also where it stops before it comes to that row', async () => {
		const store = {};
		const items = ['A', 'B', 'C'].map((name) => link(name, { options: { concurrency: 3 } }));
		await node({
			...{ does: 'order.create', items, store },
			jodo: saying({ A: no('Blocked'), C: LOST }),
		}).fails();
		const again = node({
			...{ does: 'order.create', items: rows('A', 'B', 'C'), store },
			jodo: saying({ A: no('Blocked') }),
		});
		expect((await again.fails()).message).toBe(
			'Row 1 of 3 (A): Jodo did not accept the data: Blocked. ' +
				'1 of 3 rows are at Jodo already: do not send them again. Of 1 more the outcome is unknown.',
		);
	});

	it('keeps what is done while a row of it has failed', async () => {
		const store = {};
		const items = rows('A', 'B');
		await node({
			...{ does: 'order.create', items, store, onError: 'continueRegularOutput' },
			jodo: saying({ A: no('Blocked') }),
		}).run();
		const again = node({ does: 'order.create', items, store, jodo: creates });
		await again.run();
		expect(again.sent.map(({ body }) => body?.['name'])).toEqual(['A']);
	});
});

describe("an AI agent's tool", () => {
	const type = 'n8n-nodes-jodo.jodoTool';

	it('answers with the reason, and never ends the run', async () => {
		const [said] = await node({
			...{ does: 'order.create', type, items: [link('A')] },
			jodo: () => no('Blocked'),
		}).json();
		expect(said?.['error']).toMatch(/^Row 1 of 1 \(A\): Jodo did not accept the data: Blocked\./);
	});

	it('gives a repeated call what the first one created', async () => {
		const store = {};
		const call = (runIndex: number) =>
			node({
				...{ does: 'order.create', type, items: [link('A')] },
				store,
				runIndex,
				jodo: creates,
			});
		const [first] = await call(0).json();
		expect(first).not.toHaveProperty('already_created');
		const again = call(1);
		expect(await again.json()).toEqual([{ ...first, already_created: true }]);
		expect(again.sent).toEqual([]);
	});

	const HEADS = ['Tuition', 'Transport'].map((componentType) => ({ componentType, amount: 50 }));
	type Heads = typeof HEADS;
	it.each<[string, (heads: Heads) => Record<string, unknown>]>([
		['order.create', (details) => link('A', { details })],
		[
			'payment.add',
			(feeComponents) => ({ studentId: 's', amount: 100, paidAt: '2026-01-01', feeComponents }),
		],
		[
			'student.register',
			(heads) => ({
				...{ registrationId: 'u', fullName: 'A', identifier: '1', grade: 'g', newAdmission: true },
				...{ academicYearStart: 2026, academicYearEnd: 2027, dateOfBirth: '2015-08-31' },
				...{ primaryContactName: 'P', primaryContactNumber: '9876543210' },
				primaryContactEmail: 'p@example.com',
				feeComponents: heads.map(({ amount, ...head }) => ({ ...head, feeAmount: amount })),
			}),
		],
		[
			'flexPlan.set',
			(details) => ({ studentId: 's', schedule: [{ dueDate: '2027-07-15', details }] }),
		],
	])('%s: takes fee heads in another order for the same', async (does, item) => {
		const store = {};
		const call = (runIndex: number, heads: Heads) =>
			node({ does, type, store, runIndex, items: [item(heads)], jodo: creates });
		expect(await call(0, HEADS).json()).not.toMatchObject([{ error: expect.anything() }]);
		const again = call(1, [...HEADS].reverse());
		expect(await again.json()).toMatchObject([{ already_created: true }]);
		expect(again.sent).toEqual([]);
	});

	it('takes a name in capitals for the same', async () => {
		const store = {};
		const call = (runIndex: number, studentName: string) =>
			node({
				...{ does: 'order.create', type, store, runIndex, jodo: creates },
				items: [link('A', { additionalFields: { studentName } })],
			}).json();
		await call(0, 'Meera Rao');
		expect(await call(1, 'MEERA  RAO')).toMatchObject([{ already_created: true }]);
		for (const [i, other] of ['Rohan Rao', 'Meer Arao'].entries()) {
			expect(await call(2 + i, other)).not.toMatchObject([{ already_created: true }]);
		}
	});

	it('records the same amount again on another day, but not twice on one', async () => {
		const store = {};
		const call = async (runIndex: number, paidAt: string) => {
			const run = node({
				...{ does: 'payment.add', type, store, runIndex },
				items: [
					{
						...{ studentId: 's', amount: 5, paidAt },
						feeComponents: [{ componentType: 'A', amount: 5 }],
					},
				],
				jodo: () => ({ statusCode: 200, body: { status: 'success' } }),
			});
			await run.run();
			return run.sent.length;
		};
		expect(await call(0, '2026-01-01 10:00')).toBe(1);
		expect(await call(1, '2026-01-01 18:00')).toBe(0);
		expect(await call(2, '2026-01-02 10:00')).toBe(1);
	});

	it('does not take a corrected plan for the one that it has set', async () => {
		const store = {};
		const set = (runIndex: number, amount: number) => {
			const details = [{ componentType: 'Fee', amount }];
			const items = [{ studentId: 's', schedule: [{ dueDate: '2027-07-15', details }] }];
			return node({ does: 'flexPlan.set', type, store, runIndex, items, jodo: () => good({}) });
		};
		await set(0, 500).run();
		expect(await set(1, 500).json()).toMatchObject([{ success: true, already_created: true }]);
		const [corrected] = await set(2, 700).json();
		expect(corrected?.['error']).toMatch(/Not sent: .* already, with other data/);
	});

	it('says of what an earlier call has left unclear that it is', async () => {
		const store = {};
		const call = (runIndex: number) =>
			node({
				...{ does: 'order.create', type, items: [link('A')] },
				store,
				runIndex,
				jodo: () => LOST,
			});
		await call(0).run();
		const again = call(1);
		expect((await again.json())[0]?.['error']).toMatch(
			/^Row 1 of 1 \(A\): Not sent: an earlier call, the same payer and amounts, has an unclear outcome\./,
		);
		expect(again.sent).toEqual([]);
	});

	it.each([
		'null',
		'undefined',
		'None',
		'N/A',
		'n/a',
		'-',
		'""',
		'Unknown',
		'(not provided)',
		'NIL',
		'n.a.',
		'NA',
		' -- ',
		'…',
		'"unspecified."',
		'<not available>',
		'Not applicable',
		'not specified',
		'[not known]',
		'not given',
	])('takes %s in an optional field for nothing', async (nothing) => {
		const additionalFields = { studentName: nothing, grade: { mode: 'list', value: nothing } };
		const create = node({
			...{ does: 'order.create', type, jodo: creates },
			items: [link('A', { identifier: nothing, additionalFields })],
		});
		await create.run();
		expect(Object.keys(create.sent[0]?.body ?? {}).sort()).toEqual([
			'details',
			'email',
			'name',
			'phone',
		]);
		const json = node({
			...{ does: 'order.create', type, jodo: creates },
			items: [
				{
					specifyBody: 'json',
					jsonBody: { ...link('A', { identifier: nothing }), deep: { a: nothing, b: 1 } },
				},
			],
		});
		await json.run();
		expect(json.sent[0]?.body).toEqual({ ...link('A', { identifier: undefined }), deep: { b: 1 } });
	});

	it('leaves the rows of a list as they are', async () => {
		const json = node({
			...{ does: 'order.create', type, jodo: creates },
			items: [
				{ specifyBody: 'json', jsonBody: { ...link('A'), houses: ['none'], more: [['n/a', 'x']] } },
			],
		});
		await json.run();
		expect(json.sent[0]?.body).toEqual({ ...link('A'), houses: ['none'], more: [['n/a', 'x']] });
	});

	it.each([
		'Not Applicable Road 5',
		'Noname',
		'Nullah',
		'unknown soldier',
		'not',
		'x none',
		'none-x',
		'nana',
	])('takes %s for what it says', async (studentName) => {
		const create = node({
			...{ does: 'order.create', type, jodo: creates },
			items: [link('A', { additionalFields: { studentName } })],
		});
		await create.run();
		expect(create.sent[0]?.body).toMatchObject({ student_name: studentName });
	});

	it('takes a name for a name, and people for what they enter themselves', async () => {
		const create = node({ does: 'order.create', type, items: [link('None')], jodo: creates });
		expect(await create.json()).toMatchObject([{ name: 'None', identifier: null }]);
		const byHand = node({ does: 'order.create', items: [link('None')], jodo: creates });
		expect(await byHand.json()).toMatchObject([{ name: 'None', identifier: 'None' }]);
	});
});

describe('a stop', () => {
	it('ends the run, and nothing more is sent', async () => {
		const stopper = new AbortController();
		const create = node({
			does: 'order.create',
			items: ['A', 'B', 'C'].map((name) => link(name, { options: { concurrency: 1 } })),
			signal: stopper.signal,
			onError: 'continueRegularOutput',
			jodo: (request, count) => {
				if (count === 2) stopper.abort();
				return creates(request, count);
			},
		});
		const error = await create.fails();
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.message).toBe('The execution was stopped');
		expect(create.sent).toHaveLength(2);
	});

	it('before the first item sends nothing at all', async () => {
		const stopper = new AbortController();
		stopper.abort();
		for (const does of ['order.create', 'order.get']) {
			const run = node({ does, items: [{ ...link('A'), orderId: 'a' }], signal: stopper.signal });
			expect((await run.fails()).message).toBe('The execution was stopped');
			expect(run.sent).toEqual([]);
			expect(run.read.filter((one) => /^(name|orderId)/.test(one))).toEqual([]);
		}
	});
});

describe('when Jodo asks to slow down for too long', () => {
	const busy = () => ({ ...no('wait', 429), headers: { 'retry-after': '3600' } });

	it('no further row is sent, and none of them was done', async () => {
		const store = {};
		const create = node({
			...{ does: 'order.create', store, onError: 'continueRegularOutput', jodo: busy },
			items: ['A', 'B'].map((name) => link(name, { options: { concurrency: 1 } })),
		});
		const output = await create.json();
		expect(output[0]).toMatchObject({
			error: expect.stringMatching(
				/^Row 1 of 2 \(A\): Jodo asks to slow down: wait\. Nothing was done\./,
			),
			details: { item: 0, outcome: 'notSent', status: 429 },
		});
		expect(output[1]).toEqual({
			error: expect.stringMatching(
				/^Row 2 of 2 \(B\): Jodo asks to slow down: too many requests\. Nothing was done\./,
			),
			details: { item: 1, outcome: 'notSent', status: 429 },
		});
		expect(create.sent).toHaveLength(1);
		const again = node({
			...{ does: 'order.create', store, jodo: creates },
			items: ['A', 'B'].map((name) => link(name)),
		});
		expect(await again.run()).toHaveLength(2);
	});
});

describe('the credential', () => {
	const orders = ['a', 'b', 'c'].map((orderId) => ({ orderId }));

	it('is read once for all items', async () => {
		const get = node({ does: 'order.get', items: orders });
		await get.run();
		expect(get.credentials).toEqual([0]);
	});

	it.each(['environment', 'baseUrl', 'apiKey', 'apiSecret'])(
		'is read for each item where an expression stands in %s',
		async (name) => {
			const get = node({
				does: 'order.get',
				items: orders,
				credential: {
					...{ environment: 'custom', baseUrl: 'http://127.0.0.1:9/', apiKey: 'k', apiSecret: 's' },
					[`${name}IsExpression`]: true,
				},
			});
			await get.run();
			expect(get.credentials).toEqual([0, 0, 1, 2]);
			expect(get.sent.map(({ baseURL }) => baseURL)).toEqual(Array(3).fill('http://127.0.0.1:9'));
		},
	);
});

describe('writes to one student', () => {
	it('go one after the other, and let those to others go ahead', async () => {
		const log: string[] = [];
		const waiting = new Map<string, () => void>();
		const names = ['s1 a', 's1 b', 's2 c'];
		const run = node({
			does: 'student.update',
			items: names.map((fullName) => ({
				studentId: fullName.split(' ')[0],
				...{ fullName, identifier: 'x', options: { concurrency: 2 } },
			})),
			jodo: async ({ body, url }) => {
				const name = String(body?.['fullname']);
				log.push(`${name} at ${url.split('/').at(-1)}`);
				await new Promise<void>((resolve) => waiting.set(name, resolve));
				return { statusCode: 200, body: { status: 'success' } };
			},
		});
		const output = run.run();
		await settle();
		// The second of s1 waits without a place.
		expect(log.splice(0)).toEqual(['s1 a at s1', 's2 c at s2']);
		waiting.get('s1 a')?.();
		await settle();
		expect(log).toEqual(['s1 b at s1']);
		waiting.get('s1 b')?.();
		waiting.get('s2 c')?.();
		expect(await output).toHaveLength(3);
	});
});

describe('what waits for its turn', () => {
	const student = (studentId: string, fullName: string) => ({
		...{ studentId, fullName, identifier: 'x', options: { concurrency: 2 } },
	});
	const done: Answer = { statusCode: 200, body: { status: 'success' } };

	it('is not sent where the one before has failed', async () => {
		const run = node({
			does: 'student.update',
			items: [student('s1', 'a'), student('s1', 'b')],
			jodo: () => no('Blocked'),
		});
		expect((await run.fails()).message).toMatch(/^Row 1 of 2 \(a\): .*Blocked\.$/);
		expect(run.sent).toHaveLength(1);
	});

	it('takes a place again before it goes on', async () => {
		let [underWay, most] = [0, 0];
		const run = node({
			does: 'student.update',
			items: ['s1', 's1', 's2', 's3', 's4'].map((id, i) => student(id, `n${i}`)),
			jodo: async () => {
				most = Math.max(most, ++underWay);
				await settle();
				underWay--;
				return done;
			},
		});
		expect(await run.run()).toHaveLength(5);
		expect(most).toBe(2);
	});

	it('is the second student of a parent, not one of another', async () => {
		const child = (registrationId: string, name: string) => ({
			...{ registrationId, fullName: name, identifier: name, grade: 'g', newAdmission: true },
			...{ academicYearStart: 2026, academicYearEnd: 2027, dateOfBirth: '2015-08-31' },
			...{ primaryContactName: 'A', primaryContactNumber: '9876543210' },
			...{ primaryContactEmail: 'a@example.com', options: { concurrency: 3 } },
		});
		const log: string[] = [];
		const run = node({
			does: 'student.register',
			items: [child('u1', 'a'), child('u1', 'b'), child('u2', 'c')],
			jodo: async ({ body }) => {
				const { fullname } = body?.['student'] as { fullname: string };
				log.push(`${fullname} begins`);
				await settle();
				log.push(`${fullname} ends`);
				return done;
			},
		});
		expect(await run.run()).toHaveLength(3);
		expect(log.slice(0, 2)).toEqual(['a begins', 'c begins']);
		expect(log.indexOf('b begins')).toBeGreaterThan(log.indexOf('a ends'));
	});
});

describe('an answer that was lost', () => {
	const cancelled =
		(status: string): Jodos =>
		({ method }) =>
			method === 'GET' ? good({ id: 'o', status }) : no('oops', 500);

	it('to the cancelling of a link is asked for', async () => {
		const cancel = node({
			...{ does: 'paymentLink.cancel', items: [{ orderId: 'o' }] },
			jodo: cancelled('cancelled'),
		});
		expect(await cancel.json()).toEqual([{ success: true, order_id: 'o' }]);
		expect(cancel.sent.map(({ method, url }) => [method, url])).toEqual([
			['DELETE', '/api/v1/integrations/pay/payment_links/o'],
			['GET', '/api/v1/integrations/pay/payment_links/o'],
		]);
		const open = node({
			...{ does: 'paymentLink.cancel', items: [{ orderId: 'o' }] },
			jodo: cancelled('unpaid'),
		});
		expect((await open.fails()).message).toBe(
			'Row 1 of 1 (o): Outcome unknown: Jodo may or may not have done this ' +
				'(Jodo had an internal fault: oops). ' +
				'Look at the record in the Jodo dashboard before you run this row again.',
		);
	});

	it('to the cancelling of a link, of which Jodo then says nothing, leaves it unknown', async () => {
		const cancel = node({
			...{ does: 'paymentLink.cancel', items: [{ orderId: 'o' }] },
			jodo: ({ method }) => (method === 'GET' ? { statusCode: 200, body: {} } : no('oops', 500)),
		});
		expect((await cancel.fails()).message).toMatch(/^Row 1 of 1 \(o\): Outcome unknown/);
	});

	it('to the disabling of a webhook is looked for in the list', async () => {
		const list =
			(...ids: unknown[]): Jodos =>
			({ method }) =>
				method === 'GET' ? good(ids.map((id) => ({ id }))) : no('oops', 500);
		const disable = (jodo: Jodos) =>
			node({ does: 'webhook.disable', items: [{ webhookId: 7 }], jodo });
		expect(await disable(list(8, 9)).json()).toEqual([{ success: true, webhook_id: '7' }]);
		expect((await disable(list(8, 7)).fails()).message).toMatch(
			/^Row 1 of 1 \(7\): Outcome unknown/,
		);
		const unread: Jodos = ({ method }) => (method === 'GET' ? good('x') : no('oops', 500));
		expect((await disable(unread).fails()).message).toMatch(/^Row 1 of 1 \(7\): Outcome unknown/);
	});

	it('to the cancelling of a payment leaves it unknown, and says where to look', async () => {
		const answers = [no('gone', 503), no('not found', 404)];
		const cancel = node({
			...{ does: 'payment.cancel', items: [{ studentId: 's', transactionId: 't' }] },
			jodo: (_request, count) => answers[count - 1] as Answer,
		});
		jest.useFakeTimers();
		const failure = cancel.fails();
		await jest.advanceTimersByTimeAsync(10_000);
		jest.useRealTimers();
		const { message } = await failure;
		expect(message).toBe(
			'Row 1 of 1 (s): Outcome unknown: Jodo may or may not have done this ' +
				'(Jodo does not know this record: not found). ' +
				"Get the student's payments (Payment: Get Many) and see whether it is gone before you run this row again.",
		);
	});

	/** Fails in simulated time, through all of its tries. */
	async function failsInTime(run: ReturnType<typeof node>) {
		jest.useFakeTimers();
		const failure = run.fails();
		await jest.advanceTimersByTimeAsync(60_000);
		jest.useRealTimers();
		return await failure;
	}

	it('as all of them were leaves it unknown, and says why there was none', async () => {
		const items = [{ studentId: 's', transactionId: 't' }];
		const lost = node({ does: 'payment.cancel', items, jodo: () => LOST });
		expect((await failsInTime(lost)).message).toMatch(
			/^Row 1 of 1 \(s\): Outcome unknown: .*\(Jodo gave no clear answer: the connection broke before Jodo answered\)/,
		);
		expect(lost.sent).toHaveLength(4);
		const link = node({ does: 'paymentLink.cancel', items: [{ orderId: 'o' }], jodo: () => LOST });
		expect((await failsInTime(link)).message).toMatch(
			/^Row 1 of 1 \(o\): Outcome unknown: .*the connection broke before Jodo answered/,
		);
	});

	it('and then a no without a word: an earlier try may have done it', async () => {
		const cancel = node({
			...{ does: 'payment.cancel', items: [{ studentId: 's', transactionId: 't' }] },
			jodo: (_request, count) => (count === 1 ? LOST : { statusCode: 404, body: {} }),
		});
		expect((await failsInTime(cancel)).message).toMatch(
			/Outcome unknown: .*\(Jodo does not know this record: an earlier try got no answer\)/,
		);
	});

	it.each<[string, Answer | Error]>([
		['could not be sent', Object.assign(new Error('x'), { code: 'ECONNREFUSED' })],
		['was turned away', { statusCode: 429, body: {}, headers: { 'retry-after': '3600' } }],
	])('and then a try that %s: the one before it may have done it', async (_name, notSent) => {
		const update = node({
			...{ does: 'student.update', items: [{ studentId: 's', fullName: 'A', identifier: '1' }] },
			jodo: (_request, count) => (count === 1 ? LOST : notSent),
		});
		const error = await failsInTime(update);
		expect(`${error.message} ${error.description}`).not.toMatch(/Nothing was done/);
		expect(error.context['details']).toMatchObject({ outcome: 'unknown' });
		const cancel = node({
			...{ does: 'paymentLink.cancel', items: [{ orderId: 'o' }] },
			jodo: (_request, count) => (count === 1 ? LOST : notSent),
		});
		expect((await failsInTime(cancel)).message).toMatch(/Outcome unknown: /);
	});

	it('and then a no, of which nobody can be asked: an earlier try may have done it', async () => {
		const cancel = node({
			...{ does: 'paymentLink.cancel', items: [{ orderId: 'o' }] },
			jodo: ({ method }, count) =>
				count === 1 || method === 'GET' ? LOST : no('already cancelled'),
		});
		expect((await failsInTime(cancel)).message).toMatch(
			/Outcome unknown: .*\(Jodo did not accept the data: already cancelled\)/,
		);
	});

	it('is a refusal where no answer was lost', async () => {
		const cancel = node({
			...{ does: 'payment.cancel', items: [{ studentId: 's', transactionId: 't' }] },
			jodo: () => no('not found', 404, { code: 'E1' }),
		});
		expect((await cancel.fails()).message).toBe(
			'Row 1 of 1 (s): Jodo does not know this record: not found [E1].',
		);
	});

	it('that lacks what every good one has cannot be read', async () => {
		const create = node({ does: 'order.create', items: [link('A')], jodo: () => good({}) });
		const { message } = await create.fails();
		expect(message).toMatch(
			/^Row 1 of 1 \(A\): Outcome unknown: .*\(Jodo gave no clear answer: Jodo's answer could not be read\)/,
		);
		const get = node({ does: 'order.get', items: [{ orderId: 'o' }], jodo: () => good([]) });
		const error = await get.fails();
		expect(error.message).toBe(
			"Row 1 of 1 (o): Jodo gave no clear answer: Jodo's answer could not be read.",
		);
		expect(error.context['details']).toMatchObject({ outcome: 'unknown', status: 200 });
	});
});
