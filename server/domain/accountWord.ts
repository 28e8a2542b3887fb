/** What a custodian states of an account, in the numbers and bytes of the ledger. */
export interface AccountFacts {
  /** Random reference of the holder behind the account, sixteen bytes. */
  readonly holderRef: string;
  /** ISO 3166-1 alpha-2 as two bytes. */
  readonly residence: string;
  /** Number of the investor category. */
  readonly category: number;
  /** Number of the look-through result. */
  readonly lookThrough: number;
  /** Whether the holder keeps the account for clients of its own. */
  readonly omnibus: boolean;
  readonly usPerson: boolean;
  /** Whether units may come free of payment from accounts of other custodians. */
  readonly acceptsFreeDelivery: boolean;
  /** Last second at which the account may receive. */
  readonly eligibleUntil: number;
}

/** An account as the ledger keeps it. */
export interface AccountRecord extends AccountFacts {
  /** Party number of the custodian; 0 for an account that nobody registered. */
  readonly custodian: number;
  readonly selfKept: boolean;
  /** Last second of the account's stop; 0 for none. */
  readonly stoppedUntil: number;
}

const SELF_KEPT = 1;
const OMNIBUS = 2;
const US_PERSON = 4;
const ACCEPTS_FREE_DELIVERY = 8;

/** Packs what a custodian states of an account into the ledger's word (`AccountWord`), without judging it. */
export function accountWord(facts: AccountFacts): bigint {
  const flags =
    (facts.omnibus ? OMNIBUS : 0) |
    (facts.usPerson ? US_PERSON : 0) |
    (facts.acceptsFreeDelivery ? ACCEPTS_FREE_DELIVERY : 0);
  return (
    BigInt(facts.holderRef) |
    (BigInt(facts.residence) << 128n) |
    (BigInt(facts.category) << 160n) |
    (BigInt(facts.lookThrough) << 168n) |
    (BigInt(flags) << 176n) |
    (BigInt(facts.eligibleUntil) << 184n)
  );
}

/** The word of an account when its custodian has stated it. */
export function wordAt(facts: bigint, custodian: bigint): bigint {
  return facts | (custodian << 144n);
}

/** Reads the ledger's word of an account. */
export function accountRecord(word: bigint): AccountRecord {
  const part = (shift: bigint, bits: number) => Number(BigInt.asUintN(bits, word >> shift));
  const bytes = (shift: bigint, size: number) =>
    `0x${BigInt.asUintN(size * 8, word >> shift)
      .toString(16)
      .padStart(size * 2, "0")}`;
  const flags = part(176n, 8);
  return {
    holderRef: bytes(0n, 16),
    residence: bytes(128n, 2),
    custodian: part(144n, 16),
    category: part(160n, 8),
    lookThrough: part(168n, 8),
    selfKept: (flags & SELF_KEPT) !== 0,
    omnibus: (flags & OMNIBUS) !== 0,
    usPerson: (flags & US_PERSON) !== 0,
    acceptsFreeDelivery: (flags & ACCEPTS_FREE_DELIVERY) !== 0,
    eligibleUntil: part(184n, 40),
    stoppedUntil: part(224n, 32),
  };
}
