// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../types/Ids.sol";
import {INote} from "./INote.sol";

/// @notice Statements of omnibus accounts: for each record date, what the clients behind the account held, by residence
/// (R-H8). An account without one receives nothing more, and its payments of that date are held until it is made.
interface IStatements {
    /// @notice Units of all sub-holders of one residence.
    struct Total {
        bytes2 residence;
        uint64 units;
    }

    /// @notice The last statement of an account and record date counts.
    /// @param subHolders How many clients stand behind the account.
    /// @param listHash Salted hash of the list of sub-accounts, which stays off the ledger.
    event Stated(
        INote indexed note,
        address indexed account,
        uint24 indexed recordDateId,
        PartyId custodian,
        Total[] totals,
        uint32 subHolders,
        bytes32 listHash
    );

    /// @notice Thrown when the note is no note of a live deal.
    error Statements_UnknownNote(INote note);
    /// @notice Thrown when the account is not omnibus.
    error Statements_NotOmnibus(address account);
    /// @notice Thrown when the caller is not the account's custodian, or the custodian is not active.
    error Statements_NotCustodianOf(address account, PartyId party);
    /// @notice Thrown for a residence that is not on the allow-list; `CN` never is (R-H2).
    error Statements_ResidenceNotAllowed(bytes2 residence);
    /// @notice Thrown when residences do not stand in strictly ascending order, so that each stands once.
    error Statements_ResidenceOrder(bytes2 residence);
    /// @notice Thrown when a residence is named without units.
    error Statements_UnitsMissing(bytes2 residence);
    /// @notice Thrown when the totals do not add up to what the account held at the record date.
    error Statements_Unequal(uint256 stated, uint256 held);
    /// @notice Thrown when there are fewer sub-holders than residences, or some without any units.
    error Statements_SubHolderCount(uint32 subHolders, uint256 residences);
    /// @notice Thrown when the hash of the list is missing.
    error Statements_ListMissing();

    /// @notice States the sub-holders of an omnibus account at a record date that has closed; may be stated again.
    /// @dev Reverts with `Note_RecordDateOpen` while the date is open.
    /// @param totals By residence in ascending order; must add up to the account's units at that date.
    /// @custom:access the account's custodian, while active
    function state(
        INote note,
        address account,
        uint24 recordDateId,
        Total[] calldata totals,
        uint32 subHolders,
        bytes32 listHash
    ) external;

    /// @notice Whether an account needs no statement for a record date any more: it was stated, or the account held nothing.
    /// @dev Reverts with `Note_RecordDateOpen` while the date is open.
    function isStated(INote note, address account, uint24 recordDateId) external view returns (bool);

    /// @notice Whether an account needs no statement now: `isStated` for the note's last record date that has closed.
    function isCurrent(INote note, address account) external view returns (bool);
}
