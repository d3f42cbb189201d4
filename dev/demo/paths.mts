import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

export const ROOT = resolve(HERE, '../..');
/** Everything that running the demo leaves behind; git ignores it, deleting it starts afresh. */
export const RUN = join(ROOT, '.run');
/** The demo's own n8n and what it resolves with, or the folder of another one. */
export const N8N = resolve(process.env['N8N_FOLDER'] || HERE, 'node_modules/n8n/bin/n8n');
export const DEMO = HERE;
/** Other n8n's; not below the demo's, whose packages they would find. Git ignores it. */
export const OTHERS = join(ROOT, 'dev/versions');
export const WORKFLOWS = join(HERE, 'workflows');
