/**
 * Sets the clock ahead by CLOCK_DAYS, in Jest and in the sandbox that it starts: no test may depend on the day
 * it runs on.
 */
const AHEAD_MS = Number(process.env['CLOCK_DAYS'] ?? 0) * 86_400_000;

if (AHEAD_MS) {
	const Real = Date;
	globalThis.Date = class extends Real {
		constructor(...given: unknown[]) {
			super(...((given.length ? given : [Real.now() + AHEAD_MS]) as [number]));
		}

		static override now(): number {
			return Real.now() + AHEAD_MS;
		}
	} as DateConstructor;
}
