import { sleep } from 'n8n-workflow';

/** Waits; rejects as soon as the execution is stopped. `sleep` itself heeds its signal only from n8n 2.34 on. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
	if (!signal) return await sleep(ms);
	signal.throwIfAborted();
	let stop = () => {};
	const stopped = new Promise<never>((_resolve, reject) => {
		stop = () => reject(new Error('The execution was stopped'));
	});
	signal.addEventListener('abort', stop);
	try {
		await Promise.race([sleep(ms, signal), stopped]);
	} finally {
		signal.removeEventListener('abort', stop);
	}
}
