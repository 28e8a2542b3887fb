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

    constructor(Wiring memory wiring_) {
        PARTIES = wiring_.parties;
        APPROVALS = wiring_.approvals;
        FILINGS = wiring_.filings;
        HOLDERS = wiring_.holders;
        NOTE_FACTORY = wiring_.noteFactory;
        DEALS = wiring_.deals;
        DISTRIBUTOR = wiring_.distributor;
        PAYMENTS = wiring_.payments;
    }

    /// @notice The singletons this contract was built with; a deployment compares it across all of them.
    function wiring() external view returns (Wiring memory) {
        return Wiring(PARTIES, APPROVALS, FILINGS, HOLDERS, NOTE_FACTORY, DEALS, DISTRIBUTOR, PAYMENTS);
    }
}
