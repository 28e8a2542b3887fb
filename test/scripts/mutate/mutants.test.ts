import solc from "solc";
import { describe, expect, it } from "vitest";
import type { Node } from "../../../scripts/mutate/ast.ts";
import { mutantsOf, mutated } from "../../../scripts/mutate/mutants.ts";

const around = (body: string) => `// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;
// Several bytes a letter: é 中.
contract Sample {
    address private PARTIES = address(this);
    modifier guarded() { _; }
    function partyOf(address key) external pure returns (uint256) { return uint160(key); }
    function requireRole(address key, uint256) external pure returns (uint256) { return uint160(key); }
    function _when(bool isFailing, uint256 bit) private pure returns (uint256) { return bit * (isFailing ? 1 : 0); }
    function _requireZero(uint256 x) private pure { assert(x == 0); }
    ${body}
}
`;

function treeOf(source: string): Node {
  const input = {
    language: "Solidity",
    sources: { "Sample.sol": { content: source } },
    settings: { outputSelection: { "*": { "": ["ast"] } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  expect(output.errors?.filter(({ severity }: { severity: string }) => severity === "error") ?? []).toEqual([]);
  return output.sources["Sample.sol"].ast;
}

/** The changes of a function of the sample: what, and the text that stands there instead. */
function changesOf(body: string): string[] {
  const source = around(body);
  const [from, to] = [source.indexOf(body), source.indexOf(body) + body.length];
  return mutantsOf("Sample.sol", source, treeOf(source))
    .filter((mutant) => mutated(source, mutant).slice(0, from) === source.slice(0, from))
    .filter((mutant) => mutant.line === source.slice(0, from).split("\n").length)
    .map((mutant) => {
      const changed = mutated(source, mutant);
      return `${mutant.what}: ${changed.slice(from, to + changed.length - source.length)}`;
    });
}

const f = (statements: string) => `function f(uint256 a, uint256 b, address k) external guarded { ${statements} }`;

describe("mutantsOf", () => {
  it("negates and removes a condition and moves its boundary, whatever stands before it", () => {
    expect(changesOf(f("if (a < b) return;"))).toEqual([
      `modifier removed: ${f("if (a < b) return;").replace("guarded ", " ")}`,
      `condition negated: ${f("if (!(a < b)) return;")}`,
      `condition removed: ${f("if (false) return;")}`,
      `boundary moved: ${f("if (a <= b) return;")}`,
    ]);
  });

  it("leaves out each operand of a chain once and turns each comparison in it round", () => {
    const found = changesOf(f("bool c = a == 1 && b == 2 && k != msg.sender; c;"));
    expect(found.slice(1)).toEqual(
      [
        ["condition negated", "!(a == 1 && b == 2 && k != msg.sender)"],
        ["operand removed", "b == 2 && k != msg.sender"],
        ["operand removed", "a == 1 && k != msg.sender"],
        ["operand removed", "a == 1 && b == 2"],
        ["comparison turned round", "a != 1 && b == 2 && k != msg.sender"],
        ["comparison turned round", "a == 1 && b != 2 && k != msg.sender"],
        ["comparison turned round", "a == 1 && b == 2 && k == msg.sender"],
      ].map(([what, condition]) => `${what}: ${f(`bool c = ${condition}; c;`)}`),
    );
  });

  it("takes each term out of a set of bits, and makes it hold always or never", () => {
    const found = changesOf(f("uint256 s = _when(a == b, 1) | b; s |= 4;"));
    expect(found.slice(1)).toEqual([
      `operand removed: ${f("uint256 s = _when(a == b, 1); s |= 4;")}`,
      `condition negated: ${f("uint256 s = _when(!(a == b), 1) | b; s |= 4;")}`,
      `condition removed: ${f("uint256 s = _when(false, 1) | b; s |= 4;")}`,
      `comparison turned round: ${f("uint256 s = _when(a != b, 1) | b; s |= 4;")}`,
      `term removed: ${f("uint256 s = _when(a == b, 1) | b; s |= 0;")}`,
    ]);
  });

  it("fixes a choice to either branch", () => {
    expect(changesOf(f("a = k == msg.sender ? a : b;")).slice(1)).toEqual([
      `first branch always: ${f("a = true ? a : b;")}`,
      `second branch always: ${f("a = false ? a : b;")}`,
    ]);
  });

  it("removes guards, and the question for a role where the party is needed", () => {
    expect(changesOf(f("require(a > b);")).slice(1)).toEqual([
      `guard removed: ${f("0;")}`,
      `condition negated: ${f("require(!(a > b));")}`,
      `boundary moved: ${f("require(a >= b);")}`,
    ]);
    expect(changesOf(f("_requireZero(a); uint256 p = this.requireRole(k, 7); p;")).slice(1)).toEqual([
      `guard removed: ${f("0; uint256 p = this.requireRole(k, 7); p;")}`,
      `role not asked: ${f("_requireZero(a); uint256 p = PARTIES.partyOf(k); p;")}`,
    ]);
  });

  it("gives every mutant a number that lasts as long as the source", () => {
    const source = around(f("if (a < b && b < 9) return;"));
    const ids = (text: string) => mutantsOf("Sample.sol", text, treeOf(text)).map(({ id }) => id);
    expect(new Set(ids(source)).size).toBe(ids(source).length);
    expect(ids(source)).toEqual(ids(source));
    const later = ids(`${source}\n`);
    expect(later.filter((id) => ids(source).includes(id))).toEqual([]);
  });
});
