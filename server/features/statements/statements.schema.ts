import { z } from "zod";
import { AsOf } from "../../http/asOf.ts";
import {
  Address,
  BlockNumber,
  Bytes32,
  CivilDate,
  ClassId,
  Page,
  PartyCode,
  Timestamp,
  Units,
  UnitsRequested,
  pageOf,
  queryInteger,
} from "../../http/schemas.ts";

// Record dates are numbered with 24 bits on the ledger, sub-holders with 32.
const RECORD_DATES_MAX = 2 ** 24 - 1;
const SUB_HOLDERS_MAX = 2 ** 32 - 1;

export const AccountParams = z.strictObject({ account: Address });
export const RecordDateParams = z.strictObject({
  classId: ClassId,
  recordDateId: queryInteger(1, RECORD_DATES_MAX).meta({
    description: "Number of the record date in the deal, from 1.",
  }),
});

const residence = z
  .string()
  .regex(/^[ -~]{2}$/, "Expected two ASCII characters.")
  .meta({ description: "ISO 3166-1 alpha-2 in capitals; never `CN`.", example: "HK" });

export const StatementRequest = z.strictObject({
  classId: ClassId,
  recordDateId: z.int().min(1).max(RECORD_DATES_MAX),
  totals: z
    .array(z.strictObject({ residence, units: UnitsRequested }))
    .max(250)
    .meta({
      description: "Units of the sub-holders by residence, in ascending order; they add up to what the account held.",
    }),
  subHolders: z.int().min(0).max(SUB_HOLDERS_MAX).meta({ description: "How many clients stand behind the account." }),
  listHash: Bytes32.meta({ description: "Salted hash of the list of sub-accounts, which stays with the custodian." }),
});

export const Statement = z
  .strictObject({
    account: Address,
    classId: ClassId,
    recordDateId: z.int(),
    recordDate: CivilDate,
    custodian: PartyCode.meta({ description: "Who stated it." }),
    totals: z.array(z.strictObject({ residence: z.string(), units: Units })),
    units: Units,
    subHolders: z.int(),
    listHash: Bytes32,
    stands: z.boolean().meta({ description: "False when a later statement of the same record date took its place." }),
    at: Timestamp,
    blockNumber: BlockNumber,
  })
  .meta({ id: "Statement", description: "Who stands behind an omnibus account at a record date, by residence." });

export const StatementQuery = Page.extend({ classId: ClassId.optional() });
export const StatementList = pageOf(Statement).extend({ asOf: AsOf });

export const StatementDuties = z
  .strictObject({
    asOf: AsOf,
    classId: ClassId,
    recordDateId: z.int(),
    recordDate: CivilDate,
    items: z.array(
      z.strictObject({
        account: Address,
        custodian: PartyCode,
        units: Units.meta({ description: "What the account held when the record date closed." }),
        statement: Statement.nullable().meta({ description: "Null while it is due: the account receives nothing." }),
      }),
    ),
  })
  .meta({
    id: "StatementDuties",
    description: "Omnibus accounts that held units at a record date, and their statements.",
  });
