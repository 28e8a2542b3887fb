// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice The fungible interface of ERC-7943 (final text), ERC-165 id `0x3edbb4c4`. Of the standard's errors it declares the
/// one that is thrown here; the others may be replaced by more specific ones, and `Note_Restricted` tells all reasons.
interface IERC7943Fungible {
    /// @notice Units were taken from one account and given to another by order.
    event ForcedTransfer(address indexed from, address indexed to, uint256 amount);
    /// @param amount Units frozen from now on.
    event Frozen(address indexed account, uint256 amount);

    /// @notice Thrown when an account has the units, but orders hold so many of them that too few are free, and nothing else
    /// forbids the movement.
    /// @param amount Units that were to be moved.
    /// @param unfrozen Units that are free.
    error ERC7943InsufficientUnfrozenBalance(address account, uint256 amount, uint256 unfrozen);

    /// @notice Takes units from one account and gives them to another. Frozen units are taken only once they are released.
    /// @return result True; it reverts where it fails.
    function forcedTransfer(address from, address to, uint256 amount) external returns (bool result);

    /// @notice Sets how many units of an account are frozen, in place of the number before; may be more than it has.
    /// @return result True; it reverts where it fails.
    function setFrozenTokens(address account, uint256 amount) external returns (bool result);

    /// @notice Whether an account may send at all. Never reverts.
    function canSend(address account) external view returns (bool allowed);

    /// @notice Whether an account may receive at all. Never reverts.
    function canReceive(address account) external view returns (bool allowed);

    /// @notice Units of an account that are frozen; may be more than it has.
    function getFrozenTokens(address account) external view returns (uint256 amount);

    /// @notice Whether the rules allow a transfer by whoever is entitled to make it. Balance and allowance are no rules.
    function canTransfer(address from, address to, uint256 amount) external view returns (bool allowed);
}
