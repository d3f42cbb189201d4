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

/** Where sources disagree or say nothing, the sandbox can be either. The first value is the default. */
export const SETTINGS = {
	/** 400 answers: the shape seen live, or the codes the documentation names. */
	errorStyle: ['E0000', 'HUE'],
	/** Which spelling of the student-linked events Jodo knows. */
	studentCodes: ['pay', 'plain', 'both'],
	/** What there is one subscription for. */
	subscriptionKey: ['event', 'event+branch'],
	/** Adding again what exists: changes its secrets, or makes a second one. */
	readd: ['update', 'second'],
	/** Which disabled subscription comes back when its event is added again; another one is new. */
	wakes: ['sameUrl', 'anyUrl'],
	listDisabled: [false, true],
	eventIds: ['perDelivery', 'perEvent'],
	/** Which rows a settled event carries: all of the order, or those just settled. */
	settledRows: ['all', 'batch'],
	/** Answer 400 where the branch is "conditional" and missing. */
	branchRequired: [false, true],
	/** Where Register Student answers the new id: beside the status, inside `data`, or not at all. */
	registerAnswer: ['top', 'data', 'none'],
	/** Ids of students and Flex subscriptions: as each page has them, or all of one type. */
	ids: ['documented', 'string', 'number'],
	/** Update Fee: these are all components now, or only those named change. */
	updateFee: ['replace', 'merge'],
	/** Manual payments that come or go by API raise direct.payment.* too, not only those of the dashboard. */
	manualEventsFromApi: [true, false],
} as const;

export type Settings = { -readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K][number] };

export function defaultSettings(): Settings {
	const first = Object.entries(SETTINGS).map(([name, values]) => [name, values[0]]);
	return Object.fromEntries(first) as Settings;
}

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

	/** For the ids that Jodo counts up. */
	next() {
		return ++this.serial;
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
