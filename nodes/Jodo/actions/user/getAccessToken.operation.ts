import type { IDataObject } from 'n8n-workflow';

import { additionalFields, returnAddress, textField } from '../../fields';
import { pathOf } from '../../../shared/transport';
import { isEmpty, webAddress } from '../../values';
import type { Operation, Values } from '../operation';
import { PRODUCTS } from '../student/products';
import { registrationId } from '../ids';
import { record } from '../../../shared/answers';

/** Which fields of the login link Jodo knows by which name. */
const LINK_PARAMETERS = {
	studentId: 'jodo_student_id',
	productType: 'product_type',
	callbackUrl: 'callback_url',
	createApplication: 'create_application',
} as const;

/** The page that logs the parent in. https://docs.jodo.in/user/api/get-access-token/ */
function loginUrl(
	accessToken: string,
	{ additionalFields: chosen }: Values,
	baseUrl: string,
): string {
	const query = new URLSearchParams({ access_token: accessToken });
	for (const [field, parameter] of Object.entries(LINK_PARAMETERS)) {
		const value = ((chosen ?? {}) as IDataObject)[field];
		if (value) query.set(parameter, String(value));
	}
	return `${baseUrl}/consumer/login-redirect?${query.toString()}`;
}

export const getAccessToken: Operation = {
	name: 'Get Access Token',
	action: 'Get an access token that logs a parent in',
	description:
		'A link that logs a parent in to Jodo without a password; send it to that parent only (Get Access Token)',
	repeat: 'safe',
	fields: [
		registrationId,
		additionalFields([
			textField('studentId', 'Jodo Student ID', {
				placeholder: 'e.g. 6356',
				description: 'Opens the page of this student',
			}),
			{
				displayName: 'Product',
				name: 'productType',
				type: 'options',
				default: 'pay',
				description: "Opens this way to pay; needs 'Jodo Student ID'",
				options: PRODUCTS,
			},
			returnAddress('Where the browser goes after checkout'),
			{
				displayName: 'Start a Loan Application',
				name: 'createApplication',
				type: 'boolean',
				default: false,
				description: 'Whether a new loan application is begun where one is possible',
			},
		]),
	],
	check: ({ additionalFields: chosen }) => {
		const { studentId, productType, callbackUrl } = (chosen ?? {}) as IDataObject;
		if (productType && isEmpty(studentId)) return "'Product' needs 'Jodo Student ID'";
		if (isEmpty(callbackUrl) || webAddress().safeParse(callbackUrl).success) return undefined;
		return "'Return Address' is not a web address (https://…)";
	},
	request: ({ registrationId }) => ({
		method: 'GET',
		path: pathOf`/erp/users/${registrationId as string}/access_token`,
	}),
	output: (answer, values, baseUrl) => {
		const data = record(answer);
		return data?.access_token
			? { ...data, login_url: loginUrl(String(data.access_token), values, baseUrl) }
			: undefined;
	},
};
