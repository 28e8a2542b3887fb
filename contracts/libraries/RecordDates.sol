// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {NEVER, NoteConfig} from "../types/NoteConfig.sol";
import {Position} from "../types/Position.sol";

/// @notice Balances that remember what they were at each record date, at no cost to those who do not trade: a holder's
/// first change after a record date writes one snapshot, and dates without a change cost nothing.
/// @dev Record dates are numbered from 1 in order of time; the deal registry declares them in the order of the calendar, so a
/// date that closes late never overtakes one that is still open. The zero address holds the sum of all units. Which date
/// closed last, and when the next one does, stands in the config word that a movement reads anyway.
library RecordDates {
    /// @notice The line of one account in the register.
    struct Line {
        Position position;
    }

    /// @param count Record dates scheduled so far.
    /// @param accounts Accounts that ever held something.
    /// @param holders Holders that hold something now, however many accounts they have.
    /// @param snapshots What the line of an account said at every record date after the one named in it, up to the one it is
    /// kept under; by account | record date << 160.
    struct Register {
        uint24 count;
        uint32 accounts;
        uint32 holders;
        mapping(uint24 recordDateId => uint32) closesAt;
        mapping(address => Line) lines;
        mapping(uint256 accountAndDate => Position) snapshots;
    }

    /// @notice Schedules a record date in the future.
    function schedule(
        Register storage self,
        NoteConfig config,
        uint32 closesAt
    ) internal returns (uint24 recordDateId, NoteConfig) {
        recordDateId = ++self.count;
        self.closesAt[recordDateId] = closesAt;
        if (recordDateId != config.recordDateIdOf() + 1) return (recordDateId, config);
        return (recordDateId, config.withRecordDates(recordDateId - 1, closesAt));
    }

    /// @notice Makes a record date that closes with the changes made so far, in this block.
    function closeNow(Register storage self, NoteConfig config) internal returns (uint24 recordDateId, NoteConfig) {
        recordDateId = ++self.count;
        self.closesAt[recordDateId] = uint32(block.timestamp);
        return (recordDateId, config.withRecordDates(recordDateId, NEVER));
    }

    /// @notice Counts the record dates that have closed by the clock. Must run before units change.
    function rolled(Register storage self, NoteConfig config) internal view returns (NoteConfig) {
        uint24 current = config.recordDateIdOf();
        uint32 next = config.nextClosesAtOf();
        while (block.timestamp > next) {
            unchecked {
                next = self.closesAt[++current + 1];
            }
            if (next == 0) next = NEVER;
        }
        return config.withRecordDates(current, next);
    }

    /// @notice Keeps what the line of an account says before its first change after a record date, and dates it.
    /// @dev An account that never held anything needs no snapshot: the empty one says the same.
    function dated(
        Register storage self,
        NoteConfig config,
        address account,
        Position position
    ) internal returns (Position) {
        uint24 recordDateId = config.recordDateIdOf();
        if (Position.unwrap(position) != 0) self.snapshots[_snapshotKey(account, recordDateId)] = position;
        return position.withRecordDate(recordDateId);
    }

    /// @notice Units an account held at the end of a record date that has closed.
    function unitsAt(
        Register storage self,
        address account,
        uint24 recordDateId
    ) internal view returns (uint256 units) {
        (units, ) = holdingAt(self, account, recordDateId);
    }

    /// @notice As `unitsAt`, with the number of the account in the register.
    function holdingAt(
        Register storage self,
        address account,
        uint24 recordDateId
    ) internal view returns (uint256 units, uint32 index) {
        Position position = self.lines[account].position;
        uint24 id;
        (units, id, index) = (position.unitsOf(), position.recordDateIdOf(), position.indexOf());
        while (id >= recordDateId) {
            Position snapshot = self.snapshots[_snapshotKey(account, id)];
            (units, id) = (snapshot.unitsOf(), snapshot.recordDateIdOf());
        }
    }

    function _snapshotKey(address account, uint24 recordDateId) private pure returns (uint256) {
        return uint160(account) | (uint256(recordDateId) << 160);
    }
}
