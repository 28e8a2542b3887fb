import { addressesOf, type Deployment } from "../chain/deploymentManifest.ts";
import { decodeEvent, topicOf, type RawLog } from "../chain/events.ts";
import { singletonNames, type ContractName } from "../chain/contracts.ts";
import { toBytes, toHex } from "../store/hex.ts";
import type { Queryable } from "../store/database.ts";

/** Notes that deals have opened. Part of the read model, so that a restart knows them without reading it anew. */
export const noteDirectoryDdl = `
create table readmodel.note (
  address bytea primary key,
  block_number bigint not null
);
`;

const NO_NOTE = `0x${"0".repeat(40)}`;
const CLASS_OPENED = topicOf("DealRegistry.ClassOpened");

/** Which contract stands at an address: the singletons of the deployment, and the notes learnt from its events. */
export class NoteDirectory {
  readonly #byAddress = new Map<string, ContractName>();
  readonly #dealRegistry: string;

  private constructor(deployment: Deployment, notes: readonly string[]) {
    const addresses = addressesOf(deployment);
    for (const name of singletonNames) this.#byAddress.set(addresses[name].toLowerCase(), name);
    for (const note of notes) this.#byAddress.set(note, "Note");
    this.#dealRegistry = addresses.DealRegistry.toLowerCase();
  }

  static async open(db: Queryable, deployment: Deployment): Promise<NoteDirectory> {
    const { rows } = await db.query<{ address: Buffer }>("select address from readmodel.note");
    return new NoteDirectory(
      deployment,
      rows.map(({ address }) => toHex(address)),
    );
  }

  /** The contract at an address, or undefined for an address that is not of this deployment. */
  readonly contractAt = (address: string): ContractName | undefined => this.#byAddress.get(address.toLowerCase());

  /**
   * Learns the notes that a block opened, before its other logs are read: a note may speak before its deal announces
   * it. A retained class opens without a note. A block that is rolled back and read again teaches the same.
   */
  async learn(tx: Queryable, logs: readonly RawLog[]): Promise<void> {
    for (const log of logs) {
      if (log.topics[0] !== CLASS_OPENED || log.address.toLowerCase() !== this.#dealRegistry) continue;
      const { args } = decodeEvent("DealRegistry", log, 0) as { args: { note: string } };
      if (args.note === NO_NOTE) continue;
      this.#byAddress.set(args.note, "Note");
      await tx.query("insert into readmodel.note (address, block_number) values ($1, $2)", [
        toBytes(args.note),
        Number(log.blockNumber),
      ]);
    }
  }
}
