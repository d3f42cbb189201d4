// Where requests go, and as whom; the hosts are written down by hand.
import {
	baseUrlOf,
	ENVIRONMENT_NAMES,
	environmentOf,
	expressionMark,
	faultOf,
	HANGS_ON_ITEM,
} from '../../../nodes/shared/environments';

const LIVE = 'https://ext.jodo.in';
const TEST = 'https://ext.devtest1.jodopay.com';

it.each([
	[{ environment: 'production' }, LIVE],
	[{ environment: 'uat' }, TEST],
	// What was typed for an address of one's own is left behind, and does not count.
	[{ environment: 'production', baseUrl: 'https://elsewhere.example.com' }, LIVE],
	[{ environment: 'uat', baseUrl: 'https://elsewhere.example.com' }, TEST],
	[{ environment: 'custom', baseUrl: ' http://localhost:4010// \n' }, 'http://localhost:4010'],
	[{ environment: 'custom', baseUrl: 'http://a//b/' }, 'http://a//b'],
	[{ environment: 'custom', baseUrl: undefined }, ''],
	[{ environment: 'custom', baseUrl: null }, ''],
	[{ environment: 'else', baseUrl: 'http://a' }, 'http://a'],
])('%j goes to %s', (credential, address) => {
	expect(baseUrlOf(credential as never)).toBe(address);
});

it.each([
	[LIVE, 'production'],
	[TEST, 'uat'],
	['http://localhost:4010', 'custom'],
	['', 'custom'],
])('the records at %j are those of %s', (baseUrl, environment) => {
	expect(environmentOf(baseUrl)).toBe(environment);
});

const NO_ADDRESS = 'is not a web address (https://…)';
const NO_NAME = 'must not hold a user name or a password';
const NO_MARK = 'must not hold a ? or a #';

it.each([
	['https://ext.jodo.in', undefined],
	['HTTP://localhost:4010', undefined],
	['http://a/some/path', undefined],
	['', NO_ADDRESS],
	['jodo', NO_ADDRESS],
	['ftp://a', NO_ADDRESS],
	['httpss://a', NO_ADDRESS],
	['x http://a', NO_ADDRESS],
	['xhttp://a', NO_ADDRESS],
	['http:///a', NO_ADDRESS],
	['https://', NO_ADDRESS],
	['http://127.0.0.1:99999', NO_ADDRESS],
	['http://user@a', NO_NAME],
	['http://:word@a', NO_NAME],
	['http://user:word@a', NO_NAME],
	['http://a/?b=1', NO_MARK],
	['http://a/#b', NO_MARK],
	['http://a/?', NO_MARK],
])('%j: %s', (baseUrl, fault) => {
	expect(faultOf(baseUrl)).toBe(fault);
});

it('what users call them, and what of a credential may hang on the item', () => {
	expect(ENVIRONMENT_NAMES).toEqual({ production: 'Live', uat: 'Test (UAT)', custom: 'Custom' });
	expect(HANGS_ON_ITEM).toEqual(['environment', 'baseUrl', 'apiKey', 'apiSecret']);
	expect(expressionMark('apiKey')).toBe('apiKeyIsExpression');
});
