// The Jodo node as a tool of n8n's AI Agent. The model is a stand-in that says what this test tells it to.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import operations from '../fixtures/operations.json' with { type: 'json' };
import type { WorkflowNode } from '../../dev/demo/api.mts';
import { api, cleanSlate, demo, jodoCredential, node, sandbox, to } from './world.mts';

interface Tool {
	function: {
		name: string;
		description: string;
		parameters: {
			properties: Record<string, { type: string; description?: string }>;
			required?: string[];
		};
	};
}
interface Question {
	messages: Array<{ role: string; content: unknown }>;
	tools?: Tool[];
}
/** Calls a tool, or says something. */
type Reply = { tool: string; arguments: Record<string, unknown> } | string;

/** Answers as OpenAI's chat completions do, from a script. */
async function startModel() {
	const questions: Question[] = [];
	const script: Reply[] = [];
	const server = createServer(async (request, response) => {
		questions.push(JSON.parse(await text(request)) as Question);
		const reply = script.shift() ?? 'I have nothing more to say.';
		const message =
			typeof reply === 'string'
				? { role: 'assistant', content: reply }
				: {
						role: 'assistant',
						content: null,
						tool_calls: [
							{
								id: `call_${questions.length}`,
								type: 'function',
								function: { name: reply.tool, arguments: JSON.stringify(reply.arguments) },
							},
						],
					};
		const finish_reason = typeof reply === 'string' ? 'stop' : 'tool_calls';
		response.setHeader('content-type', 'application/json').end(
			JSON.stringify({
				id: `chatcmpl-${questions.length}`,
				object: 'chat.completion',
				created: 1,
				model: 'scripted',
				choices: [{ index: 0, message, finish_reason, logprobs: null }],
				usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
			}),
		);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
		/** Forgets what was asked before. */
		willSay(...replies: Reply[]) {
			questions.length = 0;
			script.splice(0, script.length, ...replies);
		},
		questions,
	};
}

let model: Awaited<ReturnType<typeof startModel>>;

/** As the editor writes it when the model is to fill in a field. */
const fromAI = (key: string, description: string, type = 'string') =>
	`={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${key}', \`${description}\`, '${type}') }}`;

async function jodoTool(name: string, parameters: Record<string, unknown>): Promise<WorkflowNode> {
	const credential = await jodoCredential();
	return node(name, 'n8n-nodes-jodo.jodoTool', 1, parameters, {
		credentials: { jodoApi: { id: credential.id, name: credential.name } },
	});
}

/** Publishes an agent with these tools; asking it something returns its last word. */
async function agent(
	tools: WorkflowNode[],
	version = 3.1,
): Promise<(question: string) => Promise<string>> {
	const path = randomUUID();
	const credential = await api.credential({
		name: 'The scripted model',
		type: 'openAiApi',
		data: { apiKey: 'none', url: model.url },
	});
	const chat = node(
		'Model',
		'@n8n/n8n-nodes-langchain.lmChatOpenAi',
		1.3,
		{
			model: { __rl: true, mode: 'id', value: 'scripted' },
			responsesApiEnabled: false,
			options: {},
		},
		{ credentials: { openAiApi: { id: credential.id, name: credential.name } } },
	);
	const workflow = await api.createWorkflow({
		name: 'An agent with Jodo as a tool',
		nodes: [
			node(
				'Start',
				'n8n-nodes-base.webhook',
				2.1,
				{ httpMethod: 'POST', path, responseMode: 'lastNode' },
				{ webhookId: path },
			),
			node('Agent', '@n8n/n8n-nodes-langchain.agent', version, {
				promptType: 'define',
				text: '={{ $json.body.question }}',
				options: { enableStreaming: false },
			}),
			chat,
			...tools,
		],
		connections: {
			Start: { main: [to('Agent')] },
			Model: { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] },
			...Object.fromEntries(
				tools.map(({ name }) => [
					name,
					{ ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
				]),
			),
		},
	});
	await api.publish(workflow.id);
	return async (question) => {
		const answer = await fetch(`${demo.n8n.url}/webhook/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ question }),
		});
		const said = await answer.text();
		assert.equal(answer.status, 200, said);
		return (JSON.parse(said) as { output: string }).output;
	};
}

/** What the tool answered to the model. */
function toolAnswer(): string {
	const { messages } = model.questions.at(-1) as Question;
	const last = messages.at(-1);
	assert.equal(last?.role, 'tool', JSON.stringify(messages));
	return typeof last?.content === 'string' ? last.content : JSON.stringify(last?.content);
}

const CREATE = {
	resource: 'paymentLink',
	operation: 'create',
	name: fromAI('Payer_Name', 'Who pays, as shown on the checkout page'),
	phone: fromAI('Payer_Phone', 'Mobile number with at least 10 digits'),
	email: fromAI('Payer_Email', ''),
	details: {
		lineItem: [{ componentType: 'TUITION_FEE', amount: fromAI('Amount', 'In rupees', 'number') }],
	},
	identifier: fromAI('Admission_No', 'Of the student'),
};
const WANTED = {
	Payer_Name: 'Asha Rao',
	Payer_Phone: '9876543210',
	Payer_Email: 'asha@example.com',
	Amount: 12500.5,
	Admission_No: '2026-0117',
};

interface Order {
	order_id: string;
	checkout_url: string;
	payer: Record<string, unknown>;
	details: Array<Record<string, unknown>>;
}
const orders = async () => (await sandbox.admin<{ orders: Order[] }>('GET', '/state')).orders;

describe('as a tool of an AI agent', () => {
	before(async () => {
		await cleanSlate();
		model = await startModel();
	});
	after(async () => await model.close());

	it('every operation says what it does, and what it does to money', async () => {
		const tools = await Promise.all(
			Object.entries(operations).map(async ([key, { parameters }]) => {
				const [resource, operation] = key.split('.');
				return await jodoTool(key, { resource, operation, ...parameters });
			}),
		);
		const ask = await agent(tools);
		model.willSay('What a choice.');
		assert.equal(await ask('What can you do?'), 'What a choice.');
		// Not the operation's description: n8n makes these of its action.
		const told = new Map(
			model.questions[0]?.tools?.map(({ function: { name, description } }) => [name, description]),
		);
		const names = Object.keys(operations).map((key) => key.replace('.', '_'));
		assert.deepEqual([...told.keys()].sort(), names.sort());
		assert.equal(new Set(told.values()).size, told.size, 'no two tools are described alike');
		for (const description of told.values()) assert.match(description, /^[A-Z][a-z]+ .* in Jodo$/);
		for (const [name, words] of [
			['paymentLink_create', /asks a payer for money/],
			['paymentLink_cancel', /can no longer be paid/],
			['webhook_disable', /payment event arrives nowhere/],
		] as const) {
			assert.match(told.get(name) ?? '', words);
		}
	});

	it('reads a payment link', async () => {
		const tool = await jodoTool('Look up a payment link', {
			resource: 'paymentLink',
			operation: 'get',
			orderId: fromAI('Order_ID', 'The order_id that Create returned'),
		});
		const ask = await agent([tool]);
		const { order_id } = await sandbox.admin<Order>('POST', '/orders', {
			kind: 'link',
			payer: { name: 'Asha Rao', phone: '9876543210', email: 'asha@example.com' },
			details: [{ component_type: 'Payable Amount', amount: 1250 }],
		});
		await sandbox.admin('POST', `/orders/${order_id}/pay`);
		model.willSay(
			{ tool: 'Look_up_a_payment_link', arguments: { Order_ID: order_id } },
			'It is paid.',
		);
		assert.equal(await ask(`Is ${order_id} paid?`), 'It is paid.');

		const [offered] = model.questions[0]?.tools ?? [];
		assert.equal(offered?.function.description, 'Get a payment link in Jodo');
		assert.deepEqual(offered?.function.parameters.properties, {
			Order_ID: { type: 'string', description: 'The order_id that Create returned' },
		});
		assert.deepEqual(offered?.function.parameters.required, ['Order_ID']);
		const answer = toolAnswer();
		for (const fact of [order_id, '"paid"', '1250', 'Asha Rao']) {
			assert.ok(answer.includes(fact), answer);
		}
	});

	it('creates a payment link from what the model fills in, and gives it the address', async () => {
		const ask = await agent([await jodoTool('Ask for a fee', CREATE)]);
		model.willSay({ tool: 'Ask_for_a_fee', arguments: WANTED }, 'Sent.');
		assert.equal(await ask('Ask Asha Rao for 12,500.50 rupees of tuition.'), 'Sent.');

		const { properties, required } = model.questions[0]?.tools?.[0]?.function
			.parameters as Tool['function']['parameters'];
		assert.deepEqual(required?.sort(), Object.keys(WANTED).sort());
		assert.deepEqual(properties.Amount, { type: 'number', description: 'In rupees' });

		const all = (await orders()).filter(({ payer }) => payer.identifier === '2026-0117');
		assert.equal(all.length, 1);
		const [{ order_id, checkout_url, payer, details }] = all as [Order];
		assert.deepEqual(
			[payer.name, payer.phone, payer.email],
			['Asha Rao', '9876543210', 'asha@example.com'],
		);
		assert.deepEqual(details, [{ component_type: 'TUITION_FEE', amount: 12500.5 }]);
		for (const fact of [order_id, checkout_url]) assert.ok(toolAnswer().includes(fact));
	});

	it('tells the model what is wrong, so that it can correct itself', async () => {
		const before = (await orders()).length;
		const ask = await agent([await jodoTool('Ask for a fee', CREATE)]);
		model.willSay(
			{ tool: 'Ask_for_a_fee', arguments: { ...WANTED, Payer_Phone: '12345' } },
			'The phone number is too short.',
		);
		assert.equal(await ask('Ask 12345 for money.'), 'The phone number is too short.');
		assert.match(toolAnswer(), /'Payer Phone' is not a phone number of at least 10 digits/);
		assert.equal((await orders()).length, before);
	});

	const linksOf = async (identifier: string) =>
		(await orders()).filter(({ payer }) => payer.identifier === identifier);

	for (const version of [2.2, 3.1]) {
		for (const settings of [{}, { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 }]) {
			const how = `agent ${version}${'retryOnFail' in settings ? ', Retry On Fail' : ''}`;

			it(`${how}: an answer is lost, and the model calls again: nothing more is sent, and it is told to look`, async () => {
				const Admission_No = `lost-${version}-${Object.keys(settings).length}`;
				await sandbox.admin('POST', '/faults', {
					...{ method: 'POST', match: Admission_No, count: 1, effect: { cut: 'after' } },
				});
				const tool = { ...(await jodoTool('Ask for a fee', CREATE)), ...settings };
				const ask = await agent([tool], version);
				const call = { tool: 'Ask_for_a_fee', arguments: { ...WANTED, Admission_No } };
				model.willSay(call, call, 'Please look at Jodo.');
				assert.equal(await ask('Ask for it.'), 'Please look at Jodo.');
				assert.equal((await linksOf(Admission_No)).length, 1);
				assert.match(
					toolAnswer(),
					/Not sent: an earlier call, the same payer and amounts, has an unclear outcome/,
				);
				assert.match(toolAnswer(), /Look in the Jodo dashboard/);
			});
		}

		it(`agent ${version}: a repeated call gets the link that is there; a sibling gets another`, async () => {
			const Admission_No = `again-${version}`;
			const parameters = {
				...CREATE,
				additionalFields: {
					studentName: fromAI('Student', 'Name'),
					customIdentifier: fromAI('Other_No', 'If known'),
				},
			};
			const ask = await agent([await jodoTool('Ask for a fee', parameters)], version);
			const call = (Student: string) => ({
				tool: 'Ask_for_a_fee',
				arguments: { ...WANTED, Admission_No, Student, Other_No: 'N/A' },
			});
			model.willSay(call('Meera'), call('Meera'), call('Arjun'), 'Done.');
			assert.equal(await ask('Ask for it.'), 'Done.');
			const made = await linksOf(Admission_No);
			assert.deepEqual(made.map(({ payer }) => payer.student_name).sort(), ['Arjun', 'Meera']);
			assert.ok(
				made.every(({ payer }) => !payer.custom_identifier),
				JSON.stringify(made),
			);
			const told = JSON.stringify(model.questions.at(-1)?.messages);
			assert.equal(told.split('already_created').length - 1, 1, told);
		});

		it(`agent ${version}: what Jodo refuses is an answer, whatever On Error says`, async () => {
			const tool = { ...(await jodoTool('Ask for a fee', CREATE)), onError: 'stopWorkflow' };
			const ask = await agent([tool], version);
			const wrong = { ...WANTED, Payer_Phone: '12345', Admission_No: `bad-${version}` };
			model.willSay({ tool: 'Ask_for_a_fee', arguments: wrong }, 'Sorry.');
			assert.equal(await ask('Ask for it.'), 'Sorry.');
			assert.match(toolAnswer(), /Row 1 of 1 \(Asha Rao\): 'Payer Phone' is not a phone number/);
		});
	}
});
