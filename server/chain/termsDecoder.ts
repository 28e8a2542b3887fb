import { ParamType } from "ethers";
import type { FunctionAnswer } from "./contracts.ts";
import { decodePlain } from "./logDecoder.ts";
import { termsParameter } from "./termsHash.ts";

const types = [ParamType.from("bytes32 typehash"), termsParameter];

/**
 * Reads the terms that the event `DealCreated` carries.
 * @param encoded ABI encoding of (type hash, terms), 0x….
 */
export function decodeTerms(encoded: string): FunctionAnswer<"DealRegistry", "termsOf"> {
  const [, terms] = decodePlain(types, encoded);
  return terms as FunctionAnswer<"DealRegistry", "termsOf">;
}
