// Looks into a running n8n by the debugger of Node.js: exact figures, taken after a full garbage collection.
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../dev/demo/process.mts';

/** Where a Node.js process opens its debugger when it gets SIGUSR1. */
const DEBUGGER = 'http://127.0.0.1:9229/json/list';

export interface Figures {
	heapMB: number;
	/** Timers, sockets, files and the like that Node.js keeps an eye on. */
	resources: number;
	/** Open files and sockets; only where /proc tells. */
	files: number | null;
}

const FIGURES = `JSON.stringify({
	heapMB: process.memoryUsage().heapUsed / 1e6,
	resources: process.getActiveResourcesInfo().length,
	files: (() => {
		try { return process.getBuiltinModule('fs').readdirSync('/proc/self/fd').length } catch { return null }
	})(),
})`;

export interface Inside {
	figures(): Promise<Figures>;
	close(): void;
}

export async function lookInside(pid: number): Promise<Inside> {
	process.kill(pid, 'SIGUSR1');
	const address = await until('the debugger of n8n', async () => {
		const targets = await fetch(DEBUGGER).then(
			async (answer) => (await answer.json()) as Array<{ webSocketDebuggerUrl: string }>,
			() => [],
		);
		return targets[0]?.webSocketDebuggerUrl;
	});
	const socket = new WebSocket(address);
	const open = new Map<number, (result: unknown) => void>();
	socket.addEventListener('message', ({ data }) => {
		const { id, result } = JSON.parse(String(data)) as { id: number; result: unknown };
		open.get(id)?.(result);
		open.delete(id);
	});
	await new Promise((resolve, reject) => {
		socket.addEventListener('open', resolve);
		socket.addEventListener('error', reject);
	});
	let last = 0;
	const ask = async <T,>(method: string, params: object = {}): Promise<T> =>
		await new Promise((resolve) => {
			open.set(++last, (result) => resolve(result as T));
			socket.send(JSON.stringify({ id: last, method, params }));
		});

	return {
		async figures() {
			// What only finalizers let go of is gone after the second.
			for (let round = 0; round < 2; round++) {
				await ask('HeapProfiler.collectGarbage');
				await sleep(500);
			}
			const { result } = await ask<{ result: { value: string } }>('Runtime.evaluate', {
				expression: FIGURES,
				returnByValue: true,
			});
			return JSON.parse(result.value) as Figures;
		},
		close: () => socket.close(),
	};
}
