import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { requirementProblems } from "../../scripts/requirements.ts";
import { problemsOf, requirementsPage, statusOf } from "../../scripts/requirements/page.ts";
import { requirements, type Requirement } from "../../scripts/requirements/table.ts";
import { proofsIn, type Proof } from "../../scripts/requirements/titles.ts";

/** Brackets around ids, put together here so that this file claims nothing itself. */
const claim = (...ids: string[]) => `(${ids.join(", ")})`;

const met: Requirement = { id: "R-X1", wording: "Something holds.", keptBy: "`Rules`" };
const open: Requirement = { ...met, id: "R-X2", missing: "Comes later." };
const proof = (id: string): Proof => ({ id, file: "test/a.test.ts", title: "holds" });
const nothing = new Map<string, string>();

describe("problemsOf", () => {
  it("refuses a requirement that is said to be met without a test", () => {
    expect(problemsOf([met], [], nothing)).toEqual(["R-X1 is said to be met, and no test names it."]);
  });

  it("refuses an id without a row, in a test or anywhere else, once a file", () => {
    const proofs = [proof("R-X1"), proof("R-X9"), proof("R-X9")];
    expect(problemsOf([met], proofs, new Map([["R-X8", "contracts/A.sol"]]))).toEqual([
      "test/a.test.ts speaks of R-X9, which has no row.",
      "contracts/A.sol speaks of R-X8, which has no row.",
    ]);
  });

  it("refuses two rows of one id", () => {
    expect(problemsOf([open, open], [], nothing)).toEqual(["R-X2 has two rows."]);
  });

  it("takes a requirement that says what is missing, with and without tests", () => {
    expect(problemsOf([open], [], nothing)).toEqual([]);
    expect(problemsOf([open], [proof("R-X2")], nothing)).toEqual([]);
    expect([statusOf(open, []), statusOf(open, [proof("R-X2")]), statusOf(met, [])]).toEqual([
      "not yet",
      "in part",
      "met",
    ]);
  });
});

describe("proofsIn", () => {
  const found = (source: string) => proofsIn("test/a.test.ts", source).map(({ id, title }) => [id, title]);

  it("overlooks comments and ids outside brackets", () => {
    expect(found(`// ${claim("R-X1")}\nit("speaks of R-X1", () => {});`)).toEqual([]);
  });

  it("finds titles, templates and rows of tables, with several ids in one pair of brackets", () => {
    expect(found(`it("holds ${claim("R-X1", "R-X2")}", () => {});`)).toEqual([
      ["R-X1", "holds"],
      ["R-X2", "holds"],
    ]);
    expect(found(`const row = { what: \`refuses \${code} ${claim("R-X1")} here\` };`)).toEqual([
      ["R-X1", "refuses … here"],
    ]);
  });
});

describe("requirementsPage", () => {
  it("lists the tests of a requirement below its file, each title once, and what is missing", () => {
    const page = requirementsPage([met, open], [proof("R-X1"), proof("R-X1")]);
    expect(page).toContain("| R-X1 | Something holds. | met | `Rules` |");
    expect(page).toContain("## R-X1\n\n- `test/a.test.ts`\n  - holds\n\n## R-X2\n\nComes later.");
  });
});

describe("the table of requirements", () => {
  it("has every number of every group from 1 on", () => {
    const groups = Object.groupBy(requirements, ({ id }) => id.slice(0, 3));
    const lengths = Object.entries(groups).map(([group, rows]) => {
      expect(rows!.map(({ id }) => id)).toEqual(rows!.map((_, i) => `${group}${i + 1}`));
      return [group, rows!.length];
    });
    expect(Object.fromEntries(lengths)).toEqual({
      "R-F": 11,
      "R-A": 5,
      "R-H": 9,
      "R-T": 5,
      "R-S": 5,
      "R-E": 4,
      "R-O": 5,
      "R-D": 7,
      "R-G": 3,
    });
  });

  it("fits the tests, contracts and pages of this repository", () => {
    expect(requirementProblems(join(import.meta.dirname, "../.."))).toEqual([]);
  });
});
