import { addressesOf, type Deployment } from "./chain/deploymentManifest.ts";
import type { Gateway } from "./chain/gateway.ts";
import { approvalsProjection } from "./features/approvals/approvals.projection.ts";
import { approvalRoutes } from "./features/approvals/approvals.routes.ts";
import { classRulesProjection } from "./features/deals/classRules.projection.ts";
import { dealsProjection } from "./features/deals/deals.projection.ts";
import { dealRoutes } from "./features/deals/deals.routes.ts";
import { distributionsProjection } from "./features/distributions/distributions.projection.ts";
import { distributionRoutes } from "./features/distributions/distributions.routes.ts";
import { disclosuresProjection } from "./features/disclosures/disclosures.projection.ts";
import { disclosureRoutes } from "./features/disclosures/disclosures.routes.ts";
import { documentRoutes } from "./features/documents/documents.routes.ts";
import { assetsProjection } from "./features/filings/assets.projection.ts";
import { assetRoutes } from "./features/filings/assets.routes.ts";
import { filingsProjection } from "./features/filings/filings.projection.ts";
import { filingRoutes } from "./features/filings/filings.routes.ts";
import { accountFileRoutes } from "./features/holders/accountFile.routes.ts";
import { scrutinyProjection } from "./features/filings/scrutiny.projection.ts";
import { scrutinyRoutes } from "./features/filings/scrutiny.routes.ts";
import { holdersProjection } from "./features/holders/holders.projection.ts";
import { holderRoutes, keyProofRoutes } from "./features/holders/holders.routes.ts";
import { issuanceProjection } from "./features/issuance/issuance.projection.ts";
import { issuanceRoutes } from "./features/issuance/issuance.routes.ts";
import { operationRoutes } from "./features/operations/operations.routes.ts";
import { ordersProjection } from "./features/orders/orders.projection.ts";
import { orderRoutes } from "./features/orders/orders.routes.ts";
import { oversightRoutes } from "./features/oversight/oversight.routes.ts";
import { partiesProjection } from "./features/parties/parties.projection.ts";
import { partyRoutes } from "./features/parties/parties.routes.ts";
import { paymentsProjection } from "./features/payments/payments.projection.ts";
import { paymentRoutes } from "./features/payments/payments.routes.ts";
import { statementsProjection } from "./features/statements/statements.projection.ts";
import { statementRoutes } from "./features/statements/statements.routes.ts";
import { transfersProjection } from "./features/transfers/transfers.projection.ts";
import { transferRoutes } from "./features/transfers/transfers.routes.ts";
import type { VaultKeys } from "./features/vault/sealing.ts";
import { vaultRoutes } from "./features/vault/vault.routes.ts";
import type { Route } from "./http/route.ts";
import type { Projection } from "./indexer/projection.ts";

/** What the features need of the rest of the service. */
export type FeatureDeps = {
  gateway: Gateway;
  deployment: Deployment;
  /** Folder of the documents' bytes. */
  documentsDir: string;
  vaultKeys: VaultKeys;
  wakeLane(signer: string): void;
};

/** How events become rows. Features that read rows of others come after them. */
export const projections: readonly Projection[] = [
  partiesProjection,
  approvalsProjection,
  filingsProjection,
  scrutinyProjection,
  assetsProjection,
  disclosuresProjection,
  dealsProjection,
  classRulesProjection,
  holdersProjection,
  ordersProjection,
  issuanceProjection,
  transfersProjection,
  statementsProjection,
  distributionsProjection,
  paymentsProjection,
];

/** Every route of the features. */
export function routesOf({ gateway, deployment, documentsDir, vaultKeys, wakeLane }: FeatureDeps): readonly Route[] {
  return [
    ...partyRoutes,
    ...approvalRoutes({ addresses: addressesOf(deployment) }),
    ...documentRoutes({ documentsDir }),
    ...filingRoutes,
    ...scrutinyRoutes,
    ...assetRoutes,
    ...disclosureRoutes,
    ...dealRoutes,
    ...vaultRoutes({ vaultKeys }), // before holders: `matches` is no reference of one
    ...holderRoutes,
    ...keyProofRoutes({ gateway }),
    ...accountFileRoutes({ gateway, wakeLane }),
    ...issuanceRoutes,
    ...transferRoutes({ gateway }),
    ...statementRoutes,
    ...orderRoutes,
    ...distributionRoutes,
    ...paymentRoutes({ addresses: addressesOf(deployment) }),
    ...oversightRoutes,
    ...operationRoutes({ gateway, wakeLane }),
  ];
}
