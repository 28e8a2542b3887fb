// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice OpenZeppelin's ERC-20 and nothing else: what the gas of a note is compared with.
contract PlainToken is ERC20 {
    constructor(address[] memory holders, uint256 units) ERC20("Plain token", "PLAIN") {
        for (uint256 i; i < holders.length; ++i) _mint(holders[i], units);
    }
}
