// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDisclosures} from "./interfaces/IDisclosures.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IDisclosures`.
contract Disclosures is IDisclosures, Wired {
    constructor(Wiring memory wiring_) Wired(wiring_) {}
}
