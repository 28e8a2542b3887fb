import { z } from "zod";
import { restrictions } from "../../domain/restrictions.ts";
import { AsOf } from "../../http/asOf.ts";
import {
  Address,
  BlockNumber,
  Bytes32,
  ClassId,
  Page,
  PartyCode,
  Timestamp,
  Units,
  UnitsRequested,
  pageOf,
} from "../../http/schemas.ts";

// Most movements that the ledger takes at once.
const BATCH_MAX = 200;

const Leg = z.strictObject({
  from: Address,
  to: Address,
  units: UnitsRequested,
});

export const TransferRequest = Leg.extend({ classId: ClassId });

export const TransferBatchRequest = z.strictObject({
  classId: ClassId,
  transfers: z.array(Leg).min(1).max(BATCH_MAX),
});

const codes = restrictions.map(({ code }) => code) as [string, ...string[]];

export const TransferCheck = z
  .strictObject({
    allowed: z.boolean().meta({ description: "Whether no rule forbids the movement now." }),
    restrictions: z
      .array(
        z.strictObject({
          number: z.int(),
          code: z.enum(codes),
          text: z.string(),
          textZh: z.string(),
          remedy: z.string(),
          iso20022: z.string().nullable(),
        }),
      )
      .meta({ description: "Every rule that forbids the movement." }),
  })
  .meta({ id: "TransferCheck", description: "What the ledger says of a movement without making it." });

export const TransferQuery = Page.extend({
  classId: ClassId.optional(),
  account: Address.optional().meta({ description: "Movements from or to this account." }),
});

const ofOther = "Null where the account is another custodian's.";

export const Transfer = z
  .strictObject({
    kind: z.enum(["transfer", "issuance", "forced-transfer", "recovery", "cancellation"]).meta({
      description: "forced-transfer, recovery: moved under an order, without the holder.",
    }),
    classId: ClassId,
    from: Address.nullable().meta({ description: `Null for an issuance. ${ofOther}` }),
    to: Address.nullable().meta({ description: `Null for a cancellation. ${ofOther}` }),
    fromCustodian: PartyCode.nullable(),
    toCustodian: PartyCode.nullable(),
    units: Units,
    operationRef: Bytes32.nullable().meta({
      description: "Null for a movement by the holder's own key through ERC-20 or by order, and for a cancellation.",
    }),
    orderId: Bytes32.nullable().meta({
      description: "Order under which it was moved; null for all but such movements.",
    }),
    at: Timestamp,
    blockNumber: BlockNumber,
    logIndex: z.int(),
    transactionHash: Bytes32,
  })
  .meta({ id: "Transfer", description: "A movement of units." });

export const TransferList = pageOf(Transfer).extend({ asOf: AsOf });
