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
	listDisabled: [false, true],
	eventIds: ['perDelivery', 'perEvent'],
	/** Which rows a settled event carries: all of the order, or those just settled. */
	settledRows: ['all', 'batch'],
	/** Answer 400 where the branch is "conditional" and missing. */
	branchRequired: [false, true],
} as const;

export type Settings = { -readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K][number] };

export function defaultSettings(): Settings {
	const first = Object.entries(SETTINGS).map(([name, values]) => [name, values[0]]);
	return Object.fromEntries(first) as Settings;
}

export class State {
	settings = defaultSettings();
	orders = new Map<string, Order>();
	subscriptions: Subscription[] = [];
	deliveries: Delivery[] = [];
	requests: LoggedRequest[] = [];
	mails: Mail[] = [];

	reset() {
		Object.assign(this, new State());
	}
}

/** The way Jodo writes moments: UTC, whole seconds. */
export const moment = (date = new Date()) => date.toISOString().replace(/\.\d+Z$/, 'Z');
