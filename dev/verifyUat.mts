// npm run verify:uat: which of our assumptions hold at Jodo's Test (UAT) environment, for whoever has keys to it.
//   JODO_API_KEY=… JODO_API_SECRET=… npm run verify:uat [-- --write]
// It reads; it adds webhooks only for events that nobody receives yet, and disables them again. With --write
// it also makes a link of one rupee and cancels it, and registers one user and one student, which Jodo offers no
// way to remove. Keys are never printed.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

const { EVENTS } = createRequire(import.meta.url)('../index.js') as {
	EVENTS: Array<{ value: string; codes: string[] }>;
};

const {
	JODO_API_KEY: key,
	JODO_API_SECRET: secret,
	JODO_BASE_URL: base = 'https://ext.devtest1.jodopay.com',
} = process.env;
const mayWrite = process.argv.includes('--write');
/** A host that exists nowhere: nothing of Jodo's goes to a stranger meanwhile. */
const NOWHERE = `https://verify-${randomUUID()}.example.com`;

interface Answer {
	status: number;
	// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what Jodo answers is the question
	body: any;
}

async function ask(
	method: string,
	path: string,
	body?: object,
	keys: string = `${key}:${secret}`,
): Promise<Answer> {
	const response = await fetch(`${base}/api/v1/integrations${path}`, {
		method,
		redirect: 'manual',
		signal: AbortSignal.timeout(30_000),
		headers: {
			authorization: `Basic ${Buffer.from(keys).toString('base64')}`,
			...(body && { 'content-type': 'application/json' }),
		},
		body: body && JSON.stringify(body),
	});
	const text = await response.text();
	try {
		return { status: response.status, body: JSON.parse(text) };
	} catch {
		return { status: response.status, body: text.slice(0, 80) };
	}
}

/** The shape of an answer without its content: {"status":string,"data":[{"code":string}]} */
function shape(value: unknown): string {
	if (Array.isArray(value)) return value.length ? `[${shape(value[0])}]` : '[]';
	if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
	const members = Object.entries(value).map(([name, member]) => `${name}: ${shape(member)}`);
	return `{ ${members.join(', ')} }`;
}

function report(assumption: string, seen: string, holds?: boolean): void {
	const mark = holds === undefined ? 'seen ' : holds ? 'holds' : 'FAILS';
	console.log(`${mark}  ${assumption}: ${seen}`);
}

const added: string[] = [];

async function add(event_code: string, more: object = {}): Promise<Answer> {
	const answer = await ask('POST', '/erp/webhooks', {
		event_code,
		url: `${NOWHERE}/one`,
		failure_notification_email: 'nobody@example.com',
		...more,
	});
	const { id, url } = answer.body?.data ?? {};
	if (id && String(url).startsWith(NOWHERE)) added.push(String(id));
	return answer;
}

const listed = async () => {
	const { body } = await ask('GET', '/erp/webhooks');
	return (Array.isArray(body?.data) ? body.data : []) as Array<Record<string, string>>;
};

async function lists(): Promise<string[]> {
	const branches = await ask('GET', '/erp/branches');
	if (branches.status === 401) throw new Error('These keys are not accepted here.');
	const codes = (branches.body?.data ?? []).map(({ code }: { code?: string }) => code);
	report('List Branches gives code and name', shape(branches.body), Boolean(codes[0]));
	const query = codes.length > 1 ? `?collector_code=${encodeURIComponent(codes[0])}` : '';
	for (const [name, field] of [
		['grades', 'code'],
		['fee-components', 'component_type'],
		['discounts', 'discount_type'],
	] as const) {
		const { status, body } = await ask('GET', `/erp/${name}${query}`);
		const [first] = Array.isArray(body?.data) ? body.data : [];
		report(`List ${name} gives ${field}`, `${status} ${shape(body)}`, first && field in first);
	}
	return codes.filter(Boolean);
}

async function errors(): Promise<void> {
	const wrong = await ask('GET', '/erp/branches', undefined, 'wrong:wrong');
	report('Wrong keys get 401', `${wrong.status} ${shape(wrong.body)}`, wrong.status === 401);
	const missing = await ask('GET', '/pay/payment_links/order_does_not_exist');
	const code = String(missing.body?.code);
	report('An unknown link gets 404', `${missing.status}, code ${code}`, missing.status === 404);
	const invalid = await ask('POST', '/pay/orders', {
		name: 'x',
		phone: '1',
		email: 'no address',
		details: [],
	});
	const { errors: list, message } = invalid.body ?? {};
	report(
		'A bad order gets 400 with message and errors[]',
		`${invalid.status}, code ${invalid.body?.code}, ${shape(invalid.body)}`,
		invalid.status === 400 && Boolean(message) && Array.isArray(list),
	);
}

async function webhooks(branches: string[]): Promise<void> {
	const before = await listed();
	report('List Webhooks gives', shape(before.slice(0, 1)));
	const taken = new Set(before.map(({ event_code }) => event_code));
	const branch = branches.length > 1 ? { collector_code: branches[0] } : {};

	const free: string[] = [];
	for (const { codes } of EVENTS) {
		for (const code of codes) {
			if (taken.has(code)) {
				report(`Event ${code} can be registered`, 'taken by another address, left alone');
				continue;
			}
			const { status, body } = await add(code, branch);
			const isDisputed = codes.length > 1;
			if (status < 300) free.push(code);
			report(
				`Event ${code} can be registered`,
				`${status} ${status < 300 ? '' : String(body?.message ?? body)}`.trim(),
				isDisputed ? undefined : status < 300,
			);
		}
	}

	const [event] = free;
	if (!event) return report('Adding again', 'no event was free to try it with');
	const first = (await listed()).find(({ event_code }) => event_code === event);
	const again = await add(event, { ...branch, url: `${NOWHERE}/two` });
	const isSame = again.body?.data?.id === first?.id && again.body?.data?.url === first?.url;
	report('Adding again updates and keeps id and URL', shape(again.body), isSame);
	if (branches.length > 1) {
		const other = await add(event, { collector_code: branches[1], url: `${NOWHERE}/two` });
		const perBranch = other.status < 300 && other.body?.data?.id !== first?.id;
		report('One URL per event is meant', perBranch ? 'per branch' : 'for all branches');
	}
}

async function cleanUp(): Promise<void> {
	const ids = [...new Set(added)];
	for (const id of ids) await ask('DELETE', `/erp/webhooks/${encodeURIComponent(id)}`);
	const after = await listed();
	const left = after.filter(({ url }) => url?.startsWith(NOWHERE));
	if (ids.length) {
		report(
			'A disabled webhook is no longer listed',
			`${left.length} of ${ids.length} still are`,
			!left.length,
		);
	}
}

async function student(): Promise<void> {
	if (!mayWrite) {
		return report('Register Student answers with jodo_student_id', 'not tried (needs --write)');
	}
	const run = Date.now();
	const user = await ask('POST', '/erp/users/register', {
		name: 'Verification Run',
		phone: '9000000000',
		email: `verify-${run}@example.com`,
	});
	const id = user.body?.data?.registration_id;
	report(
		'Register User answers with registration_id',
		`${user.status} ${shape(user.body)}`,
		Boolean(id),
	);
	if (!id) return;
	const { body: grades } = await ask('GET', '/erp/grades');
	const { status, body } = await ask('POST', `/erp/users/${encodeURIComponent(id)}/students`, {
		student: {
			fullname: 'Verification Run',
			identifier: `VERIFY/${run}`,
			grade: String(grades?.data?.[0]?.code ?? 'unknown'),
			new_admission: false,
			academic_year_start: String(new Date().getFullYear()),
			academic_year_end: String(new Date().getFullYear() + 1),
			date_of_birth: '2015-01-01',
			primary_contact_name: 'Verification Run',
			primary_contact_number: '9000000000',
			primary_contact_email: `verify-${run}@example.com`,
		},
	});
	const place = body?.jodo_student_id
		? 'at the top'
		: body?.data?.jodo_student_id
			? 'in data'
			: 'nowhere';
	report(
		'Register Student answers with jodo_student_id',
		`${status}, ${place}`,
		place !== 'nowhere',
	);
}

/** The examples tell Live from Test by the address of a link: those of Test must not be at jodo.in. */
async function links(): Promise<void> {
	const what = 'A link of Test is at another address than jodo.in';
	if (!mayWrite) return report(what, 'not tried (needs --write)');
	const { status, body } = await ask('POST', '/pay/payment_links', {
		name: 'Verification Run',
		phone: '9000000000',
		email: 'verify@example.com',
		details: [{ component_type: 'Payable Amount', amount: 1 }],
	});
	const { order_id: id, redirect_url: url } = body?.data ?? {};
	if (!id || !URL.canParse(url)) return report(what, `${status} ${shape(body)}`);
	const { hostname } = new URL(url);
	report(what, hostname, !/(^|\.)jodo\.in$/.test(hostname));
	const cancelled = await ask('DELETE', `/pay/payment_links/${encodeURIComponent(id)}`);
	report('That link is cancelled again', String(cancelled.status), cancelled.status < 300);
}

/** Whether money asked for by a link or order is listed as a student's payment too: booked twice, it doubles. */
async function payments(): Promise<void> {
	const what = 'List Payments lists what was paid by a link or an order as pg_…';
	const student = process.env['JODO_STUDENT_ID'];
	if (!student) {
		return report(
			what,
			'not tried (needs JODO_STUDENT_ID, a student for whom a link was paid as well)',
		);
	}
	const { status, body } = await ask(
		'GET',
		`/erp/students/${encodeURIComponent(student)}/payments`,
	);
	const listed = ((body?.data ?? []) as Array<{ id?: unknown; amount?: unknown }>).map(
		({ id, amount }) => `${String(id)} of ${String(amount)}`,
	);
	report(what, `${status}, listed: ${listed.join(', ') || 'nothing'}; look for the link's amount`);
}

if (!key || !secret) {
	console.error('Set JODO_API_KEY and JODO_API_SECRET to the keys of the Test (UAT) environment.');
	process.exit(1);
}
console.log(`Assumptions about Jodo, tried at ${base}\n`);
try {
	const branches = await lists();
	await errors();
	await student();
	await links();
	await payments();
	await webhooks(branches).finally(cleanUp);
} catch (error) {
	const { message, cause } = error as Error;
	console.error(`\nStopped: ${message}${cause ? ` (${String((cause as Error).message)})` : ''}`);
	process.exitCode = 1;
}
