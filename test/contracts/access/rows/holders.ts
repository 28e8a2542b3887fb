import { id, ZeroHash } from "ethers";
import {
  facts,
  factsWord,
  keyProof,
  license,
  LICENSED_UNTIL,
  now,
  ref16,
  registrationOf,
} from "../../../support/steps.ts";
import { makers, holding } from "../callers.ts";
import type { Row, Rows } from "../row.ts";
import type { Scene } from "../scenes.ts";

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

const inAnHour = async (scene: Scene) => (await now(scene)) + HOUR_SECONDS;
const inAMonth = async (scene: Scene) => (await now(scene)) + 30 * DAY_SECONDS;

const inactive = { unlicensed: "HolderRegistry_CustodianInactive" } as const;
const ofCustodianA: Pick<Row, "may" | "but"> = {
  may: ["custodianA"],
  but: { ...inactive, custodianB: "HolderRegistry_NotCustodianOf" },
};

/** An account apart from those of the situations, stopped for an hour. */
const stoppedAccount = async (scene: Scene) => {
  const { custodianB, registrar } = scene.actors;
  const registration = registrationOf(id("apart"), { holderRef: ref16("apart") });
  await scene.holders.connect(custodianB.key).registerAccounts([registration]);
  await scene.holders.connect(registrar.key).stopAccount(await apart(scene), id("standing"), await inAnHour(scene));
};

const apart = ({ holders, actors }: Scene) => holders.custodialAccountOf(actors.custodianB.id, id("apart"));

/** A custodian without clients, licensed and then stopped for an hour. */
const stoppedCustodian = async (scene: Scene) => {
  const { unlicensed, registrar } = scene.actors;
  await license(scene, unlicensed);
  const until = await inAnHour(scene);
  await scene.holders.connect(registrar.key).stopCustodian(unlicensed.id, id("standing"), until);
};

export const holders: Rows = {
  license: {
    args: ({ actors }) => [actors.custodianB.id, LICENSED_UNTIL + 1, ZeroHash, id("licence")],
    may: holding("REGISTRAR"),
  },
  registerAccount: {
    args: () => [registrationOf(id("new"), { holderRef: ref16("new") })],
    may: ["custodianA", "custodianB"],
    but: inactive,
  },
  registerAccounts: {
    args: () => [[registrationOf(id("new"), { holderRef: ref16("new") })]],
    may: ["custodianA", "custodianB"],
    but: inactive,
  },
  registerSelfKept: {
    args: async (scene) => {
      const { secondHolder, custodianA } = scene.actors;
      const given = facts({ holderRef: ref16("new") });
      const proof = { account: secondHolder.address, custodian: custodianA.id, holderRef: given.holderRef };
      const signature = await keyProof(scene, secondHolder, proof);
      return [secondHolder.address, factsWord(given), given.evidenceCommitment, signature];
    },
    may: ["custodianA"],
    but: { ...inactive, custodianB: "HolderRegistry_KeyNotProven" },
  },
  updateAccount: {
    args: ({ alpha }) => [alpha, factsWord({ holderRef: ref16("alpha") }), id("evidence")],
    ...ofCustodianA,
  },
  // The registrar matches holders in the vault; a custodian knows its own.
  join: {
    args: ({ alpha, beta }) => [alpha, beta],
    ...ofCustodianA,
    may: ["registrar", "custodianA"],
  },
  // Both custodians agree, or three parties decide; either way this is the first call.
  reassign: {
    args: ({ alpha, actors }) => [[alpha], actors.custodianB.id, id("reassignment")],
    may: [...makers, "custodianA", "custodianB"],
    isDecided: true,
  },
  stopAccount: {
    args: async (scene) => [scene.alpha, id("order"), await inAnHour(scene)],
    may: makers,
  },
  stopHolder: {
    args: async (scene) => [scene.alpha, id("order"), await inAnHour(scene)],
    may: makers,
  },
  keepAccountStopped: {
    arrange: stoppedAccount,
    args: async (scene) => [await apart(scene), id("keeping"), await inAMonth(scene)],
    may: makers,
    isDecided: true,
    in: { unfiled: "HolderRegistry_UnknownAccount" },
  },
  liftAccount: {
    arrange: stoppedAccount,
    args: async (scene) => [await apart(scene), id("standing")],
    may: makers,
    isDecided: true,
    in: { unfiled: "HolderRegistry_UnknownAccount" },
  },
  stopCustodian: {
    args: async (scene) => [scene.actors.custodianA.id, id("order"), await inAnHour(scene)],
    may: makers,
  },
  keepCustodianStopped: {
    arrange: stoppedCustodian,
    args: async (scene) => [scene.actors.unlicensed.id, id("keeping"), await inAMonth(scene)],
    may: makers,
    isDecided: true,
    in: { unfiled: "HolderRegistry_CustodianInactive" },
  },
  liftCustodian: {
    arrange: stoppedCustodian,
    args: ({ actors }) => [actors.unlicensed.id, id("standing")],
    may: makers,
    isDecided: true,
    in: { unfiled: "HolderRegistry_CustodianInactive" },
  },
  admitNote: { args: ({ note }) => [note.target], may: ["deals"], others: "HolderRegistry_NotDealRegistry" },
  dismissNote: { args: ({ note }) => [note.target], may: ["deals"], others: "HolderRegistry_NotDealRegistry" },
  endLicence: { args: ({ actors }) => [actors.custodianB.id], may: ["parties"], others: "HolderRegistry_NotParties" },
  forgetKey: {
    args: ({ actors }) => [actors.custodianB.key.address],
    may: ["parties"],
    others: "HolderRegistry_NotParties",
  },
};
