// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {INote} from "./interfaces/INote.sol";
import {INoteFactory} from "./interfaces/INoteFactory.sol";
import {Note, NoteWiring} from "./Note.sol";
import {RestrictionTexts} from "./RestrictionTexts.sol";
import {DealId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `INoteFactory`.
contract NoteFactory is INoteFactory, Wired {
    RestrictionTexts private immutable TEXTS = new RestrictionTexts();

    constructor(Wiring memory wiring_) Wired(wiring_) {}

    /// @inheritdoc INoteFactory
    function make(DealId deal, uint8 classIndex, INote.ClassFacts calldata facts) external returns (INote) {
        if (msg.sender != address(DEALS)) revert NoteFactory_NotDealRegistry(msg.sender);
        bytes32 salt = keccak256(abi.encode(deal, classIndex));
        NoteWiring memory wiring_ = NoteWiring(
            HOLDERS,
            STATEMENTS,
            msg.sender,
            address(CLASS_RULES),
            address(ORDERS),
            TEXTS
        );
        return new Note{salt: salt}(wiring_, deal, classIndex, facts);
    }
}
