import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

export const ROOT = resolve(HERE, '../..');
/** Everything that running the demo leaves behind; git ignores it, deleting it starts afresh. */
export const RUN = join(ROOT, '.run');
/** Another n8n than ours, to see how the package does in an older one. */
export const OTHER_N8N = process.env['N8N_FOLDER'];
export const N8N = join(OTHER_N8N || HERE, 'node_modules/n8n/bin/n8n');
export const WORKFLOWS = join(HERE, 'workflows');
