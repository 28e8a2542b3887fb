import type { z } from "zod";
import { encodeCall, type FunctionArgs, type FunctionName } from "../../chain/contracts.ts";
import type { Gateway } from "../../chain/gateway.ts";
import { checksumAddress } from "../../chain/addresses.ts";
import { accountWord } from "../../domain/accountWord.ts";
import { asciiHex } from "../../domain/hex.ts";
import { investorCategories } from "../../domain/investorCategories.ts";
import { lookThroughs } from "../../domain/lookThroughs.ts";
import { AppError } from "../../errors.ts";
import type { Caller } from "../../http/auth.ts";
import type { LedgerCall } from "../../http/command.ts";
import { secondsOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { partyIds } from "../parties/parties.view.ts";
import { requireOwnAccount } from "./holders.view.ts";
import type {
  AccountRequest,
  FactsRequest,
  JoinRequest,
  KeyProof,
  KeyProofRequest,
  LicenceRequest,
  ReassignmentRequest,
  SelfKeptAccountRequest,
  StopLiftRequest,
  StopRequest,
} from "./holders.schema.ts";

/** How the ledger writes that there is no reference. */
const NONE = `0x${"0".repeat(64)}`;

type Facts = z.output<typeof FactsRequest>;

/** Records, renews or ends the licence of a custodian. */
export async function licenseCustodian(
  db: Queryable,
  party: string,
  licence: z.output<typeof LicenceRequest>,
): Promise<LedgerCall> {
  const { licensedUntil, parentComplianceRef, evidenceHash } = licence;
  const args: FunctionArgs<"HolderRegistry", "license"> = [
    await idOf(db, party),
    secondsOf(licensedUntil),
    parentComplianceRef ?? NONE,
    evidenceHash,
  ];
  return call("license", args, "holders.license", { custodian: party, ...licence });
}

/** Registers an account of the calling custodian. */
export function registerAccount(account: z.output<typeof AccountRequest>): LedgerCall {
  return call("registerAccount", [registration(account)], "holders.register", { accounts: [account] });
}

/** Registers accounts of the calling custodian, all or none. */
export function registerAccounts(accounts: readonly z.output<typeof AccountRequest>[]): LedgerCall {
  return call("registerAccounts", [accounts.map(registration)], "holders.register", { accounts });
}

/** Registers an account whose holder keeps the key and has signed the key proof. */
export function registerSelfKept(request: z.output<typeof SelfKeptAccountRequest>): LedgerCall {
  const { account, evidenceCommitment, signature } = request;
  return call(
    "registerSelfKept",
    [account.toLowerCase(), factsWord(request), evidenceCommitment, signature],
    "holders.register-self-kept",
    { ...request, account: shown(account) },
  );
}

/** What the holder of a self-kept account signs, for an account under the calling custodian. */
export async function keyProof(
  gateway: Gateway,
  caller: Caller,
  { account, holderRef }: z.output<typeof KeyProofRequest>,
): Promise<z.input<typeof KeyProof>> {
  const { name, version, chainId, verifyingContract } = await gateway.read("HolderRegistry", "eip712Domain", []);
  return {
    domain: { name, version, chainId: Number(chainId), verifyingContract },
    types: {
      KeyProof: [
        { name: "account", type: "address" },
        { name: "custodian", type: "uint16" },
        { name: "holderRef", type: "bytes16" },
      ],
    },
    primaryType: "KeyProof",
    message: { account: shown(account), custodian: caller.partyId, holderRef },
  };
}

/**
 * Replaces the facts of an account of the calling custodian.
 * @throws AppError `unknown-account` for an account that is not the caller's.
 */
export async function updateAccount(db: Queryable, caller: Caller, account: string, facts: Facts): Promise<LedgerCall> {
  await requireOwnAccount(db, caller, account);
  return restateAccount(account, facts);
}

/** Replaces the facts of an account that is known to be the caller's. */
export function restateAccount(account: string, facts: Facts): LedgerCall {
  const args: FunctionArgs<"HolderRegistry", "updateAccount"> = [
    account.toLowerCase(),
    factsWord(facts),
    facts.evidenceCommitment,
  ];
  return call("updateAccount", args, "holders.update", { account: shown(account), ...facts });
}

/**
 * Joins the accounts of one holder. A custodian joins its own accounts alone.
 * @throws AppError `unknown-account` when the caller sees one of them not.
 */
export async function joinAccounts(
  db: Queryable,
  caller: Caller,
  { account, sibling }: z.output<typeof JoinRequest>,
): Promise<LedgerCall> {
  const seesAll = caller.roles.includes("registrar");
  for (const named of seesAll ? [] : [account, sibling]) await requireOwnAccount(db, caller, named);
  const facts = { account: shown(account), sibling: shown(sibling) };
  return call("join", [account.toLowerCase(), sibling.toLowerCase()], "holders.join", facts);
}

/** Hands accounts to another custodian: by both custodians, or by three parties under an order. */
export async function reassignAccounts(
  db: Queryable,
  { accounts, custodian, reference }: z.output<typeof ReassignmentRequest>,
): Promise<LedgerCall> {
  const addresses = accounts.map((account) => account.toLowerCase());
  const facts = { accounts: accounts.map(shown), custodian, reference };
  return call("reassign", [addresses, await idOf(db, custodian), reference], "holders.reassign", facts);
}

/** Stops every account of an account's holder by one key. */
export function stopHolder(account: string, { orderId, until }: z.output<typeof StopRequest>): LedgerCall {
  const facts = { account: shown(account), orderId, until };
  return call("stopHolder", [account.toLowerCase(), orderId, secondsOf(until)], "holders.stop-holder", facts);
}

/** Stops an account by one key. */
export function stopAccount(account: string, { orderId, until }: z.output<typeof StopRequest>): LedgerCall {
  const facts = { account: shown(account), orderId, until };
  return call("stopAccount", [account.toLowerCase(), orderId, secondsOf(until)], "holders.stop-account", facts);
}

/** Keeps an account stopped for longer. */
export function keepAccountStopped(account: string, { orderId, until }: z.output<typeof StopRequest>): LedgerCall {
  const facts = { account: shown(account), orderId, until };
  const kind = "holders.keep-account-stopped";
  return call("keepAccountStopped", [account.toLowerCase(), orderId, secondsOf(until)], kind, facts);
}

/** Lifts the stop of an account. */
export function liftAccount(account: string, { orderId }: z.output<typeof StopLiftRequest>): LedgerCall {
  const facts = { account: shown(account), orderId };
  return call("liftAccount", [account.toLowerCase(), orderId], "holders.lift-account", facts);
}

/** Stops a custodian by one key. */
export async function stopCustodian(
  db: Queryable,
  party: string,
  { orderId, until }: z.output<typeof StopRequest>,
): Promise<LedgerCall> {
  const facts = { custodian: party, orderId, until };
  return call("stopCustodian", [await idOf(db, party), orderId, secondsOf(until)], "holders.stop-custodian", facts);
}

/** Keeps a custodian stopped for longer. */
export async function keepCustodianStopped(
  db: Queryable,
  party: string,
  { orderId, until }: z.output<typeof StopRequest>,
): Promise<LedgerCall> {
  const id = await idOf(db, party);
  const facts = { custodian: party, orderId, until };
  return call("keepCustodianStopped", [id, orderId, secondsOf(until)], "holders.keep-custodian-stopped", facts);
}

/** Lifts the stop of a custodian. */
export async function liftCustodian(
  db: Queryable,
  party: string,
  { orderId }: z.output<typeof StopLiftRequest>,
): Promise<LedgerCall> {
  return call("liftCustodian", [await idOf(db, party), orderId], "holders.lift-custodian", {
    custodian: party,
    orderId,
  });
}

function call<F extends FunctionName<"HolderRegistry">>(
  name: F,
  args: FunctionArgs<"HolderRegistry", F>,
  kind: string,
  facts: LedgerCall["facts"],
): LedgerCall {
  return { kind, to: "HolderRegistry", data: encodeCall("HolderRegistry", name, args), facts };
}

/** @throws AppError `unknown-party` for a code that no party of the ledger has. */
async function idOf(db: Queryable, party: string): Promise<number> {
  const id = (await partyIds(db)).get(party);
  if (id === undefined) throw new AppError("unknown-party");
  return id;
}

function registration(account: z.output<typeof AccountRequest>) {
  const { accountRef, evidenceCommitment } = account;
  return { accountRef, facts: factsWord(account), evidenceCommitment };
}

function factsWord(facts: Facts): bigint {
  return accountWord({
    ...facts,
    residence: asciiHex(facts.residence),
    category: investorCategories.indexOf(facts.category),
    lookThrough: lookThroughs.indexOf(facts.lookThrough),
    eligibleUntil: secondsOf(facts.eligibleUntil),
  });
}

function shown(address: string): string {
  return checksumAddress(address.toLowerCase());
}
