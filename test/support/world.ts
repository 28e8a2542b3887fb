import { getCreateAddress } from "ethers";
import hre from "hardhat";
import { allowedResidences } from "../../server/domain/jurisdictions.ts";
import type {
  Approvals,
  DealRegistry,
  Distributor,
  FilingRegistry,
  HolderRegistry,
  Note,
  NoteFactory,
  Parties,
  Payments,
  Scrutiny,
  Assets,
  Disclosures,
  Statements,
  ClassRules,
  Orders,
} from "../../types/contracts/index.ts";
import { castActors, genesisOf, KEY_COUNT, type Actors } from "./actors.ts";
import { dutyPolicies } from "./disclosures.ts";
import * as steps from "./steps.ts";
import { classes, dealTerms, termsHashOf } from "./terms.ts";
import type { DealTermsStruct } from "../../types/contracts/DealRegistry.ts";

/** How long a grant rests in the test world. */
export const GRANT_DELAY_SECONDS = 24 * 3_600;

/** How long a change of a class's rules rests in the test world. */
export const RULE_CHANGE_DELAY_SECONDS = 48 * 3_600;

/** Noon of 6 February 2026 (UTC), when the test world begins. */
export const WORLD_BEGINS_AT = Date.UTC(2026, 1, 6, 12) / 1_000;

/** Opens a ledger of its own in this process. Refused transactions throw with the data of their revert. */
export const openLedger = () =>
  hre.network.create({
    network: "embedded",
    chainType: "generic",
    override: {
      accounts: { count: KEY_COUNT },
      initialDate: new Date(WORLD_BEGINS_AT * 1_000),
      throwOnTransactionFailures: true,
    },
  });

export type Ledger = Awaited<ReturnType<typeof openLedger>>;

/** Names of the singletons in `Wiring`, in its order. */
export const singletonKeys = [
  "parties",
  "approvals",
  "filings",
  "holders",
  "noteFactory",
  "deals",
  "distributor",
  "payments",
  "scrutiny",
  "assets",
  "disclosures",
  "statements",
  "classRules",
  "orders",
] as const;

export type SingletonKey = (typeof singletonKeys)[number];

export type World = {
  readonly ledger: Ledger;
  readonly actors: Actors;
  readonly wiring: Readonly<Record<SingletonKey, string>>;
  readonly parties: Parties;
  readonly approvals: Approvals;
  readonly filings: FilingRegistry;
  readonly holders: HolderRegistry;
  readonly noteFactory: NoteFactory;
  readonly deals: DealRegistry;
  readonly distributor: Distributor;
  readonly payments: Payments;
  readonly scrutiny: Scrutiny;
  readonly assets: Assets;
  readonly disclosures: Disclosures;
  readonly statements: Statements;
  readonly classRules: ClassRules;
  readonly orders: Orders;
};

export type FiledWorld = World & {
  readonly filing: string;
  readonly terms: DealTermsStruct;
  readonly termsHash: string;
};

export type DealWorld = FiledWorld & {
  readonly deal: string;
  /** Notes of the class that was open at pricing and of the one filed exactly. */
  readonly note: Note;
  readonly exactNote: Note;
};

export type IssuedWorld = DealWorld & {
  /** Accounts with units of the first class: two of custodian A, one of custodian B, one self-kept under custodian A. */
  readonly alpha: string;
  readonly beta: string;
  readonly gamma: string;
  readonly selfKept: string;
};

/** Deploys the singletons at addresses computed beforehand, with the whole cast; two custodians are licensed. */
export async function deployed(ledger: Ledger): Promise<World> {
  const { ethers } = ledger;
  const actors = castActors(await ethers.getSigners());
  const nonce = await actors.deployer.getNonce();
  const at = (i: number) => getCreateAddress({ from: actors.deployer.address, nonce: nonce + i });
  const wiring = Object.fromEntries(singletonKeys.map((key, i) => [key, at(i)])) as Record<SingletonKey, string>;
  const parties = await ethers.deployContract("Parties", [wiring, genesisOf(actors), GRANT_DELAY_SECONDS]);
  const approvals = await ethers.deployContract("Approvals", [wiring]);
  const filings = await ethers.deployContract("FilingRegistry", [wiring]);
  const holders = await ethers.deployContract("HolderRegistry", [wiring, allowedResidences().map(steps.residence)]);
  const noteFactory = await ethers.deployContract("NoteFactory", [wiring]);
  const deals = await ethers.deployContract("DealRegistry", [wiring]);
  const distributor = await ethers.deployContract("Distributor", [wiring]);
  const payments = await ethers.deployContract("Payments", [wiring]);
  const scrutiny = await ethers.deployContract("Scrutiny", [wiring]);
  const assets = await ethers.deployContract("Assets", [wiring]);
  const disclosures = await ethers.deployContract("Disclosures", [wiring, dutyPolicies]);
  const statements = await ethers.deployContract("Statements", [wiring]);
  const classRules = await ethers.deployContract("ClassRules", [wiring, RULE_CHANGE_DELAY_SECONDS]);
  const orders = await ethers.deployContract("Orders", [wiring]);
  const upTo = { parties, approvals, filings, holders, noteFactory, deals, distributor, payments };
  const singletons = { ...upTo, scrutiny, assets, disclosures, statements, classRules, orders };
  const world: World = { ledger, actors, wiring, ...singletons };
  await steps.license(world, actors.custodianA);
  await steps.license(world, actors.custodianB);
  return world;
}

/** A filing of the small deal, submitted; nobody has attested it. */
export async function submitted(ledger: Ledger): Promise<FiledWorld> {
  const world = await deployed(ledger);
  const terms = dealTerms(world.actors);
  const filing = await steps.submit(world, terms);
  return { ...world, filing, terms, termsHash: termsHashOf(terms) };
}

/** The filing recorded and its deal created, so that its notes exist; not priced. */
export async function recorded(ledger: Ledger): Promise<DealWorld> {
  const world = await submitted(ledger);
  const deal = await steps.createDeal(world, world.filing, world.terms);
  await steps.record(world, world.filing);
  const note = await steps.noteOf(world, deal, classes.open);
  const exactNote = await steps.noteOf(world, deal, classes.exact);
  return { ...world, deal, note, exactNote };
}

/** The deal priced inside its bounds. */
export async function priced(ledger: Ledger): Promise<DealWorld> {
  const world = await recorded(ledger);
  await steps.price(world, world.deal);
  return world;
}

/** Units of the first class issued: 100 each to alpha, beta, gamma and a self-kept account. */
export async function issued(ledger: Ledger): Promise<IssuedWorld> {
  const world = await priced(ledger);
  const { custodianA, custodianB, holder } = world.actors;
  const alpha = await steps.register(world, custodianA, "alpha");
  const beta = await steps.register(world, custodianA, "beta", { residence: steps.residence("SG") });
  const gamma = await steps.register(world, custodianB, "gamma", { residence: steps.residence("CH") });
  const selfKept = await steps.registerSelfKept(world, custodianA, holder);
  const allocations = [alpha, beta, gamma, selfKept].map((account) => ({ account, units: 100n }));
  await steps.issue(world, world.deal, classes.open, allocations);
  return { ...world, alpha, beta, gamma, selfKept };
}
