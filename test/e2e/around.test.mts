// More of what a workflow may do around the node: batches, sub-workflows, several nodes, pinned rows, values that
// move. Nothing is created twice, counted at Jodo, in a real n8n.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, it } from 'node:test';
import { blackBox, type Item } from './blackBox.mts';
import {
	befall,
	CREATE,
	creates,
	GO_ON,
	lastRun,
	lessOftenThan,
	links,
	LOST,
	namesOf,
	REFUSED,
	retry,
	RETRY,
	rows,
	runThatIs,
	sent,
	starting,
	STOP,
} from './links.mts';
import { recordOf } from './trigger.mts';
import { api, cleanSlate, demo, node, sandbox, to } from './world.mts';

/** For whom Jodo was asked, each time that it was. */
const asked = async () => (await sent()).map(({ body }) => String(body.name)).sort();
const forgetFaults = async () => await sandbox.admin('DELETE', '/faults');
const errorIn = ({ data }: Awaited<ReturnType<typeof retry>>) =>
	data.resultData.error?.message ?? '';

describe('two nodes of one workflow', () => {
	beforeEach(cleanSlate);

	it('the second, for what the first could not do: what is unclear stays, what was refused is made', async () => {
		const items = rows(4);
		await befall('"Parent 2"', LOST, 1);
		// The first node tries three times because its first row is refused.
		await befall('"Parent 1"', REFUSED, RETRY.maxTries);
		const { workflow, start } = await starting(
			'Another node',
			[await creates('First', CREATE, GO_ON), await creates('Second', CREATE, STOP)],
			{ Items: { main: [to('First')] }, First: { main: [[], to('Second')] } },
		);
		await start(items);
		const run = await runThatIs(workflow, 'error', 'success');
		assert.deepEqual(await links(), namesOf(items));
		const words =
			"Row 2 of 2 (Parent 2): Not sent: row 2 of the node 'First', the same payer and amounts, has an unclear outcome";
		const record = await recordOf(run);
		assert.ok(record.includes(words), record);
		for (const loadWorkflow of [false, true]) {
			assert.match(errorIn(await retry(run, loadWorkflow)), /of the node 'First'/);
		}
		assert.deepEqual(await links(), namesOf(items));
	});

	it('each for a purpose of its own: two links', async () => {
		const { workflow, start } = await starting(
			'Two purposes',
			[await creates('Tuition', CREATE, GO_ON), await creates('Books', CREATE, GO_ON)],
			{ Items: { main: [to('Tuition', 'Books')] } },
		);
		await start(rows(2));
		await runThatIs(workflow, 'success');
		assert.deepEqual(await links(), ['Parent 1', 'Parent 1', 'Parent 2', 'Parent 2']);
	});
});

describe('Loop Over Items', () => {
	beforeEach(cleanSlate);

	const batches = async (name: string, settings: object, options: object = {}) =>
		await starting(
			name,
			[
				node('Loop', 'n8n-nodes-base.splitInBatches', 3, { batchSize: 2, options }),
				await creates('Jodo', CREATE, settings),
			],
			{
				Items: { main: [to('Loop')] },
				Loop: { main: [[], to('Jodo')] },
				Jodo: { main: [to('Loop'), to('Loop')] },
			},
		);

	it('equal rows in several batches are as many links, and an unclear one blocks those after it', async () => {
		const twins = [...rows(2), ...rows(2), ...rows(2)];
		await befall('"Parent 2"', LOST, 1);
		const { workflow, start } = await batches('Twins', GO_ON);
		await start(twins);
		const run = await runThatIs(workflow, 'success', 'error');
		assert.deepEqual(await links(), ['Parent 1', 'Parent 1', 'Parent 1', 'Parent 2']);
		assert.ok((await recordOf(run)).includes('row 2 of an earlier run of this node'));
	});

	it('that stops in its second batch goes on there by Retry, and makes all the rest once', async () => {
		const items = rows(6);
		await befall('"Parent 4"', REFUSED);
		const { workflow, start } = await batches('Second batch', STOP);
		await start(items);
		const run = await runThatIs(workflow, 'error');
		assert.deepEqual(await links(), ['Parent 1', 'Parent 2', 'Parent 3']);
		assert.ok((await recordOf(run)).includes('Rows that came before these'));
		assert.equal((await retry(run, true)).status, 'error');
		await forgetFaults();
		assert.equal((await retry(run, false)).status, 'success');
		assert.deepEqual(await links(), namesOf(items));
	});

	it('inside another one, begun anew for each of its batches (Reset)', async () => {
		const items = [...rows(5), ...rows(3).slice(2)];
		await befall('"Parent 3"', LOST, 1);
		const reset = "={{ $prevNode.name === 'Outer' }}";
		const { workflow, start } = await starting(
			'Loops',
			[
				node('Outer', 'n8n-nodes-base.splitInBatches', 3, { batchSize: 2, options: {} }),
				node('Inner', 'n8n-nodes-base.splitInBatches', 3, { batchSize: 1, options: { reset } }),
				await creates('Jodo', CREATE, GO_ON),
			],
			{
				Items: { main: [to('Outer')] },
				Outer: { main: [[], to('Inner')] },
				Inner: { main: [to('Outer'), to('Jodo')] },
				Jodo: { main: [to('Inner'), to('Inner')] },
			},
		);
		await start(items);
		const run = await runThatIs(workflow, 'success', 'error');
		assert.deepEqual(await asked(), namesOf(rows(5)));
		assert.ok((await recordOf(run)).includes('row 1 of an earlier run of this node'));
	});
});

describe('one row at a time', () => {
	beforeEach(cleanSlate);

	it('Execute Once: the first row alone, once', async () => {
		await befall('"Parent 1"', LOST, 1);
		const box = await blackBox('Execute once', CREATE, { ...GO_ON, executeOnce: true } as never);
		await box.run(rows(3));
		assert.deepEqual(await asked(), ['Parent 1']);
	});
});

describe('a workflow that another one calls', () => {
	beforeEach(cleanSlate);

	const calling = async (mode: 'each' | 'once', parameters: Item, settings: object) => {
		const called = await api.createWorkflow({
			name: 'Called',
			nodes: [
				node('When called', 'n8n-nodes-base.executeWorkflowTrigger', 1.1, {
					inputSource: 'passthrough',
				}),
				await creates('Jodo', parameters, settings),
			],
			connections: { 'When called': { main: [to('Jodo')] } },
		});
		await api.publish(called.id);
		return await starting(
			'Calls',
			[
				node('Call', 'n8n-nodes-base.executeWorkflow', 1.3, {
					mode,
					workflowId: { __rl: true, mode: 'id', value: called.id },
					options: { waitForSubWorkflow: true },
				}),
			],
			{ Items: { main: [to('Call')] } },
		);
	};

	it('for each item: each once, though its node is tried three times', async () => {
		const items = rows(3);
		await befall('"Parent 2"', LOST, 1);
		await befall('"Parent 3"', { status: 503, work: true }, 1);
		const settings = { ...RETRY, onError: 'continueRegularOutput' };
		const { workflow, start } = await calling('each', CREATE, settings);
		await start(items);
		await runThatIs(workflow, 'success');
		assert.deepEqual(await asked(), namesOf(items));
		assert.deepEqual(await links(), namesOf(items));
	});

	it('for each item, and stops: the items before it are done, and nobody is told to run them again', async () => {
		const items = rows(3).map((item, i) => (i === 2 ? { ...item, amount: 'ten' } : item));
		const { workflow, start } = await calling('each', CREATE, {});
		await start(items);
		const record = await recordOf(await runThatIs(workflow, 'error'));
		assert.deepEqual(await links(), namesOf(rows(2)));
		assert.match(record, /Row 1 of 1 .* Nothing was sent to Jodo for these rows\./);
		assert.match(record, /run these rows again\. Rows that came before these, .* not counted/);
	});

	it('for all items, and stops: a retry of the caller would make what is there, and the error says so', async () => {
		const items = rows(3);
		await befall('"Parent 3"', REFUSED);
		const oneByOne = { ...CREATE, options: { concurrency: 1 } };
		const { workflow, start } = await calling('once', oneByOne, {});
		await start(items);
		const record = await recordOf(await runThatIs(workflow, 'error'));
		assert.deepEqual(await links(), namesOf(rows(2)));
		assert.match(record, /2 of 3 rows are at Jodo already/);
		assert.match(record, /nor a retry of the workflow that called this one/);
		assert.doesNotMatch(record, /'Retry' of this execution/);
	});
});

describe('pinned rows, run from the editor', () => {
	beforeEach(cleanSlate);

	it('are made once each, with Retry On Fail', async () => {
		const items = rows(3);
		await befall('"Parent 1"', LOST, 1);
		const workflow = await api.createWorkflow({
			name: 'Pinned',
			nodes: [
				node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
				node('Rows', 'n8n-nodes-base.noOp', 1, {}),
				await creates('Jodo', CREATE, STOP),
			],
			connections: { Start: { main: [to('Rows')] }, Rows: { main: [to('Jodo')] } },
		});
		const { versionId } = await api.workflow(workflow.id);
		await api.call('PATCH', `/workflows/${workflow.id}`, {
			versionId,
			pinData: { Rows: items.map((json) => ({ json })) },
		});
		await api.runFrom(workflow.id, 'Start');
		await runThatIs(workflow, 'error');
		assert.deepEqual(await links(), namesOf(items));
		assert.deepEqual(await asked(), namesOf(items));
	});
});

describe('values that change from try to try', () => {
	beforeEach(cleanSlate);

	it('in a JSON body', async () => {
		const items = rows(4).map((item, i) => (i ? item : { ...item, amount: 'ten' }));
		const jsonBody = `={{ {
			name: $json.name, phone: '9876543210', email: 'office@example.com',
			expires_at: $now.plus({ days: 7 }),
			details: [{ component_type: 'TUITION_FEE', amount: $json.amount }],
			notes: [{ key: 'try', value: $now.toMillis() + ' ' + $runIndex + ' ' + $itemIndex }],
		} }}`;
		await befall('"Parent 3"', LOST, 1);
		const { resource, operation } = CREATE;
		const box = await blackBox(
			'JSON body',
			{ resource, operation, specifyBody: 'json', jsonBody },
			GO_ON,
		);
		await box.run(items);
		assert.deepEqual(await links(), namesOf(items.slice(1)));
		assert.deepEqual(await asked(), namesOf(items.slice(1)));
	});

	it('in an admission number that names run and item: a row is still the row that was sent', async () => {
		const items = rows(3);
		await befall('"Parent 1"', REFUSED, 1);
		await befall('"Parent 2"', LOST, 1);
		const identifier = "={{ $now.toMillis() + '-' + $runIndex + '-' + $itemIndex }}";
		const box = await blackBox('Moving number', { ...CREATE, identifier }, GO_ON);
		await box.run(items);
		assert.deepEqual(await links(), namesOf(items));
		assert.deepEqual(await asked(), ['Parent 1', ...namesOf(items)]);
	});

	it('one amount written in several ways is one amount', async () => {
		const amounts = [0.3, 0.1 + 0.2, '0.30', '₹0.30', ' 0.3 '];
		await befall('"Parent 1"', LOST, 1);
		const box = await blackBox('Amounts', CREATE, GO_ON);
		await box.run(amounts.map((amount, i) => ({ name: `Parent ${i + 1}`, amount })));
		assert.deepEqual(await asked(), ['Parent 1']);
	});
});

describe('keys that hang on the item', () => {
	beforeEach(cleanSlate);

	it('and Retry: each row once, with the keys of its own school', async () => {
		const asked: Array<{ name: string; keys: string; status: number }> = [];
		let refuses = 'Parent 3';
		const server = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				const { name } = JSON.parse(Buffer.concat(chunks).toString()) as { name: string };
				const [, keys = ''] = (request.headers.authorization ?? '').split(' ');
				const status = name === refuses ? 400 : 200;
				asked.push({ name, keys: Buffer.from(keys, 'base64').toString(), status });
				const data = { order_id: `order_${name}`, redirect_url: 'https://pay.example/1' };
				const answer = status === 200 ? { status: 'success', data } : REFUSED.body;
				response
					.writeHead(status, { 'content-type': 'application/json' })
					.end(JSON.stringify(answer));
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		server.unref();
		const credential = await api.credential({
			name: 'Two schools',
			type: 'jodoApi',
			data: {
				environment: 'custom',
				baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
				apiKey: '={{ $json.school }}',
				apiSecret: '={{ "secret of " + $json.school }}',
			} as never,
		});
		const items: Item[] = rows(6).map((item, i) => ({ ...item, school: i % 2 ? 'east' : 'west' }));
		const box = await blackBox('Schools', CREATE, STOP, credential as never);
		assert.equal((await box.post(items)).status, 500);
		const { run } = await lastRun(box);
		refuses = '';
		assert.equal((await retry(run)).status, 'success');
		const made = asked
			.filter(({ status }) => status === 200)
			.map(({ name, keys }) => ({ name, keys }));
		const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
		assert.deepEqual(
			made.sort(byName),
			items.map(({ name, school }) => ({ name, keys: `${school}:secret of ${school}` })),
		);
	});
});

describe('a Wait that n8n writes to its database', () => {
	beforeEach(cleanSlate);

	it('does not make it forget what is unclear', async () => {
		await befall('"Parent 1"', LOST, 1);
		// What comes out of this Wait is the call.
		const of = (field: string) => `={{ $('Items').first().json.${field} }}`;
		const details = { lineItem: [{ componentType: 'TUITION_FEE', amount: of('amount') }] };
		const { workflow, start } = await starting(
			'Waits for a call',
			[
				await creates('Jodo', { ...CREATE, name: of('name'), details }, GO_ON),
				node('Once more', 'n8n-nodes-base.if', 2.2, lessOftenThan(1)),
				node('Address', 'n8n-nodes-base.set', 3.4, {
					mode: 'raw',
					includeOtherFields: true,
					jsonOutput: '={{ { resume: $execution.resumeUrl } }}',
				}),
				node(
					'Wait',
					'n8n-nodes-base.wait',
					1.1,
					{ resume: 'webhook' },
					{ webhookId: randomUUID() },
				),
			],
			{
				Items: { main: [to('Jodo')] },
				Jodo: { main: [[], to('Once more')] },
				'Once more': { main: [to('Address')] },
				Address: { main: [to('Wait')] },
				Wait: { main: [to('Jodo')] },
			},
		);
		await start(rows(1));
		const waiting = await runThatIs(workflow, 'waiting');
		const address = /http[^"]+webhook-waiting[^"]+/.exec(await recordOf(waiting))?.[0];
		const answer = await fetch(String(address));
		assert.ok(answer.ok, `${address}: ${await answer.text()}`);
		const run = await runThatIs(workflow, 'success', 'error');
		assert.deepEqual(await asked(), ['Parent 1']);
		assert.ok((await recordOf(run)).includes('row 1 of an earlier run of this node'));
	});
});

describe('a tool behind an MCP Server Trigger', () => {
	beforeEach(cleanSlate);

	it('works; each call is an execution of its own, so that a repeated one is not known', async () => {
		const path = randomUUID();
		const fromAI = (key: string, type: string) => `={{ $fromAI('${key}', '${key}', '${type}') }}`;
		const details = {
			lineItem: [{ componentType: 'TUITION_FEE', amount: fromAI('amount', 'number') }],
		};
		const tool = await creates('Link', { ...CREATE, name: fromAI('name', 'string'), details }, {});
		const workflow = await api.createWorkflow({
			name: 'MCP',
			nodes: [
				node('Server', '@n8n/n8n-nodes-langchain.mcpTrigger', 2, { path }, { webhookId: path }),
				{ ...tool, type: 'n8n-nodes-jodo.jodoTool' },
			],
			connections: {
				Link: { ai_tool: [[{ node: 'Server', type: 'ai_tool', index: 0 }]] },
			} as never,
		});
		await api.publish(workflow.id);
		const session: Record<string, string> = {};
		const ask = async (method: string, params: object) => {
			const answer = await fetch(`${demo.n8n.url}/mcp/${path}`, {
				method: 'POST',
				headers: {
					...{ 'content-type': 'application/json', ...session },
					accept: 'application/json, text/event-stream',
				},
				body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
			});
			const id = answer.headers.get('mcp-session-id');
			if (id) session['mcp-session-id'] = id;
			return await answer.text();
		};
		const clientInfo = { name: 'test', version: '1' };
		await ask('initialize', { protocolVersion: '2025-03-26', capabilities: {}, clientInfo });
		const call = async (amount: number) =>
			await ask('tools/call', { name: 'Link', arguments: { name: 'Asha Rao', amount } });
		assert.match(await call(0), /not an amount in rupees above zero/);
		for (let i = 0; i < 2; i++) assert.match(await call(500), /redirect_url/);
		assert.deepEqual(await links(), ['Asha Rao', 'Asha Rao']);
	});
});
