/** The README quotes what users see: each quote must stand in the sources, or nobody finds it. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const sources = ['nodes', 'credentials']
	.flatMap((folder) =>
		readdirSync(join(ROOT, folder), { recursive: true })
			.map(String)
			.filter((file) => file.endsWith('.ts'))
			.map((file) => text(join(folder, file))),
	)
	.join('\n');

/** The first column of the table, without its head. */
const messages = (/## When something goes wrong\n([^]*?)\n## /.exec(text('README.md'))?.[1] ?? '')
	.split('\n')
	.filter((line) => line.startsWith('| '))
	.slice(2)
	.map((line) => line.split('|')[1]?.trim() ?? '');

/** What stands between quotation marks, in the parts around "…", which is filled in at run time. */
const quotes = messages.flatMap((message) =>
	[...message.matchAll(/"([^"]+)"/g)].flatMap(([, quote = '']) =>
		quote
			.split('…')
			.map((part) => part.trim().replace(/:$/, ''))
			.filter(Boolean),
	),
);

it('reads the table', () => {
	expect(messages.length).toBeGreaterThan(10);
	expect(quotes.length).toBeGreaterThan(10);
});

it.each(quotes)('is said by a node: %s', (quote) => {
	// A template fills in what stands between its parts.
	const parts = quote.split(': ');
	for (const part of parts) expect(sources).toContain(part);
});

/** What "More details" shows in the credential: n8n's own codes, or words of ours. */
const details = (/\n\| It says[^]*?\n\n/.exec(text('README.md'))?.[0] ?? '')
	.trim()
	.split('\n')
	.slice(2)
	.map((line) => line.split('|')[1]?.trim() ?? '');

it('reads what a failed test of the credential says', () => {
	expect(details.length).toBeGreaterThan(5);
});

it.each(details)('is said by the credential, or is a code: %s', (words) => {
	if (/^(`E[A-Z_]+`(, |$))+/.test(words)) return;
	const parts = words.split(/'Base URL' /);
	for (const part of parts.filter(Boolean)) expect(sources).toContain(part);
});

/** npm shows a picture only under its full address. */
const PICTURES = text('package.json').replace(
	/^[^]*"git\+https:\/\/github\.com\/(.+?)\.git"[^]*$/,
	'https://raw.githubusercontent.com/$1/main/',
);

it.each([...text('README.md').matchAll(/src(?:set)?="([^"]+)"/g)].map(([, file = '']) => file))(
	'shows a picture that is there, and small: %s',
	(address) => {
		expect(address.startsWith(PICTURES)).toBe(true);
		const file = address.slice(PICTURES.length);
		expect(readFileSync(join(ROOT, file)).length).toBeLessThan(120_000);
	},
);
