import { z } from "zod";
import { currencySchema } from "../../domain/money.ts";
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
  queryInteger,
} from "../../http/schemas.ts";

// Most accounts that the ledger takes at once.
const BATCH_MAX = 200;

/** Currencies that are admitted may be any three letters; the currencies of deals are those that the registry knows. */
const Currency = currencySchema.meta({ description: "ISO 4217 code.", example: "USD" });

export const entitlementStates = ["due", "paid", "held", "released"] as const;

export const DepositRequest = z.strictObject({
  currency: Currency,
  deposit: Address.meta({ description: "Contract of the deposit on the ledger." }),
  admissionRef: Bytes32.meta({ description: "Reference of this decision, equal in all three calls." }),
});

export const DepositList = z.strictObject({
  asOf: AsOf,
  items: z.array(z.strictObject({ currency: z.string(), deposit: Address, admittedAt: Timestamp })),
});

export const DepositParams = z.strictObject({ currency: Currency });
export const AllowanceRequest = z.strictObject({ amountMinor: AmountMinor });

export const PartyParams = z.strictObject({ party: PartyCode });

export const CashAccountRequest = z.strictObject({
  currency: Currency,
  cashAccount: Address.meta({ description: "Where the deposit is credited." }),
  instructionRef: Bytes32.meta({ description: "Reference of this instruction, equal in both calls." }),
});

export const CashAccountList = z.strictObject({
  asOf: AsOf,
  items: z.array(z.strictObject({ currency: z.string(), cashAccount: Address, since: Timestamp })),
});

export const FundingRequest = z.strictObject({
  amountMinor: AmountMinor.meta({ description: "The total of the posting, which the caller means to pay." }),
});

const ClassIndex = z.int().min(0).max(255).meta({ description: "Place of the class in the terms, from 0." });

const accounts = z.array(Address).min(1).max(BATCH_MAX).optional();

export const PaymentRequest = z.strictObject({
  classIndex: ClassIndex,
  accounts: accounts.meta({
    description: `Those to be paid; the next ${BATCH_MAX} that are unpaid when left out. Not for a retained class.`,
  }),
});

export const ReleaseRequest = z.strictObject({
  classIndex: ClassIndex,
  accounts: accounts.meta({
    description: `Those whose share is held; the first ${BATCH_MAX} of them when left out.`,
  }),
});

export const FeePaymentRequest = z.strictObject({
  line: z.int().min(0).max(1_000).meta({ description: "Index of the fee among the lines of the posting." }),
});

export const Entitlement = z
  .strictObject({
    classIndex: ClassIndex,
    account: Address,
    custodian: PartyCode,
    units: Units.meta({ description: "At the end of the record date." }),
    amountMinor: AmountMinor,
    state: z.enum(entitlementStates).meta({
      description: "held: kept until the account is stopped no longer. released: paid after it had been held.",
    }),
    failedAt: Timestamp.nullable().meta({ description: "When the deposit last did not move; null once it has." }),
    changedAt: Timestamp,
  })
  .meta({ id: "Entitlement", description: "What an account is paid of a class on a payment date." });

export const EntitlementList = pageOf(Entitlement).extend({ asOf: AsOf });

export const EntitlementQuery = Page.extend({
  classIndex: queryInteger(0, 255).optional(),
  state: z.enum(entitlementStates).optional(),
});

export const PaymentList = z
  .strictObject({
    asOf: AsOf,
    funding: z
      .strictObject({ deposit: Address, amountMinor: AmountMinor, at: Timestamp, transactionHash: Bytes32 })
      .nullable(),
    classes: z.array(
      z.strictObject({
        classIndex: ClassIndex,
        paidMinor: AmountMinor,
        heldMinor: AmountMinor,
        openAccounts: z.int(),
      }),
    ),
    parties: z
      .array(
        z.strictObject({
          payee: PartyCode,
          line: z.int().nullable().meta({ description: "Line of a fee." }),
          classIndex: ClassIndex.nullable().meta({ description: "Of a retained class." }),
          amountMinor: AmountMinor,
          paidAt: Timestamp.nullable(),
          transactionHash: Bytes32.nullable(),
        }),
      )
      .meta({ description: "Fees, and what retained classes share." }),
    custodians: z
      .array(
        z.strictObject({
          custodian: PartyCode,
          classIndex: ClassIndex,
          cashAccount: Address,
          amountMinor: AmountMinor,
          at: Timestamp,
          blockNumber: BlockNumber,
          transactionHash: Bytes32,
        }),
      )
      .meta({ description: "Deposit transfers to custodians; a custodian sees its own, the paying agent all." }),
  })
  .meta({ id: "PaymentList", description: "What was paid of a posted period." });
