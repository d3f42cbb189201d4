/** The address at which this node receives, and whether Jodo can reach it. */

const parse = (url: string): URL | undefined => (URL.canParse(url) ? new URL(url) : undefined);

/** What n8n calls its two endpoints unless it is told otherwise. */
const LIVE = /\/webhook$/;
const TEST = /\/webhook-test$/;

/** An address of n8n in its parts: …/webhook, then /<webhookId>/<path>. */
function partsOf(url: string) {
	const { origin, pathname = '' } = parse(url) ?? {};
	const steps = pathname.split('/');
	return { origin, endpoint: steps.slice(0, -2).join('/'), node: steps.slice(-2).join('/') };
}

/** Where this node receives. Whether live or for a test, n8n says: its endpoints may have any name. */
export class Address {
	readonly url: string;

	readonly isTest: boolean;

	constructor(url: string, isTest = false) {
		this.url = url;
		this.isTest = isTest;
	}

	/** Exactly this address. */
	is(url: string): boolean {
		const href = parse(url)?.href;
		return href !== undefined && href === parse(this.url)?.href;
	}

	/** This address, or what a test of this node left behind where n8n's endpoints have their usual names. */
	isOurs(url: string): boolean {
		if (this.is(url)) return true;
		const { origin, endpoint, node } = partsOf(this.url);
		const testUrl = `${origin}${endpoint.replace(LIVE, '/webhook-test')}/${node}`;
		return !this.isTest && LIVE.test(endpoint) && new Address(testUrl).is(url);
	}

	/** The same node on the same host under another endpoint: its live address when this is a test. */
	isSameNode(url: string): boolean {
		return this.isSameHost(url) && partsOf(this.url).node === partsOf(url).node;
	}

	isSameHost(url: string): boolean {
		return partsOf(this.url).origin === partsOf(url).origin;
	}

	/** Another Jodo Trigger of this n8n. */
	isNeighbour(url: string): boolean {
		const [here, there] = [partsOf(this.url), partsOf(url)];
		const isSamePath = here.node.split('/')[1] === there.node.split('/')[1];
		const live = (endpoint: string) => endpoint.replace(TEST, '/webhook');
		return (
			this.isSameHost(url) &&
			live(here.endpoint) === live(there.endpoint) &&
			here.node !== there.node &&
			isSamePath
		);
	}

	/** As far as one can tell from a foreign address, it was made for a test. */
	static looksLikeTest(url: string): boolean {
		return /test/i.test(partsOf(url).endpoint.split('/').slice(-2).join('/'));
	}
}

/** Names that only a local network knows, and the addresses that are set aside for one. */
const PRIVATE_HOST =
	/^(localhost|.*\.(localhost|localdomain|local|internal|intranet|lan|home|home\.arpa|corp|private|test)|[^.]+|\[.*)$/i;
const PRIVATE_IPV4 =
	/^((0|10|127)\.\d+|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.\d+\.\d+$/;

/** Why Jodo's servers cannot call this address, if they cannot. */
export function whyUnreachable(url: string): string | undefined {
	const { protocol, hostname } = parse(url) ?? {};
	const host = hostname?.replace(/\.$/, '');
	const isPublic = host && !PRIVATE_HOST.test(host) && !PRIVATE_IPV4.test(host);
	if (protocol === 'https:' && isPublic) return undefined;
	return `Jodo can't reach this n8n from the internet: it would have to call ${url}. Give n8n a public https address and set it in the environment variable N8N_WEBHOOK_URL (WEBHOOK_URL before n8n 2.41), restart n8n and publish again.`;
}
