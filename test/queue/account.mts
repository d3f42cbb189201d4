// The rows of docs/reliability.md that the tests of queue mode fill, entered when the last of them has ended.
import { after } from 'node:test';
import { measured } from '../e2e/measured.mts';

export const rows: Array<[fault: string, promised: string, measured: string]> = [];

/** Every file of tests adds rows; with some of them left out there is nothing to compare. */
const ALL = 17;

after(async () => {
	if (rows.length === ALL) await measured('queue', rows, { countsVary: true });
});
