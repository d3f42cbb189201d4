/** The table of events: which codes lead to an event, and how the drop-down lists them. What they mean: frozen.test.cts. */
import { EVENT_OPTIONS, EVENTS, findEvent } from '../../../nodes/events/events';

it('subscribes each event under its own code, and student-linked payments under both', () => {
	const exceptions = EVENTS.filter(({ value, codes }) => codes.join() !== value);
	expect(exceptions.map(({ value, codes }) => [value, codes])).toEqual([
		['payment.debited', ['pay.payment.debited', 'payment.debited']],
		['payment.settled', ['pay.payment.settled', 'payment.settled']],
	]);
});

it.each(EVENTS.map((event) => [event.value, event] as const))(
	'%s is found by its value, and by its codes, in any case',
	(value, event) => {
		for (const code of event.codes) expect(findEvent(code)).toBe(event);
		expect(findEvent(` ${value.toUpperCase()} `)).toBe(event);
	},
);

/** As the drop-down lists them, by hand. */
const LISTED = `
Flex Downpayment: Paid by Parent (Debited)
Flex Downpayment: Settled to Bank
Flex Instalment: Bounced
Flex Instalment: Paid by Parent (Debited)
Flex Instalment: Settled to Bank
Flex Mandate: Cancelled
Flex Mandate: Expired
Flex Plan: Active
Flex Plan: Cancelled
Flex Plan: Closed
Flex Plan: Set Up by Parent
Flex Plan: Updated
Loan Instalment: Paid by Parent (Debited)
Loan: Agreement Signed
Loan: Application Expired
Loan: Application Filled In
Loan: Application Started
Loan: Approved
Loan: Cancelled
Loan: Disbursed (Settled) to Bank
Loan: Rejected
Manual Payment: Added
Manual Payment: Cancelled
Manual Payment: Updated
Order: Paid by Parent (Debited)
Order: Settled to Bank
Payment Link: Expired Unpaid
Payment Link: Paid by Parent (Debited)
Payment Link: Settled to Bank
Payment Page: Paid by Parent (Debited)
Payment Page: Settled to Bank
Student Payment: Paid by Parent (Debited)
Student Payment: Settled to Bank
Student: Activated
Student: Dropped
Student: Registered`
	.trim()
	.split('\n');

it('offers a readable drop-down, in the order of the alphabet', () => {
	expect(EVENT_OPTIONS.map(({ name }) => name)).toEqual(LISTED);
	expect(new Set(EVENT_OPTIONS.map(({ value }) => value)).size).toBe(LISTED.length);
	for (const { name, description } of EVENT_OPTIONS) {
		expect(name).toMatch(/^[A-Z][A-Za-z ]+: [A-Z][A-Za-z ()]+$/);
		expect(description).toMatch(/^[A-Z].*[^.]$/);
	}
});

it('calls what is debited or settled so, whatever else it says: people search for these words', () => {
	for (const { type, books, name } of EVENTS) {
		if (type === 'debited') expect(name).toContain('Debited');
		if (books === 'received') expect(name).toMatch(/Settled/);
	}
});

it.each([undefined, null, 7, {}, '', 'payment', 'pay.payment.expired', 'constructor'])(
	'knows no event %p',
	(code) => expect(findEvent(code)).toBeUndefined(),
);
