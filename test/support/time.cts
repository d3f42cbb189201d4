/** Time passes only when a test lets it, and what is left to chance is the same each time. */
export function simulateTime(random: number, now?: number): void {
	beforeEach(() => {
		jest.useFakeTimers({ now });
		jest.spyOn(Math, 'random').mockReturnValue(random);
	});
	afterEach(() => {
		jest.useRealTimers();
		jest.restoreAllMocks();
	});
}
