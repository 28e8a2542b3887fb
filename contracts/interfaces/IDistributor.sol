// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DealId, PartyId} from "../types/Ids.sol";

/// @notice Payment cycles: dates, servicer report, fixings and the posting of a deal's distribution, checked line by line
/// against the filed terms. Balances of classes live here.
/// @dev A cycle is known by deal, period and version. Periods count from 1 and follow one another without a gap; each has
/// one distribution. Until then a new version replaces dates, report and fixings together. Dates are civil dates
/// yyyymmdd, amounts are minor units of the deal's currency, rates are in units of 1e-10 a year.
interface IDistributor {
    /// @notice Dates of a payment cycle.
    /// @param recordDate Day at whose end the register says who is paid.
    /// @param nominalDate Payment date before it rolls; ends the period of classes with unadjusted accrual.
    /// @param paymentDate Payment date; ends the period of classes with adjusted accrual.
    struct Declaration {
        uint16 period;
        uint16 version;
        uint32 recordDate;
        uint32 nominalDate;
        uint32 paymentDate;
    }

    /// @notice Figures of a servicer report that a distribution starts from.
    /// @param reportHash SHA-256 of the report.
    /// @param availableMinor All funds to be distributed.
    /// @param principalMinor Principal to be distributed, as far as funds and balances allow.
    /// @param feesDueMinor What is due at each fee step of the terms, in their order; the cap of the step holds beside it.
    struct Report {
        bytes32 reportHash;
        uint128 availableMinor;
        uint128 principalMinor;
        uint256[] feesDueMinor;
    }

    /// @notice The distribution of one cycle.
    /// @param report The report as it was entered.
    /// @param dayCounts Numerator of the day-count fraction of each class.
    /// @param paidMinor Amount of each line: one line per fee step, one per class of any other step, in order of the steps
    /// and within a step of the classes.
    struct Posting {
        uint16 period;
        uint16 version;
        Report report;
        uint256[] dayCounts;
        uint256[] paidMinor;
    }

    /// @notice A payment cycle as it stands.
    /// @param version Last declared version; 0 when the cycle was never declared.
    /// @param recordDateId Number of the record date in every note of the deal.
    /// @param actualAdjusted Days of the period for the four ways a class may count them: actual or thirty-day months, to the
    /// payment date (adjusted) or to the nominal one.
    /// @param digest Hash of the report before the posting; after it `keccak256(abi.encode(deal, posting))` as the
    /// parties sent it; 0 before the report.
    struct Cycle {
        uint16 version;
        uint24 recordDateId;
        uint40 recordDateClosesAt;
        uint32 recordDate;
        uint32 nominalDate;
        uint32 paymentDate;
        uint16 actualAdjusted;
        uint16 actualNominal;
        uint16 thirtyAdjusted;
        uint16 thirtyNominal;
        uint128 availableMinor;
        bytes32 digest;
    }

    /// @notice Where a class stands.
    /// @param outstandingMinor Principal not repaid. The factor is this divided by the original balance.
    /// @param interestShortfallMinor Interest that was due and not paid; due again in the next period.
    /// @param remainderMinor Minor units that could not be divided among holders; added to the next distribution.
    struct ClassBalance {
        uint96 outstandingMinor;
        uint96 interestShortfallMinor;
        uint64 remainderMinor;
    }

    /// @notice What a posting did to a class.
    /// @param payableMinor What its holders share: interest, principal, residual, and the remainder carried so far.
    struct ClassPosted {
        uint128 interestMinor;
        uint128 principalMinor;
        uint128 payableMinor;
        uint96 outstandingMinor;
        uint96 interestShortfallMinor;
    }

    event CycleDeclared(
        DealId indexed deal,
        uint16 indexed period,
        uint16 version,
        uint32 recordDate,
        uint24 recordDateId,
        uint40 recordDateClosesAt,
        uint32 nominalDate,
        uint32 paymentDate
    );
    /// @notice A deal began to pay: its terms were laid down for postings and its classes opened with what was issued.
    event ClassesOpened(DealId indexed deal, uint96[] originalMinor);
    event Reported(DealId indexed deal, uint16 indexed period, uint16 version, PartyId indexed by, Report report);
    event RateFixed(
        DealId indexed deal,
        uint16 indexed period,
        uint16 version,
        uint8 indexed classIndex,
        int64 rateE10,
        bytes32 evidenceHash
    );
    /// @notice A distribution was posted, of the version declared last and with the content that the two parties' approvals
    /// name. Interest of the period is what was paid plus what the shortfall grew by.
    event Posted(DealId indexed deal, uint16 indexed period, uint256[] paidMinor, ClassPosted[] classes);
    event RemainderCarried(
        DealId indexed deal,
        uint16 indexed period,
        uint8 classIndex,
        uint8 toClass,
        uint64 amountMinor
    );

    /// @notice Thrown when nothing of a deal, or of one of its tokenised classes, was issued.
    error Distributor_NotIssued(DealId deal, uint256 classIndex);
    /// @notice Thrown for any period but the next one to be distributed: a repeated, skipped or earlier one.
    error Distributor_PeriodOrder(DealId deal, uint16 expected, uint16 given);
    /// @notice Thrown for a version other than the declared one, or a declaration that does not follow the last.
    error Distributor_VersionOrder(DealId deal, uint16 period, uint16 expected, uint16 given);
    /// @notice Thrown when a date of a declaration is none, or does not fit the terms or the period before.
    error Distributor_BadDate(string field, uint32 date);
    /// @notice Thrown when an accrual period is longer than `MAX_PERIOD_DAYS`.
    error Distributor_PeriodTooLong(uint256 dayCount, uint256 limit);
    /// @notice Thrown when a report names no hash, more principal than funds, or a wrong number of fees.
    error Distributor_BadReport(string field);
    /// @notice Thrown when a version has its report already.
    error Distributor_AlreadyReported(DealId deal, uint16 period, uint16 version);
    /// @notice Thrown when a posting names a report other than the entered one, or none was entered.
    error Distributor_ReportDiffers(DealId deal, uint16 period, bytes32 entered, bytes32 given);
    /// @notice Thrown when units were issued between the first record date and the first report.
    error Distributor_IssuedAfterRecordDate(DealId deal, uint256 classIndex);
    /// @notice Thrown when a class has no rate to be fixed.
    error Distributor_NotFloating(DealId deal, uint256 classIndex);
    /// @notice Thrown when a fixing is beyond a hundred per cent, or its evidence is missing.
    error Distributor_BadFixing(int64 rateE10, bytes32 evidenceHash);
    /// @notice Thrown when the rate of a floating class has not been fixed for the period.
    error Distributor_FixingMissing(DealId deal, uint16 period, uint256 classIndex);
    /// @notice Thrown when the record date has not closed, so that nobody knows who is to be paid.
    error Distributor_RecordDateOpen(DealId deal, uint16 period, uint40 closesAt);
    /// @notice Thrown when day counts are not one per class.
    error Distributor_DayCountLength(uint256 expected, uint256 given);
    /// @notice Thrown when a day count is not that of the civil dates.
    error Distributor_WrongDayCount(uint256 classIndex, uint256 expected, uint256 given);
    /// @notice Thrown when a period has not been posted.
    error Distributor_NotPosted(DealId deal, uint16 period);
    /// @notice Thrown when the caller is not the payments contract.
    error Distributor_NotPayments(address caller);

    /// @notice Declares the dates of the next cycle, with its record date for all classes at once, or replaces those of the
    /// cycle that is open. A version that keeps the record date keeps its register.
    /// @custom:access PAYING_AGENT of the deal
    function declareCycle(DealId deal, Declaration calldata declaration) external;

    /// @notice Enters the figures of the servicer report, once per version. The first report of a deal ends its issuance and
    /// opens its classes with what was issued.
    /// @custom:access SERVICER of the deal
    function report(DealId deal, uint16 period, uint16 version, Report calldata given) external;

    /// @notice Fixes the index of a floating class for a period. Takes effect with the second party's equal call.
    /// @param rateE10 The index; the class earns the index plus its priced spread, and never less than nothing.
    /// @param evidenceHash SHA-256 of the page the index was taken from.
    /// @custom:access PAYING_AGENT and TRUSTEE of the deal, one call each
    function fixRate(
        DealId deal,
        uint16 period,
        uint16 version,
        uint8 classIndex,
        int64 rateE10,
        bytes32 evidenceHash
    ) external;

    /// @notice Posts the distribution of a cycle. Each call checks every line; the second party's equal call makes it so.
    /// Interest is outstanding × rate × day count / 360 in the rounding of the class plus what was short before; it and every
    /// other line must be what the steps give in their order, to the minor unit.
    /// @dev Reverts with `Waterfall_WrongLine` naming the first line that differs, or `Waterfall_LineCount`. A suspended or
    /// revoked filing does not matter here: what is due is due, and `IPayments` decides what is held.
    /// @custom:access PAYING_AGENT and TRUSTEE of the deal, one call each
    function post(DealId deal, Posting calldata posting) external;

    /// @notice Adds what could not be divided among the holders of a class to its next distribution; once a class is repaid, to
    /// that of the class which takes the residual.
    /// @custom:access the payments contract
    function carryRemainder(DealId deal, uint16 period, uint8 classIndex, uint64 amountMinor) external;

    /// @notice Last period that was posted; 0 before the first.
    function lastPeriodOf(DealId deal) external view returns (uint16);

    /// @notice A cycle as it stands; all zero when it was never declared.
    function cycleOf(DealId deal, uint16 period) external view returns (Cycle memory);

    /// @notice The index fixed for a class in the current version of a cycle.
    function fixingOf(DealId deal, uint16 period, uint8 classIndex) external view returns (bool isFixed, int64 rateE10);

    /// @notice Where a class stands; all zero before the first report.
    function balanceOf(DealId deal, uint8 classIndex) external view returns (ClassBalance memory);

    /// @notice What the holders of a class share in a posted period, and the record date that says who they are.
    /// @dev Reverts with `Distributor_NotPosted`.
    function payableOf(
        DealId deal,
        uint16 period,
        uint8 classIndex
    ) external view returns (uint24 recordDateId, uint128 amountMinor);

    /// @notice The sum of all lines of a posted period, and the hash of its posting.
    /// @dev Reverts with `Distributor_NotPosted`.
    function totalOf(DealId deal, uint16 period) external view returns (uint128 totalMinor, bytes32 digest);
}
