import { z } from "zod";
import { AsOf } from "../../http/asOf.ts";
import {
  Address,
  AmountMinor,
  BlockNumber,
  Bytes32,
  Page,
  PartyCode,
  Timestamp,
  Units,
  pageOf,
} from "../../http/schemas.ts";

// Most allocations that the ledger takes at once.
const ALLOCATIONS_MAX = 200;

export const ClassParams = z.strictObject({
  classId: z
    .string()
    .regex(/^0x[0-9a-f]{64}\.(0|[1-9]\d?)$/, "Expected the id of a deal, a dot and the index of the class.")
    .meta({ description: "Id of the deal, a dot and the index of the class, from 0." }),
});

export const IssuanceRequest = z.strictObject({
  allocations: z
    .array(
      z.strictObject({
        account: Address,
        units: Units.refine((units) => !/^\d{1,20}$/.test(units) || BigInt(units) < 2n ** 64n, {
          params: { code: "out-of-range" },
          message: "Expected less than 2 to the power of 64.",
        }),
      }),
    )
    .min(1)
    .max(ALLOCATIONS_MAX),
});

export const Issuance = z
  .strictObject({
    operationRef: Bytes32,
    issuer: PartyCode,
    units: Units,
    amountMinor: AmountMinor.meta({ description: "Face of the units, in minor units of the deal's currency." }),
    at: Timestamp,
    blockNumber: BlockNumber,
    logIndex: z.int(),
    transactionHash: Bytes32,
  })
  .meta({ id: "Issuance", description: "Units that came into being by one command of the issuer." });

export const IssuanceList = pageOf(Issuance).extend({
  asOf: AsOf,
  totals: z
    .strictObject({ issuances: z.int(), units: Units, amountMinor: AmountMinor })
    .meta({ description: "Over all issuances of the class, not only those of this page." }),
});

export const IssuanceQuery = Page.extend({
  asOfBlock: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({
      description: "Show the state as of this block; the last one read unless told.",
      override: { type: "integer" },
    }),
});
