// Who is compared, each set up as somebody would who has to get or create payment links from rows.
import { node, type WorkflowNode } from '../demo/api.mts';
import { credentialFor, type Lab } from './lab.mts';

export type Operation = 'get' | 'create';

export interface Contender {
	name: string;
	operation: Operation;
	/** Items at once, where it knows such a thing and was told a number. */
	atOnce?: number;
	node: WorkflowNode;
}

export const OURS = 'Jodo';
export const HTTP = 'HTTP Request';
/** With nothing set. */
export const isAsInstalled = ({ name, atOnce }: Pick<Contender, 'name' | 'atOnce'>) =>
	name === OURS && !atOnce;
/** The workflow around every contender, without one: its cost is taken off everybody's. */
export const NOTHING = 'nothing';

const LINKS = '/api/v1/integrations/pay/payment_links';

/** One expression an item to get, four to create: the same for everybody. */
const PAYER = {
	name: '={{ $json.name }}',
	phone: '={{ $json.phone }}',
	email: '={{ $json.email }}',
};
const DETAILS = "={{ [{ component_type: 'Payable Amount', amount: $json.amount }] }}";

/** @param aSecond for the HTTP Request node of somebody who knows the limit */
export async function contenders(lab: Lab, aSecond?: number): Promise<Contender[]> {
	const { url } = lab.sandbox;
	const keys = { apiKey: 'sandbox_key', apiSecret: 'sandbox_secret' };
	const jodoApi = await credentialFor(lab, 'jodoApi', {
		environment: 'custom',
		baseUrl: url,
		...keys,
	});
	// What the HTTP Request node would be given by somebody without this package.
	const basicAuth = await credentialFor(lab, 'httpBasicAuth', {
		user: keys.apiKey,
		password: keys.apiSecret,
	});

	const contender = (type: string, version: number, parameters: object, credentials = {}) =>
		node(
			'Contender',
			type,
			version,
			{ ...parameters },
			{
				...credentials,
				onError: 'continueRegularOutput',
			},
		);
	const jodo = (parameters: object) => (atOnce?: number) => ({
		name: OURS,
		atOnce,
		node: contender(
			'n8n-nodes-jodo.jodo',
			1,
			{ resource: 'paymentLink', ...parameters, options: atOnce ? { concurrency: atOnce } : {} },
			jodoApi,
		),
	});
	const http = (parameters: object, batch?: { batchSize: number; batchInterval: number }) => ({
		name: HTTP + (batch ? (aSecond ? `, ${aSecond} a second` : ', batched') : ''),
		atOnce: batch?.batchSize,
		node: contender(
			'n8n-nodes-base.httpRequest',
			4.4,
			{
				...parameters,
				authentication: 'genericCredentialType',
				genericAuthType: 'httpBasicAuth',
				options: batch ? { batching: { batch } } : {},
			},
			basicAuth,
		),
	});
	const batches = aSecond
		? [{ batchSize: aSecond, batchInterval: 1000 }]
		: [5, 20].map((batchSize) => ({ batchSize, batchInterval: 1 }));
	const both = (parameters: object) => [
		http(parameters),
		...batches.map((batch) => http(parameters, batch)),
	];
	const declarative = (parameters: object) => ({
		name: 'declarative node',
		node: contender(
			'n8n-nodes-declarative.declarative',
			1,
			{ ...parameters, requestOptions: {} },
			jodoApi,
		),
	});
	const nothing = { name: NOTHING, node: contender('n8n-nodes-base.noOp', 1, {}) };

	const pairs = Object.entries({ ...PAYER, details: DETAILS });
	const sides: Record<Operation, Array<Omit<Contender, 'operation'>>> = {
		get: [
			nothing,
			...[undefined, 1, 20].map(jodo({ operation: 'get', orderId: '={{ $json.id }}' })),
			...both({ url: `=${url}${LINKS}/{{ $json.id }}` }),
			declarative({ operation: 'get', orderId: '={{ $json.id }}' }),
		],
		create: [
			nothing,
			...[undefined, 1, 20].map(
				jodo({
					operation: 'create',
					...PAYER,
					details: {
						lineItem: [{ componentType: 'Payable Amount', amount: '={{ $json.amount }}' }],
					},
					additionalFields: {},
				}),
			),
			...both({
				method: 'POST',
				url: url + LINKS,
				sendBody: true,
				bodyParameters: { parameters: pairs.map(([name, value]) => ({ name, value })) },
			}),
			declarative({
				operation: 'create',
				payerName: PAYER.name,
				phone: PAYER.phone,
				email: PAYER.email,
				details: DETAILS,
			}),
		],
	};
	return Object.entries(sides).flatMap(([operation, side]) =>
		side.map((one) => ({ ...one, operation: operation as Operation })),
	);
}
