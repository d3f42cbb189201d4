/**
 * Every operation, from filled form to the request Jodo documents and from its documented answer to the
 * output; written by hand from Jodo's pages, without the local Jodo.
 */
import type { IDataObject } from 'n8n-workflow';

import { registry } from '../../nodes/Jodo/actions/registry';
import { errorOf, outputOf, runJodo } from '../support/engine.cts';
import { answer, type FaultyServer, startFaultyServer } from '../support/faultyServer.cts';
import { CASES } from '../support/operationCases.cts';

const DONE = { status: 'success' };

let server: FaultyServer | undefined;
afterEach(async () => {
	await server?.stop();
	server = undefined;
});

async function run(
	key: string,
	parameters: IDataObject,
	behaviour: Parameters<typeof startFaultyServer>[0],
	more: Partial<Parameters<typeof runJodo>[0]> = {},
) {
	const [resource, operation] = key.split('.');
	server = await startFaultyServer(behaviour);
	return await runJodo({
		parameters: { resource, operation, ...parameters },
		items: [{}],
		credential: { environment: 'custom', baseUrl: server.url, apiKey: 'k', apiSecret: 's' },
		...more,
	});
}

it('has a case for every operation', () => {
	const keys = Object.entries(registry).flatMap(([resource, { operations }]) =>
		Object.keys(operations).map((operation) => `${resource}.${operation}`),
	);
	expect(Object.keys(CASES).sort()).toEqual(keys.sort());
});

describe.each(Object.entries(CASES))('%s', (key, { parameters, request, answer: told, output }) => {
	const [method, path, body] = request;
	const good = answer(200, JSON.stringify(told));

	it('sends what Jodo documents and gives what Jodo answers', async () => {
		const result = await run(key, parameters, good);
		expect(errorOf(result)).toBeUndefined();
		expect(server?.requests).toHaveLength(1);
		const [sent] = server?.requests ?? [];
		expect([sent?.method, sent?.path]).toEqual([method, path]);
		expect(sent?.body ? JSON.parse(sent.body) : undefined).toEqual(body);
		const given = JSON.parse(
			JSON.stringify(outputOf(result).map(({ json }) => json)).replaceAll(
				server?.url as string,
				'BASE',
			),
		);
		expect(given).toEqual(output);
	});

	if (body) {
		it('sends the same from JSON, as text and as an object', async () => {
			for (const jsonBody of [JSON.stringify(body), '={{ $json }}']) {
				const { studentId, registrationId } = parameters;
				const outside = {
					...(studentId && { studentId }),
					...(registrationId && { registrationId }),
				};
				await run(key, { ...outside, specifyBody: 'json', jsonBody }, good, {
					items: [body as IDataObject],
				});
				expect(JSON.parse(server?.requests[0]?.body ?? 'null')).toEqual(body);
				await server?.stop();
			}
		});
	}

	it('lets a failing item between two good ones leave by the error output', async () => {
		const result = await run(
			key,
			{ ...parameters, options: { concurrency: 1 } },
			(request_, response, count) =>
				(count === 2 ? answer(400, '{"message":"Invalid payload!"}') : good)(
					request_,
					response,
					count,
				),
			{ items: [{ n: 0 }, { n: 1 }, { n: 2 }], node: { onError: 'continueErrorOutput' } },
		);
		expect(outputOf(result, 0).map(({ pairedItem }) => pairedItem)).toEqual([
			...output.map(() => ({ item: 0 })),
			...output.map(() => ({ item: 2 })),
		]);
		expect(outputOf(result, 1).map(({ json }) => json)).toEqual([
			{
				n: 1,
				error: expect.stringMatching(
					/^Row 2 of 3( \(.+\))?: Jodo did not accept the data: Invalid payload! Correct the value and run this row again\.$/,
				),
				details: {
					item: 1,
					outcome: 'refused',
					status: 400,
					answer: { message: 'Invalid payload!' },
				},
			},
		]);
	});
});

describe('what does not fit together is told before it is sent', () => {
	it.each<[string, IDataObject, string]>([
		[
			'payment.add',
			{
				...CASES['payment.add']?.parameters,
				amount: 2000,
				feeComponents: { feeComponent: [{ componentType: 'TUITION_FEE', amount: 1999.99 }] },
			},
			"'Fee Components (Fee Heads)' add up to ₹1,999.99, but the amount paid is ₹2,000.00",
		],
		[
			'student.register',
			{
				...CASES['student.register']?.parameters,
				fullName: ' ',
				additionalFields: { payments: { payment: [{ amount: 1, paidAt: '2026-01-01' }] } },
			},
			[
				"'Student Name'",
				...['Fee Components (Fee Heads)', 'Mode', 'Transaction ID'].map(
					(label) => `'${label}' in entry 1 of 'Payments Already Made'`,
				),
			]
				.map((place) => `${place} is empty`)
				.join('; '),
		],
		[
			'flexPlan.set',
			{
				studentId: '1',
				schedule: {
					instalment: ['2027-01-01', '2027-02-30', '2027-03-01'].map((dueDate, i) => ({
						dueDate,
						details: { lineItem: [{ componentType: 'A', amount: i === 2 ? -1 : 1 }] },
					})),
				},
			},
			`'Due Date' in entry 2 of 'Instalments' is not a date such as 2027-03-31 or 31/03/2027: "2027-02-30"; ` +
				`'Amount in Rupees' in entry 1 of 'Amounts' in entry 3 of 'Instalments' is not an amount in rupees, with two decimals at most: -1`,
		],
		[
			'user.getAccessToken',
			{ registrationId: 'u', additionalFields: { productType: 'pay' } },
			"'Product' needs 'Jodo Student ID'",
		],
		[
			'webhook.add',
			{
				eventCode: 'order.payment.settled',
				url: 'example.com',
				failureNotificationEmail: 'a@example.com, b',
			},
			`'URL' is not a web address (https://…): "example.com"; 'Failure Notification Email' is not an email address: "b"`,
		],
		['student.get', { studentId: ' ' }, "'Jodo Student ID' is empty"],
	])('%s', async (key, parameters, message) => {
		const result = await run(key, parameters, answer(200, '{}'));
		const said = errorOf(result).message.replace(/^Row 1 of 1( \(.+?\))?: /, '');
		expect(said.replace(/\.( Nothing was sent to Jodo\.)?$/, '')).toBe(message);
		expect(server?.requests).toEqual([]);
	});
});

describe('a lost answer', () => {
	const lostThen = (...bodies: string[]) =>
		((request, response, count) =>
			count === 1
				? request.socket.destroy()
				: answer(count === 2 ? 404 : 200, bodies[count - 2] ?? '{}')(
						request,
						response,
						count,
					)) as Parameters<typeof startFaultyServer>[0];
	const GONE = '{"message":"not found"}';

	it('to cancelling a recorded payment leaves the outcome unknown', async () => {
		const result = await run(
			'payment.cancel',
			CASES['payment.cancel']?.parameters ?? {},
			lostThen(GONE),
		);
		expect(errorOf(result).message).toMatch(
			/^Row 1 of 1 \(.+\): Outcome unknown: .* Get the student's payments/,
		);
	});

	it('to disabling a webhook is settled by the list', async () => {
		const parameters = { webhookId: 'w1' };
		const gone = await run('webhook.disable', parameters, lostThen(GONE, '{"data":[{"id":"w2"}]}'));
		expect(outputOf(gone)[0]?.json).toEqual({ success: true, webhook_id: 'w1' });
		await server?.stop();
		const there = await run(
			'webhook.disable',
			parameters,
			lostThen(GONE, '{"data":[{"id":"w1"}]}'),
		);
		expect(errorOf(there).message).toMatch(/does not know this record/);
	});
});

it('writes to the same student one after the other, to different ones side by side', async () => {
	const underWay: string[] = [];
	let mostAtOnce = 0;
	const result = await run(
		'student.update',
		{
			studentId: '={{ $json.id }}',
			fullName: '={{ $json.name }}',
			identifier: 'x',
			options: { concurrency: 20 },
		},
		({ url = '' }, response) => {
			expect(underWay).not.toContain(url);
			underWay.push(url);
			mostAtOnce = Math.max(mostAtOnce, underWay.length);
			setTimeout(() => {
				underWay.splice(underWay.indexOf(url), 1);
				response.setHeader('content-type', 'application/json').end(JSON.stringify(DONE));
			}, 20);
		},
		{ items: Array.from({ length: 12 }, (_, i) => ({ id: `s${i % 2}`, name: `n${i}` })) },
	);
	expect(outputOf(result)).toHaveLength(12);
	expect(mostAtOnce).toBe(2);
	for (const id of ['s0', 's1']) {
		const names = server?.requests
			.filter(({ path }) => path.endsWith(id))
			.map(({ body }) => Number(JSON.parse(body).fullname.slice(1)));
		expect(names).toEqual([...(names ?? [])].sort((a, b) => a - b));
	}
});
