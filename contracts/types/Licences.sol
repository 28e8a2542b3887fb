// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "./Ids.sol";

/// @notice Until when the custodians concerned by a movement are licensed, in one word. From the lowest bit on: the sender's
/// 40 | the receiver's 40 | the operator's 40 | party of the operator 16. A last second of block time each; 0 for nobody and
/// while a custodian is stopped.
type Licences is uint256;

using {ofSender, ofReceiver, ofOperator, operatorOf} for Licences global;

function licencesOf(uint256 sender, uint256 receiver, uint256 operator, PartyId party) pure returns (Licences) {
    return Licences.wrap(sender | (receiver << 40) | (operator << 80) | (uint256(PartyId.unwrap(party)) << 120));
}

function ofSender(Licences licences) pure returns (uint256) {
    return uint40(Licences.unwrap(licences));
}

function ofReceiver(Licences licences) pure returns (uint256) {
    return uint40(Licences.unwrap(licences) >> 40);
}

function ofOperator(Licences licences) pure returns (uint256) {
    return uint40(Licences.unwrap(licences) >> 80);
}

/// @notice Party of the key that moves, or nobody; also nobody where the key moves its own account.
function operatorOf(Licences licences) pure returns (PartyId) {
    return PartyId.wrap(uint16(Licences.unwrap(licences) >> 120));
}
