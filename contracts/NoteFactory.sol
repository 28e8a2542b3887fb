// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {INote} from "./interfaces/INote.sol";
import {INoteFactory} from "./interfaces/INoteFactory.sol";
import {Note} from "./Note.sol";
import {DealId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `INoteFactory`.
contract NoteFactory is INoteFactory, Wired {
    constructor(Wiring memory wiring_) Wired(wiring_) {}

    /// @inheritdoc INoteFactory
    function make(DealId deal, uint8 classIndex, INote.ClassFacts calldata facts) external returns (INote) {
        if (msg.sender != address(DEALS)) revert NoteFactory_NotDealRegistry(msg.sender);
        bytes32 salt = keccak256(abi.encode(deal, classIndex));
        return new Note{salt: salt}(HOLDERS, msg.sender, deal, classIndex, facts);
    }
}
