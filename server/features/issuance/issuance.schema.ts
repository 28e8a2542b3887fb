import { z } from "zod";
import { AsOf } from "../../http/asOf.ts";
import {
  Address,
  AmountMinor,
  BlockNumber,
  Bytes32,
  ClassId,
  Page,
  PartyCode,
  Timestamp,
  Units,
  UnitsRequested,
  asOfBlock,
  pageOf,
} from "../../http/schemas.ts";

// Most allocations that the ledger takes at once.
const ALLOCATIONS_MAX = 200;

export const ClassParams = z.strictObject({ classId: ClassId });

export const IssuanceRequest = z.strictObject({
  allocations: z
    .array(
      z.strictObject({
        account: Address,
        units: UnitsRequested,
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

export const IssuanceQuery = Page.extend({ asOfBlock });
