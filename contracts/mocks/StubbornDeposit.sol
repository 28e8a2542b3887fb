// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A deposit that misbehaves, for tests: it keeps a fee, answers false, burns all gas or calls back.
contract StubbornDeposit is ERC20 {
    enum Way {
        Honest,
        TakesFee,
        AnswersFalse,
        BurnsGas,
        CallsBack
    }

    Way public way;
    address public victim;
    address private _target;
    bytes private _callback;

    constructor() ERC20("Stubborn", "USD") {}

    function credit(address cashAccount, uint256 amountMinor) external {
        _mint(cashAccount, amountMinor);
    }

    /// @notice Behaves in a way towards one receiver.
    function behave(Way way_, address victim_) external {
        (way, victim) = (way_, victim_);
    }

    /// @notice What to call where the way is to call back.
    function callBackWith(address target, bytes calldata data) external {
        (_target, _callback) = (target, data);
    }

    function transfer(address to, uint256 amountMinor) public override returns (bool) {
        if (to != victim) return super.transfer(to, amountMinor);
        if (way == Way.AnswersFalse) return false;
        if (way == Way.BurnsGas) {
            // solhint-disable-next-line no-empty-blocks
            while (true) {}
        }
        if (way == Way.CallsBack) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool done, ) = _target.call(_callback);
            if (!done) return false;
        }
        return super.transfer(to, amountMinor);
    }

    function transferFrom(address from, address to, uint256 amountMinor) public override returns (bool) {
        bool done = super.transferFrom(from, to, amountMinor);
        if (way == Way.TakesFee) _burn(to, 1);
        return done;
    }
}
