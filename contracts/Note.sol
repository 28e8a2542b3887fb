// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IERC1404} from "./interfaces/IERC1404.sol";
import {IERC7943Fungible} from "./interfaces/IERC7943.sol";
import {FilingState} from "./interfaces/IFilingRegistry.sol";
import {IHolderRegistry} from "./interfaces/IHolderRegistry.sol";
import {INote} from "./interfaces/INote.sol";
import {IStatements} from "./interfaces/IStatements.sol";
import {RecordDates} from "./libraries/RecordDates.sol";
import {Restrictions} from "./libraries/Restrictions.sol";
import {NoteBook} from "./NoteBook.sol";
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
contract Note is NoteBook, ERC165 {
    using RecordDates for RecordDates.Register;

    /// @notice Most legs of one batch.
    uint256 public constant MAX_BATCH = 200;

    /// @dev The operator's own standing, which neither standard below knows of.
    uint256 private constant OF_OPERATOR =
        Restrictions.OPERATOR_NOT_ENTITLED | Restrictions.OPERATOR_CUSTODIAN_INACTIVE;

    RestrictionTexts private immutable TEXTS;
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
    ) ERC20(string.concat("Class ", facts.label), facts.label) NoteBook(wiring_.holders, wiring_.statements, facts) {
        (DEALS, CLASS_RULES, ORDERS, TEXTS) = (wiring_.deals, wiring_.classRules, wiring_.orders, wiring_.texts);
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
            Position held = _register.positions[account];
            if (held.unitsOf() == 0 || account == address(0)) continue;
            if (held.frozenOf() != 0) _freeze(account, 0);
            TransferRules.Question memory asked;
            asked.config = _config;
            (asked.from, asked.units, asked.sender) = (account, held.unitsOf(), held.withFrozen(0));
            asked.receiver = _register.positions[address(0)];
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
            Position position = _register.positions[accounts[i]];
            _register.positions[accounts[i]] = position.withoutMemory();
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

    /// @inheritdoc INote
    function restrictionsOf(address operator, address from, address to, uint256 units) public view returns (uint256) {
        (TransferRules.Question memory asked, IHolderRegistry.TransferFacts memory facts) = _ask(
            operator,
            from,
            to,
            units
        );
        return TransferRules.restrictions(asked, facts);
    }

    /// @inheritdoc IERC7943Fungible
    function canSend(address account) external view returns (bool) {
        IHolderRegistry.TransferFacts memory facts = HOLDERS.factsOf(account, address(0), account);
        return TransferRules.restrictionsOfSender(facts.from, block.timestamp) == 0;
    }

    /// @inheritdoc IERC7943Fungible
    function canReceive(address account) external view returns (bool) {
        (TransferRules.Question memory asked, IHolderRegistry.TransferFacts memory facts) = _ask(
            address(0),
            address(0),
            account,
            0
        );
        return TransferRules.restrictionsOfReceiver(asked, facts) == 0;
    }

    /// @inheritdoc IERC7943Fungible
    function canTransfer(address from, address to, uint256 units) external view returns (bool) {
        return restrictionsOf(from, from, to, units) & ~(OF_OPERATOR | Restrictions.UNITS_INSUFFICIENT) == 0;
    }

    /// @inheritdoc IERC7943Fungible
    function getFrozenTokens(address account) external view returns (uint256) {
        return _register.positions[account].frozenOf();
    }

    /// @inheritdoc IERC1404
    function detectTransferRestriction(address from, address to, uint256 units) external view returns (uint8 code) {
        uint256 reasons = restrictionsOf(from, from, to, units) & ~OF_OPERATOR;
        if (reasons == 0) return 0;
        while (reasons & (1 << code) == 0) ++code;
        ++code;
    }

    /// @inheritdoc IERC1404
    function messageForTransferRestriction(uint8 code) external view returns (string memory) {
        return code == 0 ? "" : TEXTS.textOf(code - 1);
    }

    /// @inheritdoc INote
    function unitsAt(address account, uint24 recordDateId) external view returns (uint256) {
        _requireClosed(recordDateId);
        return _register.unitsAt(account, recordDateId);
    }

    /// @inheritdoc INote
    function holdingsAt(
        address[] calldata accounts,
        uint24 recordDateId
    ) external view returns (uint256[] memory holdings) {
        _requireClosed(recordDateId);
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

    /// @inheritdoc INote
    function lastClosedRecordDate() public view returns (uint24) {
        return _register.rolled(_config).recordDateIdOf();
    }

    /// @inheritdoc INote
    function standing() external view returns (Standing memory) {
        NoteConfig config = _config;
        return
            Standing({
                filingState: config.stateOf(),
                suspendedUntil: config.suspendedUntilOf(),
                pausedUntil: config.pausedUntilOf(),
                lockedUntil: config.lockedUntilOf(),
                complianceUntil: config.complianceUntilOf(),
                minimumUnits: config.minimumUnitsOf(),
                maxHolders: _rules.maxHolders,
                holders: _register.holders
            });
    }

    /// @inheritdoc ERC20
    function balanceOf(address account) public view override(ERC20, IERC20) returns (uint256) {
        return account == address(0) ? 0 : _register.positions[account].unitsOf();
    }

    /// @inheritdoc ERC20
    function totalSupply() public view override(ERC20, IERC20) returns (uint256) {
        return _register.positions[address(0)].unitsOf();
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
            interfaceId == type(IERC7943Fungible).interfaceId ||
            interfaceId == type(IERC1404).interfaceId ||
            interfaceId == type(INote).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    /// @dev The only way units move between accounts at the will of somebody: judge, spend, put down.
    function _command(address from, address to, uint256 units, uint256 leg) private {
        if (from == address(0)) revert Note_Restricted(Restrictions.SENDER_NOT_REGISTERED, leg);
        (TransferRules.Question memory asked, IHolderRegistry.TransferFacts memory facts) = _ask(
            msg.sender,
            from,
            to,
            units
        );
        uint256 reasons = TransferRules.restrictions(asked, facts);
        if (reasons != 0) _refuse(asked, reasons, leg);
        if (msg.sender != from && facts.from.has(SELF_KEPT)) _spendAllowance(from, msg.sender, units);
        _settle(asked);
    }

    function _freeze(address account, uint64 units) private {
        _register.positions[account] = _register.positions[account].withFrozen(units);
        emit Frozen(account, units);
    }

    function _requireClosed(uint24 recordDateId) private view {
        bool isClosed = recordDateId != 0 && recordDateId <= lastClosedRecordDate();
        if (!isClosed) revert Note_RecordDateOpen(recordDateId);
    }

    function _second(uint40 second) private pure returns (uint32) {
        if (second >= NEVER) revert Note_SecondOutOfRange(second);
        return uint32(second);
    }
}
