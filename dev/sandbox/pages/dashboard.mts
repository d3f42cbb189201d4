// What the school's finance office would see at Jodo, and the buttons that let things happen.
import { Router, urlencoded, type Request, type Response } from 'express';
import { ACTIONS, dueOf } from '../actions.mts';
import type { Parts } from '../admin.mts';
import { accepted } from '../deliveries.mts';
import { EVENTS } from '../events.mts';
import { CONDITIONS, EFFECTS } from '../faults.mts';
import { samplePayload } from '../samples.mts';
import school from '../school.json' with { type: 'json' };
import { seed } from '../seed.mts';
import { Conflict, misfit, SETTINGS, type Student } from '../state.mts';
import { newestFirst, situationOf, totalsOf } from './orders.mts';
import { page } from './render.mts';

const SHOWN = 25;

type Form = Record<string, string | string[] | undefined>;

export function dashboardPages({ state, payments, students, deliveries, faults }: Parts) {
	const dashboard = Router();
	dashboard.use(urlencoded());
	const newest = <T,>(list: T[]) => [...list].reverse();
	const startOf = (from: unknown) => Math.max(0, Math.floor(Number(from)) || 0);
	const branchName = (code?: string | null) =>
		school.branches.find((branch) => branch.code === code)?.name ?? 'No branch';
	const helpers = { branchName, dueOf, accepted, situationOf, ACTIONS, SHOWN };
	const show = (response: Response, view: string, data: object) =>
		page(response, 200, view, { ...helpers, ...data });
	const refuse = (response: Response, status: number, title: string, back = '/') =>
		page(response, status, 'message', { title, back, wide: true });

	dashboard.get('/', ({ query }, response) => {
		payments.expireDue();
		const orders = newestFirst(state.orders.values());
		const [chosen, from] = [query['show'], startOf(query['from'])];
		const found = chosen ? orders.filter((order) => situationOf(order) === chosen) : orders;
		const branches = school.branches.map((branch) => ({
			...branch,
			students: [...state.students.values()].filter((one) => one.collector_code === branch.code),
		}));
		show(response, 'dashboard', {
			school,
			branches,
			students: state.students.size,
			...{ orders, found, from, chosen, totals: totalsOf(orders) },
			shown: found.slice(from, from + SHOWN),
			subscriptions: state.subscriptions,
			deliveries: newest(state.deliveries).slice(0, SHOWN),
			mails: state.mails.length,
		});
	});

	dashboard.get('/students', ({ query }, response) => {
		const [branch, search, from] = [query['branch'], query['q'], startOf(query['from'])];
		const matches = ({ collector_code, profile, id }: Student) =>
			(!branch || collector_code === branch) &&
			`${profile.fullname} ${profile.identifier} ${id}`
				.toLowerCase()
				.includes(String(search ?? '').toLowerCase());
		const found = newest([...state.students.values()]).filter(matches);
		// Jodo counts ids up: also those who were there before the made-up ones come first.
		found.sort((a, b) => Number(b.id) - Number(a.id));
		const shown = found.slice(from, from + SHOWN);
		const students = state.students.size;
		const branches = school.branches;
		show(response, 'students', { students, found, shown, from, branch, search, branches });
	});
	dashboard.get('/students/:id', (request, response) => {
		const student = state.students.get(request.params.id);
		if (!student) return refuse(response, 404, 'No such student', '/students');
		const possible = (payment?: Student['payments'][number]) => students.possible(student, payment);
		show(response, 'student', { student, possible });
	});

	dashboard.get('/deliveries', (_request, response) => {
		const deliveries = newest(state.deliveries).slice(0, SHOWN * 8);
		show(response, 'deliveries', { deliveries, all: state.deliveries.length });
	});
	dashboard.get('/deliveries/:id', (request, response) => {
		const delivery = state.deliveries.find(({ id }) => id === request.params.id);
		if (!delivery) return refuse(response, 404, 'No such delivery', '/deliveries');
		show(response, 'delivery', { delivery });
	});
	dashboard.get('/events', (_request, response) => {
		show(response, 'events', { EVENTS, subscriptions: state.subscriptions });
	});
	dashboard.get('/settings', (_request, response) => {
		show(response, 'settings', { SETTINGS, settings: state.settings });
	});
	dashboard.get('/faults', (_request, response) => {
		show(response, 'faults', { EFFECTS, CONDITIONS, written, faults: faults.list() });
	});
	dashboard.get('/inbox', (_request, response) => {
		show(response, 'inbox', { mails: newest(state.mails) });
	});
	dashboard.get('/inbox/:id', (request, response) => {
		const mail = state.mails.find(({ id }) => id === request.params.id);
		if (!mail) return refuse(response, 404, 'No such mail', '/inbox');
		show(response, 'mail', { mail });
	});

	/** Does something, then shows the page it was asked on again, or says why not. */
	const button = (path: string, act: (request: Request, form: Form) => unknown) => {
		dashboard.post(path, async (request, response) => {
			const form = (request.body ?? {}) as Form;
			const from = URL.parse(request.get('referer') ?? '');
			const ours = from?.host === request.get('host');
			// The browser adds the place on the page that the form's address ends with.
			const back = from && ours ? from.pathname.replace(/^\/+/, '/') + from.search : '/';
			try {
				if (await act(request, form)) return response.redirect(303, back);
				refuse(response, 404, 'There is no such thing', back);
			} catch (error) {
				if (!(error instanceof Conflict)) throw error;
				refuse(response, 409, error.message, back);
			}
		});
	};
	const rowsOf = (rows?: string | string[]) => [rows ?? []].flat().map(Number);
	button('/orders/:id/:action', ({ params }, { utr, rows }) => {
		const order = state.orders.get(String(params['id']));
		return order && payments.act(String(params['action']), order, utr as string, rowsOf(rows));
	});
	button('/students/:id/:action', ({ params }, { rows, payment, utr, reason, downpayment }) => {
		const student = state.students.get(String(params['id']));
		const input = {
			...{ payment, utr, reason, downpayment: downpayment !== undefined },
			...(rows !== undefined && { rows: rowsOf(rows) }),
		} as object;
		return student && students.act(String(params['action']), student, input);
	});
	button('/deliveries/:id/resend', ({ params }, { how }) => {
		const found = state.deliveries.find(({ id }) => id === params['id']);
		const again = () => found && deliveries.resend(found, { forged: how === 'forged' });
		return how === 'twice' ? Promise.all([again(), again()]).then((all) => all[0]) : again();
	});
	button('/events', (_request, { event }) => {
		const payload = samplePayload(String(event), state.settings);
		return payload && deliveries.raise(String(event), payload);
	});
	button('/settings', (_request, form) => {
		const given = Object.entries(form).map(
			([name, text]) => [name, valueOf(String(text))] as const,
		);
		const why = given.map(([name, value]) => misfit(name, value)).find(Boolean);
		if (why) throw new Conflict(why);
		return Object.assign(state.settings, Object.fromEntries(given));
	});
	button('/faults', (_request, { on, ...form }) => {
		const asked = (table: object, given: Array<[string, unknown]>) =>
			Object.fromEntries(given.map(([name, text]) => [name, valueLike(table, name, text)]));
		const effect = asked(
			EFFECTS,
			[on ?? []].flat().map((name) => [name, form[`effect.${name}`] ?? 'true']),
		);
		if (Object.keys(effect).length === 0) throw new Conflict('Tick what shall happen.');
		const conditions = Object.entries(form).filter(([name, text]) => text && name in CONDITIONS);
		try {
			faults.add({ ...asked(CONDITIONS, conditions), effect });
		} catch (error) {
			if (!(error instanceof SyntaxError)) throw error;
			throw new Conflict(error.message);
		}
		return true;
	});
	button('/faults/end', () => {
		faults.clear();
		return true;
	});
	button('/seed', () => {
		seed(state);
		return true;
	});
	button('/reset', () => {
		state.reset();
		faults.clear();
		return true;
	});
	return dashboard;
}

/** What `valueOf` reads again. */
const written = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** A text stays one where the table's example is one, also if it looks like a number. */
function valueLike(table: object, name: string, text: unknown): unknown {
	const { example } = (table as Record<string, { example: unknown } | undefined>)[name] ?? {};
	return typeof example === 'string' ? String(text) : valueOf(String(text));
}

/** Numbers, lists and yes or no as JSON has them; everything else is a text. */
function valueOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
