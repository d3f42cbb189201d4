/** One list of operations, told by five places; and what the package was asked for, word for word. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { registry } from '../../nodes/Jodo/actions/registry';
import type { Resource } from '../../nodes/Jodo/actions/operation';
import { EVENTS } from '../../nodes/events/events';
import cases from '../fixtures/operations.json';

const ROOT = join(__dirname, '../..');
const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');

interface JodoNode {
	type: string;
	parameters: { resource: string; operation: string };
}

const OPERATIONS = Object.entries(registry as Record<string, Resource>).flatMap(
	([resource, { operations }]) => Object.keys(operations).map((name) => `${resource}.${name}`),
);

it('all places name the same 25 operations', () => {
	expect(OPERATIONS).toHaveLength(25);
	expect(Object.keys(cases).sort()).toEqual([...OPERATIONS].sort());

	const schemas = readdirSync(join(ROOT, 'nodes/Jodo/__schema__/v1.0.0'), { recursive: true })
		.map(String)
		.filter((file) => file.endsWith('.json'))
		.map((file) => file.slice(0, -'.json'.length).replace(/[\\/]/, '.'));
	expect(schemas.sort()).toEqual([...OPERATIONS].sort());
});

it("the requests are those of the sandbox's contract, each once", () => {
	const contract: Array<{ method: string; path: string }> = [];
	let path = '';
	for (const line of text('dev/sandbox/openapi.yaml').split('\n')) {
		path = /^ {2}(\/\S+):$/.exec(line)?.[1] ?? path;
		const method = /^ {4}(get|post|patch|put|delete):$/.exec(line)?.[1]?.toUpperCase();
		if (method) contract.push({ method, path });
	}
	const matching = Object.values(cases).map(({ request: [method, url] }) => {
		const sent = String(url).replace('/api/v1/integrations', '').replace(/\?.*/, '');
		const found = contract.filter(
			(one) =>
				one.method === method &&
				new RegExp(`^${one.path.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(sent),
		);
		expect(found).toHaveLength(1);
		return `${found[0]?.method} ${found[0]?.path}`;
	});
	expect(matching.sort()).toEqual(contract.map((one) => `${one.method} ${one.path}`).sort());
});

it('the README names every operation', () => {
	for (const { name, operations } of Object.values(registry as Record<string, Resource>)) {
		const row = new RegExp(`^\\| ${name} +\\| (.*?) +\\|$`, 'm').exec(text('README.md'))?.[1];
		const names = Object.values(operations).map((operation) => operation.name);
		expect(row?.split(', ').sort()).toEqual(names.sort());
	}
});

/** What no example uses, and why. */
const IN_NO_EXAMPLE: Record<string, string> = {
	'configuration.getBranches': 'The list of a field offers the branches; no weekly work needs them',
	'configuration.getDiscounts':
		'The list of a field offers the discounts; no weekly work needs them',
	'payment.getAll':
		'Whether it repeats what was paid by links and orders is not known: booked, it might count twice',
	'payment.cancel':
		'Takes back one payment that was recorded by mistake: by hand, by who looks at it',
	'student.getProducts': "What one parent may choose from: for a school's own page or app",
	'student.update': 'Corrects the name or number of one student: by hand, by who looks at it',
	'student.updateFee':
		'Replaces all fees of a student, for whom they come with the registration: by hand',
	'webhook.add': 'The Jodo Trigger registers what it needs; this is for receivers outside n8n',
	'webhook.get': 'The list of webhooks says the same of each of them',
	'webhook.disable': 'The Jodo Trigger removes its own; this is for receivers outside n8n',
};

it('the examples use every operation, or it is said why not', () => {
	const used = readdirSync(join(ROOT, 'examples'))
		.filter((file) => file.endsWith('.json'))
		.flatMap((file) => (JSON.parse(text(`examples/${file}`)) as { nodes: JodoNode[] }).nodes)
		.filter(({ type }) => type === 'n8n-nodes-jodo.jodo')
		.map(({ parameters: { resource, operation } }) => `${resource}.${operation}`);
	const unused = OPERATIONS.filter((operation) => !used.includes(operation));
	expect(unused.sort()).toEqual(Object.keys(IN_NO_EXAMPLE).sort());
});

it.each([
	['Register Student', 'student', 'register'],
	['Get Student', 'student', 'get'],
	['Update Student', 'student', 'update'],
	['Update Fee', 'student', 'updateFee'],
	['List Payments', 'payment', 'getAll'],
	['Create Pay Order', 'order', 'create'],
	['Get Pay Order', 'order', 'get'],
	['Create Payment Link', 'paymentLink', 'create'],
	['Get Payment Link', 'paymentLink', 'get'],
	['Cancel Payment Link', 'paymentLink', 'cancel'],
])('was asked for and is there: %s', (title, resource, operation) => {
	const { operations } = (registry as Record<string, Resource>)[resource] as Resource;
	expect(operations[operation]?.description).toContain(`(${title})`);
});

it.each([
	'payment.debited',
	'payment.settled',
	'order.payment.debited',
	'order.payment.settled',
	'page.payment.debited',
	'page.payment.settled',
	'payment_link.payment.debited',
	'payment_link.payment.settled',
	'payment_link.payment.expired',
	'flex.instalment.settled',
])('was asked for and is there: %s', (value) => {
	expect(EVENTS.map((event) => event.value)).toContain(value);
});
