// Whom the documentation's samples are about (samples.json): with them an event can be raised before anything has
// happened. Entries are by the start of the code, the later ones on top of the earlier ones; where a page shows no
// sample, its nearest sibling's values stand in.
import { payloadOf, plainCode, type About } from './events.mts';
import samples from './samples.json' with { type: 'json' };
import type { Settings } from './state.mts';

const isObject = (value: unknown): value is object =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const merged = (one: object, other: object): object =>
	Object.entries(other).reduce((sum, [key, value]: [string, unknown]) => {
		const old = (sum as Record<string, unknown>)[key];
		return { ...sum, [key]: isObject(old) && isObject(value) ? merged(old, value) : value };
	}, one);

export function samplePayload(event: string, settings: Settings): object | undefined {
	const code = plainCode(event);
	const fitting = Object.entries(samples).filter(([start]) => code.startsWith(start));
	const about = fitting.map(([, one]) => one as object).reduce(merged, {}) as About;
	const what = code.split('.').at(-1) ?? '';
	if (code.startsWith('cred.loan.')) about.loan = { ...about.loan, status: what };
	if (what === 'settled') {
		about.rows = /^(flex|payment\.)/.test(code) ? about.payment.details : about.order.details;
	}
	return payloadOf(code, about, settings);
}
