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
  const starting = compose({ config, parties, log, onFailure: fail });
  // From the very start on, for a database or journal is to be closed in order in the middle of it too.
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    starting.then((service) => service.stop()).then(() => process.exit(0), fail);
  };
  process.on("SIGTERM", stop).on("SIGINT", stop);

  const service = await starting;
  log.info({ url: service.url, ledger: service.ledgerUrl, data: config.dataDir }, "the service is ready");
  if (config.partiesFile === undefined) log.warn("the parties are made up, and this process signs for several of them");
} catch (error) {
  fail(error);
}
