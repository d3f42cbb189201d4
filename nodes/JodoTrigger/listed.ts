/** What Jodo's list of webhooks says about one node: what is its own, and what is somebody else's. */
import { Address } from './address';
import type { Webhook } from './client';

export class Listed {
	/** Foreign webhooks that Jodo was told to disable, because the user said so. */
	readonly replaced = new Set<Webhook>();

	readonly all: readonly Webhook[];

	private readonly address: Address;

	private readonly replaceUrl?: string;

	constructor(all: readonly Webhook[], address: Address, replaceUrl?: string) {
		this.all = all;
		this.address = address;
		this.replaceUrl = replaceUrl;
	}

	has({ id }: Webhook) {
		return this.all.some((it) => it.id === id);
	}

	/** What a later list says of a code: the node's own, at its very address, new there, and new elsewhere. */
	since(now: readonly Webhook[], code: string) {
		const ofCode = now.filter(({ event_code }) => event_code === code);
		const ours = ofCode.filter(({ url }) => this.address.isOurs(url));
		const here = ours.filter(({ url }) => this.address.is(url));
		const isNew = (it: Webhook) => !this.has(it);
		return {
			ours,
			here,
			fresh: here.filter(isNew),
			appeared: ofCode.filter((it) => isNew(it) && !here.includes(it)),
		};
	}

	/** At exactly the node's address. */
	get here() {
		return this.all.filter(({ url }) => this.address.is(url));
	}

	/** At the node's usual test address, while the node itself is live. */
	get leftOver() {
		return this.all.filter(({ url }) => this.address.isOurs(url) && !this.address.is(url));
	}

	hasOurs(code: string) {
		return this.all.some((it) => it.event_code === code && this.address.isOurs(it.url));
	}

	/** Whether the same node gets one of these elsewhere, as its live address does. */
	getsElsewhere(codes: readonly string[]) {
		const { address } = this;
		return this.all.some(
			({ event_code, url }) =>
				codes.includes(event_code) && address.isSameNode(url) && !address.is(url),
		);
	}

	foreignFor(code: string) {
		return this.all.filter(
			(it) => it.event_code === code && !this.address.isOurs(it.url) && !this.replaced.has(it),
		);
	}

	/** Foreign ones that forbid to add this code, as far as the list can tell. */
	inTheWay(code: string) {
		return this.hasOurs(code) || this.replaceable(code) ? [] : this.foreignFor(code);
	}

	/** The foreign webhook that the user agreed to cut off: the only one of its code, and not for a test. */
	replaceable(code: string): Webhook | undefined {
		const [first, second] = this.foreignFor(code);
		if (!first || second || !this.replaceUrl || this.address.isTest) return undefined;
		return new Address(this.replaceUrl).is(first.url) ? first : undefined;
	}
}
