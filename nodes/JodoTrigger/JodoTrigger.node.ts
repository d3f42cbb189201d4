import type {
	IHookFunctions,
	ILoadOptionsFunctions,
	INodePropertyOptions,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { codeOptions, listAnswer, listRequest, LISTS } from '../shared/codeLists';
import { EVENT_OPTIONS, OUTPUTS } from '../events/events';
import { itemPer } from '../events/itemPer';
import { isRegistered, publish, unpublish } from './publish';
import { receive } from './receive';
import { REPLACE_LABEL } from './registrationTexts';

const ONE_OUTPUT = JSON.stringify([NodeConnectionTypes.Main]);
const SPLIT_OUTPUTS = JSON.stringify(
	OUTPUTS.map((displayName) => ({ type: NodeConnectionTypes.Main, displayName })),
);

export class JodoTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Jodo Trigger',
		name: 'jodoTrigger',
		icon: { light: 'file:../../icons/jodo.svg', dark: 'file:../../icons/jodo.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ $parameter["events"].length === 1 ? $parameter["events"][0].replace(/[._]/g, " ") : $parameter["events"].length + " events" }}',
		description:
			'Starts the workflow when Jodo reports a fee as paid, settled, expired or bounced, or a change of a student, plan or loan',
		defaults: { name: 'Jodo Trigger' },
		inputs: [],
		outputs: `={{ $parameter["options"]?.["splitOutput"] ? ${SPLIT_OUTPUTS} : ${ONE_OUTPUT} }}`,
		credentials: [{ name: 'jodoApi', required: true }],
		webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'jodo' }],
		eventTriggerDescription: 'Waiting for Jodo to send one of the chosen events',
		activationMessage: 'The chosen events of Jodo now start this workflow.',
		triggerPanel: {
			header: 'Wait for an event from Jodo',
			executionsHelp: {
				inactive:
					"<b>While you build the workflow</b>, click 'Test this trigger' (or 'Execute step') and let the event happen in Jodo, or paste its sample row as mock data: <a href='https://github.com/n8n-nodes-jodo/n8n-nodes-jodo/blob/main/docs/events.md' target='_blank'>sample rows of all events</a>.<br><br><b>When it is ready</b>, publish it: Jodo then sends every chosen event here.",
				active:
					"<b>The workflow is live</b>: Jodo sends every chosen event to it. Jodo knows one address per event, so listening for a test event is refused meanwhile. To work on it, paste a sample row as mock data: <a href='https://github.com/n8n-nodes-jodo/n8n-nodes-jodo/blob/main/docs/events.md' target='_blank'>sample rows of all events</a>.",
			},
			activationHint: {
				active: "The workflow is live. What Jodo sends is under 'Executions', not here.",
				inactive: 'When the workflow is ready, publish it, and Jodo sends every chosen event here.',
			},
		},
		properties: [
			{
				displayName: 'Trigger On',
				name: 'events',
				type: 'multiOptions',
				required: true,
				default: [],
				hint: 'Required. Type a word such as "settled" to find its events.',
				options: EVENT_OPTIONS,
			},
			{
				displayName:
					'Tell Jodo: the Production URL (above, under Webhook URLs), the chosen events, and the secret you entered as Webhook Secret in the Jodo credential',
				name: 'manualNotice',
				type: 'notice',
				default: '',
				displayOptions: { show: { '/options.registration': ['manual'] } },
			},
			{
				displayName: 'Failure Notification Email',
				name: 'failureNotificationEmail',
				type: 'string',
				required: true,
				default: '',
				placeholder: 'e.g. accounts@example.com',
				hint: 'Required. Jodo writes here when it cannot reach n8n.',
				description:
					'Whom Jodo tells when it cannot deliver an event; several are separated by commas',
				displayOptions: { hide: { '/options.registration': ['manual'] } },
			},
			{
				displayName: 'Branch Names or IDs',
				name: 'collectorCodes',
				type: 'multiOptions',
				typeOptions: { loadOptionsMethod: 'getBranches' },
				default: [],
				hint: 'Leave empty unless you have several branches',
				description:
					'Needed only if your institute has several branches at Jodo. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
				displayOptions: { hide: { '/options.registration': ['manual'] } },
			},
			{
				displayName: 'Simplify',
				name: 'simplify',
				type: 'boolean',
				default: true,
				description:
					'Whether to return a simplified version of the response instead of the raw data',
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add Option',
				default: {},
				options: [
					{
						displayName: 'Include Headers',
						name: 'includeHeaders',
						type: 'boolean',
						default: false,
						description: 'Whether to add the HTTP headers of the delivery, without the signature',
					},
					{ ...itemPer, displayOptions: { show: { '/simplify': [true] } } },
					{
						displayName: "Only From Jodo's Servers",
						name: 'onlyJodoIps',
						type: 'boolean',
						default: false,
						description:
							'Whether to also check that a delivery comes from an IP address of Jodo. The signature is checked in any case. Behind a proxy, n8n needs the environment variable N8N_PROXY_HOPS.',
					},
					{
						displayName: 'Registration',
						name: 'registration',
						type: 'options',
						default: 'automatic',
						description: 'Who tells Jodo where to send the events',
						options: [
							{
								name: 'Automatic',
								value: 'automatic',
								description: 'Publishing the workflow registers the events with Jodo',
							},
							{
								name: 'Jodo Sets It Up for Me',
								value: 'manual',
								description:
									'For institutes whose webhooks Jodo itself looks after; needs a Webhook Secret in the Jodo credential, agreed on with Jodo',
							},
						],
					},
					{
						displayName: REPLACE_LABEL,
						name: 'replaceUrl',
						type: 'string',
						default: '',
						placeholder: 'e.g. https://erp.example.com/jodo',
						description:
							'If Jodo sends a chosen event to another system, publishing names its address. Enter that address here to take the event over: the other system then gets it no more, and unpublishing does not bring that back.',
						displayOptions: { hide: { registration: ['manual'] } },
					},
					{
						displayName: 'Split Output',
						name: 'splitOutput',
						type: 'boolean',
						default: false,
						description:
							'Whether to have four outputs: Debited, Settled, Failed (expired, bounced, cancelled …), and Other',
					},
				],
			},
		],
	};

	methods = {
		loadOptions: {
			async getBranches(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
				return codeOptions(LISTS.branches, await listAnswer(this, listRequest(LISTS.branches)));
			},
		},
	};

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return isRegistered(this);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				await publish(this);
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				await unpublish(this);
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this);
	}
}
