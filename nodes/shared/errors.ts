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
		remedy: "Run the remaining rows again later, or lower 'Items at Once' in the options.",
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
	remedy: 'Check the network and the environment in the Jodo credential, then run this row again.',
};

const NOT_JODO: Row = {
	what: "Something else answered in Jodo's place",
	remedy:
		'A proxy, a firewall or a gateway on the way stopped the request. Ask whoever looks after your network, and check the environment and the Base URL in the Jodo credential.',
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
	const isForeign = failure.kind === 'refused' && !isJodosWord(failure);
	const row = isForeign ? NOT_JODO : rowFor(failure, status);
	const own = 'reason' in failure ? failure.reason : isForeign ? `status ${status}` : undefined;
	const reason = said.text ?? own;
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

function rowFor(failure: Failure, status = 0): Row {
	if (status >= 300 && status < 400) return REDIRECT;
	// A status of its own says more than the family it belongs to; 2xx with `status: error` reads like a 400.
	const own = BY_STATUS[status];
	if (own) return own;
	if (failure.kind === 'refused') return BY_STATUS[400] as Row;
	if (failure.kind === 'notSent') return NOT_REACHED;
	return status > 500 ? (BY_STATUS[500] as Row) : NO_ANSWER;
}

/** How the gateway in front of Jodo turns away what Jodo itself never sees. */
const GATEWAYS_WORDS = ['Not Found', 'Forbidden', 'Missing Authentication Token'];

/** Jodo answers in JSON; a proxy (407) or a firewall in a page of HTML. An empty answer may be anybody's. */
function isJodosWord({ status, body }: { status: number; body: unknown }): boolean {
	if (status === 407) return false;
	if (typeof body === 'string') return isEmptyAnswer(body);
	const { message, ...more } = (body ?? {}) as IDataObject;
	return Object.keys(more).length > 0 || !GATEWAYS_WORDS.includes(String(message));
}

/** Under which names an answer may give its reasons, the most exact first; and what one of them is about. */
const REASONS = ['errors', 'details', 'detail', 'message', 'msg', 'error', 'description', 'reason'];
const ABOUT = ['key', 'field', 'param', 'path', 'loc'];
const DEEPEST = 6;

type Place = (key: string) => string | undefined;

/** Jodo's own words: one clause per reason, in whatever shape they come. */
function jodoSays(body: unknown, place?: Place): { text?: string; code?: string } {
	if (typeof body !== 'object' || body === null) return {};
	const { code: own, error } = body as IDataObject;
	const code = word(own) ?? word((error as IDataObject | undefined)?.code);
	const words = reasonsOf(body, place)
		.map((why) => why.replace(/(?<!\.)\.$/, ''))
		.join('; ');
	const known = code ? ` [${code}]` : '';
	return { text: words ? `${words.slice(0, LONGEST)}${known}` : undefined, code };
}

function reasonsOf(answer: object, place?: Place, depth = 0): string[] {
	const entry = answer as IDataObject;
	for (const name of REASONS) {
		const clauses = clausesOf(entry[name], place, depth);
		if (clauses.length) return about(keyOf(entry), clauses, place);
	}
	return [];
}

/** A text, a list, an object with a reason of its own, or one of keys with their reasons. */
function clausesOf(said: unknown, place: Place | undefined, depth: number): string[] {
	const text = word(said);
	if (text) return [text];
	if (typeof said !== 'object' || said === null || depth > DEEPEST) return [];
	if (Array.isArray(said)) return said.flatMap((one) => clausesOf(one, place, depth + 1));
	const own = reasonsOf(said, place, depth + 1);
	if (own.length) return own;
	return Object.entries(said).flatMap(([key, why]) =>
		about(key, clausesOf(why, place, depth + 1), place),
	);
}

function about(key: string | undefined, clauses: string[], place?: Place): string[] {
	return key ? clauses.map((why) => `${place?.(key) ?? `'${key}'`}: ${why}`) : clauses;
}

function keyOf(entry: IDataObject): string | undefined {
	const key = ABOUT.map((name) => entry[name]).find(Boolean);
	// A validator's path may begin with the part of the request that it is in.
	const steps = [key].flat().filter((step, i) => word(step) && !(i === 0 && step === 'body'));
	return steps.map(word).join('.') || undefined;
}

const word = (value: unknown) =>
	typeof value === 'string' || typeof value === 'number'
		? String(value).trim() || undefined
		: undefined;

const isEmptyAnswer = (body: unknown) => body === undefined || body === '';

/** n8n keeps every item; a page of HTML says nothing after its first lines, and no error needs megabytes. */
function shortened(body: unknown) {
	if (typeof body === 'string') return body.slice(0, 500);
	const text = JSON.stringify(body);
	return text.length > LONGEST ? text.slice(0, 500) : (body as IDataObject);
}
