// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ClassTerms, DayCount, RateKind, Rounding, StepKind, StepTerms} from "./DealTerms.sol";

/// @notice What a posting needs of a step, in one word: kind 8 | classes 16 | cap 64 bits.
type StepWord is uint256;

/// @notice What a posting needs of a class, in one word: rate kind 8 | day count 8 | adjusted 8 | rounding 8 | rate 64 bits.
type ClassWord is uint256;

using {kindOf, classesOf, capMinorOf} for StepWord global;
using {isFloating, dayCountOf, isAdjusted, roundingOf, rateE10Of} for ClassWord global;

function stepWordOf(StepTerms memory step) pure returns (StepWord) {
    return StepWord.wrap(uint256(step.kind) | (uint256(step.classes) << 8) | (uint256(step.capMinor) << 24));
}

function kindOf(StepWord word) pure returns (StepKind) {
    return StepKind(uint8(StepWord.unwrap(word)));
}

/// @notice Bit k set: class k takes part.
function classesOf(StepWord word) pure returns (uint256) {
    return uint16(StepWord.unwrap(word) >> 8);
}

function capMinorOf(StepWord word) pure returns (uint256) {
    return StepWord.unwrap(word) >> 24;
}

/// @param rateE10 Priced rate, or spread of a floating class.
function classWordOf(ClassTerms memory class, uint64 rateE10) pure returns (ClassWord) {
    uint256 ways = uint256(class.rateKind) | (uint256(class.dayCount) << 8) | (uint256(class.rounding) << 24);
    return ClassWord.wrap(ways | (class.adjustedAccrual ? 1 << 16 : 0) | (uint256(rateE10) << 32));
}

function isFloating(ClassWord word) pure returns (bool) {
    return RateKind(uint8(ClassWord.unwrap(word))) == RateKind.Floating;
}

function dayCountOf(ClassWord word) pure returns (DayCount) {
    return DayCount(uint8(ClassWord.unwrap(word) >> 8));
}

function isAdjusted(ClassWord word) pure returns (bool) {
    return uint8(ClassWord.unwrap(word) >> 16) == 1;
}

function roundingOf(ClassWord word) pure returns (Rounding) {
    return Rounding(uint8(ClassWord.unwrap(word) >> 24));
}

function rateE10Of(ClassWord word) pure returns (uint256) {
    return ClassWord.unwrap(word) >> 32;
}
