// What holds for every example: the editor can import it, n8n knows all that it uses, and all go live together.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import type { INodeParameters, INodeTypeDescription } from 'n8n-workflow';
import type { WorkflowNode } from '../../dev/demo/api.mts';
import { version } from '../../dev/demo/versions.mts';
import { examples, importAll, nodeTypes, rehearse, type Example } from './examples.mts';
import { api, cleanSlate, registrations, sandbox } from './world.mts';

// Its build for `import` is for bundlers: Node.js can't resolve it.
const { NodeHelpers } = createRequire(import.meta.url)(
	'n8n-workflow',
) as typeof import('n8n-workflow');

const types = (await nodeTypes()) as unknown as INodeTypeDescription[];

/** Instead of the inbox, not beside it. */
const ALONE = 'Jodo: settled money to sheet and e-mail';
const STICKY = 'n8n-nodes-base.stickyNote';
const MANUAL = 'n8n-nodes-base.manualTrigger';

const versionsOf = ({ version }: INodeTypeDescription) => [version].flat();
const typeOf = (node: WorkflowNode) =>
	types.find(
		(type) => type.name === node.type && versionsOf(type).includes(node.typeVersion),
	) as INodeTypeDescription;

/** Names of parameters that are given but not there once n8n has read them: unknown, or not shown. */
function unread(given: unknown, read: unknown, path = ''): string[] {
	if (typeof given !== 'object' || given === null) return [];
	return Object.entries(given).flatMap(([name, value]) => {
		const here = path ? `${path}.${name}` : name;
		const there = (read as Record<string, unknown> | null | undefined)?.[name];
		return there === undefined && value !== undefined ? [here] : unread(value, there, here);
	});
}

const boxOf = ({ type, position: [x, y], parameters }: WorkflowNode) =>
	type === STICKY
		? { x, y, width: Number(parameters['width']), height: Number(parameters['height']) }
		: { x, y, width: 100, height: 100 };

function overlap(one: WorkflowNode, other: WorkflowNode): boolean {
	const [a, b] = [boxOf(one), boxOf(other)];
	return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

const isTrigger = (node: WorkflowNode) => typeOf(node)?.group.includes('trigger');

const targets = ({ connections }: Example) =>
	Object.values(connections as Record<string, { main: Array<Array<{ node: string }> | null> }>)
		.flatMap(({ main }) => main)
		.flatMap((output) => (output ?? []).map(({ node }) => node));

for (const example of examples) {
	describe(`examples/${example.file}`, () => {
		const { nodes, connections, pinData = {} } = example;
		const names = nodes.map(({ name }) => name);
		const text = JSON.stringify(example);

		it('uses only nodes, versions and parameters that n8n has', () => {
			for (const node of nodes) {
				const type = typeOf(node);
				assert.ok(type, `${node.name}: ${node.type} ${node.typeVersion}`);
				const read = NodeHelpers.getNodeParameters(
					type.properties,
					node.parameters as INodeParameters,
					true,
					false,
					node as never,
					type,
				);
				// In the README: what to choose where n8n has it under another name.
				const known = version().hasFileAttachments ? [] : ['options.fileAttachments'];
				const missing = unread(node.parameters, read).filter((path) => !known.includes(path));
				assert.deepEqual(missing, [], node.name);
			}
		});

		it('has a note that says what it is for, and nodes that do not overlap', () => {
			const notes = nodes.filter(({ type }) => type === STICKY);
			assert.ok(notes.length, 'no sticky note');
			nodes.forEach((node, index) => {
				const on = nodes.slice(index + 1).filter((other) => overlap(node, other));
				assert.deepEqual(
					on.map(({ name }) => `${node.name} / ${name}`),
					[],
				);
			});
		});

		it('names only nodes of its own', () => {
			assert.equal(new Set(names).size, names.length);
			const named = [...text.matchAll(/\$\('([^']+)'\)/g)].map(([, name]) => name as string);
			const all = [
				...Object.keys(connections),
				...targets(example),
				...Object.keys(pinData),
				...named,
			];
			assert.deepEqual(
				all.filter((name) => !names.includes(name)),
				[],
			);
			const ids = nodes.map(({ id }) => id);
			assert.equal(new Set(ids).size, ids.length);
			for (const id of ids)
				assert.match(id, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
		});

		it('carries nobody and nothing real', () => {
			const addresses = text.match(/[\w.+-]+@[\w-]+\.[\w.]+/g) ?? [];
			assert.deepEqual(
				addresses.filter((address) => !/@example\.(com|edu|org)$/.test(address)),
				[],
			);
			// One that is only named stops even a run on pinned data.
			assert.deepEqual(
				nodes.filter(({ credentials }) => credentials),
				[],
			);
		});

		it('lets no text that strangers typed become a formula or HTML', () => {
			for (const { name, type, parameters } of nodes) {
				if (type === 'n8n-nodes-base.emailSend')
					assert.equal(parameters['emailFormat'], 'text', name);
				if (type === 'n8n-nodes-base.googleSheets' && parameters['operation'] !== 'read')
					assert.equal(
						(parameters['options'] as Record<string, unknown>)['cellFormat'],
						'RAW',
						name,
					);
				if (type === 'n8n-nodes-base.convertToFile')
					assert.notEqual(parameters['operation'] ?? 'csv', 'csv', name);
			}
		});

		it("has no address filled in, so that n8n asks for the office's own", () => {
			for (const { name, type, parameters } of nodes) {
				if (type === 'n8n-nodes-base.emailSend') {
					assert.equal(parameters['fromEmail'], '', name);
					assert.match(String(parameters['toEmail']), /^$|^=/, name);
				}
				if (type === 'n8n-nodes-jodo.jodoTrigger')
					assert.equal(parameters['failureNotificationEmail'], '', name);
			}
		});

		it('uses the oldest nodes that do the job, for the n8n versions before', () => {
			const OLDEST: Record<string, number> = {
				'n8n-nodes-base.dataTable': 1,
				'n8n-nodes-base.executeWorkflowTrigger': 1.1,
			};
			for (const { name, type, typeVersion } of nodes)
				if (type in OLDEST) assert.equal(typeVersion, OLDEST[type], name);
		});

		it('runs before any account exists, and nothing leaves n8n', async () => {
			await cleanSlate();
			const { status, error, out } = await rehearse(example);
			assert.equal(status, 'success', error);
			assert.ok(Object.keys(out).length > 2);
			assert.deepEqual(await sandbox.admin('GET', '/inbox'), []);
			assert.deepEqual(await sandbox.admin('GET', '/requests'), []);
		});
	});
}

describe('all examples together', () => {
	it('are imported, go live without one failure, and leave nothing registered', async () => {
		await cleanSlate();
		const workflows = await importAll(examples.filter(({ name }) => name !== ALONE));
		const live = [...workflows.values()].filter(({ nodes }) =>
			nodes.some((node) => isTrigger(node) && node.type !== MANUAL),
		);
		const called = live.filter(
			({ nodes }) => !nodes.some(({ type }) => type.startsWith('n8n-nodes-jodo.jodoTrigger')),
		);
		for (const workflow of new Set([...called, ...live])) await api.publish(workflow.id);
		assert.ok((await registrations()).length);
		for (const { id } of live) await api.unpublish(id);
		assert.deepEqual(await registrations(), []);
	});

	it("ask for the office's addresses before they go live, accounts or not", async () => {
		await cleanSlate();
		const workflows = await importAll(examples.filter(({ name }) => name !== ALONE));
		const isMail = ({ type }: WorkflowNode) => type === 'n8n-nodes-base.emailSend';
		const asked: string[] = [];
		for (const { name, nodes } of examples.filter((one) => one.nodes.some(isMail))) {
			const workflow = workflows.get(name);
			if (!workflow) continue;
			const given = new Map(nodes.map((node) => [node.name, node.parameters]));
			const imported = workflow.nodes.map((node) =>
				isMail(node) ? { ...node, parameters: given.get(node.name) } : node,
			);
			const path = `/workflows/${workflow.id}`;
			const { versionId: known } = await api.workflow(workflow.id);
			await api.call('PATCH', path, { versionId: known, nodes: imported });
			const { versionId } = await api.workflow(workflow.id);
			await assert.rejects(
				api.call('POST', `${path}/activate`, { versionId }),
				// Older n8n counts what is missing instead of naming it; all else is filled in.
				/From Email|fromEmail|Missing or invalid required parameters/,
				name,
			);
			asked.push(name);
		}
		assert.ok(asked.length > 10);
	});

	it('have one Jodo Trigger, since an event has one destination; the first example has its own', () => {
		const owners = examples.filter(({ nodes }) =>
			nodes.some(({ type }) => type === 'n8n-nodes-jodo.jodoTrigger'),
		);
		assert.deepEqual(
			owners.map(({ name }) => name),
			['Jodo inbox', ALONE],
		);
	});
});
