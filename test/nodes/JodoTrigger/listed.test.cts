/** What a list of webhooks says about one node: its own, somebody else's, and what came after it. */
import { Address } from '../../../nodes/JodoTrigger/address';
import { Listed } from '../../../nodes/JodoTrigger/listed';

const HOST = 'https://n8n.example.com';
const LIVE = `${HOST}/webhook/1111/jodo`;
const TEST = `${HOST}/webhook-test/1111/jodo`;
const ERP = 'https://erp.example.com/jodo';

const hook = (id: string, event_code: string, url: string) => ({ id, event_code, url });
const HERE = hook('1', 'a', LIVE);
const LEFT = hook('2', 'a', TEST);
const FOREIGN = hook('3', 'a', ERP);
const OTHER_HERE = hook('4', 'b', LIVE);
const OTHER_FOREIGN = hook('5', 'b', ERP);
const ALL = [HERE, LEFT, FOREIGN, OTHER_HERE, OTHER_FOREIGN];

const listed = (all = ALL, replaceUrl?: string, url = LIVE, isTest = false) =>
	new Listed(all, new Address(url, isTest), replaceUrl);

it('what is there, and what is not', () => {
	expect(listed().has({ ...FOREIGN, url: 'https://moved.example.com' })).toBe(true);
	expect(listed().has(hook('9', 'a', LIVE))).toBe(false);
	expect(listed([]).has(HERE)).toBe(false);
});

it('what stands at the very address, and what a test has left beside it', () => {
	expect(listed().here).toEqual([HERE, OTHER_HERE]);
	expect(listed().leftOver).toEqual([LEFT]);
	const test = listed(ALL, undefined, TEST, true);
	expect(test.here).toEqual([LEFT]);
	expect(test.leftOver).toEqual([]);
});

it('whether an event comes here, of all that are listed', () => {
	expect(listed().hasOurs('a')).toBe(true);
	expect(listed([FOREIGN, LEFT]).hasOurs('a')).toBe(true);
	expect(listed([FOREIGN, OTHER_HERE]).hasOurs('a')).toBe(false);
	expect(listed([FOREIGN, OTHER_HERE]).hasOurs('b')).toBe(true);
	expect(listed([]).hasOurs('a')).toBe(false);
});

it('whether the node gets one of its events elsewhere, as its live address does while it is tested', () => {
	const test = (all: typeof ALL) => listed(all, undefined, TEST, true);
	expect(test([HERE]).getsElsewhere(['x', 'a'])).toBe(true);
	expect(test([HERE]).getsElsewhere(['b'])).toBe(false);
	expect(test([LEFT]).getsElsewhere(['a'])).toBe(false);
	expect(test([FOREIGN]).getsElsewhere(['a'])).toBe(false);
});

it('what of an event belongs to somebody else, until it is replaced', () => {
	const all = listed();
	expect(all.foreignFor('a')).toEqual([FOREIGN]);
	expect(all.foreignFor('b')).toEqual([OTHER_FOREIGN]);
	all.replaced.add(FOREIGN);
	expect(all.foreignFor('a')).toEqual([]);
	expect(all.foreignFor('b')).toEqual([OTHER_FOREIGN]);
});

it('what is in the way: somebody else, unless the event comes here as well or may be taken over', () => {
	expect(listed([FOREIGN]).inTheWay('a')).toEqual([FOREIGN]);
	expect(listed([FOREIGN]).inTheWay('b')).toEqual([]);
	expect(listed([FOREIGN, HERE]).inTheWay('a')).toEqual([]);
	expect(listed([FOREIGN], ERP).inTheWay('a')).toEqual([]);
});

it('what may be taken over: the only one of its event, at the address that the user names, and not for a test', () => {
	expect(listed([FOREIGN], ERP).replaceable('a')).toBe(FOREIGN);
	expect(listed([FOREIGN], ` ${ERP}\n`).replaceable('a')).toBe(FOREIGN);
	expect(listed([FOREIGN], ERP).replaceable('b')).toBeUndefined();
	expect(listed([FOREIGN], 'https://else.example.com').replaceable('a')).toBeUndefined();
	expect(listed([FOREIGN], '').replaceable('a')).toBeUndefined();
	expect(listed([FOREIGN]).replaceable('a')).toBeUndefined();
	const two = [FOREIGN, hook('6', 'a', 'https://else.example.com')];
	expect(listed(two, ERP).replaceable('a')).toBeUndefined();
	expect(listed([FOREIGN], ERP, TEST, true).replaceable('a')).toBeUndefined();
});

it('what a later list says of an event: ours, here, new here, and new elsewhere', () => {
	const before = listed([HERE, FOREIGN]);
	const newHere = hook('7', 'a', LIVE);
	const newLeft = hook('8', 'a', TEST);
	const newForeign = hook('9', 'a', 'https://new.example.com');
	const now = [HERE, FOREIGN, newHere, newLeft, newForeign, hook('10', 'b', LIVE)];
	expect(before.since(now, 'a')).toEqual({
		ours: [HERE, newHere, newLeft],
		here: [HERE, newHere],
		fresh: [newHere],
		appeared: [newLeft, newForeign],
	});
	expect(before.since([FOREIGN], 'a')).toEqual({ ours: [], here: [], fresh: [], appeared: [] });
});
