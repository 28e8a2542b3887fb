import { type ParamType } from "ethers";
import { describe, expect, it } from "vitest";
import type { DealTermsStruct } from "../../types/contracts/DealRegistry.ts";
import { termsHashOf, termsTypeString } from "../support/terms.ts";
import { openLedger, submitted } from "../support/world.ts";

// Terms bind: one test per field of the struct, generated from the ABI, so that a new field is covered when it appears.

const ledger = await openLedger();
const { networkHelpers } = ledger;
const { terms, termsHash } = await networkHelpers.loadFixture(submitted);
const world = await networkHelpers.loadFixture(submitted);
const struct = world.deals.interface.getFunction("create").inputs[1]! as ParamType;

type Change = { readonly what: string; readonly changed: DealTermsStruct };
/** Any part of the terms; its shape is known from the ABI only. */
type Part = any;

/** The nearest other value that the type of a field admits. */
function otherValue(type: string, value: Part): Part {
  if (type === "string") return `${value}x`;
  if (type === "bool") return !value;
  if (/^u?int/.test(type)) return BigInt(value) === 0n ? 1n : 0n;
  const bytes = Uint8Array.from(typeof value === "string" ? Buffer.from(value.slice(2), "hex") : value);
  bytes[bytes.length - 1]! ^= 1;
  return bytes;
}

/** Every change of one field, and every removal, repetition and exchange of the elements of a list. */
function changesOf(of: ParamType, value: Part, what: string): { what: string; value: Part }[] {
  if (of.isTuple()) {
    return of.components.flatMap((member) =>
      changesOf(member, value[member.name], `${what}.${member.name}`).map((change) => ({
        what: change.what,
        value: { ...value, [member.name]: change.value },
      })),
    );
  }
  if (!of.isArray()) return [{ what, value: otherValue(of.type, value) }];
  const list: Part[] = value;
  return list.flatMap((element, i) => [
    ...changesOf(of.arrayChildren, element, `${what}[${i}]`).map((change) => ({
      what: change.what,
      value: list.with(i, change.value),
    })),
    { what: `${what} without element ${i}`, value: list.toSpliced(i, 1) },
    { what: `${what} with element ${i} twice`, value: list.toSpliced(i, 0, element) },
    ...(i === 0
      ? []
      : [
          {
            what: `${what} with elements ${i - 1} and ${i} exchanged`,
            value: list.with(i - 1, element).with(i, list[i - 1]),
          },
        ]),
  ]);
}

const changes: Change[] = [
  ...changesOf(struct, terms, "terms").map(({ what, value }) => ({ what, changed: value })),
  { what: "terms.classes empty", changed: { ...terms, classes: [] } },
  { what: "terms.steps empty", changed: { ...terms, steps: [] } },
];

describe("a deal whose terms differ from those filed", () => {
  it.each(changes)("is refused: $what", async ({ changed }) => {
    const given = termsHashOf(changed);
    expect(given).not.toBe(termsHash);
    expect(await world.deals.termsHashOf(changed)).toBe(given);
    await expect(world.deals.connect(world.actors.issuer.key).create(world.filing, changed)).toRevertWith(
      world.deals,
      "DealRegistry_TermsNotFiled",
      [termsHash, given],
    );
  });

  it("has as many hashes as there are changes", () => {
    expect(new Set(changes.map(({ changed }) => termsHashOf(changed))).size).toBe(changes.length);
  });

  it("is tested in every field of deal, class and step", () => {
    const fields = (of: ParamType): number => of.components!.reduce((sum, member) => sum + leaves(member), 0);
    const leaves = (of: ParamType): number => (of.isArray() ? 0 : of.isTuple() ? fields(of) : 1);
    const lists = struct.components!.filter((member) => member.isArray());
    const perClass = fields(lists.find(({ name }) => name === "classes")!.arrayChildren!);
    const perStep = fields(lists.find(({ name }) => name === "steps")!.arrayChildren!);
    const expected = fields(struct) + terms.classes.length * perClass + terms.steps.length * perStep;
    expect(lists).toHaveLength(2);
    const inLists = /^terms(\.\w+|\.\w+\[\d+\](\.\w+)+)$/;
    expect(changes.filter(({ what }) => inLists.test(what))).toHaveLength(expected);
    const perResidence = changes.filter(({ what }) => /\.residences\[\d+\]\.\w+$/.test(what));
    expect(perResidence).toHaveLength(2 * 2);
  });
});

describe("termsHashOf", () => {
  it("names the layout by the type of the struct as the ABI describes it", () => {
    expect(termsTypeString()).toMatch(
      /^DealTerms\(uint16 version,.*\)ClassTerms\(.*\)ResidenceRule\(.*\)RuleTerms\(.*\)StepTerms\(.*\)$/,
    );
  });

  it("equals the hash computed apart from the ledger", async () => {
    expect(await world.deals.termsHashOf(terms)).toBe(termsHash);
  });
});
