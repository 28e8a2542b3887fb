import { describe, expect, it } from "vitest";
import { killedPercent, mutationPage, type Judged, type Verdict } from "../../../scripts/mutate/page.ts";

const judged = (verdict: Verdict, line = 7): Judged => ({
  id: `${verdict} ${line}`,
  file: "contracts/Rules.sol",
  line,
  what: "boundary moved",
  original: "a <\n    b",
  replacement: "a <= b",
  start: line * 10,
  end: line * 10 + 5,
  verdict,
});

describe("killedPercent", () => {
  it("leaves out what does not compile", () => {
    expect(killedPercent([judged("killed"), judged("survived"), judged("does not compile")])).toBe(50);
    expect(killedPercent([])).toBe(100);
  });
});

describe("mutationPage", () => {
  it("counts by contract and lists survivors in order of their lines", () => {
    const page = mutationPage([judged("survived", 9), judged("killed"), judged("survived", 8)], "");
    expect(page).toContain("| Rules | 3 | 1 | 2 | 0 | 33.3 % |");
    expect(page).toContain("| all | 3 | 1 | 2 | 0 | 33.3 % |");
    expect(page).toContain(
      "### Rules\n\n- line 8, boundary moved: `a < b` → `a <= b`\n- line 9, boundary moved: `a < b` → `a <= b`\n",
    );
  });
});
