// The made-up school: branches, grades, fee components, discounts.
import type { Call, Operations } from '../api.mts';
import { invalidFields } from '../errors.mts';
import school from '../school.json' with { type: 'json' };
import type { Settings, State } from '../state.mts';

interface Branched {
	/** Only there; without it, everywhere. */
	branches?: string[];
}

/** Rows of a branch, or of the whole institute. */
function rowsOf<T extends Branched>(rows: T[], branch?: string): Array<Omit<T, 'branches'>> {
	return rows
		.filter(({ branches }) => !branch || !branches || branches.includes(branch))
		.map(({ branches: _, ...row }) => row);
}

export const componentsOf = (branch?: string) =>
	rowsOf(school.components as Array<Branched & { component_type: string; name: string }>, branch);

export function knownBranch(settings: Settings, code: string | undefined, needed = false) {
	const error = (message: string) => invalidFields(settings, [{ key: 'collector_code', message }]);
	if (code === undefined && needed && settings.branchRequired) throw error('field required');
	if (code !== undefined && !school.branches.some((branch) => branch.code === code)) {
		throw error('no such branch');
	}
}

export function configurationRoutes(state: State): Operations {
	const list =
		<T extends Branched>(rows: T[]) =>
		({ query }: Call) => {
			const branch = query['collector_code'];
			knownBranch(state.settings, branch, true);
			return { status: 200, body: { status: 'success', data: rowsOf(rows, branch) } };
		};

	return {
		listBranches: () => ({ status: 200, body: { status: 'success', data: school.branches } }),
		listGrades: list(school.grades.map(({ fees: _, ...grade }) => grade)),
		listFeeComponents: list(school.components as Branched[]),
		listDiscounts: list(school.discounts as Branched[]),
	};
}
