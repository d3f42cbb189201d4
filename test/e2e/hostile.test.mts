// Whatever anybody may send to the trigger's address, unsigned and correctly signed, through a real n8n.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Workflow } from '../../dev/demo/api.mts';
import { until } from '../../dev/demo/process.mts';
import { version } from '../../dev/demo/versions.mts';
import { measured } from './measured.mts';
import {
	addressOf,
	allRuns,
	bodyOf,
	credentialWith,
	deliver,
	sampleOf,
	secretAt,
	sign,
} from './trigger.mts';
import { api, cleanSlate, demo, receiver } from './world.mts';

const EVENT = 'payment_link.payment.debited';
/** In every body: the log must not repeat it. */
const MARK = 'typed-by-nobody-4711';
const MEGABYTE = 1024 * 1024;

interface Request {
	method?: string;
	/** Made from the trigger's own. */
	path?: (path: string) => string;
	headers?: Array<[name: string, value: string]>;
	body?: Buffer | string;
	/** What is signed, where that is not the body as it is sent. */
	signed?: Buffer | string;
	/** Content-Length, if it is not the body's, or none at all. */
	length?: number | 'chunked' | 'none';
	/** The name of the header that carries the signature, if there is one. */
	signature?: (good: string) => Array<[name: string, value: string]>;
	/** The caller hangs up when it has sent what it has. */
	hangsUp?: boolean;
}

/** The status of an answer; none if the connection ended without. */
type Status = number | 'no answer';
/** Several, where it hangs on chance. */
type Expected = Status | Status[];

interface Case extends Request {
	name: string;
	/** Answers to it unsigned, and signed; and how many runs the signed one starts. */
	is: [unsigned: Expected, signed: Expected, runs: 0 | 1];
}

interface Kind {
	what: string;
	promised: string;
	/** Made anew each time, so that every event is a fact of its own. */
	cases: () => Case[];
}

const GENUINE: Case['is'] = [401, 200, 1];
const JSON_TYPE: [string, string] = ['content-type', 'application/json'];

/** An event of its own, with this as a further member of its payload. */
function event(more = '"more":null'): string {
	const payload = sampleOf(EVENT).payload as { order: Record<string, unknown> };
	payload.order['name'] = MARK;
	const text = bodyOf(EVENT, { ...payload, order_id: randomUUID() });
	return text.replace('"payload":{', () => `"payload":{${more},`);
}

const nested = (depth: number) => `"more":${'['.repeat(depth)}${']'.repeat(depth)}`;
const typed = (type: string): Array<[string, string]> => [['content-type', type]];
const encoded = (encoding: string): Array<[string, string]> => [
	JSON_TYPE,
	['content-encoding', encoding],
];
const FORM = `--X\r\ncontent-disposition: form-data; name="a"\r\n\r\n${MARK}\r\n--X--\r\n`;
const ENTITIES = `<!DOCTYPE a [<!ENTITY a0 "${MARK}">${Array.from({ length: 9 }, (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`).join('')}]><a>&a9;</a>`;

const NO_RUN_UNSIGNED = 'Unsigned: no run. Signed by Jodo: one run';
/** Known once the trigger has its address. */
let secret = '';

const BROKEN_FORM: Case['is'] = version().readsBodiesAnew ? [400, 400, 0] : [401, 401, 0];
const REFUSED = 'No run';
/** n8n answers before it has read all, and hangs up: the answer may get lost on its way. */
const CUT_SHORT: Status[] = [401, 'no answer'];

const KINDS: Kind[] = [
	{
		what: 'A genuine event whose signature is missing, wrong, cut, doubled, in a list, in other letters, very long, or another body’s',
		promised: 'Status 401, no run, one line in the log',
		cases: () => {
			const body = event();
			const ways: Array<[string, NonNullable<Request['signature']>]> = [
				['empty', () => [['x-jodo-signature', '']]],
				['of another secret', () => [['x-jodo-signature', sign(body, 'another')]]],
				['of another body', () => [['x-jodo-signature', sign(`${body} `, secret)]]],
				['cut', (good) => [['x-jodo-signature', good.slice(1)]]],
				[
					'twice',
					(good) => [
						['x-jodo-signature', good],
						['x-jodo-signature', good],
					],
				],
				['with a prefix', (good) => [['x-jodo-signature', `sha256=${good}`]]],
				[
					'in Base64',
					(good) => [['x-jodo-signature', Buffer.from(good, 'hex').toString('base64')]],
				],
				['not in ASCII', (good) => [['x-jodo-signature', `${good}\u00e9`]]],
				['10 kB', (good) => [['x-jodo-signature', good.repeat(160)]]],
				[
					'under another name',
					(good) => [
						['x-signature', good],
						['authorization', good],
					],
				],
			];
			return ways.map(([name, signature]) => ({ name, body, signature, is: [401, 401, 0] }));
		},
	},
	{
		what: 'Odd JSON: `__proto__` and `constructor` as names, names twice, 1e400, -0, ids of 20 digits, lone surrogates, NUL, a byte order mark, bytes that are no UTF-8, a formula as a name',
		promised: NO_RUN_UNSIGNED,
		cases: () => [
			...[
				'"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}',
				'"toString":1,"hasOwnProperty":2,"toJSON":3,"valueOf":{}',
				'"order_id":"first","order_id":"second"',
				'"n":[1e400,-1e400,1e-400,-0,12345678901234567890,0.1234567890123456789]',
				'"s":"\\ud800 \\udfff \\u0000 \\u2028"',
				'"":{"":[[],{}]},"0":1,"-1":2,"1e9":3',
				'"name":"=HYPERLINK(\\"https://evil.example\\")","html":"<script>alert(1)</script>"',
			].map((more): Case => ({ name: more, body: event(more), is: GENUINE })),
			{
				name: 'byte order mark',
				body: `\ufeff${event()}`,
				is: version().readsBodiesAnew ? GENUINE : [422, 422, 0],
			},
			{
				name: 'no UTF-8',
				body: Buffer.concat([
					Buffer.from(event('"more":"').split('"more":"')[0] as string),
					Buffer.from('"more":"'),
					Buffer.from([0xff, 0xfe, 0xc0, 0x80]),
					Buffer.from(`"${event('').split('"payload":{')[1]}`),
				]),
				is: GENUINE,
			},
		],
	},
	{
		what: 'No event: empty, broken JSON, UTF-16, only NUL, a list, a number, an event that was not chosen or that does not exist',
		promised: REFUSED,
		cases: () => [
			{ name: 'empty', body: '', is: [401, 401, 0] },
			{ name: 'broken', body: `{"event":"${EVENT}","${MARK}`, is: [422, 422, 0] },
			{
				name: 'broken, as text',
				body: `{"${MARK}`,
				headers: typed('text/plain'),
				is: [401, 200, 0],
			},
			{ name: 'UTF-16', body: Buffer.from(event(), 'utf16le'), is: [422, 422, 0] },
			{ name: 'NUL', body: '\0'.repeat(1000), is: [422, 422, 0] },
			{ name: 'list', body: `[${event()}]`, is: [401, 200, 0] },
			{ name: 'number', body: '1', is: [401, 200, 0] },
			{
				name: 'not chosen',
				body: event().replace(EVENT, 'order.payment.debited'),
				is: [401, 200, 0],
			},
			{ name: 'unknown', body: event().replace(EVENT, '__proto__'), is: [401, 200, 0] },
		],
	},
	{
		what: 'Lists in each other, 1,000 and 100,000 deep',
		promised: NO_RUN_UNSIGNED,
		cases: () =>
			[1_000, 100_000].map((depth) => ({
				name: `${depth}`,
				body: event(nested(depth)),
				is: GENUINE,
			})),
	},
	{
		what: 'A body of 15 MB: one text; 100,000 numbers and a text',
		promised: NO_RUN_UNSIGNED,
		cases: () => [
			{ name: 'text', body: event(`"more":"${'x'.repeat(15 * MEGABYTE)}"`), is: GENUINE },
			{
				name: 'numbers',
				body: event(`"more":[${Array(1e5).fill(1)}],"text":"${'\\"'.repeat(7 * MEGABYTE)}"`),
				is: GENUINE,
			},
		],
	},
	{
		what: 'A body of 17 MB (n8n’s own limit is 16 MB)',
		promised: REFUSED,
		cases: () => [
			{ name: 'JSON', body: event(`"more":"${'x'.repeat(17 * MEGABYTE)}"`), is: [500, 500, 0] },
			{
				name: 'chunked',
				body: event(`"more":"${'x'.repeat(17 * MEGABYTE)}"`),
				length: 'chunked',
				is: [500, 500, 0],
			},
			{
				name: 'a form that is none',
				body: event(`"more":"${'x'.repeat(17 * MEGABYTE)}"`),
				headers: typed('multipart/mixed'),
				is: [CUT_SHORT, CUT_SHORT, 0],
			},
		],
	},
	{
		what: 'An event compressed with gzip or deflate, signed over what is in it',
		promised: NO_RUN_UNSIGNED,
		cases: () => {
			const [a, b] = [event(), event()];
			return [
				{ name: 'gzip', body: gzipSync(a), signed: a, headers: encoded('gzip'), is: GENUINE },
				{
					name: 'deflate',
					body: deflateSync(b),
					signed: b,
					headers: encoded('deflate'),
					is: GENUINE,
				},
			];
		},
	},
	{
		what: 'Compressed wrongly: not gzip as the header says, cut in the middle, brotli, and 400 kB that unpack to 400 MB',
		promised: REFUSED,
		cases: () => {
			const whole = gzipSync(event());
			return [
				{ name: 'no gzip', body: event(), headers: encoded('gzip'), is: [500, 500, 0] },
				{ name: 'cut', body: whole.subarray(0, -20), headers: encoded('gzip'), is: [500, 500, 0] },
				{
					name: 'brotli',
					body: brotliCompressSync(event()),
					headers: encoded('br'),
					is: [422, 422, 0],
				},
				{
					name: 'bomb',
					body: gzipSync(Buffer.alloc(400 * MEGABYTE)),
					headers: encoded('gzip'),
					is: [500, 500, 0],
				},
				{
					name: 'bomb as a form',
					body: gzipSync(Buffer.alloc(400 * MEGABYTE)),
					headers: [...typed('multipart/mixed'), ['content-encoding', 'gzip']],
					is: [401, 401, 0],
				},
			];
		},
	},
	{
		what: 'An event under another content type: none, text, bytes, form, XML’s is n8n’s to read, an unknown character set',
		promised: NO_RUN_UNSIGNED,
		cases: () => [
			{ name: 'none', body: event(), headers: [], is: GENUINE },
			...[
				'text/plain',
				'application/octet-stream',
				'application/x-www-form-urlencoded',
				'multipart/mixed; boundary=X',
				'nonsense',
			].map((type): Case => ({ name: type, body: event(), headers: typed(type), is: GENUINE })),
			{
				name: 'unknown charset',
				body: event(),
				headers: typed('application/json; charset=x-evil'),
				is: [422, 422, 0],
			},
		],
	},
	{
		what: 'Forms (good, broken, without a boundary) and XML (good, broken, with entities that multiply)',
		promised: REFUSED,
		cases: () => [
			{
				name: 'form',
				body: FORM,
				headers: typed('multipart/form-data; boundary=X'),
				is: [401, 401, 0],
			},
			{
				name: 'broken form',
				body: MARK,
				headers: typed('multipart/form-data; boundary=X'),
				is: BROKEN_FORM,
			},
			{ name: 'no boundary', body: FORM, headers: typed('multipart/form-data'), is: BROKEN_FORM },
			{ name: 'XML', body: `<a>${MARK}</a>`, headers: typed('text/xml'), is: [401, 200, 0] },
			// n8n reads all XML with one parser: what an earlier body left in it may end the next one early.
			{
				name: 'broken XML',
				body: `<a>${MARK}`,
				headers: typed('text/xml'),
				is: [[401, 422], [200, 422], 0],
			},
			{
				name: 'entities',
				body: ENTITIES,
				headers: typed('text/xml'),
				is: [[401, 422], [200, 422], 0],
			},
		],
	},
	{
		what: 'An event in chunks, or with 80 headers',
		promised: NO_RUN_UNSIGNED,
		cases: () => [
			{ name: 'chunked', body: event(), length: 'chunked', is: GENUINE },
			{
				name: '80 headers',
				body: event(),
				headers: [
					JSON_TYPE,
					...Array.from({ length: 80 }, (_, i): [string, string] => [`x-h${i}`, MARK]),
				],
				is: GENUINE,
			},
		],
	},
	{
		what: 'Wrong lengths and headers: cut in the middle, Content-Length too small, twice, or beside chunks, a header of 60 kB, a character that no header has',
		promised: REFUSED,
		cases: () => [
			{
				name: 'cut',
				body: event(),
				length: 100_000,
				hangsUp: true,
				is: ['no answer', 'no answer', 0],
			},
			// The rest is read as a second request, which is none; either answer may come first.
			{
				name: 'too small',
				body: event(),
				length: 20,
				is: [[400, 422], [400, 422], 0],
			},
			{
				name: 'twice',
				body: event(),
				headers: [JSON_TYPE, ['content-length', '5']],
				is: [400, 400, 0],
			},
			{
				name: 'beside chunks',
				body: event(),
				length: 'chunked',
				headers: [JSON_TYPE, ['content-length', '5']],
				is: [400, 400, 0],
			},
			{
				name: '60 kB',
				body: event(),
				headers: [JSON_TYPE, ['x-long', 'x'.repeat(60_000)]],
				is: [431, 431, 0],
			},
			{ name: 'NUL', body: event(), headers: [JSON_TYPE, ['x-nul', 'a\0b']], is: [400, 400, 0] },
		],
	},
	{
		what: 'Other methods: GET, HEAD, PUT, PATCH, DELETE, OPTIONS, TRACE, a made-up one, GET that asks to count as POST',
		promised: REFUSED,
		cases: () => [
			...['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'].map(
				(method): Case => ({ name: method, method, body: event(), is: [404, 404, 0] }),
			),
			{ name: 'OPTIONS', method: 'OPTIONS', body: event(), is: [204, 204, 0] },
			{ name: 'TRACE', method: 'TRACE', body: event(), is: [500, 500, 0] },
			{ name: 'made up', method: 'JODO', body: event(), is: [400, 400, 0] },
			{
				name: 'override',
				method: 'GET',
				headers: [JSON_TYPE, ['x-http-method-override', 'POST']],
				body: event(),
				is: [404, 404, 0],
			},
		],
	},
	{
		what: 'The same address otherwise written: with a slash at the end, with a query, with letters as %xx',
		promised: NO_RUN_UNSIGNED,
		cases: () => [
			{ name: 'slash', path: (path) => `${path}/`, body: event(), is: GENUINE },
			{
				name: 'query',
				path: (path) => `${path}?a=${MARK}&__proto__[b]=c`,
				body: event(),
				is: GENUINE,
			},
			{ name: '%6a', path: (path) => path.replace(/jodo$/, '%6Aodo'), body: event(), is: GENUINE },
		],
	},
	{
		what: 'Other addresses: one letter else, in capitals, further down, “..”, “%2e%2e%2f”, “%00”, “%”, 8 kB long',
		promised: REFUSED,
		cases: () =>
			(
				[
					[(path) => path.replace(/.\/jodo$/, '/jodo'), 404],
					[(path) => path.replace('jodo', 'JODO'), 404],
					[(path) => `${path}/more`, 404],
					[(path) => `${path}/../../../rest/login`, 404],
					[(path) => path.replace('/jodo', '/%2e%2e%2fjodo'), 404],
					[(path) => `${path}%00`, 404],
					[(path) => `${path}%`, 400],
					[(path) => path + '/x'.repeat(4_000), 404],
				] as Array<[(path: string) => string, number]>
			).map(([path, status]) => ({
				name: path('/webhook/a/jodo').slice(0, 40),
				path,
				body: event(),
				is: [status, status, 0],
			})),
	},
];

describe('hostile input', () => {
	let workflow: Workflow;
	let port: number;
	let path: string;
	let runs = 0;
	let logRead = 0;
	const rows: Array<[string, string, string]> = [];

	before(async () => {
		await cleanSlate();
		workflow = await receiver([EVENT], {}, await credentialWith({}));
		await api.publish(workflow.id);
		secret = secretAt(addressOf(workflow));
		const url = new URL(addressOf(workflow));
		[port, path] = [Number(url.port), url.pathname];
	});
	// What one test leaves counts in no other.
	beforeEach(async () => {
		runs = (await allRuns(workflow)).length;
		logRead = statSync(demo.n8n.log).size;
	});
	after(async () => {
		await api.unpublish(workflow.id);
	});

	function textOf(request: Request, isSigned: boolean): Buffer {
		const { method = 'POST', length, headers = [JSON_TYPE], body = '' } = request;
		const bytes = Buffer.from(body);
		const good = sign((request.signed ?? bytes) as string, secret);
		const signature = request.signature ?? (() => [['x-jodo-signature', good]]);
		const lines = [
			`${method} ${(request.path ?? String)(path)} HTTP/1.1`,
			...[
				['host', `127.0.0.1:${port}`],
				['connection', 'close'],
				...headers,
				...(isSigned ? signature(good) : []),
				length === 'chunked'
					? ['transfer-encoding', 'chunked']
					: ['content-length', String(length ?? bytes.length)],
			].map(([name, value]) => `${name}: ${value}`),
		];
		const chunks =
			length === 'chunked' ? [`${bytes.length.toString(16)}\r\n`, bytes, '\r\n0\r\n\r\n'] : [bytes];
		return Buffer.concat([
			Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'),
			...chunks.map((chunk) => Buffer.from(chunk)),
		]);
	}

	function open(): Socket {
		// Whoever hangs up on us may do so in the middle of our sending.
		return connect({ port, host: '127.0.0.1' }).on('error', () => {});
	}

	/** Sends these very bytes; the statuses of all answers. */
	async function exchange(bytes: Buffer, hangsUp = false): Promise<number[]> {
		const socket = open();
		const received: Buffer[] = [];
		socket.on('data', (chunk: Buffer) => received.push(chunk));
		socket.write(bytes, () => {
			if (hangsUp) void sleep(200).then(() => socket.destroy());
		});
		await new Promise((resolve) => socket.once('close', resolve));
		const text = Buffer.concat(received).toString('latin1');
		return [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
	}

	async function send(request: Request, isSigned: boolean): Promise<Status> {
		const [status = 'no answer'] = await exchange(textOf(request, isSigned), request.hangsUp);
		return status;
	}

	/** What n8n has written since the last time. */
	function newLog(): string {
		const log = readFileSync(demo.n8n.log).subarray(logRead);
		logRead += log.length;
		return log.toString();
	}

	/** A genuine event starts its run now, and nothing but what was expected has started before. */
	async function expectHealth(expected: number, what: string): Promise<void> {
		assert.equal(await deliver(addressOf(workflow), event()), 200, what);
		runs += expected + 1;
		const all = await until(`${runs} runs, after ${what}`, async () => {
			const all = await allRuns(workflow);
			const ended = all.filter(({ status }) => !['new', 'running', 'waiting'].includes(status));
			return ended.length >= runs && all;
		});
		assert.equal(all.length, runs, what);
		assert.deepEqual([...new Set(all.map(({ status }) => status))], ['success'], what);
	}

	/** Nobody's secret, nobody's body; as many lines of ours as calls that we refused. */
	function expectLog(refused: number, what: string): void {
		const log = newLog();
		for (const private_ of [secret, MARK]) assert.ok(!log.includes(private_), `${what}: ${log}`);
		const ours = log.split('\n').filter((line) => line.includes('Jodo Trigger refused'));
		assert.equal(ours.length, refused, what);
	}

	const counted = (statuses: Expected[]) =>
		Object.entries(Object.groupBy(statuses, (status) => [status].flat().join(' or ')))
			.map(([status, all = []]) => `${all.length} × ${status}`)
			.join(', ');
	const counts = (count: number) => `${count} ${count === 1 ? 'run' : 'runs'}`;

	for (const { what, promised, cases } of KINDS) {
		it(what, async () => {
			const all = cases();
			const surprises: string[] = [];
			let refused = 0;
			for (const each of all) {
				for (const isSigned of [false, true]) {
					const status = await send(each, isSigned);
					const known = [each.is[isSigned ? 1 : 0]].flat();
					if (!known.includes(status))
						surprises.push(`${each.name}, signed ${isSigned}: ${status}`);
					if (status === 401 || (status === 'no answer' && known.includes(401))) refused++;
				}
			}
			assert.deepEqual(surprises, []);
			const started = all.reduce((sum, { is }) => sum + is[2], 0);
			await expectHealth(started, what);
			expectLog(refused, what);
			rows.push([
				what,
				promised,
				`Unsigned: ${counted(all.map(({ is }) => is[0]))}; no run. Signed: ${counted(all.map(({ is }) => is[1]))}; ${counts(started)}`,
			]);
		});
	}

	const SLOW = 'A signed event, a byte at a time for 10 seconds, while others arrive as usual';
	it(SLOW, async () => {
		const body = event();
		const bytes = textOf({ body }, true);
		const socket = open();
		const received: Buffer[] = [];
		socket.on('data', (chunk: Buffer) => received.push(chunk));
		const closed = once(socket, 'close');
		const steps = 100;
		socket.write(bytes.subarray(0, -steps));
		let meanwhile = 0;
		for (let left = steps; left > 0; left--) {
			socket.write(bytes.subarray(bytes.length - left, bytes.length - left + 1));
			if (left % 20 === 0 && (await deliver(addressOf(workflow), event())) === 200) meanwhile++;
			await sleep(100);
		}
		await closed;
		assert.match(Buffer.concat(received).toString('latin1'), /^HTTP\/1\.1 200 /);
		assert.equal(meanwhile, steps / 20);
		await expectHealth(1 + meanwhile, SLOW);
		rows.push([
			SLOW,
			'One run, and one for each of the others',
			`200, 1 run; meanwhile ${meanwhile} × 200, ${meanwhile} runs`,
		]);
	});

	// n8n makes ready for a run before it reads the body: whoever sends none keeps it busy.
	const IDLE = '200 connections that send half an event and then nothing, held open, then given up';
	it(IDLE, async () => {
		const half = textOf({ body: event() }, true).subarray(0, -100);
		const sockets = Array.from({ length: 200 }, open);
		for (const socket of sockets) socket.write(half);
		await sleep(2000);
		const answers: number[] = [];
		const deliverAnother = async () => {
			const status = await deliver(addressOf(workflow), event());
			answers.push(status);
			return status === 200;
		};
		for (let sent = 0; sent < 5; sent++) await deliverAnother();
		for (const socket of sockets) socket.destroy();
		await until('n8n to serve others again', deliverAnother);
		assert.deepEqual(
			answers.filter((status) => ![200, 503].includes(status)),
			[],
		);
		await expectHealth(answers.filter((status) => status === 200).length, IDLE);
		expectLog(0, IDLE);
		rows.push([
			IDLE,
			'No run of theirs. Others wait, or get a 503 and come again; a reverse proxy that reads requests whole before it passes them on (nginx does) keeps such callers away from n8n',
			'No run; others: 200 and a run, or 503 and none; as before once they have given up',
		]);
	});

	const skip = !version().readsBodiesAnew && 'this n8n reads bodies in another way';
	it('is what docs/reliability.md says', { skip }, async () => {
		assert.equal(rows.length, KINDS.length + 2);
		await measured('hostile', rows);
	});
});
