import { describe, expect, it } from "vitest";
import { coveredPercent, readLcov } from "../../../scripts/coverage/lcov.ts";

const TRACE = `TN:
SF:contracts/A.sol
DA:12,0
DA:7,1
DA:3,0
LH:1
LF:3
end_of_record
SF:contracts/B.sol
DA:1,1
LH:1
LF:1
end_of_record
`;

describe("readLcov", () => {
  it("finds the lines of each file, and in order those that were missed", () => {
    expect(readLcov(TRACE)).toEqual([
      { file: "contracts/A.sol", lines: 3, missed: [3, 12] },
      { file: "contracts/B.sol", lines: 1, missed: [] },
    ]);
    expect(readLcov("")).toEqual([]);
  });
});

describe("coveredPercent", () => {
  it("weighs files by their lines", () => {
    expect(coveredPercent(readLcov(TRACE))).toBe(50);
    expect(coveredPercent([])).toBe(100);
  });
});
