/** What the examples say of themselves, in their notes and in their README, and what is in their files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const README = text('examples/README.md');
const FOLDER = join(ROOT, 'docs/images/examples');
const PICTURES = readdirSync(FOLDER);
const ADDRESS =
	'https://raw.githubusercontent.com/n8n-nodes-jodo/n8n-nodes-jodo/main/docs/images/examples/';

interface Step {
	name: string;
	type: string;
	retryOnFail?: boolean;
	/** Of these nodes only what is read here. */
	parameters: {
		content?: string;
		resource?: string;
		operation?: string;
		tableName?: string;
		dataTableId?: { value: string };
		workflowId?: { cachedResultName: string };
		filters?: { conditions?: Array<{ keyName: string; condition?: string }> };
		columns?: { column?: Array<{ name: string }>; value?: Record<string, unknown> };
	};
}
interface Example {
	file: string;
	name: string;
	nodes: Step[];
	connections: Record<string, { main: Array<Array<{ node: string; index: number }> | null> }>;
	pinData?: Record<string, Array<{ json: Record<string, unknown> }>>;
}

const examples: Example[] = readdirSync(join(ROOT, 'examples'))
	.filter((file) => file.endsWith('.json'))
	.map((file) => ({
		...(JSON.parse(text(`examples/${file}`)) as Example),
		file: file.replace('.json', ''),
	}));

const kindOf = ({ type }: Step) => type.split('.').pop() as string;
const stepsOf = ({ nodes }: Example, kind: string) => nodes.filter((step) => kindOf(step) === kind);

/** By name, with what n8n puts in front. */
const TABLES = new Map(
	stepsOf(examples.find(({ file }) => file === '00-tables') as Example, 'dataTable').map(
		({ parameters: { tableName, columns } }) => [
			tableName as string,
			[...['id', 'createdAt', 'updatedAt'], ...(columns?.column ?? []).map(({ name }) => name)],
		],
	),
);

/** By table, the columns that together stand in one row only, where n8n keeps its data in PostgreSQL. */
const KEYS = new Map(
	[...text('examples/keys-in-postgres.sql').matchAll(/\('(.+?)', '(.+?)'\)/g)].map(
		([, table, key]) => [table as string, (key as string).match(/\w+/g) as string[]],
	),
);

/** Columns of tables that some step asks whether they are empty. */
const ASKED_FOR_EMPTY = new Set(
	examples
		.flatMap((example) => stepsOf(example, 'dataTable'))
		.flatMap(({ parameters }) => parameters.filters?.conditions ?? [])
		.filter(({ condition }) => condition === 'isEmpty')
		.map(({ keyName }) => keyName),
);

/** What somebody must have for it, beside Jodo. */
const ACCOUNTS: Record<string, string> = {
	googleSheets: 'Google',
	emailSend: 'mail',
	postgres: 'PostgreSQL',
	httpRequest: 'ERPNext',
};

/** Ways of one step to several that do not lean on each other, in whatever order n8n takes them (from the top). */
const INDEPENDENT: Record<string, string[]> = {
	// What was left behind concerns other rows than what is done now.
	'03-link-per-row': [
		'Monday to Saturday at 10',
		'When you run it',
		// E-mails and the sheet: what one says of the other it says at the next run.
		...['Anything?', 'Ten at a time'],
	],
	'11-onboard-students': ['Branch and year', 'Rows for the sheet'],
	'21-excel-links': ['List form'],
	// What is missed by this run, the next one takes.
	'22-receipt': ['The series'],
	// Links and applications are other tables than the ledger; of its four updates no two take the same row, or both leave it the same.
	'14-ledger': ['Columns of the table', 'Links paid or cancelled', 'The same rows'],
	// They meet in the order of the inputs of one step.
	'09-monthly-report': ['In paise'],
	// Tells different people, or at different places.
	'15-catch-up': ['What had been missed'],
	'16-dues': ['One for each link'],
	'23-flex-plans': ['All of them'],
	// The page waits for the browser, so the office comes first: its note says so.
	'20-application-fee': ['What came of it'],
};

/** Steps after which n8n goes several ways of which one may need that another was gone before. */
function forks({ file, nodes, connections }: Example): string[] {
	// A Merge begins when all its inputs are there.
	const waits = nodes.filter((step) => kindOf(step) === 'merge').map(({ name }) => name);
	return Object.entries(connections)
		.filter(([, { main }]) => main.some((ways) => (ways ?? []).length > 1))
		.filter(([, { main }]) =>
			main.some((ways) => (ways ?? []).filter(({ node }) => !waits.includes(node)).length > 1),
		)
		.map(([name]) => name)
		.filter((name) => !INDEPENDENT[file]?.includes(name));
}

/** As the README names it: the other examples by number, then the accounts. */
function neededBy(example: Example): { others: string[]; accounts: string[] } {
	const tables = example.file !== '00-tables' && stepsOf(example, 'dataTable').length;
	const called = stepsOf(example, 'executeWorkflow').map(({ parameters }) =>
		examples.find(({ name }) => name === parameters.workflowId?.cachedResultName)?.file.slice(0, 2),
	);
	const accounts = Object.entries(ACCOUNTS).filter(([kind]) => stepsOf(example, kind).length);
	return {
		others: [...(tables ? ['00'] : []), ...called.map(String)],
		accounts: accounts.map(([, name]) => name),
	};
}

/** What the README says, section by section. */
const SECTIONS = new Map(
	README.split(/^### /m)
		.slice(1)
		.map((section) => [section.split('\n')[0] as string, section]),
);
const needs = (file: string) =>
	(/_Needs_ (.*)\.$/m.exec(SECTIONS.get(file) ?? '')?.[1] ?? '')
		.split(', ')
		.filter((one) => one && one !== 'nothing');

it('reads all of them', () => {
	expect(examples.length).toBeGreaterThan(25);
	expect(TABLES.size).toBeGreaterThan(8);
	expect([...SECTIONS.keys()].sort()).toEqual(examples.map(({ file }) => file).sort());
	const listed = [...README.matchAll(/^\| \[([\w-]+)\]\(#\1\) \|/gm)].map(([, file]) => file);
	expect(listed.sort()).toEqual(examples.map(({ file }) => file).sort());
});

describe.each(examples.map((example) => [example.file, example] as const))(
	'%s',
	(file, example) => {
		it('says what else it wants, in the README and in its note', () => {
			const { others, accounts } = neededBy(example);
			const said = needs(file);
			const numbers = said.filter((one) => /^\d\d$/.test(one));
			expect(said.filter((one) => !numbers.includes(one)).sort()).toEqual(accounts.sort());
			expect(numbers).toEqual(expect.arrayContaining(others));

			const note = stepsOf(example, 'stickyNote')
				.map(({ parameters }) => parameters.content)
				.join();
			const wants = /^\*\*Needs\*\*: (.*)\.$/m.exec(note)?.[1] ?? '';
			const names = numbers.map(
				(number) => `"${examples.find((one) => one.file.startsWith(number))?.name}"`,
			);
			expect(wants.split(', ').filter(Boolean)).toEqual([
				...names,
				...said.filter((one) => !numbers.includes(one)),
			]);
		});

		it('writes nothing that n8n 2.8 cannot read or show', () => {
			const parameters = example.nodes.map((step) => JSON.stringify(step.parameters));
			// There an item cannot be spread in an expression; of a thrown text it shows what follows the first colon.
			const spread = parameters.filter((one) => /"=\{\{[^"]*\.\.\.\$json\b/.test(one));
			const thrown = parameters.flatMap((one) => [...one.matchAll(/new Error\('(.*?)'\)/g)]);
			const cut = thrown.map(([, words = '']) => words).filter((words) => /: /.test(words));
			// And an empty text is not empty to its tables.
			const texts = stepsOf(example, 'dataTable').flatMap(({ parameters: { columns } }) =>
				Object.entries(columns?.value ?? {})
					.filter(([name, value]) => ASKED_FOR_EMPTY.has(name) && /^$|''/.test(String(value)))
					.map(([name]) => name),
			);
			expect([...spread, ...cut, ...texts]).toEqual([]);
		});

		it('has made-up data for every step that reaches something outside', () => {
			if (file === '00-tables') return;
			const OUTSIDE =
				/^(jodo|dataTable|executeWorkflow|form|respondToWebhook|.+Trigger|webhook)$|^(emailSend|googleSheets|postgres|httpRequest)$/;
			const BY_HAND = ['manualTrigger', 'scheduleTrigger'];
			const pinned = Object.keys(example.pinData ?? {});
			const open = example.nodes
				.filter((step) => OUTSIDE.test(kindOf(step)) && !BY_HAND.includes(kindOf(step)))
				.filter(({ name }) => !example.pinData?.[name]?.length);
			expect(open.map(({ name }) => name)).toEqual([]);
			const names = example.nodes.map(({ name }) => name);
			expect(pinned.filter((name) => !names.includes(name))).toEqual([]);
		});

		it('uses the tables as 00 makes them', () => {
			for (const { name, parameters } of stepsOf(example, 'dataTable')) {
				if (parameters.resource !== 'row') continue;
				const columns = TABLES.get(parameters.dataTableId?.value ?? '');
				expect([name, columns !== undefined]).toEqual([name, true]);
				const used = [
					...(parameters.filters?.conditions ?? []).map(({ keyName }) => keyName),
					...Object.keys(parameters.columns?.value ?? {}),
					// That one hands on what came in.
					...(parameters.operation === 'rowNotExists'
						? []
						: (example.pinData?.[name] ?? [])
					).flatMap(({ json }) => Object.keys(json)),
				];
				expect([name, used.filter((one) => !columns?.includes(one))]).toEqual([name, []]);
			}
		});

		it('makes rows by a key of PostgreSQL, and again where another run was faster', () => {
			for (const step of stepsOf(example, 'dataTable')) {
				const { operation, dataTableId, filters } = step.parameters;
				if (operation !== 'upsert') continue;
				const by = filters?.conditions?.map(({ keyName }) => keyName) ?? [];
				// Whoever has claimed the old link alone writes the new one.
				const known =
					step.name === 'Note the new link'
						? ['order_id', 'environment']
						: KEYS.get(dataTableId?.value ?? '')?.slice(0, 1);
				expect([step.name, step.retryOnFail, by]).toEqual([step.name, true, known]);
			}
		});

		it('does the same, however its steps are dragged about', () => {
			expect(forks(example)).toEqual([]);
			const names = example.nodes.map(({ name }) => name);
			expect((INDEPENDENT[file] ?? []).filter((name) => !names.includes(name))).toEqual([]);
		});

		it('has a picture that is there, and small, and all that are there are shown', () => {
			const section = SECTIONS.get(file) ?? '';
			const pictures = PICTURES.filter((name) => name.startsWith(`${file}-`));
			expect(pictures).toContain(`${file}-light.webp`);
			for (const name of pictures) {
				expect(section).toContain(`"${ADDRESS}${name}"`);
				expect(readFileSync(join(FOLDER, name)).length).toBeLessThan(120_000);
			}
			expect(section.match(/\.webp"/g)).toHaveLength(pictures.length);
			expect(section).toMatch(/alt="[^"]{20,}"/);
			expect(section).toContain(`[${file}.json](${file}.json)`);
		});
	},
);

it('every table has its key in PostgreSQL', () => {
	expect([...KEYS.keys()].sort()).toEqual([...TABLES.keys()].sort());
	for (const [table, [column]] of KEYS) expect(TABLES.get(table)).toContain(column);
});

it('has no picture of what is no example', () => {
	const wanted = examples.flatMap(({ file }) => [`${file}-dark.webp`, `${file}-light.webp`]);
	expect(PICTURES.filter((name) => !wanted.includes(name))).toEqual([]);
});
