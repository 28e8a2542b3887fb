import { readFileSync } from "node:fs";
import { join } from "node:path";

/** An invariant as test/solidity/Laws.sol states it. */
export type Law = { readonly number: number; readonly name: string; readonly text: string };

const LAW = /((?: {4}\/\/\/.*\n)+) {4}uint256 internal constant (\w+) = (\d+);/g;

/** The invariants in the order of the file. */
export function readLaws(root: string): Law[] {
  const source = readFileSync(join(root, "test/solidity/Laws.sol"), "utf8");
  return [...source.matchAll(LAW)].map(([, comment, name, number]) => ({
    number: Number(number),
    name: name!,
    text: comment!
      .replaceAll(/^ {4}\/\/\/ ?(@notice )?/gm, "")
      .trim()
      .replaceAll("\n", " "),
  }));
}
