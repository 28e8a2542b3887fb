// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC7943Fungible} from "./interfaces/IERC7943.sol";
import {FilingState} from "./interfaces/IFilingRegistry.sol";
import {IHolderRegistry} from "./interfaces/IHolderRegistry.sol";
import {INote} from "./interfaces/INote.sol";
import {IStatements} from "./interfaces/IStatements.sol";
import {EligibilityMemory} from "./libraries/EligibilityMemory.sol";
import {RecordDates} from "./libraries/RecordDates.sol";
import {Restrictions} from "./libraries/Restrictions.sol";
import {NoteBook} from "./NoteBook.sol";
import {NoteViews} from "./NoteViews.sol";
import {RestrictionTexts} from "./RestrictionTexts.sol";
import {TransferRules} from "./TransferRules.sol";
import {SELF_KEPT} from "./types/AccountWord.sol";
import {RuleTerms} from "./types/DealTerms.sol";
import {DealId} from "./types/Ids.sol";
import {NEVER, NoteConfig} from "./types/NoteConfig.sol";
import {Position} from "./types/Position.sol";

/// @notice The singletons that a note asks or obeys.
struct NoteWiring {
    IHolderRegistry holders;
    IStatements statements;
    address deals;
    address classRules;
    address orders;
    RestrictionTexts texts;
}

/// @notice See `INote`.
contract Note is NoteViews {
    using EligibilityMemory for NoteConfig;
    using RecordDates for RecordDates.Register;

    /// @notice Most legs of one batch.
    uint256 public constant MAX_BATCH = 200;

    address private immutable DEALS;
    address private immutable CLASS_RULES;
    address private immutable ORDERS;

    /// @inheritdoc INote
    DealId public immutable deal;
    /// @inheritdoc INote
    uint8 public immutable classIndex;
    /// @inheritdoc INote
    bytes12 public immutable isin;
    /// @inheritdoc INote
    uint64 public immutable unitFaceMinor;

    constructor(
        NoteWiring memory wiring_,
        DealId deal_,
        uint8 classIndex_,
        ClassFacts memory facts
    )
        ERC20(string.concat("Class ", facts.label), facts.label)
        NoteBook(wiring_.holders, wiring_.statements, facts)
        NoteViews(wiring_.texts)
    {
        (DEALS, CLASS_RULES, ORDERS) = (wiring_.deals, wiring_.classRules, wiring_.orders);
        (deal, classIndex, isin, unitFaceMinor) = (deal_, classIndex_, facts.isin, facts.unitFaceMinor);
    }

    modifier onlyDealRegistry() {
        if (msg.sender != DEALS) revert Note_NotDealRegistry(msg.sender);
        _;
    }

    modifier onlyHolderRegistry() {
        if (msg.sender != address(HOLDERS)) revert Note_NotHolderRegistry(msg.sender);
        _;
    }

    modifier onlyOrders() {
        if (msg.sender != ORDERS) revert Note_NotOrders(msg.sender);
        _;
    }

    /// @inheritdoc INote
    function move(address from, address to, uint64 units, bytes32 operationRef) external {
        _command(from, to, units, 0);
        emit Moved(operationRef, msg.sender);
    }

    /// @inheritdoc INote
    function moveMany(Movement[] calldata movements) external {
        uint256 count = movements.length;
        if (count == 0 || count > MAX_BATCH) revert Note_BatchSize(count, MAX_BATCH);
        for (uint256 i; i < count; ++i) {
            Movement calldata leg = movements[i];
            _command(leg.from, leg.to, leg.units, i);
            emit Moved(leg.operationRef, msg.sender);
        }
    }

    /// @inheritdoc INote
    function issue(Allocation[] calldata allocations, uint256 dealReasons) external onlyDealRegistry {
        if (_rules.issuedAt == 0) {
            _rules.issuedAt = uint32(block.timestamp);
            _setPeriods();
        }
        for (uint256 i; i < allocations.length; ++i) {
            (TransferRules.Question memory asked, IHolderRegistry.TransferFacts memory facts) = _ask(
                address(0),
                address(0),
                allocations[i].account,
                allocations[i].units
            );
            uint256 reasons = dealReasons | TransferRules.restrictions(asked, facts);
            if (reasons != 0) revert Note_Restricted(reasons, i);
            uint256 supply = asked.sender.unitsOf() + asked.units;
            if (supply > type(uint64).max) revert Note_UnitsOutOfRange(supply);
            _settle(asked);
        }
    }

    /// @inheritdoc INote
    function cancel(address[] calldata accounts) external onlyDealRegistry {
        uint256 count = accounts.length;
        if (count == 0 || count > MAX_BATCH) revert Note_BatchSize(count, MAX_BATCH);
        for (uint256 i; i < count; ++i) {
            address account = accounts[i];
            Position held = _register.lines[account].position;
            if (held.unitsOf() == 0 || account == address(0)) continue;
            if (held.frozenOf() != 0) _freeze(account, 0);
            TransferRules.Question memory asked;
            asked.config = _config;
            (asked.from, asked.units, asked.sender) = (account, held.unitsOf(), held.withFrozen(0));
            asked.receiver = _register.lines[address(0)].position;
            asked.closesHolder = _holdsNothingBeside(account, address(0));
            _settle(asked);
        }
    }

    /// @inheritdoc INote
    function followFiling(FilingState state, uint40 suspendedUntil) external onlyDealRegistry {
        _config = _config.withFiling(state, _second(suspendedUntil));
        emit FilingStateFollowed(state, suspendedUntil);
    }

    /// @inheritdoc INote
    function scheduleRecordDate(
        uint32 recordDate,
        uint40 closesAt
    ) external onlyDealRegistry returns (uint24 recordDateId) {
        bool isLate = closesAt <= block.timestamp;
        (recordDateId, _config) = isLate ? _register.closeNow(_config) : _register.schedule(_config, _second(closesAt));
        if (isLate) emit RecordDateClosedLate(recordDateId, recordDate, uint40(block.timestamp));
        else emit RecordDateScheduled(recordDateId, recordDate, closesAt);
    }

    /// @inheritdoc INote
    function followRules(RuleTerms calldata rules) external {
        if (msg.sender != CLASS_RULES) revert Note_NotClassRules(msg.sender);
        _setRules(rules);
    }

    /// @inheritdoc INote
    function pause(uint40 until) external onlyOrders {
        _config = _config.withPause(_second(until));
        emit PauseFollowed(until);
    }

    /// @inheritdoc IERC7943Fungible
    /// @dev The registry of orders releases what it may take beforehand, so that `Frozen` comes before this.
    function forcedTransfer(address from, address to, uint256 units) external onlyOrders returns (bool) {
        (TransferRules.Question memory asked, IHolderRegistry.TransferFacts memory facts) = _ask(from, from, to, units);
        uint256 reasons = TransferRules.restrictionsOfForced(asked, facts);
        if (reasons != 0) _refuse(asked, reasons, 0);
        emit ForcedTransfer(from, to, units);
        _settle(asked);
        return true;
    }

    /// @inheritdoc IERC7943Fungible
    function setFrozenTokens(address account, uint256 units) external onlyOrders returns (bool) {
        if (account == address(0)) revert Note_NoAccount();
        if (units > type(uint64).max) revert Note_UnitsOutOfRange(units);
        _freeze(account, uint64(units));
        return true;
    }

    /// @inheritdoc INote
    function forget(address[] calldata accounts) external onlyHolderRegistry {
        for (uint256 i; i < accounts.length; ++i) {
            Position position = _register.lines[accounts[i]].position;
            _register.lines[accounts[i]].position = position.withoutMemory();
        }
    }

    /// @inheritdoc INote
    function moveEpoch() external onlyHolderRegistry {
        _config = _config.withNextEpoch();
    }

    /// @inheritdoc INote
    function join(address[] calldata ring, address[] calldata otherRing) external onlyHolderRegistry {
        // Two holders that both hold units are counted twice, so that at least two are counted.
        if (_holdsAny(ring) && _holdsAny(otherRing)) --_register.holders;
    }

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

    /// @dev The only way units move between accounts at the will of somebody: judge, spend, put down. What is remembered may
    /// say that nothing forbids the movement; every doubt, and every refusal, is the page's.
    function _command(address from, address to, uint256 units, uint256 leg) private {
        NoteConfig config = _config;
        RecordDates.Line storage fromLine = _register.lines[from];
        RecordDates.Line storage toLine = _register.lines[to];
        (Position sender, Position receiver) = (fromLine.position, toLine.position);
        bool isPlain = from != to && config.forbidsNothing(sender, receiver, units);
        if (!isPlain || !_remembersOperator(sender, from)) {
            TransferRules.Question memory asked;
            (asked.config, asked.sender, asked.receiver) = (config, sender, receiver);
            (asked.operator, asked.from, asked.to, asked.units) = (msg.sender, from, to, units);
            return _judge(asked, leg);
        }
        if (block.timestamp > config.nextClosesAtOf()) config = _roll(config);
        if (!config.isDateOf(sender)) sender = _register.dated(config, from, sender);
        if (!config.isDateOf(receiver)) receiver = _register.dated(config, to, receiver);
        (fromLine.position, toLine.position) = (sender.minus(units), receiver.plus(units));
        emit Transfer(from, to, units);
    }

    function _judge(TransferRules.Question memory asked, uint256 leg) private {
        address from = asked.from;
        if (from == address(0)) revert Note_Restricted(Restrictions.SENDER_NOT_REGISTERED, leg);
        IHolderRegistry.TransferFacts memory facts = _complete(asked);
        uint256 reasons = TransferRules.restrictions(asked, facts);
        if (reasons != 0) _refuse(asked, reasons, leg);
        bool isSpender = msg.sender != from && facts.from.has(SELF_KEPT);
        if (isSpender) _spendAllowance(from, msg.sender, asked.units);
        _remember(asked, facts);
        if (msg.sender != from && !isSpender) _rememberOperator(asked.config, facts.licences.operatorOf());
        _settle(asked);
    }

    function _freeze(address account, uint64 units) private {
        _register.lines[account].position = _register.lines[account].position.withFrozen(units);
        emit Frozen(account, units);
    }

    function _second(uint40 second) private pure returns (uint32) {
        if (second >= NEVER) revert Note_SecondOutOfRange(second);
        return uint32(second);
    }
}
