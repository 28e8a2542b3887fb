// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice What an account holds in a note, in one word. From the lowest bit on: units 64 | frozen 64 | record date 24 |
/// index 32, then what was remembered of the account: until day 16 | epoch 32 | custodian 16 | self-kept 1 | accepts free
/// delivery 1.
type Position is uint256;

using {
    unitsOf,
    frozenOf,
    recordDateIdOf,
    indexOf,
    plus,
    minus,
    withFrozen,
    withRecordDate,
    withIndex,
    withoutMemory
} for Position global;

/// @dev Where the remembered part begins.
uint256 constant MEMORY_OFFSET = 184;

function unitsOf(Position position) pure returns (uint256) {
    return uint64(Position.unwrap(position));
}

/// @notice Units that orders hold; may be more than the account has.
function frozenOf(Position position) pure returns (uint256) {
    return uint64(Position.unwrap(position) >> 64);
}

/// @notice Last record date that had closed when the units last changed.
function recordDateIdOf(Position position) pure returns (uint24) {
    return uint24(Position.unwrap(position) >> 128);
}

/// @notice Number of the account in this note, from 1 in order of first receipt; 0 when it never held. A bit per account
/// can then say who was paid.
function indexOf(Position position) pure returns (uint32) {
    return uint32(Position.unwrap(position) >> 152);
}

/// @dev The caller has made sure that all units of the note together fit into 64 bits.
function plus(Position position, uint256 units) pure returns (Position) {
    unchecked {
        return Position.wrap(Position.unwrap(position) + units);
    }
}

/// @dev The caller has made sure that the account has these units.
function minus(Position position, uint256 units) pure returns (Position) {
    unchecked {
        return Position.wrap(Position.unwrap(position) - units);
    }
}

function withFrozen(Position position, uint64 frozen) pure returns (Position) {
    uint256 kept = Position.unwrap(position) & ~(uint256(type(uint64).max) << 64);
    return Position.wrap(kept | (uint256(frozen) << 64));
}

function withRecordDate(Position position, uint24 recordDateId) pure returns (Position) {
    uint256 kept = Position.unwrap(position) & ~(uint256(type(uint24).max) << 128);
    return Position.wrap(kept | (uint256(recordDateId) << 128));
}

/// @dev For an account that has no number yet.
function withIndex(Position position, uint32 index) pure returns (Position) {
    return Position.wrap(Position.unwrap(position) | (uint256(index) << 152));
}

function withoutMemory(Position position) pure returns (Position) {
    return Position.wrap(uint184(Position.unwrap(position)));
}
