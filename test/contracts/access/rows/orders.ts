import { id, ZeroAddress } from "ethers";
import { fileOrder, kind } from "../../../support/orders.ts";
import { byThree, now, plainOf } from "../../../support/steps.ts";
import { classes, ruleTerms } from "../../../support/terms.ts";
import { makers } from "../callers.ts";
import type { Rows } from "../row.ts";
import type { Scene } from "../scenes.ts";

const HOUR_SECONDS = 3_600;

const inAnHour = async (scene: Scene) => (await now(scene)) + HOUR_SECONDS;

const freeze = (scene: Scene) => fileOrder(scene);

const pause = (scene: Scene) => fileOrder(scene, { kind: kind.pause, account: ZeroAddress, units: 0n });

/** A freeze in force. */
async function frozen(scene: Scene): Promise<string> {
  const orderId = await freeze(scene);
  await byThree(scene, (key) => scene.orders.connect(key).freeze(orderId));
  return orderId;
}

/** A pause that stands. */
async function paused(scene: Scene): Promise<string> {
  const orderId = await pause(scene);
  await scene.orders.connect(scene.actors.regulator.key).pause(orderId, await inAnHour(scene));
  return orderId;
}

const forced = (scene: Scene) => fileOrder(scene, { kind: kind.force, destination: scene.gamma });

/** A recovery to an account that the registrar said is the same holder's. */
async function recovered(scene: Scene): Promise<string> {
  await scene.holders.connect(scene.actors.registrar.key).join(scene.alpha, scene.gamma);
  return fileOrder(scene, { kind: kind.recover, destination: scene.gamma });
}

export const orders: Rows = {
  file: {
    args: async (scene) => {
      const { order } = await scene.orders.orderOf(await freeze(scene));
      return [id("another order"), plainOf(order)];
    },
    may: makers,
  },
  freeze: { args: async (scene) => [await freeze(scene)], may: makers },
  unfreeze: { args: async (scene) => [await frozen(scene), id("grounds")], may: makers },
  force: { args: async (scene) => [await forced(scene)], may: makers },
  recover: {
    args: async (scene) => [await recovered(scene)],
    may: makers,
    in: { frozen: "Orders_AccountStopped" },
  },
  pause: { args: async (scene) => [await pause(scene), await inAnHour(scene)], may: makers },
  keepPaused: { args: async (scene) => [await pause(scene), await inAnHour(scene)], may: makers },
  liftPause: { args: async (scene) => [await paused(scene)], may: makers },
};

export const classRules: Rows = {
  change: {
    args: ({ deal }) => [deal, classes.open, ruleTerms({ maxHolders: 9 }), id("grounds"), id("change")],
    may: makers,
  },
};
