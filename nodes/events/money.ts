/** The one reading of money: amounts in paise, the lines of a payment, what of it has reached the bank. */
import { inUtcSeconds, latest } from './days';
import type { JodoLine } from './jodoRow';
import type { Leaves } from './leaves';
import { arrayAt, toFilledText, toText } from './leaves';

/** Whole paise, so that sums are exact; undefined if it is no amount. */
export function toPaise(value: unknown): number | undefined {
	// A number may be what a program's own sums left over, such as 5.6e-14.
	const isAmount = typeof value === 'number' || /^-?\d+(\.\d+)?$/.test(toText(value) ?? '');
	if (!isAmount) return undefined;
	const paise = Math.round(Number(value) * 100) + 0;
	return Number.isSafeInteger(paise) ? paise : undefined;
}

/** Rupees; an amount finer than a paisa stays among the leaves beside the rounded one. */
export function takeRupees(leaves: Leaves, paths: readonly string[]): number | null {
	for (const path of paths) {
		let exact: unknown;
		const paise = leaves.take([path], (value) => {
			exact = value;
			return toPaise(value);
		});
		if (paise === null) continue;
		if (paise / 100 !== Number(exact)) leaves.keep(path, exact);
		return paise / 100;
	}
	return null;
}

/** How a program writes that it has none, also as a day of zeros. */
const NONE =
	/^([\s\p{P}0]*(n[/.]?a|null|none|nil|undefined|unknown|false|pending|awaited|tbd|(not|to be) [a-z]+)?[\s\p{P}]*|0000-00-00.*)$/iu;

/** Whether an id, a reference or a moment is there: "NA" or "PENDING" in its place says that it is not. */
export function isSaid(value: unknown): boolean {
	const text = (toText(value) ?? '').trim();
	// So much says something, and the pattern would take hours for megabytes of dashes.
	return text.length > 60 || !NONE.test(text);
}

export const toReference = (value: unknown) => (isSaid(value) ? toText(value) : undefined);

/** Of the first place that has some: what stands in a second may be the same money again. */
export function takeLines(leaves: Leaves, payload: unknown, places: readonly string[]): JodoLine[] {
	const path = places.find((place) => arrayAt(payload, place).length) ?? '';
	return arrayAt(payload, path).map((_, i) => {
		const at = (key: string) => `${path}[${i}].${key}`;
		return {
			component_type: leaves.take([at('component_type'), at('fee_component')], toFilledText),
			amount: takeRupees(leaves, [at('amount')]),
			settlement_utr: leaves.take([at('settlement_utr')], toReference),
			settled_at: leaves.take([at('settled_at')], toReference),
		};
	});
}

/** The sum to the paisa; null if there is nothing to add, or an amount that could not be read. */
export function sum(lines: ReadonlyArray<Pick<JodoLine, 'amount'>>): number | null {
	if (!lines.length || lines.some(({ amount }) => amount === null)) return null;
	return lines.reduce((total, { amount }) => total + Math.round((amount ?? 0) * 100), 0) / 100;
}

/** What is left of a sum, to the paisa. */
export const difference = (whole: number, part: number) =>
	(Math.round(whole * 100) - Math.round(part * 100)) / 100;

/**
 * Which bank transfer a line came with: its UTR, without one the moment it was settled. Null while it has
 * not reached the bank.
 */
export const transferOf = ({ settlement_utr, settled_at }: JodoLine): string | null =>
	settlement_utr?.trim() || inUtcSeconds(settled_at) || settled_at?.trim() || null;

/** Lines by a key, in the order in which the keys first come. */
export function grouped(
	lines: readonly JodoLine[],
	keyOf: (line: JodoLine) => string | null,
): Array<[key: string | null, lines: JodoLine[]]> {
	const groups = new Map<string | null, JodoLine[]>();
	for (const line of lines) {
		const key = keyOf(line);
		const group = groups.get(key);
		if (group) group.push(line);
		else groups.set(key, [line]);
	}
	return [...groups];
}

/** The one bank reference of all lines that have any; null if there are several. */
export function oneUtr(lines: readonly JodoLine[]): string | null {
	const utrs = [...new Set(lines.map((line) => toFilledText(line.settlement_utr)?.trim()))];
	const [utr, ...more] = utrs.filter((one) => one !== undefined);
	return more.length ? null : (utr ?? null);
}

/** How much of a payment has reached the bank. */
export interface Settlement {
	settled_so_far: number | null;
	/** Null if it cannot be told: the lines are not all of the payment, or one could not be read. */
	fully_settled: boolean | null;
	/** The latest of the lines. */
	settled_at: string | null;
}

/** @param whole what was paid; undefined where Jodo says it only by the lines */
export function settlementOf(lines: readonly JodoLine[], whole?: number | null): Settlement {
	const settled = lines.filter((line) => transferOf(line) !== null);
	const total = sum(lines);
	const addsUp = total !== null && (whole === undefined || whole === total);
	const isOpen = (line: JodoLine) => line.amount !== 0 && transferOf(line) === null;
	return {
		settled_so_far: lines.length && !settled.length ? 0 : sum(settled),
		fully_settled: addsUp ? settled.length > 0 && !lines.some(isOpen) : null,
		settled_at: latest(settled.map((line) => line.settled_at)),
	};
}
