import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Hardhat's EVM is a native addon: one process per test file, not worker threads.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/matchers.ts"],
  },
});
