import { z } from "zod";
import { AsOf } from "../../http/asOf.ts";
import { Instant } from "../../http/instant.ts";
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
  asOfBlock,
  pageOf,
} from "../../http/schemas.ts";

/** In the order of the ledger's numbers, from 1. */
export const orderKinds = ["freeze", "force", "recover", "pause"] as const;

const kind = z.enum(orderKinds).meta({
  description:
    "freeze: units of an account. force: units move without their holder. recover: units of a lost account go to another " +
    "account of its holder. pause: nothing of the class is issued or transferred.",
});

const record = {
  authority: Bytes32.meta({ description: "Hash of the authority's name as the registry keeps it." }),
  jurisdiction: z
    .string()
    .regex(/^[ -~]{2}$/, "Expected two ASCII characters.")
    .meta({ description: "Of the authority, ISO 3166-1 alpha-2 in capitals.", example: "HK" }),
  basisHash: Bytes32.meta({ description: "SHA-256 of the order and its legal basis." }),
};

const releases = Bytes32.meta({
  description: "Freeze of the same account whose units a forced movement may take; without it, free units alone.",
});

export const OrderRequest = z.strictObject({
  orderRef: Bytes32.meta({ description: "The filing party's reference; each serves once." }),
  kind,
  classId: ClassId,
  account: Address.optional().meta({ description: "Whose units it concerns; none for a pause." }),
  destination: Address.optional().meta({
    description: "Who receives, a court's account for instance, eligible like any receiver; only where units move.",
  }),
  units: UnitsRequested.optional().meta({
    description: "None for a pause. The largest number freezes all that the account has or ever will have.",
  }),
  releases: releases.optional(),
  ...record,
  receivedAt: Instant.meta({ description: "When the registry received it." }),
  expiresAt: Instant.meta({ description: "Last second in which anything new may be done under it." }),
  reviewAt: Instant.meta({ description: "When it is to be reviewed; nothing follows from it by itself." }),
});

export const ActRequest = z.strictObject({});

export const ReleaseRequest = z.strictObject({
  groundHash: Bytes32.meta({ description: "SHA-256 of the grounds of the release." }),
});

export const PauseRequest = z.strictObject({
  until: Instant.meta({ description: "Last second of the pause, not after the order expires." }),
});

export const OrderParams = z.strictObject({ orderId: Bytes32 });

export const OrderQuery = Page.extend({
  asOfBlock,
  kind: kind.optional(),
  classId: ClassId.optional(),
  account: Address.optional().meta({ description: "Orders on this account, or that move units to it." }),
});

const ofOther = "Null for a pause, and where the account is another custodian's.";

export const effects = ["frozen", "released", "forced", "recovered", "paused", "pause-lifted"] as const;

const OrderEffect = z.strictObject({
  effect: z.enum(effects).meta({
    description: "released: a freeze ended, or a forced movement took units from under it.",
  }),
  units: Units.nullable(),
  frozenUnits: Units.nullable().meta({
    description: "Units of the account that all orders together freeze from then on; null where that did not change.",
  }),
  ground: Bytes32.nullable().meta({
    description: "Of a release: hash of its grounds, or the order under which the units were taken.",
  }),
  pausedUntil: Timestamp.nullable().meta({ description: "Last second of the pause as it stood then." }),
  by: PartyCode.nullable().meta({
    description: "Whose call paused the class, or kept it paused as the last of three; null for everything else.",
  }),
  at: Timestamp,
  blockNumber: BlockNumber,
  transactionHash: Bytes32,
});

export const Order = z
  .strictObject({
    orderId: Bytes32,
    orderRef: Bytes32,
    kind,
    state: z.enum(["filed", "in-force", "done"]).meta({
      description: "in-force: it freezes units, or its pause stands. done: carried out, and nothing of it is left.",
    }),
    expired: z
      .boolean()
      .meta({ description: "Whether nothing new may be done under it. What is frozen stays frozen." }),
    filedBy: PartyCode,
    classId: ClassId,
    account: Address.nullable().meta({ description: ofOther }),
    custodian: PartyCode.nullable().meta({ description: "Of the account, as far as the caller sees it." }),
    destination: Address.nullable().meta({ description: `Null for a freeze too. ${ofOther}` }),
    destinationCustodian: PartyCode.nullable(),
    units: Units.nullable().meta({ description: "As filed; null for a pause." }),
    frozenUnits: Units.meta({ description: "Units that this order freezes; may be more than the account has." }),
    releases: releases.nullable(),
    ...record,
    receivedAt: Timestamp,
    expiresAt: Timestamp,
    reviewAt: Timestamp,
    filedAt: Timestamp,
    blockNumber: BlockNumber.meta({ description: "Block in which it was filed." }),
    transactionHash: Bytes32,
    effects: z.array(OrderEffect).meta({ description: "What was done under it, oldest first." }),
  })
  .meta({ id: "Order", description: "An order of an authority, and what was done under it." });

export const OrderAsOf = Order.extend({ asOf: AsOf }).meta({ id: "OrderAsOf" });
export const OrderList = pageOf(Order).extend({ asOf: AsOf });
