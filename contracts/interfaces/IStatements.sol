// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {INote} from "./INote.sol";

interface IStatements {
    /// @notice Whether an omnibus account was stated for the last record date of a note that has closed, or held nothing at it;
    /// true when none has closed.
    function isCurrent(INote note, address account) external view returns (bool);
}
