import { retryAfterMs } from '../../../nodes/shared/transport';

const NOW = Date.parse('2026-07-01T10:00:00Z');
const HOUR_MS = 3_600_000;
const httpDate = (inMs: number) => new Date(NOW + inMs).toUTCString();

beforeEach(() => {
	jest.useFakeTimers({ now: NOW });
});
afterEach(() => {
	jest.useRealTimers();
});

describe('how long Jodo asks to wait', () => {
	it.each([
		['seconds', '7', undefined, 7_000],
		['half a second', '0.5', undefined, 500],
		['a date, no clock beside it', httpDate(5_000), undefined, 5_000],
		['a date by an exact clock', httpDate(5_000), httpDate(0), 5_000],
		['a date by a clock an hour fast', httpDate(HOUR_MS + 5_000), httpDate(HOUR_MS), 5_000],
		['a date by a clock an hour slow', httpDate(5_000 - HOUR_MS), httpDate(-HOUR_MS), 5_000],
		['a date by a clock that says nothing', httpDate(5_000), 'noon', 5_000],
		['seconds by a clock an hour fast', '7', httpDate(HOUR_MS), 7_000],
		['an hour', httpDate(HOUR_MS), httpDate(0), HOUR_MS],
		['no time at all', '0', undefined, undefined],
		['less than none', '-5', undefined, undefined],
		['a date that is past', httpDate(-5_000), httpDate(0), undefined],
		['no word of it', undefined, httpDate(0), undefined],
		['nothing in it', '', undefined, undefined],
		['no time', 'soon', undefined, undefined],
	])('%s', (_name, retryAfter, date, ms) => {
		expect(retryAfterMs({ 'retry-after': retryAfter, date })).toBe(ms);
	});

	it('without headers', () => {
		expect(retryAfterMs()).toBeUndefined();
	});
});
