// A mailbox for everything n8n sends: a real SMTP server that delivers to memory.
import { randomUUID } from 'node:crypto';
import { simpleParser, type AddressObject } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { moment, type State } from './state.mts';

const CLOSE_MS = 100;

export interface Inbox {
	port: number;
	close(): Promise<void>;
}

const addresses = (field: AddressObject | AddressObject[] | undefined): string[] =>
	[field ?? []].flat().flatMap(({ value }) => value.map(({ address, name }) => address ?? name));

export async function startInbox(state: State, port: number): Promise<Inbox> {
	const server = new SMTPServer({
		// Any user and password will do: what matters is that mail arrives here and nowhere else.
		authOptional: true,
		allowInsecureAuth: true,
		onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anyone' }),
		disabledCommands: ['STARTTLS'],
		logger: false,
		closeTimeout: CLOSE_MS,
		onRcptTo: ({ address }, _session, done) =>
			done(address.startsWith('refused@') ? new Error('No such mailbox') : undefined),
		onData: (stream, session, done) => {
			simpleParser(stream).then((mail) => {
				state.mails.push({
					id: randomUUID(),
					at: moment(),
					from: addresses(mail.from)[0] ?? '',
					to: session.envelope.rcptTo.map(({ address }) => address),
					subject: mail.subject ?? '',
					text: mail.text ?? '',
					html: mail.html || '',
				});
				done();
			}, done);
		},
	});
	// A client that hangs up in the middle is no reason to stop.
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => {
			server.off('error', reject);
			server.on('error', ({ message }) => console.error(`Mail: ${message}`));
			resolve();
		});
	});
	const address = server.server.address();
	return {
		port: typeof address === 'object' && address ? address.port : port,
		close: () => new Promise((resolve) => server.close(() => resolve())),
	};
}
