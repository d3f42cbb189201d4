// The sandbox from the command line: npm run sandbox
import { startSandbox } from './server.mts';

const { env } = process;
const port = Number(env['PORT'] ?? 4010);
const smtpPort = Number(env['SMTP_PORT'] ?? 4025);
const apiKey = env['JODO_API_KEY'] || 'sandbox_key';
const apiSecret = env['JODO_API_SECRET'] || 'sandbox_secret';
const stateFile = env['STATE_FILE'] || undefined;
const seed = process.argv.includes('--seed');
const publicUrl = env['PUBLIC_URL']?.replace(/\/+$/, '') || undefined;

try {
	const sandbox = await startSandbox({
		port,
		smtpPort,
		apiKey,
		apiSecret,
		publicUrl,
		stateFile,
		seed,
	});
	console.log(
		`Jodo sandbox ready: ${sandbox.url} (mail: smtp://127.0.0.1:${sandbox.smtpPort})\n` +
			`  API key ${apiKey}, secret ${apiSecret}\n` +
			`  In n8n: credential "Jodo API", environment Custom, base URL ${sandbox.url}\n` +
			`  Dashboard ${sandbox.url}/   Mail ${sandbox.url}/inbox   State ${sandbox.url}/admin/state\n` +
			`  This is not Jodo: no money moves, and ${stateFile ? `${stateFile} keeps everything` : 'everything is forgotten when it stops'}. Ctrl-C stops it.`,
	);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => void sandbox.close().then(() => process.exit(0)));
	}
} catch (error) {
	const { code, port: taken, message } = error as NodeJS.ErrnoException & { port?: number };
	console.error(
		code === 'EADDRINUSE'
			? `Port ${taken} is taken. Stop what uses it, or choose others: PORT=0 SMTP_PORT=0 takes any free ones.`
			: `The sandbox could not start: ${message}`,
	);
	process.exit(1);
}
