// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IScrutiny} from "./interfaces/IScrutiny.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IScrutiny`.
contract Scrutiny is IScrutiny, Wired {
    constructor(Wiring memory wiring_) Wired(wiring_) {}
}
