import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/harness/build-worker.ts'],
    reporters: ['default', './tests/harness/closing-line.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
