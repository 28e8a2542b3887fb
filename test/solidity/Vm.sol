// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice The cheatcodes of the Solidity test runner that the campaign uses.
interface Vm {
    /// @notice Makes the next call come from an address.
    function prank(address key) external;

    /// @notice Sets the block time.
    function warp(uint256 second) external;

    /// @notice Makes a contract answer calls that begin with some data as it is told.
    function mockCall(address target, bytes calldata data, bytes calldata answer) external;

    function clearMockedCalls() external;

    function addr(uint256 privateKey) external pure returns (address);

    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);

    /// @notice Creation code of a compiled contract. The campaign knows contracts by their interfaces alone, so that it is
    /// compiled once however they change.
    function getCode(string calldata artifact) external view returns (bytes memory);

    function envString(string calldata name) external view returns (string memory);

    function toString(uint256 value) external pure returns (string memory);

    function toString(bytes calldata value) external pure returns (string memory);

    function writeFile(string calldata path, string calldata data) external;
}

Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
