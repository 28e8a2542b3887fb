// Starts the whole stack, plays the story through the public API and stays up; `--exit` ends with status 0 or 1.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { destination, pino } from "pino";
import { connectLedger } from "../server/chain/rpc.ts";
import { compose, type Service } from "../server/compose.ts";
import { readConfig, type Config } from "../server/config.ts";
import { readParties, type PartyDescription } from "../server/parties.ts";
import { StartError } from "../server/startError.ts";
import { openBank } from "./demo/bank.ts";
import { createClient, StoryError } from "./demo/client.ts";
import { openMemory } from "./demo/memory.ts";
import { createNarrator } from "./demo/narrator.ts";
import { openOutsideKeys } from "./demo/outsideKeys.ts";
import { DISCLAIMER, playStory } from "./demo/story.ts";

const PARTIES = new URL("../deals/parties.json", import.meta.url);

function fail(error: unknown): never {
  const isExpected = error instanceof StartError || error instanceof StoryError;
  console.error(isExpected ? `\n${error.message}` : error);
  process.exit(1);
}

async function play(service: Service, config: Config, parties: readonly PartyDescription[]): Promise<void> {
  const { outside, sign } = await openOutsideKeys(config, parties);
  const apiKeyOf = (party: string) => readFileSync(join(config.dataDir, "keys", party), "utf8").trim();
  const ledger = await connectLedger({ url: service.ledgerUrl, chainId: config.chainId });
  const bank = await openBank({ ledger, dataDir: config.dataDir, currency: "USD" });
  const stage = {
    client: createClient({ url: service.url, apiKeyOf, sign }),
    narrator: createNarrator((line) => console.log(line)),
    memory: openMemory(join(config.dataDir, "story")),
    outside,
  };
  await playStory(stage, bank);
}

try {
  const { values } = parseArgs({ options: { exit: { type: "boolean", default: false } } });
  const config = readConfig(process.env);
  if (config.isProduction) throw new StartError("The demo does not run under NODE_ENV=production.");
  mkdirSync(config.dataDir, { recursive: true });
  const log = pino({ level: config.logLevel }, destination({ dest: join(config.dataDir, "service.log"), sync: true }));
  const parties = await readParties(config.partiesFile ?? PARTIES);
  console.log(DISCLAIMER);
  console.log("Narrowgate: starting database, ledger and service …");
  const service = await compose({ config, parties, log, onFailure: fail });
  console.log(`API ${service.url} · ledger ${service.ledgerUrl} · data ${config.dataDir}`);
  console.log(
    "This process signs for issuer, filing entity, registrar, trustee, custodians, paying agent and servicer;",
  );
  console.log("attesters and regulator sign outside, played by this script. In production each has its own.");

  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= service.stop().then(() => process.exit(0), fail));
  process.on("SIGTERM", () => void stop()).on("SIGINT", () => void stop());
  await play(service, config, parties);
  if (!values.exit) {
    console.log(
      `\nThe service stays up at ${service.url}; API keys are in ${join(config.dataDir, "keys")}. Ctrl-C ends it.`,
    );
  }
  console.log(DISCLAIMER);
  if (values.exit) await stop();
} catch (error) {
  fail(error);
}
