// How much CPU our own code takes inside n8n, where other work runs between any two calls of it.
import { readFileSync } from 'node:fs';
import { until } from '../demo/process.mts';
import type { Lab } from './lab.mts';

const PACKAGE = 'node_modules/n8n-nodes-jodo/';

interface Profile {
	nodes: Array<{ id: number; callFrame: { url: string }; children?: number[] }>;
	samples: number[];
	timeDeltas: number[];
}

/** Milliseconds in the package, with all that it calls. */
function oursIn({ nodes, samples, timeDeltas }: Profile): number {
	const byId = new Map(nodes.map((one) => [one.id, one]));
	const ours = new Set<number>();
	const enter = (id: number, isBelowOurs: boolean) => {
		const one = byId.get(id);
		const isOurs = isBelowOurs || !!one?.callFrame.url.includes(PACKAGE);
		if (isOurs) ours.add(id);
		for (const child of one?.children ?? []) enter(child, isOurs);
	};
	enter(nodes[0]?.id as number, false);
	const microseconds = samples.reduce(
		(sum, id, i) => sum + (ours.has(id) ? (timeDeltas[i] ?? 0) : 0),
		0,
	);
	return microseconds / 1000;
}

/** Speaks to n8n's inspector, which a signal opens. Needs `INSPECTOR` in n8n's environment. */
export async function openInspector({ n8n }: Lab) {
	process.kill(n8n.pid as number, 'SIGUSR1');
	let url = '';
	await until(
		'the inspector of n8n',
		async () => !!(url = /ws:\/\/\S+/.exec(readFileSync(n8n.log, 'utf8'))?.[0] ?? ''),
		{ seconds: 30 },
	);
	const socket = new WebSocket(url);
	await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
	const ask = async <T,>(method: string, params: object = {}) =>
		await new Promise<T>((resolve) => {
			socket.addEventListener(
				'message',
				({ data }) => resolve((JSON.parse(String(data)) as { result: T }).result),
				{ once: true },
			);
			socket.send(JSON.stringify({ id: 1, method, params }));
		});
	return { ask, close: () => socket.close() };
}

/** What some work cost of CPU in our own code, in milliseconds. */
export async function ourShare(lab: Lab, work: () => Promise<unknown>): Promise<number> {
	const { ask, close } = await openInspector(lab);
	try {
		await ask('Profiler.enable');
		await ask('Profiler.start');
		await work();
		const { profile } = await ask<{ profile: Profile }>('Profiler.stop');
		return oursIn(profile);
	} finally {
		close();
	}
}

/** Lets n8n's inspector take a port that nobody has. */
export const INSPECTOR = '--inspect-port=0';
