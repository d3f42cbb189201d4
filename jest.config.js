// Tests are .cts: n8n's strict lint reads every .ts as published code (no timers, no file system).
module.exports = {
	testMatch: ['<rootDir>/test/**/*.test.cts'],
	globalSetup: '<rootDir>/test/support/package.cts',
	setupFiles: ['<rootDir>/test/support/clock.cts'],
	moduleFileExtensions: ['ts', 'cts', 'js', 'cjs', 'mjs', 'json', 'node'],
	modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.run', '<rootDir>/dev/.*/node_modules'],
	transform: {
		'^.+\\.c?ts$': [
			'ts-jest',
			{
				diagnostics: false,
				tsconfig: {
					module: 'commonjs',
					target: 'es2022',
					esModuleInterop: true,
					isolatedModules: true,
				},
			},
		],
	},
	testTimeout: 60_000,
	// Jest would leave one processor free.
	maxWorkers: '100%',
};
