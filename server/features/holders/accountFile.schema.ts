import { z } from "zod";
import { eligibilityDatesSchema } from "../../domain/eligibility.ts";
import { Address, Bytes32, PartyCode, Timestamp } from "../../http/schemas.ts";

export const FileParams = z.strictObject({ sha256: Bytes32 });

const Row = z.strictObject({
  row: z.int().min(1).meta({ description: "Number of the row below the header, from 1." }),
  accountRef: Bytes32.nullable(),
  state: z.enum(["pending", "registered", "renewed", "unchanged", "refused"]).meta({
    description:
      "pending: on its way to the ledger. registered, renewed: on the ledger. unchanged: the ledger had it so before. " +
      "refused: see code and pointer; correct the row and send it in a new file.",
  }),
  account: Address.nullable().meta({ description: "Once it is registered." }),
  eligibleUntil: Timestamp.nullable(),
  boundBy: z.array(eligibilityDatesSchema.keyof()).nullable().meta({ description: "Dates that end eligibility then." }),
  operationId: z.uuid().nullable().meta({ description: "Operation that carries the row." }),
  code: z.string().nullable(),
  pointer: z.string().nullable().meta({ description: "Column that is wrong; empty for the row as a whole." }),
  message: z.string().nullable(),
});

export const AccountFile = z
  .strictObject({
    sha256: Bytes32,
    custodian: PartyCode,
    sizeBytes: z.int(),
    receivedAt: Timestamp,
    counts: z.strictObject({
      pending: z.int(),
      registered: z.int(),
      renewed: z.int(),
      unchanged: z.int(),
      refused: z.int(),
    }),
    rows: z.array(Row),
  })
  .meta({ id: "AccountFile", description: "A file of accounts and what became of each of its rows." });
