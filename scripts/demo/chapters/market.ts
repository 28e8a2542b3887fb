import { reference } from "../cast.ts";
import { act, instantIn, mustRefuse, type Stage } from "../stage.ts";
import type { Filed } from "./filing.ts";
import type { Addresses } from "./holders.ts";

const DAY_SECONDS = 86_400;

/** Units of 1,000.00 per account; each class adds up to its cap, but A-4b keeps a part for later. */
const BOOK: readonly { classIndex: number; label: string; allocations: Readonly<Record<string, number>> }[] = [
  { classIndex: 0, label: "A-1", allocations: { kestrel: 120_000, heron: 45_000, dugong: 60_000, tapir: 40_000 } },
  { classIndex: 1, label: "A-2", allocations: { osprey: 90_000, plover: 70_000, pangolin: 60_000, civet: 40_000 } },
  { classIndex: 2, label: "A-3", allocations: { kestrel: 150_000, curlew: 107_000, dugong: 100_000 } },
  { classIndex: 3, label: "A-4a", allocations: { osprey: 188_000, avocet: 100_000, pangolin: 150_000, loris: 50_000 } },
  { classIndex: 4, label: "A-4b", allocations: { plover: 40_000, tapir: 30_000, lapwing: 10_000 } },
];

/** What is left of A-4b's cap after the first issuance. */
const LATER_UNITS = 20_000;

function classId({ dealId }: Filed, classIndex: number): string {
  return `${dealId}.${classIndex}`;
}

function allocationsOf(units: Readonly<Record<string, number>>, addresses: Addresses) {
  return Object.entries(units).map(([name, count]) => ({ account: addresses[name]!, units: String(count) }));
}

/** An issuance to one eligible account, which only the filing can forbid. */
export async function refuseIssuance(stage: Stage, filed: Filed, addresses: Addresses, step: string, reason: string) {
  await mustRefuse(stage, {
    party: "issuer",
    step,
    path: `/v1/classes/${classId(filed, 4)}/issuances`,
    body: () => ({ allocations: allocationsOf({ plover: 1_000 }, addresses) }),
    text: "The issuer issues class A-4b",
    code: "restricted",
    restrictions: [reason],
  });
}

/** Issuance up to the cap, and not one unit further. */
export async function issueNotes(stage: Stage, filed: Filed, addresses: Addresses): Promise<number> {
  stage.narrator.chapter("6  Issuance");
  await mustRefuse(stage, {
    party: "issuer",
    step: "issue-above-cap",
    path: `/v1/classes/${classId(filed, 0)}/issuances`,
    body: () => ({ allocations: allocationsOf({ kestrel: 265_001 }, addresses) }),
    text: "The issuer issues one unit of class A-1 above the cap",
    code: "cap-exceeded",
  });
  let block = 0;
  for (const { classIndex, label, allocations } of BOOK) {
    const units = Object.values(allocations).reduce((sum, count) => sum + count, 0);
    const issued = await act(stage, {
      party: "issuer",
      step: `issue-${label}`,
      path: `/v1/classes/${classId(filed, classIndex)}/issuances`,
      body: () => ({ allocations: allocationsOf(allocations, addresses) }),
      text: `Issuer issues class ${label}: ${units.toLocaleString("en")} units to ${Object.keys(allocations).length} accounts`,
    });
    block = issued.blockNumber!;
  }
  return block;
}

const MOVES = [
  { party: "peak-custody", classIndex: 0, from: "kestrel", to: "binturong", units: 20_000 },
  { party: "peak-custody", classIndex: 2, from: "curlew", to: "pangolin", units: 7_000 },
  { party: "merlion-custody", classIndex: 0, from: "dugong", to: "heron", units: 15_000 },
  { party: "merlion-custody", classIndex: 3, from: "loris", to: "osprey", units: 50_000 },
] as const;

/** Custodians move notes between eligible accounts; a refusal names every reason. */
export async function moveNotes(stage: Stage, filed: Filed, addresses: Addresses): Promise<void> {
  stage.narrator.chapter("7  Transfers");
  for (const { party, classIndex, from, to, units } of MOVES) {
    await act(stage, {
      party,
      step: `move-${from}-${to}`,
      path: "/v1/transfers",
      body: () => transfer(filed, addresses, classIndex, from, to, units),
      text: `${party} moves ${units.toLocaleString("en")} units from ${from} to ${to}`,
    });
  }
  await act(stage, {
    party: "registrar",
    step: "stop-heron",
    path: `/v1/accounts/${addresses["heron"]}/stops`,
    body: () => ({ orderId: reference("order heron"), until: instantIn(2 * DAY_SECONDS) }),
    text: "Registrar stops the account heron for two days",
  });
  await mustRefuse(stage, {
    party: "merlion-custody",
    step: "move-all-reasons",
    path: "/v1/transfers",
    // Heron is stopped, its category is not admitted to A-4a, and pangolin does not hold that many.
    body: () => transfer(filed, addresses, 3, "pangolin", "heron", 900_000),
    text: "merlion-custody moves more than pangolin holds to a stopped account of a category that A-4a does not admit",
    code: "restricted",
    restrictions: ["UNITS_INSUFFICIENT", "RECEIVER_STOPPED", "RECEIVER_CATEGORY_NOT_ADMITTED"],
  });
  await mustRefuse(stage, {
    party: "merlion-custody",
    step: "move-foreign",
    path: "/v1/transfers",
    body: () => transfer(filed, addresses, 0, "kestrel", "tapir", 1),
    text: "merlion-custody moves units of an account of peak-custody",
    code: "unknown-account",
  });
}

function transfer(
  filed: Filed,
  addresses: Addresses,
  classIndex: number,
  from: string,
  to: string,
  units: number,
): Record<string, string> {
  return {
    classId: classId(filed, classIndex),
    from: addresses[from]!,
    to: addresses[to]!,
    units: String(units),
  };
}

/** One key stops a filing at once; three parties let it go on. Returns the block of the suspension. */
export async function suspendAndLift(stage: Stage, filed: Filed, addresses: Addresses): Promise<number> {
  stage.narrator.chapter("8  Suspension");
  const orderId = reference("order suspension");
  const suspended = await act(stage, {
    party: "regulator",
    step: "suspend",
    path: `/v1/filings/${filed.filingId}/suspensions`,
    body: () => ({ orderId, until: instantIn(DAY_SECONDS), basisHash: reference("basis of the suspension") }),
    text: "Regulator suspends the filing with one key",
  });
  await refuseIssuance(stage, filed, addresses, "issue-suspended", "FILING_SUSPENDED");
  await mustRefuse(stage, {
    party: "peak-custody",
    step: "move-suspended",
    path: "/v1/transfers",
    body: () => transfer(filed, addresses, 1, "osprey", "civet", 5_000),
    text: "peak-custody moves units while the filing is suspended",
    code: "restricted",
    restrictions: ["FILING_SUSPENDED"],
  });
  const lift = { orderId, basisHash: reference("basis of the lift") };
  for (const [party, text] of [
    ["regulator", "Regulator asks to lift the suspension"],
    ["trustee", "First approver, the trustee, approves"],
    ["attester-one", "Second approver approves: the suspension is lifted"],
  ] as const) {
    await act(stage, {
      party,
      step: `lift-${party}`,
      path: `/v1/filings/${filed.filingId}/suspension-lifts`,
      body: () => lift,
      text,
    });
  }
  await act(stage, {
    party: "peak-custody",
    step: "move-after-lift",
    path: "/v1/transfers",
    body: () => transfer(filed, addresses, 1, "osprey", "civet", 5_000),
    text: "peak-custody moves the 5,000 units now",
  });
  await act(stage, {
    party: "issuer",
    step: "issue-after-lift",
    path: `/v1/classes/${classId(filed, 4)}/issuances`,
    body: () => ({ allocations: allocationsOf({ lapwing: LATER_UNITS }, addresses) }),
    text: `Issuer issues the last ${LATER_UNITS.toLocaleString("en")} units of class A-4b`,
  });
  return suspended.blockNumber!;
}
