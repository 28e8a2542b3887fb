// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAssets} from "./interfaces/IAssets.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IAssets`.
contract Assets is IAssets, Wired {
    constructor(Wiring memory wiring_) Wired(wiring_) {}
}
