import { z } from "zod";
import { lookThroughs } from "../../domain/lookThroughs.ts";
import { AsOf } from "../../http/asOf.ts";
import {
  Address,
  AmountMinor,
  Bytes32,
  ClassId,
  PartyCode,
  Timestamp,
  Units,
  asOfBlock,
  queryInteger,
} from "../../http/schemas.ts";
import { filingStates } from "../../domain/filingStates.ts";
import { disclaimer } from "../filings/filings.view.ts";

const holders = z.int().meta({ description: "Holders with units, each counted once whatever its accounts." });
const accounts = z.int().meta({ description: "Accounts with units." });
const mainlandHolders = z
  .int()
  .meta({ description: "Holders with units who reside in the Chinese mainland, or have mainland owners or control." });
const unresolvedHolders = z.int().meta({ description: "Holders with units whose look-through is unresolved." });
const faceMinor = AmountMinor.meta({ description: "Face of the units, in minor units of the deal's currency." });

// Register

export const ClassParams = z.strictObject({ classId: ClassId });

// A register is read whole; beyond this many accounts it comes in pages.
const ROWS_MAX = 10_000;

export const RegisterQuery = z.strictObject({
  asOfBlock,
  account: Address.optional(),
  limit: queryInteger(1, ROWS_MAX).default(ROWS_MAX).meta({ description: "Most rows in the answer." }),
  cursor: z
    .string()
    .max(500)
    .optional()
    .meta({ description: "`next` of the page before; it keeps to the block of that page." }),
});

const RegisterRow = z
  .strictObject({
    account: Address,
    holderRef: z.string(),
    custodian: PartyCode,
    residence: z.string(),
    lookThrough: z.enum(lookThroughs),
    units: Units,
    frozenUnits: Units.meta({ description: "Units that orders freeze; may be more than the account has." }),
    faceMinor,
  })
  .meta({ id: "RegisterRow", description: "What one account holds of a class." });

export const Register = z
  .strictObject({
    asOf: AsOf,
    classId: ClassId,
    label: z.string(),
    isin: z.string().nullable(),
    note: Address,
    currency: z.string(),
    unitFaceMinor: AmountMinor,
    totals: z
      .strictObject({ accounts, holders, units: Units, faceMinor })
      .meta({ description: "Over all rows that the caller sees, not only those of this page." }),
    rows: z.array(RegisterRow).meta({ description: "In the order of the accounts' addresses." }),
    next: z.string().nullable(),
  })
  .meta({ id: "Register", description: "Who holds a class at the end of a block; a custodian sees its own accounts." });

// Oversight

const ofResidence = { residence: z.string(), holders, accounts };

const OversightClass = z.strictObject({
  classId: ClassId,
  label: z.string(),
  isin: z.string().nullable(),
  tokenised: z.boolean(),
  pausedUntil: Timestamp.nullable().meta({ description: "Last second of the pause; null unless paused." }),
  unitFaceMinor: AmountMinor.nullable(),
  capMinor: AmountMinor.nullable(),
  issuedMinor: AmountMinor.meta({ description: "Headroom of the filing that issuances have taken." }),
  unitsHeld: Units.meta({ description: "Sum of the register." }),
  faceHeldMinor: faceMinor,
  holders,
  accounts,
  mainlandHolders,
  unresolvedHolders,
  residences: z.array(z.strictObject({ ...ofResidence, units: Units, faceMinor })),
});

const OversightDeal = z.strictObject({
  dealId: Bytes32,
  filing: z.strictObject({
    filingId: Bytes32,
    filingRef: z.string(),
    filingEntity: PartyCode,
    issuer: PartyCode,
    version: z.int(),
    state: z.enum(filingStates).meta({ description: "At the time of the block; a suspension ends by the clock." }),
    suspendedUntil: Timestamp.nullable(),
    filingHash: Bytes32,
    evidenceHash: Bytes32.nullable(),
    recordedAt: Timestamp.nullable(),
    disclaimer: z.literal(disclaimer),
  }),
  superseded: z.boolean().meta({ description: "Whether the filing has a newer version than this deal." }),
  currency: z.string(),
  holders,
  accounts,
  mainlandHolders,
  unresolvedHolders,
  residences: z.array(z.strictObject({ ...ofResidence, faceMinor })),
  classes: z.array(OversightClass),
});

export const Oversight = z
  .strictObject({ asOf: AsOf, deals: z.array(OversightDeal).meta({ description: "Newest first." }) })
  .meta({ id: "Oversight", description: "Every deal: was it filed, how much was issued, and where it is held." });
