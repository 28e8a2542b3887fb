// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice A note that only writes down what the holder registry tells it. For tests.
contract ListeningNote {
    event Forgotten(address[] accounts);
    event EpochMoved();
    event Joined(address[] ring, address[] otherRing);

    function forget(address[] calldata accounts) external {
        emit Forgotten(accounts);
    }

    function moveEpoch() external {
        emit EpochMoved();
    }

    function join(address[] calldata ring, address[] calldata otherRing) external {
        emit Joined(ring, otherRing);
    }
}
