/** What docs/architecture.md says of the rooms: every file of the trigger by name, and arrows that point one way. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const ROOT = join(__dirname, '../..');
const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const FILES = readdirSync(join(ROOT, 'nodes'), { recursive: true })
	.map((file) => String(file).replaceAll('\\', '/'))
	.filter((file) => file.endsWith('.ts'))
	.sort();
const roomOf = (file: string) => file.split('/')[0] as string;
const inRoom = (room: string) => FILES.filter((file) => roomOf(file) === room);

/** The files of `nodes` that this one reads, types included. */
function readBy(file: string): string[] {
	const sources = [...text(`nodes/${file}`).matchAll(/from '(\.[^']+)'/g)];
	return sources.map(([, path]) => `${posix.join(posix.dirname(file), String(path))}.ts`);
}

it('names every file of the trigger and of the events', () => {
	const page = text('docs/architecture.md');
	for (const file of [...inRoom('JodoTrigger'), ...inRoom('events')]) {
		expect(page).toMatch(new RegExp(`\\b${file.split('/')[1]}\\b`));
	}
});

it.each([
	['shared', []],
	['events', ['shared']],
	['JodoTrigger', ['events', 'shared']],
	['Jodo', ['events', 'shared']],
])('%s reads %j, and no other room', (room, others) => {
	const files = inRoom(room);
	expect(files.length).toBeGreaterThan(5);
	const read = new Set(files.flatMap(readBy).map(roomOf));
	expect([...read].filter((it) => it !== room).sort()).toEqual(others);
});

it('no arrow points back', () => {
	const done = new Set<string>();
	const visit = (file: string, way: string[]) => {
		if (way.includes(file)) throw new Error([...way, file].join(' -> '));
		if (done.has(file)) return;
		expect(FILES).toContain(file);
		for (const next of readBy(file)) visit(next, [...way, file]);
		done.add(file);
	};
	for (const file of FILES) visit(file, []);
	expect(done.size).toBe(FILES.length);
});

it('what receives knows nothing of what registers, and the client knows no decision', () => {
	const within = (file: string): string[] => {
		const direct = readBy(`JodoTrigger/${file}.ts`).filter((it) => roomOf(it) === 'JodoTrigger');
		const names = direct.map((it) => it.replace(/^JodoTrigger\/|\.ts$/g, ''));
		return [...new Set(names.flatMap((name) => [name, ...within(name)]))].sort();
	};
	expect(within('receive')).toEqual(['holders', 'redelivery', 'secrets', 'settings', 'signature']);
	expect(within('registrations')).toEqual([
		'address',
		'client',
		'listed',
		'plan',
		'registrationTexts',
	]);
	expect(within('client')).toEqual([]);
});

it('no file of the trigger is longer than a reader can hold in the head', () => {
	for (const file of inRoom('JodoTrigger')) {
		expect(text(`nodes/${file}`).split('\n').length).toBeLessThan(280);
	}
});
