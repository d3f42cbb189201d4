// What no machine is too slow for: our side's requests, errors and registrations. Times never fail a run.
import { isOurs, MOST } from './action.mts';
import type { Results } from './page.mts';
import { JODO } from './trigger.mts';

/** All that is not as it must be, in words. */
export function wrongCounts({ action = [], limit = [], trigger = [], publish = [] }: Results) {
	const complaints: Array<[isWrong: boolean, what: string]> = [
		...action.filter(isOurs).flatMap(({ operation, items, outcomes }) =>
			outcomes.flatMap(
				({ requests, underWay, errors }): Array<[boolean, string]> => [
					[
						requests !== items || errors > 0,
						`${operation}: ${requests} requests and ${errors} errors for ${items} items`,
					],
					[underWay > MOST[operation], `${operation}: ${underWay} requests under way at once`],
				],
			),
		),
		// How many requests that takes hangs on the machine: test/nodes/shared/pace counts them, in simulated time.
		...limit
			.filter(isOurs)
			.flatMap(({ items, outcomes }) =>
				outcomes.map(({ errors }): [boolean, string] => [
					errors > 0,
					`under a limit: ${errors} errors for ${items} items`,
				]),
			),
		...trigger
			.filter(({ name }) => name === JODO)
			.flatMap(({ events, rounds }) =>
				rounds.map(({ errors }): [boolean, string] => [
					errors > 0,
					`${errors} of ${events} events did not end in one good run`,
				]),
			),
		...publish.map(({ registered, requests }): [boolean, string] => [
			// One list, and two codes for each of the two student-linked events.
			registered !== 36 || requests !== 39,
			`${registered} of 36 events registered, with ${requests} requests instead of 39`,
		]),
	];
	return complaints.filter(([isWrong]) => isWrong).map(([, what]) => what);
}
