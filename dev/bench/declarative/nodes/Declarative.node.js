// Plain JavaScript, so that there is nothing to build.
const onCreate = { show: { operation: ['create'] } };

const field = (name, property) => ({
	displayName: name,
	name,
	type: 'string',
	default: '',
	displayOptions: onCreate,
	routing: { send: { type: 'body', property } },
});

class Declarative {
	description = {
		displayName: 'Declarative',
		name: 'declarative',
		group: ['transform'],
		version: 1,
		description: 'Payment links, described instead of programmed',
		defaults: { name: 'Declarative' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'jodoApi', required: true }],
		requestDefaults: { baseURL: '={{ $credentials.baseUrl }}/api/v1/integrations/pay' },
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				default: 'get',
				options: [
					{
						name: 'Get',
						value: 'get',
						routing: {
							request: { method: 'GET', url: '=/payment_links/{{ $parameter.orderId }}' },
							output: { postReceive: [{ type: 'rootProperty', properties: { property: 'data' } }] },
						},
					},
					{
						name: 'Create',
						value: 'create',
						routing: { request: { method: 'POST', url: '/payment_links' } },
					},
				],
			},
			{
				displayName: 'Order ID',
				name: 'orderId',
				type: 'string',
				default: '',
				displayOptions: { show: { operation: ['get'] } },
			},
			field('payerName', 'name'),
			field('phone', 'phone'),
			field('email', 'email'),
			{
				...field('details'),
				type: 'json',
				routing: { send: { type: 'body', property: 'details', value: '={{ $value }}' } },
			},
		],
	};
}

module.exports = { Declarative };
