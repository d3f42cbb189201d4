// Whatever a workflow does around the node, nothing is created twice: counted at Jodo, in a real n8n.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, it } from 'node:test';
import type { Execution } from '../../dev/demo/api.mts';
import { until } from '../../dev/demo/process.mts';
import { blackBox, type Item, type Leaving } from './blackBox.mts';
import {
	befall,
	CREATE,
	creates,
	GO_ON,
	lastRun,
	lessOftenThan,
	LINKS,
	links,
	LOST,
	namesOf,
	orderOf,
	PREFIX,
	REFUSED,
	retry,
	rows,
	runThatIs,
	sent,
	starting,
	STOP,
} from './links.mts';
import { recordOf } from './trigger.mts';
import { api, cleanSlate, demo, node, sandbox, to } from './world.mts';

describe('a run that stops', () => {
	beforeEach(cleanSlate);

	it('at a row that cannot be used has sent nothing; corrected and run again, each has one link', async () => {
		const items = rows(5);
		const box = await blackBox('One bad row', CREATE, STOP);
		const bad = [
			{ ...items[0], amount: 'ten' },
			...items.slice(1, 4),
			{ ...items[4], amount: '1.25 lakh' },
		];
		assert.equal((await box.post(bad)).status, 500);
		assert.deepEqual(await sent(), []);
		const { record } = await lastRun(box);
		for (const words of [
			'Row 1 of 5 (Parent 1): ',
			'Row 5 of 5 (Parent 5): ',
			'1.25 lakh',
			'Nothing was sent',
		]) {
			assert.ok(record.includes(words), words);
		}
		assert.equal((await box.post(items)).status, 200);
		assert.deepEqual(await links(), namesOf(items));
	});

	it('because Jodo refuses a row says which rows are there, and Retry makes the rest', async () => {
		const items = rows(4);
		await befall('"Parent 3"', REFUSED);
		const box = await blackBox('Refused', { ...CREATE, options: { concurrency: 1 } }, STOP);
		assert.equal((await box.post(items)).status, 500);
		const { run, record } = await lastRun(box);
		const ids = [await orderOf('Parent 1'), await orderOf('Parent 2')];
		for (const words of [
			'Row 3 of 4 (Parent 3): ',
			'2 of 4 rows are at Jodo already',
			`row 1 (Parent 1): ${ids[0]}; row 2 (Parent 2): ${ids[1]}`,
			"'Retry' of this execution leaves these out. 'Retry' of an older one would not, nor would a new run",
		]) {
			assert.ok(record.includes(words), words);
		}
		await sandbox.admin('DELETE', '/faults');
		assert.equal((await retry(run)).status, 'success');
		assert.deepEqual(await links(), namesOf(items));
	});

	it('and is retried after the node was edited: what was answered answers', async () => {
		const items = rows(3);
		await befall('"Parent 3"', REFUSED);
		const box = await blackBox('Edited', { ...CREATE, options: { concurrency: 1 } }, STOP);
		await box.post(items);
		const { run } = await lastRun(box);
		await sandbox.admin('DELETE', '/faults');
		const workflow = await api.workflow(box.workflow.id);
		const nodes = workflow.nodes.map((one) =>
			one.name === 'Jodo'
				? { ...one, parameters: { ...one.parameters, additionalFields: { studentName: 'Meera' } } }
				: one,
		);
		await api.call('PATCH', `/workflows/${workflow.id}`, { nodes, versionId: workflow.versionId });
		assert.equal((await retry(run, true)).status, 'success');
		assert.deepEqual(await links(), namesOf(items));
	});

	it('and is retried with other amounts: the row is named with its order, and nothing is sent for it', async () => {
		const items = rows(2);
		await befall('"Parent 2"', REFUSED);
		const box = await blackBox('Amounts', { ...CREATE, options: { concurrency: 1 } }, STOP);
		await box.post(items);
		const { run } = await lastRun(box);
		await sandbox.admin('DELETE', '/faults');
		const workflow = await api.workflow(box.workflow.id);
		const details = { lineItem: [{ componentType: 'TUITION_FEE', amount: 7 }] };
		const nodes = workflow.nodes.map((one) =>
			one.name === 'Jodo' ? { ...one, parameters: { ...one.parameters, details } } : one,
		);
		await api.call('PATCH', `/workflows/${workflow.id}`, { nodes, versionId: workflow.versionId });
		const again = await retry(run, true);
		assert.equal(again.status, 'error');
		const said = again.data.resultData.error?.message ?? '';
		assert.match(said, /^Row 1 of 2 \(Parent 1\): Not sent: /);
		assert.ok(said.includes(String(await orderOf('Parent 1'))), said);
		assert.deepEqual(await links(), namesOf(items));
	});

	it('and is retried with another credential: no link of one school passes for one of another', async () => {
		const items = rows(3);
		await befall('"Parent 3"', REFUSED);
		const box = await blackBox('Schools', { ...CREATE, options: { concurrency: 1 } }, STOP);
		await box.post(items);
		const { run } = await lastRun(box);
		await sandbox.admin('DELETE', '/faults');
		const school = await api.credential({
			name: 'Another school',
			type: 'jodoApi',
			data: {
				environment: 'custom',
				baseUrl: sandbox.url,
				apiKey: 'sandbox_key',
				apiSecret: 'sandbox_secret',
			} as never,
		});
		const credentials = { jodoApi: { id: school.id, name: school.name } };
		const workflow = await api.workflow(box.workflow.id);
		const nodes = workflow.nodes.map((one) =>
			one.name === 'Jodo' ? { ...one, credentials } : one,
		);
		await api.call('PATCH', `/workflows/${workflow.id}`, { nodes, versionId: workflow.versionId });
		const again = await retry(run, true);
		const said = again.data.resultData.error?.message ?? '';
		assert.match(said, /^Row 1 of 3 \(Parent 1\): Not sent: .* by another credential /);
		assert.ok(said.includes(String(await orderOf('Parent 1'))), said);
		assert.deepEqual(await links(), namesOf(items));
	});

	it('and is retried when an expiry has passed: the link that is there', async () => {
		const items = rows(2).map((item, i) => ({
			...item,
			until: i ? '2099-12-31' : new Date(Date.now() + 6_000).toISOString(),
		}));
		await befall('"Parent 2"', REFUSED);
		const box = await blackBox(
			'Expired',
			{ ...CREATE, expiresAt: '={{ $json.until }}', options: { concurrency: 1 } },
			{ onError: 'stopWorkflow' },
		);
		assert.equal((await box.post(items)).status, 500);
		assert.deepEqual(await links(), ['Parent 1']);
		await sandbox.admin('DELETE', '/faults');
		await until('the expiry to pass', async () => Date.parse(String(items[0]?.until)) < Date.now());
		assert.equal((await retry((await lastRun(box)).run)).status, 'success');
		assert.deepEqual(await links(), namesOf(items));
	});

	it('for an answer that was lost, retried four times: all others are made, that one is named', async () => {
		const items = rows(20);
		await befall('"Parent 2"', LOST, 1);
		const box = await blackBox(
			'Lost',
			{ ...CREATE, options: { concurrency: 2 } },
			{ onError: 'stopWorkflow' },
		);
		assert.equal((await box.post(items)).status, 500);
		let { run } = await lastRun(box);
		for (let times = 0; times < 4; times++) {
			const again = await retry(run);
			assert.equal(again.status, 'error');
			assert.match(
				again.data.resultData.error?.message ?? '',
				/^Row 2 of 20 \(Parent 2\): Outcome unknown: .*19 of 20 rows are at Jodo already/,
			);
			run = again;
		}
		assert.deepEqual(await links(), namesOf(items));
	});
});

describe('Retry On Fail', () => {
	beforeEach(cleanSlate);

	it('with an expiry that moves, the first row bad: one link each', async () => {
		const items = rows(4).map((item, i) => (i ? item : { ...item, amount: 'ten' }));
		const expiresAt = '={{ $now.plus({ days: 7 }) }}';
		const box = await blackBox('Moving expiry', { ...CREATE, expiresAt }, GO_ON);
		const leaving = await box.run(items);
		assert.deepEqual(await links(), namesOf(items.slice(1)));
		const [bad] = leaving.filter(({ by }) => by === 'error output');
		assert.match(String(bad?.json.error), /^Row 1 of 4 \(Parent 1\): 'Amount in Rupees'/);
	});

	it('with a transaction ID made up on the way, the answer lost: recorded once', async () => {
		const studentId = await aStudent();
		const path = `${PREFIX}/erp/students/${studentId}/payments`;
		await befall('CASH-', LOST, undefined, path);
		const box = await blackBox(
			'Cash',
			{
				resource: 'payment',
				operation: 'add',
				studentId,
				amount: 500,
				paidAt: '2026-07-01',
				feeComponents: { feeComponent: [{ componentType: 'TUITION_FEE', amount: 500 }] },
				additionalFields: { transactionId: "={{ 'CASH-' + $now.toMillis() }}" },
			},
			GO_ON,
		);
		const [{ json }] = (await box.run([{}])) as [Leaving];
		assert.match(
			String(json.error),
			/^Row 1 of 1 .*Outcome unknown: .*Do not send it again before you have looked/,
		);
		assert.equal((await sent(path)).length, 1);
	});
});

async function aStudent(): Promise<string> {
	const authorization = `Basic ${Buffer.from('sandbox_key:sandbox_secret').toString('base64')}`;
	const jodo = async (path: string, body: object) => {
		const answer = await fetch(sandbox.url + PREFIX + path, {
			method: 'POST',
			headers: { authorization, 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		return (await answer.json()) as { data: { registration_id: string } };
	};
	const { data } = await jodo('/erp/users/register', {
		...{ name: 'Asha Rao', phone: '9876543210', email: 'asha@example.com' },
	});
	await jodo(`/erp/users/${data.registration_id}/students`, {
		student: {
			...{ fullname: 'Meera Rao', identifier: '2026-1', grade: 'grade_5944', new_admission: false },
			...{ academic_year_start: '2026', academic_year_end: '2027', date_of_birth: '2015-08-31' },
			...{ primary_contact_name: 'Asha Rao', primary_contact_number: '9876543210' },
			primary_contact_email: 'asha@example.com',
		},
		fee_components: [{ component_type: 'TUITION_FEE', fee_amount: 30000 }],
	});
	const [student] = await sandbox.admin<Array<{ jodo_student_id: string }>>('GET', '/students');
	return student?.jodo_student_id as string;
}

describe('a lost answer', () => {
	beforeEach(cleanSlate);

	it('whose item comes back to the same node by its error output and a Wait: blocked, and told so', async () => {
		await befall('"Parent 1"', LOST, 1);
		const pause = { amount: 1, unit: 'seconds' };
		const { workflow, start } = await starting(
			'Comes back',
			[
				await creates('Jodo', CREATE, { onError: 'continueErrorOutput' }),
				node('Once more', 'n8n-nodes-base.if', 2.2, lessOftenThan(1)),
				node('Wait', 'n8n-nodes-base.wait', 1.1, pause, { webhookId: randomUUID() }),
			],
			{
				Items: { main: [to('Jodo')] },
				Jodo: { main: [[], to('Once more')] },
				'Once more': { main: [to('Wait')] },
				Wait: { main: [to('Jodo')] },
			},
		);
		await start(rows(1));
		const run = await runThatIs(workflow, 'success', 'error');
		assert.deepEqual(await links(), ['Parent 1']);
		assert.equal((await sent()).length, 1);
		const record = await recordOf(run);
		assert.ok(
			record.includes(
				'Row 1 of 1 (Parent 1): Not sent: row 1 of an earlier run of this node, the same payer and amounts, has an unclear outcome',
			),
			record,
		);
	});

	it('blocks an equal row of the same run, and no sibling with another admission number', async () => {
		const items = ['A1', 'A2', 'A1'].map((number, i) => ({
			name: `Parent ${i + 1}`,
			amount: 1000,
			number,
		}));
		await befall('"Parent 1"', LOST, 1);
		const box = await blackBox(
			'Equal rows',
			{ ...CREATE, identifier: '={{ $json.number }}' },
			GO_ON,
		);
		const leaving = await box.run(items);
		assert.deepEqual(await links(), ['Parent 1', 'Parent 2']);
		const third = leaving.find(({ of }) => of.name === 'Parent 3');
		assert.match(
			String(third?.json.error),
			/^Row 3 of 3 \(Parent 3\): Not sent: row 1, the same payer and amounts, has an unclear outcome/,
		);
		assert.equal((third?.json.details as Item).outcome, 'notSent');
	});
});

describe('siblings with equal fees and no admission number', () => {
	beforeEach(cleanSlate);

	for (const concurrency of [0, 1, 50]) {
		it(`${concurrency || 'automatically'} at once: two links`, async () => {
			const items = [
				{ name: 'Asha Rao', amount: 1000, student: 'Meera' },
				{ name: 'Asha Rao', amount: 1000, student: 'Arjun' },
			];
			const parameters = {
				...CREATE,
				additionalFields: { studentName: '={{ $json.student }}' },
				options: { concurrency },
			};
			const box = await blackBox('Siblings', parameters, GO_ON);
			await box.run(items);
			assert.deepEqual(await links(), ['Asha Rao', 'Asha Rao']);
		});
	}
});

describe('an answer that does not say success', () => {
	beforeEach(cleanSlate);

	for (const body of [{ status: 'failed', message: 'no such student' }, '']) {
		it(JSON.stringify(body), async () => {
			const path = `${PREFIX}/erp/students/6356/fee`;
			await sandbox.admin('POST', '/faults', {
				method: 'PATCH',
				path,
				effect: { status: 200, body },
			});
			const box = await blackBox(
				'Fee',
				{
					...{ resource: 'student', operation: 'updateFee', studentId: '6356' },
					feeComponents: { feeComponent: [{ componentType: 'TUITION_FEE', feeAmount: 1 }] },
				},
				{ onError: 'continueErrorOutput' },
			);
			const [{ by, json }] = (await box.run([{}])) as [Leaving];
			assert.equal(by, 'error output');
			assert.match(String(json.error), /^Row 1 of 1 \(6356\): Jodo gave no clear answer/);
		});
	}
});

describe('the credential', () => {
	beforeEach(cleanSlate);

	/** Answers as Jodo does, and remembers with which keys it was asked. */
	async function listener() {
		const asked: Array<{ name: string; keys: string }> = [];
		const server = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				const { name } = JSON.parse(Buffer.concat(chunks).toString()) as { name: string };
				const [, keys = ''] = (request.headers.authorization ?? '').split(' ');
				asked.push({ name, keys: Buffer.from(keys, 'base64').toString() });
				const data = { order_id: `order_${asked.length}`, redirect_url: 'https://pay.example/1' };
				response
					.setHeader('content-type', 'application/json')
					.end(JSON.stringify({ status: 'success', data }));
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		server.unref();
		return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
	}
	const credential = async (name: string, data: object) =>
		await api.credential({
			name,
			type: 'jodoApi',
			data: { environment: 'custom', ...data } as never,
		});

	it('whose keys are expressions is resolved for each item', async () => {
		const { asked, url } = await listener();
		const keys = await credential('By school', {
			baseUrl: url,
			apiKey: '={{ $json.key }}',
			apiSecret: 'secret',
		});
		const box = await blackBox(
			'Two schools',
			CREATE,
			{ onError: 'continueErrorOutput' },
			keys as never,
		);
		const items: Item[] = rows(6).map((item, i) => ({ ...item, key: i % 2 ? 'odd' : 'even' }));
		await box.run(items);
		const expected = items.map(({ name, key }) => ({ name, keys: `${key}:secret` }));
		const byName = (a: { name: unknown }, b: { name: unknown }) =>
			String(a.name).localeCompare(String(b.name));
		assert.deepEqual(asked.sort(byName), expected.sort(byName));
	});

	it('is trimmed', async () => {
		const { asked, url } = await listener();
		const keys = await credential('Pasted', {
			baseUrl: ` ${url}/ `,
			apiKey: ' key\n',
			apiSecret: '\tsecret ',
		});
		const box = await blackBox('Pasted', CREATE, { onError: 'continueErrorOutput' }, keys as never);
		await box.run(rows(1));
		assert.deepEqual(asked, [{ name: 'Parent 1', keys: 'key:secret' }]);
	});

	for (const [what, change] of [
		['a user and a password', (url: string) => url.replace('://', '://user:word@')],
		['a query', (url: string) => `${url}/?a=1`],
		['a fragment', (url: string) => `${url}#a`],
		['no such port', () => 'http://127.0.0.1:99999'],
	] as const) {
		it(`whose Base URL holds ${what} is refused`, async () => {
			const { asked, url } = await listener();
			const data = { baseUrl: change(url), apiKey: 'key', apiSecret: 'secret' };
			const keys = await credential(`With ${what}`, data);
			const box = await blackBox(
				`With ${what}`,
				CREATE,
				{ onError: 'continueErrorOutput' },
				keys as never,
			);
			const [{ json }] = (await box.run(rows(1))) as [Leaving];
			assert.match(String(json.error), /'Base URL' in the Jodo credential (must not hold|is not)/);
			assert.ok(!JSON.stringify(json).includes('word@'));
			assert.equal((json.details as Item).outcome, 'notSent');
			assert.deepEqual(asked, []);
			const { status } = await api.testCredential({
				...keys,
				data: { environment: 'custom', ...data },
			} as never);
			assert.equal(status, 'Error');
			assert.deepEqual(asked, []);
		});
	}
});

describe('many rows', () => {
	beforeEach(cleanSlate);

	it('a wait that is hopeless is shared: those under way, then none', async () => {
		await sandbox.admin('POST', '/faults', {
			path: LINKS,
			effect: { status: 429, body: {}, headers: { 'retry-after': '3600' } },
		});
		const box = await blackBox('Hopeless', { ...CREATE }, { onError: 'continueErrorOutput' });
		const leaving = await box.run(rows(500));
		assert.ok((await sent()).length <= 5, String((await sent()).length));
		assert.equal(
			leaving.filter(({ json }) => /asks to slow down/.test(String(json.error))).length,
			500,
		);
	});

	it('ten thousand rows that are checked leave n8n alive, and Stop stops them', async () => {
		const items = rows(10_000).map((item, i) => (i < 9_999 ? item : { ...item, amount: 'ten' }));
		const box = await blackBox('Many', CREATE, { onError: 'stopWorkflow' });
		const done = box.post(items);
		const run = await until(
			'the run to begin',
			async () => (await api.executions(box.workflow.id))[0],
		);
		await sleep(2_000);
		const begun = Date.now();
		await fetch(`${demo.n8n.url}/healthz`);
		assert.ok(Date.now() - begun < 5_000);
		await api.call('POST', `/executions/${run.id}/stop`, {});
		await done;
		const [{ status }] = (await api.executions(box.workflow.id)) as [Execution];
		assert.equal(status, 'canceled');
		assert.deepEqual(await sent(), []);
	});
});
