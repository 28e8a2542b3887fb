import { z } from "zod";
import { assetClasses, obligorBands } from "../../domain/examination.ts";
import { currencySchema } from "../../domain/money.ts";
import { AsOf } from "../../http/asOf.ts";
import {
  AmountMinor,
  BlockNumber,
  Bytes32,
  CivilDate,
  Page,
  Timestamp,
  asOfBlock,
  pageOf,
} from "../../http/schemas.ts";

const version = z.int().min(1).max(65_535).meta({ description: "Version of the filing that the pool backs." });

const account = (whose: string) =>
  Bytes32.meta({ description: `Salted commitment to the account ${whose}. The three accounts differ.` });

export const PoolRequest = z.strictObject({
  version,
  assetClass: z.enum(assetClasses).exclude(["none"]),
  tapeHash: Bytes32.meta({ description: "SHA-256 of the pool tape." }),
  cutoffDate: CivilDate,
  balanceMinor: AmountMinor,
  currency: currencySchema.meta({ description: "ISO 4217 code.", example: "USD" }),
  obligorBand: z.enum(obligorBands).exclude(["none"]),
  reasonHash: Bytes32.nullable().meta({ description: "SHA-256 of the reason, for `other-recognised` alone." }),
  relatedAssetsOpinionHash: Bytes32.nullable().meta({ description: "SHA-256 of the opinion on a mixed pool." }),
  spvAccount: account("of the special-purpose vehicle"),
  collectionAccount: account("that collections reach"),
  distributionAccount: account("that holders are paid from"),
});

export const TitleRequest = z.strictObject({
  version,
  titleEvidenceHash: Bytes32,
  transferEvidenceHash: Bytes32,
});

export const CommitmentsRequest = z.strictObject({
  version,
  commitments: z
    .array(Bytes32)
    .min(1)
    .max(500)
    .meta({ description: "Keyed hash of each asset, as the title registry made it; one asset backs one live pool." }),
});

/** Where and when something was stated. */
const statedAt = { at: Timestamp, blockNumber: BlockNumber };

export const AssetPool = z
  .strictObject({
    asOf: AsOf,
    filingId: Bytes32,
    version,
    pool: PoolRequest.omit({ version: true })
      .extend({ currency: z.string().meta({ description: "ISO 4217 code, as stated." }), ...statedAt })
      .nullable()
      .meta({ description: "Null before it is stated." }),
    title: TitleRequest.omit({ version: true })
      .extend(statedAt)
      .nullable()
      .meta({ description: "Evidence of title to the assets and of its transfer; null before it is stated." }),
    assets: z.int().meta({ description: "How many assets were committed." }),
  })
  .meta({ id: "AssetPool", description: "What backs the version of a filing that stands." });

export const AssetCommitmentQuery = Page.extend({ asOfBlock });

export const AssetCommitmentList = pageOf(z.strictObject({ commitment: Bytes32, blockNumber: BlockNumber })).extend({
  asOf: AsOf,
  version,
});
