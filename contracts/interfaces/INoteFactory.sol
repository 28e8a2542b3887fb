// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DealId} from "../types/Ids.sol";
import {INote} from "./INote.sol";

/// @notice Makes the note of a tokenised class. Separate from the deal registry because a note's creation code is large.
interface INoteFactory {
    /// @notice Thrown when the caller is not the deal registry.
    error NoteFactory_NotDealRegistry(address caller);

    /// @notice Deploys the note of a class. Its address depends on the deal and the class alone.
    /// @custom:access the deal registry
    function make(DealId deal, uint8 classIndex, INote.ClassFacts calldata facts) external returns (INote);
}
