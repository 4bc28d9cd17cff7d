import { defineConfig } from 'vitest/config'

/**
 * Where the processor guards code pages by keys, V8 loses count of them when threads come and go, and the process with
 * it: https://github.com/archestra-ai/archestra/pull/6177
 */
const execArgv = process.platform === 'linux' && process.arch === 'x64' ? ['--no-memory-protection-keys'] : []

export default defineConfig({
  test: {
    execArgv,
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/harness/build-worker.ts'],
    reporters: ['default', './tests/harness/closing-line.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
