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

    /// @notice Number of a well-formed code, counting from `AA` as 0 to `ZZ` as 675.
    function numberOf(bytes2 residence) internal pure returns (uint256) {
        return (uint256(uint8(residence[0])) - 65) * 26 + uint8(residence[1]) - 65;
    }

    function _isCapital(bytes1 letter) private pure returns (bool) {
        return letter >= "A" && letter <= "Z";
    }
}
