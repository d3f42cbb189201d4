// docs/reliability.md shows what the suites measured. They write its tables themselves (MEASURE=1 in the
// environment), and fail if what they find is no longer what it says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { between, put, ROOT, rowsIn, table, withBetween } from '../../dev/generate/put.mts';

const PAGE = 'docs/reliability.md';

const clean = (cell: string) => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();

/**
 * Enters rows of [fault, promise, measured] under the page's mark `measured: <name>`, or compares them with
 * what is there: all of it, or without `measured` where counts differ from run to run.
 */
export async function measured(
	name: string,
	rows: Array<[fault: string, promised: string, measured: string]>,
	{ countsVary = false } = {},
): Promise<void> {
	const cells = rows.map((row) => row.map(clean));
	const text = readFileSync(join(ROOT, PAGE), 'utf8');
	const mark = `measured: ${name}`;
	if (process.env['MEASURE']) {
		const content = table(['Fault', 'Promised', 'Measured'], cells);
		await put(PAGE, withBetween(PAGE, text, mark, content));
		return;
	}
	const compared = (all: string[][]) => (countsVary ? all.map((row) => row.slice(0, 2)) : all);
	assert.deepEqual(
		compared(cells),
		compared(rowsIn(between(PAGE, text, mark))),
		`${PAGE} says something else; if this is how it should be now, run again with MEASURE=1`,
	);
}
