import { AbiCoder, id, keccak256, ParamType } from "ethers";
import type { DealTerms } from "../domain/dealTerms.ts";
import type { Hex } from "../domain/hex.ts";

/**
 * The layout of terms in the manner of EIP-712: the struct, then what it refers to in alphabetical order, enums and party
 * numbers as plain integers. The ledger hashes the same string (`TERMS_TYPEHASH` in DealTerms.sol); a change of layout
 * changes it, so that terms of two layouts never share a hash.
 */
export const TERMS_TYPE =
  "DealTerms(uint16 version,bytes32 dealDocumentHash,uint16 filingEntity,uint16 issuer,uint16 trustee," +
  "uint16 payingAgent,uint16 servicer,bytes3 currency,int16 utcOffsetMinutes,bytes32 calendarTableHash," +
  "uint32 cutoffDate,uint32 closingDateEarliest,uint32 closingDateLatest,uint32 firstPaymentDate," +
  "uint32 legalFinalMaturityDate,ClassTerms[] classes,StepTerms[] steps)" +
  "ClassTerms(string label,bytes12 isin,bool tokenised,uint64 unitFaceMinor,uint128 originalBalanceLowestMinor," +
  "uint128 originalBalanceHighestMinor,uint8 rateKind,uint64 rateLowestE10,uint64 rateHighestE10,uint8 dayCount," +
  "bool adjustedAccrual,uint8 rounding,uint16 admittedCategories,RuleTerms rules)" +
  "ResidenceRule(bytes2 residence,uint16 categories)" +
  "RuleTerms(uint32 lockUpSeconds,uint32 complianceSeconds,uint32 minimumUnits,uint32 maxHolders," +
  "ResidenceRule[] residences)" +
  "StepTerms(uint8 kind,uint16 classes,uint16 payee,uint64 capMinor)";

/** `TERMS_TYPEHASH` of the ledger. */
export const termsTypehash = id(TERMS_TYPE) as Hex;

/** ABI type of terms, read off the layout so that the two cannot differ and no build of the contracts is needed. */
export const termsParameter = parameterOf("DealTerms");

function parameterOf(struct: string): ParamType {
  const members = new RegExp(`(?:^|\\))${struct}\\(([^)]*)\\)`).exec(TERMS_TYPE)?.[1] ?? "";
  const components = members.split(",").map((member) => {
    const [type = "", name = ""] = member.split(" ");
    if (!/^[A-Z]/.test(type)) return ParamType.from({ type, name });
    const [, of = "", list = ""] = /^(\w+)(\[\])?$/.exec(type) ?? [];
    return ParamType.from({ type: `tuple${list}`, name, components: parameterOf(of).components });
  });
  return ParamType.from({ type: "tuple", name: struct, components });
}

/**
 * The hash under which terms are filed: `keccak256(abi.encode(TERMS_TYPEHASH, terms))`, as `DealRegistry` computes it from
 * the terms it stores.
 */
export function termsHash(terms: DealTerms): Hex {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", termsParameter], [termsTypehash, terms])) as Hex;
}

/** What a filing hash is made of. */
export interface FiledContent {
  readonly bundleHash: Hex;
  readonly termsHash: Hex;
  /** Most that may ever be issued of each class, in minor units, in the order of the terms. */
  readonly capsMinor: readonly bigint[];
  /** Numbers of the parties on the ledger. */
  readonly filingEntity: number;
  readonly issuer: number;
}

/** The hash that attesters attest, as `FilingRegistry.filingHashOf` computes it. */
export function filingHash({ bundleHash, termsHash, capsMinor, filingEntity, issuer }: FiledContent): Hex {
  const types = ["bytes32", "bytes32", "uint128[]", "uint16", "uint16"];
  const values = [bundleHash, termsHash, capsMinor, filingEntity, issuer];
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, values)) as Hex;
}
