/** Which workflow receives at an address, as far as this process has seen. */
import type { IHookFunctions } from 'n8n-workflow';

import { noteHolder, otherHolder } from '../../../nodes/JodoTrigger/holders';

const at = (webhookId: string | undefined, workflow: string) =>
	({
		getWorkflow: () => ({ id: workflow }),
		getNode: () => ({ webhookId }),
	}) as unknown as IHookFunctions;

it('the one that registered or was sent something; to itself and at another address there is none', () => {
	noteHolder(at('h1', 'w1'));
	expect(otherHolder(at('h1', 'w2'))).toBe('w1');
	// Asking takes nothing away.
	expect(otherHolder(at('h1', 'w2'))).toBe('w1');
	expect(otherHolder(at('h2', 'w2'))).toBeUndefined();
	expect(otherHolder(at('h1', 'w1'))).toBeUndefined();
});

it('no longer, once it has asked for itself: it is being unpublished', () => {
	noteHolder(at('h3', 'w1'));
	expect(otherHolder(at('h3', 'w1'))).toBeUndefined();
	expect(otherHolder(at('h3', 'w2'))).toBeUndefined();
});

it('the latest', () => {
	noteHolder(at('h4', 'w1'));
	noteHolder(at('h4', 'w2'));
	expect(otherHolder(at('h4', 'w1'))).toBe('w2');
});
