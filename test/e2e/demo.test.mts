// A demo that fails halfway says why, and leaves nothing running.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { startDemo } from '../../dev/demo/demo.mts';
import type { N8n } from '../../dev/demo/n8n.mts';
import { RUN } from '../../dev/demo/paths.mts';
import { anyPorts } from '../../dev/demo/ports.mts';

it('an n8n that lets nobody in is named, and ended', async () => {
	mkdirSync(RUN, { recursive: true });
	const folder = mkdtempSync(join(RUN, 'demo-'));
	let ended = 0;
	const start = async () =>
		({ url: 'http://127.0.0.1:9', end: async () => void (ended += 1) }) as unknown as N8n;
	try {
		const options = { folder, ports: await anyPorts(), say: () => {} };
		await assert.rejects(startDemo(options, start), /Could not log in to n8n/);
		assert.equal(ended, 1);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
});
