import type { Interface } from "ethers";
import type { Approvals } from "../../types/contracts/Approvals.ts";
import type { TypedContractEvent, TypedContractMethod } from "../../types/contracts/common.ts";
import type { DealRegistry } from "../../types/contracts/DealRegistry.ts";
import type { Distributor } from "../../types/contracts/Distributor.ts";
import type { FilingRegistry } from "../../types/contracts/FilingRegistry.ts";
import type { HolderRegistry } from "../../types/contracts/HolderRegistry.ts";
import type { Note } from "../../types/contracts/Note.ts";
import type { NoteFactory } from "../../types/contracts/NoteFactory.ts";
import type { Parties } from "../../types/contracts/Parties.ts";
import type { Payments } from "../../types/contracts/Payments.ts";
import type { Scrutiny } from "../../types/contracts/Scrutiny.ts";
import type { Assets } from "../../types/contracts/Assets.ts";
import type { Disclosures } from "../../types/contracts/Disclosures.ts";
import type { Statements } from "../../types/contracts/Statements.ts";
import type { ClassRules } from "../../types/contracts/ClassRules.ts";
import type { Orders } from "../../types/contracts/Orders.ts";
import { Approvals__factory } from "../../types/contracts/factories/Approvals__factory.ts";
import { DealRegistry__factory } from "../../types/contracts/factories/DealRegistry__factory.ts";
import { Distributor__factory } from "../../types/contracts/factories/Distributor__factory.ts";
import { FilingRegistry__factory } from "../../types/contracts/factories/FilingRegistry__factory.ts";
import { HolderRegistry__factory } from "../../types/contracts/factories/HolderRegistry__factory.ts";
import { Note__factory } from "../../types/contracts/factories/Note__factory.ts";
import { NoteFactory__factory } from "../../types/contracts/factories/NoteFactory__factory.ts";
import { Parties__factory } from "../../types/contracts/factories/Parties__factory.ts";
import { Payments__factory } from "../../types/contracts/factories/Payments__factory.ts";
import { Scrutiny__factory } from "../../types/contracts/factories/Scrutiny__factory.ts";
import { Assets__factory } from "../../types/contracts/factories/Assets__factory.ts";
import { Disclosures__factory } from "../../types/contracts/factories/Disclosures__factory.ts";
import { Statements__factory } from "../../types/contracts/factories/Statements__factory.ts";
import { ClassRules__factory } from "../../types/contracts/factories/ClassRules__factory.ts";
import { Orders__factory } from "../../types/contracts/factories/Orders__factory.ts";

/** The contracts that stand once per deployment, in the order in which they are deployed. */
export const singletonNames = [
  "Parties",
  "Approvals",
  "FilingRegistry",
  "HolderRegistry",
  "NoteFactory",
  "DealRegistry",
  "Distributor",
  "Payments",
  "Scrutiny",
  "Assets",
  "Disclosures",
  "Statements",
  "ClassRules",
  "Orders",
] as const;

export type SingletonName = (typeof singletonNames)[number];

/** Every contract whose calls and events the server knows; a `Note` stands once per tokenised class. */
export type ContractName = SingletonName | "Note";

type Contracts = {
  Parties: Parties;
  Approvals: Approvals;
  FilingRegistry: FilingRegistry;
  HolderRegistry: HolderRegistry;
  NoteFactory: NoteFactory;
  DealRegistry: DealRegistry;
  Distributor: Distributor;
  Payments: Payments;
  Scrutiny: Scrutiny;
  Assets: Assets;
  Disclosures: Disclosures;
  Statements: Statements;
  ClassRules: ClassRules;
  Orders: Orders;
  Note: Note;
};

/** ABI of each contract as ethers reads it. */
export const interfaces: Readonly<Record<ContractName, Interface>> = {
  Parties: Parties__factory.createInterface(),
  Approvals: Approvals__factory.createInterface(),
  FilingRegistry: FilingRegistry__factory.createInterface(),
  HolderRegistry: HolderRegistry__factory.createInterface(),
  NoteFactory: NoteFactory__factory.createInterface(),
  DealRegistry: DealRegistry__factory.createInterface(),
  Distributor: Distributor__factory.createInterface(),
  Payments: Payments__factory.createInterface(),
  Scrutiny: Scrutiny__factory.createInterface(),
  Assets: Assets__factory.createInterface(),
  Disclosures: Disclosures__factory.createInterface(),
  Statements: Statements__factory.createInterface(),
  ClassRules: ClassRules__factory.createInterface(),
  Orders: Orders__factory.createInterface(),
  Note: Note__factory.createInterface(),
};

/** Creation code of each singleton, without constructor arguments. */
export const creationCode: Readonly<Record<SingletonName, string>> = {
  Parties: Parties__factory.bytecode,
  Approvals: Approvals__factory.bytecode,
  FilingRegistry: FilingRegistry__factory.bytecode,
  HolderRegistry: HolderRegistry__factory.bytecode,
  NoteFactory: NoteFactory__factory.bytecode,
  DealRegistry: DealRegistry__factory.bytecode,
  Distributor: Distributor__factory.bytecode,
  Payments: Payments__factory.bytecode,
  Scrutiny: Scrutiny__factory.bytecode,
  Assets: Assets__factory.bytecode,
  Disclosures: Disclosures__factory.bytecode,
  Statements: Statements__factory.bytecode,
  ClassRules: ClassRules__factory.bytecode,
  Orders: Orders__factory.bytecode,
};

type MethodsOf<C extends ContractName> = {
  [
    F in keyof Contracts[C] as Contracts[C][F] extends TypedContractMethod<infer _A, infer _R, infer _S>
      ? F extends string
        ? F
        : never
      : never
  ]: Contracts[C][F];
};

/** Name of a function of a contract. */
export type FunctionName<C extends ContractName> = keyof MethodsOf<C> & string;

/** Arguments of a function, as TypeChain read them from the ABI. */
export type FunctionArgs<C extends ContractName, F extends FunctionName<C>> =
  MethodsOf<C>[F] extends TypedContractMethod<infer A, infer _R, infer _S> ? A : never;

/** What a function answers: the value when there is one, a tuple when there are several. */
export type FunctionAnswer<C extends ContractName, F extends FunctionName<C>> =
  MethodsOf<C>[F] extends TypedContractMethod<infer _A, infer R, infer _S> ? (R extends [infer One] ? One : R) : never;

/** Name of an event of a contract; TypeChain lists each also under its signature. */
export type EventName<C extends ContractName> = {
  [E in keyof Contracts[C]["filters"] & string]: E extends `${string}(${string}` ? never : E;
}[keyof Contracts[C]["filters"] & string];

/** Arguments of an event by name. */
export type EventArgs<C extends ContractName, E extends EventName<C>> =
  Contracts[C]["filters"][E] extends TypedContractEvent<infer _I, infer _T, infer O> ? O : never;

/** Call data for a function; arguments are checked against the ABI when the program is compiled. */
export function encodeCall<C extends ContractName, F extends FunctionName<C>>(
  contract: C,
  name: F,
  args: FunctionArgs<C, F>,
): string {
  return interfaces[contract].encodeFunctionData(name, args);
}

/** The answer of a function from the bytes that `eth_call` returns. */
export function decodeAnswer<C extends ContractName, F extends FunctionName<C>>(
  contract: C,
  name: F,
  data: string,
): FunctionAnswer<C, F> {
  const answers = interfaces[contract].decodeFunctionResult(name, data);
  return (answers.length === 1 ? answers[0] : answers) as FunctionAnswer<C, F>;
}
