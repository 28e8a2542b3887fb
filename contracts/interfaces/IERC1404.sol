// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice ERC-1404, simple restricted token standard; ERC-165 id `0xab84a5c8`.
interface IERC1404 {
    /// @notice The first reason that forbids a transfer by whoever is entitled to make it.
    /// @return code 0 when nothing forbids it, else the number of the reason in docs/restrictions.md plus one.
    function detectTransferRestriction(address from, address to, uint256 value) external view returns (uint8 code);

    /// @notice What a code means, one English sentence; empty for 0 and for a code that stands for nothing.
    function messageForTransferRestriction(uint8 code) external view returns (string memory message);
}
