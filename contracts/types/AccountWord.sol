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
uint256 constant _RESIDENCE = 128;
uint256 constant _CUSTODIAN = 144;
uint256 constant _CATEGORY = 160;
uint256 constant _LOOK_THROUGH = 168;
uint256 constant _FLAGS = 176;
uint256 constant _ELIGIBLE_UNTIL = 184;
uint256 constant _STOPPED_UNTIL = 224;

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
    withFlag,
    withEligibleUntil,
    withStoppedUntil
} for AccountWord global;

/// @notice Whether an account with this word exists.
function isRegistered(AccountWord word) pure returns (bool) {
    return uint16(AccountWord.unwrap(word) >> _CUSTODIAN) != 0;
}

/// @notice Whether a flag stands in the word.
function has(AccountWord word, uint256 flag) pure returns (bool) {
    return AccountWord.unwrap(word) & (flag << _FLAGS) != 0;
}

/// @notice Whether a custodian may state this word: it names neither a custodian nor a stop nor who keeps the key, and no
/// flag, category or result that has no name.
function isStatement(AccountWord word) pure returns (bool) {
    uint256 bits = AccountWord.unwrap(word);
    return
        uint16(bits >> _CUSTODIAN) == 0 &&
        uint8(bits >> _CATEGORY) <= uint8(type(InvestorCategory).max) &&
        uint8(bits >> _LOOK_THROUGH) <= uint8(type(LookThrough).max) &&
        uint8(bits >> _FLAGS) & ~(OMNIBUS | US_PERSON | ACCEPTS_FREE_DELIVERY) == 0 &&
        bits >> _STOPPED_UNTIL == 0;
}

/// @notice Random reference of the holder behind the account. No name and no hash of one (R-D1).
function holderRefOf(AccountWord word) pure returns (bytes16) {
    return bytes16(uint128(AccountWord.unwrap(word)));
}

/// @notice ISO 3166-1, two capital letters; never `CN` (R-H2).
function residenceOf(AccountWord word) pure returns (bytes2) {
    return bytes2(uint16(AccountWord.unwrap(word) >> _RESIDENCE));
}

/// @notice The custodian that keeps the account; nobody when it is not registered.
function custodianOf(AccountWord word) pure returns (PartyId) {
    return PartyId.wrap(uint16(AccountWord.unwrap(word) >> _CUSTODIAN));
}

function categoryOf(AccountWord word) pure returns (InvestorCategory) {
    return InvestorCategory(uint8(AccountWord.unwrap(word) >> _CATEGORY));
}

function lookThroughOf(AccountWord word) pure returns (LookThrough) {
    return LookThrough(uint8(AccountWord.unwrap(word) >> _LOOK_THROUGH));
}

/// @notice `SELF_KEPT`, `OMNIBUS`, `US_PERSON`, `ACCEPTS_FREE_DELIVERY`.
function flagsOf(AccountWord word) pure returns (uint256) {
    return uint8(AccountWord.unwrap(word) >> _FLAGS);
}

/// @notice Last second at which the account may receive; afterwards it is exit-only (R-H6).
function eligibleUntilOf(AccountWord word) pure returns (uint40) {
    return uint40(AccountWord.unwrap(word) >> _ELIGIBLE_UNTIL);
}

/// @notice The account neither sends nor receives before this second has passed.
function stoppedUntilOf(AccountWord word) pure returns (uint32) {
    return uint32(AccountWord.unwrap(word) >> _STOPPED_UNTIL);
}

/// @notice The word of another holder.
function withHolderRef(AccountWord word, bytes16 holderRef) pure returns (AccountWord) {
    return _with(word, 0, type(uint128).max, uint128(holderRef));
}

/// @notice The word of an account kept by another custodian.
function withCustodian(AccountWord word, PartyId custodian) pure returns (AccountWord) {
    return _with(word, _CUSTODIAN, type(uint16).max, PartyId.unwrap(custodian));
}

/// @notice The word with a flag added.
function withFlag(AccountWord word, uint256 flag) pure returns (AccountWord) {
    return AccountWord.wrap(AccountWord.unwrap(word) | (flag << _FLAGS));
}

/// @notice The word with another end of eligibility.
function withEligibleUntil(AccountWord word, uint40 eligibleUntil) pure returns (AccountWord) {
    return _with(word, _ELIGIBLE_UNTIL, type(uint40).max, eligibleUntil);
}

/// @notice The word with another stop; 0 for none.
function withStoppedUntil(AccountWord word, uint32 stoppedUntil) pure returns (AccountWord) {
    return _with(word, _STOPPED_UNTIL, type(uint32).max, stoppedUntil);
}

function _with(AccountWord word, uint256 shift, uint256 mask, uint256 part) pure returns (AccountWord) {
    return AccountWord.wrap((AccountWord.unwrap(word) & ~(mask << shift)) | (part << shift));
}
