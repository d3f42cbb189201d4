// docs/events.md (every event with its meaning, its columns and a sample row to paste as mock data) and the
// tables of README.md between its "generated" comments.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { put, ROOT, table, withBetween } from './put.mts';

const load = createRequire(import.meta.url);

interface JodoEvent {
	value: string;
	codes: readonly string[];
	name: string;
	description: string;
	type: string;
	books: string;
	evidence: string;
	output: number;
}
type Places = Record<string, readonly string[]>;
interface Operation {
	name: string;
	description: string;
}
interface Resource {
	name: string;
	operations: Record<string, Operation>;
}

const { EVENTS, OUTPUTS } = load('../../index.js') as { EVENTS: JodoEvent[]; OUTPUTS: string[] };
const row = load('../../dist/nodes/events/row.js') as {
	KEYS: Places;
	NAMES: Places;
	WHO: Places;
	YEARS: Places;
	MEANS: Places;
	STATE: Places;
	DAYS: Places;
	PAID_AT: readonly string[];
	PAID: readonly string[];
	DISBURSED: readonly string[];
	DISBURSED_AT: readonly string[];
	DETAILS: readonly string[];
	NOTES: readonly string[];
	toRows(delivery: object, context: object): Array<Record<string, unknown>>;
};
const { registry } = load('../../dist/nodes/Jodo/actions/registry.js') as {
	registry: Record<string, Resource>;
};

const BOOKS: Record<string, string> = {
	in_transit: 'Paid by the parent, not yet in the bank',
	received: 'In the bank: book it',
	recorded: 'Money the office entered itself',
	reversed: 'Money the office entered itself, taken back',
	none: 'Nothing to book',
};
const EVIDENCE: Record<string, string> = {
	documented: "Jodo's page shows every field or a whole sample",
	partly: "only the beginning of Jodo's page could be read",
	inferred: "Jodo's page could not be read; built from sibling events",
};

const PLACES: Array<[column: string, places: readonly string[]]> = [
	...Object.entries({
		...row.NAMES,
		...row.KEYS,
		...row.WHO,
		...row.YEARS,
		...row.MEANS,
		...row.STATE,
		...row.DAYS,
	}),
	['payment_amount', row.PAID],
	['amount', row.DISBURSED],
	['paid_at', row.PAID_AT],
	['settled_at', row.DISBURSED_AT],
	['details', row.DETAILS],
	['notes', row.NOTES],
];

/** What each column says, in the words of a finance office. */
const COLUMNS: Record<string, string> = {
	books:
		'What it means for the ledger: `received` (in the bank), `in_transit` (paid, not yet in the bank), `recorded` (entered by the office itself), `reversed`, `none`',
	type: 'What happened: debited, settled, expired, bounced, cancelled …',
	amount: '**The money of this row alone, in rupees. Sum this one**, by `books`',
	paid_on: 'Day of payment in India',
	settled_on:
		'Day in the bank in India. For money it is never empty: where Jodo gives no day, it is the day of the event',
	settlement_utr:
		"The bank's reference of this one transfer: match it with the bank statement. Empty where Jodo has only NA, PENDING or the like in its place",
	name: "The payer, or the student's primary contact",
	student_name: 'The student',
	identifier: 'Admission number',
	grade_name: 'Class',
	component_type: 'Fee head, with _One Row Per: Fee Component_',
	mode: 'How it was paid, as Jodo says',
	payment_amount: 'The whole payment; do not sum it: a payment settled in parts has several rows',
	settled_so_far: 'How much of the whole payment has reached the bank as of this event',
	fully_settled:
		"Whether all of it has; empty where Jodo's figures do not add up. Reports decide by sums of `amount`",
	due_date: 'When an instalment was due',
	event_name: "The event in the drop-down's words",
	row_key: '**Match on this one** when writing: one fact has one key',
	payment_key: 'Joins all rows of one payment, such as debited and settled',
	order_id: 'Of orders, payment pages and links',
	payment_id: 'Of student, Flex and manual payments',
	transaction_id: 'May be the same for a whole batch of payments',
	reference_id: "Jodo's own reference of a Flex payment, if it gives one",
	jodo_student_id: "Jodo's own ID of the student, not the admission number",
	subscription_id: 'Of a Flex plan',
	mandate_id: "Of the permission to debit the parent's account",
	application_id: 'Of a loan',
	disbursement_id: 'Of money a lender paid out',
	phone: 'Of whoever `name` is',
	email: 'Of whoever `name` is',
	custom_identifier: 'Another ID of the student',
	collector_code: 'The branch',
	grade: 'Code of the class',
	academic_year_start: 'The calendar year in which it begins',
	academic_year_end: 'The calendar year in which it ends',
	event: 'The value in a saved workflow',
	source: 'What it is about: payment_link, order, flex_instalment …',
	environment: '`live`, `test` or `custom`; the keys of `test` begin with `test` and a bar',
	event_id: "Jodo's id of the delivery; empty for a look-up",
	occurred_at: 'When it happened: of two rows with one key the later one stays',
	occurred_on: 'The day of it in India',
	paid_at: 'As Jodo sent it; empty: `paid_on` is not from Jodo',
	settled_at: 'As Jodo sent it, the latest of this row; empty: `settled_on` is not from Jodo',
	initial_due_date: 'When an instalment was due at first',
	order_status: 'Paid, unpaid, expired, cancelled, as Jodo says',
	subscription_status: 'Of a Flex plan, as Jodo says',
	mandate_status: 'Of the permission to debit, as Jodo says',
	application_status: 'Of a loan, as Jodo says',
	reason: 'Why a mandate ended, as the bank says',
	product: 'Which way to pay it was, as Jodo says',
	currency: '`INR`',
	details:
		'The lines of the whole payment: `component_type`, `amount`, `settlement_utr`, `settled_at` (a list)',
	notes: 'Key and value (an object)',
	extra: 'Everything else that Jodo sent, by its path (an object)',
	raw: 'The whole delivery, if it does not look as documented (an object)',
};

const LEDGER = `## A ledger that adds up

Jodo may settle a payment in parts, and a later event may or may not repeat the earlier parts. So a settled event is not one row but one per bank transfer in it (with *One Row Per: Fee Component*, one per fee head of each transfer). Written with *Append or Update* (in n8n's own table *Upsert*) on \`row_key\`, the \`amount\`s of the rows with \`books\` = \`received\` add up to exactly what was settled, those with \`in_transit\` to what was debited, however often and in whatever order Jodo delivers. It holds if

- an event that names a transfer names all lines of it for that payment (per fee component: all of that fee head, so that choice needs less),
- a line that had no bank reference gets none later (NA, null, PENDING or zeros in the place of a reference or an id are none),
- of two rows with one key the one with the later \`occurred_at\` stays (a correction overtaken by an older event would win otherwise), and of two of the same second the one that comes last,
- one choice of *One Row Per* is used throughout.

A manual payment is one row, whatever happens to it: added, corrected, cancelled. Its row becomes the payment's latest state, so a correction is no second entry, and a cancelled one (\`reversed\`) leaves nothing recorded: never subtract it.

**Which columns to map.** \`details\`, \`notes\`, \`extra\` and \`raw\` are lists and objects, and a column of n8n's table (or a cell) takes none: map the columns you need by hand. Enough for a ledger: \`row_key\`, \`payment_key\`, \`books\`, \`type\`, \`amount\`, \`paid_on\`, \`settled_on\`, \`settlement_utr\`, \`name\`, \`student_name\`, \`identifier\`, \`component_type\`, \`occurred_at\`.

**What is on its way on a day D** (clearing account):

> sum of \`amount\` where \`books\` = in_transit and \`paid_on\` ≤ D, less sum of \`amount\` where \`books\` = received and \`settled_on\` ≤ D, for each \`payment_key\`

taking rows of \`environment\` live that have a \`payment_key\` (loan money has none), and leaving out payments with a later \`bounced\` row or closed by hand. An example: order_7 was debited with ₹1,500 on 1 June; ₹1,000 settled on 3 June, ₹500 on 5 June.

| On | in_transit | received | On its way |
| --- | --- | --- | --- |
| 2 June | 1,500 | 0 | 1,500 |
| 3 June | 1,500 | 1,000 | 500 |
| 5 June | 1,500 | 1,500 | 0 |

A negative figure is a debited event that was missed; a remainder that stays is a settlement that was missed (look it up, as below) or a charge somebody kept: list both. A late bank return or a chargeback has no event at Jodo. Nor does any event name a charge of Jodo's: if one is kept back from a transfer, the bank has got less than the \`amount\`s say, and only the bank statement tells ([example 08](../examples/README.md#08-bank-statement)).

**What was missed can be looked up.** *Payment Link: Get*, *Order: Get* and *Payment: Get Many* have the option *As Rows of the Trigger*: on a schedule, for each open link, order or student, it gives the rows that the events would have given, under the same \`row_key\`; choose the same *One Row Per* as in the trigger. It cannot see payment pages (Jodo has no Get for them), manual payments, loans and bounces. Whether *Payment: Get Many* also lists what was paid by an order or link is not known: such money would be counted twice, so use it for students whose fees are not also asked for by links until you have seen it (\`npm run verify:uat\`).`;

const columnNames = Object.keys(row.toRows({}, { environment: 'live' })[0] as object);
if (columnNames.join() !== Object.keys(COLUMNS).join()) {
	throw new Error('dev/generate/docs.mts: COLUMNS is not what a row holds');
}

function sampleOf({ value }: JodoEvent): { origin: string; event: { payload: object } } {
	return JSON.parse(readFileSync(join(ROOT, `test/fixtures/events/${value}.json`), 'utf8'));
}

const at = (payload: object, path: string): unknown =>
	path
		.split('.')
		.reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], payload);

/** Which of its columns this event fills from where, as its sample shows. */
function columnsOf(payload: object): string[] {
	return PLACES.flatMap(([column, places]) => {
		const place = places.find((path) => at(payload, path) !== undefined);
		return place ? [`| \`payload.${place}\` | \`${column}\` |`] : [];
	});
}

const anchor = (name: string) =>
	name
		.toLowerCase()
		.replace(/[^a-z0-9 -]/g, '')
		.replace(/ /g, '-');

const byName = [...EVENTS].sort((a, b) => a.name.localeCompare(b.name));

function section(event: JodoEvent): string {
	const { origin, event: delivery } = sampleOf(event);
	return `## ${event.name}

${event.description}.

- Code at Jodo: ${event.codes.map((code) => `\`${code}\``).join(' and ')}${event.codes.length > 1 ? ' (sources disagree; both are registered, either is the same event)' : ''}
- For the books: ${BOOKS[event.books]} (\`${event.books}\`)
- Leaves, with *Split Output*, by: ${OUTPUTS[event.output]}
- Evidence: ${event.evidence}, ${EVIDENCE[event.evidence]}

<details><summary>From Jodo's payload to the row</summary>

| In Jodo's payload | Column of the row |
| --- | --- |
${columnsOf(delivery.payload).join('\n')}

Anything else is in \`extra\`, by its path.

</details>

<details><summary>Sample row (${origin})</summary>

\`\`\`json
${JSON.stringify(row.toRows(delivery, { environment: 'live' }), null, 2)}
\`\`\`

</details>`;
}

const events = `# The events of the Jodo Trigger

Made by \`dev/generate/docs.mts\` from the event table and the samples that the tests use; edit those, not this page.

To build a workflow before the event happens, open the Jodo Trigger, choose the pencil above its output (edit output), and paste a sample row from below. This also works while the workflow is live, when listening for a test event is refused because Jodo sends an event to one address only.

## The columns of the row

Every event of every family becomes the same row. What an office reads first is first: these are the first ten columns of a payment that reached the bank in two transfers, in n8n's table.

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="images/rows-dark.png">
  <img alt="Three rows in n8n, one debited and two settled, with the first ten columns" src="images/rows-light.png">
</picture>

${table(
	['Column', 'What it says'],
	columnNames.map((name) => [`\`${name}\``, COLUMNS[name] as string]),
)}

${LEDGER}

## All events

Amounts are rupees. Moments (\`…_at\`) are UTC, days (\`…_on\`) are calendar days in India. How sure we are of an event's fields: ${Object.entries(
	EVIDENCE,
)
	.map(([word, meaning]) => `*${word}*: ${meaning}`)
	.join('; ')}.

${table(
	['Event', 'For the books', 'Evidence'],
	byName.map(({ name, books, evidence }) => [
		`[${name}](#${anchor(name)})`,
		BOOKS[books] ?? books,
		evidence,
	]),
)}

${byName.map(section).join('\n\n')}
`;

/** The drop-down's words: what it is about, and what happened. */
const wordsOf = ({ name }: JodoEvent) => name.split(': ') as [family: string, happened: string];

const families = [...new Set(EVENTS.map((event) => wordsOf(event)[0]))];
const eventsByFamily = table(
	['Of', 'Events', 'Evidence'],
	families.map((family) => {
		const ours = EVENTS.filter((event) => wordsOf(event)[0] === family);
		const evidence = [...new Set(ours.map((event) => event.evidence))];
		const happened = ours.map((event) => wordsOf(event)[1].toLowerCase());
		return [family, happened.join(', '), evidence.join(', ')];
	}),
);

const operations = table(
	['Resource', 'Operations'],
	Object.values(registry)
		.sort((a, b) => a.name.localeCompare(b.name))
		.map((resource) => [
			resource.name,
			Object.values(resource.operations)
				.map(({ name }) => name)
				.sort()
				.join(', '),
		]),
);

export async function docs(): Promise<void> {
	await put('docs/events.md', events);
	const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
	const withOperations = withBetween('README.md', readme, 'generated: operations', operations);
	await put(
		'README.md',
		withBetween('README.md', withOperations, 'generated: events', eventsByFamily),
	);
}
