import { defineConfig } from 'vitest/config';

/** Makes the package's own name lead to its sources, in the tests and in the worker processes they start. */
const conditions = ['nova-source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['nova-source', 'node'] } },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // By itself it leaves one processor idle, of two.
    maxWorkers: '100%',
    // A process keeps its modules from file to file: to load them anew for each took a sixth of the time.
    isolate: false,
    execArgv: ['--conditions=nova-source'],
    silent: 'passed-only',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: { provider: 'v8', include: ['machines/**', 'src/**', 'agents/**'] },
  },
});
