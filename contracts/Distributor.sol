// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";
import {IApprovals} from "./interfaces/IApprovals.sol";
import {DealState, IDealRegistry} from "./interfaces/IDealRegistry.sol";
import {IDistributor} from "./interfaces/IDistributor.sol";
import {INote} from "./interfaces/INote.sol";
import {CivilDates} from "./libraries/CivilDates.sol";
import {DayCounts} from "./libraries/DayCounts.sol";
import {Roles} from "./libraries/Roles.sol";
import {ClassTerms, DayCount, DealTerms, Pricing, RateKind, StepKind} from "./types/DealTerms.sol";
import {DealId, PartyId} from "./types/Ids.sol";
import {ClassWord, classWordOf, StepWord, stepWordOf} from "./types/PlanWords.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";
import {Waterfall} from "./Waterfall.sol";

/// @notice See `IDistributor`.
contract Distributor is IDistributor, Wired {
    /// @notice Furthest that a payment date may roll from its nominal date, in days.
    uint256 public constant MAX_ROLL_DAYS = 15;

    /// @notice Longest accrual period. What is above is taken for a slip of the year.
    uint256 public constant MAX_PERIOD_DAYS = 400;

    int64 private constant MAX_FIXING_E10 = 1e10;

    /// @dev What postings need of a deal, laid down once as contract code out of terms and pricing, which never change; so a
    /// posting reads no storage per step.
    struct Plan {
        ClassWord[] classes;
        StepWord[] steps;
        uint256 lineCount;
    }

    /// @param plan Code that holds the `Plan`; zero before the first report.
    /// @param lastPeriod Last period posted, with its dates.
    struct Book {
        address plan;
        uint16 lastPeriod;
        uint32 lastNominalDate;
        uint32 lastPaymentDate;
        uint8 residualClass;
    }

    struct Fixing {
        bool isFixed;
        int64 rateE10;
    }

    mapping(DealId => Book) private _books;
    mapping(DealId => mapping(uint16 period => Cycle)) private _cycles;
    mapping(DealId => mapping(uint16 period => mapping(uint16 version => mapping(uint256 classIndex => Fixing))))
        private _fixings;
    mapping(DealId => mapping(uint256 classIndex => ClassBalance)) private _balances;
    /// @dev Two classes share a word.
    mapping(DealId => mapping(uint16 period => uint128[16])) private _payables;

    constructor(Wiring memory wiring_) Wired(wiring_) {}

    /// @inheritdoc IDistributor
    function declareCycle(DealId deal, Declaration calldata given) external {
        PARTIES.requireDealRole(msg.sender, deal, Roles.PAYING_AGENT);
        Book storage book = _books[deal];
        if (given.period != book.lastPeriod + 1) {
            revert Distributor_PeriodOrder(deal, book.lastPeriod + 1, given.period);
        }
        Cycle memory cycle = _cycles[deal][given.period];
        if (given.version != cycle.version + 1) {
            revert Distributor_VersionOrder(deal, given.period, cycle.version + 1, given.version);
        }
        _requireDates(deal, given);
        _countDays(deal, book, given, cycle);
        if (cycle.version == 0 || cycle.recordDate != given.recordDate) {
            (cycle.recordDateId, cycle.recordDateClosesAt) = DEALS.declareRecordDate(deal, given.recordDate);
        }
        cycle.version = given.version;
        cycle.recordDate = given.recordDate;
        (cycle.nominalDate, cycle.paymentDate) = (given.nominalDate, given.paymentDate);
        (cycle.availableMinor, cycle.digest) = (0, 0);
        _cycles[deal][given.period] = cycle;
        emit CycleDeclared(
            deal,
            given.period,
            given.version,
            given.recordDate,
            cycle.recordDateId,
            cycle.recordDateClosesAt,
            given.nominalDate,
            given.paymentDate
        );
    }

    /// @inheritdoc IDistributor
    function report(DealId deal, uint16 period, uint16 version, Report calldata given) external {
        PartyId by = PARTIES.requireDealRole(msg.sender, deal, Roles.SERVICER);
        Cycle storage cycle = _open(deal, period, version);
        if (cycle.digest != 0) revert Distributor_AlreadyReported(deal, period, version);
        if (given.reportHash == 0) revert Distributor_BadReport("reportHash");
        if (given.principalMinor > given.availableMinor) revert Distributor_BadReport("principalMinor");
        Book storage book = _books[deal];
        if (book.plan == address(0)) _openClasses(deal, book, cycle);
        Plan memory plan = _planOf(book);
        uint256 fees;
        for (uint256 i; i < plan.steps.length; ++i) if (plan.steps[i].kindOf() == StepKind.Fee) ++fees;
        if (given.feesDueMinor.length != fees) revert Distributor_BadReport("feesDueMinor");
        (cycle.availableMinor, cycle.digest) = (given.availableMinor, keccak256(abi.encode(given)));
        // Opens the words that the posting will fill, which is cheaper for it; nobody can read them before.
        uint128[16] storage payables = _payables[deal][period];
        for (uint256 i; i < plan.classes.length; ++i) payables[i] = 1;
        emit Reported(deal, period, version, by, given);
    }

    /// @inheritdoc IDistributor
    function fixRate(
        DealId deal,
        uint16 period,
        uint16 version,
        uint8 classIndex,
        int64 rateE10,
        bytes32 evidenceHash
    ) external {
        PartyId party = _requirePayingAgentOrTrustee(deal);
        _open(deal, period, version);
        ClassTerms[] memory classes = DEALS.termsOf(deal).classes;
        bool isFloating = classIndex < classes.length && classes[classIndex].rateKind == RateKind.Floating;
        if (!isFloating) revert Distributor_NotFloating(deal, classIndex);
        bool isSound = evidenceHash != 0 && rateE10 <= MAX_FIXING_E10 && rateE10 >= -MAX_FIXING_E10;
        if (!isSound) revert Distributor_BadFixing(rateE10, evidenceHash);

        bytes32 subject = keccak256(abi.encode("fixRate", deal, period, version, classIndex));
        bytes32 payload = keccak256(abi.encode(rateE10, evidenceHash));
        if (!APPROVALS.endorse(subject, payload, party, IApprovals.Quorum(2, 0))) return;
        _fixings[deal][period][version][classIndex] = Fixing(true, rateE10);
        emit RateFixed(deal, period, version, classIndex, rateE10, evidenceHash);
    }

    /// @inheritdoc IDistributor
    function post(DealId deal, Posting calldata posting) external {
        PartyId party = _requirePayingAgentOrTrustee(deal);
        Cycle memory cycle = _open(deal, posting.period, posting.version);
        (Waterfall.ClassLedger[] memory ledgers, ClassPosted[] memory posted) = _check(deal, posting, cycle);

        bytes32 digest = keccak256(msg.data[4:]);
        bytes32 subject = keccak256(abi.encode("post", deal, posting.period, posting.version));
        if (!APPROVALS.endorse(subject, digest, party, IApprovals.Quorum(2, 0))) return;
        Book storage book = _books[deal];
        (book.lastPeriod, book.lastNominalDate) = (posting.period, cycle.nominalDate);
        book.lastPaymentDate = cycle.paymentDate;
        _cycles[deal][posting.period].digest = digest;
        _settle(deal, posting.period, ledgers, posted);
        emit Posted(deal, posting.period, posting.paidMinor, posted);
    }

    /// @inheritdoc IDistributor
    function carryRemainder(DealId deal, uint16 period, uint8 classIndex, uint64 amountMinor) external {
        if (msg.sender != address(PAYMENTS)) revert Distributor_NotPayments(msg.sender);
        ClassBalance storage balance = _balances[deal][classIndex];
        bool isRepaid = balance.outstandingMinor == 0 && balance.interestShortfallMinor == 0;
        uint8 toClass = isRepaid ? _books[deal].residualClass : classIndex;
        _balances[deal][toClass].remainderMinor += amountMinor;
        emit RemainderCarried(deal, period, classIndex, toClass, amountMinor);
    }

    /// @inheritdoc IDistributor
    function lastPeriodOf(DealId deal) external view returns (uint16) {
        return _books[deal].lastPeriod;
    }

    /// @inheritdoc IDistributor
    function cycleOf(DealId deal, uint16 period) external view returns (Cycle memory) {
        return _cycles[deal][period];
    }

    /// @inheritdoc IDistributor
    function fixingOf(
        DealId deal,
        uint16 period,
        uint8 classIndex
    ) external view returns (bool isFixed, int64 rateE10) {
        Fixing memory fixing = _fixings[deal][period][_cycles[deal][period].version][classIndex];
        return (fixing.isFixed, fixing.rateE10);
    }

    /// @inheritdoc IDistributor
    function balanceOf(DealId deal, uint8 classIndex) external view returns (ClassBalance memory) {
        return _balances[deal][classIndex];
    }

    /// @inheritdoc IDistributor
    function payableOf(
        DealId deal,
        uint16 period,
        uint8 classIndex
    ) external view returns (uint24 recordDateId, uint128 amountMinor) {
        _requirePosted(deal, period);
        return (_cycles[deal][period].recordDateId, _payables[deal][period][classIndex]);
    }

    /// @inheritdoc IDistributor
    function totalOf(DealId deal, uint16 period) external view returns (uint128 totalMinor, bytes32 digest) {
        _requirePosted(deal, period);
        Cycle storage cycle = _cycles[deal][period];
        return (cycle.availableMinor, cycle.digest);
    }

    /// @dev Lays down the plan of a deal and opens its classes: tokenised ones with what was issued, retained ones with
    /// their priced balance.
    function _openClasses(DealId deal, Book storage book, Cycle storage cycle) private {
        DEALS.endIssuance(deal);
        DealTerms memory terms = DEALS.termsOf(deal);
        Pricing memory pricing = DEALS.pricingOf(deal);
        Plan memory plan = Plan(new ClassWord[](terms.classes.length), new StepWord[](terms.steps.length), 0);
        for (uint256 i; i < terms.steps.length; ++i) plan.steps[i] = stepWordOf(terms.steps[i]);
        plan.lineCount = Waterfall.lineCountOf(plan.steps);
        uint96[] memory originalMinor = new uint96[](terms.classes.length);
        for (uint256 i; i < terms.classes.length; ++i) {
            ClassTerms memory class = terms.classes[i];
            plan.classes[i] = classWordOf(class, pricing.rateE10[i]);
            uint256 balanceMinor =
                class.tokenised
                    ? _issuedUnits(deal, uint8(i), cycle) * class.unitFaceMinor
                    : pricing.originalBalanceMinor[i];
            originalMinor[i] = SafeCast.toUint96(balanceMinor);
            _balances[deal][i].outstandingMinor = originalMinor[i];
        }
        uint256 residual = terms.steps[terms.steps.length - 1].classes;
        for (uint8 i; residual >> i != 0; ++i) book.residualClass = i;
        book.plan = SSTORE2.write(abi.encode(plan));
        emit ClassesOpened(deal, originalMinor);
    }

    /// @dev The first record date sees every unit there will ever be; one that is still open does so because issuance ends
    /// here.
    function _issuedUnits(DealId deal, uint8 classIndex, Cycle storage cycle) private view returns (uint256 units) {
        INote note = DEALS.noteOf(deal, classIndex);
        units = note.totalSupply();
        if (units == 0) revert Distributor_NotIssued(deal, classIndex);
        bool isClosed = block.timestamp > cycle.recordDateClosesAt;
        if (isClosed && note.unitsAt(address(0), cycle.recordDateId) != units) {
            revert Distributor_IssuedAfterRecordDate(deal, classIndex);
        }
    }

    /// @dev Checks a posting and answers where it leaves every class.
    function _check(
        DealId deal,
        Posting calldata posting,
        Cycle memory cycle
    ) private view returns (Waterfall.ClassLedger[] memory ledgers, ClassPosted[] memory posted) {
        bytes32 reported = keccak256(abi.encode(posting.report));
        if (reported != cycle.digest) revert Distributor_ReportDiffers(deal, posting.period, cycle.digest, reported);
        if (block.timestamp <= cycle.recordDateClosesAt) {
            revert Distributor_RecordDateOpen(deal, posting.period, cycle.recordDateClosesAt);
        }
        Plan memory plan = _planOf(_books[deal]);
        if (posting.paidMinor.length != plan.lineCount) {
            revert Waterfall.Waterfall_LineCount(plan.lineCount, posting.paidMinor.length);
        }
        (ledgers, posted) = _accrue(deal, posting, cycle, plan);
        Waterfall.check(
            plan.steps,
            Waterfall.Funds(cycle.availableMinor, posting.report.principalMinor, posting.report.feesDueMinor, 0, 0),
            ledgers,
            posting.paidMinor
        );
    }

    /// @dev Interest of every class for the period, on what was outstanding before it.
    function _accrue(
        DealId deal,
        Posting calldata posting,
        Cycle memory cycle,
        Plan memory plan
    ) private view returns (Waterfall.ClassLedger[] memory ledgers, ClassPosted[] memory posted) {
        uint256 count = plan.classes.length;
        if (posting.dayCounts.length != count) revert Distributor_DayCountLength(count, posting.dayCounts.length);
        ledgers = new Waterfall.ClassLedger[](count);
        posted = new ClassPosted[](count);
        for (uint256 i; i < count; ++i) {
            ClassWord class = plan.classes[i];
            uint256 dayCount = _dayCountOf(class, cycle);
            if (posting.dayCounts[i] != dayCount) revert Distributor_WrongDayCount(i, dayCount, posting.dayCounts[i]);
            ClassBalance memory balance = _balances[deal][i];
            uint256 rateE10 = class.rateE10Of();
            if (class.isFloating()) rateE10 = _floatingRate(deal, posting, i, rateE10);
            uint256 accrued = Waterfall.interestOf(balance.outstandingMinor, rateE10, dayCount, class.roundingOf());
            ledgers[i].outstandingMinor = balance.outstandingMinor;
            ledgers[i].interestDueMinor = accrued + balance.interestShortfallMinor;
            posted[i].payableMinor = balance.remainderMinor;
        }
    }

    function _floatingRate(
        DealId deal,
        Posting calldata posting,
        uint256 classIndex,
        uint256 spreadE10
    ) private view returns (uint256) {
        Fixing memory fixing = _fixings[deal][posting.period][posting.version][classIndex];
        if (!fixing.isFixed) revert Distributor_FixingMissing(deal, posting.period, classIndex);
        int256 rateE10 = int256(fixing.rateE10) + int256(spreadE10);
        return rateE10 > 0 ? uint256(rateE10) : 0;
    }

    /// @dev Writes where the checked lines left every class, and what its holders share.
    function _settle(
        DealId deal,
        uint16 period,
        Waterfall.ClassLedger[] memory ledgers,
        ClassPosted[] memory posted
    ) private {
        for (uint256 i; i < ledgers.length; ++i) {
            Waterfall.ClassLedger memory ledger = ledgers[i];
            ClassPosted memory result = posted[i];
            // Each part is a sum of lines, and all lines together are the funds, which fit.
            result.interestMinor = uint128(ledger.interestPaidMinor);
            result.principalMinor = uint128(ledger.principalPaidMinor);
            result.payableMinor += uint128(
                ledger.interestPaidMinor + ledger.principalPaidMinor + ledger.residualPaidMinor
            );
            result.outstandingMinor = uint96(ledger.outstandingMinor);
            result.interestShortfallMinor = SafeCast.toUint96(ledger.interestDueMinor);
            _balances[deal][i] = ClassBalance(result.outstandingMinor, result.interestShortfallMinor, 0);
            _payables[deal][period][i] = result.payableMinor;
        }
    }

    function _requireDates(DealId deal, Declaration calldata given) private view {
        if (!CivilDates.isDate(given.recordDate)) revert Distributor_BadDate("recordDate", given.recordDate);
        if (!CivilDates.isDate(given.nominalDate)) revert Distributor_BadDate("nominalDate", given.nominalDate);
        if (!CivilDates.isDate(given.paymentDate)) revert Distributor_BadDate("paymentDate", given.paymentDate);
        if (given.recordDate > given.paymentDate) revert Distributor_BadDate("recordDate", given.recordDate);
        bool isRolledBack = given.paymentDate < given.nominalDate;
        uint256 rolledDays =
            isRolledBack
                ? DayCounts.actualDays(given.paymentDate, given.nominalDate)
                : DayCounts.actualDays(given.nominalDate, given.paymentDate);
        if (rolledDays > MAX_ROLL_DAYS) revert Distributor_BadDate("paymentDate", given.paymentDate);
        if (given.period == 1 && given.nominalDate != DEALS.termsOf(deal).firstPaymentDate) {
            revert Distributor_BadDate("nominalDate", given.nominalDate);
        }
    }

    /// @dev A period begins where the one before ended, the first one at closing, so that no day is counted twice or left out.
    function _countDays(DealId deal, Book storage book, Declaration calldata given, Cycle memory cycle) private view {
        IDealRegistry.Deal memory current = DEALS.dealOf(deal);
        bool isOutstanding = current.state == DealState.Outstanding || current.state == DealState.Amortising;
        if (!isOutstanding) revert IDealRegistry.DealRegistry_NotOutstanding(deal);
        bool isFirst = given.period == 1;
        uint32 fromNominal = isFirst ? current.closingDate : book.lastNominalDate;
        uint32 fromPayment = isFirst ? current.closingDate : book.lastPaymentDate;
        if (given.nominalDate <= fromNominal) revert Distributor_BadDate("nominalDate", given.nominalDate);
        if (given.paymentDate <= fromPayment) revert Distributor_BadDate("paymentDate", given.paymentDate);
        cycle.actualAdjusted = _bounded(DayCounts.actualDays(fromPayment, given.paymentDate));
        cycle.actualNominal = _bounded(DayCounts.actualDays(fromNominal, given.nominalDate));
        cycle.thirtyAdjusted = _bounded(DayCounts.thirtyDays(fromPayment, given.paymentDate));
        cycle.thirtyNominal = _bounded(DayCounts.thirtyDays(fromNominal, given.nominalDate));
    }

    function _bounded(uint256 dayCount) private pure returns (uint16) {
        if (dayCount > MAX_PERIOD_DAYS) revert Distributor_PeriodTooLong(dayCount, MAX_PERIOD_DAYS);
        return uint16(dayCount);
    }

    function _dayCountOf(ClassWord class, Cycle memory cycle) private pure returns (uint256) {
        if (class.dayCountOf() == DayCount.Actual360) {
            return class.isAdjusted() ? cycle.actualAdjusted : cycle.actualNominal;
        }
        return class.isAdjusted() ? cycle.thirtyAdjusted : cycle.thirtyNominal;
    }

    function _requirePayingAgentOrTrustee(DealId deal) private view returns (PartyId) {
        return PARTIES.requireEitherDealRole(msg.sender, deal, Roles.PAYING_AGENT, Roles.TRUSTEE);
    }

    function _open(DealId deal, uint16 period, uint16 version) private view returns (Cycle storage cycle) {
        uint16 next = _books[deal].lastPeriod + 1;
        if (period != next) revert Distributor_PeriodOrder(deal, next, period);
        cycle = _cycles[deal][period];
        if (version != cycle.version || version == 0) {
            revert Distributor_VersionOrder(deal, period, cycle.version, version);
        }
    }

    function _requirePosted(DealId deal, uint16 period) private view {
        if (period == 0 || period > _books[deal].lastPeriod) revert Distributor_NotPosted(deal, period);
    }

    function _planOf(Book storage book) private view returns (Plan memory) {
        return abi.decode(SSTORE2.read(book.plan), (Plan));
    }
}
