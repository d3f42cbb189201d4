// Stands in for Google Sheets: what n8n's own node asks of it, answered as Google answers, late and in parallel.
// https://developers.google.com/workspace/sheets/api/reference/rest
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../dev/demo/paths.mts';

/** A number may show otherwise than it is: 117 as 0117. */
type Cell = string | number | boolean | { value: number; shown: string };
interface Settings {
	/** How long an answer takes; what is read is what stood there when the request came. */
	delayMs: number;
	/** Reads, and as many writes, that one user has in a minute; Google gives 60. */
	perMinute: number;
}

const MINUTE_MS = 60_000;
const USUAL: Settings = { delayMs: 20, perMinute: Infinity };

const settings = { ...USUAL };
/** By title; the first row holds the headings. */
const tabs = new Map<string, Cell[][]>();
/** When each read and each write was let in. */
const let_in: Record<'read' | 'write', number[]> = { read: [], write: [] };
let refused = 0;

function tabOf(title: string): Cell[][] {
	const rows = tabs.get(title) ?? [];
	tabs.set(title, rows);
	return rows;
}

const columnOf = (letters: string) =>
	[...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;

/** A1 notation: a tab, rows (`2:5`), columns (`A:Z`) or cells (`B2`, `B2:C3`). */
function rangeOf(text: string) {
	const [, title = '', from = '', to = from] =
		/^'?(.*?)'?(?:!([A-Z]*\d*)(?::([A-Z]*\d*))?)?$/.exec(text) ?? [];
	const cell = (one: string) => /^([A-Z]*)(\d*)$/.exec(one)?.slice(1) as [string, string];
	const [[left, top], [right, bottom]] = [cell(from), cell(to)];
	return {
		rows: tabOf(title),
		title,
		top: top ? Number(top) - 1 : 0,
		bottom: bottom ? Number(bottom) - 1 : Infinity,
		left: left ? columnOf(left) : 0,
		right: right ? columnOf(right) : Infinity,
	};
}

/** Without the empty cells at the end of each row, and the empty rows at the end. */
function read(text: string, how: 'value' | 'shown' = 'value'): Cell[][] {
	const { rows, top, bottom, left, right } = rangeOf(text);
	const cells = rows.slice(top, bottom + 1).map((row) => {
		const kept = Array.from(row.slice(left, right + 1), (cell) =>
			typeof cell === 'object' ? cell[how] : (cell ?? ''),
		);
		while (kept.length && kept.at(-1) === '') kept.pop();
		return kept;
	});
	while (cells.length && !cells.at(-1)?.length) cells.pop();
	return cells;
}

function write(text: string, values: Array<Array<Cell | null>>): void {
	const { rows, top, left } = rangeOf(text);
	values.forEach((row, down) =>
		row.forEach((value, right) => {
			// null leaves a cell as it is
			if (value !== null) (rows[top + down] ??= [])[left + right] = value;
		}),
	);
}

/** Below the last row that holds anything, whatever else happens at the same time. */
function append(text: string, values: Cell[][]): void {
	const { title } = rangeOf(text);
	write(`'${title}'!A${read(title).length + 1}`, values);
}

const failure = (code: number, status: string, message: string) => ({
	code,
	body: { error: { code, message, status } },
});

/** @param path `/v4/spreadsheets/…`, then nothing, `/values/range`, `/values/range:append` or `/values:batchUpdate` */
function answer(method: string, path: string, query: string, body: Record<string, never>) {
	const what = path.split('/values')[1] ?? '';
	const action = /:(append|batchUpdate)$/.exec(what)?.[1] ?? '';
	const range = what.slice(1).replace(/:append$/, '');
	if (!path.includes('/values')) {
		const sheets = [...tabs.keys()].map((title, index) => ({
			properties: {
				sheetId: index,
				title,
				index,
				gridProperties: { rowCount: 1000, columnCount: 26 },
			},
		}));
		return { code: 200, body: method === 'GET' ? { sheets } : { replies: [{}] } };
	}
	const { values, data } = body as unknown as {
		values: Cell[][];
		data: Array<{ range: string; values: Cell[][] }>;
	};
	if (method === 'GET') {
		const found = read(range, query.includes('=FORMATTED_VALUE') ? 'shown' : 'value');
		return {
			code: 200,
			body: { range, majorDimension: 'ROWS', ...(found.length && { values: found }) },
		};
	}
	if (method === 'PUT') write(range, values);
	else if (action === 'append') append(range, values);
	else if (action === 'batchUpdate') for (const one of data) write(one.range, one.values);
	else return failure(404, 'NOT_FOUND', `${method} ${path}`);
	return { code: 200, body: {} };
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
	let text = '';
	for await (const chunk of request) text += String(chunk);
	const method = request.method ?? 'GET';
	const [path = '', query = ''] = (request.url ?? '').split('?');
	const kind = method === 'GET' ? 'read' : 'write';
	const recent = let_in[kind].filter((at) => at > Date.now() - MINUTE_MS);
	let given;
	if (recent.length >= settings.perMinute) {
		refused++;
		given = failure(
			429,
			'RESOURCE_EXHAUSTED',
			`Quota exceeded for quota metric '${kind} requests'.`,
		);
	} else {
		let_in[kind].push(Date.now());
		// What is written stands there only when the answer goes out: until then, others read what was.
		if (kind === 'write') await sleep(settings.delayMs);
		given = answer(method, decodeURIComponent(path), query, text ? JSON.parse(text) : {});
		if (kind === 'read') await sleep(settings.delayMs);
	}
	response.writeHead(given.code, { 'content-type': 'application/json' });
	response.end(JSON.stringify(given.body));
}

const server = createServer((request, response) => void serve(request, response));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
server.unref();
process.env['SHEETS_STAND_IN'] = String((server.address() as AddressInfo).port);
process.env['NODE_OPTIONS'] =
	`${process.env['NODE_OPTIONS'] ?? ''} --import=${pathToFileURL(join(ROOT, 'test/e2e/googleApis.mts'))}`;

export const sheets = {
	/** Empties it; these tabs are there. */
	reset(titles: Record<string, Cell[][]>, how: Partial<Settings> = {}): void {
		tabs.clear();
		for (const [title, rows] of Object.entries(titles)) tabs.set(title, structuredClone(rows));
		Object.assign(settings, USUAL, how);
		Object.assign(let_in, { read: [], write: [] });
		refused = 0;
	},
	/** What was let in counts no more; from now on so many in a minute. */
	nextMinute(perMinute: number): void {
		Object.assign(settings, { perMinute });
		Object.assign(let_in, { read: [], write: [] });
	},
	/** The rows below the headings, by heading. */
	rows(title: string): Array<Record<string, Cell>> {
		const [headings = [], ...rows] = read(title);
		return rows.map((row) =>
			Object.fromEntries(headings.map((heading, index) => [String(heading), row[index] ?? ''])),
		);
	},
	headings: (title: string) => read(title)[0] ?? [],
	calls: () => ({ reads: let_in.read.length, writes: let_in.write.length, refused }),
};
