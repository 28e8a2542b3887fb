import type { Logger } from "pino";
import type { Deployment } from "../chain/deploymentManifest.ts";
import type { Ledger } from "../chain/rpc.ts";
import type { Database } from "../store/database.ts";
import { BlockSource } from "./blockSource.ts";
import { Follower } from "./follower.ts";
import { bindToLedger, requireSameHistory } from "./ledgerBinding.ts";
import { NoteDirectory } from "./noteDirectory.ts";
import type { Projection } from "./projection.ts";
import { prepareReadModel, type BlockHead } from "./readModel.ts";

/** Turns the blocks of the ledger into the read model, in order and never a part of one. */
export type Indexer = {
  /** Last block that has been read. */
  head(): BlockHead;
  /** Resolves once a block has been read. Rejects when reading stops before. */
  waitForBlock(number: number): Promise<void>;
  /** Ends after the block under way. */
  stop(): Promise<void>;
};

export type IndexerOptions = {
  database: Database;
  ledger: Ledger;
  deployment: Deployment;
  projections: readonly Projection[];
  log: Pick<Logger, "info" | "warn" | "fatal">;
  /** Told, after the commit, which operations settled. */
  onSettled: (operationIds: readonly string[]) => void;
  /** Told once when reading has to stop for good: the ledger's history changed, or a projection failed. */
  onHalt: (error: Error) => void;
  /** Milliseconds between two looks at the ledger; 100 unless told. */
  pollMs?: number;
};

/**
 * Prepares the read model and starts to follow the ledger.
 *
 * @throws StartError when the database belongs to another ledger, or the ledger lost or changed blocks that were read.
 */
export async function startIndexer(options: IndexerOptions): Promise<Indexer> {
  const { database, ledger, deployment, projections, log } = options;
  await bindToLedger(database, deployment);
  const source = new BlockSource(ledger);
  const { checkpoint, isNew } = await prepareReadModel(database, projections, () =>
    source.head(deployment.blockNumber - 1),
  );
  await requireSameHistory(source, checkpoint);
  if (isNew) log.info({ fromBlock: deployment.blockNumber }, "the read model is built from the first block");
  const follower = new Follower(options, source, await NoteDirectory.open(database, deployment), checkpoint);
  const done = follower.run();
  return {
    head: () => follower.head,
    waitForBlock: (number) => follower.waitForBlock(number),
    async stop() {
      follower.stop();
      await done;
    },
  };
}
