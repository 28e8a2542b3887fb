// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {INote} from "./interfaces/INote.sol";
import {IStatements} from "./interfaces/IStatements.sol";
import {AccountWord, OMNIBUS} from "./types/AccountWord.sol";
import {PartyId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IStatements`.
contract Statements is IStatements, Wired {
    mapping(INote note => mapping(address account => mapping(uint24 recordDateId => bool))) private _stated;

    constructor(Wiring memory wiring_) Wired(wiring_) {}

    /// @inheritdoc IStatements
    function state(
        INote note,
        address account,
        uint24 recordDateId,
        Total[] calldata totals,
        uint32 subHolders,
        bytes32 listHash
    ) external {
        PartyId custodian = _requireCustodian(account);
        if (!HOLDERS.isLive(note)) revert Statements_UnknownNote(note);
        uint256 held = note.unitsAt(account, recordDateId);
        uint256 stated = _sumOf(totals);
        if (stated != held) revert Statements_Unequal(stated, held);
        if (subHolders < totals.length || (subHolders != 0 && totals.length == 0))
            revert Statements_SubHolderCount(subHolders, totals.length);
        if (listHash == 0) revert Statements_ListMissing();
        _stated[note][account][recordDateId] = true;
        emit Stated(note, account, recordDateId, custodian, totals, subHolders, listHash);
    }

    /// @inheritdoc IStatements
    function isStated(INote note, address account, uint24 recordDateId) public view returns (bool) {
        return note.unitsAt(account, recordDateId) == 0 || _stated[note][account][recordDateId];
    }

    /// @inheritdoc IStatements
    function isCurrent(INote note, address account) external view returns (bool) {
        uint24 recordDateId = note.lastClosedRecordDate();
        return recordDateId == 0 || isStated(note, account, recordDateId);
    }

    function _requireCustodian(address account) private view returns (PartyId party) {
        AccountWord word = HOLDERS.accountOf(account);
        party = PARTIES.partyOf(msg.sender);
        if (party.isNobody() || party != word.custodianOf() || !HOLDERS.isRegisteredSpender(msg.sender))
            revert Statements_NotCustodianOf(account, party);
        if (!word.has(OMNIBUS)) revert Statements_NotOmnibus(account);
    }

    function _sumOf(Total[] calldata totals) private view returns (uint256 sum) {
        bytes2 last;
        for (uint256 i; i < totals.length; ++i) {
            (bytes2 residence, uint64 units) = (totals[i].residence, totals[i].units);
            if (!HOLDERS.isResidenceAllowed(residence)) revert Statements_ResidenceNotAllowed(residence);
            if (residence <= last) revert Statements_ResidenceOrder(residence);
            if (units == 0) revert Statements_UnitsMissing(residence);
            (last, sum) = (residence, sum + units);
        }
    }
}
