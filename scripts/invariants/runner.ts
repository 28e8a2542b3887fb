// Runs the campaign of test/solidity once, in a process of its own, and sends what came of it to the process that started it.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatUserConfig } from "hardhat/config";
import config from "../../hardhat.config.ts";
import type { Campaign, Outcome } from "./campaign.ts";

/** What the test runner tells of one test; the rest of it is of no use here. */
type TestResult = { readonly status: string; readonly reason?: string };
type SuiteResult = { readonly testResults: readonly TestResult[] };

const BROKEN = /Broken\((\d+), (\d+), "(.*)"\)/s;

process.once("message", (campaign: Campaign) => {
  // The test runner may leave something open; with the result sent the work is done.
  void run(campaign).then((outcome) => process.send!(outcome, () => process.exit(0)));
});

async function run({ root, seed, depth }: Campaign): Promise<Outcome> {
  const counts = join(root, `cache/invariants-${seed}.json`);
  process.env["NARROWGATE_INVARIANTS_FILE"] = counts;
  process.chdir(root);
  const hre = await createHardhatRuntimeEnvironment(configOf(seed, depth, counts), {}, root);
  if (depth === 0) {
    await hre.tasks.getTask("build").run({ quiet: true });
    return { steps: 0, changes: 0 };
  }
  const { value, error } = await hre.tasks.getTask(["test", "solidity"]).run({ noCompile: true });
  const [result] = ((value ?? error).suiteResults as SuiteResult[]).flatMap(({ testResults }) => testResults);
  if (result === undefined) throw new Error("The test runner found no campaign.");
  if (result.status === "Success") {
    const outcome = JSON.parse(readFileSync(counts, "utf8")) as Outcome;
    rmSync(counts);
    return outcome;
  }
  const broken = BROKEN.exec(result.reason ?? "");
  if (broken === null) return { steps: 0, changes: 0, broken: { law: 0, what: result.reason ?? "no reason" } };
  return { steps: Number(broken[2]), changes: 0, broken: { law: Number(broken[1]), what: broken[3]! } };
}

/** The project's compiler and nothing else of its settings; what is built stays apart from what `npm run build` makes. */
function configOf(seed: string, depth: number, counts: string): HardhatUserConfig {
  return {
    solidity: config.solidity!,
    paths: {
      tests: { solidity: "test/solidity" },
      artifacts: "cache/invariants/artifacts",
      cache: "cache/invariants/cache",
    },
    test: {
      solidity: {
        fsPermissions: { writeFile: [counts] },
        fuzz: { seed },
        // Arguments are plain random numbers: handlers roll what they do themselves, so a dictionary would only make a run
        // depend on the code it runs against.
        invariant: {
          runs: 1,
          depth,
          failOnRevert: true,
          shrinkRunLimit: 0,
          dictionaryWeight: 0,
          includeStorage: false,
          includePushBytes: false,
        },
      },
    },
  };
}
