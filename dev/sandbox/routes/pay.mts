// Pay orders and payment links.
import type { Call, Operations } from '../api.mts';
import { invalid, invalidFields, notFound, refused } from '../errors.mts';
import type { Payments } from '../payments.mts';
import {
	Conflict,
	moment,
	type Kind,
	type Line,
	type Order,
	type Payer,
	type State,
} from '../state.mts';
import { componentsOf, knownBranch } from './configuration.mts';

type Sent = Omit<Payer, 'academic_year_start' | 'academic_year_end'> & {
	academic_year_start?: number | string;
	academic_year_end?: number | string;
	details: Array<{ component_type: string; amount: number | string }>;
	notes?: Order['notes'];
	callback_url?: string;
	collector_code?: string;
	expires_at?: string;
};

export function payRoutes(state: State, payments: Payments): Operations {
	const find = (kind: Kind, { params }: Call): Order => {
		const order = state.orders.get(params['order_id'] ?? '');
		if (order?.kind !== kind) throw notFound();
		return order;
	};

	const create = (kind: Kind, status: number) => (call: Call) => {
		const { details, notes, callback_url, collector_code, expires_at, ...payer } =
			call.body as Sent;
		knownBranch(state.settings, collector_code);
		const known = componentsOf(collector_code).map(({ component_type }) => component_type);
		const stranger = details.find(({ component_type }) => !known.includes(component_type));
		if (stranger) {
			throw invalid(state.settings, `Invalid component type ${stranger.component_type}`);
		}
		// Not documented, but a link that is dead on arrival helps nobody.
		if (expires_at && Date.parse(expires_at) <= Date.now()) {
			throw invalidFields(state.settings, [
				{ key: 'expires_at', message: 'must be in the future' },
			]);
		}
		const order = payments.open({
			kind,
			payer: { ...payer, ...years(payer) },
			details: details.map((line) => ({ ...line, amount: Number(line.amount) })),
			notes,
			callback_url,
			collector_code,
			expires_at: expires_at && moment(new Date(expires_at)),
		});
		const redirect_url = `${call.origin}/p/${order.id}/${order.token}`;
		return { status, body: { status: 'success', data: { order_id: order.id, redirect_url } } };
	};

	const get = (kind: Kind) => (call: Call) => ({
		status: 200,
		body: { status: 'success', data: view(find(kind, call)) },
	});

	return {
		createOrder: create('order', 200),
		getOrder: get('order'),
		createPaymentLink: create('link', 201),
		getPaymentLink: get('link'),
		cancelPaymentLink: (call) => {
			try {
				payments.cancel(find('link', call));
			} catch (error) {
				if (!(error instanceof Conflict)) throw error;
				throw refused(`This payment link cannot be cancelled. ${error.message}`);
			}
			const message = 'Payment link cancelled successfully!';
			return { status: 200, body: { status: 'success', message } };
		},
	};
}

function years({ academic_year_start: start, academic_year_end: end }: Partial<Sent>) {
	return {
		academic_year_start: start === undefined ? undefined : Number(start),
		academic_year_end: end === undefined ? undefined : Number(end),
	};
}

/** As Get shows it: fields that were not given are absent, a settlement is there once it happened. */
export function view({ id, payer, transaction_id, paid_at, status, details, ...order }: Order) {
	const { notes, expires_at } = order;
	const lines: Line[] = details;
	const shown = {
		id,
		...payer,
		transaction_id,
		paid_at,
		status,
		details: lines,
		notes,
		expires_at,
	};
	return JSON.parse(JSON.stringify(shown)) as typeof shown;
}
