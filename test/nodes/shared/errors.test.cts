import { explain } from '../../../nodes/shared/errors';

const LIVE_400 = {
	message: 'Invalid payload!',
	status: 'error',
	error_type: 'BadRequestError',
	code: 'E0000',
	errors: [{ key: 'email', message: 'value is not a valid email address' }],
};

describe('explain', () => {
	it("names the field and keeps Jodo's words, code and answer", () => {
		const place = (key: string) => (key === 'email' ? "'Payer Email'" : undefined);
		expect(explain({ kind: 'refused', status: 400, body: LIVE_400 }, place)).toEqual({
			message:
				"Jodo did not accept the data: 'Payer Email': value is not a valid email address [E0000]",
			description: 'Correct the value and run this row again.',
			details: { status: 400, code: 'E0000', answer: LIVE_400 },
		});
	});

	it.each([
		[400, /did not accept the data/, /Correct the value/],
		[401, /did not accept the API key/, /belong together/],
		[403, /may not do this/, /Ask Jodo/],
		[404, /does not know this record/, /hold different records/],
		[405, /does not offer/, /Base URL/],
		[406, /JSON/, /Base URL/],
		[409, /current state/, /status/],
	])('refused %p says what happened and what to do', (status, what, remedy) => {
		const said = explain({ kind: 'refused', status, body: { message: 'Because.' } });
		expect(said.message).toMatch(what);
		expect(said.message).toMatch(/: Because\.$/);
		expect(said.description).toMatch(remedy);
	});

	it.each([
		[
			{ kind: 'notSent', status: 429, reason: 'too many requests' },
			/slow down/,
			/Nothing was done/,
		],
		[
			{ kind: 'notSent', reason: 'its address does not exist' },
			/could not be reached: its address/,
			/Nothing was done/,
		],
		[{ kind: 'unknown', status: 500, reason: 'status 500' }, /internal fault/, /status\.jodo\.in/],
		[{ kind: 'unknown', status: 502, reason: 'status 502' }, /not available/, /few minutes/],
		[{ kind: 'unknown', status: 503, reason: 'status 503' }, /maintenance/, /later/],
		[{ kind: 'unknown', status: 504, reason: 'status 504' }, /too long/, /few minutes/],
		[{ kind: 'unknown', status: 302, reason: 'redirect' }, /redirect/, /environment/],
		[
			{ kind: 'unknown', reason: 'Jodo did not answer within 30 seconds' },
			/30 seconds/,
			/few minutes/,
		],
	] as const)('%j', (failure, what, remedy) => {
		const said = explain(failure);
		expect(said.message).toMatch(what);
		expect(said.description).toMatch(remedy);
	});

	it('survives bodies of any kind', () => {
		for (const body of [
			'<html>Bad gateway</html>',
			'',
			null,
			5,
			[],
			{ errors: 'x' },
			{ errors: [null, {}] },
		]) {
			expect(explain({ kind: 'refused', status: 400, body }).message).toBe(
				'Jodo did not accept the data',
			);
		}
	});

	it('shortens a page of HTML', () => {
		const { details } = explain({
			kind: 'unknown',
			status: 502,
			reason: 'x',
			body: 'x'.repeat(9999),
		});
		expect(String(details.answer)).toHaveLength(500);
	});

	it('keeps a huge answer out of the item', () => {
		const body = { message: 'x'.repeat(10_000_000) };
		const said = explain({ kind: 'refused', status: 400, body });
		expect(JSON.stringify(said).length).toBeLessThan(10_000);
		expect(said.message).toMatch(/^Jodo did not accept the data: xxx/);
		expect(String(said.details.answer)).toMatch(/^\{"message":"xxx/);
	});

	it.each([
		[429, 'too many requests', 'Jodo asks to slow down: too many requests'],
		[
			307,
			'Jodo answered with status 307',
			'The address answered with a redirect, which is not followed because the keys would travel with it: Jodo answered with status 307',
		],
	])('says nothing twice about a %p', (status, reason, message) => {
		expect(explain({ kind: 'unknown', status, reason }).message).toBe(message);
	});
});
