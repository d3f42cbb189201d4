// One real n8n and one local Jodo to measure in, and the instruments.
import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { Credential, Workflow, WorkflowNode } from '../demo/api.mts';
import { startDemo, type Demo } from '../demo/demo.mts';
import { startN8n } from '../demo/n8n.mts';
import { installInto } from '../demo/package.mts';
import { RUN } from '../demo/paths.mts';
import { anyPorts } from '../demo/ports.mts';
import { INSPECTOR } from './profile.mts';

const DECLARATIVE = 'n8n-nodes-declarative';

export interface Lab extends Demo {
	/** How often each contender is measured. */
	rounds: number;
	/** Few items and short waits, to see that everything works. */
	quick: boolean;
	say(text: string): void;
}

export async function openLab({ rounds, quick }: { rounds: number; quick: boolean }): Promise<Lab> {
	// For the Code node that checks a signature; n8n gives it no module unless told to.
	process.env['NODE_FUNCTION_ALLOW_BUILTIN'] = 'crypto';
	process.env['NODE_OPTIONS'] = INSPECTOR;
	mkdirSync(RUN, { recursive: true });
	const folder = mkdtempSync(join(RUN, 'bench-'));
	const say = (what: string) => console.log(`# ${what}`);
	const demo = await startDemo(
		{ folder, ports: await anyPorts(), publish: false, say },
		async (options) => {
			await installInto(options.folder, options.tarball);
			const beside = join(options.folder, '.n8n/nodes/node_modules', DECLARATIVE);
			cpSync(join(import.meta.dirname, 'declarative'), beside, { recursive: true });
			return await startN8n(options);
		},
	);
	const stop = async () => {
		await demo.stop();
		rmSync(folder, { recursive: true, force: true });
	};
	return { ...demo, stop, rounds, quick, say };
}

/** Nodes one after the other; nothing is kept of runs that end well, unless asked for. */
export async function workflowOf(
	{ api }: Lab,
	name: string,
	nodes: WorkflowNode[],
	settings: Record<string, unknown> = {},
): Promise<Workflow> {
	const links = nodes.slice(0, -1).map(({ name: from }, index) => {
		const next = { node: (nodes[index + 1] as WorkflowNode).name, type: 'main', index: 0 };
		return [from, { main: [[next]] }];
	});
	return await api.call('POST', '/workflows', {
		name,
		nodes,
		connections: Object.fromEntries(links),
		settings: { executionOrder: 'v1', ...settings },
		active: false,
	});
}

/** A node's `credentials`, with a credential made for it. */
export async function credentialFor({ api }: Lab, type: string, data: Record<string, unknown>) {
	const { id, name } = await api.call<Credential>('POST', '/credentials', {
		name: `${type} ${randomUUID()}`,
		type,
		data,
	});
	return { credentials: { [type]: { id, name } } };
}

export interface Cost {
	/** Of all of n8n's processes. */
	cpuSeconds: number;
	/** The most memory (resident) that n8n's main process held. */
	peakMb: number;
}

/** CPU ticks of a process group, as Linux counts them; NaN elsewhere. */
function cpuSecondsOf(group: number): number {
	try {
		const stats = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
		return stats.reduce((sum, pid) => {
			const fields = statOf(pid);
			return Number(fields?.[2]) === group
				? sum + (Number(fields?.[11]) + Number(fields?.[12])) / 100
				: sum;
		}, 0);
	} catch {
		return NaN;
	}
}

/** What stands behind the program's name, which may hold spaces. */
function statOf(pid: string): string[] | undefined {
	try {
		return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
	} catch {
		return undefined; // ended meanwhile
	}
}

/** What some work cost n8n. Memory and CPU are read from Linux; elsewhere they are NaN. */
export async function costOf<T>(
	{ n8n }: Lab,
	work: () => Promise<T>,
): Promise<Cost & { result: T }> {
	const pid = n8n.pid as number;
	const proc = `/proc/${pid}`;
	try {
		writeFileSync(`${proc}/clear_refs`, '5'); // begins the peak anew
	} catch {
		// not Linux
	}
	const before = cpuSecondsOf(pid);
	const result = await work();
	const cpuSeconds = cpuSecondsOf(pid) - before;
	let peakMb = NaN;
	try {
		peakMb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`${proc}/status`, 'utf8'))?.[1]) / 1024;
	} catch {
		// not Linux
	}
	return { cpuSeconds, peakMb, result };
}

export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = (sorted.length - 1) / 2;
	return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

/** The median, and between what it lay. */
export const spread = (values: number[]) => ({
	median: median(values),
	least: Math.min(...values),
	most: Math.max(...values),
});
export type Spread = ReturnType<typeof spread>;

export function percentile(values: number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** Each contender once per round, every other round in reverse, so that a slow minute hits all of them. */
export async function inRounds<C, R>(
	rounds: number,
	contenders: C[],
	measure: (contender: C) => Promise<R>,
): Promise<Map<C, R[]>> {
	const results = new Map<C, R[]>(contenders.map((one) => [one, []]));
	for (let round = 0; round < rounds; round++) {
		for (const one of round % 2 ? [...contenders].reverse() : contenders) {
			results.get(one)?.push(await measure(one));
		}
	}
	return results;
}

export interface Heard {
	at: number;
	answeredAt: number;
	method: string;
	path: string;
	headers: IncomingHttpHeaders;
	body: Record<string, unknown>;
	/** The answer. */
	answer: Record<string, unknown>;
}

/** Between n8n and the local Jodo, hearing everything to the millisecond; it is also GitHub, as far as hooks go. */
export async function startWiretap(to: string) {
	const heard: Heard[] = [];
	const server = createServer(async (request, response) => {
		const at = Date.now();
		const { method = 'GET', url: path = '/', headers } = request;
		const sent = await text(request);
		const body = JSON.parse(sent || '{}') as Heard['body'];
		let status = 201;
		let answer = JSON.stringify({ id: 1, active: true, ...body });
		if (!path.startsWith('/repos/')) {
			const { authorization = '', 'content-type': type = 'application/json' } = headers;
			const reply = await fetch(to + path, {
				method,
				headers: { authorization, 'content-type': type },
				body: sent || undefined,
			});
			status = reply.status;
			answer = await reply.text();
		}
		response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
		const answeredAt = Date.now();
		heard.push({
			at,
			answeredAt,
			method,
			path,
			headers,
			body,
			answer: JSON.parse(answer || '{}') as Heard['answer'],
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		heard,
		close: () => void server.close().closeAllConnections(),
	};
}
