/** What happened and what to do, in words of a finance office. */
import type { IDataObject } from 'n8n-workflow';

import type { JodoOutcome } from './transport';

/** Everything but success. */
export type Failure = Exclude<JodoOutcome, { kind: 'done' }>;

export interface Explanation {
	/** What happened, with Jodo's own reason. */
	message: string;
	/** What to do about it. */
	description: string;
	/** For whoever looks closer: status, Jodo's code, and its answer as it came. */
	details: IDataObject;
}

/** Characters of Jodo's own words, and of its answer as it came. */
const LONGEST = 5_000;

interface Row {
	what: string;
	remedy: string;
}

const KEYS_REMEDY =
	'Check in the Jodo credential that environment, API Key and API Secret belong together: Live and Test (UAT) have different keys.';

/** https://docs.jodo.in/getting-started/api-structure/ and /getting-started/authentication/ */
const BY_STATUS: Record<number, Row> = {
	400: {
		what: 'Jodo did not accept the data',
		remedy: 'Correct the value and run this row again.',
	},
	401: { what: 'Jodo did not accept the API key and secret', remedy: KEYS_REMEDY },
	403: {
		what: 'These keys may not do this at Jodo',
		remedy: 'Ask Jodo to enable it for your institute, or use keys that may.',
	},
	404: {
		what: 'Jodo does not know this record',
		remedy:
			'Check the ID, and that the credential is for the right environment: Live and Test (UAT) hold different records.',
	},
	405: {
		what: 'Jodo does not offer this operation here',
		remedy: 'Check the Base URL in the credential.',
	},
	406: { what: 'Jodo cannot answer in JSON here', remedy: 'Check the Base URL in the credential.' },
	409: {
		what: 'This does not fit the current state of the record at Jodo',
		remedy: 'Get the record first and look at its status.',
	},
	429: {
		what: 'Jodo asks to slow down',
		remedy:
			"Nothing was done. Run the remaining items again later, or lower 'Items at Once' in the options.",
	},
	500: {
		what: 'Jodo had an internal fault',
		remedy: 'Try again later; https://status.jodo.in tells more.',
	},
	502: { what: 'Jodo is not available right now', remedy: 'Try again in a few minutes.' },
	503: {
		what: 'Jodo is down for maintenance',
		remedy: 'Try again later; https://status.jodo.in tells more.',
	},
	504: { what: 'Jodo took too long to answer', remedy: 'Try again in a few minutes.' },
};

const REDIRECT: Row = {
	what: 'The address answered with a redirect, which is not followed because the keys would travel with it',
	remedy: 'Check the environment and the Base URL in the Jodo credential.',
};

const NOT_REACHED: Row = {
	what: 'Jodo could not be reached',
	remedy:
		'Nothing was done. Check the network and the environment in the Jodo credential, then run this row again.',
};

const NO_ANSWER: Row = {
	what: 'Jodo gave no clear answer',
	remedy: 'Try again in a few minutes.',
};

/**
 * Explains a failed call.
 * @param place names the field a key in Jodo's answer belongs to (`details.1.amount`), if it knows it
 */
export function explain(
	failure: Failure,
	place?: (key: string) => string | undefined,
): Explanation {
	const { status, body } = failure as { status?: number; body?: unknown };
	const said = jodoSays(body, place);
	const row = rowFor(failure, status);
	const reason = said.text ?? ('reason' in failure ? failure.reason : undefined);
	return {
		message: reason && reason !== row.what ? `${row.what}: ${reason}` : row.what,
		description: row.remedy,
		details: {
			...(status === undefined ? {} : { status }),
			...(said.code === undefined ? {} : { code: said.code }),
			...(isEmptyAnswer(body) ? {} : { answer: shortened(body) }),
		},
	};
}

function rowFor(failure: Failure, status?: number): Row {
	if (status !== undefined && status >= 300 && status < 400) return REDIRECT;
	// A status of its own says more than the family it belongs to; 2xx with `status: error` reads like a 400.
	if (status !== undefined && BY_STATUS[status]) return BY_STATUS[status];
	if (failure.kind === 'refused') return BY_STATUS[400] as Row;
	if (failure.kind === 'notSent') return NOT_REACHED;
	return status !== undefined && status >= 500 ? (BY_STATUS[500] as Row) : NO_ANSWER;
}

/** Jodo's own words: its message, and one clause per entry of `errors[]`. */
function jodoSays(
	body: unknown,
	place?: (key: string) => string | undefined,
): { text?: string; code?: string } {
	if (typeof body !== 'object' || body === null) return {};
	const { message, code, errors } = body as IDataObject;
	const clauses = (Array.isArray(errors) ? (errors as IDataObject[]) : [])
		.filter((entry) => typeof entry === 'object' && entry !== null && entry.message)
		.map(({ key, message: why }) => {
			const where = key ? (place?.(String(key)) ?? `'${String(key)}'`) : undefined;
			return where ? `${where}: ${String(why)}` : String(why);
		});
	const words = clauses.length ? clauses.join('; ') : message ? String(message) : undefined;
	const known = code ? ` [${String(code)}]` : '';
	return {
		text: words && `${words.slice(0, LONGEST)}${known}`,
		code: code ? String(code) : undefined,
	};
}

const isEmptyAnswer = (body: unknown) => body === undefined || body === '';

/** n8n keeps every item; a page of HTML says nothing after its first lines, and no error needs megabytes. */
function shortened(body: unknown) {
	if (typeof body === 'string') return body.slice(0, 500);
	const text = JSON.stringify(body);
	return text.length > LONGEST ? text.slice(0, 500) : (body as IDataObject);
}
