import { records } from '../../shared/answers';
import type { CodeList } from '../../shared/codeLists';
import { listRequest, LISTS } from '../../shared/codeLists';
import { branch } from '../fields';
import type { Operation, Resource } from './operation';

type Texts = Pick<Operation, 'name' | 'action' | 'description'>;

const listOperation = (list: CodeList, texts: Texts, ofBranch = true): Operation => ({
	...texts,
	repeat: 'safe',
	fields: ofBranch ? [branch()] : [],
	request: ({ collectorCode }) => listRequest(list, collectorCode as string | undefined),
	output: records,
});

/** https://docs.jodo.in/configuration/api/list-fee-components/ and its neighbours */
export const configuration: Resource<
	'getBranches' | 'getDiscounts' | 'getFeeComponents' | 'getGrades'
> = {
	name: 'Configuration',
	description: 'The codes that Jodo has set up for your institute',
	operations: {
		getBranches: listOperation(
			LISTS.branches,
			{
				name: 'Get Branches',
				action: 'Get branches',
				description: 'Names and codes of the branches of your institute (List Branches)',
			},
			false,
		),
		getDiscounts: listOperation(LISTS.discounts, {
			name: 'Get Discounts',
			action: 'Get discounts',
			description: 'Names and codes of the discounts that fees may carry (List Discounts)',
		}),
		getFeeComponents: listOperation(LISTS.feeComponents, {
			name: 'Get Fee Components',
			action: 'Get fee components',
			description: 'Names and codes of the fee heads money is collected for (List Fee Components)',
		}),
		getGrades: listOperation(LISTS.grades, {
			name: 'Get Grades',
			action: 'Get grades',
			description: 'Names and codes of classes and courses (List Grades)',
		}),
	},
};
