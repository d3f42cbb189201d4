import fc from 'fast-check';
import type { ZodTypeAny } from 'zod/v3';

import {
	amount,
	amountOrZero,
	anyText,
	choice,
	count,
	email,
	emails,
	flag,
	id,
	isEmpty,
	phone,
	text,
	webAddress,
	year,
} from '../../../nodes/Jodo/values';

function read(type: ZodTypeAny, value: unknown): unknown {
	const result = type.safeParse(value);
	return result.success ? result.data : `✗ ${result.error.issues[0]?.message}`;
}

describe('amount: rupees as people and sheets write them', () => {
	it.each([
		[1500, 1500],
		[1500.5, 1500.5],
		['1500', 1500],
		['1500.00', 1500],
		['1,00,000.00', 100000],
		['12,34,56,789.01', 123456789.01],
		['100,000', 100000],
		['1,234,567.5', 1234567.5],
		['₹5,000', 5000],
		['₹ 5,000.50', 5000.5],
		['Rs. 500/-', 500],
		['rs 500', 500],
		['INR 2500', 2500],
		[0.1 + 0.2, 0.3],
		[1.005 * 100, 100.5],
		['0.01', 0.01],
	])('%p is %p', (written, rupees) => expect(read(amount(), written)).toBe(rupees));

	it.each([
		0,
		-1,
		'-5',
		'0.00',
		'',
		null,
		undefined,
		'abc',
		'1.234',
		10.005,
		'1,00',
		'5.000,50',
		'1 000',
		'₹',
		NaN,
		Infinity,
		true,
		[],
		{},
		'1e5',
		'12,34',
		'1,0,000',
		1e13,
		'٣',
	])('%p is refused', (written) =>
		expect(read(amount(), written)).toMatch(/^✗ is (empty|not|the result)/),
	);

	it('keeps every amount of whole paise exact, in Indian writing too', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 99_999_999_999 }), (paise) => {
				const rupees = paise / 100;
				const indian = `₹${rupees.toLocaleString('en-IN', { minimumFractionDigits: 2 })}`;
				expect(read(amount(), rupees)).toBe(rupees);
				expect(read(amount(), indian)).toBe(rupees);
			}),
		);
	});

	it('gives a sum of binary fractions its exact paise', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1 }), (paise) => {
				const sum = paise.reduce((total, p) => total + p / 100, 0);
				expect(read(amount(), sum)).toBe(paise.reduce((total, p) => total + p, 0) / 100);
			}),
		);
	});
});

describe('the rest', () => {
	it.each([
		[phone(), 9876543210, '9876543210'],
		[phone(), ' 98765 43210 ', '9876543210'],
		[phone(), '+91 98765-43210', '+919876543210'],
		[phone(), '12345', '✗ is not a phone number of at least 10 digits: "12345"'],
		[phone(), '', '✗ is empty'],
		[email(), ' a@example.com ', 'a@example.com'],
		[email(), 'a@', '✗ is not an email address: "a@"'],
		[year(), '2027', 2027],
		[year(), 2027, 2027],
		[year(), '2026.0', 2026],
		[year(), 2026.5, '✗ is not a year such as 2027: 2026.5'],
		[year(), '2026-27', '✗ is not a year such as 2027: "2026-27"'],
		[year(), 27, '✗ is not a year such as 2027: 27'],
		[flag(), 'TRUE', true],
		[flag(), 'Y', true],
		[flag(), 'n', false],
		[flag(), '1.0', '✗ is neither yes nor no: "1.0"'],
		[flag(), [1], '✗ is neither yes nor no: [1]'],
		[flag(), 'toString', '✗ is neither yes nor no: "toString"'],
		[flag(), 'no', false],
		[flag(), false, false],
		[flag(), 'maybe', '✗ is neither yes nor no: "maybe"'],
		[text(), 42, '42'],
		[text(), '  ', '✗ is empty'],
		[text(), { a: 1 }, '✗ is not a text: {"a":1}'],
		[anyText(), '', ''],
		[anyText(), 7, '7'],
		[webAddress(), 'https://example.com/x?y=1', 'https://example.com/x?y=1'],
		[webAddress(), 'example.com', '✗ is not a web address (https://…): "example.com"'],
		[
			webAddress(),
			'javascript:alert(1)',
			'✗ is not a web address (https://…): "javascript:alert(1)"',
		],
	])('case %#', (type, written, expected) => expect(read(type, written)).toStrictEqual(expected));
});

describe('zero', () => {
	it.each([0, '0', '0.00', '₹0', -0])('%p is an amount where nothing may be owed', (written) => {
		expect(read(amountOrZero(), written)).toBe(0);
		expect(read(amount(), written)).toMatch(/^✗ is not an amount in rupees above zero/);
	});

	it.each([-1, '-5', 'nil', 0.001])('%p is none', (written) =>
		expect(read(amountOrZero(), written)).toMatch(/^✗ is not an amount/),
	);
});

describe('phone numbers of sheets', () => {
	it.each([
		['9876543210.0', '9876543210'],
		['9876543210.00', '9876543210'],
		['98765 43210.0', '9876543210'],
		['+91 98765-43210.00', '+919876543210'],
		['+1.415.555.2671', '+14155552671'],
		['+91 (0) 98765 43210', '+919876543210'],
		['+91-(0)-98765-43210', '+919876543210'],
		['+91 098765 43210', '+919876543210'],
		['(+91) 98765 43210', '+919876543210'],
		['+44 (0) 20 7946 0958', '+442079460958'],
		['+44(0)20 7946 0958', '+442079460958'],
		['+44 - (0)20 7946 0958', '+442079460958'],
		['98765\u201143210', '9876543210'],
		['98765\u00a043210', '9876543210'],
		['\u202a9876543210\u202c', '9876543210'],
		['98765.43210', '9876543210'],
		['09876543210', '09876543210'],
		['919876543210', '919876543210'],
	])('%p is %p', (written, digits) => expect(read(phone(), written)).toBe(digits));

	it.each([
		9876543210.5,
		'9876543210.5',
		'98765 43210.5',
		'+91 98765 43210.12',
		'98765432.00',
		'98765 4321.0',
		'98765 432.00',
		-9876543210,
		'-9876543210',
		'9.87654E+09',
		'98765 4321O',
		'9876543210 / 9123456789',
		'9876543210, 9123456789',
		'9876543210.0/9',
		'98765',
		'#N/A',
		NaN,
		true,
		{ phone: 9876543210 },
		[9876543210],
	])('%p is refused', (written) => expect(read(phone(), written)).toMatch(/^✗ /));
});

describe('what cannot be seen', () => {
	it.each([
		['2026-0117\u200b', '2026-0117'],
		['\ufeff2026-0117', '2026-0117'],
		['20\u00ad26-0117', '2026-0117'],
		['\u202e2026\u202c', '2026'],
		['Asha\u200d Rao', 'Asha Rao'],
		['Asha\u00a0Rao', 'Asha Rao'],
		['Asha\r\nRao', 'Asha Rao'],
		['Asha\u0000Rao', 'AshaRao'],
		['Asha\u{e0041}', 'Asha'],
		// These letters are written with a joiner, and so is this family.
		['क्\u200dष', 'क्\u200dष'],
		['ന്\u200d', 'ന്\u200d'],
		['👨\u200d👧', '👨\u200d👧'],
		['José', 'José'],
	])('%j is %j', (written, seen) => expect(read(text(), written)).toBe(seen));

	it.each(['', ' ', '\u200b', '\u00a0\ufeff', '\n', null, undefined])(
		'%j is nothing',
		(written) => {
			expect(isEmpty(written)).toBe(true);
			expect(read(text(), written)).toBe('✗ is empty');
			expect(read(anyText(), written)).toBe('');
		},
	);

	it('keeps the lines of a note', () => {
		expect(read(anyText(), ' first\r\nsecond\u200b ')).toBe('first\nsecond');
	});
});

const KINDS = {
	text,
	id,
	anyText,
	amount,
	amountOrZero,
	phone,
	email,
	emails,
	webAddress,
	flag,
	count,
	year,
};

describe.each(Object.entries(KINDS))('%s', (_name, kind) => {
	it.each([
		'#N/A',
		'#REF!',
		'#VALUE!',
		'#DIV/0!',
		'#NAME?',
		'#NUM!',
		'#NULL!',
		'#ERROR!',
		'#####',
		'Err:502',
		'Loading...',
	])('refuses %s, the error of a cell', (cell) =>
		expect(read(kind(), cell)).toBe(`✗ holds an error of the sheet: ${cell}`),
	);

	it.each([
		12345678901234567890,
		1e21,
		'1.23457E+19',
		NaN,
		-Infinity,
		'NaN',
		'undefined',
		'null',
		'Invalid DateTime',
		'[object Object]',
		'Row [object Object]',
		{},
		{ a: 1 },
		[],
		[6356, 7951],
		() => 1,
		Symbol('x'),
		10n,
		'\ud800',
		new Date(NaN),
	])('refuses %p', (nothing) => {
		const said = read(kind(), nothing) as string;
		expect(said).toMatch(/^✗ /);
		expect(said).not.toMatch(/NaN|\[object|undefined/);
	});

	it('reads anything, or says why not, in words', () => {
		fc.assert(
			fc.property(
				fc.anything({ withDate: true, withBigInt: true, withSparseArray: true }),
				(value) => {
					// A text may hold these letters itself, once in many runs.
					fc.pre(
						!fc
							.stringify(value)
							.replace(/(Number\.|Date\()NaN/g, '')
							.includes('NaN'),
					);
					const result = kind().safeParse(value);
					if (result.success) {
						expect(['string', 'number', 'boolean']).toContain(typeof result.data);
						expect(String(result.data)).not.toMatch(/NaN|\[object/);
					} else {
						expect(result.error.issues).toHaveLength(1);
						expect(result.error.issues[0]?.message).not.toMatch(/NaN|\[object Object/);
					}
				},
			),
			{ numRuns: 300 },
		);
	});
});

describe('ids', () => {
	it.each([
		[6356, '6356'],
		['tra/12', 'tra/12'],
		['...', '...'],
	])('%p is %p', (written, sent) => expect(read(id(), written)).toBe(sent));
	it.each(['.', '..', ' .. ', '..\u200b', true])('%j is none', (written) =>
		expect(read(id(), written)).toMatch(/^✗ is not an ID/),
	);
});

describe('text', () => {
	it('is sent as it is, if it can be seen', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^[A-Z][A-Za-z .,'()/&+-]{0,40}[a-z]$/), (written) => {
				fc.pre(read(text(), written) !== undefined && !/^Infinity$|Loading/.test(written));
				expect(read(text(), written)).toBe(written);
			}),
		);
	});

	it.each(['Null', 'NULL', 'None', 'N/A', '#1', '# 12, MG Road', '1E5', 'Undefined'])(
		'%s may be one',
		(word) => expect(read(text(), word)).toBe(word),
	);

	it('tells the moment of a date', () => {
		expect(read(text(), new Date('2026-03-31T12:30:00Z'))).toBe('2026-03-31T12:30:00.000Z');
	});
});

describe('how many, and which', () => {
	it.each([
		[1, 1],
		['50', 50],
		['50.0', 50],
	])('%p is %p', (written, number) => expect(read(count(), written)).toBe(number));
	it.each([0, -1, 'abc', 1.5, '1e3', true])('%p is none', (written) =>
		expect(read(count(), written)).toMatch(/^✗ is not a whole number above zero/),
	);
	it('finds a word in any case', () => {
		expect(read(choice(['any', 'flex']), 'FLEX')).toBe('flex');
		expect(read(choice(['any', 'flex']), 'cash')).toBe('✗ is none of any, flex: "cash"');
	});
});

describe('text that only looks like what has failed', () => {
	it.each([
		'see #N/A',
		'#N/A of the sheet',
		'nullable',
		'is null',
		'undefined behaviour',
		'KA1E+12',
		'1E+12 Street',
		'12E+4000',
	])('%s is a text', (written) => expect(read(text(), written)).toBe(written));

	it.each<[unknown, string]>([
		['Infinity', 'is the result of an expression that found nothing'],
		['-Infinity', 'is the result of an expression that found nothing'],
		['Invalid DateTime', 'is the result of an expression that found nothing'],
		['1E+12', 'is a number that has lost digits: 1E+12'],
		['9.87654E+11', 'is a number that has lost digits: 9.87654E+11'],
		['Loading...', 'holds an error of the sheet: Loading...'],
		['######', 'holds an error of the sheet: ######'],
		[-Infinity, 'is the result of a calculation that failed'],
		[9007199254740992, 'is a number so long that it has lost digits: enter it as text'],
		[-9007199254740992, 'is a number so long that it has lost digits: enter it as text'],
	])('%j is none: it %s', (written, why) => expect(read(text(), written)).toBe(`✗ ${why}`));

	it('a number is one as long as all of its digits are there', () => {
		expect(read(id(), 9007199254740991)).toBe('9007199254740991');
	});
});

describe('lines', () => {
	it.each([
		['a\rb', 'a b'],
		['a\r\n\r\nb', 'a b'],
		['a\t\nb', 'a b'],
	])('%j is %j', (written, line) => expect(read(text(), written)).toBe(line));

	it('of old Macs are lines too', () => {
		expect(read(anyText(), 'a\rb\r\rc')).toBe('a\nb\n\nc');
	});
});

describe('a complaint', () => {
	it('shows what was entered, and no more than sixty characters of it', () => {
		expect(read(amount(), 'x'.repeat(100))).toBe(
			`✗ is not an amount in rupees above zero, with two decimals at most: "${'x'.repeat(59)}`,
		);
	});

	it.each<[unknown, string]>([
		[{ a: '[object Object]' }, '{"a":"…"}'],
		[{ a: '[object Promise], [object Map]' }, '{"a":"…, …"}'],
		[() => 1, 'function'],
		[Symbol('x'), 'symbol'],
	])('never shows what nobody understands', (written, shown) => {
		expect(read(phone(), written)).toBe(`✗ is not a phone number of at least 10 digits: ${shown}`);
	});

	it('about a circle says what it is', () => {
		const circle: Record<string, unknown> = {};
		circle['self'] = circle;
		expect(read(text(), circle)).toBe('✗ is not a text: object');
	});
});

describe('at the edges', () => {
	it.each([
		['10,000,000', 10_000_000],
		['100,000,000.5', 100_000_000.5],
		['1,00,00,000', 10_000_000],
		['Rs.500', 500],
		['500 Rs.', 500],
		['500 INR', 500],
		['999999999999.99', 999999999999.99],
	])('%s is %d', (written, rupees) => expect(read(amount(), written)).toBe(rupees));

	it.each([1e12, '1000000000000', '10,00', '1,0000', '1,000,00', '5 /- 5', '₹'])(
		'%j is no amount',
		(written) => expect(read(amount(), written)).toMatch(/^✗ is not an amount/),
	);

	it.each([
		['98765.04321', '9876504321'],
		['+91(0)98765 43210', '+919876543210'],
		['+91 0 98765 43210', '+919876543210'],
		['+91 01234 567 8901', '+91012345678901'],
		['9876543210.000', '9876543210'],
	])('%s is the phone number %s', (written, number) => expect(read(phone(), written)).toBe(number));

	it.each(['9876543210.5', '9876543210.55', '-9876543210', '\u22129876543210', '987654321', true])(
		'%j is none',
		(written) => expect(read(phone(), written)).toMatch(/^✗ is not a phone number/),
	);

	it.each([
		[1900, 1900],
		['1900', 1900],
		['2199', 2199],
		['2027.0', 2027],
		['2027.00', 2027],
	])('%j is the year %d', (written, number) => expect(read(year(), written)).toBe(number));

	it.each([1899, 2200, '2027.5', '27', '2027-28', true])('%j is none', (written) =>
		expect(read(year(), written)).toMatch(/^✗ is not a year such as 2027/),
	);

	it.each([
		['7.00', 7],
		['7.0', 7],
	])('%s times is %d', (written, number) => expect(read(count(), written)).toBe(number));

	it.each([{}, { a: 1 }, [1]])('%j is no choice', (written) =>
		expect(read(choice(['a', 'b']), written)).toMatch(/^✗ is none of a, b: /),
	);
});

describe('e-mail addresses', () => {
	it.each(['a@example.com', 'a@example.com, b@example.com', 'a@example.com,b@example.com'])(
		'%s',
		(written) => expect(read(emails(), written)).toBe(written),
	);

	it.each([
		['a@example.com, b', '"b"'],
		['a@example.com,  b c  ,d@example.com', '"b c"'],
		['a@example.com,', '""'],
		['nobody', '"nobody"'],
	])('%s: %s is none', (written, bad) =>
		expect(read(emails(), written)).toBe(`✗ is not an email address: ${bad}`),
	);
});

describe('web addresses', () => {
	it.each(['https://example.com', 'http://127.0.0.1:4010/x?a=1', 'HTTPS://Example.com/a'])(
		'%s',
		(written) => expect(read(webAddress(), written)).toBe(written),
	);

	it.each([
		'see https://example.com',
		'https://example.com and more',
		'https://example.com/a b',
		'xhttps://example.com',
		'https://',
		'ftp://a.b',
		7,
		true,
	])('%j is none', (written) =>
		expect(read(webAddress(), written)).toMatch(/^✗ is not a web address/),
	);
});
