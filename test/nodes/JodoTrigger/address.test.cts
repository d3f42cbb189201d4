/** Whose an address is, and whether Jodo can call it: value by value. */
import { Address, whyUnreachable } from '../../../nodes/JodoTrigger/address';

const HOST = 'https://n8n.example.com';
const LIVE = `${HOST}/webhook/1111/jodo`;

it.each([
	'https://172.15.255.1/x',
	'https://172.33.0.1/x',
	'https://100.63.0.1/x',
	'https://100.130.0.1/x',
	'https://11.0.0.1/x',
	'https://128.0.0.1/x',
	'https://192.169.0.1/x',
	'https://169.253.0.1/x',
	'https://local.example.com/x',
	'https://test.example.com/x',
	'https://localhost.example.com/x',
	'https://example.corporate/x',
	'https://mylan.in/x',
])('%s can be called', (url) => expect(whyUnreachable(url)).toBeUndefined());

it.each([
	'https://10.25.0.1/x',
	'https://127.10.0.1/x',
	'https://172.19.0.1/x',
	'https://172.20.0.1/x',
	'https://172.29.0.1/x',
	'https://172.30.0.1/x',
	'https://100.69.0.1/x',
	'https://100.70.0.1/x',
	'https://100.99.0.1/x',
	'https://100.100.0.1/x',
	'https://100.119.0.1/x',
	'https://100.120.0.1/x',
	'https://100.127.0.1/x',
	'https://app.localhost/x',
	'https://a.b.internal/x',
	'https://n8n.intranet/x',
	'https://n8n.lan/x',
	'https://n8n.home/x',
	'https://n8n.corp/x',
	'https://n8n.private/x',
	'https://n8n.test/x',
	'https://N8N.LOCAL/x',
	'https://localhost/x',
	'https://[fd00::1]/x',
	'ftp://n8n.example.com/x',
	'n8n.example.com',
])('%s cannot, and is named', (url) => {
	expect(whyUnreachable(url)).toContain(`it would have to call ${url}.`);
});

describe('another trigger of this n8n', () => {
	const live = new Address(LIVE);

	it.each<[string, boolean]>([
		[`${HOST}/webhook/2222/jodo`, true],
		// It may be listening for a test.
		[`${HOST}/webhook-test/2222/jodo`, true],
		// That is this one.
		[LIVE, false],
		[`${HOST}/webhook-test/1111/jodo`, false],
		[`${HOST}/webhook/2222/other`, false],
		[`${HOST}/n8n/webhook/2222/jodo`, false],
		[`${HOST}/webhook-test/n8n/webhook/2222/jodo`, false],
		['https://other.example.com/webhook/2222/jodo', false],
		['http://n8n.example.com/webhook/2222/jodo', false],
		['junk', false],
	])('%s: %p', (url, isOne) => expect(live.isNeighbour(url)).toBe(isOne));

	it('is told by the end of the path alone', () => {
		const deep = new Address(`${HOST}/webhook-test/n8n/webhook/1111/jodo`);
		expect(deep.isNeighbour(`${HOST}/webhook/n8n/webhook/2222/jodo`)).toBe(false);
		expect(deep.isNeighbour(`${HOST}/webhook-test/n8n/webhook-test/2222/jodo`)).toBe(true);
	});

	it('is one for a test too', () => {
		const test = new Address(`${HOST}/webhook-test/1111/jodo`, true);
		expect(test.isNeighbour(`${HOST}/webhook/2222/jodo`)).toBe(true);
		expect(test.isNeighbour(LIVE)).toBe(false);
	});
});

it.each<[string, boolean]>([
	[`${HOST}/webhook-test/1111/jodo`, true],
	[`${HOST}/n8n/TEST/1111/jodo`, true],
	[`${HOST}/testing/webhook/1111/jodo`, true],
	[`${HOST}/testing/n8n/webhook/1111/jodo`, false],
	[LIVE, false],
	[`${HOST}/te/st/1111/jodo`, false],
	[`${HOST}/webhook/test/jodo`, false],
	['https://test.example.com/webhook/1111/jodo', false],
	['junk', false],
])('%s looks like a test: %p', (url, isOne) => expect(Address.looksLikeTest(url)).toBe(isOne));

it('the same node, and the same host', () => {
	const live = new Address(LIVE);
	expect(live.isSameNode(`${HOST}/webhook-test/1111/jodo`)).toBe(true);
	expect(live.isSameNode(`${HOST}/webhook-test/2222/jodo`)).toBe(false);
	expect(live.isSameNode(`${HOST}/webhook/1111/other`)).toBe(false);
	expect(live.isSameNode('https://other.example.com/webhook/1111/jodo')).toBe(false);
	expect(live.isSameHost(`${HOST}/anything`)).toBe(true);
	expect(live.isSameHost(`${HOST}:8443/webhook/1111/jodo`)).toBe(false);
	expect(live.isSameHost('junk')).toBe(false);
});

it('what a test of this node has left is ours only where endpoints have their usual names', () => {
	const ours = (mine: string, isTest = false) =>
		new Address(`${HOST}/${mine}/1111/jodo`, isTest).isOurs(`${HOST}/webhook-test/1111/jodo`);
	expect(ours('webhook')).toBe(true);
	expect(ours('webhook-live')).toBe(false);
	expect(ours('webhook', true)).toBe(false);
	expect(ours('webhook-test', true)).toBe(true);
	const deep = new Address(`${HOST}/webhook/n8n/webhook/1111/jodo`);
	expect(deep.isOurs(`${HOST}/webhook/n8n/webhook-test/1111/jodo`)).toBe(true);
	expect(deep.isOurs(`${HOST}/webhook-test/n8n/webhook/1111/jodo`)).toBe(false);
	const other = new Address(`${HOST}/webhook/n8n/1111/jodo`);
	expect(other.isOurs(`${HOST}/webhook-test/n8n/1111/jodo`)).toBe(false);
});
