import type { JodoEvent } from '../events/events';
import type { Address } from './address';

/** What a trigger node's form asks Jodo for. */
export interface Plan {
	events: readonly JodoEvent[];
	address: Address;
	secret: string;
	failureNotificationEmail: string;
	/** Empty: no branch is sent. */
	branches: readonly string[];
	/** A foreign address that the user allows to be cut off. */
	replaceUrl?: string;
	/** Of the last publish. Not ours by that, since n8n copies what it remembers: it only words a conflict. */
	earlierUrl?: string;
	/** n8n is starting: what is registered already stays, however this ends. */
	isStart?: boolean;
}
