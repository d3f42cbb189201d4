/** In the place of test/support/sandbox.cts: one local Jodo for all runs, because to start one takes a second. */
import { type Sandbox, startSandbox as start } from '../../test/support/sandbox.cts';

const kept = globalThis as { mutantsSandbox?: Promise<Sandbox> };

async function startForAll(): Promise<Sandbox> {
	const sandbox = await start();
	process.once('exit', () => void sandbox.stop());
	return sandbox;
}

export async function startSandbox(): Promise<Sandbox> {
	const sandbox = await (kept.mutantsSandbox ??= startForAll());
	return { ...sandbox, stop: async () => 0 };
}
