import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/**
 * Where each environment's API lives. Keys and records of Live and Test are separate.
 * https://docs.jodo.in/getting-started/environments/
 */
export const HOSTS = {
	production: 'https://ext.jodo.in',
	uat: 'https://ext.devtest1.jodopay.com',
} as const;

export type Environment = keyof typeof HOSTS | 'custom';

/** What a user calls the environment: the words of the credential's drop-down. */
export const ENVIRONMENT_NAMES: Record<Environment, string> = {
	production: 'Live',
	uat: 'Test (UAT)',
	custom: 'Custom',
};

/** Whose records lie at this address. */
export function environmentOf(baseUrl: string): Environment {
	if (baseUrl === HOSTS.production) return 'production';
	return baseUrl === HOSTS.uat ? 'uat' : 'custom';
}

/** The address every path is appended to, without a trailing slash. Empty if a custom one is missing. */
export function baseUrlOf(credential: ICredentialDataDecryptedObject): string {
	const environment = credential.environment as Environment;
	if (environment === 'production' || environment === 'uat') return HOSTS[environment];
	return String(credential.baseUrl ?? '')
		.trim()
		.replace(/\/+$/, '');
}

/** Why a base URL cannot be used, as the end of a sentence; undefined if it can. */
export function faultOf(baseUrl: string): string | undefined {
	if (!/^https?:\/\/[^/]/i.test(baseUrl) || !URL.canParse(baseUrl)) {
		return 'is not a web address (https://…)';
	}
	const { username, password } = new URL(baseUrl);
	if (username || password) return 'must not hold a user name or a password';
	return /[?#]/.test(baseUrl) ? 'must not hold a ? or a #' : undefined;
}

/** What of the credential decides where a request goes, and as whom: as an expression, for each item anew. */
export const HANGS_ON_ITEM = ['environment', 'baseUrl', 'apiKey', 'apiSecret'];

/** The hidden member of the credential that is there only beside an expression. */
export const expressionMark = (name: string) => `${name}IsExpression`;
