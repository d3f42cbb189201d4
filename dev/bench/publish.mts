// Publishing a trigger of all events: how long, how many requests, and the moment without a destination.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { ROOT } from '../demo/paths.mts';
import { node } from '../demo/api.mts';
import { credentialFor, startWiretap, workflowOf, type Heard, type Lab } from './lab.mts';

export interface Result {
	latencyMs: number;
	/** From the first request to the last answer. */
	registerMs: number;
	requests: number;
	/** Of an edit: the longest that one event had no destination, and all requests. */
	gapMs: number;
	editRequests: number;
	/** Events registered at the end. */
	registered: number;
}

/** Read when asked for: what the package exports is built only when a part begins. */
const allEvents = () => {
	const { EVENTS } = createRequire(import.meta.url)(`${ROOT}/index.js`) as {
		EVENTS: ReadonlyArray<{ value: string }>;
	};
	return EVENTS.map(({ value }) => value);
};

const took = (heard: Heard[]) =>
	Math.max(...heard.map(({ answeredAt }) => answeredAt)) - Math.min(...heard.map(({ at }) => at));

/** Per code, from the moment its subscription was disabled until the new one was confirmed. */
function longestGap(heard: Heard[], codeOf: Map<string, string>): number {
	const gone = new Map<string, number>();
	let longest = 0;
	for (const { method, path, body, answeredAt, at } of heard) {
		if (method === 'DELETE') gone.set(codeOf.get(path.split('/').at(-1) as string) as string, at);
		if (method !== 'POST') continue;
		const since = gone.get(String(body['event_code']));
		if (since !== undefined) longest = Math.max(longest, answeredAt - since);
	}
	return longest;
}

export async function publish(lab: Lab): Promise<Result[]> {
	const tap = await startWiretap(lab.sandbox.url);
	const credentials = await credentialFor(lab, 'jodoApi', {
		environment: 'custom',
		baseUrl: tap.url,
		apiKey: 'sandbox_key',
		apiSecret: 'sandbox_secret',
	});
	const results: Result[] = [];
	for (const latencyMs of [0, 200]) {
		for (let round = 0; round < lab.rounds; round++) {
			lab.say(`36 events, ${latencyMs} ms`);
			await lab.sandbox.admin('POST', '/reset');
			await lab.sandbox.admin('POST', '/faults', { effect: { latencyMs } });
			const parameters = {
				events: allEvents(),
				failureNotificationEmail: 'office@example.com',
			};
			const trigger = node('Jodo Trigger', 'n8n-nodes-jodo.jodoTrigger', 1, parameters, {
				webhookId: randomUUID(),
				...credentials,
			});
			const { id } = await workflowOf(lab, 'All events', [
				trigger,
				node('Done', 'n8n-nodes-base.noOp', 1, {}),
			]);
			tap.heard.length = 0;
			await lab.api.publish(id);
			const first = tap.heard.splice(0);
			const codeOf = new Map(
				first.map(({ answer, body }) => [
					String((answer['data'] as { id?: unknown } | undefined)?.id),
					String(body['event_code']),
				]),
			);
			const { versionId, nodes } = await lab.api.workflow(id);
			const edited = nodes.map((one) =>
				one.name === trigger.name
					? {
							...one,
							parameters: { ...one.parameters, failureNotificationEmail: 'new@example.com' },
						}
					: one,
			);
			await lab.api.call('PATCH', `/workflows/${id}`, { versionId, nodes: edited });
			await lab.api.publish(id);
			const edit = tap.heard.splice(0);
			const subscriptions = await lab.sandbox.admin<Array<{ enabled: boolean }>>(
				'GET',
				'/subscriptions',
			);
			results.push({
				latencyMs,
				registerMs: took(first),
				requests: first.length,
				gapMs: longestGap(edit, codeOf),
				editRequests: edit.length,
				registered: subscriptions.filter(({ enabled }) => enabled).length,
			});
			await lab.api.unpublish(id);
		}
	}
	tap.close();
	return results;
}
