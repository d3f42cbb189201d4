// Templates and how pages write money and time.
import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { Response } from 'express';
import { gradeName } from '../events.mts';
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

export function page(response: Response, status: number, view: string, data: object) {
	// Nothing from elsewhere, and no scripts: neither ours nor a mail's.
	response.set(
		'content-security-policy',
		"default-src 'none'; style-src 'unsafe-inline'; img-src data:",
	);
	response
		.status(status)
		.send(eta.render(`./${view}`, { rupees, ist, day, gradeName, total: sumOf, ...data }));
}
