// The memory that lets nothing be created twice within one execution, whatever the workflow does around the node.
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { checkoutOnce } from '../../../nodes/Jodo/actions/checkout';
import { createOnce } from '../../../nodes/Jodo/createOnce';

type Store = Record<string, unknown>;

const LINK = 'paymentLink.create';

/** A node in one of its runs within an execution; what n8n keeps between them is the store. */
const runOf = (store: Store, run = 0, isTool = false, { name = 'Jodo', operation = LINK } = {}) =>
	createOnce(
		{
			getContext: (type: string) => (type === 'flow' ? store : {}),
			getNode: () => ({ name }),
			evaluateExpression: (expression: string) => (expression === '{{ $runIndex }}' ? run : -1),
		} as unknown as IExecuteFunctions,
		operation,
		checkoutOnce,
		isTool,
	);

const link = (more: IDataObject = {}) => ({
	body: {
		name: 'A',
		phone: '9876543210',
		email: 'a@example.com',
		details: [{ component_type: 'Fee', amount: 100 }],
		...more,
	},
});

const ANSWER = { status: 'success', data: { order_id: 'order_1', redirect_url: 'https://pay/1' } };
const SEND = { kind: 'send' };

describe('one run', () => {
	it('sends what was never sent', () => {
		const once = runOf({});
		expect(once.verdict(0, once.actOf(link()))).toEqual(SEND);
	});

	it('does not send again what was sent without an answer, nor the same for another row', () => {
		const once = runOf({});
		const act = once.actOf(link());
		once.sent(4, act);
		expect(once.verdict(4, act)).toEqual({ kind: 'unclear' });
		expect(once.verdict(0, act)).toEqual({ kind: 'blocked', by: 'row 5' });
		expect(once.verdict(0, once.actOf(link({ phone: '9123456780' })))).toEqual(SEND);
		// With other amounts it is still the row that was sent.
		expect(once.verdict(4, once.actOf(link({ phone: '9123456780' })))).toEqual({ kind: 'unclear' });
	});

	it('gives the answer again; two equal rows are two links', () => {
		const once = runOf({});
		const act = once.actOf(link());
		once.sent(0, act);
		once.answered(0, act, ANSWER);
		expect(once.verdict(0, act)).toEqual({ kind: 'answered', answer: ANSWER, isRepeat: false });
		expect(once.verdict(1, act)).toEqual(SEND);
	});

	it('names what is there when the row asks for something else now', () => {
		const once = runOf({});
		const act = once.actOf(link());
		once.sent(0, act);
		once.answered(0, act, ANSWER);
		const other = once.actOf(link({ details: [{ component_type: 'Fee', amount: 90 }] }));
		expect(once.verdict(0, other)).toEqual({ kind: 'changed', answer: ANSWER });
	});

	it('sends again what was certainly not done', () => {
		const once = runOf({});
		const act = once.actOf(link());
		once.sent(0, act);
		once.notDone(0, act);
		expect(once.verdict(0, act)).toEqual(SEND);
		expect(once.verdict(1, act)).toEqual(SEND);
	});

	it('keeps of an answer only what leads back to the record', () => {
		const store: Store = {};
		const once = runOf(store);
		const act = once.actOf(link());
		once.answered(0, act, {
			status: 'success',
			jodo_student_id: 's1',
			message: 'made',
			data: {
				order_id: 7,
				redirect_url: 'https://pay/1',
				name: 'A',
				deep_id: { a: 1 },
				url: 'x',
				order_ids: 'x',
			},
		});
		expect(once.idsOf(0)).toEqual({
			jodo_student_id: 's1',
			order_id: 7,
			redirect_url: 'https://pay/1',
		});
		expect(once.verdict(0, act)).toMatchObject({
			answer: {
				status: 'success',
				jodo_student_id: 's1',
				data: { order_id: 7, redirect_url: 'https://pay/1' },
			},
		});
		expect(JSON.stringify(store)).not.toMatch(/made|9876543210|example/);
		// What n8n stores of each of a thousand rows stays small.
		expect(act.essentials).toMatch(/^[\w+/]{24}$/);
		expect(Object.keys(store)).toEqual(['n8n-nodes-jodo.createOnce']);
	});

	it('keeps no status that Jodo did not give', () => {
		const once = runOf({});
		const act = once.actOf(link());
		once.answered(0, act, { jodo_student_id: 's1' });
		expect(once.verdict(0, act)).toStrictEqual({
			kind: 'answered',
			answer: { jodo_student_id: 's1', data: {} },
			isRepeat: false,
		});
		expect(once.idsOf(0)).toEqual({ jodo_student_id: 's1' });
	});

	it('has no ids of a row without an answer', () => {
		const once = runOf({});
		once.sent(0, once.actOf(link()));
		expect(once.idsOf(0)).toBeUndefined();
		expect(once.idsOf(1)).toBeUndefined();
		expect([0, 1].map(once.isUnclear)).toEqual([true, false]);
	});
});

describe('the next run of the node, as in Loop Over Items', () => {
	it('sends its own rows, though those of the last run were equal', () => {
		const store: Store = {};
		const first = runOf(store, 0);
		const act = first.actOf(link());
		first.sent(0, act);
		first.answered(0, act, ANSWER);
		const second = runOf(store, 1);
		expect(second.verdict(0, act)).toEqual(SEND);
		expect(second.idsOf(0)).toBeUndefined();
		second.sent(0, act);
		expect(second.verdict(0, act)).toEqual({ kind: 'unclear' });
		expect(first.verdict(0, act)).toMatchObject({ kind: 'answered' });
	});

	it('does not send what the last run has left without an answer', () => {
		const store: Store = {};
		const first = runOf(store, 0);
		const act = first.actOf(link());
		first.sent(2, act);
		expect(runOf(store, 1).verdict(0, act)).toEqual({
			kind: 'blocked',
			by: 'row 3 of an earlier run of this node',
		});
		// The eleventh run is not the first: their names begin alike.
		expect(runOf(store, 10).verdict(2, act)).toMatchObject({ kind: 'blocked' });
	});

	it('is not forgotten when another one ends', () => {
		const store: Store = {};
		const act = runOf(store).actOf(link());
		runOf(store, 0).answered(0, act, ANSWER);
		runOf(store, 1).answered(0, act, ANSWER);
		runOf(store, 1).clear();
		expect(runOf(store, 0).idsOf(0)).toBeDefined();
		expect(runOf(store, 1).verdict(0, act)).toEqual(SEND);
	});
});

describe('another node of the same execution', () => {
	it('does not send what this one has left without an answer, and names it', () => {
		const store: Store = {};
		const first = runOf(store, 1);
		const act = first.actOf(link());
		first.sent(2, act);
		const second = runOf(store, 1, false, { name: 'Second try' });
		expect(second.verdict(2, act)).toEqual({ kind: 'blocked', by: "row 3 of the node 'Jodo'" });
		expect(runOf(store, 0, true, { name: 'Tool' }).verdict(0, act)).toMatchObject({
			kind: 'blocked',
		});
		first.notDone(2, act);
		expect(second.verdict(2, act)).toEqual(SEND);
	});

	it('sends its own rows, though those of this one were equal, and forgets only its own', () => {
		const store: Store = {};
		// Names that n8n allows, and that look like one another.
		const nodes = ['A', 'x:0:A', '",0,0]', 'A",0,0]'].map((name) =>
			runOf(store, 0, false, { name }),
		);
		for (const node of nodes) {
			const act = node.actOf(link());
			expect(node.verdict(0, act)).toEqual(SEND);
			node.answered(0, act, ANSWER);
		}
		nodes[0]?.clear();
		expect(nodes.map((node) => node.idsOf(0) !== undefined)).toEqual([false, true, true, true]);
	});

	it('and another operation are another act', () => {
		const store: Store = {};
		const links = runOf(store);
		const act = links.actOf(link());
		links.answered(0, act, ANSWER);
		// The user has chosen another operation between two tries: a link is no order.
		const orders = runOf(store, 0, false, { operation: 'order.create' });
		expect(orders.verdict(0, orders.actOf(link()))).toEqual({ kind: 'changed', answer: ANSWER });
		links.sent(1, act);
		expect(orders.verdict(2, orders.actOf(link()))).toEqual(SEND);
	});
});

it('Retry in the executions list finds in what n8n has stored what was sent and what was answered', () => {
	const store: Store = {};
	const before = runOf(store);
	const [lost, done] = [before.actOf(link()), before.actOf(link({ identifier: 'ADM-2' }))];
	before.sent(0, lost);
	before.sent(1, done);
	before.answered(1, done, ANSWER);
	const after = runOf(JSON.parse(JSON.stringify(store)));
	expect(after.verdict(0, lost)).toEqual({ kind: 'unclear' });
	expect(after.verdict(5, lost)).toEqual({ kind: 'blocked', by: 'row 1' });
	expect(after.verdict(1, done)).toMatchObject({ kind: 'answered', answer: ANSWER });
	expect(after.verdict(5, done)).toEqual(SEND);
});

describe("an AI agent's calls, each a run of its own", () => {
	it('a repeated call gets what is there; a sibling gets a link of its own', () => {
		const store: Store = {};
		const first = runOf(store, 0, true);
		const act = first.actOf(link({ student_name: 'Asha' }));
		first.sent(0, act);
		first.answered(0, act, ANSWER);
		first.clear();
		const second = runOf(store, 1, true);
		expect(second.verdict(0, act)).toEqual({ kind: 'answered', answer: ANSWER, isRepeat: true });
		expect(second.verdict(0, second.actOf(link({ student_name: 'Rohan' })))).toEqual(SEND);
	});

	it('what has no answer is not sent again, for nobody with the same payer and amounts', () => {
		const store: Store = {};
		const first = runOf(store, 0, true);
		const act = first.actOf(link({ student_name: 'Asha' }));
		first.sent(0, act);
		const blocked = { kind: 'blocked', by: 'an earlier call' };
		const second = runOf(store, 1, true);
		expect(second.verdict(0, act)).toEqual(blocked);
		expect(second.verdict(0, second.actOf(link({ student_name: 'Rohan' })))).toEqual(blocked);
		second.notDone(0, act);
		expect(second.verdict(0, act)).toEqual(SEND);
	});
});

describe('the same act', () => {
	const once = runOf({});
	const essentials = (more: IDataObject) => once.actOf(link(more)).essentials;
	const two = (a: number, b: number) => ({ details: [{ amount: a }, { amount: b }] });

	it.each<[string, IDataObject]>([
		['the phone written in another way', { phone: '+91 98765-43210' }],
		['the e-mail in capitals', { email: 'A@Example.com' }],
		['another name', { name: 'B' }],
		['other notes', { notes: [{ key: 'a', value: 'b' }] }],
		['another expiry', { expires_at: '2026-07-01' }],
		['the amount as a text', { details: [{ component_type: 'Other', amount: '₹100.00' }] }],
	])('is still the same with %s', (_name, more) => {
		expect(essentials(more)).toBe(essentials({}));
	});

	it('is the same in any order of its amounts', () => {
		expect(essentials(two(9, 100))).toBe(essentials(two(100, 9)));
	});

	it.each<[string, IDataObject]>([
		['another phone', { phone: '9876543211' }],
		['another e-mail', { email: 'b@example.com' }],
		['another admission number', { identifier: 'ADM-2' }],
		['another amount', { details: [{ amount: 101 }] }],
		['one amount more', two(100, 100)],
		['an amount that cannot be read', { details: [{ amount: 'x' }] }],
	])('is another with %s', (_name, more) => {
		expect(essentials(more)).not.toBe(essentials({}));
	});

	it('is told by its essentials alone where nothing else is named', () => {
		const { words, essentials } = checkoutOnce;
		const context = {
			getContext: () => ({}),
			getNode: () => ({ name: 'Jodo' }),
			evaluateExpression: () => 0,
		};
		const bare = createOnce(context as never, LINK, { words, essentials }, true);
		expect(bare.actOf(link({ student_name: 'Asha' }))).toEqual(bare.actOf(link()));
	});

	it('what cannot be read stands for itself', () => {
		expect(essentials({ phone: 'x' })).toBe(essentials({ phone: 'x' }));
		expect(essentials({ phone: 'x' })).not.toBe(essentials({ phone: 'y' }));
	});

	it('of an agent differs by student, class and components beside', () => {
		const besides = (more: IDataObject) => once.actOf(link(more)).besides;
		expect(besides({ name: 'B', phone: '9123456780' })).toBe(besides({}));
		for (const more of [
			{ student_name: 'A' },
			{ grade: 'c1' },
			{ custom_identifier: 'x' },
			{ details: [{ component_type: 'Lab', amount: 100 }] },
		]) {
			expect(besides(more)).not.toBe(besides({}));
		}
	});
});

it('equal acts of several calls in one process wait for one another', async () => {
	const store: Store = {};
	const order: string[] = [];
	const waits = { begin: () => void order.push('waits'), end: async () => {} };
	let finish = () => {};
	const first = runOf(store, 0).turns.take(
		['act 1'],
		async () => {
			await new Promise<void>((resolve) => (finish = resolve));
			order.push('first');
		},
		waits,
	);
	const second = runOf(store, 1).turns.take(
		['act 1'],
		async () => void order.push('second'),
		waits,
	);
	const other = runOf(store, 2).turns.take(['act 2'], async () => void order.push('other'), waits);
	await other;
	finish();
	await Promise.all([first, second]);
	expect(order).toEqual(['waits', 'other', 'first', 'second']);
});
