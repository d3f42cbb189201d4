// Writes the schema previews of the Jodo node: n8n shows their fields before an operation has run.
//   node dev/run.mjs . -- dev/schemas.mts
// They are made from the outputs in test/fixtures/operations.json, which tests hold against the node.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'nodes/Jodo/__schema__/v1.0.0');

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

const cases: Record<string, { output: object[] }> = JSON.parse(
	readFileSync(join(ROOT, 'test/fixtures/operations.json'), 'utf8'),
);
rmSync(FOLDER, { recursive: true, force: true });
for (const [operation, { output }] of Object.entries(cases)) {
	const file = join(FOLDER, `${operation.replace('.', '/')}.json`);
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, `${JSON.stringify({ ...schemaOf(output[0]), version: 1 }, null, 2)}\n`);
}
console.log(`${Object.keys(cases).length} schemas in ${FOLDER}`);
