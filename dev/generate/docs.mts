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
	source: string;
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
	WHO: Places;
	YEARS: Places;
	MEANS: Places;
	STATE: Places;
	PAID: readonly string[];
	DISBURSED: readonly string[];
	DETAILS: readonly string[];
	NOTES: readonly string[];
	toRow(delivery: object): Record<string, unknown>;
};
const { registry } = load('../../dist/nodes/Jodo/actions/registry.js') as {
	registry: Record<string, Resource>;
};

const BOOKS: Record<string, string> = {
	in_transit: 'Paid by the parent, not yet in the bank',
	received: 'In the bank: book it',
	recorded: 'Money the office entered itself',
	reversed: 'Such an entry taken back',
	none: 'Nothing to book',
};
const EVIDENCE: Record<string, string> = {
	documented: "Jodo's page shows every field or a whole sample",
	partly: "only the beginning of Jodo's page could be read",
	inferred: "Jodo's page could not be read; built from sibling events",
};

const PLACES: Array<[column: string, places: readonly string[]]> = [
	...Object.entries({ ...row.KEYS, ...row.WHO, ...row.YEARS, ...row.MEANS, ...row.STATE }),
	['amount', [...row.PAID, ...row.DISBURSED]],
	['details', row.DETAILS],
	['notes', row.NOTES],
];

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
${JSON.stringify([row.toRow(delivery)], null, 2)}
\`\`\`

</details>`;
}

const events = `# The events of the Jodo Trigger

Made by \`dev/docs.mts\` from the event table and the samples that the tests use; edit those, not this page.

To build a workflow before the event happens, open the Jodo Trigger, choose the pencil above its output (edit output), and paste a sample row from below. This also works while the workflow is live, when listening for a test event is refused because Jodo sends an event to one address only.

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

const SOURCES: Record<string, string> = {
	student_payment: "A student's payment",
	order: 'Pay order',
	payment_link: 'Payment link',
	payment_page: 'Payment page',
	flex_instalment: 'Flex instalment',
	flex_downpayment: 'Flex downpayment',
	flex_subscription: 'Flex subscription',
	flex_mandate: 'Flex mandate',
	manual_payment: 'Payment entered by the office',
	student: 'Student record',
	loan: 'Loan',
	loan_emi: 'Loan instalment',
};

const sources = [...new Set(EVENTS.map(({ source }) => source))];
const eventsBySource = table(
	['Of', 'Events', 'Evidence'],
	sources.map((source) => {
		const ours = EVENTS.filter((event) => event.source === source);
		const evidence = [...new Set(ours.map((event) => event.evidence))];
		const names = ours.map(({ name }) => (name.split(': ').at(-1) as string).toLowerCase());
		return [SOURCES[source] ?? source, names.join(', '), evidence.join(', ')];
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
		withBetween('README.md', withOperations, 'generated: events', eventsBySource),
	);
}
