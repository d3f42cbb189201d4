// Tests and tools may use Node freely; n8n's strict template (../eslint.config.mjs) is for published code.
import { configs } from 'typescript-eslint';

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
];
