import type { LedgerEvent } from "../../chain/events.ts";
import { dutyKinds } from "../../domain/dutyPolicies.ts";
import type { Projection } from "../../indexer/projection.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";

const ddl = `
-- Rows of the policy table as they were set; of a kind the last one is in force.
create table readmodel.duty_policy (
  kind text not null,
  period_days int not null,
  is_verified boolean not null,
  source_hash bytea not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (kind, block_number, log_index)
);

-- That completion of issuance has to be reported, and the report.
create table readmodel.completion_duty (
  filing_id bytea not null,
  due_at bigint not null, -- last second in time
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (filing_id, block_number, log_index)
);

create table readmodel.completion_report (
  filing_id bytea primary key,
  by_party_id int not null,
  report_hash bytea not null,
  receipt_hash bytea not null,
  is_late boolean not null,
  block_number bigint not null,
  at bigint not null
);

create table readmodel.material_event (
  filing_id bytea not null,
  number int not null,
  by_party_id int not null,
  kind text not null,
  sub_code bytea not null,
  occurred_at bigint not null,
  known_at bigint not null,
  report_hash bytea not null,
  due_at bigint not null,
  is_late boolean not null,
  block_number bigint not null,
  at bigint not null,
  primary key (filing_id, number)
);

create table readmodel.event_correction (
  filing_id bytea not null,
  number int not null,
  by_party_id int not null,
  report_hash bytea not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (filing_id, number, block_number, log_index)
);
`;

/** What has to be reported after a filing was recorded, what was reported, and the periods for both. */
export const disclosuresProjection: Projection = {
  name: "disclosures",
  ddl,
  handlers: {
    "Disclosures.PolicyChanged": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      await tx.query({
        name: "dutyPolicy.insert",
        text: "insert into readmodel.duty_policy values ($1, $2, $3, $4, $5, $6, $7)",
        values: [
          dutyKinds[Number(args.kind)],
          args.periodDays,
          args.isVerified,
          toBytes(args.sourceHash),
          blockNumber,
          logIndex,
          timestamp,
        ],
      });
    },
    "Disclosures.DutyOpened": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      await tx.query({
        name: "completionDuty.insert",
        text: "insert into readmodel.completion_duty values ($1, $2, $3, $4, $5)",
        values: [toBytes(args.filing), args.dueAt, blockNumber, logIndex, timestamp],
      });
    },
    "Disclosures.CompletionReported": async (tx, { args, blockNumber, timestamp }) => {
      const { filing, by, reportHash, receiptHash, isLate } = args;
      await tx.query({
        name: "completionReport.insert",
        text: "insert into readmodel.completion_report values ($1, $2, $3, $4, $5, $6, $7)",
        values: [toBytes(filing), by, toBytes(reportHash), toBytes(receiptHash), isLate, blockNumber, timestamp],
      });
    },
    "Disclosures.EventReported": insertEvent,
    "Disclosures.EventCorrected": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      const { filing, number, by, reportHash } = args;
      await tx.query({
        name: "eventCorrection.insert",
        text: "insert into readmodel.event_correction values ($1, $2, $3, $4, $5, $6, $7)",
        values: [toBytes(filing), number, by, toBytes(reportHash), blockNumber, logIndex, timestamp],
      });
    },
  },
};

async function insertEvent(tx: Queryable, event: LedgerEvent<"Disclosures.EventReported">): Promise<void> {
  const { args, blockNumber, timestamp } = event;
  const { filing, number, by, reported, dueAt, isLate } = args;
  await tx.query({
    name: "materialEvent.insert",
    text: "insert into readmodel.material_event values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    values: [
      toBytes(filing),
      number,
      by,
      dutyKinds[Number(reported.kind)],
      toBytes(reported.subCode),
      reported.occurredAt,
      reported.knownAt,
      toBytes(reported.reportHash),
      dueAt,
      isLate,
      blockNumber,
      timestamp,
    ],
  });
}
