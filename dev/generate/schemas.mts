// The schema previews of the Jodo node: n8n shows their fields before an operation has run.
// Made from the outputs in test/fixtures/operations.json, which tests hold against the node.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { put, ROOT } from './put.mts';

interface Schema {
	type: string;
	properties?: Record<string, Schema>;
	items?: Schema;
}

/** The shape of one value; of a list, that of its first entry. */
function schemaOf(value: unknown): Schema {
	if (Array.isArray(value)) return { type: 'array', items: schemaOf(value[0]) };
	if (value === null) return { type: 'null' };
	if (typeof value !== 'object') return { type: typeof value };
	const properties = Object.entries(value).map(([key, member]) => [key, schemaOf(member)]);
	return { type: 'object', properties: Object.fromEntries(properties) };
}

export async function schemas(): Promise<void> {
	const cases: Record<string, { output: object[] }> = JSON.parse(
		readFileSync(join(ROOT, 'test/fixtures/operations.json'), 'utf8'),
	);
	for (const [operation, { output }] of Object.entries(cases)) {
		const file = `nodes/Jodo/__schema__/v1.0.0/${operation.replace('.', '/')}.json`;
		await put(file, JSON.stringify({ ...schemaOf(output[0]), version: 1 }));
	}
}
