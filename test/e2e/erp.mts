// Stands in for ERPNext: lists with filters, and Payment Entries that carry a field of their own, as Frappe answers.
// https://docs.frappe.io/framework/user/en/api/rest
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';

export type Doc = Record<string, unknown> & { name: string };
interface Answer {
	status: number;
	body: unknown;
}
/** Instead of ERPNext's own answer to a request; `undefined` leaves it to ERPNext, 'silent' does it and never answers. */
type Fault = (method: string, doctype: string, body: Doc) => Answer | string | undefined;

export const TOKEN = 'token erp_key:erp_secret';
/** What a doctype has beside its name; others are unknown to it. */
const FIELDS: Record<string, string[]> = {
	Customer: ['name', 'customer_name', 'custom_admission_no'],
	'Payment Entry': ['name', 'docstatus', 'paid_amount', 'custom_jodo_row_key'],
};
const UNIQUE = 'custom_jodo_row_key';

const docs = new Map<string, Doc[]>();
let fault: Fault = () => undefined;

const failure = (status: number, type: string, text: string): Answer => ({
	status,
	body: { exception: `frappe.exceptions.${type}: ${text}`, exc_type: type, exc: '[]' },
});

function list(doctype: string, query: URLSearchParams): Answer {
	const filters = JSON.parse(query.get('filters') ?? '[]') as Array<[string, string, unknown]>;
	const fields = JSON.parse(query.get('fields') ?? '["name"]') as string[];
	const unknown = [...filters.map(([field]) => field), ...fields].find(
		(field) => !FIELDS[doctype]?.includes(field),
	);
	if (unknown) return failure(417, 'DataError', `Field not permitted in query: ${unknown}`);
	const found = (docs.get(doctype) ?? []).filter((doc) =>
		filters.every(([field, , value]) => (doc[field] ?? '') === value),
	);
	const data = found
		.slice(0, Number(query.get('limit_page_length') ?? 20))
		.map((doc) => Object.fromEntries(fields.map((field) => [field, doc[field]])));
	return { status: 200, body: { data } };
}

function insert(doctype: string, doc: Doc): Answer {
	const known = docs.get(doctype) ?? [];
	if (known.some((one) => one[UNIQUE] && one[UNIQUE] === doc[UNIQUE]))
		return failure(417, 'UniqueValidationError', `${UNIQUE} must be unique`);
	if (!doc['paid_amount']) return failure(417, 'ValidationError', 'Paid Amount is mandatory');
	const made = { docstatus: 0, ...doc, name: `ACC-PAY-2041-${known.length + 1}` };
	docs.set(doctype, [...known, made]);
	return { status: 200, body: { data: made } };
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
	let text = '';
	for await (const chunk of request) text += String(chunk);
	const { method = 'GET', url = '/', headers } = request;
	const { pathname, searchParams } = new URL(url, 'http://erp');
	const doctype = decodeURIComponent(/^\/api\/resource\/([^/]+)$/.exec(pathname)?.[1] ?? '');
	const body = (text ? JSON.parse(text) : {}) as Doc;
	const instead = fault(method, doctype, body);
	const own = () => {
		if (headers.authorization !== TOKEN) return failure(401, 'AuthenticationError', 'Unauthorized');
		if (!FIELDS[doctype]) return failure(404, 'DoesNotExistError', `DocType ${doctype} not found`);
		return method === 'POST' ? insert(doctype, body) : list(doctype, searchParams);
	};
	const answer = typeof instead === 'object' ? instead : own();
	if (instead === 'silent') return;
	const html = typeof answer.body === 'string';
	response.writeHead(answer.status, { 'content-type': html ? 'text/html' : 'application/json' });
	response.end(html ? answer.body : JSON.stringify(answer.body));
}

const server = createServer((request, response) => void serve(request, response));
await once(server.listen(0, '127.0.0.1'), 'listening');
after(() => {
	server.closeAllConnections();
	server.close();
});

export const erp = {
	url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
	/** Only these customers, no entry, no fault. */
	reset(customers: Array<Omit<Doc, 'name'>>): void {
		docs.clear();
		docs.set(
			'Customer',
			customers.map((customer, index) => ({ ...customer, name: `CUST-${index + 1}` })),
		);
		fault = () => undefined;
	},
	fail(how: Fault): void {
		fault = how;
	},
	entries: () => docs.get('Payment Entry') ?? [],
};
