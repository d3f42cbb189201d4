// Tests and tools may use Node freely; n8n's strict template (../eslint.config.mjs) is for published code.
import { createRequire } from 'node:module';

// The typescript-eslint that n8n's own lint brings: one version for all of the code here.
const fromNodeCli = createRequire(createRequire(import.meta.url).resolve('@n8n/node-cli/eslint'));
const { configs } = fromNodeCli('typescript-eslint');

export default [
	{ ignores: ['**/node_modules/**', '**/.run/**'] },
	...configs.recommended,
	{
		files: ['**/*.mts', '**/*.cts', '**/*.mjs'],
		rules: {
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
			eqeqeq: ['error', 'always', { null: 'ignore' }],
			'no-console': 'off',
		},
	},
	// Tests load the built package the way n8n does, by require.
	{ files: ['**/*.cts'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
];
