// n8n's own REST interface, as its editor uses it: a session cookie and one constant browser id.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from './problem.mts';
import { until } from './process.mts';
import { version } from './versions.mts';

export interface Credential {
	id: string;
	name: string;
	type: string;
	data?: Record<string, unknown>;
}

export interface WorkflowNode {
	id: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	webhookId?: string;
	credentials?: Record<string, { id?: string; name: string }>;
	[more: string]: unknown;
}

export function node(
	name: string,
	type: string,
	typeVersion: number,
	parameters: Record<string, unknown>,
	more: Partial<WorkflowNode> = {},
): WorkflowNode {
	return { id: randomUUID(), name, type, typeVersion, position: [0, 0], parameters, ...more };
}

export interface Workflow {
	id: string;
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, unknown>;
	settings: Record<string, unknown>;
	versionId: string;
	active: boolean;
	isArchived?: boolean;
}

export interface Publication {
	status: 'in_progress' | 'not_published' | 'published' | 'partial' | 'failed';
	triggers: Array<{ nodeId: string; status: string; errorMessage: string | null }>;
}

export interface Execution {
	id: string;
	status: string;
	workflowId: string;
	/** What began it: `webhook`, `trigger`, `manual` … */
	mode?: string;
}

export interface Owner {
	email: string;
	password: string;
	firstName: string;
	lastName: string;
}

type Row = Record<string, unknown>;
/** Rows that n8n gives at once. */
const PAGE = 100;

interface TableColumn {
	name: string;
	type: string;
}

const STARTS_BY_ITSELF = /(?<!executeWorkflow|error|manual)trigger$|\.webhook$/i;

const NOT_READY = 'Database is not ready';

/**
 * Asks n8n, and waits where it turns everything away because its database is slow to answer, as for a while after a
 * start on a busy machine: it has not looked at the request then.
 * @param seconds for each attempt
 * @param patience in seconds, for n8n to take requests at all
 */
export async function ask(
	url: string | URL,
	request: RequestInit = {},
	{ seconds = 60, patience = 120 } = {},
): Promise<Response> {
	const deadline = Date.now() + patience * 1000;
	for (;;) {
		const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(seconds * 1000) });
		if (answer.status !== 503 || !(await answer.clone().text()).includes(NOT_READY)) return answer;
		if (Date.now() > deadline) {
			const asked = `${request.method ?? 'GET'} ${String(url)}`;
			throw new Problem(`n8n has said "${NOT_READY}" to ${asked} for ${patience} s.`);
		}
		await sleep(500);
	}
}

export class N8nApi {
	readonly url: string;
	#cookie = '';
	#project = '';
	/** Ids of tables, by name. */
	readonly #tables = new Map<string, string>();
	#key?: string;
	/** The newest version of each node that this n8n knows, by the node's type. */
	#newest?: Promise<Map<string, number>>;

	constructor(url: string) {
		this.url = url;
	}

	/** What the editor's browser sends with everything it asks for. */
	session(): Record<string, string> {
		return { 'browser-id': 'demo', cookie: this.#cookie };
	}

	async call<T>(method: string, path: string, body?: unknown, seconds = 60): Promise<T> {
		const request = {
			method,
			headers: {
				...this.session(),
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		};
		const answer = await ask(`${this.url}/rest${path}`, request, { seconds });
		const text = await answer.text();
		if (!answer.ok) {
			throw new Problem(
				`n8n answered ${answer.status} to ${method} ${path}: ${text.slice(0, 800)}`,
			);
		}
		for (const cookie of answer.headers.getSetCookie()) {
			if (cookie.startsWith('n8n-auth=')) this.#cookie = cookie.split(';')[0] as string;
		}
		return text ? ((JSON.parse(text) as { data?: T }).data as T) : (undefined as T);
	}

	/** Creates the owner of a fresh n8n, else logs in. */
	async signIn(owner: Owner): Promise<void> {
		const settings = await this.call<{ userManagement: { showSetupOnFirstLoad: boolean } }>(
			'GET',
			'/settings',
		);
		const { email, password } = owner;
		if (settings.userManagement.showSetupOnFirstLoad) {
			await this.call('POST', '/owner/setup', owner);
		} else {
			await this.call('POST', '/login', { emailOrLdapLoginId: email, password });
		}
		this.#project = (await this.call<{ id: string }>('GET', '/projects/personal')).id;
	}

	/** Creates the credential, or brings the one of this name up to date. */
	async credential(wanted: Required<Omit<Credential, 'id'>>): Promise<Credential> {
		const known = await this.call<Credential[]>('GET', '/credentials');
		const id = known.find(({ name, type }) => name === wanted.name && type === wanted.type)?.id;
		return id
			? await this.call('PATCH', `/credentials/${id}`, { ...wanted, id })
			: await this.call('POST', '/credentials', wanted);
	}

	async testCredential(credentials: Credential): Promise<{ status: string; message: string }> {
		return await this.call('POST', '/credentials/test', { credentials });
	}

	async workflows(): Promise<Workflow[]> {
		return await this.call('GET', '/workflows');
	}

	/** Those that are published. */
	async live(): Promise<Workflow[]> {
		const filter = encodeURIComponent(JSON.stringify({ active: true }));
		return await this.call('GET', `/workflows?filter=${filter}`);
	}

	async workflow(id: string): Promise<Workflow> {
		return await this.call('GET', `/workflows/${id}`);
	}

	async createWorkflow(
		workflow: Pick<Workflow, 'name' | 'nodes' | 'connections'> &
			Partial<Pick<Workflow, 'settings'>>,
	): Promise<Workflow> {
		const newest = await (this.#newest ??= this.#nodeVersions());
		const nodes = workflow.nodes.map((each) => ({
			...each,
			typeVersion: Math.min(each.typeVersion, newest.get(each.type) ?? each.typeVersion),
		}));
		const settings = { executionOrder: 'v1', ...workflow.settings };
		return await this.call('POST', '/workflows', { active: false, ...workflow, nodes, settings });
	}

	async #nodeVersions(): Promise<Map<string, number>> {
		const answer = await ask(`${this.url}/types/nodes.json`, { headers: this.session() });
		const types = (await answer.json()) as Array<{ name: string; version: number | number[] }>;
		const newest = new Map<string, number>();
		for (const { name, version: known } of types) {
			newest.set(name, Math.max(newest.get(name) ?? 0, ...[known].flat()));
		}
		return newest;
	}

	async publication(id: string): Promise<Publication> {
		if (version().hasPublicationStatus) {
			try {
				return await this.call('GET', `/workflows/${id}/publication-status`);
			} catch (error) {
				// An n8n that was told to publish as older ones do.
				if (!/publication status is not available/i.test((error as Error).message)) throw error;
			}
		}
		const { active } = await this.workflow(id);
		return { status: active ? 'published' : 'not_published', triggers: [] };
	}

	async #settled(id: string): Promise<Publication> {
		return await until(
			'n8n to finish publishing',
			async () => {
				const publication = await this.publication(id);
				return publication.status !== 'in_progress' && publication;
			},
			{ seconds: 240 },
		);
	}

	/** Asks n8n to publish or to unpublish; before publication status, the answer comes when that has ended. */
	async askToPublish(id: string, active = true): Promise<void> {
		const { versionId } = await this.workflow(id);
		await (version().hasActivate
			? this.call('POST', `/workflows/${id}/${active ? 'activate' : 'deactivate'}`, { versionId })
			: this.call('PATCH', `/workflows/${id}`, { active, versionId }));
	}

	/**
	 * Publishes the current version, or it with these nodes, and returns how that ended. Before n8n 2, saving nodes of
	 * a live workflow publishes them.
	 */
	async tryPublish(id: string, nodes?: WorkflowNode[]): Promise<Publication> {
		try {
			if (nodes) {
				const { versionId } = await this.workflow(id);
				await this.call('PATCH', `/workflows/${id}`, { nodes, versionId });
			}
			await this.askToPublish(id);
		} catch (error) {
			if (version().hasPublicationStatus) throw error;
			// The editor shows the message alone, out of the answer.
			const said = /"message":("(?:[^"\\]|\\.)*")/.exec((error as Error).message)?.[1];
			const errorMessage = said ? (JSON.parse(said) as string) : (error as Error).message;
			const failed = { nodeId: '', status: 'failed', errorMessage };
			return { status: 'failed', triggers: [failed] };
		}
		return await this.#settled(id);
	}

	async publish(id: string): Promise<void> {
		if (!version().publishesCalled) {
			const { nodes } = await this.workflow(id);
			if (!nodes.some(({ type }) => STARTS_BY_ITSELF.test(type))) return;
		}
		const { status, triggers } = await this.tryPublish(id);
		if (status !== 'published') {
			const reasons = triggers.map(({ errorMessage }) => errorMessage).filter(Boolean);
			throw new Problem(`n8n could not publish the workflow (${status}): ${reasons.join('; ')}`);
		}
	}

	async unpublish(id: string): Promise<Publication> {
		await this.askToPublish(id, false);
		return await this.#settled(id);
	}

	/** The editor's button: runs a workflow from this trigger, or begins to listen for its event. */
	async runFrom(
		id: string,
		trigger: string,
	): Promise<{ waitingForWebhook?: boolean; executionId?: string }> {
		const workflowData = version().runsStored ? undefined : await this.workflow(id);
		const triggerToStartFrom = { name: trigger };
		return await this.call('POST', `/workflows/${id}/run`, { workflowData, triggerToStartFrom });
	}

	/**
	 * The newest 100, each once, as it was last seen: n8n asks for those that run and those that have ended at the
	 * same time, so that one that ends meanwhile stands in both lists.
	 */
	async executions(workflowId: string): Promise<Execution[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await this.call<{ results: Execution[] }>(
			'GET',
			`/executions?filter=${filter}&limit=100`,
		);
		return [...new Map(results.map((execution) => [execution.id, execution])).values()];
	}

	/** For n8n's public API, made when it is first needed. */
	async #apiKey(): Promise<string> {
		const wanted = { label: randomUUID(), scopes: ['execution:list'], expiresAt: null };
		this.#key ??= (await this.call<{ rawApiKey: string }>('POST', '/api-keys', wanted)).rawApiKey;
		return this.#key;
	}

	/**
	 * All executions of a workflow, however many; those that have not ended first. The editor's list, sorted by
	 * start but paged by id, skips some where several processes start them.
	 */
	async allExecutions(workflowId: string): Promise<Execution[]> {
		const status = ['new', 'running', 'waiting', 'unknown'];
		const filter = encodeURIComponent(JSON.stringify({ workflowId, status }));
		const { results } = await this.call<{ results: Execution[] }>(
			'GET',
			`/executions?filter=${filter}&limit=100`,
		);
		const all = new Map(results.map((execution) => [String(execution.id), execution]));
		let cursor: string | null = '';
		do {
			const page = await ask(
				`${this.url}/api/v1/executions?workflowId=${workflowId}&limit=250${cursor && `&cursor=${cursor}`}`,
				{ headers: { 'x-n8n-api-key': await this.#apiKey() } },
			);
			const { data, nextCursor } = (await page.json()) as {
				data: Execution[];
				nextCursor: string | null;
			};
			for (const execution of data) {
				const id = String(execution.id);
				all.set(id, { ...execution, id });
			}
			cursor = nextCursor;
		} while (cursor);
		return [...all.values()];
	}

	async #table(name: string): Promise<string | undefined> {
		if (!this.#tables.has(name)) {
			const { data } = await this.call<{ data: Array<{ id: string; name: string }> }>(
				'GET',
				`/projects/${this.#project}/data-tables?take=100`,
			);
			for (const table of data) this.#tables.set(table.name, table.id);
		}
		return this.#tables.get(name);
	}

	async #rowsOf<T>(method: string, table: string, path: string, body?: unknown): Promise<T> {
		const id = await this.#table(table);
		if (!id) throw new Problem(`There is no table "${table}".`);
		return await this.call(method, `/projects/${this.#project}/data-tables/${id}/${path}`, body);
	}

	/** The table's id; undefined in an n8n that has no tables yet. */
	async ensureTable(name: string, columns: TableColumn[]): Promise<string | undefined> {
		if (!version().hasTables) return undefined;
		const path = `/projects/${this.#project}/data-tables`;
		return (
			(await this.#table(name)) ??
			(await this.call<{ id: string }>('POST', path, { name, columns })).id
		);
	}

	async rows(table: string): Promise<Row[]> {
		const all: Row[] = [];
		for (;;) {
			const path = `rows?take=${PAGE}&skip=${all.length}`;
			const { data } = await this.#rowsOf<{ data: Row[] }>('GET', table, path);
			all.push(...data);
			if (data.length < PAGE) return all;
		}
	}

	async insertRows(table: string, data: Row[]): Promise<void> {
		await this.#rowsOf('POST', table, 'insert', { data, returnType: 'count' });
	}

	/** Changes the row with this key, or makes one. */
	async putRow(table: string, key: string, data: Row): Promise<void> {
		const filters = [{ columnName: key, condition: 'eq', value: data[key] }];
		await this.#rowsOf('POST', table, 'upsert', { filter: { type: 'and', filters }, data });
	}

	/** All of them, or those with this value. */
	async deleteRows(table: string, columnName = 'id', value?: unknown): Promise<void> {
		const which = value === undefined ? { condition: 'gt', value: 0 } : { condition: 'eq', value };
		const filters = [{ columnName, ...which }];
		const filter = encodeURIComponent(JSON.stringify({ type: 'and', filters }));
		await this.#rowsOf('DELETE', table, `rows?filter=${filter}`);
	}
}
