// Keeps the state in a file: read at the start, written whole and at once whenever something changed.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { misfit, State } from './state.mts';

export class Store {
	readonly #file: string;
	readonly #state: State;
	#last = '';

	constructor(file: string, state: State) {
		this.#file = file;
		this.#state = state;
	}

	load() {
		if (!existsSync(this.#file)) return;
		try {
			const { settings, students, orders, ...kept } = JSON.parse(readFileSync(this.#file, 'utf8'));
			const state = this.#state;
			Object.assign(state, kept, { students: new Map(students), orders: new Map(orders) });
			const known = Object.entries(settings).filter(([name, value]) => !misfit(name, value));
			Object.assign(state.settings, Object.fromEntries(known));
			// What was under way when it stopped may or may not have arrived: Jodo delivers at least once.
			for (const delivery of state.deliveries) {
				if (delivery.status !== null || delivery.error !== null) continue;
				delivery.error = 'The sandbox stopped';
				delivery.retry_at = new Date().toISOString();
			}
		} catch (error) {
			const why = (error as Error).message;
			throw new Error(`${this.#file} holds no state of the sandbox (${why}). Remove it.`);
		}
	}

	/** The log of requests is left out: it is for looking at what goes on now. */
	save() {
		const { students, orders } = this.#state;
		const lists = { students: [...students], orders: [...orders], requests: undefined };
		const text = JSON.stringify({ ...this.#state, ...lists });
		if (text === this.#last) return;
		// A reader, or a start after a crash, sees the old file or the new one, never a half.
		writeFileSync(`${this.#file}.new`, text, { mode: 0o600 });
		renameSync(`${this.#file}.new`, this.#file);
		this.#last = text;
	}
}
