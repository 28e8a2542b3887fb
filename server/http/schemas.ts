import { z } from "zod";
import "zod-openapi";

// Shapes that several features share, each under one name in the OpenAPI document.

export const Units = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,19})$/, "Expected a whole number as a decimal string, without sign or leading zero.")
  .meta({ id: "Units", description: "Units of face of a class, as a decimal string.", example: "125000" });

/** Units that a command asks for: what the ledger's 64 bits can hold. */
export const UnitsRequested = Units.refine((text) => !/^\d{1,20}$/.test(text) || BigInt(text) < 2n ** 64n, {
  params: { code: "out-of-range" },
  message: "Expected less than 2 to the power of 64.",
});

export const AmountMinor = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,38})$/, "Expected a whole number as a decimal string, without sign or leading zero.")
  .meta({ id: "AmountMinor", description: "Money in minor units of its currency, as a decimal string." });

export const Address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "Expected 0x and 40 hexadecimal digits.")
  .meta({ id: "Address", description: "Address on the ledger; answers write it with its EIP-55 checksum." });

export const Bytes32 = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/, "Expected 0x and 64 lower-case hexadecimal digits.")
  .meta({ id: "Bytes32", description: "32 bytes: a hash, a reference or an id." });

export const HexData = z
  .string()
  .regex(/^0x([0-9a-f]{2})*$/, "Expected 0x and an even number of lower-case hexadecimal digits.")
  .meta({ id: "HexData", description: "Bytes of any length." });

export const HolderRef = z
  .string()
  .regex(/^0x[0-9a-f]{32}$/, "Expected 0x and 32 lower-case hexadecimal digits.")
  .meta({ id: "HolderRef", description: "Random reference of a holder: no name, and no hash of one." });

export const PartyCode = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "Expected lower-case letters, digits and hyphens.")
  .meta({ id: "PartyCode", description: "Short name of a party.", example: "harbour-custody" });

export const Timestamp = z.iso
  .datetime()
  .meta({ id: "Timestamp", description: "Instant in UTC (RFC 3339).", example: "2026-11-22T09:30:00.000Z" });

export const CivilDate = z.iso
  .date()
  .meta({ id: "CivilDate", description: "Calendar day in the deal's time zone.", example: "2026-12-15" });

export const BlockNumber = z.int().min(0).meta({ id: "BlockNumber", description: "Number of a block of the ledger." });

export const ClassId = z
  .string()
  .regex(/^0x[0-9a-f]{64}\.(0|[1-9]\d?)$/, "Expected the id of a deal, a dot and the index of the class.")
  .meta({ id: "ClassId", description: "Id of the deal, a dot and the index of the class, from 0." });

/** A whole number in a query or a path, which arrives as text: digits alone, so that `1e3` or an empty text is none. */
export function queryInteger(min: number, max: number) {
  return z
    .string()
    .regex(/^(0|[1-9]\d{0,15})$/, "Expected a whole number in digits.")
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .meta({ override: { type: "integer", pattern: undefined, minimum: min, maximum: max } });
}

/** Query field of a read that can be as of an earlier block. */
export const asOfBlock = queryInteger(0, Number.MAX_SAFE_INTEGER)
  .optional()
  .meta({ description: "Show the state as of this block; the last one read unless told." });

export const AsOfQuery = z.strictObject({ asOfBlock });

/** Query fields of a list; combine with `.extend`. */
export const Page = z.strictObject({
  limit: queryInteger(1, 200).default(50).meta({ description: "Most entries in the answer; 50 unless told." }),
  cursor: z.string().max(500).optional().meta({ description: "`next` of the page before." }),
});

/** Answer of a list. `next` is null on the last page. */
export function pageOf<Item extends z.ZodType>(items: Item) {
  return z.strictObject({ items: z.array(items), next: z.string().nullable() });
}

/** A payment cycle in a path; periods are 16-bit numbers on the ledger. */
export const CycleParams = z.strictObject({
  dealId: Bytes32,
  period: queryInteger(1, 65_535).meta({ description: "Number of the payment date, from 1." }),
});
