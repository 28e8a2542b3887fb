// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IOrders} from "./interfaces/IOrders.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IOrders`.
contract Orders is IOrders, Wired {
    constructor(Wiring memory wiring_) Wired(wiring_) {}
}
