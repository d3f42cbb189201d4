// Whatever arrives: without Jodo's signature a 401 and nothing else, with it one event and no harm.
import { createHmac } from 'node:crypto';

import fc from 'fast-check';

import { EVENTS, findEvent } from '../../../nodes/events/events';
import { toRows } from '../../../nodes/events/row';
import { itemsOf, Node, SECRET, type Outcome } from './fakeNode.cts';
import { sampleOf } from '../events/samples.cts';

const MARK = 'let-me-in-4711';
const CHOSEN = 'payment_link.payment.debited';
const COLUMNS = Object.keys(toRows(sampleOf(CHOSEN), { environment: 'live' })[0] ?? {});
const PARAMETERS = fc.record({
	events: fc.constant(EVENTS.map(({ value }) => value)),
	simplify: fc.boolean(),
	options: fc.record({
		itemPer: fc.constantFrom('transfer', 'component'),
		includeHeaders: fc.boolean(),
		splitOutput: fc.boolean(),
	}),
});

/** Everything that all objects and lists share. */
const shared = () =>
	[Object.prototype, Array.prototype, String.prototype, Map.prototype].map((prototype) =>
		Reflect.ownKeys(prototype).map((key) => [
			key,
			Object.getOwnPropertyDescriptor(prototype, key)?.value as unknown,
		]),
	);
const ORDINARY = shared();

let console_: jest.SpyInstance[];
beforeEach(() => {
	console_ = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) =>
		jest.spyOn(console, level),
	);
});
afterEach(() => {
	for (const spy of console_) expect(spy).not.toHaveBeenCalled();
	jest.restoreAllMocks();
	expect(shared()).toEqual(ORDINARY);
});

const EVIL_KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'toJSON'];
const KNOWN_KEYS = ['order', 'payment', 'student', 'details', 'notes', 'key', 'value', 'amount'];
const MORE_KEYS = ['id', 'order_id', 'settlement_utr', 'component_type', 'settled_at', 'paid_at'];
const key = fc.oneof(
	fc.constantFrom(...EVIL_KEYS, ...KNOWN_KEYS, ...MORE_KEYS, '0', '-1', '1e9', '', '4294967295'),
	fc.string({ unit: 'binary' }),
);

const NUMBERS = ['1e400', '-1e400', '1e-400', '-0', '0', '-0.0', '1E+2', '12345678901234567890'];
const MORE_NUMBERS = ['0.1234567890123456789', '9007199254740993', '8640000000001', '-8.64e12'];
const TEXTS = [
	'NaN',
	'Infinity',
	'-Infinity',
	'1e400',
	'-0',
	'0x10',
	'9'.repeat(400),
	'2026-13-45',
];
const MORE_TEXTS = [
	'9999-12-31T23:59:59Z',
	'0000-01-01',
	'\ud800',
	'\udfff',
	'\0',
	'\ufeff',
	'|||',
];

/** JSON as text, because a value could hold neither 1e400 nor a key twice. */
const { json } = fc.letrec<{ json: string }>((tie) => ({
	json: fc.oneof(
		{ maxDepth: 6, withCrossShrink: true },
		fc.constantFrom(...NUMBERS, ...MORE_NUMBERS, 'null', 'true', '[]', '{}'),
		fc.constantFrom(...TEXTS, ...MORE_TEXTS, ...EVIL_KEYS).map((text) => JSON.stringify(text)),
		fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.stringify(value)),
		fc.array(tie('json'), { maxLength: 5 }).map((members) => `[${members.join(',')}]`),
		fc
			.array(fc.tuple(key, tie('json')), { maxLength: 6 })
			.map((members) => members.map(([name, member]) => `${JSON.stringify(name)}:${member}`))
			.map((members) => `{${members.join(',')}}`),
	),
}));

const envelope = (event: string, payload: string, more = '') =>
	`{"event_id":"e1","event":${JSON.stringify(event)},"version":"1.0","timestamp":1700000000,${more}"payload":${payload}}`;

/** JSON, almost JSON, and bytes that are no text at all; each tells what must be repeated nowhere. */
const body = fc
	.oneof(
		fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
		json.map((text) => Buffer.from(text)),
		json.map((text) => Buffer.from(envelope(CHOSEN, text))),
		fc.tuple(json, fc.nat(), fc.nat(255)).map(([text, at, byte]) => {
			const bytes = Buffer.from(envelope(CHOSEN, text));
			bytes[at % bytes.length] = byte;
			return bytes;
		}),
		fc.constantFrom(
			Buffer.alloc(0),
			Buffer.from('\ufeff{}'),
			Buffer.from('\0'.repeat(50)),
			Buffer.from([0xff, 0xfe, 0x7b, 0x00]),
			Buffer.from([0xed, 0xa0, 0x80]),
			Buffer.from('['.repeat(100_000)),
		),
	)
	.chain((bytes) => fc.constantFrom(bytes, Buffer.concat([bytes, Buffer.from(MARK)])));

const hmac = (bytes: Buffer, secret = SECRET) =>
	createHmac('sha256', secret).update(bytes).digest('hex');

/** Headers that prove nothing, for any body. */
const unproven = fc.oneof(
	fc.constant(() => undefined),
	fc
		.oneof(
			fc.anything(),
			fc.string({ unit: 'binary' }),
			fc.string({ minLength: 64, maxLength: 64 }),
		)
		.map((value) => () => value),
	fc
		.constantFrom<
			Array<(good: string) => unknown>
		>([(good) => [good], (good) => [good, good], (good) => `${good}, ${good}`, (good) => good.slice(1), (good) => `${good}0`, (good) => ` ${good}`, (good) => `${good}\n`, (good) => `sha256=${good}`, (good) => good.repeat(20_000), (good) => good.replace(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))), (good) => Buffer.from(good, 'hex').toString('base64'), (good) => (good.startsWith('0') ? '1' : '0') + good.slice(1), (good) => ({ toString: () => good }), () => hmac(Buffer.from(MARK), MARK), () => MARK])
		.chain((ways) => fc.constantFrom(...ways)),
);

/** Where the secret is, or is not. */
const keptIn = fc
	.constantFrom<
		Array<Record<string, unknown>>
	>([{ secret: SECRET }, { secret: '' }, {}, { secret: 7 }])
	.chain((ways) => fc.constantFrom(...ways));

function expectRefused(node: Node, { result, response }: Outcome) {
	expect(result).toEqual({ noWebhookResponse: true });
	expect(response).toMatchObject({ statusCode: 401, body: 'Unauthorized', isEnded: true });
	expect(node.logged).toHaveLength(1);
	for (const private_ of [SECRET, MARK]) expect(node.logged[0]).not.toContain(private_);
}

describe('without a matching signature', () => {
	it('any body with any headers is answered 401: no run, one line in the log that repeats none of it', async () => {
		await fc.assert(
			fc.asyncProperty(
				body,
				unproven,
				fc.dictionary(key, fc.anything()),
				PARAMETERS,
				keptIn,
				fc.constantFrom('given', 'readable', 'missing', 'used'),
				async (bytes, signature, headers, parameters, staticData, rawBody) => {
					const node = new Node();
					node.parameters = parameters;
					node.staticData = staticData;
					node.credential = async () => {
						throw new Error('no credential');
					};
					const all = { ...headers, 'x-jodo-signature': signature(hmac(bytes)) };
					expectRefused(node, await node.deliver({ body: bytes, headers: all, rawBody }));
				},
			),
			{ numRuns: 1_000 },
		);
	});

	it('where there is no secret, even what an empty or guessed one signs is refused', async () => {
		for (const staticData of [{}, { secret: '' }, { secret: null }, { secret: 7 }]) {
			for (const guess of ['', 'null', 'undefined']) {
				const node = new Node();
				node.staticData = staticData;
				expectRefused(node, await node.send(sampleOf(CHOSEN), {}, guess));
			}
		}
	});
});

/** What is delivered is one event: in one output, JSON, with all columns of the row. */
function expectEvent(outcome: Outcome, { simplify, options }: Node['parameters']) {
	const { splitOutput, includeHeaders } = (options ?? {}) as Record<string, unknown>;
	const outputs = itemsOf(outcome) ?? [];
	expect(outcome.response.isEnded).toBe(false);
	expect(outputs).toHaveLength(splitOutput ? 4 : 1);
	expect(outputs.filter(({ length }) => length)).toHaveLength(1);
	const items = outputs.flat();
	if (!simplify) expect(items).toHaveLength(1);
	for (const item of items) {
		expect(Object.getPrototypeOf(item)).toBe(Object.prototype);
		expect(JSON.stringify(item)).toMatch(/^\{/);
		if (!simplify) continue;
		const columns = [...COLUMNS, ...(includeHeaders ? ['headers'] : [])];
		expect(Object.keys(item).sort()).toEqual(columns.sort());
	}
	return items;
}

describe('with a matching signature', () => {
	it('any JSON is an event if it says so, and no harm otherwise', async () => {
		await fc.assert(
			fc.asyncProperty(json, PARAMETERS, async (text, parameters) => {
				const node = new Node();
				node.parameters = parameters;
				const outcome = await node.send(text);
				const { event } = (JSON.parse(text) ?? {}) as { event?: unknown };
				if (findEvent(event)) expectEvent(outcome, parameters);
				else expect(outcome.result).toEqual({});
			}),
			{ numRuns: 500 },
		);
	});

	it('a chosen event with any payload, id, time and further fields comes out', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...EVENTS.map(({ value }) => value)),
				fc.record({ payload: json, event_id: json, timestamp: json, version: json }),
				fc.array(fc.tuple(key, json), { maxLength: 4 }),
				PARAMETERS,
				async (event, fields, others, parameters) => {
					const text = (members: Array<[string, string]>) =>
						`{${members.map(([name, member]) => `${JSON.stringify(name)}:${member}`).join(',')}}`;
					const members = [...others, ...Object.entries({ ...fields, event: `"${event}"` })];
					const node = new Node();
					node.parameters = parameters;
					const items = expectEvent(await node.send(text(members)), parameters);
					const sent = JSON.parse(text(members));
					if (!parameters.simplify) {
						const headers = parameters.options.includeHeaders && { headers: expect.anything() };
						expect(items[0]).toEqual({ ...sent, ...headers });
					} else if (typeof sent.payload !== 'object' || sent.payload === null) {
						expect(items[0]).toMatchObject({ raw: sent });
					}
					for (const line of node.logged) expect(line.length).toBeLessThan(300);
				},
			),
			{ numRuns: 1_000 },
		);
	});

	it('so does a documented event of which any part is replaced by anything', async () => {
		const places = (value: unknown, path: string[] = []): string[][] =>
			typeof value === 'object' && value !== null
				? [
						path,
						...Object.keys(value).flatMap((name) => places(value[name as never], [...path, name])),
					]
				: [path];
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...EVENTS.map(({ value }) => value)),
				fc.nat(),
				json,
				PARAMETERS,
				async (event, which, text, parameters) => {
					const sample = sampleOf(event);
					const all = places(sample.payload);
					const [...path] = all[which % all.length] ?? [];
					const last = path.pop();
					let parent = sample.payload;
					for (const name of path) parent = parent[name];
					if (last === undefined) sample.payload = MARK;
					else parent[last] = MARK;
					const node = new Node();
					node.parameters = parameters;
					const sent = JSON.stringify(sample).replace(`"${MARK}"`, () => text);
					expectEvent(await node.send(sent), parameters);
				},
			),
			{ numRuns: 1_000 },
		);
	});

	it.each(EVIL_KEYS)('%s is a name like any other', async (name) => {
		const quoted = JSON.stringify(name);
		const payload = `{${quoted}:{"polluted":1},"order_id":"o1","order":{${quoted}:{"polluted":2},"notes":[{"key":${quoted},"value":"typed"}],"details":[{${quoted}:{"polluted":3},"amount":5}]}}`;
		const node = new Node();
		const [row] = expectEvent(
			await node.send(envelope(CHOSEN, payload, `${quoted}:{"polluted":4},`)),
			node.parameters,
		) as [Record<string, Record<string, unknown>>];
		expect(row).toMatchObject({ order_id: 'o1', amount: 5 });
		expect(Object.entries(row.notes ?? {})).toEqual([[name, 'typed']]);
		expect(Object.entries(row.extra ?? {}).filter(([path]) => path.endsWith('.polluted'))).toEqual([
			[`${name}.polluted`, 1],
			[`order.${name}.polluted`, 2],
			[`order.details[0].${name}.polluted`, 3],
			[`envelope.${name}.polluted`, 4],
		]);
		const [bare] = expectEvent(
			await node.send(envelope(CHOSEN, `{${quoted}:{}}`)),
			node.parameters,
		) as [Record<string, object>];
		expect(Object.entries(bare.extra ?? {})).toContainEqual([name, {}]);
		expect(({} as Record<string, unknown>).polluted).toBeUndefined();
		expect((await node.send(envelope(name, payload))).result).toEqual({});
	});

	it('a byte order mark is no part of the event, as for n8n', async () => {
		const node = new Node();
		expectEvent(await node.send(`\ufeff${envelope(CHOSEN, '{}')}`), node.parameters);
	});

	it('an id of which JSON loses digits, and an amount beyond all numbers, are told by `raw`', async () => {
		for (const [part, odd] of [
			['"order_id":"order_12345"', '"order_id":12345678901234567890'],
			['"amount":1000', '"amount":1e400'],
		] as const) {
			const text = JSON.stringify(sampleOf(CHOSEN));
			expect(text).toContain(part);
			const node = new Node();
			const [row] = expectEvent(await node.send(text.replace(part, odd)), node.parameters);
			expect(row?.raw).not.toBeNull();
			expect(node.warnings).toHaveLength(1);
		}
	});

	it('an event_id goes into the log on one line, and not all of a long one', async () => {
		const node = new Node();
		const event_id = `\r\nforged line\u001b[31m${'x'.repeat(1e6)}${MARK}`;
		await node.send({ ...sampleOf(CHOSEN), event_id, payload: {} });
		expect(node.logged).toHaveLength(1);
		expect(node.logged[0]).not.toMatch(/[\r\n\u001b]/);
		expect(node.logged[0]).not.toContain(MARK);
		expect(node.logged[0]?.length).toBeLessThan(300);
	});
});

describe('deep nesting', () => {
	const nested = (depth: number, core: string, open: string, close: string) =>
		open.repeat(depth) + core + close.repeat(depth);

	for (const [name, open, close] of [
		['lists', '[', ']'],
		['objects', '{"order":', '}'],
		['notes', '{"notes":[{"key":"k","value":', '}]}'],
	] as const) {
		// The last is far more than the engine's stack holds.
		for (const depth of [1_000, 10_000, 30_000]) {
			for (const simplify of [true, false]) {
				it(`${depth} ${name}: an event whose depths are JSON text (Simplify ${simplify})`, async () => {
					const node = new Node();
					node.parameters.simplify = simplify;
					const deep = nested(depth, `"${MARK}"`, open, close);
					const sent = envelope(CHOSEN, deep, `"more":${deep},`);
					const outcome = await node.send(sent);
					const [item] = expectEvent(outcome, node.parameters);
					// Nothing is lost: at the bottom, after unpacking the texts, it is still there.
					expect(JSON.stringify(item)).toContain(MARK);
					outcome.response.finish(200);
					expect((await node.send(sent)).result).toEqual({});
					expectEvent(await node.send(sent.replaceAll(MARK, 'other')), node.parameters);
					expectEvent(await node.send(sampleOf('order.payment.debited')), node.parameters);
				});
			}
		}
	}

	it('up to 100 levels stay as they are', async () => {
		const node = new Node();
		node.parameters.simplify = false;
		const sent = envelope(CHOSEN, nested(98, '1', '[', ']'));
		expect(itemsOf(await node.send(sent))).toEqual([[JSON.parse(sent)]]);
	});
});

describe('megabytes of the same', () => {
	const MANY = 5_000_000;
	const list = (count: number, member: (i: number) => string) =>
		`[${Array.from({ length: count }, (_, i) => member(i)).join(',')}]`;
	const order = (details: string, id = 'o') =>
		`{"order_id":"${id}","order":{"status":"paid","details":${details}}}`;

	// Work that grows with the square of these would take hours; the engine's stack ends far before them.
	it.each<[string, () => string]>([
		['one long text', () => `"${'a'.repeat(2 * MANY)}"`],
		['quotes', () => `"${'\\"'.repeat(MANY)}"`],
		['backslashes', () => `"${'\\\\'.repeat(MANY)}"`],
		['a quote after each backslash', () => `"${'\\\\\\"'.repeat(MANY / 2)}"`],
		['empty texts', () => list(MANY / 5, () => '""')],
		['digits', () => '1'.repeat(2 * MANY)],
		['digits in a text', () => `{"payment":{"amount":"${'1'.repeat(2 * MANY)}"}}`],
		['numbers', () => list(MANY / 5, () => '1')],
		['inexact numbers', () => list(MANY / 20, () => '1e400')],
		[
			'dashes in a reference',
			() => order(`[{"amount":1,"settlement_utr":"${'-'.repeat(MANY)}x"}]`),
		],
		['separators of the row_key', () => order('[]', `${'|'.repeat(MANY)}x`)],
		['members under a long name', () => `{"${'k'.repeat(MANY)}":${list(90_000, () => '0')}}`],
		[
			'long names in each other',
			() => `{"${'k'.repeat(20_000)}":`.repeat(90) + list(90_000, () => '0') + '}'.repeat(90),
		],
		['names', () => `{${Array.from({ length: 200_000 }, (_, i) => `"k${i}":0`)}}`],
		['notes', () => `{"order":{"notes":${list(100_000, (i) => `{"key":"k${i}","value":"v"}`)}}}`],
		['lines', () => order(list(100_000, (i) => `{"component_type":"C${i}","amount":1}`))],
		[
			'lines of one component',
			() => order(list(100_000, () => '{"component_type":"C","amount":1}')),
		],
	])('%s', async (_name, payload) => {
		const node = new Node();
		node.parameters.options = { itemPer: 'component' };
		const [item] = itemsOf(await node.send(envelope(CHOSEN, payload())))?.[0] ?? [];
		// One of them: n8n keeps what they share once.
		expect(JSON.stringify({ ...item, details: [], raw: null })).toMatch(/^\{/);
	});

	/** How many characters of names, and how many members of lists, are handled on the way. */
	function work(payload: unknown): number {
		let done = 0;
		const set = Map.prototype.set;
		jest.spyOn(Map.prototype, 'set').mockImplementation(function (this: never, name, value) {
			done += String(name).length;
			return set.call(this, name, value);
		});
		const iterator = Object.getPrototypeOf([][Symbol.iterator]()) as { next(): unknown };
		const next = iterator.next;
		iterator.next = function (this: never) {
			done++;
			return next.call(this);
		};
		try {
			toRows(
				{ event: CHOSEN, event_id: 'e', timestamp: 1, payload },
				{ environment: 'live', itemPer: 'component' },
			);
		} finally {
			iterator.next = next;
			jest.restoreAllMocks();
		}
		return done;
	}

	it.each<[string, (size: number) => unknown]>([
		['a long name over many members', (n) => ({ ['k'.repeat(n)]: Array<number>(n).fill(0) })],
		[
			'many lines of one component',
			(n) => ({
				order_id: 'o',
				order: { details: Array.from({ length: n }, () => ({ component_type: 'C', amount: 1 })) },
			}),
		],
		['many lists in each other', (n) => JSON.parse('['.repeat(n) + ']'.repeat(n)) as unknown],
	])('%s: twice as much of it is at most about twice the work', (_name, payload) => {
		const [half, whole] = [work(payload(4_000)), work(payload(8_000))];
		expect(whole).toBeGreaterThan(0);
		expect(whole / half).toBeLessThan(2.5);
	});

	it('what was too much to be looked through is told by `raw`, and is there as a whole', () => {
		const sample = sampleOf(CHOSEN);
		const whole = Array<number>(150_000).fill(7);
		sample.payload = { whole, ...sample.payload };
		const [row] = toRows(sample, { environment: 'live' });
		expect(row).toMatchObject({ order_id: 'order_12345', raw: sample });
		expect(row?.extra.whole).toBe(whole);
	});
});
