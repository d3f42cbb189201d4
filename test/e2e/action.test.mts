// The Jodo node as a black box: items go in by a webhook, what comes out is read back.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blackBox } from './blackBox.mts';
import { cleanSlate, sandbox } from './world.mts';

interface Person {
	name: string;
	amount: unknown;
}
interface Outcome {
	left: 'output' | 'error output';
	asked: string;
	got: { order_id?: string; redirect_url?: string; error?: string; details?: unknown };
}

/** Creates a payment link for each; every output item with the name of the person it is paired to. */
async function createLinks(people: Person[], onError: string): Promise<Outcome[]> {
	const box = await blackBox(
		`Black box, ${onError}`,
		{
			resource: 'paymentLink',
			operation: 'create',
			name: '={{ $json.name }}',
			phone: '9876543210',
			email: 'parent@example.com',
			details: { lineItem: [{ componentType: 'Payable Amount', amount: '={{ $json.amount }}' }] },
		},
		{ onError },
	);
	const leaving = await box.run(people.map((person) => ({ ...person })));
	return leaving.map(({ by, of, json }) => ({
		left: by,
		asked: String(of['name']),
		got: json as Outcome['got'],
	}));
}

const PEOPLE: Person[] = [
	{ name: 'Asha Rao', amount: 1200 },
	{ name: 'Birju Nair', amount: 'twelve' },
	{ name: 'Chitra Iyer', amount: '1,00,000.50' },
	{ name: 'Dev Shah', amount: 900 },
];

async function nameOfOrder(orderId: string | undefined): Promise<string | undefined> {
	const { orders } = await sandbox.admin<{
		orders: Array<{ order_id: string; payer: { name: string } }>;
	}>('GET', '/state');
	return orders.find(({ order_id }) => order_id === orderId)?.payer.name;
}

async function refuseAtJodo(name: string): Promise<void> {
	await sandbox.admin('POST', '/faults', {
		method: 'POST',
		path: '/api/v1/integrations/pay/payment_links',
		match: name,
		effect: {
			status: 400,
			body: {
				status: 'error',
				code: 'E0000',
				error_type: 'BadRequestError',
				message: 'Invalid payload!',
				errors: [{ key: 'phone', message: 'value is not a valid phone number' }],
			},
		},
	});
}

describe('the action node, item by item', () => {
	it('sends bad items to the error output, with their details, and keeps the pairing', async () => {
		await cleanSlate();
		await refuseAtJodo('Dev Shah');
		const outcomes = await createLinks(PEOPLE, 'continueErrorOutput');
		assert.deepEqual(
			outcomes.map(({ left, asked }) => [left, asked]),
			[
				['output', 'Asha Rao'],
				['output', 'Chitra Iyer'],
				['error output', 'Birju Nair'],
				['error output', 'Dev Shah'],
			],
		);
		for (const { left, asked, got } of outcomes) {
			if (left === 'output') assert.equal(await nameOfOrder(got.order_id), asked);
			else assert.ok(got.error && got.details, JSON.stringify(got));
		}
		assert.match(outcomes[3]?.got.error ?? '', /valid phone number/);
	});

	it('continues in order, one item out for one item in', async () => {
		await cleanSlate();
		await refuseAtJodo('Dev Shah');
		const outcomes = await createLinks(PEOPLE, 'continueRegularOutput');
		assert.deepEqual(
			outcomes.map(({ left, asked, got }) => [left, asked, Boolean(got.error)]),
			[
				['output', 'Asha Rao', false],
				['output', 'Birju Nair', true],
				['output', 'Chitra Iyer', false],
				['output', 'Dev Shah', true],
			],
		);
	});
});
