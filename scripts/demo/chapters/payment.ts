import { reference } from "../cast.ts";
import type { Bank } from "../bank.ts";
import { act, expectThat, type Stage } from "../stage.ts";
import type { Filed } from "./filing.ts";
import type { Addresses } from "./holders.ts";
import type { PaymentDate } from "./payments.ts";

/** Place of the floating class A-4a in the deal. */
const FLOATING = 3;

/** A class after a payment date, as the API shows it. */
export type PaidClass = {
  classIndex: number;
  label: string;
  interestMinor: string;
  principalMinor: string;
  interestPerThousand: string;
  principalPerThousand: string;
  factor: string;
  payableMinor: string;
  heldMinor: string;
  openAccounts: number;
  remainder: { amountMinor: string } | null;
};

type Cycle = { totalMinor: string | null; paymentDate: string; classes: PaidClass[] };
type Calculation = { calculationHash: string; lines: { paidMinor: string; explanation: string }[] };
type Entitlement = { classIndex: number; units: string; amountMinor: string; state: string };

/** Plays one payment date: dates, a movement, report, fixing, calculation, posting, funds and payments. */
export async function payPeriod(
  stage: Stage,
  filed: Filed,
  addresses: Addresses,
  bank: Bank,
  date: PaymentDate,
): Promise<PaidClass[]> {
  const { narrator, client } = stage;
  const { period } = date;
  const cycles = `/v1/deals/${filed.dealId}/cycles`;
  const path = `${cycles}/${period}`;
  narrator.note(`Payment date ${period}: ${date.paymentDate}${date.statement ? "" : " (made up, not compared)"}`);
  const step = (name: string) => `period-${period}-${name}`;
  await act(stage, {
    party: "paying-agent",
    step: step("declare"),
    path: cycles,
    body: () => ({ period, version: 1 }),
    text: "Paying agent declares the cycle; its record date closes",
  });
  await act(stage, {
    party: "peak-custody",
    step: step("move"),
    path: "/v1/transfers",
    body: () => ({
      classId: `${filed.dealId}.0`,
      from: addresses["kestrel"],
      to: addresses["binturong"],
      units: "1000",
    }),
    text: "After the record date 1,000 units of A-1 move; the payment goes to who held them then",
  });
  await reportAndFix(stage, path, date);
  await post(stage, path, period);
  const cycle = await client.get<Cycle>("paying-agent", path);
  expectThat(cycle.paymentDate === date.paymentDate, `payment date ${period} rolls to ${date.paymentDate}.`);
  await fund(stage, bank, path, period, cycle.totalMinor!);
  await payClasses(stage, path, period, cycle.classes);
  return checkShares(stage, path, period);
}

async function reportAndFix(stage: Stage, path: string, date: PaymentDate): Promise<void> {
  const { period, principalMinor, interestOrRentMinor } = date;
  await act(stage, {
    party: "servicer",
    step: `period-${period}-report`,
    path: `${path}/reports`,
    body: () => ({
      version: 1,
      report: {
        collectionPeriod: date.collectionPeriod,
        collections: {
          scheduledPrincipalMinor: String(principalMinor),
          interestOrRentMinor: String(interestOrRentMinor),
          prepaymentsMinor: "0",
          recoveriesMinor: "0",
          repurchasesMinor: "0",
          otherMinor: "0",
        },
        availableFundsMinor: String(principalMinor + interestOrRentMinor),
        principalDistributableMinor: String(principalMinor),
        feesDueMinor: [],
        remarks: date.statement ? [] : ["made up: no public statement of this payment date is at hand"],
      },
    }),
    text: "Servicer reports the collections",
  });
  for (const party of ["paying-agent", "trustee"]) {
    await act(stage, {
      party,
      step: `period-${period}-fixing-${party}`,
      path: `${path}/fixings`,
      body: () => ({
        version: 1,
        classIndex: FLOATING,
        rate: date.fixingPercent,
        evidenceHash: reference(`fixing page ${period}`),
      }),
      text: `${party} ${party === "trustee" ? "approves" : "enters"} the fixing of class A-4a: ${date.fixingPercent} %${
        date.statement ? "" : " (made up)"
      }`,
    });
  }
}

/** Both parties read the same calculation and approve it by its hash; the ledger checks every line. */
async function post(stage: Stage, path: string, period: number): Promise<void> {
  for (const party of ["paying-agent", "trustee"]) {
    const calculation = () => stage.client.get<Calculation>(party, `${path}/calculation`);
    const { calculationHash, lines } = await calculation();
    if (period === 1 && party === "paying-agent") {
      for (const { explanation, paidMinor } of lines) if (paidMinor !== "0") stage.narrator.note(`  ${explanation}`);
    }
    await act(stage, {
      party,
      step: `period-${period}-posting-${party}`,
      path: `${path}/postings`,
      body: () => ({ calculationHash }),
      text:
        party === "trustee" ? "Trustee approves: the ledger has checked every line" : "Paying agent posts the lines",
    });
  }
}

async function fund(stage: Stage, bank: Bank, path: string, period: number, totalMinor: string): Promise<void> {
  const { signingKeys } = await stage.client.get<{ signingKeys: string[] }>("paying-agent", "/v1/me");
  const isFunded = (await stage.client.get<{ funding: unknown }>("paying-agent", `${path}/payments`)).funding !== null;
  // The bank knows nothing of idempotency keys, so a run that resumes must not ask it for the money again.
  if (!isFunded) await bank.provide(signingKeys[0]!, BigInt(totalMinor));
  const steps = [
    { name: "allow", path: "/v1/deposits/USD/allowances", text: "Paying agent lets the registry take the total" },
    { name: "fund", path: `${path}/fundings`, text: "Paying agent funds the payment date" },
  ];
  for (const { name, path: to, text } of steps) {
    await act(stage, {
      party: "paying-agent",
      step: `period-${period}-${name}`,
      path: to,
      body: () => ({ amountMinor: totalMinor }),
      text,
    });
  }
}

async function payClasses(stage: Stage, path: string, period: number, classes: readonly PaidClass[]): Promise<void> {
  for (const { classIndex, label, payableMinor } of classes) {
    if (payableMinor === "0") continue;
    await act(stage, {
      party: "paying-agent",
      step: `period-${period}-pay-${label}`,
      path: `${path}/payments`,
      body: () => ({ classIndex }),
      text: `Paying agent pays class ${label}`,
    });
  }
}

/** What the holders get and what is carried adds up to the class's amount, and equal units get equal cash. */
async function checkShares(stage: Stage, path: string, period: number): Promise<PaidClass[]> {
  const { classes } = await stage.client.get<Cycle>("paying-agent", path);
  const { items } = await stage.client.get<{ items: Entitlement[] }>("paying-agent", `${path}/entitlements?limit=200`);
  for (const { classIndex, label, payableMinor, openAccounts, remainder, heldMinor } of classes) {
    const shares = items.filter((share) => share.classIndex === classIndex);
    if (shares.length === 0) continue;
    const sum = shares.reduce((total, { amountMinor }) => total + BigInt(amountMinor), 0n);
    const carried = BigInt(remainder?.amountMinor ?? "0");
    expectThat(openAccounts === 0, `every holder of class ${label} is credited.`);
    expectThat(sum + carried === BigInt(payableMinor), `shares and remainder of class ${label} add up, to the cent.`);
    const byUnits = new Map(shares.map(({ units, amountMinor }) => [units, amountMinor]));
    const isEqual = shares.every(({ units, amountMinor }) => byUnits.get(units) === amountMinor);
    expectThat(isEqual, `equal units of class ${label} get equal cash.`);
    if (heldMinor !== "0") stage.narrator.note(`  held for a stopped account of class ${label}: ${heldMinor} cents`);
  }
  stage.narrator.note(`  shares and remainders of payment date ${period} add up, to the cent`);
  return classes;
}
