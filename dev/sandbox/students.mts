// What can happen to a student and the student's money, whoever makes it happen.
import type { Deliveries } from './deliveries.mts';
import { ACTIONS, type Input } from './actions.mts';
import { payloadOf, PRODUCTS, type About } from './events.mts';
import type { Delivery, Payment, Row, State, Student } from './state.mts';
import { Conflict, moment, sumOf } from './state.mts';

export type NewPayment = Pick<Payment, 'amount' | 'paid_at' | 'details'> & Partial<Payment>;

export interface Instalment {
	due_date: string;
	downpayment: boolean;
	details: Row[];
}

export class Students {
	readonly #state: State;
	readonly #deliveries: Deliveries;

	constructor(state: State, deliveries: Deliveries) {
		this.#state = state;
		this.#deliveries = deliveries;
	}

	register(
		student: Omit<Student, 'id' | 'status' | 'payments' | 'notes'> & Partial<Student>,
	): Student {
		const registered: Student = {
			id: this.#state.next(),
			status: 'active',
			notes: [],
			payments: [],
			...student,
		};
		this.#state.students.set(String(registered.id), registered);
		void this.raise('masterdata.student.registered', registered);
		return registered;
	}

	/** Money the school took itself, told by the ERP through the API or recorded in the dashboard. */
	async addManual(student: Student, payment: NewPayment, byApi = false): Promise<Delivery[]> {
		const added = this.newPayment('manual', {
			mode: 'others',
			...payment,
			paid_at: moment(new Date(payment.paid_at ?? Date.now())),
			status: 'paid',
		});
		student.payments.push(added);
		return this.#manual('added', student, added, byApi);
	}

	async cancelManual(student: Student, payment: Payment, byApi = false): Promise<Delivery[]> {
		payment.status = 'cancelled';
		return this.#manual('cancelled', student, payment, byApi);
	}

	/** Puts a schedule in place of one that is not set up yet. */
	plan(student: Student, schedule: Instalment[]) {
		student.payments = student.payments.filter(({ due_date }) => !due_date);
		for (const { due_date, downpayment, details } of schedule) {
			student.payments.push(
				this.newPayment(downpayment ? 'downpayment' : 'instalment', {
					mode: 'pg',
					amount: sumOf(details),
					paid_at: null,
					details,
					due_date,
					initial_due_date: due_date,
				}),
			);
		}
		const last =
			schedule
				.map(({ due_date }) => due_date)
				.sort()
				.at(-1) ?? '';
		student.flex = {
			id: this.#state.next(),
			status: 'pending',
			mandate: { id: `mandate_${this.#state.next()}`, end_date: last, status: 'pending' },
		};
	}

	/** Names of the actions that can be done now; those of a payment apart. */
	possible(student: Student, payment?: Payment): string[] {
		return Object.entries(ACTIONS)
			.filter(([, { group }]) => (group === 'payment') === (payment !== undefined))
			.filter(([, { when }]) => when(student, payment as Payment))
			.map(([name]) => name);
	}

	/** One of the table's actions; without a payment named, of the first for which it is possible. */
	async act(name: string, student: Student, input: Input = {}): Promise<Delivery[]> {
		const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
		if (!action) throw new Conflict(`There is no action "${name}".`);
		const possible = student.payments.filter((one) => action.when(student, one));
		const payment = possible.find(({ id }) => !input.payment || id === input.payment);
		const can = action.group === 'payment' ? payment : action.when(student, {} as Payment);
		if (!can) throw new Conflict(`"${action.label}" is not possible now.`);
		const scope = { student, payment: payment as Payment, input, state: this.#state };
		const more = action.run({ ...scope, students: this });
		const { event } = action;
		if (!event) return [];
		const code = typeof event === 'string' ? event : event(payment as Payment);
		return this.raise(code, student, { payment, ...more });
	}

	/** Tells of it; a student without a plan or a loan has no event about them. */
	raise(event: string, student: Student, more: Partial<About> = {}): Promise<Delivery[]> {
		const { flex, loan } = student;
		const about = { student, flex, loan, ...more } as About;
		const payload = payloadOf(event, about, this.#state.settings);
		return this.#deliveries.raise(event, payload, student.collector_code ?? undefined);
	}

	newPayment(kind: Payment['kind'], payment: NewPayment): Payment {
		const id = `${PRODUCTS[kind]}_${this.#state.next()}`;
		return { status: 'due', mode: 'pg', ...payment, id, kind };
	}

	async #manual(what: string, student: Student, payment: Payment, byApi: boolean) {
		if (byApi && !this.#state.settings.manualEventsFromApi) return [];
		return this.raise(`direct.payment.${what}`, student, { payment });
	}
}
