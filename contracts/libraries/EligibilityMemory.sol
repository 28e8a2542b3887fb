// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ACCEPTS_FREE_DELIVERY, AccountWord, OMNIBUS, SELF_KEPT} from "../types/AccountWord.sol";
import {PartyId} from "../types/Ids.sol";
import {NoteConfig} from "../types/NoteConfig.sol";
import {MEMORY_OFFSET, Position} from "../types/Position.sol";

/// @notice What a note remembers of an account that the page has judged, so that a steady transfer need not ask again.
/// Four rules keep it from ever saying more than the page would:
/// 1. Only what passes the rules of a receiver is remembered, of senders as of receivers; an omnibus account never is.
/// 2. It ends with the day in which the first of all dates falls, the licence of the custodian among them.
/// 3. A write to an account ends the memory of it in every live note in the same transaction, except its first registration
///    and a mere extension; a write to a custodian or one of its keys moves the epoch, and so does one to more accounts
///    than all notes could be told of.
/// 4. A change of the rules of the class moves the epoch of its note.
/// @dev It only ever says that nothing forbids a movement. Every doubt, and every refusal, goes to `TransferRules`, which
/// never reads it. From the lowest bit on: until day 16 | epoch 32 | custodian 16 | self-kept 1 | accepts free delivery 1.
library EligibilityMemory {
    uint256 private constant LAST_DAY = type(uint16).max;

    /// @notice Whether it is remembered of both sides that nothing forbids this movement between two different accounts, apart
    /// from who makes it.
    /// @dev Reads the words in place, since this is the path of nearly every transfer. A difference below zero wraps around
    /// and sets the highest bit, so that several comparisons are one.
    function forbidsNothing(
        NoteConfig config,
        Position sender,
        Position receiver,
        uint256 units
    ) internal view returns (bool) {
        unchecked {
            uint256 held = uint64(Position.unwrap(sender));
            // A position that opens or empties may bring in a holder or take one out.
            if (units == 0 || units >= held || uint64(Position.unwrap(receiver)) == 0) return false;
            return
                _isClear(config, units, held - units) &&
                _isAlive(config, sender, receiver) &&
                uint64(Position.unwrap(sender) >> 64) <= held - units;
        }
    }

    /// @notice Whether a remembered account is one whose holder keeps the key.
    function isSelfKept(Position position) internal pure returns (bool) {
        return (Position.unwrap(position) >> (MEMORY_OFFSET + 64)) & 1 == 1;
    }

    /// @notice What to remember of the key of a custodian.
    function ofOperator(NoteConfig config, PartyId custodian) internal pure returns (uint256) {
        return (uint256(config.epochOf()) << 16) | PartyId.unwrap(custodian);
    }

    /// @notice What is remembered of the key that may move a remembered account.
    function operatorOf(Position position) internal pure returns (uint256) {
        uint256 remembered = Position.unwrap(position) >> (MEMORY_OFFSET + 16);
        return (uint256(uint32(remembered)) << 16) | uint16(remembered >> 32);
    }

    /// @notice A position with what is to be remembered of its account, which passes the rules of a receiver now.
    /// @param licensedUntil Last second of the licence of its custodian.
    function remembering(
        NoteConfig config,
        Position position,
        AccountWord account,
        uint256 licensedUntil
    ) internal pure returns (Position) {
        position = position.withoutMemory();
        if (account.has(OMNIBUS)) return position;
        uint256 until = account.eligibleUntilOf();
        if (licensedUntil < until) until = licensedUntil;
        unchecked {
            uint256 remembered = (until + 1) / 1 days;
            if (remembered > LAST_DAY) remembered = LAST_DAY;
            remembered |= uint256(config.epochOf()) << 16;
            remembered |= uint256(PartyId.unwrap(account.custodianOf())) << 48;
            if (account.has(SELF_KEPT)) remembered |= 1 << 64;
            if (account.has(ACCEPTS_FREE_DELIVERY)) remembered |= 1 << 65;
            return Position.wrap(Position.unwrap(position) | (remembered << MEMORY_OFFSET));
        }
    }

    /// @dev Whether the class lets as many units be transferred now, and as many be left.
    function _isClear(NoteConfig config, uint256 units, uint256 left) private view returns (bool) {
        unchecked {
            uint256 bits = NoteConfig.unwrap(config);
            uint256 second = block.timestamp;
            uint256 past = (uint32(bits >> 8) - second) & (uint32(bits >> 40) - second);
            past &= (uint32(bits >> 72) - second) & (uint32(bits >> 104) - second);
            uint256 minimum = uint32(bits >> 136);
            past &= (minimum - units - 1) & (minimum - left - 1);
            return (past >> 255) & (bits >> 5) & 1 == 1;
        }
    }

    /// @dev Whether both sides are remembered of this epoch and until a later day, and the receiver takes what the sender's
    /// custodian delivers.
    function _isAlive(NoteConfig config, Position sender, Position receiver) private view returns (bool) {
        unchecked {
            uint256 ofSender = Position.unwrap(sender) >> MEMORY_OFFSET;
            uint256 ofReceiver = Position.unwrap(receiver) >> MEMORY_OFFSET;
            uint256 today = block.timestamp / 1 days;
            uint256 until = (today - uint16(ofSender)) & (today - uint16(ofReceiver));
            if (until >> 255 == 0) return false;
            uint256 epoch = NoteConfig.unwrap(config) >> 168;
            uint256 others = uint32((ofSender >> 16) ^ epoch) | uint32((ofReceiver >> 16) ^ epoch);
            // The highest bit of the memory is the acceptance of free delivery.
            uint256 isFar = ofReceiver >> 65 == 0 ? uint16((ofSender ^ ofReceiver) >> 48) : 0;
            return others | isFar == 0;
        }
    }
}
