// Templates, and how pages write money, time and Jodo's codes.
import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { Response } from 'express';
import { eventName, gradeName } from '../events.mts';
import school from '../school.json' with { type: 'json' };
import { sumOf } from '../state.mts';

const eta = new Eta({ views: fileURLToPath(new URL('../views', import.meta.url)), cache: true });

const RUPEES = new Intl.NumberFormat('en-IN', { style: 'currency', currency: 'INR' });
const CLOCK = new Intl.DateTimeFormat('en-IN', {
	timeZone: 'Asia/Kolkata',
	dateStyle: 'medium',
	timeStyle: 'short',
});

const rupees = (amount: number) => RUPEES.format(amount);
const DAY = new Intl.DateTimeFormat('en-IN', { timeZone: 'UTC', dateStyle: 'medium' });
const day = (date: string) => DAY.format(new Date(date));
const ist = (when: string) => `${CLOCK.format(new Date(when))} IST`;

const UNITS = [
	[1e7, 'crore'],
	[1e5, 'lakh'],
] as const;
/** From here on one decimal rounds up to a whole unit. */
const NEARLY = 0.995;

/** As an office says it: ₹3.2 lakh. */
function roughly(amount: number): string {
	const unit = UNITS.find(([size]) => amount >= size * NEARLY);
	if (!unit) return rupees(amount).replace(/\.00$/, '');
	return `₹${Number((amount / unit[0]).toFixed(1))} ${unit[1]}`;
}

const componentName = (code: string) =>
	school.components.find(({ component_type }) => component_type === code)?.name ?? code;

const helpers = { rupees, roughly, ist, day, gradeName, componentName, eventName, total: sumOf };

export function page(response: Response, status: number, view: string, data: object) {
	// Nothing from elsewhere, and no scripts: neither ours nor a mail's.
	response.set(
		'content-security-policy',
		"default-src 'none'; style-src 'unsafe-inline'; img-src data:",
	);
	const { path } = response.req;
	response.status(status).send(eta.render(`./${view}`, { path, ...helpers, ...data }));
}
