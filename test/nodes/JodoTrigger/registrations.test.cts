import { EVENTS, findEvent } from '../../../nodes/events/events';
import type { JodoEvent } from '../../../nodes/events/events';
import { Address, whyUnreachable } from '../../../nodes/JodoTrigger/address';
import { register, unregister } from '../../../nodes/JodoTrigger/registrations';
import type { Plan } from '../../../nodes/JodoTrigger/plan';
import { FakeJodo } from './fakeJodo.cts';
import type { FakeSettings } from './fakeJodo.cts';

const LIVE = 'https://n8n.example.com/webhook/11111111-aaaa/jodo';
const TEST = 'https://n8n.example.com/webhook-test/11111111-aaaa/jodo';
const OTHER_TRIGGER = 'https://n8n.example.com/webhook/22222222-bbbb/jodo';
const ERP = 'https://erp.example.com/jodo';
const LINK = 'payment_link.payment.debited';
const ORDER = 'order.payment.debited';
const STUDENT_CODES = ['pay.payment.debited', 'payment.debited'];

const eventsOf = (...values: string[]) => values.map((value) => findEvent(value) as JodoEvent);

function plan(events: readonly JodoEvent[], more: Partial<Plan> = {}): Plan {
	return {
		events,
		address: new Address(LIVE),
		secret: 'ours',
		failureNotificationEmail: 'office@example.com',
		branches: [],
		...more,
	};
}

/** Every reading of what the documentation leaves open. */
const READINGS: Array<Partial<FakeSettings>> = [
	{},
	{ key: 'event+branch' },
	{ readd: 'second' },
	{ disabled: 'gone' },
	{ disabled: 'woken' },
	{ listDisabled: true },
	{ bareAnswers: true },
];

const CODES = EVENTS.flatMap(({ codes }) => codes);
const codesOf = (jodo: FakeJodo) => jodo.active.map(([code]) => code);
const adds = (jodo: FakeJodo) => jodo.calls.filter(([name]) => name === 'add');

describe.each(READINGS)('where Jodo is %p', (settings) => {
	it('registers exactly the chosen events, each with the secret', async () => {
		const jodo = new FakeJodo(settings);
		expect(await register(jodo, plan(eventsOf(LINK, ORDER)))).toBeUndefined();
		expect(jodo.active).toEqual([
			[ORDER, LIVE, 'ours'],
			[LINK, LIVE, 'ours'],
		]);
		expect(adds(jodo)).toHaveLength(2);
		expect(adds(jodo)[0]?.[1]).toMatchObject({ failure_notification_email: 'office@example.com' });
		expect(adds(jodo)[0]?.[1]).not.toHaveProperty('collector_code');
	});

	it('registers all, five at a time at most, and repeats without a change', async () => {
		const jodo = new FakeJodo(settings);
		expect(await register(jodo, plan(EVENTS))).toBeUndefined();
		const before = jodo.active;
		expect(before).toHaveLength(CODES.length);
		expect(jodo.mostAtOnce).toBe(5);
		// Where answers say nothing, the list is read again at the end.
		expect(jodo.calls).toHaveLength(CODES.length + (settings.bareAnswers ? 2 : 1));
		expect(await register(jodo, plan(EVENTS))).toBeUndefined();
		expect(jodo.active).toEqual(before);
	});

	it('sets the secret anew, takes away what is no longer chosen, removes all on unpublish', async () => {
		const jodo = new FakeJodo(settings);
		await register(jodo, plan(eventsOf(LINK, ORDER)));
		await register(jodo, plan(eventsOf(LINK, 'payment.debited'), { secret: 'new' }));
		expect(jodo.active).toEqual([
			[STUDENT_CODES[0], LIVE, 'new'],
			[STUDENT_CODES[1], LIVE, 'new'],
			[LINK, LIVE, 'new'],
		]);
		jodo.put(ORDER, ERP);
		expect(await unregister(jodo, { address: new Address(LIVE) })).toBeUndefined();
		expect(jodo.active).toEqual([[ORDER, ERP, `secret of ${ERP}`]]);
	});

	it('never alters what goes to another system, and says where that is', async () => {
		const jodo = new FakeJodo(settings);
		jodo.put(LINK, ERP);
		const before = structuredClone(jodo.stored);
		const message = await register(jodo, plan(eventsOf(ORDER, LINK)));
		expect(jodo.stored).toEqual(before);
		expect(jodo.calls).toEqual([['list']]);
		expect(message).toBe(
			"To take an event over from another system, enter the address it goes to now in the option 'Replace This Address'. Jodo sends an event to one address only, and 'Payment Link: Paid by Parent (Debited)' (payment_link.payment.debited) goes to https://erp.example.com/jodo. Nothing is registered for this trigger.",
		);
	});

	const fullPlan = plan(eventsOf(LINK, ORDER, 'payment.debited', 'flex.instalment.settled'));
	it.each(['refused', 'lost', 'done'] as const)(
		'a failure (%s) at any step leaves nothing of ours and nothing else changed',
		async (fault) => {
			const healthy = new FakeJodo(settings);
			await register(healthy, fullPlan);
			for (let k = 1; k <= healthy.calls.length; k++) {
				const jodo = new FakeJodo(settings);
				jodo.put('flex.instalment.bounced', ERP);
				jodo.fails = (_call, number) => (number === k ? fault : undefined);
				const message = await register(jodo, fullPlan);
				const call = jodo.calls[k - 1];
				const isStudentCode = call?.[0] === 'add' && STUDENT_CODES.includes(call[1].event_code);
				if (isStudentCode && fault === 'refused') {
					expect(message).toBeUndefined();
					expect(jodo.active).toHaveLength(5);
					continue;
				}
				expect(jodo.active).toEqual([['flex.instalment.bounced', ERP, `secret of ${ERP}`]]);
				if (call?.[0] !== 'add') {
					const events = /^Jodo did not register .*: (no such thing|Jodo did not answer)/;
					expect(message).toMatch(k === 1 ? /could not be read: / : events);
					continue;
				}
				const { name, value } = findEvent(call[1].event_code) as JodoEvent;
				const reason = fault === 'refused' ? 'no such thing [E0000]' : 'Jodo did not answer';
				expect(message).toBe(
					`Jodo did not register '${name}' (${value}): ${reason}. Nothing is registered for this trigger. Try again later.`,
				);
			}
		},
	);

	it('says what stayed if the way back fails too', async () => {
		for (let k = 2; k <= 5; k++) {
			const jodo = new FakeJodo(settings);
			jodo.fails = ([name], number) =>
				number === k ? 'lost' : name === 'disable' ? 'lost' : undefined;
			const message = await register(jodo, fullPlan);
			const left = jodo.stored.filter(({ enabled }) => enabled);
			expect(left.length).toBeGreaterThan(0);
			for (const { event_code, id } of left) {
				expect(message).toContain(`${event_code} (webhook ID ${id})`);
			}
			expect(message).toContain('Still registered at Jodo');
			expect(message).not.toContain('Nothing is registered');
			// The next attempt puts it right.
			jodo.fails = () => undefined;
			expect(await unregister(jodo, { address: new Address(LIVE) })).toBeUndefined();
			expect(jodo.active).toEqual([]);
		}
	});
});

it('counts a removal whose answer was lost as done', async () => {
	const jodo = new FakeJodo();
	await register(jodo, plan(EVENTS));
	jodo.fails = ([name]) => (name === 'disable' ? 'done' : undefined);
	expect(await unregister(jodo, { address: new Address(LIVE) })).toBeUndefined();
	expect(jodo.active).toEqual([]);
});

it('tries all removals and names those that stayed', async () => {
	const jodo = new FakeJodo();
	await register(jodo, plan(eventsOf(LINK, ORDER, 'cred.emi.debited')));
	const stubborn = jodo.stored.find(({ event_code }) => event_code === ORDER);
	jodo.fails = (call) => (call[0] === 'disable' && call[1] === stubborn?.id ? 'lost' : undefined);
	const message = await unregister(jodo, { address: new Address(LIVE) });
	expect(jodo.active).toEqual([[ORDER, LIVE, 'ours']]);
	expect(message).toBe(
		`Still registered at Jodo: ${ORDER} (webhook ID ${stubborn?.id}). Jodo did not answer. The Jodo node removes a webhook by its ID: 'Webhook', 'Disable'.`,
	);
	jodo.fails = () => 'lost';
	expect(await unregister(jodo, { address: new Address(LIVE) })).toBe(
		"Jodo's list of webhooks could not be read: Jodo did not answer. What is registered for this trigger stays there. Try again later.",
	);
});

it('starts nothing new after the first failure', async () => {
	const jodo = new FakeJodo();
	jodo.fails = (_call, number) => (number === 2 ? 'lost' : undefined);
	await register(jodo, plan(EVENTS));
	// The five under way, and the second code of the other student-linked event among them.
	expect(adds(jodo)).toHaveLength(6);
	expect(jodo.active).toEqual([]);
});

describe('one reason for several events', () => {
	it('is told once', async () => {
		const jodo = new FakeJodo({ unknownCodes: [LINK, ORDER] });
		jodo.fails = ([name]) => (name === 'add' ? 'lost' : undefined);
		const message = await register(jodo, plan(eventsOf(LINK, ORDER)));
		expect(message).toMatch(
			/^Jodo did not register '[^']+' \(\S+\), '[^']+' \(\S+\): Jodo did not answer\./,
		);
	});
});

describe('student-linked payments', () => {
	it.each(STUDENT_CODES)('are registered if Jodo does not know %s', async (code) => {
		const jodo = new FakeJodo({ unknownCodes: [code] });
		expect(await register(jodo, plan(eventsOf('payment.debited')))).toBeUndefined();
		expect(codesOf(jodo)).toEqual(STUDENT_CODES.filter((other) => other !== code));
	});

	it('are refused if Jodo knows neither code, with its reason', async () => {
		const jodo = new FakeJodo({ unknownCodes: STUDENT_CODES });
		expect(await register(jodo, plan(eventsOf('payment.debited', LINK)))).toContain(
			"'Student Payment: Paid by Parent (Debited)' (payment.debited): unknown event pay.payment.debited. Nothing is registered for this trigger.",
		);
		expect(jodo.active).toEqual([]);
	});

	it('are a conflict if either code goes elsewhere', async () => {
		for (const code of STUDENT_CODES) {
			const jodo = new FakeJodo();
			jodo.put(code, ERP);
			expect(await register(jodo, plan(eventsOf('payment.debited')))).toContain(`goes to ${ERP}`);
			expect(jodo.active).toEqual([[code, ERP, `secret of ${ERP}`]]);
		}
	});
});

describe('replaceUrl', () => {
	const replacing = (events: string[], replaceUrl = ERP, more: Partial<Plan> = {}) =>
		plan(eventsOf(...events), { replaceUrl, ...more });

	it.each([ERP, ` ${ERP} `, 'https://ERP.example.com/jodo'])('takes over with %p', async (url) => {
		const jodo = new FakeJodo();
		jodo.put(LINK, ERP);
		expect(await register(jodo, replacing([LINK, ORDER], url))).toBeUndefined();
		expect(jodo.active).toEqual([
			[ORDER, LIVE, 'ours'],
			[LINK, LIVE, 'ours'],
		]);
	});

	it.each(['https://erp.example.com/', 'https://erp.example.com/jodo2', 'erp.example.com', ''])(
		'does not take over with %p',
		async (url) => {
			const jodo = new FakeJodo();
			jodo.put(LINK, ERP);
			const message = await register(jodo, replacing([LINK], url));
			expect(message).toContain(`goes to ${ERP}. Nothing is registered for this trigger.`);
			if (url) expect(message).toContain(`it now holds ${url}.`);
			expect(jodo.active).toEqual([[LINK, ERP, `secret of ${ERP}`]]);
		},
	);

	it('does not take over where several systems get the event', async () => {
		const jodo = new FakeJodo({ key: 'event+branch' });
		jodo.put(LINK, ERP, { collector_code: 'a' });
		jodo.put(LINK, 'https://other.example.com/', { collector_code: 'b' });
		expect(await register(jodo, replacing([LINK]))).toContain(
			'Nothing is registered for this trigger.',
		);
		expect(jodo.active).toHaveLength(2);
	});

	it('cuts nothing off for a test', async () => {
		const jodo = new FakeJodo();
		jodo.put(LINK, ERP);
		const message = await register(
			jodo,
			replacing([LINK], ERP, { address: new Address(TEST, true) }),
		);
		expect(message).toContain('mock data');
		expect(jodo.active).toEqual([[LINK, ERP, `secret of ${ERP}`]]);
	});

	it('cuts nothing off if another event fails first', async () => {
		const jodo = new FakeJodo({ unknownCodes: [ORDER] });
		jodo.put(LINK, ERP);
		const message = await register(jodo, replacing([LINK, ORDER]));
		expect(message).toContain('Nothing is registered for this trigger.');
		expect(message).not.toContain('no longer');
		expect(jodo.active).toEqual([[LINK, ERP, `secret of ${ERP}`]]);
	});

	it('says what was cut off if the event itself then fails', async () => {
		const jodo = new FakeJodo();
		jodo.put(LINK, ERP);
		jodo.fails = ([name]) => (name === 'add' ? 'lost' : undefined);
		const message = await register(jodo, replacing([LINK]));
		expect(message).toContain(
			`Nothing is registered for this trigger. Jodo was told to send no longer to ${ERP}: ${LINK}.`,
		);
		expect(jodo.active).toEqual([]);
	});

	it('leaves the other system as it was where Jodo cannot change an address', async () => {
		const jodo = new FakeJodo({ disabled: 'woken' });
		jodo.put(LINK, ERP);
		const before = structuredClone(jodo.stored);
		const message = await register(jodo, replacing([LINK]));
		expect(message).toBe(
			`Ask Jodo to remove its webhook to ${ERP}, of which it does not let go. Jodo sends an event to one address only, and 'Payment Link: Paid by Parent (Debited)' (${LINK}) goes to ${ERP}. Nothing is registered for this trigger.`,
		);
		expect(jodo.stored).toEqual(before);
	});
});

describe('branches', () => {
	it('sends each branch', async () => {
		const jodo = new FakeJodo({ key: 'event+branch', branches: ['a', 'b'] });
		expect(await register(jodo, plan(eventsOf(LINK), { branches: ['a', 'b'] }))).toBeUndefined();
		expect(jodo.active).toEqual([
			[LINK, LIVE, 'ours', 'a'],
			[LINK, LIVE, 'ours', 'b'],
		]);
		// A branch that is no longer chosen goes.
		expect(await register(jodo, plan(eventsOf(LINK), { branches: ['b'] }))).toBeUndefined();
		expect(jodo.active).toEqual([[LINK, LIVE, 'ours', 'b']]);
	});

	it('two triggers with a branch each do not touch each other', async () => {
		const other = plan(eventsOf(LINK, 'payment.debited'), {
			branches: ['b'],
			address: new Address(OTHER_TRIGGER),
			secret: 'theirs',
		});
		const mine = plan(eventsOf(LINK, 'payment.debited'), { branches: ['a'] });
		const jodo = new FakeJodo({ key: 'event+branch' });
		expect(await register(jodo, other)).toBeUndefined();
		const theirs = structuredClone(jodo.stored);
		expect(await register(jodo, mine)).toBeUndefined();
		expect(await register(jodo, mine)).toBeUndefined();
		expect(jodo.stored.filter(({ url }) => url === OTHER_TRIGGER)).toEqual(theirs);
		expect(jodo.active).toHaveLength(6);
		await unregister(jodo, { address: new Address(LIVE) });
		expect(jodo.stored.filter(({ enabled }) => enabled)).toEqual(theirs);
	});

	it.each<Partial<FakeSettings>>([{}, { disabled: 'woken' }])(
		'where branches do not count, the second is told where the first is (%p)',
		async (settings) => {
			const jodo = new FakeJodo(settings);
			jodo.put(LINK, OTHER_TRIGGER);
			const before = structuredClone(jodo.stored);
			const message = await register(jodo, plan(eventsOf(LINK, ORDER), { branches: ['a'] }));
			expect(message).toMatch(
				/another Jodo Trigger here already gets this event; call your workflow from that one\./,
			);
			expect(message).toContain(
				`goes to ${OTHER_TRIGGER}. Nothing is registered for this trigger.`,
			);
			expect(jodo.active).toEqual(before.map((it) => [it.event_code, it.url, it.secret_key]));
		},
	);

	it('a trial Add leaves no second subscription without the secret', async () => {
		const jodo = new FakeJodo({ key: 'event+branch', readd: 'second' });
		jodo.put(LINK, ERP, { collector_code: 'b' });
		expect(await register(jodo, plan(eventsOf(LINK), { branches: ['a'] }))).toBeUndefined();
		expect(jodo.active.filter(([, url]) => url === LIVE)).toEqual([[LINK, LIVE, 'ours', 'a']]);
	});

	it('takes over one branch by replaceUrl', async () => {
		const jodo = new FakeJodo({ key: 'event+branch' });
		jodo.put(LINK, ERP, { collector_code: 'a' });
		const taking = plan(eventsOf(LINK), { branches: ['a'], replaceUrl: ERP });
		expect(await register(jodo, taking)).toBeUndefined();
		expect(jodo.active).toEqual([[LINK, LIVE, 'ours', 'a']]);
	});

	it('leaves the other branch alone although replaceUrl names it', async () => {
		const jodo = new FakeJodo({ key: 'event+branch' });
		jodo.put(LINK, ERP, { collector_code: 'b' });
		const taking = plan(eventsOf(LINK), { branches: ['a'], replaceUrl: ERP });
		expect(await register(jodo, taking)).toBeUndefined();
		expect(jodo.active).toContainEqual([LINK, ERP, `secret of ${ERP}`, 'b']);
	});

	it('a branch that Jodo does not know is told', async () => {
		const jodo = new FakeJodo({ branches: ['a'] });
		expect(await register(jodo, plan(eventsOf(LINK), { branches: ['x'] }))).toContain(
			'collector_code: unknown. Nothing is registered for this trigger.',
		);
	});
});

describe('test and live', () => {
	const test = (...values: string[]) =>
		plan(eventsOf(...values), { address: new Address(TEST, true) });

	it('a test of a live event is refused and alters nothing', async () => {
		const jodo = new FakeJodo();
		await register(jodo, plan(eventsOf(LINK, 'payment.debited')));
		const before = structuredClone(jodo.stored);
		const message = await register(jodo, test(LINK, 'payment.debited', ORDER));
		expect(message).toMatch(
			/^This workflow is live and already gets .* It is live for 'Payment Link: Paid by Parent \(Debited\)'/,
		);
		expect(message).toContain('docs/events.md');
		await unregister(jodo, { address: new Address(TEST, true) });
		expect(jodo.stored).toEqual(before);
	});

	it('a test of another event leaves the live ones', async () => {
		const jodo = new FakeJodo();
		await register(jodo, plan(eventsOf(LINK)));
		expect(await register(jodo, test(ORDER))).toBeUndefined();
		expect(await unregister(jodo, { address: new Address(TEST, true) })).toBeUndefined();
		expect(jodo.active).toEqual([[LINK, LIVE, 'ours']]);
	});

	it.each([true, false])(
		'a test that is over does not stand in the way (listed: %p)',
		async (listDisabled) => {
			const jodo = new FakeJodo({ listDisabled });
			await register(jodo, test(LINK));
			await unregister(jodo, { address: new Address(TEST, true) });
			expect(await register(jodo, plan(eventsOf(LINK)))).toBeUndefined();
			expect(jodo.active).toEqual([[LINK, LIVE, 'ours']]);
		},
	);

	it('publishing takes over from a test that was left behind, and from its other events', async () => {
		const jodo = new FakeJodo();
		await register(jodo, test(LINK, ORDER));
		jodo.calls = [];
		expect(await register(jodo, plan(eventsOf(LINK)))).toBeUndefined();
		expect(jodo.active).toEqual([[LINK, LIVE, 'ours']]);
		expect(jodo.calls.map(([name]) => name)).toEqual(['list', 'disable', 'add', 'disable']);
	});

	it('a failed publish after a test leaves nothing, even where Jodo cannot change an address', async () => {
		const jodo = new FakeJodo({ disabled: 'woken' });
		await register(jodo, test(LINK));
		await unregister(jodo, { address: new Address(TEST, true) });
		const message = await register(jodo, plan(eventsOf(LINK)));
		expect(message).toContain(`Ask Jodo to remove its webhook to ${TEST}`);
		expect(message).toContain('Nothing is registered for this trigger.');
		expect(jodo.active).toEqual([]);
	});

	it('a left-over test that cannot be removed stops the publish', async () => {
		const jodo = new FakeJodo();
		await register(jodo, test(LINK));
		jodo.fails = ([name]) => (name === 'disable' ? 'lost' : undefined);
		const message = await register(jodo, plan(eventsOf(LINK)));
		expect(message).toContain('Jodo could not be brought up to date: Jodo did not answer.');
		expect(message).toContain(`${LINK} (webhook ID w1)`);
	});
});

describe('an address that is not exactly ours', () => {
	const MOVED = 'https://n8n.example.com/staging/webhook/11111111-aaaa/jodo';
	it.each([
		['the same node below another path of the host', MOVED],
		['the same node on another host', 'https://old.example.com/webhook/11111111-aaaa/jodo'],
		['another test of this host', 'https://n8n.example.com/webhook-test/3/jodo'],
	])('is a conflict that names it: %s', async (_name, url) => {
		const jodo = new FakeJodo();
		jodo.put(LINK, url);
		const before = structuredClone(jodo.stored);
		expect(await register(jodo, plan(eventsOf(LINK)))).toContain(`goes to ${url}.`);
		expect(await unregister(jodo, { address: new Address(LIVE) })).toBeUndefined();
		expect(jodo.stored).toEqual(before);
	});

	it('is called the earlier one where the last publish was there, and is still left alone', async () => {
		const jodo = new FakeJodo();
		jodo.put(LINK, MOVED);
		const before = structuredClone(jodo.stored);
		expect(await register(jodo, plan(eventsOf(LINK), { earlierUrl: MOVED }))).toMatch(
			/^https:\S+ is this trigger's earlier address: if that n8n is no longer in use, enter it/,
		);
		const notes: string[] = [];
		const address = new Address(LIVE);
		await unregister(jodo, { address, earlierUrl: MOVED }, (note) => notes.push(note));
		expect(notes).toEqual([expect.stringContaining(`${MOVED}: ${LINK} (webhook ID w1)`)]);
		expect(jodo.stored).toEqual(before);
	});

	it('is told once for all of its events, after what to do', async () => {
		const jodo = new FakeJodo();
		const six = EVENTS.slice(0, 6);
		for (const { codes } of six) for (const code of codes) jodo.put(code, ERP);
		const message = (await register(jodo, plan(six))) ?? '';
		expect(message.split(ERP)).toHaveLength(2);
		expect(message).toMatch(/^To take an event over/);
		for (const { value } of six) expect(message).toContain(`(${value})`);
	});

	it('refuses a test of a node that is live below any path, and changes nothing', async () => {
		for (const branches of [[], ['a']]) {
			const jodo = new FakeJodo();
			jodo.put(LINK, 'https://n8n.example.com/prod/v1/1/jodo');
			const address = new Address('https://n8n.example.com/test/v1/1/jodo', true);
			const message = await register(jodo, plan(eventsOf(LINK), { address, branches }));
			expect(message).toMatch(/^This workflow is live and already gets/);
			expect(jodo.calls).toEqual([['list']]);
		}
	});
});

describe('what an Add wakes', () => {
	it('is put to sleep again where a branch was asked for', async () => {
		const jodo = new FakeJodo({ key: 'event+branch', disabled: 'woken' });
		jodo.put(LINK, TEST, { collector_code: 'a', enabled: false });
		jodo.put(LINK, ERP, { collector_code: 'b' });
		const message = await register(jodo, plan(eventsOf(LINK), { branches: ['a'] }));
		expect(message).toContain(`Ask Jodo to remove its webhook to ${TEST}`);
		expect(message).toContain('Nothing is registered for this trigger.');
		expect(jodo.active).toEqual([[LINK, ERP, `secret of ${ERP}`, 'b']]);
	});

	it('is put to sleep again at any address, or named', async () => {
		const jodo = new FakeJodo({ disabled: 'woken' });
		jodo.put(LINK, ERP, { enabled: false });
		expect(await register(jodo, plan(eventsOf(LINK, ORDER)))).toContain(`webhook to ${ERP}`);
		expect(jodo.active).toEqual([]);
		jodo.fails = ([name]) => (name === 'disable' ? 'lost' : undefined);
		expect(await register(jodo, plan(eventsOf(LINK)))).toContain(`${LINK} (webhook ID w1)`);
	});
});

describe('at a start of n8n', () => {
	it('a failure leaves what was registered, and takes back what is new', async () => {
		const jodo = new FakeJodo();
		await register(jodo, plan(eventsOf(LINK)));
		const before = structuredClone(jodo.stored);
		const starting = plan(eventsOf(LINK, ORDER, 'flex.instalment.settled'), { isStart: true });
		jodo.fails = (call) =>
			call[0] === 'add' && call[1].event_code === 'flex.instalment.settled' ? 'refused' : undefined;
		const message = await register(jodo, starting);
		expect(message).toContain(`What was registered before this start stays: ${LINK}`);
		expect(jodo.stored.filter(({ enabled }) => enabled)).toEqual(before);
		jodo.put(ORDER, ERP);
		jodo.fails = () => undefined;
		await register(jodo, starting);
		expect(jodo.stored).toEqual(expect.arrayContaining(before));
	});
});

describe('what is no longer chosen, and Jodo does not remove', () => {
	const scene = async (more: Partial<Plan>) => {
		const jodo = new FakeJodo();
		jodo.put(ORDER, LIVE);
		jodo.fails = ([name]) => (name === 'disable' ? 'refused' : undefined);
		const notes: string[] = [];
		const message = await register(jodo, plan(eventsOf(LINK), more), (it) => notes.push(it));
		return { message, notes };
	};

	it('is an error, and names all that stays', async () => {
		const { message, notes } = await scene({});
		expect(message).toBe(
			'Jodo could not be brought up to date: no such thing [E0000]. ' +
				`Still registered at Jodo, because it did not remove them: ${ORDER} (webhook ID w1), ${LINK} (webhook ID w2). no such thing [E0000]. ` +
				"The Jodo node removes a webhook by its ID: 'Webhook', 'Disable'.",
		);
		expect(notes).toEqual([]);
	});

	it('is a line in the log at a start, which must not cost the others', async () => {
		const { message, notes } = await scene({ isStart: true });
		expect(message).toBeUndefined();
		expect(notes).toEqual([
			`Still registered at Jodo: ${ORDER} (webhook ID w1). no such thing [E0000]. The Jodo node removes a webhook by its ID: 'Webhook', 'Disable'.`,
		]);
	});
});

describe('another system that the user wants to replace', () => {
	const replacing = plan(eventsOf(LINK), { replaceUrl: ERP });

	it('and that Jodo refuses to remove goes on, and nobody says otherwise', async () => {
		const jodo = new FakeJodo();
		jodo.put(LINK, ERP);
		jodo.fails = ([name]) => (name === 'disable' ? 'refused' : undefined);
		expect(await register(jodo, replacing)).toBe(
			`Jodo did not register 'Payment Link: Paid by Parent (Debited)' (${LINK}): no such thing [E0000]. Nothing is registered for this trigger. Try again later.`,
		);
		expect(jodo.active).toEqual([[LINK, ERP, `secret of ${ERP}`]]);
		expect(adds(jodo)).toEqual([]);
	});

	it('may be cut off where the answer was lost, and that is said', async () => {
		const jodo = new FakeJodo();
		jodo.put(LINK, ERP);
		jodo.fails = ([name]) => (name === 'disable' ? 'lost' : undefined);
		expect(await register(jodo, replacing)).toContain(
			`Jodo was told to send no longer to ${ERP}: ${LINK}.`,
		);
	});

	it('and that is gone already is no hindrance', async () => {
		const jodo = new FakeJodo();
		const erp = jodo.put(LINK, ERP);
		jodo.disable = async () => {
			erp.enabled = false;
			return { ok: false, reason: 'No such webhook.', isAboutEvent: true, isGone: true };
		};
		expect(await register(jodo, replacing)).toBeUndefined();
		expect(jodo.active).toEqual([[LINK, LIVE, 'ours']]);
	});

	it('does not keep the event from being refused under its second code', async () => {
		const jodo = new FakeJodo();
		jodo.put(STUDENT_CODES[0] as string, ERP);
		jodo.fails = ([name]) => (name === 'disable' ? 'refused' : undefined);
		const student = plan(eventsOf('payment.debited'), { replaceUrl: ERP });
		expect(await register(jodo, student)).toMatch(/^Jodo did not register 'Student Payment/);
		// It went no further than the first code.
		expect(adds(jodo)).toEqual([]);
	});
});

it('an event of two codes, one of which takes something over, waits for the others too', async () => {
	const jodo = new FakeJodo({ unknownCodes: [ORDER] });
	jodo.put(STUDENT_CODES[0] as string, ERP);
	const both = plan(eventsOf('payment.debited', ORDER), { replaceUrl: ERP });
	expect(await register(jodo, both)).toContain(`unknown event ${ORDER}`);
	expect(jodo.active).toEqual([[STUDENT_CODES[0], ERP, `secret of ${ERP}`]]);
});

it('starts nothing new after the first conflict that only Jodo could tell', async () => {
	const jodo = new FakeJodo();
	const events = EVENTS.slice(0, 12);
	for (const code of events.flatMap(({ codes }) => codes)) jodo.put(code, ERP);
	expect(await register(jodo, plan(events, { branches: ['a'] }))).toContain(`to ${ERP}`);
	expect(adds(jodo)).toHaveLength(5);
});

it('a failure names what has appeared elsewhere since, of its own events and nothing else', async () => {
	const jodo = new FakeJodo({ key: 'event+branch' });
	jodo.put(LINK, 'https://before.example.com/', { collector_code: 'x' });
	jodo.fails = ([name]) => {
		if (name !== 'add') return undefined;
		jodo.put(LINK, ERP);
		jodo.put(ORDER, 'https://other.example.com/');
		jodo.fails = ([again]) => (again === 'add' ? 'lost' : undefined);
		return 'lost';
	};
	const message = await register(jodo, plan(eventsOf(LINK), { branches: ['a'] }));
	expect(message).toContain(
		`Since this attempt Jodo also lists, at ${ERP}: ${LINK} (webhook ID w2). If nobody else`,
	);
	expect(message).not.toMatch(/before\.example|other\.example/);
	expect(jodo.active).toHaveLength(3);
});

describe('where Jodo answers an Add with nothing', () => {
	it('what it woke elsewhere is found in the list, and put to sleep again', async () => {
		const jodo = new FakeJodo({ bareAnswers: true, disabled: 'woken' });
		jodo.put(LINK, ERP, { enabled: false });
		const message = await register(jodo, plan(eventsOf(LINK)));
		expect(message).toContain(
			`Ask Jodo to remove its webhook to ${ERP}, of which it does not let go.`,
		);
		expect(message).toContain(`(${LINK}) goes to ${ERP}`);
	});

	it('and lists nothing of it, that is no registration', async () => {
		const jodo = new FakeJodo();
		jodo.add = async () => ({ ok: true, value: {} });
		expect(await register(jodo, plan(eventsOf(LINK)))).toBe(
			`Jodo did not register 'Payment Link: Paid by Parent (Debited)' (${LINK}): Jodo accepted it, but does not list it. Nothing is registered for this trigger.`,
		);
	});

	it('and its list cannot be read, nobody knows', async () => {
		const jodo = new FakeJodo({ bareAnswers: true });
		jodo.fails = ([name], number) => (name === 'list' && number > 1 ? 'lost' : undefined);
		expect(await register(jodo, plan(eventsOf(LINK)))).toBe(
			`Jodo did not register 'Payment Link: Paid by Parent (Debited)' (${LINK}): Jodo did not answer. Jodo did not say whether anything else is registered now. Try again later.`,
		);
	});
});

it('says whom Jodo goes on warning', async () => {
	const jodo = new FakeJodo();
	jodo.put(LINK, LIVE, { failure_notification_email: 'left@example.com' });
	jodo.put(ORDER, LIVE, { failure_notification_email: 'Office@example.com ' });
	const notes: string[] = [];
	expect(await register(jodo, plan(eventsOf(LINK, ORDER)), (it) => notes.push(it))).toBeUndefined();
	expect(notes).toEqual([
		expect.stringMatching(/warning left@example\.com, not office@example\.com.*payment_link/),
	]);
	expect(notes[0]).not.toContain(ORDER);
});

describe('Address', () => {
	it('tells ours from others, exactly', () => {
		const live = new Address(LIVE);
		expect([LIVE, TEST, OTHER_TRIGGER, ERP, 'junk', ''].map((url) => live.isOurs(url))).toEqual([
			...[true, true],
			...[false, false, false, false],
		]);
		const test = new Address(TEST, true);
		expect([LIVE, TEST].map((url) => test.isOurs(url))).toEqual([false, true]);
		expect(live.is('https://N8N.example.com:443/webhook/11111111-aaaa/jodo')).toBe(true);
		expect(live.is(TEST)).toBe(false);
		for (const junk of ['', 'junk']) {
			expect(new Address(junk).is('')).toBe(false);
			expect(new Address(junk).isOurs('junk')).toBe(false);
			expect(new Address(junk).isOurs(LIVE)).toBe(false);
		}
	});

	const at = (path: string, host = 'n8n.example.com') => `https://${host}/${path}/1/jodo`;
	it.each([
		['prod/v1', 'test/v1'],
		['prod/webhook', 'staging/webhook'],
		['prod/webhook', 'prod/webhook-dev'],
		['hook', 'hook-testing'],
		['hook', 'hook-test'],
		['webhook-live', 'webhook-test'],
	])('%s and %s may be two n8n', (mine, other) => {
		const address = new Address(at(mine));
		expect(address.isOurs(at(other))).toBe(false);
		expect(address.isOurs(at(mine, 'old.example.com'))).toBe(false);
		expect(address.isOurs(at(mine).replace('https', 'http'))).toBe(false);
		expect(address.isNeighbour(at(other))).toBe(false);
		// But a test is refused where it may be the same node's.
		expect(new Address(at(other), true).isSameNode(at(mine))).toBe(true);
	});

	it('finds its usual test address below any path', () => {
		expect(new Address(at('n8n/webhook')).isOurs(at('n8n/webhook-test'))).toBe(true);
		expect(new Address(at('n8n/webhook')).isOurs(at('webhook-test'))).toBe(false);
	});
});

describe('whyUnreachable', () => {
	it.each([
		'https://n8n.example.com/x',
		'https://8.8.8.8/x',
		'https://172.32.0.1/x',
		'https://100.128.0.1/x',
		'https://n8n.school.edu.in:8443/x',
		'https://10.school.edu.in/x',
		'https://127.example.com/x',
		'https://192.168.example.org/x',
		'https://169.254.in/x',
		'https://100.64.1.example.com/x',
		'https://n8n.example.com./x',
	])('%s can be called', (url) => expect(whyUnreachable(url)).toBeUndefined());

	it.each([
		'http://n8n.example.com/x',
		'https://localhost:5678/x',
		'https://n8n/x',
		'https://n8n.local/x',
		'https://10.0.0.4/x',
		'https://127.0.0.1/x',
		'https://192.168.1.20/x',
		'https://172.16.0.1/x',
		'https://172.31.255.1/x',
		'https://100.64.0.1/x',
		'https://169.254.1.1/x',
		'https://0.0.0.0/x',
		'https://10.1/x',
		'https://0x7f.1/x',
		'https://n8n.local./x',
		'https://n8n.localdomain/x',
		'https://n8n.home.arpa/x',
		'https://[::1]/x',
		'',
	])('%s cannot', (url) => {
		const message = whyUnreachable(url);
		expect(message).toMatch(/^Jodo can't reach this n8n from the internet/);
		expect(message).toContain('N8N_WEBHOOK_URL (WEBHOOK_URL before n8n 2.41)');
	});
});
