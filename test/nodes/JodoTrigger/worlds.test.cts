// Any world: what is registered before, how Jodo reads its own rules, what fails, and what is asked for.
import fc from 'fast-check';

import { findEvent } from '../../../nodes/events/events';
import type { JodoEvent } from '../../../nodes/events/events';
import { Address } from '../../../nodes/JodoTrigger/address';
import { register, unregister } from '../../../nodes/JodoTrigger/registrations';
import { FakeJodo, type FakeSettings, type Stored } from './fakeJodo.cts';

const LIVE = 'https://n8n.example.com/webhook/1/jodo';
const TEST = 'https://n8n.example.com/webhook-test/1/jodo';
const ERP = 'https://erp.example.com/jodo';
const STAGING = 'https://n8n.example.com/staging/webhook/1/jodo';
const NEIGHBOUR = 'https://n8n.example.com/webhook/2/jodo';
const URLS = [LIVE, TEST, ERP, STAGING, NEIGHBOUR];

const VALUES = ['payment.debited', 'order.payment.debited', 'cred.emi.debited'];
const EVENTS = VALUES.map((value) => findEvent(value) as JodoEvent);
const CODES = EVENTS.flatMap(({ codes }) => codes);

/** A Jodo that wakes what slept elsewhere, lists what sleeps, and answers nothing: it hides all that matters. */
const hidesAll = ({ bareAnswers, listDisabled, disabled }: Partial<FakeSettings>) =>
	bareAnswers && listDisabled && disabled === 'woken';
const settings = fc
	.record<Partial<FakeSettings>>({
		key: fc.constantFrom('event', 'event+branch'),
		readd: fc.constantFrom('update', 'second'),
		disabled: fc.constantFrom('gone', 'woken', 'wokenAtSameUrl'),
		listDisabled: fc.boolean(),
		unknownCodes: fc.constantFrom([], ['payment.debited'], ['order.payment.debited']),
		bareAnswers: fc.boolean(),
	})
	.filter((reading) => !hidesAll(reading));
const branch = fc.constantFrom(undefined, 'a', 'b');
const before = fc.uniqueArray(
	fc.record({
		event_code: fc.constantFrom(...CODES),
		url: fc.constantFrom(...URLS),
		enabled: fc.boolean(),
		collector_code: branch,
	}),
	{ maxLength: 5, selector: ({ event_code, collector_code }) => `${event_code} ${collector_code}` },
);
const plan = fc.record({
	events: fc.subarray(EVENTS, { minLength: 1 }),
	isTest: fc.constantFrom(false, false, true),
	isStart: fc.constantFrom(false, false, true),
	branches: fc.constantFrom<string[][]>([], [], ['a'], ['a', 'b']).map((them) => [...them]),
	replaceUrl: fc.constantFrom(undefined, undefined, ERP, STAGING),
	earlierUrl: fc.constantFrom(undefined, STAGING),
});
const faults = fc.array(
	fc.tuple(fc.integer({ min: 1, max: 14 }), fc.constantFrom('refused', 'lost', 'done')),
	{ maxLength: 2 },
);

const active = (all: Stored[]) => all.filter(({ enabled }) => enabled);

it('nothing foreign is altered; success is exactly the plan, failure exactly what the message says', async () => {
	let [successes, failures] = [0, 0];
	await fc.assert(
		fc.asyncProperty(settings, before, plan, faults, async (reading, there, wanted, broken) => {
			const jodo = new FakeJodo(reading);
			for (const { event_code, url, ...more } of there) jodo.put(event_code, url, more);
			const world = structuredClone(jodo.stored);
			jodo.fails = (_call, number) => broken.find(([at]) => at === number)?.[1] as never;
			const { isTest, ...asked } = wanted;
			const isStart = asked.isStart && !isTest;
			const address = new Address(isTest ? TEST : LIVE, isTest);
			const notes: string[] = [];
			const message = await register(
				jodo,
				{
					...asked,
					isStart,
					address,
					secret: 'ours',
					failureNotificationEmail: 'office@example.com',
				},
				(note) => notes.push(note),
			);

			const here = active(jodo.stored).filter(({ url }) => address.isOurs(url));
			const replaced = (it: Stored) =>
				!isTest &&
				it.url === asked.replaceUrl &&
				asked.events.some(({ codes }) => codes.includes(it.event_code));
			for (const old of world) {
				const now = jodo.stored.find(({ id }) => id === old.id) as Stored;
				if (address.isOurs(old.url) || replaced(old)) continue;
				// What slept may have been woken; if so, it sleeps again, is named, or nobody can tell it apart.
				if (old.enabled) expect(now).toEqual(old);
				else if (now.enabled) {
					if (!reading.listDisabled && !message?.includes('did not say'))
						expect(message).toContain(`${now.event_code} (webhook ID ${now.id})`);
				}
			}

			if (message === undefined) {
				successes++;
				const branches = asked.branches.length ? asked.branches : [undefined];
				for (const { codes } of asked.events) {
					const live = here.filter(({ event_code }) => codes.includes(event_code));
					// Where Jodo keeps one address per event, the branch that came first stands for all; where it
					// answers nothing and wakes what slept elsewhere, nobody can tell whose branch that was.
					const isOne =
						reading.key === 'event' || (reading.bareAnswers && reading.disabled === 'woken');
					expect(live.length).toBeGreaterThanOrEqual(isOne ? 1 : branches.length);
				}
				const chosen = asked.events.flatMap(({ codes }) => codes);
				for (const { id, event_code, url, secret_key } of here) {
					if (isStart && notes.join().includes(`(webhook ID ${id})`)) continue;
					expect(chosen).toContain(event_code);
					expect(url).toBe(address.url);
					// Two of ours for one code, and answers without an id: nobody can tell which got the secret.
					const twins = jodo.stored.filter(
						(it) => it.event_code === event_code && address.isOurs(it.url),
					);
					if (!(twins.length > 1 && reading.bareAnswers)) expect(secret_key).toBe('ours');
				}
				return;
			}
			failures++;
			if (message.includes('Nothing is registered')) expect(here).toEqual([]);
			else if (message.includes('What was registered before this start stays')) {
				if (!message.includes('did not say')) {
					for (const { id } of here) expect(message).toContain(`(webhook ID ${id})`);
				}
				for (const old of active(world).filter(({ url }) => address.is(url))) {
					expect(jodo.stored).toContainEqual(
						expect.objectContaining({ id: old.id, enabled: true }),
					);
				}
			} else if (message.startsWith('This workflow is live')) expect(jodo.stored).toEqual(world);
			else if (!/did not say|list of webhooks could not be read/.test(message)) {
				for (const { id } of here) expect(message).toContain(`(webhook ID ${id})`);
			}

			// Whatever happened, unpublishing leaves nothing of it, and takes nothing else.
			if (isTest) return;
			const others = jodo.stored.filter(({ url }) => !address.isOurs(url)).map((it) => ({ ...it }));
			jodo.fails = () => undefined;
			expect(await unregister(jodo, { address, earlierUrl: asked.earlierUrl })).toBeUndefined();
			expect(active(jodo.stored).filter(({ url }) => address.isOurs(url))).toEqual([]);
			expect(jodo.stored.filter(({ url }) => !address.isOurs(url))).toEqual(others);
		}),
		{ numRuns: 4_000 },
	);
	expect(successes).toBeGreaterThan(400);
	expect(failures).toBeGreaterThan(400);
});
