import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/harness/build-worker.ts'],
    reporters: ['default', './tests/harness/closing-line.ts'],
    // A test file costs most by what it loads and by the threads that it starts: so files share their process.
    isolate: false,
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
