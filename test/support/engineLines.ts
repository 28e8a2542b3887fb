import { hexlify } from "ethers";
import { allocate } from "../../server/domain/waterfall.ts";
import type { Hex } from "../../server/domain/hex.ts";
import type { AccrualPeriod } from "../../server/domain/accrual.ts";
import { noRules, type DealTerms } from "../../server/domain/dealTerms.ts";
import type { ClassTermsStruct, DealTermsStruct, StepTermsStruct } from "../../types/contracts/DealRegistry.ts";

/** Where a class stands before a payment date, in minor units, and its index where it floats. */
export type EngineClass = { outstanding: bigint; shortfall: bigint; fixingE10: bigint | null };

export type EngineFunds = { available: bigint; principal: bigint; feesDue: readonly bigint[] };

/** A civil date yyyymmdd as the engine takes it. */
export function plainDate(date: number): Temporal.PlainDate {
  return Temporal.PlainDate.from({
    year: Math.floor(date / 10_000),
    month: Math.floor(date / 100) % 100,
    day: date % 100,
  });
}

/** The lines that the server's engine computes for terms as the ledger has them. */
export function engineLines(
  terms: DealTermsStruct,
  classes: readonly EngineClass[],
  accrual: AccrualPeriod,
  funds: EngineFunds,
): bigint[] {
  const filed = termsOfLedger(terms);
  const allocation = allocate({
    terms: filed,
    pricing: filed.classes.map((one) => ({
      originalBalanceMinor: one.originalBalanceHighestMinor,
      rateE10: one.rateHighestE10,
    })),
    accrual,
    opening: classes.map(({ outstanding, shortfall }) => ({
      outstandingMinor: outstanding,
      interestShortfallMinor: shortfall,
    })),
    fixingsE10: classes.map(({ fixingE10 }) => fixingE10),
    availableFundsMinor: funds.available,
    principalDistributableMinor: funds.principal,
    feesDueMinor: funds.feesDue,
  });
  return allocation.lines.map(({ paidMinor }) => paidMinor);
}

/** The engine reads classes, steps and currency; what else the ledger has of a deal says nothing of a payment date. */
function termsOfLedger({ classes, steps, currency }: DealTermsStruct): DealTerms {
  return {
    currency: hexlify(currency),
    classes: classes.map(classOfLedger),
    steps: steps.map(stepOfLedger),
  } as unknown as DealTerms;
}

function classOfLedger(one: ClassTermsStruct): DealTerms["classes"][number] {
  return {
    label: one.label,
    isin: one.isin as Hex,
    tokenised: one.tokenised,
    unitFaceMinor: BigInt(one.unitFaceMinor),
    originalBalanceLowestMinor: BigInt(one.originalBalanceLowestMinor),
    originalBalanceHighestMinor: BigInt(one.originalBalanceHighestMinor),
    rateKind: Number(one.rateKind),
    rateLowestE10: BigInt(one.rateLowestE10),
    rateHighestE10: BigInt(one.rateHighestE10),
    dayCount: Number(one.dayCount),
    adjustedAccrual: one.adjustedAccrual,
    rounding: Number(one.rounding),
    admittedCategories: Number(one.admittedCategories),
    rules: noRules,
  };
}

function stepOfLedger(step: StepTermsStruct): DealTerms["steps"][number] {
  return {
    kind: Number(step.kind),
    classes: Number(step.classes),
    payee: Number(step.payee),
    capMinor: BigInt(step.capMinor),
  };
}
