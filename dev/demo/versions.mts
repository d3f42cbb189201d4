// What differs from one version of n8n to another, read from the n8n that is installed: all of it stands here.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { N8N } from './paths.mts';

const DIST = join(dirname(N8N), '../dist');

const has = (path: string) => existsSync(join(DIST, path));
const says = (path: string, text: string) =>
	has(path) && readFileSync(join(DIST, path), 'utf8').includes(text);

const CONTROLLER = 'workflows/workflows.controller.js';

export interface Version {
	number: string;
	/** Published by a request of its own. Before: "activated", by a change of the workflow. */
	hasActivate: boolean;
	/** Publishes afterwards, and is asked how that ended. Before: the answer to the request says it. */
	hasPublicationStatus: boolean;
	/** A test run is of the workflow as n8n has it. Before: of the one that the editor sends along. */
	runsStored: boolean;
	hasTables: boolean;
	/** Settings that another n8n would not start with. */
	env: Record<string, string>;
}

let read: Version | undefined;

/** Of the n8n that runs; it must be installed. */
export function version(): Version {
	read ??= {
		number: (JSON.parse(readFileSync(join(DIST, '../package.json'), 'utf8')) as { version: string })
			.version,
		hasActivate: says(CONTROLLER, '/:workflowId/activate'),
		hasPublicationStatus: says(CONTROLLER, 'publication-status'),
		runsStored: says(CONTROLLER, 'ManualRunDto'),
		hasTables: has('modules/data-table'),
		// It would ask the internet.
		env: has('modules/mcp-registry') ? { N8N_DISABLED_MODULES: 'mcp-registry' } : {},
	};
	return read;
}
