// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {HolderStops} from "./HolderStops.sol";
import {IApprovals} from "./interfaces/IApprovals.sol";
import {IHolderRegistry} from "./interfaces/IHolderRegistry.sol";
import {HolderFacts} from "./libraries/HolderFacts.sol";
import {Rings} from "./libraries/Rings.sol";
import {Roles} from "./libraries/Roles.sol";
import {AccountWord} from "./types/AccountWord.sol";
import {PartyId} from "./types/Ids.sol";

/// @notice Whose an account is, and with whom: see `IHolderRegistry`.
abstract contract HolderRings is HolderStops {
    using HolderFacts for AccountWord;
    using Rings for Rings.Book;

    /// @notice Most accounts of one batch: 200 registrations stay far below the gas of a block.
    uint256 public constant MAX_BATCH = 200;

    /// @notice Most accounts of one holder.
    uint256 public constant MAX_ACCOUNTS = Rings.MAX_ACCOUNTS;

    /// @inheritdoc IHolderRegistry
    function join(address account, address sibling) external {
        bytes16 holderRef = _known(sibling).holderRefOf();
        _known(account);
        address[] memory ring = _rings.ringOf(account);
        address[] memory otherRing = _rings.ringOf(sibling);
        _requireMatcher(ring, otherRing);
        for (uint256 i; i < ring.length; ++i) {
            if (ring[i] == sibling) revert HolderRegistry_SameHolder(account, sibling);
        }
        uint256 count = ring.length + otherRing.length;
        if (count > MAX_ACCOUNTS) revert HolderRegistry_TooManyAccounts(count, MAX_ACCOUNTS);
        _announceJoin(ring, otherRing);
        _rings.join(account, sibling);
        for (uint256 i; i < ring.length; ++i)
            _accounts[ring[i]].word = _accounts[ring[i]].word.withHolderRef(holderRef);
        _forget(ring);
        emit AccountsJoined(sibling, holderRef, ring);
        _shareFacts(ring, _factsOf(otherRing));
        _shareFacts(otherRing, _factsOf(ring));
    }

    /// @inheritdoc IHolderRegistry
    function reassign(address[] calldata accounts, PartyId custodian, bytes32 operationRef) external {
        _requireBatch(accounts.length);
        if (operationRef == 0) revert HolderRegistry_ReferenceMissing();
        PartyId from = _known(accounts[0]).custodianOf();
        if (custodian == from) revert HolderRegistry_SameCustodian(custodian);
        _requireActive(custodian);
        for (uint256 i; i < accounts.length; ++i) {
            if (_known(accounts[i]).custodianOf() != from) revert HolderRegistry_NotCustodianOf(accounts[i], from);
        }
        if (!_agree(from, custodian, keccak256(abi.encode(accounts, from, custodian, operationRef)))) return;
        for (uint256 i; i < accounts.length; ++i) {
            _accounts[accounts[i]].word = _accounts[accounts[i]].word.withCustodian(custodian);
        }
        _forget(accounts);
        emit AccountsReassigned(from, custodian, operationRef, accounts);
    }

    function _requireBatch(uint256 count) internal pure {
        if (count == 0 || count > MAX_BATCH) revert HolderRegistry_BatchSize(count, MAX_BATCH);
    }

    /// @dev The word of the first account, with what any of the others holds against their holder.
    function _factsOf(address[] memory ring) private view returns (AccountWord facts) {
        facts = _accounts[ring[0]].word;
        for (uint256 i = 1; i < ring.length; ++i) facts = facts.sharing(_accounts[ring[i]].word);
    }

    /// @dev Nothing was known of the holder as a whole before its accounts were joined, so that what was said of one of them
    /// reaches the others now.
    function _shareFacts(address[] memory ring, AccountWord facts) private {
        bool isChanged;
        for (uint256 i; i < ring.length; ++i) {
            AccountWord before = _accounts[ring[i]].word;
            AccountWord word = before.sharing(facts);
            if (AccountWord.unwrap(word) == AccountWord.unwrap(before)) continue;
            isChanged = true;
            _accounts[ring[i]].word = word;
            emit AccountUpdated(ring[i], word, 0);
        }
        if (isChanged) _forget(ring);
    }

    /// @dev The custodian that accounts leave may be stopped or without licence; its word is asked because it loses them.
    function _agree(PartyId from, PartyId to, bytes32 content) private returns (bool) {
        PartyId party = PARTIES.partyOf(msg.sender);
        if (party != from && party != to) return _decide(keccak256(abi.encode("reassign", content)));
        bytes32 subject = keccak256(abi.encode("reassign by consent", content));
        return APPROVALS.endorse(subject, subject, party, IApprovals.Quorum(2, 0));
    }

    /// @dev The registrar, who sees identities in the vault, or a custodian that keeps every account concerned.
    function _requireMatcher(address[] memory ring, address[] memory otherRing) private {
        if (PARTIES.holds(PARTIES.partyOf(msg.sender), Roles.REGISTRAR)) return;
        PartyId custodian = _requireActiveCustodian();
        _requireKeeper(custodian, ring);
        _requireKeeper(custodian, otherRing);
    }

    function _requireKeeper(PartyId custodian, address[] memory accounts) private view {
        for (uint256 i; i < accounts.length; ++i) {
            AccountWord word = _accounts[accounts[i]].word;
            if (word.custodianOf() != custodian) revert HolderRegistry_NotCustodianOf(accounts[i], custodian);
        }
    }
}
