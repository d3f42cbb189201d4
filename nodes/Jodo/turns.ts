/** Lets work with the same key go one after the other, in the order in which it came. */
export class Turns {
	private readonly last = new Map<string, Promise<void>>();

	/** Resolves when all earlier work with one of these keys has ended; undefined if there is none. */
	private earlier(keys: string[]): Promise<unknown> | undefined {
		const before = keys.flatMap((key) => this.last.get(key) ?? []);
		return before.length ? Promise.all(before) : undefined;
	}

	/** @param waits told before and after the wait, if there is one */
	async take(
		keys: string[],
		work: () => Promise<void>,
		waits: { begin(): void; end(): Promise<void> },
	): Promise<void> {
		const earlier = this.earlier(keys);
		let done = () => {};
		const turn = new Promise<void>((resolve) => {
			done = resolve;
		});
		for (const key of keys) this.last.set(key, turn);
		try {
			if (earlier) {
				waits.begin();
				await earlier;
				await waits.end();
			}
			await work();
		} finally {
			done();
			for (const key of keys) if (this.last.get(key) === turn) this.last.delete(key);
		}
	}
}
