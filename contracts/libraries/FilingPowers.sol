// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingPower, FilingState} from "../interfaces/IFilingRegistry.sol";

/// @notice What each state of a filing allows (R-F4).
/// @dev Generated from server/domain/filingStates.ts by `node scripts/generate.ts`; edit that table instead.
library FilingPowers {
    /// @dev Eight bits for each state: 0x01 Issue, 0x02 Transfer, 0x04 Order, 0x08 Pay, 0x10 Redeem, 0x20 Pledge.
    uint256 private constant POWERS =
        (0x20 << (8 * uint8(FilingState.Draft))) |
            (0x20 << (8 * uint8(FilingState.Submitted))) |
            (0x20 << (8 * uint8(FilingState.SupplementRequested))) |
            (0x20 << (8 * uint8(FilingState.Attested))) |
            (0x3f << (8 * uint8(FilingState.Recorded))) |
            (0x3e << (8 * uint8(FilingState.IssuedReported))) |
            (0x24 << (8 * uint8(FilingState.Suspended))) |
            (0x3c << (8 * uint8(FilingState.Revoked)));

    /// @notice Whether something may happen under a filing in a state.
    function allows(FilingState state, FilingPower power) internal pure returns (bool) {
        return (POWERS >> (8 * uint8(state) + uint8(power))) & 1 == 1;
    }
}
