import { AbiCoder, id, keccak256 } from "ethers";

const coder = AbiCoder.defaultAbiCoder();

/**
 * The id that the ledger will give to a filing.
 * @param filingEntity Number of the filing entity.
 * @param filingRef Its reference, 32 bytes.
 */
export function filingIdOf(filingEntity: number, filingRef: string): string {
  return keccak256(coder.encode(["uint16", "bytes32"], [filingEntity, filingRef]));
}

/** The id that the ledger will give to the deal of a version of a filing. */
export function dealIdOf(filingId: string, filingVersion: number, termsHash: string): string {
  return keccak256(coder.encode(["bytes32", "uint16", "bytes32"], [filingId, filingVersion, termsHash]));
}

/**
 * The id that the ledger will give to an order of an authority.
 * @param filedBy Number of the party that files it.
 * @param orderRef Its reference, 32 bytes.
 */
export function orderIdOf(filedBy: number, orderRef: string): string {
  return keccak256(coder.encode(["uint16", "bytes32"], [filedBy, orderRef]));
}

/**
 * The address of a custodial account.
 * @param registry Address of the holder registry.
 * @param custodian Number of the custodian.
 * @param accountRef Its reference, 32 bytes.
 * @returns lower-case hex
 */
export function custodialAccountOf(registry: string, custodian: bigint, accountRef: string): string {
  const hash = keccak256(coder.encode(["address", "uint16", "bytes32"], [registry, custodian, accountRef]));
  return `0x${hash.slice(-40)}`;
}

/**
 * The reference of one entry of a batch.
 * @param operationRef Reference of the batch, 32 bytes.
 * @param index Place of the entry, from 0.
 */
export function childRef(operationRef: string, index: number): string {
  return keccak256(coder.encode(["bytes32", "uint256"], [operationRef, index]));
}

/** The hash by which the ledger knows the words that name the source of a legal period. */
export function sourceHashOf(source: string): string {
  return id(source);
}
