import { id } from "ethers";
import { fileOrder, kind } from "../../../support/orders.ts";
import { byThree, now, plainOf, register } from "../../../support/steps.ts";
import { classes, ruleTerms } from "../../../support/terms.ts";
import { makers } from "../callers.ts";
import type { Rows } from "../row.ts";
import { filePause, type Scene } from "../scenes.ts";

const HOUR_SECONDS = 3_600;

const inHours = async (scene: Scene, hours: number) => (await now(scene)) + hours * HOUR_SECONDS;
const inAnHour = (scene: Scene) => inHours(scene, 1);

const freeze = (scene: Scene) => fileOrder(scene);

/** A freeze in force. */
async function frozen(scene: Scene): Promise<string> {
  const orderId = await freeze(scene);
  await byThree(scene, (key) => scene.orders.connect(key).freeze(orderId));
  return orderId;
}

/** A pause that stands, longer than the one of the situation. */
async function paused(scene: Scene): Promise<string> {
  const orderId = await filePause(scene);
  await scene.orders.connect(scene.actors.regulator.key).pause(orderId, await inHours(scene, 2));
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
  freeze: { args: async (scene) => [await freeze(scene)], may: makers, isDecided: true },
  unfreeze: { args: async (scene) => [await frozen(scene), id("grounds")], may: makers, isDecided: true },
  force: { args: async (scene) => [await forced(scene)], may: makers, isDecided: true },
  recover: {
    args: async (scene) => [await recovered(scene)],
    may: makers,
    isDecided: true,
    in: { frozen: "Orders_AccountStopped" },
  },
  pause: { args: async (scene) => [await filePause(scene), await inAnHour(scene)], may: makers },
  keepPaused: {
    args: async (scene) => [await filePause(scene), await inHours(scene, 9)],
    may: makers,
    isDecided: true,
  },
  liftPause: { args: async (scene) => [await paused(scene)], may: makers, isDecided: true },
};

export const classRules: Rows = {
  change: {
    args: ({ deal }) => [deal, classes.open, ruleTerms({ maxHolders: 9 }), id("grounds"), id("change")],
    may: makers,
    isDecided: true,
  },
};

const EARLIER_RECORD_DATE = 20260205;

export const statements: Rows = {
  // An omnibus account that held nothing then; its custodian alone speaks for it.
  state: {
    arrange: ({ deals, deal, actors }) =>
      deals.connect(actors.payingAgent.key).declareRecordDate(deal, EARLIER_RECORD_DATE),
    args: async (scene) => {
      const { custodianA } = scene.actors;
      const account = await register(scene, custodianA, "omnibus", { omnibus: true });
      return [scene.note.target, account, 1, [], 0, id("list")];
    },
    may: ["custodianA"],
    others: "Statements_NotCustodianOf",
    in: { unfiled: "Statements_UnknownNote" },
  },
};
