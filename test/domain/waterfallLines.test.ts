import { describe, expect, it } from "vitest";
import { stepKinds, type StepTerms } from "../../server/domain/dealTerms.ts";
import { linesOf } from "../../server/domain/waterfallLines.ts";

const step = (kind: (typeof stepKinds)[number], overrides: Partial<StepTerms> = {}): StepTerms => ({
  kind: stepKinds.indexOf(kind),
  classes: 0,
  payee: 0,
  capMinor: 0n,
  ...overrides,
});

describe("lines of steps", () => {
  it("refuses a step of a kind that does not exist", () => {
    expect(() => linesOf([{ ...step("fee"), kind: 9 }])).toThrow(RangeError);
  });

  it("has none without steps", () => {
    expect(linesOf([])).toEqual([]);
  });

  it("are one for a fee, and one for each class of any other step in the order of the classes", () => {
    const steps = [
      step("fee", { payee: 7 }),
      step("class-interest", { classes: 0b1011 }),
      step("principal-sequential", { classes: 1 << 15 }),
      step("residual", { classes: 0b100 }),
    ];
    expect(linesOf(steps).map(({ kind, classIndex, payee }) => [kind, classIndex, payee])).toEqual([
      ["fee", null, 7],
      ["class-interest", 0, null],
      ["class-interest", 1, null],
      ["class-interest", 3, null],
      ["principal-sequential", 15, null],
      ["residual", 2, null],
    ]);
  });
});
