// What differs from one version of n8n to another, read from the n8n that is installed: all of it stands here.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { N8N } from './paths.mts';

const DIST = join(dirname(N8N), '../dist');

const has = (path: string) => existsSync(join(DIST, path));
const says = (path: string, text: string) =>
	has(path) && readFileSync(join(DIST, path), 'utf8').includes(text);

const ERRORS = ['cjs/', ''].map(
	(folder) => `../../n8n-workflow/dist/${folder}errors/abstract/execution-base.error.js`,
);
const CONTROLLER = 'workflows/workflows.controller.js';

export interface Version {
	number: string;
	/** Published by a request of its own. Before: "activated", by a change of the workflow. */
	hasActivate: boolean;
	/** What only other workflows call is published too. Before: n8n refuses that, and calls it all the same. */
	publishesCalled: boolean;
	/** Publishes afterwards, and is asked how that ended. Before: the answer to the request says it. */
	hasPublicationStatus: boolean;
	/** A test run is of the workflow as n8n has it. Before: of the one that the editor sends along. */
	runsStored: boolean;
	hasTables: boolean;
	/** Its Data table node makes tables, and knows them by name. Before: somebody makes them, and picks them from a list. */
	namesTables: boolean;
	/** Answers an event before it has stored the run, so that a kill in that moment loses it. */
	answersFirst: boolean;
	/** Its mail node attaches files as such. Before: under "Attachments", the only ones. */
	hasFileAttachments: boolean;
	/** Reads JSON that begins with a byte order mark, refuses a broken form. Before: the other way round. */
	readsBodiesAnew: boolean;
	/** What the test of a credential says of a status, where n8n does not show our words for it. */
	testSays: Record<number, string>;
	/** Settings that only this n8n needs. */
	env: Record<string, string>;
}

/** Where n8n's errors lose their cause, and with it the status that a credential's own words go by. */
const TEST_SAYS = {
	302: 'Request failed with status code 302',
	401: 'Authorization failed - please check your credentials',
	403: 'Forbidden - perhaps check your credentials?',
	404: 'The resource you are requesting could not be found',
	407: 'Your request is invalid or could not be processed by the service',
	429: 'The service is receiving too many requests from you',
	500: 'The service was not able to process your request',
	503: 'Service unavailable - try again later or consider setting this node to retry automatically (in the node settings)',
};

let read: Version | undefined;

/** Of the n8n that runs; it must be installed. */
export function version(): Version {
	if (read) return read;
	const { version: number } = JSON.parse(readFileSync(join(DIST, '../package.json'), 'utf8')) as {
		version: string;
	};
	read = {
		number,
		hasActivate: says(CONTROLLER, '/:workflowId/activate'),
		publishesCalled: !number.startsWith('1.'),
		hasPublicationStatus: says(CONTROLLER, 'publication-status'),
		runsStored: says(CONTROLLER, 'ManualRunDto'),
		hasTables: has('modules/data-table'),
		namesTables: has('../../n8n-nodes-base/dist/nodes/DataTable/actions/table'),
		hasFileAttachments: says(
			'../../n8n-nodes-base/dist/nodes/EmailSend/v2/send.operation.js',
			'fileAttachments',
		),
		answersFirst: !says('webhooks/webhook-helpers.js', 'shouldDeferOnReceivedResponse'),
		readsBodiesAnew: says('middlewares/body-parser.js', 'stripBom'),
		testSays: ERRORS.some((path) => says(path, '  cause;')) ? TEST_SAYS : {},
		env: {
			// It would ask the internet.
			...(has('modules/mcp-registry') && { N8N_DISABLED_MODULES: 'mcp-registry' }),
			// Others of n8n's own, to try: N8N_SETTINGS='DB_SQLITE_POOL_SIZE=4 N8N_EXPRESSION_ENGINE=legacy'
			...Object.fromEntries(
				(process.env['N8N_SETTINGS'] ?? '')
					.split(' ')
					.filter(Boolean)
					.map((one) => one.split('=')),
			),
		},
	};
	return read;
}
