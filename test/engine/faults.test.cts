/** What the Jodo node does when the network or Jodo breaks; above all: nothing is created twice. */
import { errorOf, outputOf, runJodo } from '../support/engine.cts';
import {
	answer,
	type Behaviour,
	cut,
	type FaultyServer,
	startFaultyServer,
} from '../support/faultyServer.cts';

const CREATED =
	'{"status":"success","data":{"order_id":"order_1","redirect_url":"https://pay.example/p/1"}}';
const GOT = '{"status":"success","data":{"id":"order_1","status":"unpaid","details":[]}}';

const CREATE = {
	resource: 'paymentLink',
	operation: 'create',
	name: 'A',
	phone: '9876543210',
	email: 'a@example.com',
	details: { lineItem: [{ componentType: 'Payable Amount', amount: '={{ $json.fee }}' }] },
	additionalFields: {},
};
const GET = { resource: 'paymentLink', operation: 'get', orderId: 'order_1' };
const CANCEL = { resource: 'paymentLink', operation: 'cancel', orderId: 'order/1?x' };

let server: FaultyServer | undefined;
afterEach(async () => {
	await server?.stop();
	server = undefined;
});

async function against(
	behaviour: Behaviour,
	options: Omit<Parameters<typeof runJodo>[0], 'credential'>,
) {
	server ??= await startFaultyServer(behaviour);
	const credential = {
		environment: 'custom',
		baseUrl: server.url,
		apiKey: 'test_key',
		apiSecret: 'test_secret_word',
	};
	return await runJodo({ ...options, credential });
}

/** Each in turn, then the last for good. */
const script =
	(...steps: Behaviour[]): Behaviour =>
	(request, response, count) =>
		(steps[Math.min(count, steps.length) - 1] as Behaviour)(request, response, count);

const memoryOf = (run: Awaited<ReturnType<typeof runJodo>>) =>
	run.data.executionData?.contextData['flow']?.['n8n-nodes-jodo.createOnce'];

const requestsSent = () => server?.requests.length;

describe('a create', () => {
	it.each<[string, Behaviour, RegExp]>([
		['the connection cut after sending', cut, /connection broke/],
		['status 500', answer(500, '{"message":"oops"}'), /internal fault: oops/],
		['status 503', answer(503, 'down'), /maintenance/],
		['HTML with status 200', answer(200, '<html>hello</html>'), /could not be read/],
		['JSON cut short', answer(201, CREATED.slice(0, 40)), /could not be read/],
		[
			'gzip in name only',
			answer(201, CREATED, { 'content-encoding': 'gzip' }),
			/could not be read/,
		],
		['an empty 200', answer(200, ''), /could not be read/],
		['status 204', answer(204, ''), /could not be read/],
		[
			'an answer without order_id',
			answer(201, '{"status":"success","data":{}}'),
			/could not be read/,
		],
		['a redirect', answer(302, '', { location: 'http://127.0.0.1:9/' }), /redirect/],
	])('%s: outcome unknown, sent once, and not again on Retry', async (_name, fault, reason) => {
		const behaviour = script(fault, answer(201, CREATED));
		const first = await against(behaviour, { parameters: CREATE, items: [{ fee: 10 }] });
		expect(errorOf(first).message).toMatch(/^Row \d of \d \(A\): Outcome unknown: /);
		expect(errorOf(first).message).toMatch(reason);
		expect(errorOf(first).message).toMatch(
			/Do not send it again before you have looked: .* Look in the Jodo dashboard for a payment link/,
		);
		expect(requestsSent()).toBe(1);

		const again = await against(behaviour, {
			parameters: CREATE,
			items: [{ fee: 10 }],
			previous: first.data,
		});
		expect(errorOf(again).message).toMatch(/^Row \d of \d \(A\): Outcome unknown: /);
		expect(requestsSent()).toBe(1);
	});

	it('under Retry On Fail sends each item once, and remembers the answers of the good ones', async () => {
		const behaviour = script(answer(201, CREATED), cut, answer(201, CREATED));
		const run = await against(behaviour, {
			parameters: { ...CREATE, options: { concurrency: 1 } },
			items: [{ fee: 1 }, { fee: 2 }, { fee: 3 }],
			node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 },
		});
		expect(errorOf(run).message).toMatch(/^Row \d of \d \(A\): Outcome unknown: /);
		// Row 1 sent and remembered, row 2 sent and lost; the next try leaves both and sends row 3.
		const bodies = server?.requests.map(({ body }) => JSON.parse(body).details[0].amount);
		expect(bodies).toEqual([1, 2, 3]);
	});

	it('is remembered when n8n repeats the node because the first item left by the error output', async () => {
		const run = await against(script(cut, answer(201, CREATED)), {
			parameters: { ...CREATE, options: { concurrency: 1 } },
			items: [{ fee: 1 }, { fee: 2 }],
			node: {
				onError: 'continueRegularOutput',
				retryOnFail: true,
				maxTries: 3,
				waitBetweenTries: 10,
			},
		});
		expect(outputOf(run)[0]?.json.error).toMatch(/^Row \d of \d \(A\): Outcome unknown: /);
		expect(outputOf(run)[1]?.json.order_id).toBe('order_1');
		const amounts = server?.requests.map(({ body }) => JSON.parse(body).details[0].amount);
		expect(amounts).toEqual([1, 2]);
	});

	it('that was certainly not done is sent again on Retry, and only that one', async () => {
		const refused = answer(400, '{"message":"Invalid payload!","code":"E0000"}');
		const behaviour = script(
			answer(201, CREATED),
			refused,
			answer(201, CREATED.replace('_1', '_2')),
		);
		const first = await against(behaviour, {
			parameters: { ...CREATE, options: { concurrency: 1 } },
			items: [{ fee: 1 }, { fee: 2 }],
		});
		expect(errorOf(first).message).toMatch(/^Row 2 of 2 \(A\): Jodo did not accept the data/);
		const again = await against(behaviour, {
			parameters: { ...CREATE, options: { concurrency: 1 } },
			items: [{ fee: 1 }, { fee: 2 }],
			previous: first.data,
		});
		expect(outputOf(again).map(({ json }) => json.order_id)).toEqual(['order_1', 'order_2']);
		const amounts = server?.requests.map(({ body }) => JSON.parse(body).details[0].amount);
		expect(amounts).toEqual([1, 2, 2]);
	});

	it('refused with a full stop has one in its item', async () => {
		const run = await against(answer(400, '{"message":"Invalid payload."}'), {
			parameters: CREATE,
			items: [{ fee: 1 }],
			node: { onError: 'continueRegularOutput' },
		});
		expect(outputOf(run)[0]?.json.error).toBe(
			'Row 1 of 1 (A): Jodo did not accept the data: Invalid payload. Correct the value and run this row again.',
		);
	});

	it('two equal items are two links', async () => {
		const run = await against(answer(201, CREATED), {
			parameters: CREATE,
			items: [{ fee: 1 }, { fee: 1 }],
		});
		expect(outputOf(run)).toHaveLength(2);
		expect(requestsSent()).toBe(2);
	});

	it('that Jodo refuses under a good status was not done, and is sent again on Retry', async () => {
		const no = answer(200, '{"status":"error","message":"Payer is blocked","code":"E9"}');
		const behaviour = script(no, answer(201, CREATED));
		const first = await against(behaviour, { parameters: CREATE, items: [{ fee: 1 }] });
		expect(errorOf(first).message).toBe(
			'Row 1 of 1 (A): Jodo did not accept the data: Payer is blocked [E9].',
		);
		expect(memoryOf(first)).toEqual({});
		const again = await against(behaviour, {
			parameters: CREATE,
			items: [{ fee: 1 }],
			previous: first.data,
		});
		expect(outputOf(again)[0]?.json.order_id).toBe('order_1');
		expect(requestsSent()).toBe(2);
	});

	it('without an amount is not sent', async () => {
		for (const details of [{}, { lineItem: [] }, [], '', null]) {
			const run = await against(answer(201, CREATED), {
				parameters: { ...CREATE, details },
				items: [{}],
			});
			expect(errorOf(run).message).toMatch(/^Row 1 of 1 \(A\): 'Amounts to Collect' is empty/);
		}
		expect(requestsSent()).toBe(0);
	});

	it('turned away by the rate limit is sent again, since it was not done', async () => {
		const busy = answer(429, '{"message":"Too many requests."}', { 'retry-after': '0' });
		const run = await against(script(busy, busy, answer(201, CREATED)), {
			parameters: CREATE,
			items: [{ fee: 1 }],
		});
		expect(outputOf(run)).toHaveLength(1);
		expect(requestsSent()).toBe(3);
	});

	it('that never reached Jodo says so and may be retried', async () => {
		const dead = await startFaultyServer(cut);
		await dead.stop();
		const run = await runJodo({
			parameters: CREATE,
			items: [{ fee: 1 }],
			credential: { environment: 'custom', baseUrl: dead.url, apiKey: 'k', apiSecret: 's' },
		});
		expect(errorOf(run).message).toBe(
			'Row 1 of 1 (A): Jodo could not be reached: nothing answers at its address.',
		);
		expect(memoryOf(run)).toEqual({});
	});

	it.each([
		['a host that does not exist', () => 'http://no-such-host.invalid', /its address/],
		[
			'a server without TLS',
			(url: string) => url.replace('http:', 'https:'),
			/no secure connection/,
		],
		['no web address at all', () => 'jodo', /'Base URL' in the Jodo credential/],
	])('to %s: not sent, and nothing is remembered', async (_name, addressOf, reason) => {
		server = await startFaultyServer(answer(201, CREATED));
		const run = await runJodo({
			parameters: CREATE,
			items: [{ fee: 1 }],
			credential: {
				environment: 'custom',
				baseUrl: addressOf(server.url),
				apiKey: 'k',
				apiSecret: 's',
			},
		});
		expect(errorOf(run).message).toMatch(/^Row 1 of 1 \(A\): Jodo could not be reached: /);
		expect(errorOf(run).message).toMatch(reason);
		expect(requestsSent()).toBe(0);
		expect(memoryOf(run)).toEqual({});
	});

	it('starts nothing new after the first failure, without continue-on-fail', async () => {
		const run = await against(answer(400, '{"message":"no"}'), {
			parameters: { ...CREATE, options: { concurrency: 2 } },
			items: Array.from({ length: 10 }, (_, i) => ({ fee: i + 1 })),
		});
		expect(errorOf(run).message).toMatch(/no/);
		expect(requestsSent()).toBeLessThanOrEqual(2);
	});

	it('leaves no memory behind when all is done', async () => {
		const run = await against(answer(201, CREATED), { parameters: CREATE, items: [{ fee: 1 }] });
		expect(JSON.stringify(run.data.executionData?.contextData ?? {})).not.toContain('order_1');
	});
});

describe('a get', () => {
	it.each<[string, Behaviour]>([
		['a cut connection', cut],
		['status 502', answer(502, '<html>')],
		['status 503', answer(503, '')],
		['status 504', answer(504, '')],
		['status 429', answer(429, '{}', { 'retry-after': '0' })],
	])('is repeated after %s', async (_name, fault) => {
		const run = await against(script(fault, answer(200, GOT)), { parameters: GET, items: [{}] });
		expect(outputOf(run)[0]?.json).toMatchObject({ id: 'order_1' });
		expect(requestsSent()).toBe(2);
	});

	it.each<[string, Behaviour, RegExp]>([
		['status 500', answer(500, '{}'), /internal fault/],
		['status 404', answer(404, '{"message":"Order not found"}'), /does not know.*Order not found/],
		['HTML', answer(200, '<html>'), /could not be read/],
	])('is not repeated after %s', async (_name, fault, reason) => {
		const run = await against(fault, { parameters: GET, items: [{}] });
		expect(errorOf(run).message).toMatch(reason);
		expect(requestsSent()).toBe(1);
	});

	it('never lets the keys follow a redirect', async () => {
		const thief = await startFaultyServer(answer(200, GOT));
		const run = await against(answer(307, '', { location: `${thief.url}/x` }), {
			parameters: GET,
			items: [{}],
		});
		expect(errorOf(run).message).toMatch(/redirect/);
		expect(thief.requests).toEqual([]);
		await thief.stop();
	});

	it('keeps the keys out of everything it leaves behind', async () => {
		for (const fault of [cut, answer(401, '{"message":"no"}'), answer(500, '<html>')]) {
			const run = await against(fault, { parameters: GET, items: [{}] });
			const left = JSON.stringify(run);
			expect(left).not.toContain('test_secret_word');
			expect(left).not.toContain(Buffer.from('test_key:test_secret_word').toString('base64'));
			await server?.stop();
			server = undefined;
		}
	});
});

describe('a cancel whose answer was lost', () => {
	const refused = answer(400, '{"message":"already cancelled","code":"HUE00000"}');
	const state = (status: string) =>
		answer(200, `{"status":"success","data":{"id":"x","status":"${status}"}}`);

	it('is done if Jodo says that the link is cancelled', async () => {
		const run = await against(script(cut, refused, state('cancelled')), {
			parameters: CANCEL,
			items: [{}],
		});
		expect(outputOf(run)[0]?.json).toEqual({ success: true, order_id: 'order/1?x' });
		expect(server?.requests.map(({ method }) => method)).toEqual(['DELETE', 'DELETE', 'GET']);
		expect(server?.requests[0]?.path).toBe('/api/v1/integrations/pay/payment_links/order%2F1%3Fx');
	});

	it('is refused if the link is paid', async () => {
		const run = await against(script(cut, refused, state('paid')), {
			parameters: CANCEL,
			items: [{}],
		});
		expect(errorOf(run).message).toMatch(/already cancelled/);
	});

	it('is refused without a question if no answer was lost', async () => {
		const run = await against(refused, { parameters: CANCEL, items: [{}] });
		expect(errorOf(run).message).toMatch(/already cancelled/);
		expect(requestsSent()).toBe(1);
	});
});
