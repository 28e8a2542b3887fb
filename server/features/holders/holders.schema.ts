import { z } from "zod";
import { investorCategories } from "../../domain/investorCategories.ts";
import { lookThroughs } from "../../domain/lookThroughs.ts";
import { AsOf } from "../../http/asOf.ts";
import { Instant } from "../../http/instant.ts";
import {
  Address,
  BlockNumber,
  Bytes32,
  HexData,
  HolderRef,
  Page,
  PartyCode,
  Timestamp,
  asOfBlock,
  pageOf,
} from "../../http/schemas.ts";

// Most accounts that the ledger registers at once.
const BATCH_MAX = 200;

/** The shape alone: whether a residence, a category or a result is admitted, the ledger says. */
const Facts = z.strictObject({
  holderRef: HolderRef,
  residence: z
    .string()
    .regex(/^[ -~]{2}$/, "Expected two ASCII characters.")
    .meta({ description: "Where the holder resides, ISO 3166-1 alpha-2 in capitals.", example: "HK" }),
  category: z.enum(investorCategories).meta({ description: "Investor category of the holder at its place of sale." }),
  lookThrough: z.enum(lookThroughs).meta({ description: "Result of looking through the holder to its owners." }),
  omnibus: z
    .boolean()
    .default(false)
    .meta({ description: "Whether the holder keeps the account for its own clients." }),
  usPerson: z
    .boolean()
    .default(false)
    .meta({ description: "Whether the holder is a US person, who receives nothing." }),
  acceptsFreeDelivery: z
    .boolean()
    .default(false)
    .meta({ description: "Whether units may come free of payment from accounts of other custodians." }),
  eligibleUntil: Instant.meta({ description: "Last second at which the account may receive." }),
  evidenceCommitment: Bytes32.meta({
    description: "Salted commitment to the certification that is kept off the ledger.",
  }),
});

const accountRef = Bytes32.meta({
  description: "The custodian's reference, which the account's address is derived from.",
});

export const AccountRequest = Facts.extend({ accountRef });

export const AccountBatchRequest = z.strictObject({ accounts: z.array(AccountRequest).min(1).max(BATCH_MAX) });

export const SelfKeptAccountRequest = Facts.extend({
  account: Address.meta({ description: "Address of the holder's own key." }),
  signature: HexData.max(1_000).meta({ description: "The holder's signature of the key proof (EIP-712)." }),
});

export const KeyProofRequest = z.strictObject({ account: Address, holderRef: HolderRef });

const TypedField = z.strictObject({ name: z.string(), type: z.string() });

export const KeyProof = z
  .strictObject({
    domain: z.strictObject({ name: z.string(), version: z.string(), chainId: z.int(), verifyingContract: Address }),
    types: z.strictObject({ KeyProof: z.array(TypedField) }),
    primaryType: z.literal("KeyProof"),
    message: z.strictObject({ account: Address, custodian: z.int(), holderRef: HolderRef }),
  })
  .meta({ id: "KeyProof", description: "Typed data (EIP-712) for the holder to sign with the account's key." });

export const FactsRequest = Facts;

const orderId = Bytes32.meta({ description: "Order that asks for it; each serves once." });

export const StopRequest = z.strictObject({
  orderId,
  until: Instant.meta({ description: "Last second of the stop." }),
});
export const StopLiftRequest = z.strictObject({ orderId });

export const LicenceRequest = z.strictObject({
  licensedUntil: Instant.meta({ description: "Last second of the licence; a second that has passed ends it." }),
  parentComplianceRef: Bytes32.optional().meta({
    description: "Reference of the parent's compliance, of a subsidiary of a domestic financial institution.",
  }),
  evidenceHash: Bytes32.meta({ description: "SHA-256 of the evidence of the licence." }),
});

export const CustodianParams = z.strictObject({ party: PartyCode });
export const AccountParams = z.strictObject({ account: Address });

export const AccountQuery = Page.extend({
  asOfBlock,
  accountRef: Bytes32.optional(),
  holderRef: HolderRef.optional(),
  custodian: PartyCode.optional(),
});

const stoppedUntil = Timestamp.nullable().meta({ description: "Last second of the stop; null unless stopped." });
const standingOrderId = Bytes32.nullable().meta({ description: "Order of the stop that stands, which a lift names." });

export const Account = z
  .strictObject({
    account: Address,
    custodian: PartyCode,
    accountRef: Bytes32.nullable().meta({ description: "The custodian's reference; null for a self-kept account." }),
    selfKept: z.boolean().meta({ description: "Whether the holder keeps the account's key." }),
    holderRef: HolderRef,
    residence: z.string(),
    category: z.enum(investorCategories),
    lookThrough: z.enum(lookThroughs),
    omnibus: z.boolean(),
    usPerson: z.boolean(),
    acceptsFreeDelivery: z.boolean(),
    eligibleUntil: Timestamp,
    evidenceCommitment: Bytes32,
    stoppedUntil,
    registeredAt: Timestamp,
    blockNumber: BlockNumber.meta({ description: "Block in which the account was registered." }),
  })
  .meta({ id: "Account", description: "An account and what its custodian stated of it." });

export const AccountList = pageOf(Account).extend({ asOf: AsOf });

export const AccountAsOf = Account.extend({
  asOf: AsOf,
  standingOrderId,
  facts: z
    .array(Facts.extend({ eligibleUntil: Timestamp, at: Timestamp, blockNumber: BlockNumber }))
    .meta({ description: "All that was ever stated, oldest first." }),
  stops: z
    .array(
      z.strictObject({
        orderId: Bytes32,
        until: Timestamp.nullable().meta({ description: "Null where a stop was lifted." }),
        by: PartyCode.nullable().meta({ description: "Null where several parties decided." }),
        at: Timestamp,
        blockNumber: BlockNumber,
      }),
    )
    .meta({ description: "Stops and lifts, oldest first." }),
}).meta({ id: "AccountAsOf", description: "An account with its history." });

export const HolderParams = z.strictObject({ holderRef: HolderRef });

export const Holder = z
  .strictObject({
    asOf: AsOf,
    holderRef: HolderRef,
    accounts: z.array(
      Account.extend({
        ring: z
          .int()
          .min(1)
          .meta({ description: "Equal for accounts that are joined: what is said of one reaches all." }),
      }),
    ),
  })
  .meta({ id: "Holder", description: "A holder's accounts, as far as the caller sees them." });

export const JoinRequest = z.strictObject({
  account: Address.meta({
    description: "This account and those joined with it take over the sibling's holder reference.",
  }),
  sibling: Address,
});

export const ReassignmentRequest = z.strictObject({
  accounts: z.array(Address).min(1).max(BATCH_MAX).meta({ description: "Accounts of one custodian." }),
  custodian: PartyCode.meta({ description: "Who is to have them." }),
  reference: Bytes32.meta({
    description: "Of the order or agreement. Every party sends the same accounts and reference.",
  }),
});

const Custodian = z
  .strictObject({
    custodian: PartyCode,
    licensedUntil: Timestamp.meta({ description: "Last second of the licence." }),
    parentComplianceRef: Bytes32.nullable().meta({
      description: "Reference of the parent's compliance, if it has one.",
    }),
    evidenceHash: Bytes32,
    stoppedUntil,
    standingOrderId,
  })
  .meta({ id: "Custodian", description: "A custodian's licence and stop." });

export const CustodianList = z.strictObject({ asOf: AsOf, items: z.array(Custodian) });
