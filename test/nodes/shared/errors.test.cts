import fc from 'fast-check';

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
		expect(said.message).toMatch(/: Because$/);
		expect(said.description).toMatch(remedy);
	});

	it.each([
		[{ kind: 'notSent', status: 429, reason: 'too many requests' }, /slow down/, /Items at Once/],
		[
			{ kind: 'notSent', reason: 'its address does not exist' },
			/could not be reached: its address/,
			/network and the environment/,
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

	it.each([
		[
			{ message: { email: ['is not valid', 'is too long'] } },
			"'Payer Email': is not valid; 'Payer Email': is too long",
		],
		[
			{ errors: { email: 'is not valid', phone: ['too short'] } },
			"'Payer Email': is not valid; 'phone': too short",
		],
		[{ errors: ['first', 'second'] }, 'first; second'],
		[{ errors: 'all wrong' }, 'all wrong'],
		[{ error: 'Bad Request', message: 'email is missing' }, 'email is missing'],
		[{ error: { message: 'no such payer', code: 'E7' } }, 'no such payer [E7]'],
		[{ error: 'no such payer', code: 7 }, 'no such payer [7]'],
		[{ message: 'Resource not found.', code: 'HUE00001' }, 'Resource not found [HUE00001]'],
		[{ errors: ['first.', 'wait...'] }, 'first; wait...'],
		[{ detail: 'Not allowed here' }, 'Not allowed here'],
		[
			{ detail: [{ loc: ['body', 'email'], msg: 'field required', type: 'missing' }] },
			"'Payer Email': field required",
		],
		[
			{ detail: [{ loc: ['body', 'details', 0, 'amount'], msg: 'must be positive' }] },
			"'details.0.amount': must be positive",
		],
		[
			{ errors: [{ field: 'email', errors: ['bad', 'worse'] }] },
			"'Payer Email': bad; 'Payer Email': worse",
		],
		[{ message: 'Invalid payload!', errors: [] }, 'Invalid payload!'],
		[{ message: ['a', { message: 'b' }] }, 'a; b'],
	])('reads the reason in %j', (body, words) => {
		const place = (key: string) => (key === 'email' ? "'Payer Email'" : undefined);
		const said = explain({ kind: 'refused', status: 400, body }, place);
		expect(said.message).toBe(`Jodo did not accept the data: ${words}`);
	});

	it.each([
		[407, ''],
		[407, { message: 'Proxy Authentication Required' }],
		[403, '<html><h1>Request blocked</h1></html>'],
		[404, '<!doctype html><title>nginx</title>'],
		[404, { message: 'Not Found' }],
		[403, { message: 'Forbidden' }],
		[403, { message: 'Missing Authentication Token' }],
		[400, 'Bad Request'],
	])('does not take a %p of %j for the word of Jodo', (status, body) => {
		const { message, description } = explain({ kind: 'refused', status, body });
		expect(message).toMatch(/^Something else answered in Jodo's place: ./);
		expect(message).not.toMatch(/html/);
		expect(description).not.toMatch(/ID|API Key|keys/);
	});

	it.each([
		[404, { message: 'Not Found', code: 'HUE00001' }],
		[404, { status: 'error', message: 'Resource not found.' }],
		[404, ''],
	])('takes a %p of %j for the word of Jodo', (status, body) => {
		expect(explain({ kind: 'refused', status, body }).message).toMatch(
			/^Jodo does not know this record/,
		);
	});

	it('makes words of an answer of any shape, and of nothing else', () => {
		fc.assert(
			fc.property(
				fc.jsonValue(),
				fc.constantFrom('message', 'errors', 'error', 'detail'),
				(said, name) => {
					const { message } = explain({
						kind: 'refused',
						status: 400,
						body: { code: 'E1', [name]: said },
					});
					expect(message).toMatch(/^Jodo did not accept the data/);
					if (!JSON.stringify(said).includes('[object')) expect(message).not.toContain('[object');
				},
			),
		);
	});

	it('survives bodies of any kind', () => {
		for (const body of [
			'',
			null,
			5,
			[],
			{},
			{ errors: [null, {}] },
			{ message: {}, errors: [[[]]] },
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

describe('which words count', () => {
	const said = (body: unknown, place?: (key: string) => string | undefined) =>
		explain({ kind: 'refused', status: 400, body } as never, place).message.replace(
			/^Jodo did not accept the data(: )?/,
			'',
		);

	it('the most exact first', () => {
		const names = [
			'errors',
			'details',
			'detail',
			'message',
			'msg',
			'error',
			'description',
			'reason',
		];
		for (const [i, name] of names.entries()) {
			const body = Object.fromEntries(names.slice(i).map((one) => [one, `by ${one}`]));
			expect(said({ ...body, status: 'error' })).toBe(`by ${name}`);
		}
		expect(said({ errors: [], details: {}, detail: ' ', message: null, msg: 7 })).toBe('7');
	});

	it.each(['key', 'field', 'param', 'path', 'loc'])('%s says what it is about', (about) => {
		expect(said({ errors: [{ [about]: 'email', message: 'is wrong' }] })).toBe("'email': is wrong");
	});

	it('a path begins with the part of the request, or with a field of that name', () => {
		const at = (loc: unknown[]) => said({ detail: [{ loc, msg: 'no' }] });
		expect(at(['body', 'a', 0])).toBe("'a.0': no");
		expect(at(['a', 'body'])).toBe("'a.body': no");
		expect(at(['body'])).toBe('no');
		expect(at([' a ', '', null, 7])).toBe("'a.7': no");
		expect(at([])).toBe('no');
	});

	it('the code of Jodo stands behind them, wherever it comes from', () => {
		expect(said({ message: 'no', code: ' E1 ' })).toBe('no [E1]');
		expect(said({ error: { message: 'no', code: 'E2' } })).toBe('no [E2]');
		expect(said({ error: { message: 'no', code: 'E2' }, code: 'E1' })).toBe('no [E1]');
		expect(said({ message: 'no', code: { a: 1 } })).toBe('no');
		expect(said({ code: 'E1', status: 'error' })).toBe('');
	});

	it('down to a depth that no answer has', () => {
		const deep = (levels: number): unknown => (levels ? [deep(levels - 1)] : 'why');
		expect(said({ message: deep(7), code: 1 })).toBe('why [1]');
		expect(said({ message: deep(8), code: 1 })).toBe('');
		const reasons = (levels: number): unknown =>
			levels ? { message: reasons(levels - 1) } : 'why';
		expect(said({ message: reasons(7) })).toBe('why');
		expect(said({ message: reasons(8) })).toBe('');
		const keys = (levels: number): unknown => (levels ? { a: keys(levels - 1) } : 'why');
		expect(said({ message: keys(7) })).toBe(`${"'a': ".repeat(7)}why`);
		expect(said({ message: keys(8) })).toBe('');
	});

	it('five thousand characters, and of a page or a large answer five hundred', () => {
		expect(said({ message: 'x'.repeat(5001), code: 'E1' })).toBe(`${'x'.repeat(5000)} [E1]`);
		const kept = (body: unknown) =>
			explain({ kind: 'unknown', status: 500, reason: '', body } as never).details['answer'];
		expect(kept('y'.repeat(500))).toBe('y'.repeat(500));
		expect(kept('y'.repeat(501))).toBe('y'.repeat(500));
		const fits = { message: 'x'.repeat(5000 - '{"message":""}'.length) };
		expect(kept(fits)).toBe(fits);
		expect(kept({ message: `${fits.message}x` })).toBe(`{"message":"${'x'.repeat(488)}`);
		expect(kept(null)).toBeNull();
	});
});

describe('which sentence an answer gets', () => {
	const first = (failure: object) => explain(failure as never).message.split(':')[0];

	it.each<[object, string]>([
		[
			{ kind: 'refused', status: 418, body: { message: 'x', code: 1 } },
			'Jodo did not accept the data',
		],
		[{ kind: 'refused', status: 200, body: { status: 'error' } }, 'Jodo did not accept the data'],
		[{ kind: 'unknown', status: 300, reason: 'x' }, 'The address answered with a redirect'],
		[{ kind: 'unknown', status: 399, reason: 'x' }, 'The address answered with a redirect'],
		[{ kind: 'unknown', status: 299, reason: 'x' }, 'Jodo gave no clear answer'],
		[{ kind: 'unknown', status: 499, reason: 'x' }, 'Jodo gave no clear answer'],
		[{ kind: 'unknown', status: 599, reason: 'x' }, 'Jodo had an internal fault'],
		[{ kind: 'unknown', reason: 'x' }, 'Jodo gave no clear answer'],
		[{ kind: 'notSent', reason: 'x' }, 'Jodo could not be reached'],
		[{ kind: 'refused', status: 407, body: '' }, "Something else answered in Jodo's place"],
	])('%j', (failure, sentence) => {
		expect(first(failure)?.slice(0, sentence.length)).toBe(sentence);
	});

	it('a stranger is told by its status where it says nothing', () => {
		const { message, details } = explain({ kind: 'refused', status: 407, body: '' } as never);
		expect(message).toBe("Something else answered in Jodo's place: status 407");
		expect(details).toEqual({ status: 407 });
	});

	it('a page of HTML under the status of a gateway says nothing against it', () => {
		const { message } = explain({ kind: 'unknown', status: 502, reason: 'x', body: '<html>' });
		expect(message).toBe('Jodo is not available right now: x');
	});

	it('says nothing twice where Jodo says the same', () => {
		const message = 'Jodo did not accept the data';
		expect(explain({ kind: 'refused', status: 400, body: { message } }).message).toBe(message);
	});

	it('details hold only what there is', () => {
		expect(explain({ kind: 'notSent', reason: 'x' } as never).details).toStrictEqual({});
		expect(
			explain({ kind: 'refused', status: 400, body: { code: 7 } } as never).details,
		).toStrictEqual({
			status: 400,
			code: '7',
			answer: { code: 7 },
		});
	});
});
