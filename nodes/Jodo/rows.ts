/** Lists of entries in a request's body, and what must fit together in and between them. */
import type { RefinementCtx, ZodRawShape, ZodTypeAny } from 'zod/v3';
import { z } from 'zod/v3';

const LIST = { required_error: 'is empty', invalid_type_error: 'is not a list' };
const OBJECT = { required_error: 'is empty', invalid_type_error: 'is not an object' };

/** Members that Jodo does not document travel along. */
export const row = <T extends ZodRawShape>(shape: T) => z.object(shape, OBJECT).passthrough();

export const listOf = <T extends ZodTypeAny>(one: T) => z.array(one, LIST).min(1, 'is empty');

/** One entry per fee component: what is there twice was most likely meant once. */
export const onePerFeeHead = <Row extends { component_type: string }>(
	one: z.ZodType<Row, z.ZodTypeDef, unknown>,
	keyOf: (entry: Row) => string | undefined = ({ component_type: head }) => head,
) =>
	listOf(one).superRefine((rows, context) => {
		const known = new Map<string, number>();
		rows.forEach((entry, i) => {
			const key = keyOf(entry);
			if (key === undefined) return;
			const first = known.get(key);
			if (first === undefined) known.set(key, i + 1);
			else complain(context, [i, 'component_type'], `is the same as in entry ${first}`);
		});
	});

export function complain(context: RefinementCtx, path: Array<string | number>, message: string) {
	context.addIssue({ code: z.ZodIssueCode.custom, path, message });
}

/** The sum in rupees, exact to the paisa; NaN if one of them was refused. */
export const sumOf = (amounts: number[]) =>
	amounts.reduce((paise, rupees) => paise + Math.round(rupees * 100), 0) / 100;

export const inRupees = (value: number) =>
	`₹${value.toLocaleString('en-IN', { minimumFractionDigits: 2 })}`;

/** An academic year may lie within one calendar year, but it does not end before it begins. */
export function yearsInOrder(
	{
		academic_year_start: start,
		academic_year_end: end,
	}: { academic_year_start?: string | number; academic_year_end?: string | number },
	context: RefinementCtx,
) {
	if (Number(end) < Number(start)) {
		complain(context, ['academic_year_end'], `is before the year begins: ${start} to ${end}`);
	}
}
