import type { Deployment } from "../chain/deploymentManifest.ts";
import { StartError } from "../startError.ts";
import type { Database } from "../store/database.ts";
import { readMeta, writeMeta } from "../store/meta.ts";
import type { BlockSource } from "./blockSource.ts";
import type { BlockHead } from "./readModel.ts";

/** Which ledger and deployment a database keeps records of. */
type Binding = { chainId: number; genesisHash: string; dealRegistry: string };

/**
 * Binds a database to its ledger at the first start, and at every later one makes sure that it is the same: operations
 * and read model of one ledger make no sense beside another.
 *
 * @throws StartError when the database belongs to another ledger or deployment.
 */
export async function bindToLedger(database: Database, deployment: Deployment): Promise<void> {
  const { chainId, genesisHash, contracts } = deployment;
  const here: Binding = { chainId, genesisHash, dealRegistry: contracts.DealRegistry.address };
  const bound = await readMeta<Binding>(database, "ledger");
  if (!bound) return writeMeta(database, "ledger", here);
  if (bound.chainId !== chainId || bound.genesisHash !== genesisHash) {
    throw new StartError(
      `The database belongs to another ledger: chain ${bound.chainId} with first block ${bound.genesisHash}, ` +
        `while this is chain ${chainId} with first block ${genesisHash}.`,
    );
  }
  if (bound.dealRegistry !== here.dealRegistry) {
    throw new StartError(
      `The database belongs to the deployment with deal registry ${bound.dealRegistry}, not ${here.dealRegistry}.`,
    );
  }
}

/**
 * Makes sure that the ledger still has the block up to which the read model was built. Blocks are final here, so a
 * ledger that lost or changed one is not unwound but refused.
 *
 * @throws StartError when it does not.
 */
export async function requireSameHistory(source: BlockSource, checkpoint: BlockHead): Promise<void> {
  const newest = await source.newest();
  if (newest < checkpoint.number) {
    throw new StartError(
      `The ledger ends at block ${newest}, but the database has read block ${checkpoint.number} of it: the ledger lost blocks.`,
    );
  }
  const { hash } = await source.head(checkpoint.number);
  if (hash !== checkpoint.hash) {
    throw new StartError(
      `Block ${checkpoint.number} of the ledger is ${hash}, but the database has read ${checkpoint.hash}: the ledger was changed.`,
    );
  }
}
