import { createHmac, timingSafeEqual } from 'crypto';

const HEX_SHA256 = /^[0-9a-f]{64}$/i;

/**
 * Whether a delivery comes from Jodo: `X-Jodo-Signature` is the HMAC-SHA256 of the body, as hex.
 * https://docs.jodo.in/webhooks/security/
 * @param rawBody the exact bytes received; parsed and written again they would differ (1500.00, \u20b9)
 * @param signature the header as Node.js gives it
 * @param secret the `secret_key` that the webhook was registered with; an empty one verifies nothing
 */
export function verifySignature(
	rawBody: Buffer | string,
	signature: unknown,
	secret: string,
): boolean {
	if (!secret || typeof signature !== 'string' || !HEX_SHA256.test(signature)) return false;
	const expected = createHmac('sha256', secret).update(rawBody).digest();
	return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}
