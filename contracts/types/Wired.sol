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
import {Wiring} from "./Wiring.sol";

/// @notice A singleton that knows the others from construction. Their addresses are computed before the first of them
/// is deployed, so that no setter exists which somebody could call later.
abstract contract Wired {
    IParties internal immutable PARTIES;
    IApprovals internal immutable APPROVALS;
    IFilingRegistry internal immutable FILINGS;
    IHolderRegistry internal immutable HOLDERS;
    INoteFactory internal immutable NOTE_FACTORY;
    IDealRegistry internal immutable DEALS;
    IDistributor internal immutable DISTRIBUTOR;
    IPayments internal immutable PAYMENTS;
    IScrutiny internal immutable SCRUTINY;
    IAssets internal immutable ASSETS;
    IDisclosures internal immutable DISCLOSURES;
    IStatements internal immutable STATEMENTS;
    IClassRules internal immutable CLASS_RULES;
    IOrders internal immutable ORDERS;

    /// @notice `keccak256(abi.encode(Wiring))` of the singletons this contract was built with; a deployment compares it across
    /// all of them.
    bytes32 public immutable wiringHash;

    constructor(Wiring memory wiring_) {
        PARTIES = wiring_.parties;
        APPROVALS = wiring_.approvals;
        FILINGS = wiring_.filings;
        HOLDERS = wiring_.holders;
        NOTE_FACTORY = wiring_.noteFactory;
        DEALS = wiring_.deals;
        DISTRIBUTOR = wiring_.distributor;
        PAYMENTS = wiring_.payments;
        SCRUTINY = wiring_.scrutiny;
        ASSETS = wiring_.assets;
        DISCLOSURES = wiring_.disclosures;
        STATEMENTS = wiring_.statements;
        CLASS_RULES = wiring_.classRules;
        ORDERS = wiring_.orders;
        wiringHash = keccak256(abi.encode(wiring_));
    }
}
