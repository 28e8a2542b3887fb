// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IStatements} from "./interfaces/IStatements.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IStatements`.
contract Statements is IStatements, Wired {
    constructor(Wiring memory wiring_) Wired(wiring_) {}
}
