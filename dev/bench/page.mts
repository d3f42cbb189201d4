// Writes what was measured into docs/performance.md, and its plot.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { between, put, ROOT, rowsIn, table, withBetween } from '../generate/put.mts';
import {
	isNothing,
	isOurs,
	MOST,
	RATE,
	type Outcome,
	type Result as ActionResult,
} from './action.mts';
import { type Result as BlockResult } from './blocks.mts';
import { HTTP, isAsInstalled, type Operation } from './contenders.mts';
import { median, percentile } from './lab.mts';
import { plot } from './plot.mts';
import type { Result as PublishResult } from './publish.mts';
import { GITHUB, JODO, type Receiving, type Result as TriggerResult } from './trigger.mts';
import type { Result as WeightResult } from './weight.mts';

export interface Results {
	action?: ActionResult[];
	blocks?: BlockResult[];
	limit?: ActionResult[];
	trigger?: TriggerResult[];
	publish?: PublishResult[];
	weight?: WeightResult;
}

const PAGE = 'docs/performance.md';
const PLOT = 'docs/images/performance.svg';

/** Three digits, about. */
function short(value: number): string {
	if (!Number.isFinite(value)) return '–';
	if (Number.isInteger(value)) return String(value);
	const size = Math.abs(value);
	const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
	return value.toFixed(digits);
}

/** The median, and between what it lay where there is more than one. */
function spread(values: number[], unit = ''): string {
	const [least, most] = [Math.min(...values), Math.max(...values)].map(short);
	const range = least === most ? '' : ` (${least}–${most})`;
	return `${short(median(values))}${unit}${range}`;
}

const label = ({ name, atOnce }: { name: string; atOnce?: number }) =>
	isAsInstalled({ name, atOnce })
		? `${name}, as installed`
		: name + (atOnce && !name.includes('second') ? `, ${atOnce} at once` : '');

type Field = 'seconds' | 'cpuSeconds';

/** Per item, without what the workflow around costs; of each round. */
function perItem(all: ActionResult[], one: ActionResult, field: Field): number[] {
	const scene = ({ operation, items, latencyMs }: ActionResult) =>
		`${operation} ${items} ${latencyMs}`;
	const around = all.find((other) => isNothing(other) && scene(other) === scene(one));
	const off = median(around?.outcomes.map((outcome) => outcome[field]) ?? [0]);
	return one.outcomes.map((outcome) => ((outcome[field] - off) / one.items) * 1000);
}

const counts = (outcomes: Outcome[]) => ({
	requests: median(outcomes.map(({ requests }) => requests)),
	underWay: Math.max(...outcomes.map(({ underWay }) => underWay)),
	errors: Math.max(...outcomes.map(({ errors }) => errors)),
});

/** How one stands to another, round by round of the same run. */
const ratios = (these: number[], those: number[]) =>
	these.map((value, i) => value / (those[i] as number));

function scenesOf(all: ActionResult[]): ActionResult[][] {
	const scenes = new Map<string, ActionResult[]>();
	for (const one of all) {
		const key = JSON.stringify([one.operation, one.items, one.latencyMs, one.limit]);
		scenes.set(key, [...(scenes.get(key) ?? []), one]);
	}
	return [...scenes.values()];
}

function actionTables(all: ActionResult[]): string {
	return scenesOf(all)
		.map((scene) => {
			const [{ operation, items, latencyMs = 0 }] = scene as [ActionResult];
			const http = scene.find(({ name }) => name === HTTP) as ActionResult;
			const rows = scene
				.filter((one) => !isNothing(one))
				.map((one) => {
					const [time, theirs] = [one, http].map((each) => perItem(all, each, 'seconds')) as [
						number[],
						number[],
					];
					const { requests, underWay, errors } = counts(one.outcomes);
					const peak = Math.max(...one.outcomes.map(({ peakMb }) => peakMb));
					return [
						label(one),
						spread(time),
						spread(perItem(all, one, 'cpuSeconds')),
						spread(ratios(time, theirs)),
						short(peak),
						String(requests),
						String(underWay),
						String(errors),
					];
				});
			const title = operation === 'get' ? 'Get Payment Link' : 'Create Payment Link';
			const head = [
				'',
				'ms an item',
				'CPU ms an item',
				'time, HTTP Request = 1',
				'peak MB',
				'requests',
				'most at once',
				'errors',
			];
			return `**${title}**, ${items} items, Jodo answers after ${latencyMs} ms\n\n${table(head, rows)}`;
		})
		.join('\n\n');
}

const floorOf = ({ items }: ActionResult) => items / RATE;
const overFloor = (one: ActionResult) =>
	one.outcomes.map(({ seconds }) => (seconds / floorOf(one) - 1) * 100);

function limitTable(all: ActionResult[]): string {
	const rows = all.map((one) => {
		const { requests, errors } = counts(one.outcomes);
		const says = one.limit?.retryAfter ? `Retry-After: ${one.limit.retryAfter}` : 'nothing';
		const seconds = one.outcomes.map(({ seconds: each }) => each);
		const over = errors ? 'not all done' : spread(overFloor(one), ' %');
		return [label(one), says, spread(seconds), over, String(requests), String(errors)];
	});
	const head = ['', 'a 429 says', 'seconds', 'over items ÷ rate', 'requests', 'items lost'];
	return table(head, rows);
}

const blocksTable = (all: BlockResult[]) =>
	table(
		[
			'',
			'items',
			'longest stretch, ms of CPU',
			'without garbage collection',
			'longest expression',
			'by the clock, ms',
		],
		all.map(({ what, items, cpuMs, workMs, parameterMs, clockMs }) => [
			what,
			items.toLocaleString('en-US'),
			...[cpuMs, workMs, parameterMs, clockMs].map(short),
		]),
	);

const rate = ({ events, rounds }: TriggerResult) => rounds.map(({ seconds }) => events / seconds);
const answers = (rounds: Receiving[]) => rounds.flatMap(({ answersMs }) => answersMs);

function triggerTable(all: TriggerResult[]): string {
	const rows = all.map((one) => {
		const cpu = one.rounds.map(({ cpuSeconds }) => (cpuSeconds / one.events) * 1000);
		const [p50, p99] = [0.5, 0.99].map((share) => percentile(answers(one.rounds), share));
		return [
			String(one.senders),
			one.name,
			spread(rate(one)),
			short(p50 as number),
			short(p99 as number),
			spread(cpu),
			String(Math.max(...one.rounds.map(({ errors }) => errors))),
		];
	});
	const head = [
		'senders',
		'',
		'events a second',
		'answer p50, ms',
		'p99, ms',
		'CPU ms an event',
		'errors',
	];
	return table(head, rows);
}

function publishTable(all: PublishResult[]): string {
	const rows = [...new Set(all.map(({ latencyMs }) => latencyMs))].map((latencyMs) => {
		const those = all.filter((one) => one.latencyMs === latencyMs);
		const of = (field: keyof PublishResult) => those.map((one) => one[field]);
		return [
			`${latencyMs} ms`,
			String(median(of('registered'))),
			spread(of('registerMs').map((ms) => ms / 1000)),
			spread(of('requests')),
			spread(of('gapMs').map((ms) => ms / 1000)),
			spread(of('editRequests')),
		];
	});
	const head = [
		'Jodo answers after',
		'events',
		'seconds to register',
		'requests',
		'seconds without destination in an edit',
		'its requests',
	];
	return table(head, rows);
}

function weightTable({ tarballKb, unpackedKb, loading, startMs }: WeightResult): string {
	const rows = loading.map(({ name, rounds }) => [
		name,
		spread(rounds.map(({ ms }) => ms)),
		spread(rounds.map(({ heapMb }) => heapMb)),
	]);
	return `The tarball has ${short(tarballKb)} kB, unpacked ${short(unpackedKb)} kB. n8n's own loader takes ${spread(startMs, ' ms')} for it when n8n starts.\n\n${table(['node and trigger of', 'ms to load', 'MB of heap'], rows)}`;
}

const ourCpuMs = (all: TriggerResult[]) => all.find((one) => one.ourCpuMs)?.ourCpuMs ?? NaN;

const shareSentence = (all: TriggerResult[]) =>
	`Our own code takes ${short(ourCpuMs(all))} ms of CPU for an event, with what it asks of n8n.`;

/** Of one part: what is promised, and for its figures what they say and whether they keep it. */
interface Target {
	part: keyof Results;
	target: string;
	measured(results: Required<Results>): [said: string, isMet: boolean];
}

const TITLES: Record<Operation, string> = { get: 'Get', create: 'Create' };

interface Wanted {
	operation: Operation;
	items?: number;
	latencyMs?: number;
}

/** One of the scenes as our node as installed played it, or the HTTP Request node. */
function played(
	all: ActionResult[],
	{ operation, items = 1000, latencyMs = 0 }: Wanted,
	who: string,
) {
	return all.find(
		(one) =>
			one.operation === operation &&
			one.items === items &&
			(one.latencyMs ?? 0) === latencyMs &&
			(who === HTTP ? one.name === HTTP : isAsInstalled(one)),
	) as ActionResult;
}

const against = (operation: Operation, latencyMs: number, most: number): Target => ({
	part: 'action',
	target: `1,000 × ${TITLES[operation]}, Jodo at ${latencyMs} ms: at most ${most} × the HTTP Request node, never more than ${MOST[operation]} under way`,
	measured: ({ action }) => {
		const [ours, http] = ['ours', HTTP].map((who) =>
			played(action, { operation, latencyMs }, who),
		) as [ActionResult, ActionResult];
		const [time, cpu] = (['seconds', 'cpuSeconds'] as const).map((field) =>
			ratios(perItem(action, ours, field), perItem(action, http, field)),
		) as [number[], number[]];
		const { underWay } = counts(ours.outcomes);
		return [
			`${spread(time)}; in CPU ${spread(cpu)}; at most ${underWay} under way`,
			median(time) <= most && underWay <= MOST[operation],
		];
	},
});

const linear = (operation: Operation): Target => ({
	part: 'action',
	target: `10,000 × ${TITLES[operation]} cost as much each as 1,000 do`,
	measured: ({ action }) => {
		const [many, few] = [10_000, 1000].map((items) =>
			median(perItem(action, played(action, { operation, items }, 'ours'), 'seconds')),
		) as [number, number];
		return [`${short(many / few)} ×`, many / few <= 1.2];
	},
});

const TARGETS: Target[] = [
	against('get', 0, 0.5),
	against('get', 50, 1),
	against('get', 300, 3),
	against('create', 0, 0.7),
	against('create', 50, 1.5),
	linear('get'),
	linear('create'),
	{
		part: 'blocks',
		target: '10,000 items: n8n gets a turn at least every 50 ms',
		measured: ({ blocks }) => {
			const [work, all] = (['workMs', 'cpuMs'] as const).map((name) =>
				Math.max(...blocks.map((one) => one[name])),
			) as [number, number];
			const said = `at most ${short(work)} ms of CPU between two turns; ${short(all)} where Node.js collects garbage in it`;
			return [said, work <= 50];
		},
	},
	{
		part: 'limit',
		target: `${RATE} requests a second: all done within 10 % of items ÷ rate, none lost`,
		measured: ({ limit }) => {
			const ours = limit.filter(isOurs);
			const over = Math.max(...ours.map((one) => median(overFloor(one))));
			const lost = Math.max(...ours.map(({ outcomes }) => counts(outcomes).errors));
			return [`${short(over)} % over, ${lost} lost`, over <= 10 && lost === 0];
		},
	},
	{
		part: 'trigger',
		target: "Events a second: not below n8n's GitHub Trigger",
		measured: ({ trigger }) => {
			const perSecond = (name: string) => trigger.filter((one) => one.name === name).map(rate);
			const toGithub = perSecond(JODO).flatMap((rates, i) =>
				ratios(rates, perSecond(GITHUB)[i] as number[]),
			);
			return [`${spread(toGithub)} ×`, median(toGithub) >= 1];
		},
	},
	{
		part: 'trigger',
		target: 'Our own share of an event: under 1 ms',
		measured: ({ trigger }) => {
			const event = ourCpuMs(trigger);
			return [`${short(event)} ms of CPU`, event < 1];
		},
	},
	{
		part: 'publish',
		target: '36 events registered within 12 s, Jodo at 200 ms',
		measured: ({ publish }) => {
			const seconds = publish
				.filter(({ latencyMs }) => latencyMs === 200)
				.map(({ registerMs }) => registerMs / 1000);
			return [spread(seconds, ' s'), Math.max(...seconds) <= 12];
		},
	},
	{
		part: 'weight',
		target: 'Tarball under 60 kB',
		measured: ({ weight: { tarballKb } }) => [`${short(tarballKb)} kB`, tarballKb < 60],
	},
	{
		part: 'weight',
		target: 'Both nodes loaded within 50 ms',
		measured: ({ weight }) => {
			const ours = weight.loading.find(({ name }) => name === 'Jodo');
			const ms = median(ours?.rounds.map((round) => round.ms) ?? []);
			return [`${short(ms)} ms`, ms < 50];
		},
	},
];

/** A part that was not measured keeps what the page says of it. */
function targetsTable(results: Results, before: string): string {
	const known = new Map(rowsIn(before).map((cells) => [cells[0], cells]));
	const rows = TARGETS.map(({ part, target, measured }) => {
		if (!results[part]) return known.get(target) ?? [target, '–', 'not measured'];
		const [said, isMet] = measured(results as Required<Results>);
		return [target, said, isMet ? 'met' : '**not met**'];
	});
	return table(['Target', 'Measured', ''], rows);
}

function picture({
	action,
	limit,
	trigger,
}: Required<Pick<Results, 'action' | 'limit' | 'trigger'>>): string {
	const bars = (operation: string) =>
		action
			.filter(
				(one) =>
					one.operation === operation && one.items === 1000 && !one.latencyMs && !isNothing(one),
			)
			.map((one) => ({
				label: label(one),
				values: perItem(action, one, 'seconds'),
				isOurs: isOurs(one),
			}));
	return plot([
		{ title: 'Get Payment Link: ms an item (less is better)', bars: bars('get') },
		{ title: 'Create Payment Link: ms an item (less is better)', bars: bars('create') },
		{
			title: `Items lost at ${RATE} requests a second, of ${limit[0]?.items} (less is better)`,
			bars: limit
				.filter((one) => !one.limit?.retryAfter)
				.map((one) => ({
					label: label(one),
					values: [counts(one.outcomes).errors],
					isOurs: isOurs(one),
				})),
		},
		{
			title: 'Events a second, 10 senders (more is better)',
			bars: trigger
				.filter(({ senders }) => senders === 10)
				.map((one) => ({ label: one.name, values: rate(one), isOurs: one.name === JODO })),
		},
	]);
}

export async function writePage(results: Results, rounds: number): Promise<void> {
	let text = readFileSync(join(ROOT, PAGE), 'utf8');
	const enter = (mark: string, content: string) => {
		text = withBetween(PAGE, text, `measured: ${mark}`, content);
	};
	const { action, blocks, limit, trigger, publish, weight } = results;
	if (action) enter('action', actionTables(action));
	if (blocks) enter('blocks', blocksTable(blocks));
	if (limit) enter('limit', limitTable(limit));
	if (trigger) {
		enter('trigger', triggerTable(trigger));
		enter('share', shareSentence(trigger));
	}
	if (publish) enter('publish', publishTable(publish));
	if (weight) enter('weight', weightTable(weight));
	enter('targets', targetsTable(results, between(PAGE, text, 'measured: targets')));
	if (action && limit && trigger) {
		mkdirSync(dirname(join(ROOT, PLOT)), { recursive: true });
		writeFileSync(join(ROOT, PLOT), picture({ action, limit, trigger }));
	}
	const { length, 0: cpu } = cpus();
	const load = short(loadavg()[2] ?? NaN);
	enter(
		'machine',
		`${length} × ${cpu?.model.trim()}, Node.js ${process.versions.node}, n8n 2.41.1 on SQLite; ${rounds} round(s). Load while measuring: ${load} (above ${length}, others used the machine as well).`,
	);
	await put(PAGE, text);
}
