import { expectThat, type Stage } from "../stage.ts";
import type { Filed } from "./filing.ts";

type AsOf = { blockNumber: number; blockHash: string; timestamp: string };

type Oversight = {
  asOf: AsOf;
  deals: {
    dealId: string;
    filing: { state: string; filingHash: string };
    holders: number;
    accounts: number;
    mainlandHolders: number;
    unresolvedHolders: number;
    residences: { residence: string; holders: number; accounts: number; faceMinor: string }[];
    classes: { label: string; capMinor: string | null; issuedMinor: string; unitsHeld: string; tokenised: boolean }[];
  }[];
};

type Register = {
  asOf: AsOf;
  label: string;
  totals: { accounts: number; units: string };
  rows: { account: string; custodian: string; residence: string; units: string }[];
};

const MONEY = new Intl.NumberFormat("en", { minimumFractionDigits: 2 });

function money(minor: string): string {
  return MONEY.format(Number(BigInt(minor) / 100n));
}

/** What the regulator sees as of the given blocks and now; then one register as its custodians see it. */
export async function showOversight(stage: Stage, filed: Filed, blocks: readonly number[]): Promise<void> {
  const { client, narrator } = stage;
  narrator.chapter("9  Oversight, as of three blocks");
  const newest = await client.get<Oversight>("regulator", "/v1/oversight");
  for (const block of [...blocks, newest.asOf.blockNumber]) {
    const { asOf, deals } = await client.get<Oversight>("regulator", `/v1/oversight?asOfBlock=${block}`);
    const deal = deals.find(({ dealId }) => dealId === filed.dealId)!;
    const { mainlandHolders, unresolvedHolders } = deal;
    narrator.note(`Block ${asOf.blockNumber} ${asOf.blockHash}`);
    narrator.note(
      `filing ${deal.filing.state} · ${deal.accounts} accounts · mainland ${mainlandHolders} · unresolved ${unresolvedHolders}`,
    );
    narrator.table(
      ["class", "cap", "issued", "units held"],
      deal.classes
        .filter(({ tokenised }) => tokenised)
        .map((c) => [c.label, money(c.capMinor ?? "0"), money(c.issuedMinor), c.unitsHeld]),
    );
    narrator.table(
      ["residence", "holders", "face"],
      deal.residences.map(({ residence, holders, faceMinor }) => [residence, String(holders), money(faceMinor)]),
    );
    expectThat(mainlandHolders === 0 && unresolvedHolders === 0, "nobody holds onshore or unresolved.");
  }
  await showRegister(stage, filed, blocks[0]!);
}

async function showRegister({ client, narrator }: Stage, filed: Filed, issuedBlock: number): Promise<void> {
  const path = `/v1/classes/${filed.dealId}.0/register`;
  const atIssue = await client.get<Register>("regulator", `${path}?asOfBlock=${issuedBlock}`);
  const now = await client.get<Register>("regulator", path);
  const before = new Map(atIssue.rows.map(({ account, units }) => [account, units]));
  narrator.note(`Register of class ${now.label} at block ${issuedBlock} and at block ${now.asOf.blockNumber}`);
  narrator.table(
    ["account", "custodian", "residence", "at issue", "now"],
    now.rows.map((row) => [row.account, row.custodian, row.residence, before.get(row.account) ?? "0", row.units]),
  );
  expectThat(now.totals.units === atIssue.totals.units, "transfers leave the sum of units as it was.");
  const seen = await client.get<Register>("peak-custody", path);
  const isOwn = seen.rows.every(({ custodian }) => custodian === "peak-custody");
  expectThat(isOwn && seen.rows.length < now.rows.length, "a custodian sees its own accounts alone.");
  narrator.done(`peak-custody asks for the same register and sees its own ${seen.rows.length} accounts`);
}
