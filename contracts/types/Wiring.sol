// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IApprovals} from "../interfaces/IApprovals.sol";
import {IDealRegistry} from "../interfaces/IDealRegistry.sol";
import {IDistributor} from "../interfaces/IDistributor.sol";
import {IFilingRegistry} from "../interfaces/IFilingRegistry.sol";
import {IHolderRegistry} from "../interfaces/IHolderRegistry.sol";
import {INoteFactory} from "../interfaces/INoteFactory.sol";
import {IParties} from "../interfaces/IParties.sol";
import {IPayments} from "../interfaces/IPayments.sol";
import {IScrutiny} from "../interfaces/IScrutiny.sol";
import {IAssets} from "../interfaces/IAssets.sol";
import {IDisclosures} from "../interfaces/IDisclosures.sol";
import {IStatements} from "../interfaces/IStatements.sol";
import {IClassRules} from "../interfaces/IClassRules.sol";
import {IOrders} from "../interfaces/IOrders.sol";

/// @notice The singletons of one deployment, in the order in which they are deployed.
struct Wiring {
    IParties parties;
    IApprovals approvals;
    IFilingRegistry filings;
    IHolderRegistry holders;
    INoteFactory noteFactory;
    IDealRegistry deals;
    IDistributor distributor;
    IPayments payments;
    IScrutiny scrutiny;
    IAssets assets;
    IDisclosures disclosures;
    IStatements statements;
    IClassRules classRules;
    IOrders orders;
}
