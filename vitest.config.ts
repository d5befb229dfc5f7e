import { defineConfig } from 'vitest/config'

/** Folders whose tests are functions of values: they leave nothing behind, so their files share what they load. */
const PURE = ['contract', 'diagnostics', 'dialect', 'plan', 'scaffold', 'spec', 'telemetry', 'tenant'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
)

export default defineConfig({
  test: {
    globalSetup: ['test/support/memory-folder.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      { extends: true, test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: PURE } },
    ],
  },
})
