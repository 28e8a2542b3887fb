// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {FilingState} from "./interfaces/IFilingRegistry.sol";
import {IHolderRegistry} from "./interfaces/IHolderRegistry.sol";
import {INote} from "./interfaces/INote.sol";
import {RecordDates} from "./libraries/RecordDates.sol";
import {Restrictions} from "./libraries/Restrictions.sol";
import {TransferRules} from "./TransferRules.sol";
import {SELF_KEPT} from "./types/AccountWord.sol";
import {DealId} from "./types/Ids.sol";

/// @notice See `INote`.
/// @dev OpenZeppelin's ERC20 supplies the standard's functions, events and errors; balances live in `RecordDates`
/// positions instead of its mapping, so `_update`, `balanceOf` and `totalSupply` are replaced.
contract Note is INote, ERC20, ERC165 {
    using RecordDates for RecordDates.Register;

    /// @notice Most legs of one batch.
    uint256 public constant MAX_BATCH = 200;

    IHolderRegistry private immutable HOLDERS;
    address private immutable DEALS;

    /// @inheritdoc INote
    DealId public immutable deal;
    /// @inheritdoc INote
    uint8 public immutable classIndex;
    /// @inheritdoc INote
    bytes12 public immutable isin;
    /// @inheritdoc INote
    uint64 public immutable unitFaceMinor;
    uint16 private immutable ADMITTED_CATEGORIES;

    FilingState private _filingState;
    uint40 private _suspendedUntil;
    RecordDates.Register private _register;

    constructor(
        IHolderRegistry holders,
        address deals,
        DealId deal_,
        uint8 classIndex_,
        ClassFacts memory facts
    ) ERC20(string.concat("Class ", facts.label), facts.label) {
        (HOLDERS, DEALS) = (holders, deals);
        (deal, classIndex) = (deal_, classIndex_);
        (isin, unitFaceMinor, ADMITTED_CATEGORIES) = (facts.isin, facts.unitFaceMinor, facts.admittedCategories);
    }

    modifier onlyDealRegistry() {
        if (msg.sender != DEALS) revert Note_NotDealRegistry(msg.sender);
        _;
    }

    modifier onlyHolderRegistry() {
        if (msg.sender != address(HOLDERS)) revert Note_NotHolderRegistry(msg.sender);
        _;
    }

    /// @inheritdoc INote
    function move(address from, address to, uint64 units, bytes32 operationRef) external {
        _command(from, to, units, 0);
        emit Moved(operationRef, msg.sender, from, to, units);
    }

    /// @inheritdoc INote
    function moveMany(Movement[] calldata movements) external {
        uint256 count = movements.length;
        if (count == 0 || count > MAX_BATCH) revert Note_BatchSize(count, MAX_BATCH);
        for (uint256 i; i < count; ++i) {
            Movement calldata leg = movements[i];
            _command(leg.from, leg.to, leg.units, i);
            emit Moved(leg.operationRef, msg.sender, leg.from, leg.to, leg.units);
        }
    }

    /// @inheritdoc INote
    function issue(Allocation[] calldata allocations, uint256 dealReasons) external onlyDealRegistry {
        for (uint256 i; i < allocations.length; ++i) {
            Allocation calldata leg = allocations[i];
            uint256 reasons = dealReasons | restrictionsOf(msg.sender, address(0), leg.account, leg.units);
            if (reasons != 0) revert Note_Restricted(reasons, i);
            _update(address(0), leg.account, leg.units);
        }
    }

    /// @inheritdoc INote
    function followFiling(FilingState state, uint40 suspendedUntil) external onlyDealRegistry {
        (_filingState, _suspendedUntil) = (state, suspendedUntil);
        emit FilingStateFollowed(state, suspendedUntil);
    }

    /// @inheritdoc INote
    function scheduleRecordDate(
        uint32 recordDate,
        uint40 closesAt
    ) external onlyDealRegistry returns (uint24 recordDateId) {
        bool isLate = closesAt <= block.timestamp;
        recordDateId = isLate ? _register.closeNow() : _register.schedule(closesAt);
        if (isLate) emit RecordDateClosedLate(recordDateId, recordDate, uint40(block.timestamp));
        else emit RecordDateScheduled(recordDateId, recordDate, closesAt);
    }

    /// @inheritdoc INote
    function forget(address[] calldata accounts) external onlyHolderRegistry {}

    /// @inheritdoc INote
    function moveEpoch() external onlyHolderRegistry {}

    /// @inheritdoc INote
    function join(address[] calldata ring, address[] calldata otherRing) external onlyHolderRegistry {}

    /// @inheritdoc ERC20
    /// @dev An allowance is for settlement by a registered spender only; custodial accounts have no key to give one.
    function approve(address spender, uint256 units) public override(ERC20, IERC20) returns (bool) {
        bool isAdmitted = HOLDERS.accountOf(msg.sender).has(SELF_KEPT) && HOLDERS.isRegisteredSpender(spender);
        // Taking an allowance back is always possible.
        if (!isAdmitted && units != 0) revert Note_AllowanceRefused(msg.sender, spender);
        return super.approve(spender, units);
    }

    /// @inheritdoc ERC20
    /// @dev A custodian moves its accounts without an allowance and spends one of a self-kept account.
    function transferFrom(address from, address to, uint256 units) public override(ERC20, IERC20) returns (bool) {
        _command(from, to, units, 0);
        return true;
    }

    /// @inheritdoc ERC20
    function transfer(address to, uint256 units) public override(ERC20, IERC20) returns (bool) {
        _command(msg.sender, to, units, 0);
        return true;
    }

    /// @inheritdoc INote
    function restrictionsOf(address operator, address from, address to, uint256 units) public view returns (uint256) {
        TransferRules.Question memory asked = TransferRules.Question({
            filingState: _filingState,
            suspendedUntil: _suspendedUntil,
            admittedCategories: ADMITTED_CATEGORIES,
            operator: operator,
            from: from,
            to: to,
            hasAllowance: operator != from && allowance(from, operator) >= units,
            units: units,
            unitsHeld: balanceOf(from),
            timestamp: block.timestamp
        });
        return TransferRules.restrictions(asked, HOLDERS.factsOf(from, to, operator));
    }

    /// @inheritdoc INote
    function unitsAt(address account, uint24 recordDateId) external view returns (uint256) {
        if (!_register.hasClosed(recordDateId)) revert Note_RecordDateOpen(recordDateId);
        return _register.unitsAt(account, recordDateId);
    }

    /// @inheritdoc INote
    function holdingsAt(
        address[] calldata accounts,
        uint24 recordDateId
    ) external view returns (uint256[] memory holdings) {
        if (!_register.hasClosed(recordDateId)) revert Note_RecordDateOpen(recordDateId);
        holdings = new uint256[](accounts.length);
        for (uint256 i; i < accounts.length; ++i) {
            (uint256 units, uint256 index) = _register.holdingAt(accounts[i], recordDateId);
            holdings[i] = (units << 32) | index;
        }
    }

    /// @inheritdoc INote
    function recordDateCount() external view returns (uint24) {
        return _register.count;
    }

    /// @inheritdoc INote
    function recordDateClosesAt(uint24 recordDateId) external view returns (uint40) {
        return _register.closesAt[recordDateId];
    }

    /// @inheritdoc ERC20
    function balanceOf(address account) public view override(ERC20, IERC20) returns (uint256) {
        return account == address(0) ? 0 : _register.positions[account].units;
    }

    /// @inheritdoc ERC20
    function totalSupply() public view override(ERC20, IERC20) returns (uint256) {
        return _register.positions[address(0)].units;
    }

    /// @inheritdoc ERC20
    function decimals() public pure override returns (uint8) {
        return 0;
    }

    /// @inheritdoc ERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            interfaceId == type(IERC20).interfaceId ||
            interfaceId == type(IERC20Metadata).interfaceId ||
            interfaceId == type(INote).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    /// @dev The only way units move between accounts: judge, spend, record.
    function _command(address from, address to, uint256 units, uint256 leg) private {
        uint256 reasons =
            from == address(0) ? Restrictions.SENDER_NOT_REGISTERED : restrictionsOf(msg.sender, from, to, units);
        // The standard's own error, where the standard alone is what refuses.
        if (reasons == Restrictions.UNITS_INSUFFICIENT) revert ERC20InsufficientBalance(from, balanceOf(from), units);
        if (reasons != 0) revert Note_Restricted(reasons, leg);
        if (msg.sender != from && HOLDERS.accountOf(from).has(SELF_KEPT)) _spendAllowance(from, msg.sender, units);
        _update(from, to, units);
    }

    /// @dev Keeps balances and record-date snapshots; rules were judged before. The register keeps the supply under the zero
    /// address, so units from nowhere are added to it and units to nowhere are taken from it.
    function _update(address from, address to, uint256 units) internal override {
        _register.roll();
        uint64 units64 = SafeCast.toUint64(units);
        if (from == address(0)) _register.add(address(0), units64);
        else _register.subtract(from, units64);
        if (to == address(0)) _register.subtract(address(0), units64);
        else _register.add(to, units64);
        emit Transfer(from, to, units);
    }
}
