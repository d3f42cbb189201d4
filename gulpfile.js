// The build: TypeScript to dist/, then the files that the compiler leaves behind.
const { spawn } = require('node:child_process');
const { parallel, series, src, dest, watch } = require('gulp');
const { rimraf } = require('rimraf');

/** What n8n reads beside the compiled code: icons, codex (search terms, links) and schema previews. */
const ASSETS = [
	// Each begins with a plain folder, so that nothing else is searched.
	'icons/**/*.svg',
	'nodes/**/*.node.json',
	'nodes/**/__schema__/**/*.json',
];

function tsc(...args) {
	const child = spawn(process.execPath, [require.resolve('typescript/bin/tsc'), ...args], {
		stdio: 'inherit',
	});
	return child;
}

const clean = () => rimraf('dist');
const compile = () => tsc('--project', 'tsconfig.json');
// Types only of what index.d.ts promises: the package stays small.
const types = () => tsc('--project', 'tsconfig.types.json');
// `encoding: false`: gulp 5 would re-code PNGs as text.
const assets = () => src(ASSETS, { base: '.', encoding: false }).pipe(dest('dist'));

exports.build = series(clean, compile, types, assets);
exports.watch = series(
	clean,
	assets,
	parallel(
		() => tsc('--project', 'tsconfig.json', '--watch', '--preserveWatchOutput'),
		() => watch(ASSETS, assets),
	),
);
exports.default = exports.build;
