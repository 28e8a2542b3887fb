import { formatCivilDate } from "../../domain/civilDates.ts";
import type { Projection } from "../../indexer/projection.ts";
import { toBytes } from "../../store/hex.ts";

const ddl = `
-- Each declaration of a payment cycle; the highest version stands.
create table readmodel.cycle (
  deal_id bytea not null,
  period int not null,
  version int not null,
  record_date date not null,
  record_date_id int not null,
  record_date_closes_at bigint not null,
  nominal_date date not null,
  payment_date date not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (deal_id, period, version)
);

create table readmodel.servicer_report (
  deal_id bytea not null,
  period int not null,
  version int not null,
  party_id int not null,
  report_hash bytea not null,
  available_minor numeric not null,
  principal_minor numeric not null,
  fees_due_minor numeric[] not null, -- by fee step
  block_number bigint not null,
  at bigint not null,
  primary key (deal_id, period, version)
);

create table readmodel.fixing (
  deal_id bytea not null,
  period int not null,
  version int not null,
  class_index int not null,
  rate_e10 numeric not null, -- the index, without the spread of the class
  evidence_hash bytea not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (deal_id, period, version, class_index, block_number, log_index)
);

create table readmodel.posting (
  deal_id bytea not null,
  period int not null,
  paid_minor numeric[] not null, -- by line
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  tx_hash bytea not null,
  primary key (deal_id, period)
);

-- Where each class stood after a period, and what the period brought it. Period 0 is how the classes opened.
create table readmodel.class_balance (
  deal_id bytea not null,
  period int not null,
  class_index int not null,
  interest_minor numeric not null,
  principal_minor numeric not null,
  payable_minor numeric not null, -- what its holders share: its lines, and the remainder carried so far
  outstanding_minor numeric not null,
  interest_shortfall_minor numeric not null,
  primary key (deal_id, period, class_index)
);

-- What could not be divided among the holders of a class, and to which class it went.
create table readmodel.remainder (
  deal_id bytea not null,
  period int not null,
  class_index int not null,
  to_class int not null,
  amount_minor numeric not null,
  block_number bigint not null,
  log_index int not null,
  primary key (deal_id, period, class_index)
);
`;

/** Payment cycles: their dates, reports, fixings and postings, and the balances of the classes. */
export const distributionsProjection: Projection = {
  name: "distributions",
  ddl,
  handlers: {
    "Distributor.CycleDeclared": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      await tx.query({
        name: "cycle.insert",
        text: `insert into readmodel.cycle (deal_id, period, version, record_date, record_date_id, record_date_closes_at,
                 nominal_date, payment_date, block_number, log_index, at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        values: [
          toBytes(args.deal),
          args.period,
          args.version,
          dateOf(args.recordDate),
          args.recordDateId,
          args.recordDateClosesAt,
          dateOf(args.nominalDate),
          dateOf(args.paymentDate),
          blockNumber,
          logIndex,
          timestamp,
        ],
      });
    },
    "Distributor.ClassesOpened": async (tx, { args }) => {
      await tx.query({
        name: "classBalance.open",
        text: `insert into readmodel.class_balance
               select $1, 0, n - 1, 0, 0, 0, original, 0
               from unnest($2::numeric[]) with ordinality as c(original, n)`,
        values: [toBytes(args.deal), args.originalMinor],
      });
    },
    "Distributor.Reported": async (tx, { args, blockNumber, timestamp }) => {
      const { reportHash, availableMinor, principalMinor, feesDueMinor } = args.report;
      await tx.query({
        name: "servicerReport.insert",
        text: `insert into readmodel.servicer_report (deal_id, period, version, party_id, report_hash, available_minor,
                 principal_minor, fees_due_minor, block_number, at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        values: [
          toBytes(args.deal),
          args.period,
          args.version,
          args.by,
          toBytes(reportHash),
          availableMinor,
          principalMinor,
          feesDueMinor,
          blockNumber,
          timestamp,
        ],
      });
    },
    "Distributor.RateFixed": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      await tx.query({
        name: "fixing.insert",
        text: `insert into readmodel.fixing (deal_id, period, version, class_index, rate_e10, evidence_hash, block_number,
                 log_index, at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        values: [
          toBytes(args.deal),
          args.period,
          args.version,
          args.classIndex,
          args.rateE10,
          toBytes(args.evidenceHash),
          blockNumber,
          logIndex,
          timestamp,
        ],
      });
    },
    "Distributor.Posted": async (tx, { args, blockNumber, logIndex, timestamp, transactionHash }) => {
      const { deal, period, paidMinor, classes } = args;
      await tx.query({
        name: "posting.insert",
        text: `insert into readmodel.posting (deal_id, period, paid_minor, block_number, log_index, at, tx_hash)
               values ($1, $2, $3, $4, $5, $6, $7)`,
        values: [toBytes(deal), period, paidMinor, blockNumber, logIndex, timestamp, toBytes(transactionHash)],
      });
      await tx.query({
        name: "classBalance.insert",
        text: `insert into readmodel.class_balance
               select $1, $2, n - 1, interest, principal, payable, outstanding, shortfall
               from unnest($3::numeric[], $4::numeric[], $5::numeric[], $6::numeric[], $7::numeric[])
                 with ordinality as c(interest, principal, payable, outstanding, shortfall, n)`,
        values: [
          toBytes(deal),
          period,
          classes.map(({ interestMinor }) => interestMinor),
          classes.map(({ principalMinor }) => principalMinor),
          classes.map(({ payableMinor }) => payableMinor),
          classes.map(({ outstandingMinor }) => outstandingMinor),
          classes.map(({ interestShortfallMinor }) => interestShortfallMinor),
        ],
      });
    },
    "Distributor.RemainderCarried": async (tx, { args, blockNumber, logIndex }) => {
      await tx.query({
        name: "remainder.insert",
        text: `insert into readmodel.remainder (deal_id, period, class_index, to_class, amount_minor, block_number,
                 log_index)
               values ($1, $2, $3, $4, $5, $6, $7)`,
        values: [
          toBytes(args.deal),
          args.period,
          args.classIndex,
          args.toClass,
          args.amountMinor,
          blockNumber,
          logIndex,
        ],
      });
    },
  },
};

function dateOf(date: bigint): string {
  return formatCivilDate(Number(date));
}
