// Events that flow through a cluster while something in it is killed, and what became of each.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workflow } from '../../dev/demo/api.mts';
import type { Cluster } from '../../dev/demo/cluster.mts';
import { until } from '../../dev/demo/process.mts';
import {
	addressOf,
	allRuns,
	bodyOf,
	credentialWith,
	recordOf,
	secretAt,
	sign,
	together,
} from '../e2e/trigger.mts';
import { api, cluster as running, node, receiver } from '../e2e/world.mts';

if (!running) throw new Error('These tests are for queue mode: npm run test:queue');
export const cluster: Cluster = running.n8n;

export const DEBITED = 'payment_link.payment.debited';

const ENDED = (status: string) => !['new', 'running', 'waiting', 'unknown'].includes(status);
/** Whoever sends waits no longer; how long Jodo waits is not documented. */
const PATIENCE_MS = 10_000;

/** Published: a workflow with a run that takes a moment, so that some are under way whenever something ends. */
export async function slowReceiver(): Promise<Workflow> {
	const credential = await credentialWith({});
	const moment = node('A moment', 'n8n-nodes-base.wait', 1.1, { amount: 0.5, unit: 'seconds' });
	const workflow = await receiver([DEBITED], {}, credential, [moment]);
	await api.publish(workflow.id);
	return workflow;
}

export interface Fact {
	id: string;
	body: string;
	/** What each attempt was answered; 0: nothing. */
	answers: number[];
	/** How each of its runs ended. */
	runs: string[];
}

const wasAccepted = ({ answers }: Fact) => answers.some((status) => status >= 200 && status < 300);

export function newFacts(count: number): Fact[] {
	return Array.from({ length: count }, () => {
		const id = randomUUID();
		return { id, body: bodyOf(DEBITED, { order_id: id }), answers: [], runs: [] };
	});
}

export async function send(workflow: Workflow, fact: Fact): Promise<void> {
	const status = await fetch(addressOf(workflow), {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			'x-jodo-signature': sign(fact.body, secretAt(addressOf(workflow))),
		},
		body: fact.body,
		signal: AbortSignal.timeout(PATIENCE_MS),
	}).then(
		async (answer) => (await answer.arrayBuffer(), answer.status),
		() => 0,
	);
	fact.answers.push(status);
}

/** Sends each until it is accepted, as Jodo does in the course of three days. */
async function sendUntilAccepted(workflow: Workflow, facts: Fact[]): Promise<void> {
	await until(
		'all events to be accepted',
		async () => {
			const open = facts.filter((fact) => !wasAccepted(fact));
			await together(4, open, async (fact) => await send(workflow, fact));
			return facts.every(wasAccepted);
		},
		{ seconds: 180, every: 2000 },
	);
}

/**
 * Looks up the runs of each, when all have ended. How many failed so that n8n has kept the failure but not the
 * event: a run whose worker vanished is such.
 */
export async function outcome(workflow: Workflow, facts: Fact[]): Promise<number> {
	let nameless = 0;
	const runs = await until(
		'all runs to have ended',
		async () => {
			const all = await allRuns(workflow);
			return all.every(({ status }) => ENDED(status)) && all;
		},
		{ seconds: 300, every: 2000 },
	);
	const byId = new Map(facts.map((fact) => [fact.id, fact]));
	await together(4, runs, async (run) => {
		const record = await recordOf(run);
		const ids = new Set(record.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g));
		const fact = [...ids].map((id) => byId.get(id)).find(Boolean);
		if (fact) {
			fact.runs.push(run.status);
		} else {
			assert.match(
				run.status,
				/error|crashed/,
				`run ${run.id} is of no event that was sent: ${record.slice(0, 2000)}`,
			);
			nameless++;
		}
	});
	return nameless;
}

/**
 * Sends so many events, eight at a time, and lets the disaster happen when a third is accepted.
 * @param disaster resolves when everything is up again
 */
export async function flow(
	workflow: Workflow,
	count: number,
	disaster: () => Promise<void>,
): Promise<{ facts: Fact[]; nameless: number }> {
	const facts = newFacts(count);
	const sending = together(8, facts, async (fact) => {
		await send(workflow, fact);
		await sleep(100);
	});
	await until('a third to be accepted', async () => facts.filter(wasAccepted).length > count / 3, {
		every: 5,
	});
	const happened = disaster();
	await sending;
	await happened;
	await sendUntilAccepted(workflow, facts);
	return { facts, nameless: await outcome(workflow, facts) };
}

/** What holds whatever was killed, and the counts in words. */
export function account({ facts, nameless }: { facts: Fact[]; nameless: number }): string {
	const succeeded = ({ runs }: Fact) => runs.filter((run) => run === 'success').length;
	const unseen = facts.filter(({ runs }) => runs.length === 0);
	const silentlyGone = Math.max(0, unseen.length - nameless);
	assert.equal(silentlyGone, 0, `accepted, but without a run: ${JSON.stringify(unseen)}`);
	const twice = facts.filter((fact) => succeeded(fact) > 1);
	// Only what was not answered is sent again, so only that may run again.
	assert.deepEqual(
		twice.filter(({ answers }) => answers.length === 1),
		[],
		'answered at once, and still run twice',
	);
	const once = facts.filter((fact) => succeeded(fact) === 1);
	const failed = facts.filter((fact) => succeeded(fact) === 0);
	const attempts = facts.flatMap(({ answers }) => answers);
	const repeated = attempts.filter((status) => status < 200 || status >= 300).length;
	return [
		`${facts.length} events answered 2xx, after ${repeated} attempts that were not`,
		`${silentlyGone} gone`,
		`${once.length} ran once`,
		`${failed.length} shown as failed (${unseen.length} without the event's data)`,
		`${twice.length} ran twice`,
	].join('; ');
}
