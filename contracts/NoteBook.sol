// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IHolderRegistry} from "./interfaces/IHolderRegistry.sol";
import {INote} from "./interfaces/INote.sol";
import {IStatements} from "./interfaces/IStatements.sol";
import {RecordDates} from "./libraries/RecordDates.sol";
import {Restrictions} from "./libraries/Restrictions.sol";
import {TransferRules} from "./TransferRules.sol";
import {AccountWord, OMNIBUS, SELF_KEPT} from "./types/AccountWord.sol";
import {RuleTerms} from "./types/DealTerms.sol";
import {NEVER, NoteConfig} from "./types/NoteConfig.sol";
import {Position} from "./types/Position.sol";

/// @notice What a note keeps: positions, holders and the rules of its class; and how a movement is asked of the page and
/// put down.
/// @dev OpenZeppelin's ERC20 supplies allowances and the standard's events and errors; balances live in `RecordDates`
/// positions instead of its mapping.
abstract contract NoteBook is INote, ERC20 {
    using RecordDates for RecordDates.Register;

    /// @dev Set beside the categories of a residence that the rules name.
    uint256 private constant LISTED = 1 << 16;

    /// @dev What the rules of the class say that the config word has no room for.
    /// @param issuedAt Second of the first issuance, from which periods count; 0 before it.
    /// @param maxHolders Most holders; 0 for no limit.
    struct Rules {
        uint32 issuedAt;
        uint32 lockUpSeconds;
        uint32 complianceSeconds;
        uint32 maxHolders;
    }

    IHolderRegistry internal immutable HOLDERS;
    IStatements internal immutable STATEMENTS;
    uint16 private immutable ADMITTED_CATEGORIES;

    NoteConfig internal _config;
    RecordDates.Register internal _register;
    Rules internal _rules;
    bytes2[] private _listedResidences;
    mapping(bytes2 residence => uint256) private _listings;

    constructor(IHolderRegistry holders, IStatements statements, ClassFacts memory facts) {
        (HOLDERS, STATEMENTS, ADMITTED_CATEGORIES) = (holders, statements, facts.admittedCategories);
        _config = NoteConfig.wrap(0).withNextEpoch().withRecordDates(0, NEVER);
        _setRules(facts.rules);
    }

    /// @dev Everything the page asks about a movement. Holders come and go only where a position opens or empties.
    function _ask(
        address operator,
        address from,
        address to,
        uint256 units
    ) internal view returns (TransferRules.Question memory asked, IHolderRegistry.TransferFacts memory facts) {
        facts = HOLDERS.factsOf(from, to, operator);
        asked.config = _config;
        (asked.sender, asked.receiver) = (_register.positions[from], _register.positions[to]);
        (asked.operator, asked.from, asked.to, asked.units) = (operator, from, to, units);
        asked.hasAllowance = facts.from.has(SELF_KEPT) && operator != from && allowance(from, operator) >= units;
        asked.admission = _admissionOf(asked.config, facts.to);
        asked.hasStatement = _hasStatement(to, facts.to);
        asked.timestamp = block.timestamp;
        bool opens = facts.to.isRegistered() && asked.receiver.unitsOf() == 0;
        bool empties = facts.from.isRegistered() && asked.sender.unitsOf() == units;
        if (opens && units != 0) {
            asked.opensHolder = _holdsNothingBeside(to, from);
            (asked.holders, asked.maxHolders) = (_register.holders, _rules.maxHolders);
        }
        if (empties && units != 0) asked.closesHolder = _holdsNothingBeside(from, to);
    }

    /// @dev Puts down a movement that was judged. The register keeps the supply under the zero address, so units from nowhere
    /// are added to it and units to nowhere are taken from it.
    function _settle(TransferRules.Question memory asked) internal {
        NoteConfig config = asked.config;
        if (block.timestamp > config.nextClosesAtOf()) {
            config = _register.rolled(config);
            _config = config;
        }
        (address from, address to, uint256 units) = (asked.from, asked.to, asked.units);
        Position sender = from == address(0) ? asked.sender.plus(units) : asked.sender.minus(units);
        Position receiver = to == address(0) ? asked.receiver.minus(units) : asked.receiver.plus(units);
        if (receiver.indexOf() == 0 && to != address(0)) receiver = receiver.withIndex(++_register.accounts);
        _register.put(config, from, asked.sender, sender);
        _register.put(config, to, asked.receiver, receiver);
        if (asked.opensHolder && !asked.closesHolder) ++_register.holders;
        if (asked.closesHolder && !asked.opensHolder) --_register.holders;
        emit Transfer(from, to, units);
    }

    /// @dev Where units alone fall short it is the standard's own error, else all reasons at once.
    function _refuse(TransferRules.Question memory asked, uint256 reasons, uint256 leg) internal pure {
        uint256 others = reasons & ~(Restrictions.UNITS_INSUFFICIENT | Restrictions.UNITS_FROZEN);
        if (others != 0) revert Note_Restricted(reasons, leg);
        (uint256 held, uint256 frozen) = (asked.sender.unitsOf(), asked.sender.frozenOf());
        if (asked.units > held) revert ERC20InsufficientBalance(asked.from, held, asked.units);
        revert ERC7943InsufficientUnfrozenBalance(asked.from, asked.units, held > frozen ? held - frozen : 0);
    }

    /// @dev Replaces the rules of the class. What was remembered was remembered under the rules before.
    function _setRules(RuleTerms memory rules) internal {
        for (uint256 i; i < _listedResidences.length; ++i) delete _listings[_listedResidences[i]];
        delete _listedResidences;
        for (uint256 i; i < rules.residences.length; ++i) {
            bytes2 residence = rules.residences[i].residence;
            _listedResidences.push(residence);
            _listings[residence] = LISTED | rules.residences[i].categories;
        }
        _rules = Rules(_rules.issuedAt, rules.lockUpSeconds, rules.complianceSeconds, rules.maxHolders);
        _config = _config.withRules(rules.minimumUnits, rules.residences.length != 0).withNextEpoch();
        _setPeriods();
    }

    /// @dev Periods count from the first issuance; before it nobody has units that they could hold back.
    function _setPeriods() internal {
        Rules memory rules = _rules;
        uint32 lockedUntil = _lastSecondOf(rules.issuedAt, rules.lockUpSeconds);
        bool isUnset = rules.complianceSeconds == NEVER;
        uint32 complianceUntil = isUnset ? NEVER : _lastSecondOf(rules.issuedAt, rules.complianceSeconds);
        _config = _config.withPeriods(lockedUntil, complianceUntil);
        emit RulesFollowed(lockedUntil, complianceUntil);
    }

    function _admissionOf(
        NoteConfig config,
        AccountWord account
    ) internal view returns (TransferRules.Admission memory) {
        uint256 listing = config.hasResidences() ? _listings[account.residenceOf()] : 0;
        if (listing == 0) return TransferRules.Admission(ADMITTED_CATEGORIES, false);
        return TransferRules.Admission(uint16(listing), true);
    }

    function _hasStatement(address account, AccountWord word) internal view returns (bool) {
        return word.has(OMNIBUS) && STATEMENTS.isCurrent(INote(address(this)), account);
    }

    /// @dev Whether no other account of an account's holder holds units, nor is the other side of the movement.
    function _holdsNothingBeside(address account, address otherSide) internal view returns (bool) {
        address[] memory ring = HOLDERS.accountsOf(account);
        for (uint256 i; i < ring.length; ++i) {
            address sibling = ring[i];
            if (sibling == account) continue;
            if (sibling == otherSide || _register.positions[sibling].unitsOf() != 0) return false;
        }
        return true;
    }

    function _holdsAny(address[] calldata ring) internal view returns (bool) {
        for (uint256 i; i < ring.length; ++i) {
            if (_register.positions[ring[i]].unitsOf() != 0) return true;
        }
        return false;
    }

    /// @dev A period that reaches past the last second of 32 bits ends with it: it never becomes one that is not set.
    function _lastSecondOf(uint32 since, uint32 periodSeconds) private pure returns (uint32) {
        if (since == 0 || periodSeconds == 0) return 0;
        uint256 until = uint256(since) + periodSeconds - 1;
        return until < NEVER ? uint32(until) : NEVER - 1;
    }
}
