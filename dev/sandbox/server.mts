// Puts the sandbox together.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { adminRoutes } from './admin.mts';
import { createApi } from './api.mts';
import { Deliveries } from './deliveries.mts';
import { Faults } from './faults.mts';
import { startInbox } from './inbox.mts';
import { checkoutPages } from './pages/checkout.mts';
import { consumerPages } from './pages/consumer.mts';
import { dashboardPages } from './pages/dashboard.mts';
import { page } from './pages/render.mts';
import { Payments } from './payments.mts';
import { configurationRoutes } from './routes/configuration.mts';
import { flexRoutes } from './routes/flex.mts';
import { payRoutes } from './routes/pay.mts';
import { studentRoutes } from './routes/students.mts';
import { userRoutes } from './routes/users.mts';
import { webhookRoutes } from './routes/webhooks.mts';
import { seed } from './seed.mts';
import { State } from './state.mts';
import { Store } from './store.mts';
import { Students } from './students.mts';

const HOST = '127.0.0.1';
const TICK_MS = 200;
const SAVE_MS = 1000;

export interface SandboxOptions {
	/** 0: any free one. */
	port?: number;
	smtpPort?: number;
	apiKey?: string;
	apiSecret?: string;
	/** Keeps the state in this file. */
	stateFile?: string;
	/** Starts with a made-up school. */
	seed?: boolean;
	/** Where a browser reaches this sandbox, if not at the host a request names. */
	publicUrl?: string;
}

export interface RunningSandbox {
	url: string;
	smtpPort: number;
	close(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions = {}): Promise<RunningSandbox> {
	const { apiKey = 'sandbox_key', apiSecret = 'sandbox_secret', publicUrl } = options;
	const state = new State();
	const store = options.stateFile ? new Store(options.stateFile, state) : undefined;
	store?.load();
	if (options.seed && state.students.size === 0) seed(state);
	const faults = new Faults();
	const deliveries = new Deliveries(state);
	const payments = new Payments(state, deliveries);
	const students = new Students(state, deliveries);
	const handle = await createApi({
		state,
		faults,
		publicUrl,
		keys: { key: apiKey, secret: apiSecret },
		operations: {
			...userRoutes(state),
			...studentRoutes(state, students),
			...flexRoutes(state, students),
			...payRoutes(state, payments),
			...configurationRoutes(state),
			...webhookRoutes(state),
		},
		before: () => payments.expireDue(),
	});

	const app = express();
	app.disable('x-powered-by').disable('etag');
	app.all('/api/{*path}', express.text({ type: () => true, limit: '1mb' }), handle);
	const parts = { state, payments, students, deliveries, faults };
	app.use('/admin', adminRoutes(parts, publicUrl));
	app.use(checkoutPages(state, payments), consumerPages(state));
	app.use(dashboardPages(parts));
	app.use((_request, response) =>
		page(response, 404, 'message', { title: 'No such page', back: '/', wide: true }),
	);

	const inbox = await startInbox(state, options.smtpPort ?? 0);
	const server = createServer(app);
	try {
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject).listen(options.port ?? 0, HOST, resolve);
		});
	} catch (error) {
		await inbox.close();
		throw error;
	}
	const clock = setInterval(() => {
		payments.expireDue();
		deliveries.retryDue();
	}, TICK_MS);
	const saving = setInterval(() => store?.save(), SAVE_MS);

	return {
		url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
		smtpPort: inbox.port,
		async close() {
			clearInterval(clock);
			clearInterval(saving);
			deliveries.stop();
			server.closeAllConnections();
			await Promise.all([inbox.close(), new Promise((resolve) => server.close(resolve))]);
			store?.save();
		},
	};
}
