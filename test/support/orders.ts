import { AbiCoder, id, keccak256, ZeroAddress, ZeroHash } from "ethers";
import type { IOrders } from "../../types/contracts/Orders.ts";
import type { Key } from "./actors.ts";
import { now, residence } from "./steps.ts";
import type { IssuedWorld, World } from "./world.ts";

export const HOUR = 3_600;

/** Most units that a note can count, and the amount of a freeze of everything. */
export const MOST = 2n ** 64n - 1n;

/** Kinds and states of an order, as the ledger numbers them. */
export const kind = { freeze: 1, force: 2, recover: 3, pause: 4 } as const;
export const state = { none: 0n, filed: 1n, inForce: 2n, done: 3n } as const;

/** How long an order of the test world lasts. */
const ORDER_SECONDS = 20 * 24 * HOUR;

let orders = 0;

/** Files an order, by default a freeze of 10 units of alpha by the regulator. @returns its id */
export async function fileOrder(
  world: World & Pick<IssuedWorld, "note" | "alpha">,
  overrides: Partial<IOrders.OrderStruct> = {},
  key: Key = world.actors.regulator.key,
  ref = id(`order ${++orders}`),
): Promise<string> {
  const at = await now(world);
  const order = {
    kind: kind.freeze,
    note: await world.note.getAddress(),
    account: world.alpha,
    destination: ZeroAddress,
    units: 10n,
    releases: ZeroHash,
    authority: id("High Court"),
    jurisdiction: residence("HK"),
    basisHash: id("order of the court"),
    receivedAt: at,
    expiresAt: at + ORDER_SECONDS,
    reviewAt: at + ORDER_SECONDS,
    ...overrides,
  };
  await world.orders.connect(key).file(ref, order);
  const by = await world.parties.partyOf(key.address);
  return keccak256(AbiCoder.defaultAbiCoder().encode(["uint16", "bytes32"], [by, ref]));
}
