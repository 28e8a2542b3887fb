// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A bank's tokenised deposit as demonstrations and tests need it: minor units of a currency that the bank credits
/// and redeems, and cash accounts that the bank can block. It stands for a system outside the registry.
contract TokenisedDeposit is ERC20 {
    /// @notice The bank's key.
    address public immutable BANK;

    mapping(address => bool) public isBlocked;

    /// @notice Thrown when the caller is not the bank.
    error TokenisedDeposit_NotBank(address caller);
    /// @notice Thrown when money would move to or from a blocked cash account.
    error TokenisedDeposit_Blocked(address cashAccount);

    constructor(string memory name_, string memory symbol_, address bank) ERC20(name_, symbol_) {
        BANK = bank;
    }

    modifier onlyBank() {
        if (msg.sender != BANK) revert TokenisedDeposit_NotBank(msg.sender);
        _;
    }

    /// @notice Credits a cash account.
    function credit(address cashAccount, uint256 amountMinor) external onlyBank {
        _mint(cashAccount, amountMinor);
    }

    /// @notice Redeems money of a cash account.
    function redeem(address cashAccount, uint256 amountMinor) external onlyBank {
        _burn(cashAccount, amountMinor);
    }

    /// @notice Blocks a cash account, or unblocks it.
    function setBlocked(address cashAccount, bool blocked) external onlyBank {
        isBlocked[cashAccount] = blocked;
    }

    /// @notice Amounts are minor units already.
    function decimals() public pure override returns (uint8) {
        return 2;
    }

    function _update(address from, address to, uint256 amountMinor) internal override {
        if (isBlocked[from]) revert TokenisedDeposit_Blocked(from);
        if (isBlocked[to]) revert TokenisedDeposit_Blocked(to);
        super._update(from, to, amountMinor);
    }
}
