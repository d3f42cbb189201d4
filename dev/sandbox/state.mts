// Everything the sandbox remembers. In memory: a restart is a clean slate.
export type Kind = 'order' | 'link' | 'page';

export interface Line {
	component_type: string;
	amount: number;
	settlement_utr?: string;
	settled_at?: string;
}

export interface Payer {
	name: string;
	phone: string;
	email: string;
	identifier?: string;
	student_name?: string;
	grade?: string;
	date_of_birth?: string;
	custom_identifier?: string;
	new_admission?: boolean;
	academic_year_start?: number;
	academic_year_end?: number;
}

/** An order, a payment link or an order of a payment page: Jodo keeps one key space for all. */
export interface Order {
	id: string;
	kind: Kind;
	/** Second part of the checkout address: the id alone must not open it. */
	token: string;
	payer: Payer;
	details: Line[];
	notes?: Array<{ key: string; value: string }>;
	callback_url?: string;
	collector_code?: string;
	expires_at?: string;
	status: 'unpaid' | 'paid' | 'expired' | 'cancelled';
	transaction_id: string | null;
	paid_at: string | null;
	created_at: string;
}

export interface User {
	registration_id: string;
	name: string;
	phone: string;
	email: string;
}

/** Opens the consumer pages for a user, for a while. */
export interface Token {
	access_token: string;
	registration_id: string;
	expires_at: string;
}

export interface Fee {
	component_type: string;
	fee_amount: number;
	discounts?: Array<{ discount_type: string; value: number }>;
}

/** A line of a student's payment: the same thing as an order's, but Jodo names it otherwise. */
export interface Row {
	fee_component: string;
	amount: number;
	settlement_utr?: string;
	settled_at?: string;
}

export interface Payment {
	id: string;
	/** fee: paid online by the parent; manual: recorded by the school; the others belong to Flex. */
	kind: 'fee' | 'manual' | 'instalment' | 'downpayment';
	status: 'due' | 'bounced' | 'paid' | 'cancelled';
	amount: number;
	mode: string;
	paid_at: string | null;
	due_date?: string;
	initial_due_date?: string;
	transaction_id?: string;
	settlement_utr?: string;
	notes?: string;
	details: Row[];
}

export interface Profile {
	fullname: string;
	identifier: string;
	grade: string;
	new_admission: boolean;
	academic_year_start: number;
	academic_year_end: number;
	date_of_birth: string;
	primary_contact_name: string;
	primary_contact_number: string;
	primary_contact_email: string;
}

export interface Flex {
	id: Id;
	status: 'pending' | 'setup' | 'active' | 'locked' | 'cancelled' | 'closed';
	mandate: { id: string; end_date: string; status: string; npci_category_code?: string };
}

export interface Loan {
	id: Id;
	status: string;
	amount: number;
	agreement_signed_at?: string;
	disbursements: Array<{ id: Id; date: string; amount: number; is_disbursed: boolean }>;
	emis: number;
}

/** A number here; the documentation also shows texts such as "student_1234". */
export type Id = number | string;

export interface Student {
	id: Id;
	registration_id: string;
	profile: Profile;
	custom_identifier: string | null;
	collector_code: string | null;
	notes: Array<{ key: string; value: string }>;
	status: 'active' | 'dropped';
	fees: Fee[];
	payments: Payment[];
	flex?: Flex;
	loan?: Loan;
}

export interface Subscription {
	id: string;
	event_code: string;
	url: string;
	failure_notification_email: string;
	collector_code?: string;
	secret_key?: string;
	header_key?: string;
	header_value?: string;
	enabled: boolean;
	/** Without a success in between. */
	failures: number;
}

export interface Delivery {
	id: string;
	subscription_id: string;
	event: string;
	event_id: string;
	url: string;
	attempt: number;
	at: string;
	/** As sent, but the custom header's value is masked. */
	headers: Record<string, string>;
	/** The exact text that was sent and signed. */
	body: string;
	/** Sent with a wrong signature, on request. */
	forged: boolean;
	/** When it will be tried again, if it failed. */
	retry_at: string | null;
	/** null: no answer; `error` says why. */
	status: number | null;
	error: string | null;
	response: string;
	ms: number;
}

export interface LoggedRequest {
	at: string;
	method: string;
	path: string;
	query: string;
	/** As sent, secrets masked. */
	body: unknown;
	/** null while it is worked on, and for good if a fault cut it off. */
	status: number | null;
	/** How many requests were under way when it came, itself included. */
	underWay: number;
}

export interface Mail {
	id: string;
	at: string;
	from: string;
	to: string[];
	subject: string;
	text: string;
	html: string;
}

interface Setting<T> {
	/** The first is the default. Several are the only ones; one stands for any that `fits`. */
	values: readonly T[];
	fits?: (value: unknown) => boolean;
	/** For the page. */
	text: string;
}
const choice = <const T,>(text: string, ...values: T[]): Setting<T> => ({ values, text });

/** 6 hours three times, then 24 hours twice: Jodo says five tries in up to three days and names these two. */
const HOUR = 3600;
const RETRIES = [6 * HOUR, 6 * HOUR, 6 * HOUR, 24 * HOUR, 24 * HOUR];
const isNumber = (value: unknown) => typeof value === 'number' && value > 0;

/** Where sources disagree or say nothing, the sandbox can be either. */
export const SETTINGS = {
	errorStyle: choice('400 answers as seen live, or with the documented codes', 'E0000', 'HUE'),
	studentCodes: choice(
		'Which spelling of the student-linked events Jodo knows',
		'pay',
		'plain',
		'both',
	),
	subscriptionKey: choice('What there is one subscription for', 'event', 'event+branch'),
	readd: choice('Adding again: changes the secrets, or makes a second one', 'update', 'second'),
	wakes: choice('Which disabled subscription adding again wakes', 'sameUrl', 'anyUrl'),
	listDisabled: choice('List Webhooks shows disabled ones', false, true),
	repeatKeeps: choice(
		'What a repeated delivery keeps of the first',
		'timestamp',
		'event_id',
		'both',
		'neither',
	),
	settledRows: choice('A settled event has all rows, or those just settled', 'all', 'batch'),
	branchRequired: choice('400 where a "conditional" branch is missing', false, true),
	registerAnswer: choice('Where Register Student answers the new id', 'top', 'data', 'none'),
	ids: choice(
		'Ids of students and subscriptions: as each page has them, or all of one type',
		'documented',
		'string',
		'number',
	),
	updateFee: choice(
		'Update Fee: these are all components, or those that change',
		'replace',
		'merge',
	),
	manualEventsFromApi: choice('Add and Cancel Payment raise direct.payment.*', true, false),
	environment: choice('A subscription is disabled after 10 or 100 failures', 'uat', 'live'),
	retrySchedule: {
		values: [RETRIES],
		fits: (value) => Array.isArray(value) && value.every(isNumber),
		text: 'Seconds before each retry',
	} as Setting<number[]>,
	retrySpeed: {
		values: [360],
		fits: isNumber,
		text: 'How many times faster the retry clock runs',
	} as Setting<number>,
};

export type Settings = {
	[K in keyof typeof SETTINGS]: (typeof SETTINGS)[K]['values'][number];
};

function defaultSettings(): Settings {
	const first = Object.entries(SETTINGS).map(([name, { values }]) => [name, values[0]]);
	return Object.fromEntries(first) as Settings;
}

/** Why a setting cannot have this value. */
export function misfit(name: string, value: unknown): string | undefined {
	if (!Object.hasOwn(SETTINGS, name)) return `${name}: no such setting`;
	const { values, fits, text } = SETTINGS[name as keyof Settings] as Setting<unknown>;
	if (fits ? fits(value) : values.includes(value)) return undefined;
	return `${name}: ${fits ? text : `one of ${values.join(', ')}`}`;
}

/** Not possible in the present state of things. */
export class Conflict extends Error {}

export class State {
	settings = defaultSettings();
	users: User[] = [];
	tokens: Token[] = [];
	students = new Map<string, Student>();
	orders = new Map<string, Order>();
	subscriptions: Subscription[] = [];
	deliveries: Delivery[] = [];
	requests: LoggedRequest[] = [];
	mails: Mail[] = [];

	serial = 7000;
	settlements = 0;

	/** For the ids that Jodo counts up. */
	next() {
		return ++this.serial;
	}

	/** Money reaches the bank, for all unsettled rows or for some (by index); the rows that it was. */
	settle<T extends Row | Line>(details: T[], utr?: string, rows?: number[]): T[] {
		const batch = details.filter(
			(line, index) => !line.settled_at && (!rows || rows.includes(index)),
		);
		if (batch.length === 0) throw new Conflict('Nothing is left to settle there.');
		const settlement_utr = utr || `SANDBOXUTR${String(++this.settlements).padStart(4, '0')}`;
		for (const line of batch) Object.assign(line, { settlement_utr, settled_at: moment() });
		return this.settings.settledRows === 'all' ? details : batch;
	}

	reset() {
		Object.assign(this, new State());
	}
}

/** Added up in paise: 0.1 + 0.2 must not show. */
export const sumOf = (rows: Array<{ amount: number }>) =>
	rows.reduce((sum, { amount }) => sum + Math.round(amount * 100), 0) / 100;

/** The way Jodo writes moments: UTC, whole seconds. */
export const moment = (date = new Date()) => date.toISOString().replace(/\.\d+Z$/, 'Z');
