/** The address at which this node receives, and whether Jodo can reach it. */

function parse(url: string): URL | undefined {
	return URL.canParse(url) ? new URL(url) : undefined;
}

/** Where this node receives: …/webhook/<webhookId>/<path>, or …/webhook-test/… while listening for a test. */
export class Address {
	readonly url: string;

	readonly isTest: boolean;

	private readonly ending: string;

	constructor(url: string) {
		const steps = (parse(url)?.pathname ?? '').split('/');
		this.url = url;
		this.ending = `/${steps.slice(-2).join('/')}`;
		this.isTest = /test$/i.test(steps.at(-3) ?? '');
	}

	/** The same address, live or test as this one is. */
	is(url: string): boolean {
		return parse(url)?.href === parse(this.url)?.href;
	}

	/** The same node, live or test. */
	isOurs(url: string): boolean {
		return this.isSameN8n(url) && Boolean(parse(url)?.pathname.endsWith(this.ending));
	}

	isSameN8n(url: string): boolean {
		return parse(url)?.origin === parse(this.url)?.origin;
	}
}

const PRIVATE_HOST =
	/^(localhost|.*\.(localhost|local|internal|lan|home|test)|[^.]+|(0|10|127)\..*|169\.254\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\..*|\[.*)$/i;

/** Why Jodo's servers cannot call this address, if they cannot. */
export function whyUnreachable(url: string): string | undefined {
	const { protocol, hostname } = parse(url) ?? {};
	if (protocol === 'https:' && hostname && !PRIVATE_HOST.test(hostname)) return undefined;
	return `Jodo can't reach this n8n from the internet: it would have to call ${url}. Give n8n a public https address and set it in the environment variable WEBHOOK_URL, restart n8n and publish again.`;
}
