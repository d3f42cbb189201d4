import { ApplicationError } from 'n8n-workflow';
import type {
	IAuthenticate,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

import {
	baseUrlOf,
	ENVIRONMENT_NAMES,
	expressionMark,
	faultOf,
	HANGS_ON_ITEM,
	HOSTS,
} from '../nodes/shared/environments';

const KEYS_REFUSED =
	'Jodo did not accept the API key and secret. Check that they belong to the chosen environment: Live and Test (UAT) have different keys.';

const NOT_JODO =
	'What answers there is not Jodo. Check the environment and the Base URL; a proxy or a firewall may also have answered in its place.';

const NOT_NOW =
	'Jodo, or a proxy before it, cannot answer now. The keys may be right: try again in a few minutes.';

/** Without words of ours, n8n shows the bare "Unauthorized" or "Found". */
const BY_STATUS: Record<number, string> = {
	301: NOT_JODO,
	302: NOT_JODO,
	307: NOT_JODO,
	308: NOT_JODO,
	401: KEYS_REFUSED,
	403: 'These keys may not list the branches at Jodo, or a firewall on the way refused. Ask Jodo to enable it.',
	404: NOT_JODO,
	407: 'A proxy on the way to Jodo wants a password. Ask whoever looks after your network.',
	429: NOT_NOW,
	500: NOT_NOW,
	502: NOT_NOW,
	503: NOT_NOW,
	504: NOT_NOW,
};

/** Keys of one institute in one environment. https://docs.jodo.in/getting-started/authentication/ */
export class JodoApi implements ICredentialType {
	name = 'jodoApi';

	displayName = 'Jodo API';

	icon: Icon = { light: 'file:../icons/jodo.svg', dark: 'file:../icons/jodo.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-jodo/n8n-nodes-jodo#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Environment',
			name: 'environment',
			type: 'options',
			options: [
				{
					name: ENVIRONMENT_NAMES.production,
					value: 'production',
					description: 'Real payments from parents',
				},
				{
					name: ENVIRONMENT_NAMES.uat,
					value: 'uat',
					description: 'For trying things out: no money moves',
				},
				{
					name: ENVIRONMENT_NAMES.custom,
					value: 'custom',
					description: 'Another address, such as a local sandbox',
				},
			],
			default: 'production',
			description:
				'Live and Test (UAT) have different keys and different records. Jodo gives you the keys of each.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. http://localhost:4010',
			description: 'https://… without the path: an address that speaks like Jodo',
			displayOptions: { show: { environment: ['custom'] } },
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
		},
		{
			displayName: 'API Secret',
			name: 'apiSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
		},
		{
			displayName: 'Webhook Secret',
			name: 'webhookSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			hint: 'Leave empty unless Jodo sets up the webhook for you',
			description:
				'If Jodo sets it up, agree on a long random text with Jodo and enter it here. Otherwise the Jodo Trigger derives its secret from the API Secret, and this field counts for nothing.',
		},
		// A property that n8n shows beside an expression, and to no other value: so a node learns of expressions,
		// of which it otherwise gets the results alone.
		...HANGS_ON_ITEM.map(
			(name): INodeProperties => ({
				displayName: 'Is an Expression',
				name: expressionMark(name),
				type: 'hidden',
				default: true,
				displayOptions: { show: { [name]: ['\0'] } },
			}),
		),
	];

	/** A function: as a description it would make n8n resolve two expressions for every request. */
	authenticate: IAuthenticate = async (credential, request) => {
		const fault = faultOf(baseUrlOf(credential));
		if (fault) throw new ApplicationError(`'Base URL' ${fault}`);
		const [username, password] = [credential.apiKey, credential.apiSecret].map((key) =>
			String(key).trim(),
		) as [string, string];
		return { ...request, auth: { username, password } };
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: `={{$credentials.environment === "uat" ? "${HOSTS.uat}" : $credentials.environment === "custom" ? $credentials.baseUrl.trim().replace(/\\/+$/, "") : "${HOSTS.production}"}}`,
			url: '/api/v1/integrations/erp/branches',
			disableFollowRedirect: true,
		},
		rules: [
			...Object.entries(BY_STATUS).map(([status, message]) => ({
				type: 'responseCode',
				properties: { value: Number(status), message },
			})),
			{
				// A 2xx alone is not proof: Jodo's envelope says whether the call succeeded.
				type: 'responseSuccessBody',
				properties: {
					key: 'status',
					value: 'error',
					message: KEYS_REFUSED,
				},
			},
			// Nor is any 2xx: a page of HTML, an empty answer or somebody else's JSON has no `data`.
			{
				type: 'responseSuccessBody',
				properties: { key: 'data', value: undefined, message: NOT_JODO },
			},
			// n8n reads both kinds side by side; its type knows only lists of one kind.
		] as ICredentialTestRequest['rules'],
	};
}
