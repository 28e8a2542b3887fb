// Runs the embedded ledger alone, in a process of its own: node scripts/ledger.ts --journal FILE [--port N]
import { parseArgs } from "node:util";
import { openEmbeddedLedger } from "../server/chain/embedded/ledger.ts";
import { StartError } from "../server/startError.ts";

function readOptions(): { journalFile: string; port: number } {
  const usage = "Usage: node scripts/ledger.ts --journal FILE [--port N].";
  let values;
  try {
    ({ values } = parseArgs({ options: { journal: { type: "string" }, port: { type: "string", default: "8545" } } }));
  } catch (error) {
    throw new StartError(usage, { cause: error });
  }
  const port = Number(values.port);
  if (!values.journal || !Number.isInteger(port) || port < 0 || port > 65_535) throw new StartError(usage);
  return { journalFile: values.journal, port };
}

function fail(error: unknown): never {
  console.error(error instanceof StartError ? error.message : error);
  process.exit(1);
}

function stopped({ message }: Error): never {
  console.error(message);
  process.exit(1);
}

try {
  const ledger = await openEmbeddedLedger({ ...readOptions(), onFailure: stopped });
  let closing = false;
  const close = () => {
    if (closing) return;
    closing = true;
    ledger.close().then(() => process.exit(0), fail);
  };
  process.on("SIGTERM", close).on("SIGINT", close);
  console.log(`ledger ready at ${ledger.url}, chain ${ledger.chainId}, ${ledger.replayedBlocks} blocks replayed`);
} catch (error) {
  fail(error);
}
