import { z } from "zod";
import { checkResults, checks, heads, permitKinds, repeatedChecks } from "../../domain/examination.ts";
import { Instant } from "../../http/instant.ts";
import { Bytes32, CivilDate } from "../../http/schemas.ts";

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
