/** What this process remembers of the starts of n8n before 2.40, and what a start may rely on. */
import type { IHookFunctions } from 'n8n-workflow';

import {
	followsFailedStart,
	isStart,
	isStillRegistered,
	noteRemoval,
	startFailed,
	startSucceeded,
} from '../../../nodes/JodoTrigger/starts';

const URL_ = 'https://n8n.example.com/webhook/1111/jodo';

const at = (workflow: string, node = 'n1', more: { activation?: string; url?: string } = {}) =>
	({
		getWorkflow: () => ({ id: workflow }),
		getNode: () => ({ id: node }),
		getActivationMode: () => more.activation ?? 'init',
		getNodeWebhookUrl: (name: string) => (name === 'default' ? (more.url ?? URL_) : undefined),
	}) as unknown as IHookFunctions;

beforeEach(() => jest.useFakeTimers({ now: Date.parse('2026-07-01T10:00:00Z') }));
afterEach(() => jest.useRealTimers());

it.each([
	['init', true],
	['leadershipChange', true],
	['activate', false],
	['update', false],
	['create', false],
	['manual', false],
])('%s is a start: %p', (activation, isOne) => {
	expect(isStart(at('w', 'n', { activation }))).toBe(isOne);
});

describe('a removal right after a failed start is for nothing but that start', () => {
	it('once, of the same node of the same workflow', () => {
		startFailed(at('w1'));
		expect(followsFailedStart(at('w2'))).toBe(false);
		expect(followsFailedStart(at('w1', 'n2'))).toBe(false);
		expect(followsFailedStart(at('w1'))).toBe(true);
		expect(followsFailedStart(at('w1'))).toBe(false);
	});

	it('within a minute', async () => {
		startFailed(at('w1'));
		await jest.advanceTimersByTimeAsync(59_999);
		expect(followsFailedStart(at('w1'))).toBe(true);
		startFailed(at('w1'));
		await jest.advanceTimersByTimeAsync(60_000);
		expect(followsFailedStart(at('w1'))).toBe(false);
	});

	it('not where the next start went well', () => {
		startFailed(at('w1'));
		startSucceeded(at('w1'));
		expect(followsFailedStart(at('w1'))).toBe(false);
	});
});

describe('a start may rely on what the last publish left', () => {
	const registeredAt = Date.parse('2026-07-01T09:00:00Z');
	const memory = { address: URL_, registeredAt };

	it('if it was registered at this very address', () => {
		expect(isStillRegistered(at('w1'), memory, URL_)).toBe(true);
		expect(isStillRegistered(at('w1'), memory, `${URL_}/`)).toBe(false);
		expect(isStillRegistered(at('w1'), { registeredAt }, undefined)).toBe(false);
		expect(isStillRegistered(at('w1', 'n1', { activation: 'update' }), memory, URL_)).toBe(false);
	});

	it.each([undefined, null, '9999999999999'])('not if the moment says %j', (moment) => {
		const odd = { ...memory, registeredAt: moment as unknown as number };
		expect(isStillRegistered(at('w1'), odd, URL_)).toBe(false);
	});

	it('not if this process has removed it since', () => {
		const url = `${URL_}2`;
		const there = { address: url, registeredAt: Date.now() };
		expect(isStillRegistered(at('w1'), there, url)).toBe(true);
		noteRemoval(at('w1', 'n1', { url }));
		expect(isStillRegistered(at('w1'), there, url)).toBe(false);
		// Elsewhere nothing was removed, and what is registered later is there.
		expect(isStillRegistered(at('w1'), memory, URL_)).toBe(true);
		const later = { address: url, registeredAt: Date.now() + 1 };
		expect(isStillRegistered(at('w1'), later, url)).toBe(true);
	});
});
