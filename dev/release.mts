// node dev/release.mts <tag>: whether the package in this folder may be published under that tag; says all that is amiss.
import { readFileSync } from 'node:fs';

const text = (file: string) => readFileSync(file, 'utf8');

const tag = process.argv[2] ?? '';
const { version } = JSON.parse(text('package.json')) as { version: string };
const lock = JSON.parse(text('package-lock.json')) as { version: string };
const sections = text('CHANGELOG.md').split(/^## /m).slice(1);
const section = sections.find((one) => one.startsWith(`[${version}]`));
const heading = section?.split('\n')[0] ?? '';
const unreleased = sections.find((one) => one.startsWith('[Unreleased]')) ?? '';

const problems = [
	tag !== `v${version}` && `The tag is "${tag}", but package.json says ${version}: v${version}`,
	lock.version !== version && `package-lock.json says ${lock.version}: npm install mends that`,
	!section && `CHANGELOG.md has no section [${version}]`,
	section &&
		!/\] - \d{4}-\d{2}-\d{2}$/.test(heading) &&
		`CHANGELOG.md gives no date for it: "${heading}"`,
	section && !/^- /m.test(section) && `CHANGELOG.md says nothing about ${version}`,
	/^- /m.test(unreleased) && `CHANGELOG.md still holds changes under [Unreleased]`,
].filter(Boolean);

for (const problem of problems) console.error(problem);
if (!problems.length) console.log(`${tag} may be published.`);
process.exitCode = problems.length ? 1 : 0;
