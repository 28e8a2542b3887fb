// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Custodian, IHolderRegistry} from "./interfaces/IHolderRegistry.sol";
import {AccountWord} from "./types/AccountWord.sol";
import {PartyId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";

/// @notice What the holder registry keeps of accounts and custodians, and the checks that all its parts share.
abstract contract HolderBook is IHolderRegistry, Wired {
    mapping(address => AccountWord) internal _accounts;
    mapping(PartyId => Custodian) internal _custodians;

    function _isActive(PartyId custodian) internal view returns (bool) {
        Custodian memory current = _custodians[custodian];
        return block.timestamp <= current.licensedUntil && block.timestamp > current.stoppedUntil;
    }

    /// @dev Last second of a custodian's licence; 0 for nobody and while it is stopped.
    function _activeUntil(PartyId custodian) internal view returns (uint40) {
        Custodian memory current = _custodians[custodian];
        return block.timestamp > current.stoppedUntil ? current.licensedUntil : 0;
    }

    function _known(address account) internal view returns (AccountWord word) {
        word = _accounts[account];
        if (!word.isRegistered()) revert HolderRegistry_UnknownAccount(account);
    }

    function _licensed(PartyId custodian) internal view returns (Custodian storage current) {
        current = _custodians[custodian];
        if (current.licensedUntil == 0) revert HolderRegistry_CustodianInactive(custodian);
    }

    function _decide(bytes32 subject) internal returns (bool) {
        return APPROVALS.decide(subject, msg.sender, 0);
    }
}
