// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {InvestorCategory, LookThrough} from "../interfaces/IHolderRegistry.sol";
import {PartyId} from "./Ids.sol";

/// @notice What is known of one account, in one word. From the lowest bit on: holder reference 128 | residence 16 (two
/// capital letters) | custodian 16 | category 8 | look-through 8 | flags 8 | eligible until 40 | stopped until 32 (seconds
/// of block time; 32 bits reach to 2106). The zero word is an account that nobody registered.
/// @dev The same layout, without custodian, self-kept flag and stop, is what a custodian states at registration.
type AccountWord is uint256;

/// @dev Flags of an account.
uint256 constant SELF_KEPT = 1;
uint256 constant OMNIBUS = 2;
uint256 constant US_PERSON = 4;
uint256 constant ACCEPTS_FREE_DELIVERY = 8;

/// @dev Where the parts begin.
uint256 constant RESIDENCE_AT = 128;
uint256 constant CUSTODIAN_AT = 144;
uint256 constant CATEGORY_AT = 160;
uint256 constant LOOK_THROUGH_AT = 168;
uint256 constant FLAGS_AT = 176;
uint256 constant ELIGIBLE_UNTIL_AT = 184;
uint256 constant STOPPED_UNTIL_AT = 224;

/// @dev Bits that no custodian states: custodian, self-kept and unknown flags, stop.
uint256 constant NEVER_STATED = (uint256(type(uint16).max) << CUSTODIAN_AT) |
    ((type(uint8).max & ~(OMNIBUS | US_PERSON | ACCEPTS_FREE_DELIVERY)) << FLAGS_AT) |
    (uint256(type(uint32).max) << STOPPED_UNTIL_AT);

using {
    holderRefOf,
    residenceOf,
    custodianOf,
    categoryOf,
    lookThroughOf,
    flagsOf,
    eligibleUntilOf,
    stoppedUntilOf,
    isRegistered,
    has,
    isStatement,
    withHolderRef,
    withCustodian,
    withResidence,
    withCategory,
    withLookThrough,
    withFlag,
    withEligibleUntil,
    withStoppedUntil
} for AccountWord global;

/// @notice Whether an account with this word exists.
function isRegistered(AccountWord word) pure returns (bool) {
    return uint16(AccountWord.unwrap(word) >> CUSTODIAN_AT) != 0;
}

/// @notice Whether a flag stands in the word.
function has(AccountWord word, uint256 flag) pure returns (bool) {
    return AccountWord.unwrap(word) & (flag << FLAGS_AT) != 0;
}

/// @notice Whether a custodian may state this word: it names neither a custodian nor a stop nor who keeps the key, and no
/// flag, category or result that has no name.
function isStatement(AccountWord word) pure returns (bool) {
    uint256 bits = AccountWord.unwrap(word);
    return
        bits & NEVER_STATED == 0 &&
        uint8(bits >> CATEGORY_AT) <= uint8(type(InvestorCategory).max) &&
        uint8(bits >> LOOK_THROUGH_AT) <= uint8(type(LookThrough).max);
}

/// @notice Random reference of the holder behind the account. No name and no hash of one (R-D1).
function holderRefOf(AccountWord word) pure returns (bytes16) {
    return bytes16(uint128(AccountWord.unwrap(word)));
}

/// @notice ISO 3166-1, two capital letters; never `CN` (R-H2).
function residenceOf(AccountWord word) pure returns (bytes2) {
    return bytes2(uint16(AccountWord.unwrap(word) >> RESIDENCE_AT));
}

/// @notice The custodian that keeps the account; nobody when it is not registered.
function custodianOf(AccountWord word) pure returns (PartyId) {
    return PartyId.wrap(uint16(AccountWord.unwrap(word) >> CUSTODIAN_AT));
}

function categoryOf(AccountWord word) pure returns (InvestorCategory) {
    return InvestorCategory(uint8(AccountWord.unwrap(word) >> CATEGORY_AT));
}

function lookThroughOf(AccountWord word) pure returns (LookThrough) {
    return LookThrough(uint8(AccountWord.unwrap(word) >> LOOK_THROUGH_AT));
}

/// @notice `SELF_KEPT`, `OMNIBUS`, `US_PERSON`, `ACCEPTS_FREE_DELIVERY`.
function flagsOf(AccountWord word) pure returns (uint256) {
    return uint8(AccountWord.unwrap(word) >> FLAGS_AT);
}

/// @notice Last second at which the account may receive; afterwards it is exit-only (R-H6).
function eligibleUntilOf(AccountWord word) pure returns (uint40) {
    return uint40(AccountWord.unwrap(word) >> ELIGIBLE_UNTIL_AT);
}

/// @notice The account neither sends nor receives before this second has passed.
function stoppedUntilOf(AccountWord word) pure returns (uint32) {
    return uint32(AccountWord.unwrap(word) >> STOPPED_UNTIL_AT);
}

/// @notice The word of another holder.
function withHolderRef(AccountWord word, bytes16 holderRef) pure returns (AccountWord) {
    return _with(word, 0, type(uint128).max, uint128(holderRef));
}

/// @notice The word of an account kept by another custodian.
function withCustodian(AccountWord word, PartyId custodian) pure returns (AccountWord) {
    return _with(word, CUSTODIAN_AT, type(uint16).max, PartyId.unwrap(custodian));
}

/// @notice The word with another residence of the holder.
function withResidence(AccountWord word, bytes2 residence) pure returns (AccountWord) {
    return _with(word, RESIDENCE_AT, type(uint16).max, uint16(residence));
}

/// @notice The word with another category of the holder.
function withCategory(AccountWord word, InvestorCategory category) pure returns (AccountWord) {
    return _with(word, CATEGORY_AT, type(uint8).max, uint8(category));
}

/// @notice The word with another result of looking through the holder.
function withLookThrough(AccountWord word, LookThrough lookThrough) pure returns (AccountWord) {
    return _with(word, LOOK_THROUGH_AT, type(uint8).max, uint8(lookThrough));
}

/// @notice The word with a flag added.
function withFlag(AccountWord word, uint256 flag) pure returns (AccountWord) {
    return AccountWord.wrap(AccountWord.unwrap(word) | (flag << FLAGS_AT));
}

/// @notice The word with another end of eligibility.
function withEligibleUntil(AccountWord word, uint40 eligibleUntil) pure returns (AccountWord) {
    return _with(word, ELIGIBLE_UNTIL_AT, type(uint40).max, eligibleUntil);
}

/// @notice The word with another stop; 0 for none.
function withStoppedUntil(AccountWord word, uint32 stoppedUntil) pure returns (AccountWord) {
    return _with(word, STOPPED_UNTIL_AT, type(uint32).max, stoppedUntil);
}

function _with(AccountWord word, uint256 shift, uint256 mask, uint256 part) pure returns (AccountWord) {
    return AccountWord.wrap((AccountWord.unwrap(word) & ~(mask << shift)) | (part << shift));
}
