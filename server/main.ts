import { pino } from "pino";
import { compose } from "./compose.ts";
import { readConfig } from "./config.ts";
import { readParties } from "./parties.ts";
import { StartError } from "./startError.ts";

const MADE_UP_PARTIES = new URL("../deals/parties.json", import.meta.url);

/** A start that fails ends with one sentence; anything else is a defect and shows where it happened. */
function fail(error: unknown): never {
  console.error(error instanceof StartError ? error.message : error);
  process.exit(1);
}

try {
  const config = readConfig(process.env);
  const log = pino({ level: config.logLevel });
  const parties = await readParties(config.partiesFile ?? MADE_UP_PARTIES);
  const service = await compose({ config, parties, log, onFailure: fail });
  log.info({ url: service.url, ledger: service.ledgerUrl, data: config.dataDir }, "the service is ready");
  if (config.partiesFile === undefined) log.warn("the parties are made up, and this process signs for several of them");

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    service.stop().then(() => process.exit(0), fail);
  };
  process.on("SIGTERM", stop).on("SIGINT", stop);
} catch (error) {
  fail(error);
}
