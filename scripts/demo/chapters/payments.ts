import { readFileSync } from "node:fs";
import { formatPercent, parseRateE10 } from "../../../server/domain/rates.ts";
import { reference } from "../cast.ts";
import type { Bank } from "../bank.ts";
import { act, expectThat, type Stage } from "../stage.ts";
import type { Filed } from "./filing.ts";
import type { Addresses } from "./holders.ts";
import { payPeriod } from "./payment.ts";
import { compareWithStatements, type PeriodRows } from "./statements.ts";

const STATEMENTS = new URL("../../../deals/nalt-2004-a.statements.json", import.meta.url);

/** What the demo prices class A-4a at; a fixing is the printed rate less this spread. */
const SPREAD_PERCENT = "0.07";

export type Statement = {
  paymentDate: string;
  principalDistributable: string;
  totalInterest: string;
  classes: {
    label: string;
    ratePercent: string;
    interest: string;
    principal: string;
    interestPer1000: string;
    principalPer1000: string;
    poolFactor: string;
  }[];
};

/** One payment date of the story: what the servicer reports and what the index was. */
export type PaymentDate = {
  period: number;
  paymentDate: string;
  collectionPeriod: { from: string; to: string };
  principalMinor: bigint;
  interestOrRentMinor: bigint;
  fixingPercent: string;
  /** Undefined for the payment date whose statement is not public; its figures are not compared. */
  statement: Statement | undefined;
};

const cents = (amount: string): bigint => BigInt(amount.replace(".", ""));

/**
 * Of 15 March 2005 no statement is at hand. Its principal is the difference of the balances that the statements before and
 * after it print; the index and the rent are made up.
 */
const MARCH = {
  paymentDate: "2005-03-15",
  principalMinor: cents("32291050.83"),
  interestOrRentMinor: cents("3100000.00"),
  fixingPercent: "2.52",
};

const COLLECTION_PERIODS = [
  { from: "2004-09-01", to: "2004-10-31" },
  { from: "2004-11-01", to: "2004-11-30" },
  { from: "2004-12-01", to: "2004-12-31" },
  { from: "2005-01-01", to: "2005-01-31" },
  { from: "2005-02-01", to: "2005-02-28" },
  { from: "2005-03-01", to: "2005-03-31" },
] as const;

/** The payment dates of the public statements, and the one between them. */
function paymentDates(): PaymentDate[] {
  const { statements } = JSON.parse(readFileSync(STATEMENTS, "utf8")) as { statements: Statement[] };
  const dates = [...statements.map(fromStatement), { ...MARCH, statement: undefined }];
  return dates
    .toSorted((a, b) => a.paymentDate.localeCompare(b.paymentDate))
    .map((date, i) => ({ ...date, period: i + 1, collectionPeriod: COLLECTION_PERIODS[i]! }));
}

function fromStatement(statement: Statement) {
  const floating = statement.classes.find(({ label }) => label === "A-4a")!;
  return {
    paymentDate: statement.paymentDate,
    principalMinor: cents(statement.principalDistributable),
    interestOrRentMinor: cents(statement.totalInterest),
    fixingPercent: formatPercent(parseRateE10(floating.ratePercent) - parseRateE10(SPREAD_PERCENT)),
    statement,
  };
}

/** Lives through every payment date; each is checked by the ledger, and compared with what was printed. */
export async function payNotes(stage: Stage, filed: Filed, addresses: Addresses, bank: Bank): Promise<void> {
  stage.narrator.chapter("10  Payment dates");
  await openCashAccounts(stage, bank);
  const rows: PeriodRows[] = [];
  for (const date of paymentDates()) {
    // What stopped the account has been cleared by the second payment date.
    if (date.period === 2) await liftHeron(stage, addresses);
    rows.push({ date, classes: await payPeriod(stage, filed, addresses, bank, date) });
    if (date.period === 2) await releaseHeron(stage, filed);
  }
  compareWithStatements(stage.narrator, rows);
}

/** The deposit is admitted by three parties; each party that is paid names its cash account, approved by another. */
async function openCashAccounts(stage: Stage, bank: Bank): Promise<void> {
  for (const party of ["registrar", "trustee", "attester-one"]) {
    await act(stage, {
      party,
      step: `deposit-${party}`,
      path: "/v1/deposits",
      body: () => ({ currency: "USD", deposit: bank.deposit, admissionRef: reference("admission of the deposit") }),
      text: `${party} admits the deposit of a made-up bank`,
    });
  }
  for (const party of ["peak-custody", "merlion-custody", "issuer"]) {
    for (const by of [party, "trustee"]) {
      await act(stage, {
        party: by,
        step: `cash-${party}-${by}`,
        path: `/v1/parties/${party}/cash-accounts`,
        body: () => ({
          currency: "USD",
          cashAccount: cashAccountOf(party),
          instructionRef: reference(`instruction ${party}`),
        }),
        text: by === party ? `${party} names its cash account` : `trustee approves the instruction of ${party}`,
      });
    }
  }
}

/** Nobody has the key of such an account; it is the bank's book entry for a party. */
export function cashAccountOf(party: string): string {
  return `0x${reference(`cash account ${party}`).slice(26)}`;
}

async function liftHeron(stage: Stage, addresses: Addresses): Promise<void> {
  for (const party of ["registrar", "trustee", "attester-one"]) {
    await act(stage, {
      party,
      step: `lift-heron-${party}`,
      path: `/v1/accounts/${addresses["heron"]}/stop-lifts`,
      body: () => ({ orderId: reference("order heron") }),
      text: `${party} agrees to lift the stop of heron`,
    });
  }
}

async function releaseHeron(stage: Stage, filed: Filed): Promise<void> {
  const released = await act(stage, {
    party: "paying-agent",
    step: "release-heron",
    path: `/v1/deals/${filed.dealId}/cycles/1/releases`,
    body: () => ({ classIndex: 0 }),
    text: "Paying agent releases what was held for heron since the first payment date",
  });
  expectThat(released.state === "final", "what was held is paid once it may be.");
}
