import { randomUUID } from "node:crypto";
import { AppError } from "../errors.ts";
import type { Database, Queryable } from "../store/database.ts";
import type { NewOperation } from "../store/operation.ts";
import { insertOperation, maxNonce } from "../store/operations.ts";
import { partyByCode } from "../store/parties.ts";
import { insertRefusal } from "../store/refusals.ts";
import { isStored, problemAnswer, type Answer, type Save } from "./idempotency.ts";
import { operationBody, operationPath } from "./operation.ts";

/** A command as a service states it. The signer is always a key of the caller's own party. */
export type LedgerCall = {
  /** For example `filings.submit`. */
  kind: string;
  /** Name of a contract that stands once, or the address of a note. */
  to: string;
  /** ABI-encoded call, 0x…. */
  data: string;
  /** What is asked for, as the operation shows it; amounts as strings. */
  facts: Readonly<Record<string, unknown>>;
  /** Keeps in schema `records` what the call carries only a hash of, in the transaction that stores the operation. */
  keep?(tx: Queryable): Promise<void>;
};

/** What the spine asks of the ledger. */
export type Gateway = {
  readonly chainId: number;
  /** Address (EIP-55) of a contract by its name; an address stands for itself. */
  addressOf(target: string): string;
  /** Address (EIP-55) of a party's key, when this process holds it. */
  heldAddressOf(party: string): string | undefined;
  /** Tries a call without sending it. Throws the AppError that the refusal of a contract maps to. */
  simulate(call: { from: string; to: string; data: string }): Promise<{ gasLimit: bigint }>;
  /** How many transactions of a key the ledger has included: its next nonce. */
  transactionCount(address: string): Promise<number>;
  /** keccak-256 of a text in UTF-8, 0x…. */
  keccak256(text: string): string;
};

export type CommandDeps = {
  database: Database;
  gateway: Gateway;
  /** Tells the lane of a signing key that it has work. */
  wakeLane(signer: string): void;
};

export type Command = {
  party: string;
  operationRef: string;
  call: LedgerCall;
  /** Key of the party that the client will sign with; undefined takes its usual one. */
  signingKey: string | undefined;
};

/**
 * The one way of a command to the ledger: check it, store it with its answer, wake the lane. Nothing is signed here.
 * @throws AppError of the refusal when the ledger would refuse it; a row of it is kept.
 */
export async function runCommand(
  { database, gateway, wakeLane }: CommandDeps,
  { party, operationRef, call, signingKey }: Command,
  save: Save,
): Promise<Answer> {
  const signer = await signerOf(database, gateway, party, signingKey);
  let operation: NewOperation;
  try {
    operation = await checkCall(database, gateway, signer, { party, operationRef, call });
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    return keepRefusal(database, { party, kind: call.kind, error }, save);
  }
  const answer = await database.tx(async (tx) => {
    await call.keep?.(tx);
    const stored = await insertOperation(tx, operation);
    const body = JSON.stringify(operationBody(stored, gateway.chainId));
    const accepted = { status: 202, body, location: operationPath(stored.id) };
    await save(tx, accepted);
    return accepted;
  });
  if (signer.isHeldHere) wakeLane(signer.address);
  return answer;
}

/** The key that signs a command, and whether this process has it. */
export type Signer = { address: string; isHeldHere: boolean };

/**
 * Asks the ledger whether it would carry out a call, and makes the operation that is stored if so.
 * @throws AppError of the refusal.
 */
export async function checkCall(
  db: Queryable,
  gateway: Gateway,
  signer: Signer,
  { party, operationRef, call }: Omit<Command, "signingKey">,
): Promise<NewOperation> {
  const target = gateway.addressOf(call.to);
  const { gasLimit } = await gateway.simulate({ from: signer.address, to: target, data: call.data });
  return {
    id: randomUUID(),
    party,
    kind: call.kind,
    signer: signer.address,
    target,
    data: call.data,
    gasLimit,
    operationRef,
    facts: call.facts,
    ...(signer.isHeldHere
      ? { state: "queued" }
      : { state: "prepared", nonce: await nextNonce(db, gateway, signer.address) }),
  };
}

/** The first nonce of a key that neither the ledger nor a signed transaction has used. */
export async function nextNonce(
  db: Queryable,
  gateway: Pick<Gateway, "transactionCount">,
  signer: string,
): Promise<number> {
  const [included, signed] = await Promise.all([gateway.transactionCount(signer), maxNonce(db, signer)]);
  return Math.max(included, (signed ?? -1) + 1);
}

/**
 * The key that a party signs with: the one that it names, or its usual one.
 * @throws AppError `signing-key-unknown`.
 */
export async function signerOf(
  db: Queryable,
  gateway: Pick<Gateway, "heldAddressOf">,
  party: string,
  signingKey?: string,
): Promise<Signer> {
  const held = gateway.heldAddressOf(party);
  if (held !== undefined && (signingKey === undefined || isSameAddress(held, signingKey))) {
    return { address: held, isHeldHere: true };
  }
  const known = (await partyByCode(db, party))?.addresses ?? [];
  const address = signingKey === undefined ? known[0] : known.find((one) => isSameAddress(one, signingKey));
  if (address === undefined) throw new AppError("signing-key-unknown");
  return { address, isHeldHere: false };
}

/** Keeps a refusal and its answer together; those that are no answer for good are only kept and thrown on. */
async function keepRefusal(
  database: Database,
  { party, kind, error }: { party: string; kind: string; error: AppError },
  save: Save,
): Promise<Answer> {
  const { restrictions = [], values = {} } = error.details;
  const answer = problemAnswer(error);
  await database.tx(async (tx) => {
    await insertRefusal(tx, {
      party,
      kind,
      code: error.code,
      restrictions: restrictions.map(({ number }) => number),
      values,
    });
    if (isStored(error)) await save(tx, answer);
  });
  if (!isStored(error)) throw error;
  return answer;
}

function isSameAddress(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
