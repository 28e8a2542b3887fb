import { createHash } from "node:crypto";

/** An account of the story. Holders are made up; the ledger knows them by random-looking references alone. */
export type CastAccount = {
  name: string;
  custodian: "peak-custody" | "merlion-custody";
  residence: string;
  category: string;
};

const HK_CORPORATE = "hong-kong-corporate";
const HK_INSTITUTIONAL = "hong-kong-institutional";
const SG_INSTITUTIONAL = "singapore-institutional";
const OTHER = "other-institutional";

/** Thirteen accounts at two custodians, in six places of residence. */
export const ACCOUNTS: readonly CastAccount[] = [
  { name: "kestrel", custodian: "peak-custody", residence: "HK", category: HK_INSTITUTIONAL },
  { name: "heron", custodian: "peak-custody", residence: "HK", category: HK_CORPORATE },
  { name: "osprey", custodian: "peak-custody", residence: "HK", category: HK_INSTITUTIONAL },
  { name: "plover", custodian: "peak-custody", residence: "GB", category: OTHER },
  { name: "curlew", custodian: "peak-custody", residence: "LU", category: OTHER },
  { name: "avocet", custodian: "peak-custody", residence: "MO", category: OTHER },
  { name: "lapwing", custodian: "peak-custody", residence: "GB", category: OTHER },
  { name: "dugong", custodian: "merlion-custody", residence: "SG", category: SG_INSTITUTIONAL },
  { name: "pangolin", custodian: "merlion-custody", residence: "SG", category: SG_INSTITUTIONAL },
  { name: "tapir", custodian: "merlion-custody", residence: "JP", category: OTHER },
  { name: "civet", custodian: "merlion-custody", residence: "JP", category: OTHER },
  { name: "loris", custodian: "merlion-custody", residence: "SG", category: SG_INSTITUTIONAL },
  { name: "binturong", custodian: "merlion-custody", residence: "HK", category: HK_CORPORATE },
];

/** A 32-byte reference of the story, the same in every run. A real custodian draws it at random. */
export function reference(label: string): string {
  return `0x${createHash("sha256").update(`narrowgate demo, made up: ${label}`).digest("hex")}`;
}

/** A holder's reference, 16 bytes. */
export function holderReference(name: string): string {
  return reference(`holder ${name}`).slice(0, 34);
}
