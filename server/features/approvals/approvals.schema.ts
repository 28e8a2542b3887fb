import { z } from "zod";
import { singletonNames } from "../../chain/contracts.ts";
import { AsOf } from "../../http/asOf.ts";
import { BlockNumber, Bytes32, Page, PartyCode, Timestamp, pageOf } from "../../http/schemas.ts";

const ModuleName = z.enum(singletonNames).meta({ description: "Contract whose call is endorsed." });

const matterState = z.enum(["open", "effective", "withdrawn"]);

const Endorsement = z.strictObject({
  party: PartyCode,
  at: Timestamp,
  blockNumber: BlockNumber,
  transactionHash: Bytes32,
});

export const Matter = z
  .strictObject({
    module: ModuleName.nullable().meta({ description: "Contract whose call is endorsed; null for an unknown one." }),
    subject: Bytes32.meta({ description: "What is decided; equal calls have equal subjects." }),
    payloadHash: Bytes32.meta({ description: "Content that every endorsement must have." }),
    state: matterState.meta({
      description:
        "An open matter that waits too long for its next step is forgotten by the ledger and stays open here.",
    }),
    openedAt: Timestamp,
    effectiveAt: Timestamp.nullable(),
    withdrawnAt: Timestamp.nullable(),
    withdrawnBy: PartyCode.nullable(),
    endorsements: z.array(Endorsement),
  })
  .meta({ id: "Matter", description: "A decision that needs several distinct parties." });

export const MatterQuery = Page.extend({ state: matterState.optional() });

export const MatterList = pageOf(Matter).extend({ asOf: AsOf });

export const WithdrawalRequest = z.strictObject({ module: ModuleName, subject: Bytes32 });
