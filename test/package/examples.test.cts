// How the examples read what people type: the same in each of them, and every way of writing it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../examples');
const texts = new Map(
	readdirSync(FOLDER)
		.filter((file) => file.endsWith('.json'))
		.map((file) => {
			const { nodes } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as {
				nodes: Array<{ parameters: object }>;
			};
			return [file, nodes.flatMap(({ parameters }) => textsIn(parameters)).join('\n')];
		}),
);

function textsIn(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	return typeof value === 'object' && value ? Object.values(value).flatMap(textsIn) : [];
}

/** What stands in each example between these two marks, without repeats. */
const found = (pattern: RegExp) => [
	...new Set([...texts.values()].flatMap((text) => text.match(pattern) ?? [])),
];

describe('an e-mail address', () => {
	const [expression, ...others] = found(/\/\^\(\?:\[\^<>@\][^\n]*?\|\$\)\//g);

	it('is read in one way by all examples that mail to one', () => {
		expect(others).toEqual([]);
		const mailing = [...texts].filter(([, text]) => text.includes(expression as string));
		expect(mailing.map(([file]) => file.slice(0, 2))).toEqual(['03', '04', '05', '06', '16', '22']);
		// None is cut out of the middle of what was typed.
		const loose = [...texts].filter(([, text]) => /match\(\/\[[^/]*@/.test(text));
		expect(loose.map(([file]) => file)).toEqual([]);
	});

	const address = new RegExp((expression as string).slice(1, -1));
	it.each([
		['asha@example.com', 'asha@example.com'],
		[' asha@example.com ', 'asha@example.com'],
		["o'brien@example.com", "o'brien@example.com"],
		['a+b@example.com', 'a+b@example.com'],
		['a&b@example.co.in', 'a&b@example.co.in'],
		['Asha Rao <asha@example.com>', 'asha@example.com'],
		['"Rao, Asha" <asha@example.com>', 'asha@example.com'],
		['asha@example.com, ravi@example.com', 'asha@example.com'],
		['asha@example.com;ravi@example.com', 'asha@example.com'],
		['asha@example.com\nravi@example.com', 'asha@example.com'],
		// A stranger's, if a part of it were taken.
		['"a b"@example.com', undefined],
		['asha rao@example.com', undefined],
		['asha@rao@example.com', undefined],
		['asha@example.com ravi@example.com', undefined],
		['asha@example.com/ravi@example.com', undefined],
		['mailto:asha@example.com', undefined],
		['friends:asha@example.com', undefined],
		['asha@example.com.', undefined],
		['asha@', undefined],
		['', undefined],
		['#N/A', undefined],
	])('in %j is %s', (typed, whole) => {
		expect(address.exec(typed)?.[1]).toBe(whole);
	});
});

describe('a number for WhatsApp', () => {
	const [source, ...others] = found(/function international\(phone\) \{[^]*?\n\}/g);

	it('is read in one way', () => {
		expect(others).toEqual([]);
	});

	const international = new Function(`${source}\nreturn international;`)() as (
		phone: unknown,
	) => string;
	it.each([
		['9876543210', '919876543210'],
		[9876543210, '919876543210'],
		['098765 43210', '919876543210'],
		['(0)98765-43210', '919876543210'],
		['919876543210', '919876543210'],
		['+91 (0) 98765 43210', '919876543210'],
		['+91 098765 43210', '919876543210'],
		['(+91) 98765 43210', '919876543210'],
		['0091 98765 43210', '919876543210'],
		['98765 43210 (father)', '919876543210'],
		['+44 7911 123456', '447911123456'],
		['+44 (0)7911 123456', '447911123456'],
		['0044 7911 123456', '447911123456'],
		['+1 (415) 555-0100', '14155550100'],
		// As a sheet writes a number.
		['9876543210.0', '919876543210'],
		['9876543210.00 ', '919876543210'],
		['+919876543210.0', '919876543210'],
		['+91 98765 43210.0', '919876543210'],
		['00919876543210.000', '919876543210'],
		['+447911123456.0', '447911123456'],
		['98765.00000', '919876500000'],
		['987.654.3210', '919876543210'],
		// Nobody's, rather than a stranger's.
		['987654321.0', ''],
		['98765432.00', ''],
		['+91 98765 4321', ''],
		['+91987654321.0', ''],
		['44 7911 123456', ''],
		['98765 43210 / 98765 43211', ''],
		['+91 98765 43210, +91 98765 43211', ''],
		['2345 6789', ''],
		['+0 98765', ''],
		['1.17E+11', ''],
		['', ''],
		[null, ''],
	])('in %j is %j', (typed, number) => {
		expect(international(typed)).toBe(number);
	});
});

it('an amount that Jodo gave and nobody could read is a question mark, and stops no e-mail', () => {
	const unguarded = [...texts]
		.filter(([file]) => /^(first|02|04|05|06)-/.test(file))
		.flatMap(([file, text]) =>
			(text.match(/[^\n]*amount\.toLocaleString/g) ?? []).map((line) => [file, line]),
		);
	// That of a link is the office's own.
	expect(unguarded.map(([file]) => file)).toEqual(['05-link-expired.json', '05-link-expired.json']);
	for (const [, line] of unguarded) expect(line).not.toContain('The payment link of');
});

describe('the row as one text, for PostgreSQL', () => {
	const [expression] = /JSON\.stringify\(\$json\).*(?= \}\}$)/m.exec(
		texts.get('19-ledger-in-postgres.json') as string,
	) as RegExpExecArray;
	const asText = new Function('$json', `return ${expression};`) as (row: object) => string;

	it.each([
		['Asha \u{1F600}', 'Asha \u{1F600}'],
		['typed \\u0000 and \\\\ud83d', 'typed \\u0000 and \\\\ud83d'],
		// What PostgreSQL takes in no text, as nobody typed it but a program cut or made it.
		['a\u0000b', 'a b'],
		['cut \ud83d', 'cut  '],
		['\ude00 cut', '  cut'],
	])('%j is %j', (name, stored) => {
		const row = (one: string) => ({ name: one, details: [{ component_type: one }], amount: 10.5 });
		expect(JSON.parse(asText(row(name)))).toEqual(row(stored));
		expect(asText(row(name))).not.toMatch(/(^|[^\\])(\\\\)*\\u/);
	});
});
