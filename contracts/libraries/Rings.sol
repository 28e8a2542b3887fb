// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice The accounts of one holder, each naming the next and the last one the first. An account that names none is
/// alone, so that registering an account writes nothing here.
library Rings {
    /// @notice Most accounts of one holder: what is said of a holder reaches all of them in one transaction.
    uint256 internal constant MAX_ACCOUNTS = 32;

    struct Book {
        mapping(address account => address) next;
    }

    /// @notice Every account of the ring that an account is in, from that account on.
    function ringOf(Book storage self, address account) internal view returns (address[] memory ring) {
        uint256 count;
        address[] memory found = new address[](MAX_ACCOUNTS);
        address current = account;
        do {
            found[count++] = current;
            current = self.next[current];
        } while (current != account && current != address(0));
        ring = new address[](count);
        for (uint256 i; i < count; ++i) ring[i] = found[i];
    }

    /// @notice Makes one ring of two that have no account in common.
    function join(Book storage self, address account, address other) internal {
        (address afterAccount, address afterOther) = (self.next[account], self.next[other]);
        self.next[account] = afterOther == address(0) ? other : afterOther;
        self.next[other] = afterAccount == address(0) ? account : afterAccount;
    }
}
