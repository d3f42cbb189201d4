// The examples as a user meets them: imported into n8n, their credentials and workflows chosen, then run.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	ask,
	type Credential,
	type Execution,
	type Workflow,
	type WorkflowNode,
} from '../../dev/demo/api.mts';
import { ROOT } from '../../dev/demo/paths.mts';
import { until } from '../../dev/demo/process.mts';
import { version } from '../../dev/demo/versions.mts';
import { TOKEN } from './erp.mts';
import { recordOf, unfolded, type Item } from './trigger.mts';
import { api, cluster, demo, jodoCredential, node, sandbox, to } from './world.mts';

const FOLDER = join(ROOT, 'examples');

export interface Example extends Workflow {
	file: string;
	pinData?: Record<string, Array<{ json: Item }>>;
}

export const examples: Example[] = readdirSync(FOLDER)
	.filter((file) => file.endsWith('.json'))
	.sort()
	.map((file) => ({ ...JSON.parse(readFileSync(join(FOLDER, file), 'utf8')), file }) as Example);

/** The account that a node asks for. */
const ACCOUNTS: Record<string, string> = {
	'n8n-nodes-jodo.jodo': 'jodoApi',
	'n8n-nodes-jodo.jodoTrigger': 'jodoApi',
	'n8n-nodes-base.emailSend': 'smtp',
	'n8n-nodes-base.googleSheets': 'googleSheetsOAuth2Api',
	'n8n-nodes-base.postgres': 'postgres',
	'n8n-nodes-base.httpRequest': 'httpHeaderAuth',
};

/** Accounts elsewhere, as they are once somebody has signed in. */
const ELSEWHERE: Record<string, Item> = {
	googleSheetsOAuth2Api: {
		clientId: 'none',
		clientSecret: 'none',
		oauthTokenData: { access_token: 'none', token_type: 'Bearer', expires_in: 3600 },
	},
	httpHeaderAuth: { name: 'Authorization', value: TOKEN },
	postgres: { host: '127.0.0.1', database: 'none', user: 'none', password: 'none' },
};

async function credentials(): Promise<Map<string, Pick<Credential, 'id' | 'name'>>> {
	const known = await api.call<Credential[]>('GET', '/credentials');
	const chosen = new Map<string, Pick<Credential, 'id' | 'name'>>();
	chosen.set('jodoApi', await jodoCredential());
	chosen.set('smtp', known.find(({ type }) => type === 'smtp') as Credential);
	for (const [type, data] of Object.entries(ELSEWHERE)) {
		chosen.set(type, await api.credential({ name: `Stands in for ${type}`, type, data }));
	}
	return chosen;
}

/** Other examples that this one calls, by name. */
export function calls({ nodes, settings }: Pick<Example, 'nodes' | 'settings'>): string[] {
	const references = nodes
		.filter(({ type }) => type === 'n8n-nodes-base.executeWorkflow')
		.map(({ parameters }) => parameters['workflowId'] as { cachedResultName: string });
	const errors = settings['errorWorkflow'] as string | undefined;
	return [
		...references.map(({ cachedResultName }) => cachedResultName),
		...(errors ? [errors] : []),
	];
}

/** The tables that 00 makes, with their columns. */
const TABLES = (examples.find(({ file }) => file === '00-tables.json') as Example).nodes
	.filter(({ parameters }) => parameters['resource'] === 'table')
	.map(({ parameters: { tableName, columns } }) => ({
		name: String(tableName),
		columns: (columns as { column: Array<{ name: string; type: string }> }).column,
	}));

async function makeByHand(): Promise<Map<string, string>> {
	const ids = new Map<string, string>();
	if (version().namesTables) return ids;
	for (const { name, columns } of TABLES) {
		const id = await api.ensureTable(name, columns);
		if (id) ids.set(name, id);
	}
	return ids;
}

let byHand: Promise<Map<string, string>> | undefined;

/** Makes the tables by hand, where no node does; their ids by name. */
const tablesByHand = () => (byHand ??= makeByHand());

/** Fills in what a user chooses after the import: accounts, addresses, the called workflows, Google Sheets, tables. */
function chosen(
	{ name, nodes, settings }: Example,
	credentials: Map<string, Pick<Credential, 'id' | 'name'>>,
	made: Map<string, Workflow>,
	tables: Map<string, string>,
) {
	const filled: WorkflowNode[] = nodes.map((node) => {
		const copy = structuredClone(node);
		const account = ACCOUNTS[copy.type];
		if (account) {
			const { id, name: label } = credentials.get(account) ?? {};
			assert.ok(id && label, `${name}: no credential of the type ${account}`);
			copy.credentials = { [account]: { id, name: label } };
		}
		if (copy.type === 'n8n-nodes-base.executeWorkflow') {
			const reference = copy.parameters['workflowId'] as Item;
			reference['value'] = made.get(String(reference['cachedResultName']))?.id;
		}
		if (copy.type === 'n8n-nodes-base.emailSend') {
			copy.parameters['fromEmail'] ||= 'fees@example.edu';
			copy.parameters['toEmail'] ||= copy.name.includes('principal')
				? 'principal@example.edu'
				: 'office@example.edu';
			const options = copy.parameters['options'] as Item | undefined;
			if (options?.['fileAttachments'] && !version().hasFileAttachments) {
				options['attachments'] = options['fileAttachments'];
				delete options['fileAttachments'];
			}
		}
		if (copy.type === 'n8n-nodes-base.dataTable' && tables.size) {
			const reference = copy.parameters['dataTableId'] as Item;
			const value = tables.get(String(reference['value']));
			copy.parameters['dataTableId'] = { ...reference, mode: 'list', value };
		}
		if (copy.type === 'n8n-nodes-jodo.jodoTrigger') {
			copy.parameters['failureNotificationEmail'] = 'office@example.edu';
		}
		if (copy.type === 'n8n-nodes-base.googleSheets') {
			copy.parameters['documentId'] = { __rl: true, mode: 'id', value: 'a-sheet' };
		}
		return copy;
	});
	const errorWorkflow = made.get(String(settings['errorWorkflow']))?.id;
	return { nodes: filled, settings: { ...settings, ...(errorWorkflow && { errorWorkflow }) } };
}

/** Imports them (all, or these), those that are called before those that call. */
export async function importAll(wanted = examples): Promise<Map<string, Workflow>> {
	const known = await credentials();
	const tables = await tablesByHand();
	const made = new Map<string, Workflow>();
	const open = wanted.filter(({ file }) => file !== '00-tables.json' || version().namesTables);
	while (open.length) {
		const next = open.findIndex((example) => calls(example).every((name) => made.has(name)));
		assert.ok(
			next >= 0,
			`these call what is not there: ${open.map(({ name }) => name).join(', ')}`,
		);
		const example = open.splice(next, 1)[0] as Example;
		const { name, connections, pinData } = example;
		const workflow = await api.call<Workflow>('POST', '/workflows', {
			name,
			connections,
			pinData,
			active: false,
			...chosen(example, known, made, tables),
		});
		made.set(name, workflow);
	}
	return made;
}

/** Runs it as it is in the file: nothing chosen, no account. */
export async function rehearse({
	name,
	nodes,
	connections,
	pinData,
	settings,
}: Example): Promise<Run> {
	const workflow = await api.call<Workflow>('POST', '/workflows', {
		name: `${name}, as imported`,
		...{ nodes, connections, pinData, settings },
		active: false,
	});
	const manual = nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger');
	const trigger = manual ?? nodes.find(({ type }) => /trigger$/i.test(type));
	return await runPinned(workflow, trigger?.name as string);
}

/** Asks as a browser does; who gets no answer says whom it asked, instead of waiting for ever. */
export async function browse(url: string | URL, request: RequestInit = {}): Promise<Response> {
	try {
		return await ask(url, request, { seconds: 120 });
	} catch (error) {
		throw new Error(`${request.method ?? 'GET'} ${String(url)} got no answer`, { cause: error });
	}
}

/** An e-mail as the local Jodo's mail server took it. */
export interface Mail {
	to: string[];
	subject: string;
	text: string;
}

/** All that arrived since the inbox was emptied, in order. */
export const mails = async () => await sandbox.admin<Mail[]>('GET', '/inbox');

async function runTables(): Promise<void> {
	if (!version().namesTables) {
		await tablesByHand();
		return;
	}
	const [workflow] = (
		await importAll(examples.filter(({ file }) => file === '00-tables.json'))
	).values();
	assert.ok(workflow);
	const { status, error } = await runPinned(workflow, 'When you run it');
	assert.equal(status, 'success', error);
	if (cluster) await makeKeys();
}

/** n8n's own database, as the account of a Postgres node. */
export async function ownDatabase(): Promise<Pick<WorkflowNode, 'credentials'>> {
	const env = cluster?.n8n.postgres.env ?? {};
	const { id, name } = await api.credential({
		name: 'The database of n8n',
		type: 'postgres',
		data: {
			host: env['DB_POSTGRESDB_HOST'],
			port: Number(env['DB_POSTGRESDB_PORT']),
			database: env['DB_POSTGRESDB_DATABASE'],
			user: env['DB_POSTGRESDB_USER'],
			password: env['DB_POSTGRESDB_PASSWORD'],
			ssl: 'disable',
		},
	});
	return { credentials: { postgres: { id, name } } };
}

/** What the README asks for where n8n keeps its data in PostgreSQL. */
export async function makeKeys(): Promise<void> {
	const query = readFileSync(join(FOLDER, 'keys-in-postgres.sql'), 'utf8');
	const parameters = { resource: 'database', operation: 'executeQuery', query, options: {} };
	const workflow = await api.createWorkflow({
		name: 'Keys in PostgreSQL',
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
			node('Query', 'n8n-nodes-base.postgres', 2.6, parameters, await ownDatabase()),
		],
		connections: { Start: { main: [to('Query')] } },
	});
	const { status, error } = await runPinned(workflow, 'Start');
	assert.equal(status, 'success', error);
}

let tables: Promise<void> | undefined;

/** Makes the tables as a user does, by running that example; once for all files, which share one n8n. */
export const makeTables = () => (tables ??= runTables());

/** Before a suite that counts: nothing is left of what other files wrote into the tables. */
export async function emptyTables(): Promise<void> {
	await makeTables();
	for (const table of ['Jodo payments', 'Jodo links', 'Jodo counter', 'Jodo follow-ups'])
		await api.deleteRows(table);
}

export interface Run {
	status: string;
	/** What left each node by its outputs, all of them in one list; a node that did not run is missing. */
	out: Record<string, Item[]>;
	/** The message of the error that ended it. */
	error?: string;
}

/** What a run of a workflow did, node by node. */
export async function runOf(execution: Execution): Promise<Run> {
	const { resultData } = unfolded(await recordOf(execution)) as {
		resultData: {
			error?: { message: string };
			runData: Record<string, Array<{ data?: { main: Array<Array<{ json: Item }> | null> } }>>;
		};
	};
	const out = Object.fromEntries(
		Object.entries(resultData.runData).map(([name, runs]) => [
			name,
			runs.flatMap(({ data }) =>
				(data?.main ?? []).flatMap((items) => (items ?? []).map(({ json }) => json)),
			),
		]),
	);
	return { status: execution.status, out, error: resultData.error?.message };
}

const isOver = ({ status }: Execution) =>
	!['new', 'running', 'waiting', 'unknown'].includes(status);

/** Its status, and as far as n8n tells, which nodes have run. */
async function progressOf(id: string): Promise<unknown> {
	const execution = await api.call<Execution>('GET', `/executions/${id}`);
	const nodes = await runOf(execution).then(
		({ out }) => Object.keys(out),
		() => 'not told',
	);
	return { status: execution.status, nodes };
}

/** Waits until it has ended, in whatever way. */
export async function endOf(id: string, name = 'the workflow'): Promise<Execution> {
	return await until(
		`the run of "${name}" to end`,
		async () => {
			const run = await api.call<Execution>('GET', `/executions/${id}`);
			return isOver(run) && run;
		},
		// Eighty of them at once, or 120 rows of five steps each, take minutes where others use the machine too.
		{ seconds: 600, saw: async () => await progressOf(id) },
	);
}

/** How a run may end before its time, given its id. For the last, its workflow must have been `limited` before. */
export const ENDS: Record<string, (id: string) => Promise<unknown>> = {
	'n8n is killed': async () => {
		await demo.n8n.kill();
		await demo.startAgain();
	},
	'the run is stopped': async (id) => await api.call('POST', `/executions/${id}/stop`, {}),
	'the run is timed out': async () => {},
};

/** From the next version on, n8n ends its runs after so many seconds; -1: never. */
export async function limited({ id }: Workflow, executionTimeout: number): Promise<void> {
	const { versionId, settings } = await api.workflow(id);
	const changed = { ...settings, executionTimeout };
	await api.call('PATCH', `/workflows/${id}`, { versionId, settings: changed });
}

/** Runs it as "Execute workflow" does in the editor, from this trigger, on its pinned data (or on these). */
export async function runPinned(
	workflow: Workflow,
	trigger: string,
	pinned?: Record<string, Array<{ json: Item }>>,
): Promise<Run> {
	if (pinned) {
		const { versionId } = await api.workflow(workflow.id);
		await api.call('PATCH', `/workflows/${workflow.id}`, { versionId, pinData: pinned });
	}
	const { executionId } = await api.runFrom(workflow.id, trigger);
	return await runOf(await endOf(executionId as string, workflow.name));
}

/** Node types as the editor knows them. */
export async function nodeTypes(): Promise<
	Array<{ name: string; version: number | number[]; properties: Array<{ name: string }> }>
> {
	const answer = await browse(`${demo.n8n.url}/types/nodes.json`, { headers: api.session() });
	assert.equal(answer.status, 200);
	return (await answer.json()) as never;
}

/** Runs n8n's Google Sheets node once, on these items. */
export async function googleSheets(tab: string, operation: string, items: Item[]): Promise<Run> {
	const account = (await credentials()).get('googleSheetsOAuth2Api');
	const columns = { mappingMode: 'autoMapInputData', matchingColumns: ['row_key'], schema: [] };
	const parameters = {
		resource: 'sheet',
		operation,
		documentId: { __rl: true, mode: 'id', value: 'a-sheet' },
		sheetName: { __rl: true, mode: 'name', value: tab },
		...(operation !== 'read' && { columns, options: { useAppend: true, cellFormat: 'RAW' } }),
	};
	const workflow = await api.createWorkflow({
		name: `Google Sheets: ${operation}`,
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
			node('Items', 'n8n-nodes-base.code', 2, { jsCode: `return ${JSON.stringify(items)};` }),
			node('Google Sheets', 'n8n-nodes-base.googleSheets', 4.7, parameters, {
				credentials: {
					googleSheetsOAuth2Api: { id: account?.id as string, name: account?.name as string },
				},
			}),
		],
		connections: { Start: { main: [to('Items')] }, Items: { main: [to('Google Sheets')] } },
	});
	return await runPinned(workflow, 'Start');
}

/** Writes rows into a table; one with the same key is changed. */
export async function putRow(table: string, key: string, ...rows: Item[]): Promise<void> {
	for (const row of rows) await api.putRow(table, key, row);
}
