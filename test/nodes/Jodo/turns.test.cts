/** Work with the same key goes one after the other. */
import { Turns } from '../../../nodes/Jodo/turns';

/** Work that ends when it is told to. */
function work(log: string[], name: string) {
	let finish = () => {};
	const over = new Promise<void>((resolve) => (finish = resolve));
	return {
		finish: () => finish(),
		run: async () => {
			log.push(`${name} begins`);
			await over;
			log.push(`${name} ends`);
		},
		waits: {
			begin: () => void log.push(`${name} waits`),
			end: async () => void log.push(`${name} has waited`),
		},
	};
}

const settle = async () => await new Promise((resolve) => setImmediate(resolve));

it('in the order in which it came, however many wait', async () => {
	const log: string[] = [];
	const turns = new Turns();
	const [a, b, c] = [work(log, 'a'), work(log, 'b'), work(log, 'c')] as const;
	const first = turns.take(['k'], a.run, a.waits);
	const second = turns.take(['k'], b.run, b.waits);
	a.finish();
	await first;
	await settle();
	// Comes while the second one is at work, and the first is over.
	const third = turns.take(['k'], c.run, c.waits);
	await settle();
	expect(log.splice(0)).toEqual([
		'a begins',
		'b waits',
		'a ends',
		'b has waited',
		'b begins',
		'c waits',
	]);
	b.finish();
	c.finish();
	await Promise.all([second, third]);
	expect(log).toEqual(['b ends', 'c has waited', 'c begins', 'c ends']);
});

it('with several keys it waits for all that went before; with none, or another one, for nobody', async () => {
	const log: string[] = [];
	const turns = new Turns();
	const [a, b, c, d] = [work(log, 'a'), work(log, 'b'), work(log, 'c'), work(log, 'd')] as const;
	const all = [
		turns.take(['x'], a.run, a.waits),
		turns.take(['y'], b.run, b.waits),
		turns.take(['x', 'y'], c.run, c.waits),
		turns.take([], d.run, d.waits),
	];
	b.finish();
	await settle();
	expect(log.splice(0)).toEqual(['a begins', 'b begins', 'c waits', 'd begins', 'b ends']);
	a.finish();
	await settle();
	expect(log.splice(0)).toEqual(['a ends', 'c has waited', 'c begins']);
	c.finish();
	d.finish();
	await Promise.all(all);
});

it('goes on after a failure, and remembers nothing of what is over', async () => {
	const log: string[] = [];
	const turns = new Turns();
	const b = work(log, 'b');
	const failing = turns.take(['k'], async () => await Promise.reject(new Error('no')), b.waits);
	const second = turns.take(['k', 'l'], b.run, b.waits);
	await expect(failing).rejects.toThrow('no');
	b.finish();
	await second;
	expect(log.at(-1)).toBe('b ends');
	expect((turns as unknown as { last: Map<string, unknown> }).last.size).toBe(0);
});
