import { EVENT_OPTIONS, EVENTS, findEvent } from '../../../nodes/events/events';

/** Saved workflows hold these values: they never change. */
const FROZEN = `
cred.emi.debited cred.loan.agreement_signed cred.loan.application_expired cred.loan.application_filled
cred.loan.application_started cred.loan.canceled cred.loan.disbursed cred.loan.final_approved
cred.loan.rejected direct.payment.added direct.payment.cancelled direct.payment.updated
flex.downpayment.debited flex.downpayment.settled flex.instalment.bounced flex.instalment.debited
flex.instalment.settled flex.mandate.cancelled flex.mandate.expired flex.subscription.active
flex.subscription.cancelled flex.subscription.closed flex.subscription.setup flex.subscription.updated
masterdata.student.activated masterdata.student.dropped masterdata.student.registered
order.payment.debited order.payment.settled page.payment.debited page.payment.settled payment.debited
payment.settled payment_link.payment.debited payment_link.payment.expired payment_link.payment.settled`
	.trim()
	.split(/\s+/);

it('has the frozen values', () => {
	expect(EVENTS.map(({ value }) => value).sort()).toEqual(FROZEN);
});

it('subscribes each event under its own code, and student-linked payments under both', () => {
	const exceptions = EVENTS.filter(({ value, codes }) => codes.join() !== value);
	expect(exceptions.map(({ value, codes }) => [value, codes])).toEqual([
		['payment.debited', ['pay.payment.debited', 'payment.debited']],
		['payment.settled', ['pay.payment.settled', 'payment.settled']],
	]);
});

it.each(EVENTS.map((event) => [event.value, event] as const))('%s is coherent', (value, event) => {
	const lastWord = value.split(/[._]/).at(-1);
	expect(event.type).toBe(lastWord === 'canceled' ? 'cancelled' : lastWord);
	for (const code of event.codes) expect(findEvent(code)).toBe(event);
	expect(findEvent(` ${value.toUpperCase()} `)).toBe(event);

	if (event.type === 'settled') expect(event.books).toBe('received');
	// An EMI goes to the lender; all other debits are on their way to the institute.
	if (event.type === 'debited') {
		expect(event.books).toBe(event.source === 'loan_emi' ? 'none' : 'in_transit');
	}
	const failed = ['expired', 'bounced', 'cancelled', 'rejected', 'dropped'].includes(event.type);
	const expected =
		event.books === 'in_transit' ? 0 : event.books === 'received' ? 1 : failed ? 2 : 3;
	expect(event.output).toBe(expected);
});

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
	expect(new Set(EVENT_OPTIONS.map(({ value }) => value)).size).toBe(FROZEN.length);
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
