import { hexlify, id, toUtf8Bytes, ZeroHash, type ContractTransactionResponse, type Result } from "ethers";
import type { DealTermsStruct, INote as Issuance, PricingStruct } from "../../types/contracts/DealRegistry.ts";
import type { IFilingRegistry } from "../../types/contracts/FilingRegistry.ts";
import type { IHolderRegistry } from "../../types/contracts/HolderRegistry.ts";
import { accountRecord, accountWord, type AccountFacts, type AccountRecord } from "../../server/domain/accountWord.ts";
import type { Note, RuleTermsStruct } from "../../types/contracts/Note.ts";
import { handIn, examine, recheck } from "./scrutiny.ts";
import { restrictions } from "../../server/domain/restrictions.ts";
import type { Key, Party } from "./actors.ts";
import { openingsOf } from "./openings.ts";
import { capsMinor, category, pricing, ruleTerms, termsHashOf } from "./terms.ts";
import type { SingletonKey, World } from "./world.ts";

export const lookThrough = { unresolved: 0, noMainlandOwner: 1, mainlandOwner: 2, mainlandControlled: 3 } as const;

export const filingState = {
  none: 0n,
  draft: 1n,
  submitted: 2n,
  supplementRequested: 3n,
  attested: 4n,
  recorded: 5n,
  issuedReported: 6n,
  suspended: 7n,
  refused: 8n,
  withdrawn: 9n,
  lapsed: 10n,
  revoked: 11n,
  closed: 12n,
} as const;

/** The set of reasons with these codes. */
export const reasons = (...codes: string[]): bigint =>
  codes.reduce((set, code) => set | (1n << BigInt(restrictions.find((known) => known.code === code)!.number)), 0n);

const utc = (year: number, month: number, day: number) => Date.UTC(year, month - 1, day) / 1_000;

/** Issuance window of the small deal's filing. */
export const window = { opensAt: utc(2026, 2, 1), closesAt: utc(2026, 12, 31) } as const;

/** End of the custodians' licences and of the accounts' eligibility in the test world. */
export const LICENSED_UNTIL = utc(2030, 1, 1);
export const ELIGIBLE_UNTIL = utc(2029, 1, 1);

/** A residence code as two bytes. */
export const residence = (code: string): string => hexlify(toUtf8Bytes(code));

/** A reference of sixteen bytes. */
export const ref16 = (label: string): string => id(label).slice(0, 34);

export const bundleHash = id("bundle");

export const evidence = (overrides: Partial<IFilingRegistry.EvidenceStruct> = {}): IFilingRegistry.EvidenceStruct => ({
  filingReference: "2026-0042",
  url: "https://filings.example/2026-0042",
  pageHash: id("page"),
  capturedAt: utc(2026, 2, 5),
  ...overrides,
});

/** Second of the last block. */
export const now = (world: World): Promise<number> => world.ledger.networkHelpers.time.latest();

/** Mines a block at a second, so that calls are answered as of then. */
export const reach = (world: World, second: number): Promise<void> =>
  world.ledger.networkHelpers.time.increaseTo(second);

/** Makes the next transaction happen at a second, which may be the last block's own. */
export const nextAt = (world: World, second: number): Promise<void> =>
  world.ledger.networkHelpers.time.setNextBlockTimestamp(second);

export async function license(world: World, custodian: Party, until = LICENSED_UNTIL): Promise<void> {
  await world.holders.connect(world.actors.registrar.key).license(custodian.id, until, ZeroHash, id("licence"));
}

/** What a custodian states of an account, with its evidence. */
export type Statement = AccountFacts & { readonly evidenceCommitment: string };

/** What a custodian states of an eligible institution in Hong Kong. */
export const facts = (overrides: Partial<Statement> = {}): Statement => ({
  holderRef: ref16("holder"),
  residence: residence("HK"),
  category: category.hongKongInstitutional,
  lookThrough: lookThrough.noMainlandOwner,
  omnibus: false,
  usPerson: false,
  acceptsFreeDelivery: true,
  eligibleUntil: ELIGIBLE_UNTIL,
  evidenceCommitment: id("evidence"),
  ...overrides,
});

/** The word of such a statement. */
export const factsWord = (overrides: Partial<Statement> = {}): bigint => accountWord(facts(overrides));

/** A registration under a reference of the custodian. */
export function registrationOf(
  accountRef: string,
  overrides: Partial<Statement> = {},
): IHolderRegistry.RegistrationStruct {
  const given = facts(overrides);
  return { accountRef, facts: accountWord(given), evidenceCommitment: given.evidenceCommitment };
}

/** Registers a custodial account. @returns its address */
export async function register(
  world: World,
  custodian: Party,
  label: string,
  overrides: Partial<Statement> = {},
): Promise<string> {
  const registration = registrationOf(id(label), { holderRef: ref16(label), ...overrides });
  await world.holders.connect(custodian.key).registerAccount(registration);
  return world.holders.custodialAccountOf(custodian.id, id(label));
}

/** Replaces the facts of an account that was registered under this label. */
export async function update(
  world: World,
  key: Key,
  account: string,
  label: string,
  overrides: Partial<Statement> = {},
): Promise<ContractTransactionResponse> {
  const given = facts({ holderRef: ref16(label), ...overrides });
  return world.holders.connect(key).updateAccount(account, accountWord(given), given.evidenceCommitment);
}

/** What the ledger keeps of an account. */
export async function accountOf(world: World, account: string): Promise<AccountRecord> {
  return accountRecord(await world.holders.accountOf(account));
}

/** Signs the proof that a holder keeps the key of an account. */
export async function keyProof(
  world: World,
  signer: Key,
  proof: { account: string; custodian: bigint; holderRef: string },
  registry = world.wiring.holders,
): Promise<string> {
  const domain = { name: "Narrowgate", version: "1", chainId: 20260206, verifyingContract: registry };
  const members = [
    { name: "account", type: "address" },
    { name: "custodian", type: "uint16" },
    { name: "holderRef", type: "bytes16" },
  ];
  return signer.signTypedData(domain, { KeyProof: members }, proof);
}

/** Registers the address of a key as a self-kept account. @returns its address */
export async function registerSelfKept(
  world: World,
  custodian: Party,
  key: Key,
  overrides: Partial<Statement> = {},
): Promise<string> {
  const given = facts({ holderRef: ref16(key.address), ...overrides });
  const proof = { account: key.address, custodian: custodian.id, holderRef: given.holderRef };
  const signature = await keyProof(world, key, proof);
  await world.holders
    .connect(custodian.key)
    .registerSelfKept(key.address, accountWord(given), given.evidenceCommitment, signature);
  return key.address;
}

export const submission = (
  terms: DealTermsStruct,
  overrides: Partial<IFilingRegistry.SubmissionStruct> = {},
): IFilingRegistry.SubmissionStruct => ({
  bundleHash,
  termsHash: termsHashOf(terms),
  capsMinor,
  issuer: terms.issuer,
  windowOpensAt: window.opensAt,
  windowClosesAt: window.closesAt,
  ...overrides,
});

/** Drafts a filing of these terms by the filing entity. @returns the filing's id */
export async function draft(
  world: World,
  terms: DealTermsStruct,
  overrides: Partial<IFilingRegistry.SubmissionStruct> = {},
  filingRef = id("filing"),
): Promise<string> {
  const filings = world.filings.connect(world.actors.filingEntity.key);
  const given = submission(terms, overrides);
  const filing = await filings.draft.staticCall(filingRef, given);
  await filings.draft(filingRef, given);
  return filing;
}

/** Drafts a filing and hands it in. @returns the filing's id */
export async function submit(
  world: World,
  terms: DealTermsStruct,
  overrides: Partial<IFilingRegistry.SubmissionStruct> = {},
  filingRef = id("filing"),
): Promise<string> {
  const filing = await draft(world, terms, overrides, filingRef);
  await examine(world, filing);
  await handIn(world, filing);
  return filing;
}

/** Replaces a filing by a new version and hands that in. */
export async function resubmit(
  world: World,
  filing: string,
  terms: DealTermsStruct,
  overrides: Partial<IFilingRegistry.SubmissionStruct> = {},
): Promise<void> {
  const given = submission(terms, { bundleHash: id("next bundle"), ...overrides });
  await world.filings.connect(world.actors.filingEntity.key).supersede(filing, given);
  await examine(world, filing);
  await handIn(world, filing);
}

/** One attestation of a filing as it stands. */
export async function attest(
  world: World,
  key: Key,
  filing: string,
  given: IFilingRegistry.EvidenceStruct = evidence(),
): Promise<ContractTransactionResponse> {
  const { version, bundleHash, termsHash } = await world.filings.filingOf(filing);
  return world.filings.connect(key).attest(filing, version, bundleHash, termsHash, given);
}

/** Both attestations, so that the filing is recorded. */
export async function record(world: World, filing: string): Promise<ContractTransactionResponse> {
  await attest(world, world.actors.attesterA.key, filing);
  return attest(world, world.actors.attesterB.key, filing);
}

/** A call by registrar, then two approvers: the three parties a decision takes. @returns the last transaction */
export async function byThree<T>(
  world: World,
  call: (key: Key) => Promise<T>,
  keys: readonly Key[] = [world.actors.registrar.key, world.actors.approverA.key, world.actors.approverB.key],
): Promise<T> {
  const [maker, approver, last] = keys;
  await call(maker!);
  await call(approver!);
  return call(last!);
}

/** Creates a deal by its issuer and opens all its classes. @returns its id */
export async function createDeal(
  world: World,
  filing: string,
  terms: DealTermsStruct,
  issuer: Party = world.actors.issuer,
): Promise<string> {
  const deals = world.deals.connect(issuer.key);
  const deal = await deals.create.staticCall(filing, terms);
  await deals.create(filing, terms);
  for (const count of openingsOf(terms.classes)) await deals.openClasses(deal, count);
  return deal;
}

/** Gives a party a platform-wide role: three parties, then the delay. */
export async function grant(world: World, party: Party, role: string): Promise<void> {
  const call = (key: Key) => world.parties.connect(key).grant(party.id, id(role), id(`grant ${role} ${party.id}`));
  await byThree(world, call);
  await reach(world, (await now(world)) + Number(await world.parties.GRANT_DELAY_SECONDS()));
  await call(world.actors.registrar.key);
}

export async function noteOf(world: World, deal: string, classIndex: number) {
  return world.ledger.ethers.getContractAt("Note", await world.deals.noteOf(deal, classIndex));
}

/** Prices a deal by its issuer and its trustee. */
export async function price(world: World, deal: string, given: PricingStruct = pricing()) {
  await world.deals.connect(world.actors.issuer.key).price(deal, given);
  return world.deals.connect(world.actors.trustee.key).price(deal, given);
}

let issuances = 0;

/** Issues to accounts by the issuer, under a reference of its own; and has a recorded filing checked again. */
export async function issue(
  world: World,
  deal: string,
  classIndex: number,
  allocations: Issuance.AllocationStruct[],
  operationRef = id(`issuance ${++issuances}`),
): Promise<ContractTransactionResponse> {
  const { filing } = await world.deals.dealOf(deal);
  const isRecorded = (await world.filings.stateOf(filing)) === filingState.recorded;
  if (isRecorded && !(await world.scrutiny.isRechecked(filing))) await recheck(world, filing);
  return world.deals.connect(world.actors.issuer.key).issue(deal, classIndex, allocations, operationRef);
}

/** A singleton's own hand, to ask one contract what no caller of another can ask it yet. */
export const as = (world: World, singleton: SingletonKey) =>
  world.ledger.ethers.getImpersonatedSigner(world.wiring[singleton]);

/** Gives a note rules that bind nobody, but for these, past the decisions that a change takes. */
export async function setRules(world: World, note: Note, overrides: Partial<RuleTermsStruct>): Promise<void> {
  await note.connect(await as(world, "classRules")).followRules(ruleTerms(overrides));
}

/** The fields of a struct that a contract answered, by name. */
export const fields = (struct: unknown): Record<string, unknown> => (struct as Result).toObject(true);

/** The values of a struct or of several answers, in plain arrays all the way down. */
export const plainOf = (answer: unknown): unknown[] => (answer as Result).toArray(true);
