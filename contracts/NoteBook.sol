// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IHolderRegistry} from "./interfaces/IHolderRegistry.sol";
import {INote} from "./interfaces/INote.sol";
import {IStatements} from "./interfaces/IStatements.sol";
import {EligibilityMemory} from "./libraries/EligibilityMemory.sol";
import {RecordDates} from "./libraries/RecordDates.sol";
import {Restrictions} from "./libraries/Restrictions.sol";
import {TransferRules} from "./TransferRules.sol";
import {AccountWord, OMNIBUS, SELF_KEPT} from "./types/AccountWord.sol";
import {RuleTerms} from "./types/DealTerms.sol";
import {PartyId} from "./types/Ids.sol";
import {Licences} from "./types/Licences.sol";
import {NEVER, NoteConfig} from "./types/NoteConfig.sol";
import {Position} from "./types/Position.sol";

/// @notice What a note keeps: positions, holders and the rules of its class; and how a movement is asked of the page and
/// put down.
/// @dev OpenZeppelin's ERC20 supplies allowances and the standard's events and errors; balances live in `RecordDates`
/// positions instead of its mapping.
abstract contract NoteBook is INote, ERC20 {
    using EligibilityMemory for NoteConfig;
    using RecordDates for RecordDates.Register;

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
    /// @dev What is remembered of keys of custodians.
    mapping(address key => uint256) private _operators;

    constructor(IHolderRegistry holders, IStatements statements, ClassFacts memory facts) {
        (HOLDERS, STATEMENTS, ADMITTED_CATEGORIES) = (holders, statements, facts.admittedCategories);
        _config = NoteConfig.wrap(0).withNextEpoch().withRecordDates(0, NEVER);
        _setRules(facts.rules);
    }

    /// @dev A question about a movement, with the facts to answer it by.
    function _ask(
        address operator,
        address from,
        address to,
        uint256 units
    ) internal view returns (TransferRules.Question memory asked, IHolderRegistry.TransferFacts memory) {
        asked.config = _config;
        (asked.sender, asked.receiver) = (_register.lines[from].position, _register.lines[to].position);
        (asked.operator, asked.from, asked.to, asked.units) = (operator, from, to, units);
        return (asked, _complete(asked));
    }

    /// @dev Completes a question that names the movement, the configuration and both positions. Holders come and go only where
    /// a position opens or empties.
    function _complete(
        TransferRules.Question memory asked
    ) internal view returns (IHolderRegistry.TransferFacts memory) {
        (address operator, address from, address to, uint256 units) = (
            asked.operator,
            asked.from,
            asked.to,
            asked.units
        );
        IHolderRegistry.TransferFacts memory facts = HOLDERS.factsOf(from, to, operator);
        asked.timestamp = block.timestamp;
        asked.admission = _admissionOf(asked.config, facts.to);
        if (facts.to.has(OMNIBUS)) asked.hasStatement = STATEMENTS.isCurrent(INote(address(this)), to);
        if (operator != from && facts.from.has(SELF_KEPT)) asked.hasAllowance = allowance(from, operator) >= units;
        if (units == 0) return facts;
        if (asked.receiver.unitsOf() == 0 && facts.to.isRegistered()) {
            asked.opensHolder = _holdsNothingBeside(to, from);
            uint256 maxHolders = _rules.maxHolders;
            asked.isFull = maxHolders != 0 && _register.holders >= maxHolders;
        }
        if (asked.sender.unitsOf() == units && facts.from.isRegistered()) {
            asked.closesHolder = _holdsNothingBeside(from, to);
        }
        return facts;
    }

    /// @dev Puts down a movement that was judged. The register keeps the supply under the zero address, so units from nowhere
    /// are added to it and units to nowhere are taken from it.
    function _settle(TransferRules.Question memory asked) internal {
        NoteConfig config = asked.config;
        if (block.timestamp > config.nextClosesAtOf()) config = _roll(config);
        (address from, address to, uint256 units) = (asked.from, asked.to, asked.units);
        (Position sender, Position receiver) = (asked.sender, asked.receiver);
        if (!config.isDateOf(sender)) sender = _register.dated(config, from, sender);
        if (!config.isDateOf(receiver)) receiver = _register.dated(config, to, receiver);
        if (receiver.indexOf() == 0 && to != address(0)) receiver = receiver.withIndex(++_register.accounts);
        _register.lines[from].position = from == address(0) ? sender.plus(units) : sender.minus(units);
        _register.lines[to].position = to == address(0) ? receiver.minus(units) : receiver.plus(units);
        if (asked.opensHolder && !asked.closesHolder) ++_register.holders;
        if (asked.closesHolder && !asked.opensHolder) --_register.holders;
        emit Transfer(from, to, units);
    }

    /// @dev Remembers of both sides what a movement that the page let pass has shown. The sender was judged as a sender, by
    /// weaker rules, so it is judged as a receiver first.
    function _remember(TransferRules.Question memory asked, IHolderRegistry.TransferFacts memory facts) internal view {
        NoteConfig config = asked.config;
        (AccountWord from, Licences licences) = (facts.from, facts.licences);
        asked.receiver = config.remembering(asked.receiver, facts.to, licences.ofReceiver());
        asked.admission = _admissionOf(config, from);
        uint256 reasons = TransferRules.restrictionsOfReceiver(asked, from, licences.ofSender());
        asked.sender =
            reasons == 0 ? config.remembering(asked.sender, from, licences.ofSender()) : asked.sender.withoutMemory();
    }

    function _rememberOperator(NoteConfig config, PartyId custodian) internal {
        _operators[msg.sender] = EligibilityMemory.ofOperator(config, custodian);
    }

    /// @dev Whether the caller is remembered as a key that may move a remembered account: the holder's own, or one of the
    /// account's custodian, whose licence the memory of the account covers.
    function _remembersOperator(Position sender, address from) internal view returns (bool) {
        if (EligibilityMemory.isSelfKept(sender)) return msg.sender == from;
        return _operators[msg.sender] == EligibilityMemory.operatorOf(sender);
    }

    function _roll(NoteConfig config) internal returns (NoteConfig rolled) {
        rolled = _register.rolled(config);
        _config = rolled;
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
            _listings[residence] = TransferRules.LISTED | rules.residences[i].categories;
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

    function _admissionOf(NoteConfig config, AccountWord account) internal view returns (uint256) {
        uint256 listing = config.hasResidences() ? _listings[account.residenceOf()] : 0;
        return listing == 0 ? ADMITTED_CATEGORIES : listing;
    }

    /// @dev Whether no other account of an account's holder holds units, nor is the other side of the movement.
    function _holdsNothingBeside(address account, address otherSide) internal view returns (bool) {
        address[] memory ring = HOLDERS.accountsOf(account);
        for (uint256 i; i < ring.length; ++i) {
            address sibling = ring[i];
            if (sibling == account) continue;
            if (sibling == otherSide || _register.lines[sibling].position.unitsOf() != 0) return false;
        }
        return true;
    }

    function _holdsAny(address[] calldata ring) internal view returns (bool) {
        for (uint256 i; i < ring.length; ++i) {
            if (_register.lines[ring[i]].position.unitsOf() != 0) return true;
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
