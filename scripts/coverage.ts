// Shows which lines of the contracts the contract tests go through, and exits 1 below 98 %: npm run coverage:contracts
//
// Hardhat marks every statement while it compiles and hears of the marks from its own node; its hooks for test runners
// are called here and in the setup of Vitest. All of it happens in a copy, since marked contracts are no good elsewhere.
import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createHardhatRuntimeEnvironment, importUserConfig } from "hardhat/hre";
import { coveredPercent, readLcov } from "./coverage/lcov.ts";
import { copyProject } from "./projectCopy.ts";

const BAR_PERCENT = 98;
const RUN = "contracts";

/** Contracts that stand in for something outside are no part of the product. */
const isProduct = ({ file }: { file: string }) => !file.startsWith("contracts/mocks/");

async function runTests(cwd: string): Promise<boolean> {
  const args = [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--config",
    "scripts/coverage/vitest.config.ts",
    "--reporter",
    "dot",
  ];
  const child = spawn(process.execPath, args, {
    cwd,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, HARDHAT_COVERAGE: "true" },
  });
  return (await new Promise((done) => child.once("exit", done))) === 0;
}

async function measure(root: string): Promise<boolean> {
  process.chdir(root);
  const configPath = join(root, "hardhat.config.ts");
  const hre = await createHardhatRuntimeEnvironment(
    await importUserConfig(configPath),
    { coverage: true, config: configPath },
    root,
  );
  await hre.hooks.runHandlerChain("test", "onTestRunStart", [RUN], async () => {});
  await hre.tasks.getTask("build").run({ quiet: true });
  const isPassed = await runTests(root);
  await hre.hooks.runHandlerChain("test", "onTestRunDone", [RUN], async () => {});
  return isPassed;
}

const path = copyProject(join(import.meta.dirname, ".."));
try {
  const isPassed = await measure(path);
  const files = readLcov(readFileSync(join(path, "coverage/lcov.info"), "utf8")).filter(isProduct);
  // The table above cuts long lists of lines and counts what is no part of the product.
  for (const file of files.filter(({ missed }) => missed.length > 0)) {
    console.log(
      `${file.file.padEnd(42)}${coveredPercent([file]).toFixed(2).padStart(7)} %  not: ${file.missed.join(", ")}`,
    );
  }
  const percent = coveredPercent(files);
  console.log(`${percent.toFixed(2)} % of the lines of the contracts; the bar is ${BAR_PERCENT} %.`);
  if (!isPassed) console.error("Some tests failed, so the figure counts for nothing.");
  if (!isPassed || percent < BAR_PERCENT) process.exitCode = 1;
} finally {
  rmSync(path, { recursive: true, force: true });
}
