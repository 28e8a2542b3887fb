// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IHolderRegistry} from "./interfaces/IHolderRegistry.sol";
import {INote} from "./interfaces/INote.sol";
import {Rings} from "./libraries/Rings.sol";
import {AccountWord} from "./types/AccountWord.sol";
import {Wired} from "./types/Wired.sol";

/// @notice The accounts of the holder registry, and the notes that are told when one of them changes.
/// @dev A note remembers who may receive, so each write here reaches every live note in the same transaction. Notes enter
/// and leave only by the deal registry, and none of them may refuse to listen.
abstract contract HolderBook is IHolderRegistry, Wired {
    using Rings for Rings.Book;

    /// @notice Most live notes: telling as many of a change stays within the gas of one transaction.
    uint256 public constant MAX_NOTES = 1_000;

    /// @dev Stands around a word so that its place is computed once where it is read and written.
    struct Entry {
        AccountWord word;
    }

    mapping(address => Entry) internal _accounts;
    Rings.Book internal _rings;

    INote[] private _notes;
    /// @dev Place of a note in `_notes`, counting from 1.
    mapping(INote note => uint256) private _placeOf;

    /// @inheritdoc IHolderRegistry
    function admitNote(INote note) external {
        _requireDealRegistry();
        if (_placeOf[note] != 0) return;
        if (_notes.length == MAX_NOTES) revert HolderRegistry_TooManyNotes(MAX_NOTES);
        _notes.push(note);
        _placeOf[note] = _notes.length;
    }

    /// @inheritdoc IHolderRegistry
    function dismissNote(INote note) external {
        _requireDealRegistry();
        uint256 place = _placeOf[note];
        if (place == 0) return;
        INote last = _notes[_notes.length - 1];
        _notes[place - 1] = last;
        _placeOf[last] = place;
        _placeOf[note] = 0;
        _notes.pop();
    }

    /// @inheritdoc IHolderRegistry
    function isLive(INote note) external view returns (bool) {
        return _placeOf[note] != 0;
    }

    /// @inheritdoc IHolderRegistry
    function accountOf(address account) external view returns (AccountWord) {
        return _accounts[account].word;
    }

    /// @inheritdoc IHolderRegistry
    function accountsOf(address account) external view returns (address[] memory) {
        _known(account);
        return _rings.ringOf(account);
    }

    /// @dev A word that closes an account must reach every note within the gas of one transaction, however many accounts the
    /// holder has. Where naming them all to every note could take more, the notes forget everything, at a cost that does not
    /// grow with the accounts.
    function _forget(address[] memory accounts) internal {
        uint256 count = _notes.length;
        if (accounts.length * count > MAX_NOTES) return _moveEpoch();
        for (uint256 i; i < count; ++i) _notes[i].forget(accounts);
    }

    function _forget(address account) internal {
        address[] memory accounts = new address[](1);
        accounts[0] = account;
        _forget(accounts);
    }

    function _moveEpoch() internal {
        uint256 count = _notes.length;
        for (uint256 i; i < count; ++i) _notes[i].moveEpoch();
    }

    function _announceJoin(address[] memory ring, address[] memory otherRing) internal {
        uint256 count = _notes.length;
        for (uint256 i; i < count; ++i) _notes[i].join(ring, otherRing);
    }

    function _known(address account) internal view returns (AccountWord word) {
        word = _accounts[account].word;
        if (!word.isRegistered()) revert HolderRegistry_UnknownAccount(account);
    }

    function _decide(bytes32 subject) internal returns (bool) {
        return APPROVALS.decide(subject, msg.sender, 0);
    }

    function _requireDealRegistry() private view {
        if (msg.sender != address(DEALS)) revert HolderRegistry_NotDealRegistry(msg.sender);
    }
}
