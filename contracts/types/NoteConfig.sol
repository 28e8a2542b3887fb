// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingPower, FilingState} from "../interfaces/IFilingRegistry.sol";
import {FilingPowers} from "../libraries/FilingPowers.sol";
import {Position} from "./Position.sol";

/// @notice What every movement of a note asks of its class, in one word. From the lowest bit on: filing state 4 | whether
/// residences are listed 1 | whether that state allows transfers 1 | spare 2 | suspended until 32 | paused until 32 | locked up until 32 | compliance period until
/// 32 | minimum units 32 | epoch 32 | last record date 24 | next record date closes at 32. Seconds are of block time.
type NoteConfig is uint256;

/// @dev Stands for a compliance period that nobody has set, and for a record date that nobody has scheduled: no second of
/// block time comes after it.
uint32 constant NEVER = type(uint32).max;

using {
    stateOf,
    allowsTransfers,
    hasResidences,
    suspendedUntilOf,
    pausedUntilOf,
    lockedUntilOf,
    complianceUntilOf,
    minimumUnitsOf,
    epochOf,
    recordDateIdOf,
    nextClosesAtOf,
    isDateOf,
    withFiling,
    withPause,
    withPeriods,
    withRules,
    withNextEpoch,
    withRecordDates
} for NoteConfig global;

function stateOf(NoteConfig config) pure returns (FilingState) {
    return FilingState(NoteConfig.unwrap(config) & 0xf);
}

/// @notice Whether that state allows transfers, apart from a suspension that goes by the clock.
function allowsTransfers(NoteConfig config) pure returns (bool) {
    return NoteConfig.unwrap(config) & 0x20 != 0;
}

/// @notice Whether the rules of the class name residences; the others follow the categories of the terms.
function hasResidences(NoteConfig config) pure returns (bool) {
    return NoteConfig.unwrap(config) & 0x10 != 0;
}

/// @notice Last second of a suspension of the filing.
function suspendedUntilOf(NoteConfig config) pure returns (uint32) {
    return uint32(NoteConfig.unwrap(config) >> 8);
}

/// @notice Last second of a pause of the class by order.
function pausedUntilOf(NoteConfig config) pure returns (uint32) {
    return uint32(NoteConfig.unwrap(config) >> 40);
}

/// @notice Last second of the lock-up; 0 when there is none or nothing was issued.
function lockedUntilOf(NoteConfig config) pure returns (uint32) {
    return uint32(NoteConfig.unwrap(config) >> 72);
}

/// @notice Last second of the distribution-compliance period; `NEVER` when it is not set.
function complianceUntilOf(NoteConfig config) pure returns (uint32) {
    return uint32(NoteConfig.unwrap(config) >> 104);
}

function minimumUnitsOf(NoteConfig config) pure returns (uint32) {
    return uint32(NoteConfig.unwrap(config) >> 136);
}

/// @notice Number that ends every remembered eligibility when it changes; from 1 on, so that an empty memory is of none.
function epochOf(NoteConfig config) pure returns (uint32) {
    return uint32(NoteConfig.unwrap(config) >> 168);
}

/// @notice Last record date known to have closed; later ones may have closed since by the clock.
function recordDateIdOf(NoteConfig config) pure returns (uint24) {
    return uint24(NoteConfig.unwrap(config) >> 200);
}

/// @notice Last second of the record date after it; `NEVER` when none is scheduled.
function nextClosesAtOf(NoteConfig config) pure returns (uint32) {
    return uint32(NoteConfig.unwrap(config) >> 224);
}

/// @notice Whether a position is as of the last record date known to have closed.
function isDateOf(NoteConfig config, Position position) pure returns (bool) {
    return uint24((NoteConfig.unwrap(config) >> 200) ^ (Position.unwrap(position) >> 128)) == 0;
}

function withFiling(NoteConfig config, FilingState state, uint32 suspendedUntil) pure returns (NoteConfig) {
    uint256 kept = NoteConfig.unwrap(config) & ~uint256(0xffffffff2f);
    uint256 allowed = FilingPowers.allows(state, FilingPower.Transfer) ? 0x20 : 0;
    return NoteConfig.wrap(kept | uint256(state) | allowed | (uint256(suspendedUntil) << 8));
}

function withPause(NoteConfig config, uint32 pausedUntil) pure returns (NoteConfig) {
    uint256 kept = NoteConfig.unwrap(config) & ~(uint256(type(uint32).max) << 40);
    return NoteConfig.wrap(kept | (uint256(pausedUntil) << 40));
}

function withPeriods(NoteConfig config, uint32 lockedUntil, uint32 complianceUntil) pure returns (NoteConfig) {
    uint256 kept = NoteConfig.unwrap(config) & ~(uint256(type(uint64).max) << 72);
    return NoteConfig.wrap(kept | (uint256(lockedUntil) << 72) | (uint256(complianceUntil) << 104));
}

function withRules(NoteConfig config, uint32 minimumUnits, bool listsResidences) pure returns (NoteConfig) {
    uint256 kept = NoteConfig.unwrap(config) & ~((uint256(type(uint32).max) << 136) | 0x10);
    return NoteConfig.wrap(kept | (uint256(minimumUnits) << 136) | (listsResidences ? 0x10 : 0));
}

/// @dev Wraps around instead of failing: a registry write must never fail because of a note.
function withNextEpoch(NoteConfig config) pure returns (NoteConfig) {
    uint256 kept = NoteConfig.unwrap(config) & ~(uint256(type(uint32).max) << 168);
    unchecked {
        return NoteConfig.wrap(kept | (uint256(config.epochOf() + 1) << 168));
    }
}

function withRecordDates(NoteConfig config, uint24 recordDateId, uint32 nextClosesAt) pure returns (NoteConfig) {
    uint256 kept = uint200(NoteConfig.unwrap(config));
    return NoteConfig.wrap(kept | (uint256(recordDateId) << 200) | (uint256(nextClosesAt) << 224));
}
