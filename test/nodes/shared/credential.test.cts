// What n8n makes of the credential before a node gets it.
import { NodeHelpers } from 'n8n-workflow';

import { JodoApi } from '../../../credentials/JodoApi.credentials';

const KEYS = {
	environment: 'custom',
	baseUrl: 'http://127.0.0.1:4010',
	apiKey: 'key',
	apiSecret: 'secret',
};

/** As n8n's credentials helper does it, before it resolves expressions. */
const marks = (data: object) =>
	Object.keys(
		NodeHelpers.getNodeParameters(
			new JodoApi().properties,
			data as never,
			true,
			false,
			null,
			null,
		) as object,
	).filter((name) => name.endsWith('IsExpression'));

it('has no mark of an expression where there is none', () => {
	expect(marks(KEYS)).toEqual([]);
	expect(marks({ ...KEYS, environment: 'production' })).toEqual([]);
	expect(marks({ ...KEYS, apiKeyIsExpression: true })).toEqual([]);
});

it.each(['environment', 'baseUrl', 'apiKey', 'apiSecret'])(
	'has a mark of an expression in %s',
	(name) => {
		expect(marks({ ...KEYS, [name]: '={{ $json.x }}' })).toContain(`${name}IsExpression`);
	},
);

describe('what it signs a request with', () => {
	const authenticate = new JodoApi().authenticate as (
		credential: object,
		request: object,
	) => Promise<object>;
	const sign = async (data: object) => await authenticate({ ...KEYS, ...data }, { url: '/x' });

	it('is trimmed', async () => {
		expect(await sign({ apiKey: ' key\n', apiSecret: '\tsecret ' })).toMatchObject({
			auth: { username: 'key', password: 'secret' },
		});
	});

	it.each([
		['http://user:word@127.0.0.1', /user name/],
		['http://127.0.0.1/?a=1', /\?/],
		['http://127.0.0.1/#a', /#/],
		['http://127.0.0.1:99999', /not a web address/],
		['127.0.0.1', /not a web address/],
		['', /not a web address/],
	])('nothing goes to %s', async (baseUrl, why) => {
		await expect(sign({ baseUrl })).rejects.toThrow(why);
	});
});
