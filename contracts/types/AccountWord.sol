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

using {
    holderRefOf,
    residenceOf,
    custodianOf,
    categoryOf,
    lookThroughOf,
    flagsOf,
    eligibleUntilOf,
    stoppedUntilOf
} for AccountWord global;

/// @notice Random reference of the holder behind the account. No name and no hash of one (R-D1).
function holderRefOf(AccountWord word) pure returns (bytes16) {
    return bytes16(uint128(AccountWord.unwrap(word)));
}

/// @notice ISO 3166-1, two capital letters; never `CN` (R-H2).
function residenceOf(AccountWord word) pure returns (bytes2) {
    return bytes2(uint16(AccountWord.unwrap(word) >> 128));
}

/// @notice The custodian that keeps the account; nobody when it is not registered.
function custodianOf(AccountWord word) pure returns (PartyId) {
    return PartyId.wrap(uint16(AccountWord.unwrap(word) >> 144));
}

function categoryOf(AccountWord word) pure returns (InvestorCategory) {
    return InvestorCategory(uint8(AccountWord.unwrap(word) >> 160));
}

function lookThroughOf(AccountWord word) pure returns (LookThrough) {
    return LookThrough(uint8(AccountWord.unwrap(word) >> 168));
}

/// @notice `SELF_KEPT`, `OMNIBUS`, `US_PERSON`, `ACCEPTS_FREE_DELIVERY`.
function flagsOf(AccountWord word) pure returns (uint256) {
    return uint8(AccountWord.unwrap(word) >> 176);
}

/// @notice Last second at which the account may receive; afterwards it is exit-only (R-H6).
function eligibleUntilOf(AccountWord word) pure returns (uint40) {
    return uint40(AccountWord.unwrap(word) >> 184);
}

/// @notice The account neither sends nor receives before this second has passed.
function stoppedUntilOf(AccountWord word) pure returns (uint32) {
    return uint32(AccountWord.unwrap(word) >> 224);
}
