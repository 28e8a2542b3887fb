// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice A party of the registry, numbered from 1 in order of registration; 0 is nobody.
/// @dev Sixteen bits, so that the custodian of an account fits in the account's word.
type PartyId is uint16;

/// @notice `keccak256(abi.encode(filing entity, filing reference))`: one submission by one filing entity.
type FilingId is bytes32;

/// @notice `keccak256(abi.encode(filing id, filing version, terms hash))`: one deal of one version of a filing.
type DealId is bytes32;

using {samePartyAs as ==, otherPartyThan as !=, isNobody} for PartyId global;

function samePartyAs(PartyId a, PartyId b) pure returns (bool) {
    return PartyId.unwrap(a) == PartyId.unwrap(b);
}

function otherPartyThan(PartyId a, PartyId b) pure returns (bool) {
    return PartyId.unwrap(a) != PartyId.unwrap(b);
}

function isNobody(PartyId party) pure returns (bool) {
    return PartyId.unwrap(party) == 0;
}
