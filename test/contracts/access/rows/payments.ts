import { id, parseUnits } from "ethers";
import { Distributor__factory } from "../../../../types/contracts/factories/Distributor__factory.ts";
import { admitDeposit, cashAccountOf, currency, instruct } from "../../../support/cycles.ts";
import { firstPosting } from "../../../support/payingWorld.ts";
import { classes } from "../../../support/terms.ts";
import { makers } from "../callers.ts";
import type { Row, Rows } from "../row.ts";
import type { Scene } from "../scenes.ts";

const PERIOD = 1;

/** The paying agent pays and nobody else; without a posted period there is nothing to pay. */
const byPayingAgent = (row: Pick<Row, "args" | "arrange" | "in" | "stage">): Row => ({
  stage: "funded",
  may: ["payingAgent"],
  ...row,
  in: { unfiled: "Payments_NotFunded", ...row.in },
});

const holdersOf = ({ alpha, beta, gamma, selfKept }: Scene) => [alpha, beta, gamma, selfKept];

/** The posting as its transaction carried it. */
const postedBytes = ({ deal }: Scene) =>
  `0x${Distributor__factory.createInterface().encodeFunctionData("post", [deal, firstPosting]).slice(10)}`;

/** A deposit for the currency, of which the paying agent has enough. */
async function provideMoney(scene: Scene): Promise<void> {
  const deposit = await admitDeposit(scene);
  const { payingAgent, spare } = scene.actors;
  await deposit.connect(spare).credit(payingAgent.key.address, parseUnits("1", 12));
  await deposit.connect(payingAgent.key).approve(scene.wiring.payments, parseUnits("1", 12));
}

export const payments: Rows = {
  admitDeposit: { args: ({ wiring }) => [currency, wiring.parties, id("admission")], may: makers, isDecided: true },
  // The paid party opens its instruction itself; an approver comes second.
  instruct: {
    args: ({ actors }) => [actors.custodianA.id, currency, cashAccountOf("A"), id("instruction")],
    may: ["custodianA"],
    others: "Payments_NotInstructor",
  },
  fund: byPayingAgent({
    args: async ({ deal, distributor }) => {
      const { totalMinor } = await distributor.totalOf(deal, PERIOD).catch(() => ({ totalMinor: 0n }));
      return [deal, PERIOD, totalMinor];
    },
    stage: "posted",
    arrange: provideMoney,
    in: { unfiled: "Distributor_NotPosted" },
  }),
  // Paying a stopped account is holding its share, which is never refused.
  pay: byPayingAgent({ args: (scene) => [scene.deal, PERIOD, classes.open, holdersOf(scene)] }),
  release: byPayingAgent({
    args: (scene) => [scene.deal, PERIOD, classes.open, holdersOf(scene)],
    in: { suspended: "Payments_FilingSuspended" },
  }),
  payFee: byPayingAgent({
    args: (scene) => [scene.deal, PERIOD, 0, postedBytes(scene)],
    arrange: (scene) => instruct(scene, scene.actors.servicer, cashAccountOf("servicer")),
    in: { suspended: "Payments_FilingSuspended" },
  }),
  payRetained: byPayingAgent({
    args: ({ deal }) => [deal, PERIOD, classes.retained],
    arrange: (scene) => instruct(scene, scene.actors.issuer, cashAccountOf("issuer")),
    in: { suspended: "Payments_FilingSuspended" },
  }),
};
