// The whole demo: the local Jodo, an n8n with our package, and the workflows published in it.
import { mkdirSync } from 'node:fs';
import type { N8nApi, Workflow } from './api.mts';
import type { N8n, N8nOptions } from './n8n.mts';
import { pack } from './package.mts';
import type { Ports } from './ports.mts';
import { startLocalJodo, type Sandbox } from './sandbox.mts';
import { setUp, signIn } from './setup.mts';

export interface Demo<Engine extends N8n = N8n> {
	ports: Ports;
	sandbox: Sandbox;
	n8n: Engine;
	api: N8nApi;
	workflows: Workflow[];
	/** Starts n8n again after it was stopped or killed. */
	startAgain(env?: Record<string, string>): Promise<void>;
	stop(): Promise<void>;
}

export interface DemoOptions {
	/** n8n's user folder. */
	folder: string;
	ports: Ports;
	publish?: boolean;
	/** Told what is being done. */
	say(text: string): void;
	/** Aborted when the user no longer wants it. */
	signal?: AbortSignal;
}

/** @param start one n8n, or several processes of it */
export async function startDemo<Engine extends N8n>(
	options: DemoOptions,
	start: (options: N8nOptions) => Promise<Engine>,
): Promise<Demo<Engine>> {
	const { folder, ports, publish = true, say, signal } = options;
	const stops: Array<() => Promise<void>> = [];
	const stop = async () => {
		for (const each of stops.splice(0).reverse()) await each();
	};
	try {
		mkdirSync(folder, { recursive: true });
		say('Building and packing n8n-nodes-jodo');
		const tarball = await pack();
		signal?.throwIfAborted();
		say('Starting the local Jodo');
		const sandbox = await startLocalJodo(ports);
		stops.push(sandbox.close);
		say('Installing it into n8n, as n8n does, and starting n8n (20 to 60 seconds)');
		let n8n = await start({ folder, tarball, ports, signal });
		stops.push(() => n8n.end());
		const api = await signIn(n8n.url);
		say('Setting up the owner, the credentials, the table and the workflows');
		const workflows = await setUp(api, ports);
		const demo: Demo<Engine> = {
			ports,
			sandbox,
			n8n,
			api,
			workflows,
			stop,
			async startAgain(env) {
				n8n = (await n8n.startAgain(env)) as Engine;
				demo.n8n = n8n;
			},
		};
		if (publish) {
			say('Publishing the workflows');
			for (const { id, active } of workflows) {
				// The local Jodo forgets everything when it stops, so register afresh.
				if (active) await api.unpublish(id);
				await api.publish(id);
				signal?.throwIfAborted();
			}
		}
		return demo;
	} catch (error) {
		await stop();
		throw error;
	}
}
