import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

export const ROOT = resolve(HERE, '../..');
/** Everything that running the demo leaves behind; git ignores it, deleting it starts afresh. */
export const RUN = join(ROOT, '.run');
export const N8N = join(HERE, 'node_modules/n8n/bin/n8n');
export const WORKFLOWS = join(HERE, 'workflows');
