// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingState, IFilingRegistry} from "../../contracts/interfaces/IFilingRegistry.sol";
import {IDealRegistry} from "../../contracts/interfaces/IDealRegistry.sol";
import {INote} from "../../contracts/interfaces/INote.sol";
import {Restrictions} from "../../contracts/libraries/Restrictions.sol";
import {Laws} from "./Laws.sol";
import {Moving} from "./Moving.sol";

/// @notice Issuance, what it asks beforehand and what it owes afterwards.
abstract contract Issuing is Moving {
    uint64 internal constant UNIT_FACE_MINOR = 100_000;
    uint32 internal constant RECHECK_PASSED = 0x50;
    uint40 internal constant RECHECK_SECONDS = 24 hours;

    /// @notice Units of one class for one or two accounts.
    function issue(uint256 entropy) external step(entropy) {
        uint256 class = _chance(90) ? _roll(LIVE_CLASSES) : _roll(_classes.length);
        Filed storage filed = _filed[_classes[class].filing];
        if (block.timestamp > filed.recheckedUntil && _chance(60)) _tryRecheck(_classes[class].filing);
        INote.Allocation[] memory legs = new INote.Allocation[](1 + _roll(2));
        uint256[] memory accounts = new uint256[](legs.length);
        for (uint256 i; i < legs.length; ++i) {
            accounts[i] = _chance(97) ? _roll(_accounts.length) : NOBODY;
            legs[i] = INote.Allocation(_at(accounts[i]), uint64(_rollUnits(class)));
        }
        _tryIssue(class, legs, accounts, _chance(94) ? ISSUER : uint16(_roll(PARTY_COUNT + 1)));
    }

    /// @notice The filing entity reports the issuance as complete, or an assessor looks at checks N3 and N4 again.
    function reportOrRecheck(uint256 entropy) external step(entropy) {
        if (_chance(96)) return _tryRecheck(_chance(70) ? 0 : _roll(_filed.length));
        bool isDue = block.timestamp > _filed[0].reportDueAt;
        uint256 filing = isDue ? 0 : 1 + _roll(_filed.length - 1);
        Filed storage filed = _filed[filing];
        bool isStanding = filed.state == FilingState.Recorded;
        bool isAllowed = filed.reportDueAt != 0 && !filed.isReported && isStanding;
        bytes memory data = abi.encodeCall(
            _disclosures.reportCompletion,
            (filed.id, keccak256("report"), keccak256("receipt"))
        );
        _expect(Laws.DUTY, isAllowed, _key(FILING_ENTITY), address(_disclosures), data, "report of completion");
        if (isAllowed) (filed.isReported, filed.state) = (true, FilingState.IssuedReported);
    }

    function _rollUnits(uint256 class) private returns (uint256) {
        uint256 kind = _roll(30);
        if (kind == 0) return 0;
        if (kind == 1) return _classes[class].capMinor / UNIT_FACE_MINOR - _classes[class].unitsIssued + 1;
        if (kind == 2) return 1 + _roll(_classes[class].minimumUnits + 1);
        return 10 + _roll(40);
    }

    function _tryRecheck(uint256 filing) internal {
        uint16 by = _chance(92) ? ASSESSOR : uint16(_roll(PARTY_COUNT));
        uint32 checks = _chance(92) ? RECHECK_PASSED : [uint32(0x90), 0x10, 0x51, 0x60][_roll(4)];
        bool isSaid = checks == RECHECK_PASSED || checks == 0x90 || checks == 0x60;
        bool isAllowed = by == ASSESSOR && isSaid && _stateNow(filing) == FilingState.Recorded;
        bytes memory data = abi.encodeCall(_scrutiny.recheck, (_filed[filing].id, checks, keccak256("evidence")));
        _expect(Laws.RECHECK, isAllowed, _key(by), address(_scrutiny), data, "second look");
        if (!isAllowed) return;
        bool isPassed = checks == RECHECK_PASSED;
        _filed[filing].recheckedUntil = isPassed ? uint40(block.timestamp) + RECHECK_SECONDS : 0;
    }

    function _tryIssue(uint256 class, INote.Allocation[] memory legs, uint256[] memory accounts, uint16 by) internal {
        uint256 units;
        for (uint256 i; i < legs.length; ++i) units += legs[i].units;
        uint256 ofDeal = _againstDeal(class);
        (uint256 ofNote, uint256 leg) = _allocate(class, legs, accounts);
        bool isOpen = by == ISSUER && _filed[_classes[class].filing].state != FilingState.IssuedReported;
        bool isAllowed = isOpen && ofDeal == 0 && _isFunded(class, units) && ofNote == 0;
        if (!isAllowed && ofNote == 0) _takeBack(class, legs, accounts, legs.length);
        bytes memory answer = _callIssue(isAllowed, class, legs, by);
        if (isAllowed) return _issued(class, units, accounts);
        if (!isOpen) return;
        // Where the deal forbids it, the note refuses the first leg and joins its own reasons.
        if (ofDeal != 0) _requireRestricted(answer, ofDeal | _againstLeg(class, accounts[0], legs[0].units), 0);
        else if (!_isFunded(class, units)) _requireCap(class, units, answer);
        else _requireRestricted(answer, ofNote, leg);
    }

    function _callIssue(
        bool isAllowed,
        uint256 class,
        INote.Allocation[] memory legs,
        uint16 by
    ) private returns (bytes memory) {
        bytes memory data = abi.encodeCall(
            IDealRegistry.issue,
            (_classes[class].deal, _classes[class].classIndex, legs, _fresh("issuance"))
        );
        return _expect(Laws.ISSUANCE, isAllowed, _key(by), address(_deals), data, "issuance");
    }

    function _isFunded(uint256 class, uint256 units) private view returns (bool) {
        return (_classes[class].unitsIssued + units) * UNIT_FACE_MINOR <= _classes[class].balanceMinor;
    }

    function _issued(uint256 class, uint256 units, uint256[] memory accounts) private {
        Class storage issued = _classes[class];
        issued.unitsIssued += units;
        if (issued.issuedAt == 0) issued.issuedAt = uint40(block.timestamp);
        Filed storage filed = _filed[issued.filing];
        if (filed.reportDueAt == 0) filed.reportDueAt = uint40(block.timestamp + uint40(COMPLETION_DAYS) * 1 days);
        for (uint256 i; i < accounts.length; ++i) _requireLanding(class, accounts[i], accounts[i]);
    }

    /// @dev What the deal and its filing say against an issuance.
    function _againstDeal(uint256 class) private view returns (uint256 reasons) {
        Class storage issued = _classes[class];
        Filed storage filed = _filed[issued.filing];
        FilingState state = _stateNow(issued.filing);
        if (state == FilingState.Suspended) return Restrictions.FILING_SUSPENDED;
        if (state == FilingState.Revoked) return Restrictions.FILING_REVOKED;
        if (state == FilingState.Closed) return Restrictions.FILING_CLOSED;
        if (state != FilingState.Recorded) return Restrictions.FILING_NOT_RECORDED;
        if (!issued.isPriced) reasons |= Restrictions.DEAL_NOT_PRICED;
        if (block.timestamp > filed.windowClosesAt) reasons |= Restrictions.ISSUANCE_WINDOW_CLOSED;
        if (block.timestamp > filed.recheckedUntil) reasons |= Restrictions.RECHECK_MISSING;
        bool isOverdue = filed.reportDueAt != 0 && !filed.isReported && block.timestamp > filed.reportDueAt;
        if (isOverdue) reasons |= Restrictions.REPORT_OVERDUE;
    }

    /// @dev Puts the units down as far as the rules of the note allow; nothing stays where one leg fails.
    function _allocate(
        uint256 class,
        INote.Allocation[] memory legs,
        uint256[] memory accounts
    ) private returns (uint256 reasons, uint256 leg) {
        for (; leg < legs.length; ++leg) {
            reasons = _againstLeg(class, accounts[leg], legs[leg].units);
            if (reasons != 0) {
                _takeBack(class, legs, accounts, leg);
                return (reasons, leg);
            }
            _classes[class].units[accounts[leg]] += legs[leg].units;
        }
    }

    function _againstLeg(uint256 class, uint256 account, uint256 units) private view returns (uint256) {
        return _againstIssue(Movement(class, address(0), 0, NOBODY, account, units));
    }

    function _requireRestricted(bytes memory answer, uint256 reasons, uint256 leg) private view {
        bytes memory expected = abi.encodeWithSelector(INote.Note_Restricted.selector, reasons, leg);
        _require(keccak256(answer) == keccak256(expected), Laws.ISSUANCE, "an issuance refused for another reason");
    }

    function _takeBack(
        uint256 class,
        INote.Allocation[] memory legs,
        uint256[] memory accounts,
        uint256 count
    ) private {
        for (uint256 i; i < count; ++i) _classes[class].units[accounts[i]] -= legs[i].units;
    }

    /// @dev The filed cap is what refuses, where it is passed; the priced balance where that is lower.
    function _requireCap(uint256 class, uint256 units, bytes memory answer) private view {
        bool isAboveCap = (_classes[class].unitsIssued + units) * UNIT_FACE_MINOR > _classes[class].capMinor;
        bytes4 expected =
            isAboveCap
                ? IFilingRegistry.FilingRegistry_CapExceeded.selector
                : IDealRegistry.DealRegistry_BalanceExceeded.selector;
        _require(bytes4(answer) == expected, Laws.CAP, "another refusal than that of the cap");
    }
}
