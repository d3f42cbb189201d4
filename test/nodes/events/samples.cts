/** One delivery of each event: Jodo's documented sample, or one built from the documented fields. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { JodoEnvelope } from '../../../nodes/events/jodoRow';

const DIRECTORY = join(__dirname, '../../fixtures/events');

export interface Sample {
	/** `inferred`: Jodo shows no sample of this event. */
	origin: 'documented' | 'inferred';
	event: JodoEnvelope;
}

export const SAMPLES = new Map(
	readdirSync(DIRECTORY).map((file) => {
		const sample = JSON.parse(readFileSync(join(DIRECTORY, file), 'utf8')) as Sample;
		return [file.replace(/\.json$/, ''), sample];
	}),
);

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests change samples of every shape
export function sampleOf(value: string): any {
	const sample = SAMPLES.get(value);
	if (!sample) throw new Error(`No sample of ${value}`);
	return structuredClone(sample.event);
}
