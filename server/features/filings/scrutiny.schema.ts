import { z } from "zod";
import { checkResults, checks, heads, permitKinds, repeatedChecks } from "../../domain/examination.ts";
import { AsOf } from "../../http/asOf.ts";
import { Instant } from "../../http/instant.ts";
import { BlockNumber, Bytes32, CivilDate, PartyCode, Timestamp } from "../../http/schemas.ts";

const version = z.int().min(1).max(65_535).meta({ description: "Version of the filing that is examined." });
const evidenceHash = Bytes32.meta({ description: "SHA-256 of the statement." });
const result = z.enum(checkResults).exclude(["not-assessed"]);

export const AssessmentRequest = z.strictObject({
  version,
  bundleHash: Bytes32,
  checks: z
    .record(z.enum(checks), z.enum(checkResults))
    .meta({ description: "Result of each of the fourteen checks." }),
  evidenceRoot: Bytes32.meta({ description: "Root of the hashes of the evidence of each check." }),
});

export const RecheckRequest = z.strictObject({
  checks: z.record(z.enum(repeatedChecks), result),
  evidenceHash,
});

export const ScrutinyRequest = z.strictObject({
  version,
  head: z.enum(heads),
  isSound: z.boolean(),
  examinedOn: CivilDate,
  evidenceHash,
});

export const PermitRequest = z.strictObject({
  kind: z.enum(permitKinds),
  isRequired: z.boolean(),
  isObtained: z.boolean(),
  referenceHash: Bytes32.nullable().meta({ description: "SHA-256 of the permit; null only when not obtained." }),
  expiresAt: Instant.nullable().meta({ description: "Last second of the permit; null when it has no end." }),
});

/** Where and when something was stated. */
const statedAt = { at: Timestamp, blockNumber: BlockNumber };

const checkResult = z.strictObject({ check: z.enum(checks), result: z.enum(checkResults) });

export const Scrutiny = z
  .strictObject({
    asOf: AsOf,
    filingId: Bytes32,
    version,
    assessment: z
      .strictObject({
        assessor: PartyCode,
        bundleHash: Bytes32,
        evidenceRoot: Bytes32.meta({ description: "Root of the hashes of the evidence of each check." }),
        ...statedAt,
      })
      .nullable()
      .meta({ description: "Who stated the results of the checks, when and on what evidence; null before." }),
    checks: z.array(checkResult).meta({ description: "All fourteen checks by name." }),
    heads: z.array(
      z.strictObject({
        head: z.enum(heads),
        finding: z
          .strictObject({
            isSound: z.boolean(),
            examinedOn: CivilDate,
            assessor: PartyCode,
            evidenceHash,
            ...statedAt,
          })
          .nullable()
          .meta({ description: "Null while nobody has examined it." }),
      }),
    ),
    rechecks: z.array(
      z.strictObject({
        checks: z.array(checkResult),
        assessor: PartyCode,
        validUntil: Timestamp.nullable().meta({
          description: "Last second it serves an issuance; null when one failed.",
        }),
        evidenceHash,
        ...statedAt,
      }),
    ),
    isRechecked: z.boolean().meta({ description: "Whether the last recheck still serves an issuance." }),
  })
  .meta({ id: "Scrutiny", description: "What was examined of the version of a filing that stands." });

export const Permits = z
  .strictObject({
    asOf: AsOf,
    filingId: Bytes32,
    version,
    items: z.array(
      z.strictObject({
        kind: z.enum(permitKinds),
        stated: z
          .strictObject({
            isRequired: z.boolean(),
            isObtained: z.boolean(),
            referenceHash: Bytes32.nullable().meta({ description: "SHA-256 of the permit." }),
            expiresAt: Timestamp.nullable().meta({
              description: "Last second of the permit; null when it has no end.",
            }),
            isExpired: z.boolean(),
            isMissing: z.boolean().meta({ description: "Needed and not held: the filing cannot be recorded." }),
            ...statedAt,
          })
          .nullable()
          .meta({ description: "Null while nobody has said whether it is needed." }),
      }),
    ),
  })
  .meta({ id: "Permits", description: "Every kind of permit that the version of a filing that stands may need." });
