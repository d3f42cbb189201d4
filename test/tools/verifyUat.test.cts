/** The check of our assumptions tells one reading of Jodo from the other, and leaves nothing behind. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { node24, startSandbox, type Sandbox } from '../support/sandbox.cts';

const SCRIPT = join(__dirname, '../../dev/verifyUat.mts');

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => await sandbox.stop());
beforeEach(async () => await sandbox.admin('POST', '/admin/reset'));

async function verify(
	env: Record<string, string> = {},
): Promise<{ code: number | null; text: string }> {
	const child = spawn(node24(), [SCRIPT, '--write'], {
		env: {
			...process.env,
			JODO_BASE_URL: sandbox.url,
			JODO_API_KEY: 'sandbox_key',
			JODO_API_SECRET: 'sandbox_secret',
			...env,
		},
	});
	let text = '';
	child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
	const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
	return { code, text };
}

const enabled = async () =>
	(await sandbox.admin('GET', '/admin/subscriptions'))
		.filter((one: { enabled: boolean }) => one.enabled)
		.map((one: { event_code: string; url: string }) => `${one.event_code} ${one.url}`);

it('finds that all assumptions hold where they do, and leaves another system alone', async () => {
	const url = 'https://erp.example.com/jodo';
	await sandbox.api('POST', '/erp/webhooks', {
		event_code: 'order.payment.settled',
		url,
		failure_notification_email: 'erp@example.com',
	});
	const { code, text } = await verify();
	expect(code).toBe(0);
	expect(text).not.toContain('FAILS');
	expect(text.match(/^holds/gm)?.length).toBeGreaterThan(40);
	expect(text).toMatch(/seen {3}Event pay\.payment\.debited can be registered: 201/);
	expect(text).toMatch(/seen {3}Event payment\.debited can be registered: 400/);
	expect(text).toMatch(/order\.payment\.settled can be registered: taken by another address/);
	expect(text).toMatch(/Register Student answers with jodo_student_id: 200, at the top/);
	expect(text).toMatch(/One URL per event is meant: for all branches/);
	expect(text).toMatch(/holds {2}A link of Test is at another address than jodo\.in: \S+/);
	expect(text).toMatch(/holds {2}That link is cancelled again: 200/);
	expect(await enabled()).toEqual([`order.payment.settled ${url}`]);
	expect(text).not.toContain('sandbox_secret');
});

it('sees the other readings', async () => {
	await sandbox.admin('PATCH', '/admin/settings', {
		errorStyle: 'HUE',
		studentCodes: 'plain',
		subscriptionKey: 'event+branch',
		readd: 'second',
		listDisabled: true,
		registerAnswer: 'none',
	});
	const { text } = await verify();
	expect(text).toMatch(/FAILS {2}A bad order gets 400 with message and errors\[\]/);
	expect(text).toMatch(/Event pay\.payment\.debited can be registered: 400/);
	expect(text).toMatch(/Event payment\.debited can be registered: 201/);
	expect(text).toMatch(/FAILS {2}Adding again updates/);
	expect(text).toMatch(/One URL per event is meant: per branch/);
	expect(text).toMatch(/FAILS {2}A disabled webhook is no longer listed/);
	expect(text).toMatch(/FAILS {2}Register Student answers with jodo_student_id: 200, nowhere/);
	expect(await enabled()).toEqual([]);
});

it('stops at wrong keys, and without keys, without showing them', async () => {
	const wrong = await verify({ JODO_API_SECRET: 'not-the-secret' });
	expect(wrong.code).toBe(1);
	expect(wrong.text).toMatch(/These keys are not accepted here/);
	expect(wrong.text).not.toContain('not-the-secret');
	const none = await verify({ JODO_API_KEY: '' });
	expect(none.code).toBe(1);
	expect(none.text).toMatch(/^Set JODO_API_KEY and JODO_API_SECRET/);
});
