// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IClassRules} from "./interfaces/IClassRules.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IClassRules`.
contract ClassRules is IClassRules, Wired {
    constructor(Wiring memory wiring_) Wired(wiring_) {}
}
