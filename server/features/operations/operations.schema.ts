import { z } from "zod";
import { OperationBody } from "../../http/operation.ts";
import { HexData, Page, pageOf, PartyCode, Timestamp } from "../../http/schemas.ts";
import { operationStates } from "../../store/operation.ts";

export const OperationParams = z.strictObject({ operationId: z.uuid() });

export const OperationQuery = Page.extend({
  state: z.enum(operationStates).optional(),
  kind: z.string().max(80).optional(),
  party: PartyCode.optional().meta({ description: "For registrar and regulator, who see operations of all parties." }),
});

export const OperationList = pageOf(OperationBody).meta({ id: "OperationList" });

export const OperationWithHistory = OperationBody.extend({
  history: z
    .array(z.strictObject({ state: z.enum(operationStates), at: Timestamp, note: z.string().nullable() }))
    .meta({ description: "Every state it has been in, oldest first." }),
}).meta({ id: "OperationWithHistory" });

export const SignatureRequest = z
  .strictObject({
    rawTransaction: HexData.max(300_000).meta({ description: "The signed transaction, as it would be broadcast." }),
  })
  .meta({ id: "SignatureRequest" });
