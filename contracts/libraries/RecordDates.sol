// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Balances that remember what they were at each record date, at no cost to those who do not trade: a holder's
/// first change after a record date writes one snapshot, and dates without a change cost nothing.
/// @dev Record dates are numbered from 1 in order of time; the deal registry declares them in the order of the calendar, so a
/// date that closes late never overtakes one that is still open. The zero address holds the sum of all units.
library RecordDates {
    /// @param recordDateId Last record date that had closed when the units last changed.
    /// @param index Number of the account in this register, from 1 in order of first receipt; 0 when it never held. A bit
    /// per account can then say who was paid.
    struct Position {
        uint64 units;
        uint24 recordDateId;
        uint32 index;
    }

    /// @notice Units held at every record date after `previousId` up to the one the snapshot is kept under.
    struct Snapshot {
        uint64 units;
        uint24 previousId;
    }

    /// @param count Record dates scheduled so far.
    /// @param current Last record date known to have closed; later ones may have closed since by the clock.
    /// @param accounts Accounts that ever held something.
    struct Register {
        uint24 count;
        uint24 current;
        uint32 accounts;
        mapping(uint24 recordDateId => uint40) closesAt;
        mapping(address => Position) positions;
        mapping(address => mapping(uint24 recordDateId => Snapshot)) snapshots;
    }

    /// @notice Schedules a record date in the future.
    function schedule(Register storage self, uint40 closesAt) internal returns (uint24 recordDateId) {
        recordDateId = ++self.count;
        self.closesAt[recordDateId] = closesAt;
    }

    /// @notice Makes a record date that closes with the changes made so far, in this block.
    function closeNow(Register storage self) internal returns (uint24 recordDateId) {
        recordDateId = schedule(self, uint40(block.timestamp));
        self.current = recordDateId;
    }

    /// @notice Counts the record dates that have closed by the clock. Must run before units change.
    function roll(Register storage self) internal {
        uint24 current = self.current;
        uint24 count = self.count;
        while (current < count && block.timestamp > self.closesAt[current + 1]) ++current;
        if (current != self.current) self.current = current;
    }

    function add(Register storage self, address account, uint64 units) internal {
        Position storage position = _touched(self, account);
        position.units += units;
        if (position.index == 0 && account != address(0)) position.index = ++self.accounts;
    }

    function subtract(Register storage self, address account, uint64 units) internal {
        _touched(self, account).units -= units;
    }

    /// @notice Whether a record date has passed, so that nothing can change its register any more.
    function hasClosed(Register storage self, uint24 recordDateId) internal view returns (bool) {
        if (recordDateId == 0 || recordDateId > self.count) return false;
        return recordDateId <= self.current || block.timestamp > self.closesAt[recordDateId];
    }

    /// @notice Units an account held at the end of a record date that has closed.
    function unitsAt(Register storage self, address account, uint24 recordDateId) internal view returns (uint64 units) {
        (units, ) = holdingAt(self, account, recordDateId);
    }

    /// @notice As `unitsAt`, with the number of the account in the register.
    function holdingAt(
        Register storage self,
        address account,
        uint24 recordDateId
    ) internal view returns (uint64 units, uint32 index) {
        Position storage position = self.positions[account];
        uint24 id;
        (units, id, index) = (position.units, position.recordDateId, position.index);
        while (id >= recordDateId) {
            Snapshot storage snapshot = self.snapshots[account][id];
            (units, id) = (snapshot.units, snapshot.previousId);
        }
    }

    /// @dev An account that never held anything needs no snapshot: the empty one says the same.
    function _touched(Register storage self, address account) private returns (Position storage position) {
        position = self.positions[account];
        uint24 current = self.current;
        if (position.recordDateId == current) return position;
        if (position.units != 0 || position.recordDateId != 0) {
            self.snapshots[account][current] = Snapshot(position.units, position.recordDateId);
        }
        position.recordDateId = current;
    }
}
