// The stand-in for Google Sheets, by n8n's own node: what it reads, appends and updates, and what it may not.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { googleSheets } from './examples.mts';
import { sheets } from './sheets.mts';

describe('the stand-in for Google Sheets', () => {
	it('writes headings and rows, finds a row again, and reads them', async () => {
		sheets.reset({ Settled: [] });
		const write = async (amount: number) =>
			await googleSheets('Settled', 'appendOrUpdate', [{ row_key: 'a', amount, name: '=1+1' }]);
		await write(5);
		await googleSheets('Settled', 'appendOrUpdate', [{ row_key: 'b', amount: 7, name: '' }]);
		await write(6);
		assert.deepEqual(sheets.rows('Settled'), [
			{ row_key: 'a', amount: 6, name: '=1+1' },
			{ row_key: 'b', amount: 7, name: '' },
		]);
		const { out } = await googleSheets('Settled', 'read', [{}]);
		assert.deepEqual(
			out['Google Sheets']?.map(({ row_key, amount }) => [row_key, amount]),
			[
				['a', 6],
				['b', 7],
			],
		);
	});

	it('has a limit of calls a minute, as Google has', async () => {
		sheets.reset({ Settled: [] }, { perMinute: 1 });
		const { status, error } = await googleSheets('Settled', 'read', [{}]);
		assert.equal(status, 'error');
		assert.match(String(error), /too many requests|quota/i);
		assert.equal(sheets.calls().refused, 1);
	});
});
