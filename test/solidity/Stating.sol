// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IStatements} from "../../contracts/interfaces/IStatements.sol";
import {Clock} from "./Clock.sol";
import {Laws} from "./Laws.sol";

/// @notice Statements of omnibus accounts: who stands behind them at a record date, by residence.
abstract contract Stating is Clock {
    mapping(uint256 class => mapping(uint256 account => mapping(uint256 recordDateId => bool))) private _isStated;

    /// @notice A custodian states an omnibus account for a record date, mostly for the last one and as it was.
    function stateOmnibus(uint256 entropy) external step(entropy) {
        uint256 class = _roll(LIVE_CLASSES);
        uint256 account = _chance(92) ? OMNIBUS_ACCOUNT : _roll(_accounts.length);
        uint256 last = _lastClosed(class);
        uint256 id = _chance(80) ? last : _roll(last + 2);
        uint256 held = id != 0 && id <= last ? _classes[class].recordDates[id].units[account] : 0;
        (IStatements.Total[] memory totals, bool isSound) = _rollTotals(held);
        uint16 by = _chance(92) ? _accounts[account].custodian : uint16(CUSTODIAN_A + _roll(3));
        bool isOwn = by != 0 && by == _accounts[account].custodian && _isActive(by);
        bool isAllowed = isSound && isOwn && _accounts[account].flags & IS_OMNIBUS != 0 && id != 0 && id <= last;
        bytes memory data = abi.encodeCall(
            IStatements.state,
            (_classes[class].note, _at(account), uint24(id), totals, uint32(totals.length), keccak256("list"))
        );
        _expect(Laws.OMNIBUS_STATEMENT, isAllowed, _key(by), address(_statements), data, "statement");
        if (isAllowed) _isStated[class][account][id] = true;
        _touched = account;
    }

    /// @dev Totals, and whether they say what the account held.
    function _rollTotals(uint256 held) private returns (IStatements.Total[] memory totals, bool isSound) {
        totals = new IStatements.Total[](held > 1 ? 2 : held);
        if (held == 1) totals[0] = IStatements.Total("HK", 1);
        if (held > 1) totals[0] = IStatements.Total("HK", uint64(held - 1));
        if (held > 1) totals[1] = IStatements.Total("SG", 1);
        uint256 fault = held == 0 ? 9 : _roll(16);
        if (fault == 0) totals[0].units += 1;
        if (fault == 1) totals[0].units -= 1;
        if (fault == 2) totals[0].residence = "CN";
        if (fault == 3) totals[0].residence = "ZZ";
        isSound = fault > 3;
    }

    function _isStatementCurrent(uint256 class, uint256 account) internal view override returns (bool) {
        uint256 last = _lastClosed(class);
        bool isNeeded = last != 0 && _classes[class].recordDates[last].units[account] != 0;
        return !isNeeded || _isStated[class][account][last];
    }
}
