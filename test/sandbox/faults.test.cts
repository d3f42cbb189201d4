// Every way in which the API can be made to misbehave.
import { startSandbox, type Sandbox } from '../support/sandbox.cts';

let jodo: Sandbox;
beforeAll(async () => {
	jodo = await startSandbox();
});
afterAll(() => jodo.stop());
beforeEach(() => jodo.admin('POST', '/admin/reset'));

const LINKS = '/api/v1/integrations/pay/payment_links';
const fault = (effect: object, more: object = {}) =>
	jodo.admin('POST', '/admin/faults', { ...more, effect });
const create = (name = 'Customer Name') =>
	jodo.api('POST', '/pay/payment_links', {
		name,
		phone: '9876543210',
		email: 'you@example.com',
		details: [{ component_type: 'Payable Amount', amount: 1 }],
	});
const statuses = async (count: number) => {
	const found: number[] = [];
	for (let i = 0; i < count; i++) found.push((await jodo.api('GET', '/erp/branches')).status);
	return found;
};
const orders = async () => (await jodo.admin('GET', '/admin/state')).orders.length;
const logged = async () => (await jodo.admin('GET', '/admin/requests')).at(-1);

test('a status with body and headers, instead of the work', async () => {
	const headers = { 'retry-after': '7' };
	await fault({ status: 503, body: { message: 'Down' }, headers });
	const answer = await create();
	expect([answer.status, answer.body]).toEqual([503, { message: 'Down' }]);
	expect(answer.headers.get('retry-after')).toBe('7');
	expect(await orders()).toBe(0);
	expect((await logged()).status).toBe(503);
});

test('a status after the work, as HTML or without any body', async () => {
	await fault({ status: 502, body: '<h1>Bad gateway</h1>', work: true }, { count: 1 });
	const answer = await create();
	expect([answer.status, answer.text]).toEqual([502, '<h1>Bad gateway</h1>']);
	expect(answer.headers.get('content-type')).toContain('text/html');
	expect(await orders()).toBe(1);
	await fault({ status: 204 });
	expect(await create()).toMatchObject({ status: 204, text: '' });
});

test('after, count: only those requests', async () => {
	await fault({ status: 500 }, { after: 1, count: 2 });
	expect(await statuses(5)).toEqual([200, 500, 500, 200, 200]);
});

test('method, path as start or pattern, and text in the body: only those requests', async () => {
	await fault({ status: 500 }, { method: 'post', path: LINKS, match: 'Unlucky' });
	await fault({ status: 503 }, { path: 'grades$' });
	expect((await create()).status).toBe(201);
	expect((await create('Unlucky')).status).toBe(500);
	expect((await jodo.api('GET', '/pay/payment_links/Unlucky')).status).toBe(404);
	expect((await jodo.api('GET', '/erp/grades')).status).toBe(503);
	expect((await jodo.api('GET', '/erp/branches')).status).toBe(200);
});

test('cut before the work: nothing is done; cut after it: all is', async () => {
	await fault({ cut: 'before' }, { count: 1 });
	await expect(create()).rejects.toThrow();
	expect(await orders()).toBe(0);
	await fault({ cut: 'after' }, { count: 1 });
	await expect(create()).rejects.toThrow();
	expect(await orders()).toBe(1);
	expect((await logged()).status).toBeNull();
});

test('latency: others overtake', async () => {
	await fault({ latencyMs: 1000 }, { count: 1 });
	const order: string[] = [];
	const slow = create().then(() => order.push('slow'));
	while (!(await logged())) await new Promise((done) => setTimeout(done, 5));
	await create().then(() => order.push('fast'));
	await slow;
	expect(order).toEqual(['fast', 'slow']);
});

test('rateLimit: the burst passes, then 429 with Retry-After if given', async () => {
	const rate = 0.001;
	await fault({ rateLimit: { rate, burst: 2, retryAfter: 3 } });
	expect(await statuses(3)).toEqual([200, 200, 429]);
	const limited = await create();
	expect(limited.body).toEqual({ message: 'Too many requests.' });
	expect(limited.headers.get('retry-after')).toBe('3');

	await jodo.admin('DELETE', '/admin/faults');
	await fault({ rateLimit: { rate, burst: 0 } });
	expect((await create()).headers.get('retry-after')).toBeNull();
	await jodo.admin('DELETE', '/admin/faults');
	expect((await create()).status).toBe(201);
});

test('truncated JSON: the work is done, half of its answer arrives', async () => {
	await fault({ truncate: true }, { count: 1 });
	await expect(create()).rejects.toThrow(SyntaxError);
	expect(await orders()).toBe(1);
});

test('padding, gzip, trickleMs, another type: the work is done, and its answer can be read', async () => {
	const effects = [
		{ padding: 10_000_000 },
		{ gzip: true },
		{ trickleMs: 1 },
		{ headers: { 'content-type': 'text/plain' } },
	];
	for (const [done, effect] of effects.entries()) {
		await fault(effect, { count: 1 });
		const { text } = await create();
		expect(JSON.parse(text)).toMatchObject({ status: 'success', data: {} });
		expect(text.indexOf('{')).toBe(effect.padding ?? 0);
		expect(await orders()).toBe(done + 1);
	}
});

test('gzip in name only: what arrives cannot be unpacked', async () => {
	await fault({ status: 201, body: 'plain', headers: { 'content-encoding': 'gzip' }, work: true });
	await expect(create()).rejects.toThrow();
	expect(await orders()).toBe(1);
});

test('several at once: the work is done, its answer is lost behind the status, late and compressed', async () => {
	const effect = { latencyMs: 50, gzip: true, status: 503, body: { message: 'Down' }, work: true };
	await fault({ ...effect, headers: { 'retry-after': '9' } });
	const answer = await create();
	expect([answer.status, answer.body, await orders()]).toEqual([503, { message: 'Down' }, 1]);
	expect(answer.headers.get('content-encoding')).toBe('gzip');
	expect(answer.headers.get('retry-after')).toBe('9');
	await fault({ status: 500 });
	expect((await create()).status).toBe(500);
});

test('two faults with a limit each: the later one counts, and each has its own tokens', async () => {
	await fault({ rateLimit: { rate: 0.001, burst: 1 } }, { path: 'branches$' });
	await fault({ rateLimit: { rate: 0.001, burst: 2 } }, { path: 'grades$' });
	expect(await statuses(2)).toEqual([200, 429]);
	const grades = [];
	for (let call = 0; call < 3; call++) grades.push((await jodo.api('GET', '/erp/grades')).status);
	expect(grades).toEqual([200, 200, 429]);
});

test('probability: a share of the requests at random, the same ones for the same seed', async () => {
	const run = async (seed: number) => {
		await jodo.admin('DELETE', '/admin/faults');
		await fault({ status: 500 }, { probability: 0.5, seed });
		return statuses(30);
	};
	const first = await run(7);
	expect(first.filter((status) => status === 500).length).toBeGreaterThan(5);
	expect(first.filter((status) => status === 200).length).toBeGreaterThan(5);
	expect(await run(7)).toEqual(first);
	expect(await run(8)).not.toEqual(first);
	await jodo.admin('DELETE', '/admin/faults');
	await fault({ status: 500 }, { probability: 0 });
	expect(await statuses(5)).toEqual([200, 200, 200, 200, 200]);
});

test('a fault that makes no sense is refused', async () => {
	await expect(fault({}, { path: '(' })).rejects.toThrow('400');
	await expect(jodo.admin('POST', '/admin/faults', {})).rejects.toThrow('effect is needed');
	await expect(fault({ latency: 5 })).rejects.toThrow('latency is nothing a fault can have');
	await expect(fault({ stall: true }, { status: 500 })).rejects.toThrow('status is nothing');
	await expect(fault({ latencyMs: 'soon' })).rejects.toThrow('latencyMs: for example 2000');
	await expect(fault({ stall: true }, { count: '3' })).rejects.toThrow('count: for example 3');
	expect(await statuses(1)).toEqual([200]);
});

test('a stalled request gets no answer, and does not keep the sandbox from stopping', async () => {
	const another = await startSandbox();
	await another.admin('POST', '/admin/faults', { effect: { stall: true } });
	const stalled = another.api('GET', '/erp/branches').then(
		() => 'answered',
		() => 'cut off',
	);
	while ((await another.admin('GET', '/admin/requests')).length === 0);
	expect(await another.stop()).toBe(0);
	expect(await stalled).toBe('cut off');
});

test('a taken port is said, with exit', async () => {
	const port = new URL(jodo.url).port;
	await expect(startSandbox({ PORT: port })).rejects.toThrow(`Port ${port} is taken`);
	const smtp = new URL(jodo.smtpUrl).port;
	await expect(startSandbox({ SMTP_PORT: smtp })).rejects.toThrow(`Port ${smtp} is taken`);
});
