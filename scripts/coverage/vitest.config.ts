import { defineConfig } from "vitest/config";

/**
 * The contract tests alone, each reporting which lines its ledgers went through. Marked contracts take more gas and more
 * bytes, so what measures either is left out.
 */
export default defineConfig({
  test: {
    root: process.cwd(),
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    include: ["test/contracts/**/*.test.ts"],
    exclude: ["test/contracts/gas.test.ts"],
    testNamePattern: "^(?!.*24,576 bytes)",
    setupFiles: ["test/support/matchers.ts", "scripts/coverage/saveLines.ts"],
  },
});
