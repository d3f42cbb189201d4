/** Jodo's webhook API as the trigger asks it, and what it makes of the answers. */
import { disableAll, inParallel, jodoWebhooks } from '../../../nodes/JodoTrigger/client';
import type { JodoOutcome, JodoRequest } from '../../../nodes/shared/transport';

/** A Jodo that answers in turn, then the last for good. */
function jodo(...outcomes: JodoOutcome[]) {
	const asked: Array<JodoRequest & { repeat: string }> = [];
	const send = async (request: JodoRequest, repeat: string) => {
		asked.push({ ...request, repeat });
		return outcomes[Math.min(asked.length, outcomes.length) - 1] as JodoOutcome;
	};
	return { asked, api: jodoWebhooks(send) };
}

const done = (data: unknown): JodoOutcome => ({
	kind: 'done',
	status: 200,
	body: { data } as never,
});
const refused = (status: number, message = 'no'): JodoOutcome => ({
	kind: 'refused',
	status,
	body: { message, code: 'E1' },
});

const PATH = '/api/v1/integrations/erp/webhooks';
const HOOK = { id: '1', event_code: 'a', url: 'https://a', failure_notification_email: 'a@b.c' };

it('lists what Jodo lists, each value as a text, and nothing more of it', async () => {
	const { asked, api } = jodo(
		done([
			{ ...HOOK, id: 1, secret: 'x' },
			{ id: 2, url: null, event_code: undefined },
		]),
	);
	expect(await api.list()).toEqual({ ok: true, value: [HOOK, { id: '2' }] });
	expect(asked).toEqual([{ method: 'GET', path: PATH, repeat: 'safe' }]);
});

it('knows a code in capitals, or another receiver of it would not be seen', async () => {
	const { api } = jodo(done([{ ...HOOK, event_code: ' Order.Payment.SETTLED ' }]));
	expect(await api.list()).toEqual({
		ok: true,
		value: [{ ...HOOK, event_code: 'order.payment.settled' }],
	});
});

/** Without an id nothing can be removed, and a DELETE would go to all of them. */
const NO_IDS = [null, 'x', { ...HOOK, id: undefined }, { ...HOOK, id: null }, { ...HOOK, id: ' ' }];

it.each([undefined, null, {}, 'x', ...NO_IDS.map((one) => [HOOK, one])])(
	'a list of %j cannot be read',
	async (data) => {
		expect(await jodo(done(data)).api.list()).toEqual({
			ok: false,
			reason: "Jodo's answer could not be read",
		});
	},
);

it('adds, and takes what Jodo says of it, be it nothing', async () => {
	const { asked, api } = jodo(done({ id: 7, url: 'https://b' }), done(null));
	const webhook = { event_code: 'a', url: 'https://a', failure_notification_email: 'a@b.c' };
	expect(await api.add(webhook)).toEqual({ ok: true, value: { id: '7', url: 'https://b' } });
	expect(await api.add(webhook)).toEqual({ ok: true, value: {} });
	expect(asked[0]).toEqual({ method: 'POST', path: PATH, body: webhook, repeat: 'safe' });
});

it('disables by the id, which cannot lead elsewhere', async () => {
	const { asked, api } = jodo(done(undefined));
	expect(await api.disable('a/b?c')).toEqual({ ok: true, value: true });
	expect(asked).toEqual([{ method: 'DELETE', path: `${PATH}/a%2Fb%3Fc`, repeat: 'safe' }]);
});

it.each<[number, object]>([
	[400, { isAboutEvent: true, isGone: false }],
	[404, { isAboutEvent: true, isGone: true }],
	[401, { isAboutEvent: false, isGone: false, remedy: expect.stringMatching(/belong together/) }],
	[403, { isAboutEvent: false, isGone: false, remedy: expect.stringMatching(/Ask Jodo/) }],
])('a refusal with %d', async (status, expected) => {
	const answer = await jodo(refused(status)).api.disable('1');
	expect(answer).toEqual({ ok: false, reason: expect.stringMatching(/no \[E1\]$/), ...expected });
});

it('what has no clear answer is about no event, and not gone', async () => {
	const lost: JodoOutcome = {
		kind: 'unknown',
		reason: 'the connection broke',
		status: 404,
	} as never;
	expect(await jodo(lost).api.list()).toEqual({
		ok: false,
		reason: expect.stringMatching(/the connection broke$/),
		remedy: expect.any(String),
		isAboutEvent: false,
		isGone: false,
	});
});

describe('several at a time', () => {
	it('five, in their order', async () => {
		const begun: number[] = [];
		const waiting: Array<() => void> = [];
		const all = inParallel([0, 1, 2, 3, 4, 5, 6], async (item) => {
			begun.push(item);
			await new Promise<void>((resolve) => waiting.push(resolve));
			return true;
		});
		await new Promise((resolve) => setImmediate(resolve));
		expect(begun).toEqual([0, 1, 2, 3, 4]);
		while (waiting.length) {
			waiting.shift()?.();
			await new Promise((resolve) => setImmediate(resolve));
		}
		await all;
		expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6]);
	});

	it('and none any more once one has failed', async () => {
		const begun: number[] = [];
		await inParallel([0, 1, 2, 3, 4, 5, 6, 7, 8], async (item) => {
			begun.push(item);
			await Promise.resolve();
			return item !== 0;
		});
		expect(begun).toEqual([0, 1, 2, 3, 4]);
		await inParallel([], async () => {
			throw new Error('There is none');
		});
	});
});

describe('removing', () => {
	const hooks = ['1', '2', '3'].map((id) => ({ ...HOOK, id }));

	it('asks for the list only if something was refused', async () => {
		const { asked, api } = jodo(done(undefined));
		expect(await disableAll(api, hooks)).toEqual({ stayed: [], reason: '' });
		expect(asked.map(({ method }) => method)).toEqual(['DELETE', 'DELETE', 'DELETE']);
	});

	it('what is gone already is gone', async () => {
		const { asked, api } = jodo(refused(404));
		expect(await disableAll(api, hooks)).toEqual({ stayed: [], reason: '' });
		expect(asked).toHaveLength(3);
	});

	it('what was refused but is no longer listed is gone; the reasons of the others are told once', async () => {
		const { api } = jodo(
			...[refused(400, 'x'), refused(400, 'x'), refused(400, 'y')],
			done([
				{ ...HOOK, id: 1 },
				{ ...HOOK, id: 2 },
			]),
		);
		const { stayed, reason } = await disableAll(api, hooks);
		expect(stayed.map(({ id }) => id)).toEqual(['1', '2']);
		expect(reason).toBe('Jodo did not accept the data: x [E1]');
	});

	it('all that were refused stay if there is no list to say otherwise', async () => {
		const { api } = jodo(...[refused(400, 'x'), done(undefined), refused(400, 'y')], refused(500));
		const { stayed, reason } = await disableAll(api, hooks);
		expect(stayed.map(({ id }) => id)).toEqual(['1', '3']);
		expect(reason).toBe(
			'Jodo did not accept the data: x [E1], Jodo did not accept the data: y [E1]',
		);
	});
});
