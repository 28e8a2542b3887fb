import type { LedgerEvent } from "../../chain/events.ts";
import type { Projection } from "../../indexer/projection.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";
import { applyCredits, CREDIT_EVENTS, insertCustodianPayments } from "./credits.projection.ts";
import { openPayments } from "./entitlements.projection.ts";

const ddl = `
create table readmodel.deposit (
  currency text not null,
  deposit bytea not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (currency, block_number, log_index)
);

-- Standing instructions; the last one of a party and a currency stands.
create table readmodel.cash_account (
  party_id int not null,
  currency text not null,
  cash_account bytea not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (party_id, currency, block_number, log_index)
);

create table readmodel.funding (
  deal_id bytea not null,
  period int not null,
  deposit bytea not null,
  amount_minor numeric not null,
  block_number bigint not null,
  at bigint not null,
  tx_hash bytea not null,
  primary key (deal_id, period)
);

-- What each account is to be paid of a posted period, by its units at the record date, and what became of it.
create table readmodel.entitlement (
  deal_id bytea not null,
  period int not null,
  class_index int not null,
  account bytea not null,
  custodian_id int not null,
  paying_agent_id int not null,
  units numeric not null,
  amount_minor numeric not null,
  state text not null default 'due' check (state in ('due', 'paid', 'held', 'released')),
  failed_at bigint, -- when the deposit last did not move; null once it has
  block_number bigint not null, -- of the last change
  at bigint not null,
  primary key (deal_id, period, class_index, account)
) with (fillfactor = 80);

-- How far the payment of a class that has a note has come; sums only, so that every party may see them.
create table readmodel.class_payment (
  deal_id bytea not null,
  period int not null,
  class_index int not null,
  payment bytea unique, -- by which events name it; null until its first batch
  payable_minor numeric not null,
  accounts int not null,
  open_accounts int not null, -- neither paid nor held
  held_accounts int not null,
  paid_minor numeric not null,
  held_minor numeric not null,
  primary key (deal_id, period, class_index)
);

-- Fees, and what retained classes share: amounts that go to one party each.
create table readmodel.party_payment (
  deal_id bytea not null,
  period int not null,
  line int, -- of a fee
  class_index int, -- of a retained class
  payee_id int not null,
  amount_minor numeric not null,
  at bigint, -- null until it is paid
  tx_hash bytea
);
create index party_payment_of_deal on readmodel.party_payment (deal_id, period);

-- Deposit transfers of batches: one for all accounts of a custodian.
create table readmodel.custodian_payment (
  deal_id bytea not null,
  period int not null,
  class_index int not null,
  custodian_id int not null,
  paying_agent_id int not null,
  cash_account bytea not null,
  amount_minor numeric not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  tx_hash bytea not null,
  primary key (block_number, log_index)
);
create index custodian_payment_of_deal on readmodel.custodian_payment (deal_id, period);

-- The paying agent of a deal sees whom it pays; nobody else sees accounts of others.
alter table readmodel.cash_account enable row level security;
alter table readmodel.entitlement enable row level security;
alter table readmodel.custodian_payment enable row level security;
create policy own_instructions on readmodel.cash_account for select to narrowgate_reader
  using ((select records.caller_sees_all()) or party_id = (select records.caller_party_id()));
create policy own_accounts on readmodel.entitlement for select to narrowgate_reader
  using ((select records.caller_sees_all()) or (select records.caller_party_id()) in (custodian_id, paying_agent_id));
create policy own_accounts on readmodel.custodian_payment for select to narrowgate_reader
  using ((select records.caller_sees_all()) or (select records.caller_party_id()) in (custodian_id, paying_agent_id));
`;

/** Deposits and instructions, entitlements, and what was paid of them. Comes after movements and postings. */
export const paymentsProjection: Projection = {
  name: "payments",
  ddl,
  handlers: {
    // What an account is still owed goes to the custodian that has it when it is paid.
    "HolderRegistry.AccountsReassigned": async (tx, { args }) => {
      await tx.query({
        name: "entitlement.reassign",
        text: `update readmodel.entitlement set custodian_id = $2
               where account = any($1::bytea[]) and state in ('due', 'held')`,
        values: [args.accounts.map(toBytes), args.to],
      });
    },
    "Payments.DepositAdmitted": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      await tx.query({
        name: "deposit.insert",
        text: `insert into readmodel.deposit (currency, deposit, block_number, log_index, at)
               values ($1, $2, $3, $4, $5)`,
        values: [currencyOf(args.currency), toBytes(args.deposit), blockNumber, logIndex, timestamp],
      });
    },
    "Payments.Instructed": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      await tx.query({
        name: "cashAccount.insert",
        text: `insert into readmodel.cash_account (party_id, currency, cash_account, block_number, log_index, at)
               values ($1, $2, $3, $4, $5, $6)`,
        values: [args.party, currencyOf(args.currency), toBytes(args.cashAccount), blockNumber, logIndex, timestamp],
      });
    },
    "Payments.Funded": async (tx, { args, blockNumber, timestamp, transactionHash }) => {
      await tx.query({
        name: "funding.insert",
        text: `insert into readmodel.funding (deal_id, period, deposit, amount_minor, block_number, at, tx_hash)
               values ($1, $2, $3, $4, $5, $6, $7)`,
        values: [
          toBytes(args.deal),
          args.period,
          toBytes(args.deposit),
          args.amountMinor,
          blockNumber,
          timestamp,
          toBytes(transactionHash),
        ],
      });
    },
    "Distributor.Posted": openPayments,
    "Payments.PaymentOpened": async (tx, { args }) => {
      await tx.query({
        name: "classPayment.open",
        text: `update readmodel.class_payment set payment = $4
               where deal_id = $1 and period = $2 and class_index = $3`,
        values: [toBytes(args.deal), args.period, args.classIndex, toBytes(args.payment)],
      });
    },
    "Payments.FeePaid": (tx, event) => settle(tx, event, "line = $5", event.args.line),
    "Payments.RetainedPaid": (tx, event) => settle(tx, event, "class_index = $5", event.args.classIndex),
  },
  batch: {
    events: [...CREDIT_EVENTS, "Payments.CustodianPaid"],
    apply: async (tx, events) => {
      await applyCredits(tx, events);
      await insertCustodianPayments(tx, events);
    },
  },
};

async function settle(
  tx: Queryable,
  { args, timestamp, transactionHash }: LedgerEvent<"Payments.FeePaid"> | LedgerEvent<"Payments.RetainedPaid">,
  which: string,
  value: bigint,
): Promise<void> {
  await tx.query(
    `update readmodel.party_payment set at = $3, tx_hash = $4 where deal_id = $1 and period = $2 and ${which}`,
    [toBytes(args.deal), args.period, timestamp, toBytes(transactionHash), value],
  );
}

/** Text of three bytes, which may be any; PostgreSQL's text has no NUL. */
function currencyOf(bytes: string): string {
  return toBytes(bytes).toString("latin1").replaceAll("\0", "\uFFFD");
}
