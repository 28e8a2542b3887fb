import hre from "hardhat";
import { afterAll } from "vitest";

// Hardhat keeps the lines that ran in memory until a test runner says that a worker is done.
afterAll(() => hre.hooks.runHandlerChain("test", "onTestWorkerDone", ["contracts"], async () => {}));
