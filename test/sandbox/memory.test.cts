// What the sandbox remembers: a file, a reset, the made-up school.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../support/sandbox.cts';

let folder: string;
let STATE_FILE: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
	STATE_FILE = join(folder, 'state.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function using<T>(env: Record<string, string>, act: (jodo: Sandbox) => Promise<T>) {
	const jodo = await startSandbox(env);
	try {
		return await act(jodo);
	} finally {
		await jodo.stop();
	}
}
const everything = async (jodo: Sandbox) => {
	const [state, students, deliveries, mails] = await Promise.all(
		['state', 'students', 'deliveries', 'inbox'].map((what) => jodo.admin('GET', `/admin/${what}`)),
	);
	// Where it is reached changes from start to start.
	const text = JSON.stringify({ ...state, students, deliveries, mails });
	return JSON.parse(text.replaceAll(jodo.url, ''));
};

test('a file keeps everything, secrets included, for its owner only', async () => {
	const before = await using({ STATE_FILE }, async (jodo) => {
		await jodo.admin('POST', '/admin/seed');
		await jodo.admin('PATCH', '/admin/settings', { ids: 'string', retrySpeed: 1 });
		await jodo.api('POST', '/erp/webhooks', {
			event_code: 'payment_link.payment.debited',
			url: 'http://127.0.0.1:9/nobody',
			failure_notification_email: 'you@example.com',
			secret_key: 'kept',
		});
		await jodo.admin('POST', '/admin/events', { event: 'payment_link.payment.debited' });
		return everything(jodo);
	});
	expect(before.deliveries).toHaveLength(1);
	expect(before.mails).toHaveLength(1);
	expect(readdirSync(folder)).toEqual(['state.json']);
	const after = await using({ STATE_FILE }, async (jodo) => {
		const found = await everything(jodo);
		const { body } = await jodo.api('POST', '/erp/users/register', {
			name: 'New',
			phone: '9876543210',
			email: 'new@example.com',
		});
		return { found, id: body.data.registration_id };
	});
	expect(after.found).toEqual(before);
	expect(after.id).toMatch(/^user_7\d+$/);
	expect(readFileSync(STATE_FILE, 'utf8')).toContain('"kept"');
});

test('what it keeps is written while it runs', () =>
	using({ STATE_FILE }, async (jodo) => {
		while (!existsSync(STATE_FILE)) await new Promise((done) => setTimeout(done, 50));
		await jodo.admin('POST', '/admin/seed');
		const kept = () => {
			try {
				return JSON.parse(readFileSync(STATE_FILE, 'utf8')).students.length;
			} catch {
				return 0;
			}
		};
		while (kept() !== 200) await new Promise((done) => setTimeout(done, 50));
	}));

test('a delivery that was under way when it stopped is made again', async () => {
	const event_code = 'cred.emi.debited';
	await using({ STATE_FILE }, async (jodo) => {
		const url = `${jodo.url}/admin/state`;
		await jodo.api('POST', '/erp/webhooks', {
			...{ event_code, url, failure_notification_email: 'you@example.com' },
		});
		await jodo.admin('POST', '/admin/events', { event: event_code });
	});
	const state = JSON.parse(readFileSync(STATE_FILE, 'utf8'));
	Object.assign(state.deliveries[0], { status: null, error: null, retry_at: null });
	writeFileSync(STATE_FILE, JSON.stringify(state));
	await using({ STATE_FILE }, async (jodo) => {
		const attempts = async () => (await jodo.admin('GET', '/admin/deliveries')).length;
		while ((await attempts()) < 2) await new Promise((done) => setTimeout(done, 50));
	});
});

test('a file that holds something else is not overwritten', async () => {
	writeFileSync(STATE_FILE, 'my diary');
	await expect(startSandbox({ STATE_FILE })).rejects.toThrow('holds no state of the sandbox');
	expect(readFileSync(STATE_FILE, 'utf8')).toBe('my diary');
});

test('the made-up school is the same every time, and nothing in it can be mistaken for a person', async () => {
	const seeded = (jodo: Sandbox) => jodo.admin('POST', '/admin/seed').then(() => everything(jodo));
	const [one, other] = await Promise.all([using({}, seeded), using({}, seeded)]);
	expect(one).toEqual(other);
	expect(one.students).toHaveLength(200);
	expect(
		new Set(one.students.map((row: { collector_code: string }) => row.collector_code)).size,
	).toBe(3);
	for (const { profile } of one.students) {
		expect(profile.primary_contact_email).toMatch(/^parent\d+@example\.com$/);
		expect(profile.primary_contact_number).toMatch(/^90000\d{5}$/);
		expect(profile.date_of_birth).toMatch(/^20(0|1|2)\d-\d\d-\d\d$/);
		expect(profile).toMatchObject({ academic_year_start: 2026, academic_year_end: 2027 });
	}
	const flex = one.students.filter((row: { flex?: object }) => row.flex);
	expect(flex.length).toBeGreaterThan(20);
	expect(one.orders.map(({ status }: { status: string }) => status)).toEqual(
		expect.arrayContaining(['paid', 'unpaid', 'expired', 'cancelled']),
	);
});

test('the school can be asked for over the API, and put back without losing subscriptions', () =>
	using({}, async (jodo) => {
		await jodo.admin('POST', '/admin/seed');
		const { body } = await jodo.api('GET', '/erp/students/1001');
		expect(body.data.fee_summary).toEqual({ total_fee: 57000, total_discount: 0 });
		await jodo.api('POST', '/erp/webhooks', {
			event_code: 'masterdata.student.dropped',
			url: 'http://127.0.0.1:9/nobody',
			failure_notification_email: 'you@example.com',
		});
		await jodo.admin('POST', '/admin/students/1001/drop');
		await jodo.admin('POST', '/admin/seed');
		const { status } = await jodo.admin('GET', '/admin/students/1001');
		expect(status).toBe('active');
		expect((await jodo.admin('GET', '/admin/state')).subscriptions).toHaveLength(1);
	}));
