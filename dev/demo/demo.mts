// The whole demo: the local Jodo, an n8n with our package, and the workflows published in it.
import { mkdirSync } from 'node:fs';
import type { N8nApi, Workflow } from './api.mts';
import { startN8n, type N8n } from './n8n.mts';
import { installInto, pack } from './package.mts';
import type { Ports } from './ports.mts';
import { startLocalJodo, type Sandbox } from './sandbox.mts';
import { setUp, signIn } from './setup.mts';

export interface Demo {
	ports: Ports;
	sandbox: Sandbox;
	n8n: N8n;
	api: N8nApi;
	workflows: Workflow[];
	/** Starts n8n again after it was stopped or killed. */
	startAgain(): Promise<void>;
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

export async function startDemo(options: DemoOptions): Promise<Demo> {
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
		say('Installing it into n8n, as n8n does');
		await installInto(folder, tarball);
		signal?.throwIfAborted();
		say('Starting the local Jodo');
		const sandbox = await startLocalJodo(ports);
		stops.push(sandbox.close);
		say('Starting n8n (the first time takes about 20 seconds)');
		const n8n = await startN8n(folder, ports, signal);
		stops.push(() => demo.n8n.stop());
		const api = await signIn(n8n.url);
		say('Setting up the owner, the credentials, the table and the workflows');
		const workflows = await setUp(api, ports);
		const demo: Demo = {
			ports,
			sandbox,
			n8n,
			api,
			workflows,
			stop,
			async startAgain() {
				demo.n8n = await startN8n(folder, ports);
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
