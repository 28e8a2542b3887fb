// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Residence codes: two capital letters, ISO 3166-1.
library Residences {
    /// @notice Mainland China. Refused everywhere by this constant; `HK`, `MO` and `TW` are codes of their own (R-H2).
    bytes2 internal constant CN = "CN";

    /// @notice Whether a code is two capital letters.
    function isWellFormed(bytes2 residence) internal pure returns (bool) {
        return _isCapital(residence[0]) && _isCapital(residence[1]);
    }

    function _isCapital(bytes1 letter) private pure returns (bool) {
        return letter >= "A" && letter <= "Z";
    }
}
