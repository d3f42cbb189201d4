// What the demo's n8n holds: an owner, two credentials, a table and the demo workflows. Each is made once.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { N8nApi, type Owner, type Workflow } from './api.mts';
import { WORKFLOWS } from './paths.mts';
import type { Ports } from './ports.mts';
import { Problem } from './problem.mts';

/** For an n8n on the loopback address with made-up data; shown on the screen. */
export const OWNER: Owner = {
	email: 'owner@example.com',
	password: 'Demo-12345',
	firstName: 'Demo',
	lastName: 'Owner',
};

export const LEDGER = 'Fee ledger';
const LEDGER_COLUMNS = [
	{ name: 'settled_on', type: 'string' },
	{ name: 'amount', type: 'number' },
	{ name: 'name', type: 'string' },
	{ name: 'identifier', type: 'string' },
	{ name: 'settlement_utr', type: 'string' },
	{ name: 'paid_on', type: 'string' },
	{ name: 'books', type: 'string' },
	{ name: 'order_id', type: 'string' },
	{ name: 'row_key', type: 'string' },
];

export const JODO_CREDENTIAL = 'Jodo (local sandbox)';

function credentials({ sandbox, smtp }: Ports) {
	return [
		{
			name: JODO_CREDENTIAL,
			type: 'jodoApi',
			data: {
				environment: 'custom',
				baseUrl: `http://127.0.0.1:${sandbox}`,
				apiKey: 'sandbox_key',
				apiSecret: 'sandbox_secret',
			},
		},
		{
			name: 'Mail (local sandbox)',
			type: 'smtp',
			data: {
				host: '127.0.0.1',
				port: smtp,
				secure: false,
				disableStartTls: true,
				user: '',
				password: '',
			},
		},
	];
}

export async function signIn(url: string): Promise<N8nApi> {
	const api = new N8nApi(url);
	await api.signIn(OWNER).catch((error: Error) => {
		throw new Problem(
			`Could not log in to n8n as ${OWNER.email} (${error.message}).\n` +
				'If you changed the password, "npm start -- --fresh" throws this demo away and makes a new one.',
		);
	});
	return api;
}

/** Creates what is missing; a workflow that is there is left as the user made it. */
export async function setUp(api: N8nApi, ports: Ports): Promise<Workflow[]> {
	await api.ensureTable(LEDGER, LEDGER_COLUMNS);
	const ids = new Map<string, string>();
	for (const wanted of credentials(ports)) {
		const { id, name } = await api.credential(wanted);
		ids.set(name, id);
	}
	const known = await api.workflows();
	const ours: Workflow[] = [];
	for (const file of readdirSync(WORKFLOWS).sort()) {
		const text = readFileSync(join(WORKFLOWS, file), 'utf8');
		const wanted = JSON.parse(text) as Workflow;
		for (const node of wanted.nodes) {
			for (const reference of Object.values(node.credentials ?? {})) {
				reference.id = ids.get(reference.name);
			}
		}
		ours.push(
			known.find(({ name, isArchived }) => name === wanted.name && !isArchived) ??
				(await api.createWorkflow(wanted)),
		);
	}
	return ours;
}
