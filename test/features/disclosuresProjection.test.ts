import { afterAll, beforeAll, expect, it } from "vitest";
import { disclosuresProjection } from "../../server/features/disclosures/disclosures.projection.ts";
import { readDisclosures } from "../../server/features/disclosures/disclosures.view.ts";
import { projections } from "../../server/features.ts";
import { prepareReadModel } from "../../server/indexer/readModel.ts";
import { startTestDatabase } from "../support/database.ts";

const DUE_AT = 2_000n;
const filing = `0x${"0f".repeat(32)}`;
const report = { filing, by: 1n, reportHash: `0x${"0a".repeat(32)}`, receiptHash: `0x${"0b".repeat(32)}` };

let context: Awaited<ReturnType<typeof startTestDatabase>>;
beforeAll(async () => {
  context = await startTestDatabase();
});
afterAll(() => context.stop());

const hex = (bytes: string) => Buffer.from(bytes.slice(2), "hex");

/** A block of the ledger at a second, with nothing in it. */
const block = (number: number, timestamp: bigint) =>
  context.database.query("insert into readmodel.block values ($1, $2, $3)", [number, Buffer.alloc(32), timestamp]);

const at = async (asOfBlock: number) => (await readDisclosures(context.database, filing, asOfBlock)).completion!;

it("judges what is overdue by the second of the block that is read, and shows the delay for good (R-E1)", async () => {
  const { database } = context;
  const genesis = { number: 0, hash: `0x${"01".repeat(32)}`, parentHash: `0x${"00".repeat(32)}`, timestamp: 1_000 };
  await prepareReadModel(database, projections, async () => genesis);
  await block(1, DUE_AT - 500n);
  const empty = Buffer.alloc(32);
  await database.query("insert into readmodel.filing values ($1, 1, $2, 1, 0)", [hex(filing), empty]);
  await database.query(
    "insert into readmodel.filing_version values ($1, 1, 3, $2, $2, $2, array[1]::numeric[], 0, 9000, 1, 0, 1500)",
    [hex(filing), empty],
  );
  await database.query(
    `insert into readmodel.filing_state (filing_id, block_number, log_index, at, version, state, suspended_until, cause)
     values ($1, 1, 1, 1500, 1, 'recorded', 0, 'recorded')`,
    [hex(filing)],
  );
  const { handlers } = disclosuresProjection as { handlers: Record<string, (tx: unknown, event: unknown) => unknown> };
  const where = { logIndex: 2, transactionHash: filing, address: filing };
  const opened = { filing, dueAt: DUE_AT };
  await handlers["Disclosures.DutyOpened"]!(database, { args: opened, blockNumber: 1, timestamp: 1_500, ...where });
  await block(2, DUE_AT);
  await block(3, DUE_AT + 1n);
  expect((await at(2)).overdue).toBe(false);
  expect(await at(3)).toMatchObject({ overdue: true, report: null });

  await block(4, DUE_AT + 60n);
  const reported = { args: { ...report, dueAt: DUE_AT, isLate: true }, blockNumber: 4, timestamp: 2_060, ...where };
  await handlers["Disclosures.CompletionReported"]!(database, reported);
  expect(await at(4)).toMatchObject({ overdue: false, report: { late: true, delaySeconds: 60 } });
  expect((await at(3)).overdue).toBe(true);
});
