// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Residence codes: two capital letters, ISO 3166-1.
library Residences {
    /// @notice Mainland China. Refused everywhere by this constant; `HK`, `MO` and `TW` are codes of their own (R-H2).
    bytes2 internal constant CN = "CN";

    /// @notice Whether a code is two capital letters.
    function isWellFormed(bytes2 residence) internal pure returns (bool) {
        return numberOf(residence) != MALFORMED;
    }

    /// @notice What `numberOf` says of a code that is not two capital letters.
    uint256 internal constant MALFORMED = 767;

    /// @notice Number of a code, counting from `AA` as 0 to `ZZ` as 675; `MALFORMED` unless it is two capital letters.
    function numberOf(bytes2 residence) internal pure returns (uint256) {
        uint256 code = uint16(residence);
        // A letter before `A` wraps round to a large number.
        unchecked {
            (uint256 first, uint256 second) = ((code >> 8) - 65, (code & 255) - 65);
            return first < 26 && second < 26 ? first * 26 + second : MALFORMED;
        }
    }
}
