/** What a drop-down asks Jodo for, and what becomes of the answer. */
import { NodeApiError } from 'n8n-workflow';
import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { codeOptions, listAnswer, listRequest, LISTS } from '../../../nodes/shared/codeLists';
import { simulateTime } from '../../support/time.cts';

it('the lists of Jodo, and under which keys their entries may hold a code', () => {
	expect(LISTS).toEqual({
		branches: {
			path: '/api/v1/integrations/erp/branches',
			codeKeys: ['code', 'collector_code'],
		},
		grades: {
			path: '/api/v1/integrations/erp/grades',
			codeKeys: ['code', 'grade', 'component_type'],
		},
		feeComponents: {
			path: '/api/v1/integrations/erp/fee-components',
			codeKeys: ['component_type', 'code'],
		},
		discounts: {
			path: '/api/v1/integrations/erp/discounts',
			codeKeys: ['discount_type', 'code'],
		},
	});
});

it('a list is asked for as a whole, or for a branch', () => {
	const { path } = LISTS.grades;
	expect(listRequest(LISTS.grades)).toEqual({ method: 'GET', path, qs: undefined });
	expect(listRequest(LISTS.grades, '')).toEqual({ method: 'GET', path, qs: undefined });
	expect(listRequest(LISTS.grades, 'b1')).toEqual({
		...{ method: 'GET', path, qs: { collector_code: 'b1' } },
	});
});

it('entries show name and code; without a code nobody can choose them', () => {
	const data = [
		{ code: 'g1', name: 'Class I' },
		{ code: '', grade: 7 },
		{ code: 'g3', name: 'g3' },
		{ name: 'Class IV' },
	];
	expect(codeOptions(LISTS.grades, { data })).toEqual([
		{ name: 'Class I (g1)', value: 'g1' },
		{ name: '7', value: '7' },
		{ name: 'g3', value: 'g3' },
	]);
	expect(codeOptions(LISTS.grades, {})).toEqual([]);
});

describe('somebody waits for it', () => {
	simulateTime(0);

	/** Asks a Jodo that answers so, and how long it took. */
	async function ask(answer: object) {
		const begun = Date.now();
		const request = jest.fn(async (_type: string, _options: object) => ({
			headers: {},
			...answer,
		}));
		const context = {
			getCredentials: async () => ({ environment: 'uat', apiKey: 'k', apiSecret: 's' }),
			getNode: () => ({ name: 'Jodo', type: 'n8n-nodes-jodo.jodo' }),
			helpers: { httpRequestWithAuthentication: request },
		} as unknown as ILoadOptionsFunctions;
		const asked = listAnswer(context, listRequest(LISTS.grades)).then(
			(body) => ({ body, ms: Date.now() - begun }),
			(error: NodeApiError) => ({ error, ms: Date.now() - begun }),
		);
		await jest.advanceTimersByTimeAsync(600_000);
		return { ...(await asked), request };
	}

	it('so Jodo has ten seconds', async () => {
		const { request, ...said } = await ask({ statusCode: 200, body: '{"data":[]}' });
		expect(said).toEqual({ body: { data: [] }, ms: 0 });
		expect(request.mock.calls[0]?.[1]).toMatchObject({ timeout: 10_000 });
	});

	it('and the drop-down says why it stays empty', async () => {
		const body = '{"message":"no such branch","code":"E1"}';
		const said = (await ask({ statusCode: 400, body })) as { error?: NodeApiError };
		expect(said.error).toBeInstanceOf(NodeApiError);
		expect(said.error?.message).toBe('Jodo did not accept the data: no such branch [E1]');
		expect(said.error?.description).toBe('Correct the value and run this row again.');
		expect(said.error?.httpCode).toBe('400');
	});

	it('about a quarter of a minute while Jodo is busy, and not as long as Jodo asks', async () => {
		// A quarter of a second, twice as long each time, two seconds at most, nine times.
		expect((await ask({ statusCode: 429, body: '' })).ms).toBe(250 + 500 + 1000 + 6 * 2000);
		const longer = await ask({ statusCode: 429, body: '', headers: { 'retry-after': '3' } });
		expect(longer.ms).toBe(0);
		expect(longer.request).toHaveBeenCalledTimes(1);
	});
});
