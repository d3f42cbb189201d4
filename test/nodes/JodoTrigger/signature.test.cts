import fc from 'fast-check';

import { verifySignature } from '../../../nodes/JodoTrigger/signature';

// Computed with: printf '%s' BODY | openssl dgst -sha256 -hmac test-secret
const SECRET = 'test-secret';
const VECTORS: Array<[string, Buffer, string]> = [
	[
		'an amount with .00',
		Buffer.from('{"amount":1500.00}'),
		'531805ed045e73dc632cd592dfcf321c2e298783318f02fb617f135e519e68a7',
	],
	[
		'an escaped slash',
		Buffer.from(String.raw`{"url":"https:\/\/jodo.in"}`),
		'23b9214ca59d2000ca669b4c82989cd34fcfd81ef48b7d66dfe4d03a127417eb',
	],
	[
		'an escaped rupee sign',
		Buffer.from(String.raw`{"text":"\u20b9 5"}`),
		'e2fd5e4eb1c95b8aeca7182db53e5edcb0c4cf73d04d26328107fcb0114e53eb',
	],
	[
		'odd spacing',
		Buffer.from('{ "a" : 1 ,  "b":[ ] }'),
		'a5079c3b00a3cd9250f35ed65543ebf67a0598edb2db9d3431233f98b575130b',
	],
	[
		'a rupee sign in UTF-8 and a final newline',
		Buffer.from('{"text":"₹ 5"}\n'),
		'cf78b3e20dbafb3e332d325e728bde6251fe5d6448908595aaf217e322b9dda2',
	],
	[
		'an empty body',
		Buffer.alloc(0),
		'a41bc6d81d6413576ae0994995e0ad89a416ec97389515c3604f47722122eeeb',
	],
	[
		'bytes that are no text',
		Buffer.from([0xff, 0xfe, 0x00]),
		'966d38456d32136cb40c3486403ed3801b869f6f19692a5c27e74b33389c502f',
	],
];

it.each(VECTORS)('accepts %s', (_name, body, signature) => {
	expect(verifySignature(body, signature, SECRET)).toBe(true);
	expect(verifySignature(body, signature.toUpperCase(), SECRET)).toBe(true);
	expect(verifySignature(body, signature, 'another-secret')).toBe(false);
});

it('reads a text as its UTF-8 bytes', () => {
	const [, body, signature] = VECTORS[4] ?? fail();
	expect(verifySignature(body.toString(), signature, SECRET)).toBe(true);
});

const [, BODY, GOOD] = VECTORS[0] ?? fail();

it.each<[string, unknown]>([
	['short', GOOD.slice(0, -1)],
	['half', GOOD.slice(0, 32)],
	['long', `${GOOD}0`],
	['with trailing junk', `${GOOD}zz`],
	['with a trailing newline', `${GOOD}\n`],
	['with a leading space', ` ${GOOD}`],
	['with a prefix', `sha256=${GOOD}`],
	['two headers joined', `${GOOD}, ${GOOD}`],
	['two headers as a list', [GOOD, GOOD]],
	['one header as a list', [GOOD]],
	['empty', ''],
	['missing', undefined],
	['null', null],
	['a number', 0],
	['64 characters that are no hex', 'z'.repeat(64)],
	['base64', Buffer.from(GOOD, 'hex').toString('base64')],
])('refuses a signature that is %s', (_name, signature) => {
	expect(verifySignature(BODY, signature, SECRET)).toBe(false);
});

it('refuses everything without a secret', () => {
	// openssl dgst -sha256 -mac HMAC -macopt hexkey: of the empty key over the empty body
	const ofEmptyKey = 'b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad';
	expect(verifySignature('', ofEmptyKey, '')).toBe(false);
});

it('refuses any change of one byte of the body', () => {
	fc.assert(
		fc.property(
			fc.nat(BODY.length - 1),
			fc.integer({ min: 1, max: 255 }),
			(position, difference) => {
				const changed = Buffer.from(BODY);
				changed[position] = (changed[position] ?? 0) ^ difference;
				return !verifySignature(changed, GOOD, SECRET);
			},
		),
	);
});

it('refuses any change of one digit of the signature', () => {
	fc.assert(
		fc.property(fc.nat(63), fc.integer({ min: 1, max: 15 }), (position, difference) => {
			const digit = (parseInt(GOOD.charAt(position), 16) ^ difference).toString(16);
			const changed = GOOD.slice(0, position) + digit + GOOD.slice(position + 1);
			return !verifySignature(BODY, changed, SECRET);
		}),
	);
});

function fail(): never {
	throw new Error('no such vector');
}
