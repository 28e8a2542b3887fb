// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {DayCounts} from "./libraries/DayCounts.sol";
import {Rounding, StepKind, StepTerms} from "./types/DealTerms.sol";

/// @notice The checker of a waterfall: walks the filed steps in their order with the funds there are, works out what each
/// line must be, and refuses the first line that is anything else. Pure, so that equal facts always get equal answers.
/// @dev One line per fee step; one line per class of any other step, in order of the classes. A step that splits an amount
/// among classes (interest short of funds, principal pro rata) gives each its share rounded down and the minor units left
/// over to the largest remainders, the lower class first among equal ones.
library Waterfall {
    /// @notice A class while the steps are walked, in minor units.
    /// @param outstandingMinor Principal not repaid yet.
    /// @param interestDueMinor Interest of the period and shortfalls of earlier ones, not paid yet.
    struct ClassLedger {
        uint256 outstandingMinor;
        uint256 interestDueMinor;
        uint256 interestPaidMinor;
        uint256 principalPaidMinor;
        uint256 residualPaidMinor;
    }

    /// @notice What there is to distribute.
    /// @param cashMinor Funds not given to a line yet.
    /// @param principalMinor Principal to distribute, not given to a line yet.
    /// @param feesDueMinor What is due at each fee step, in their order.
    struct Funds {
        uint256 cashMinor;
        uint256 principalMinor;
        uint64[] feesDueMinor;
    }

    /// @dev Where the walk stands.
    struct Walk {
        uint256 line;
        uint256 fee;
    }

    uint256 private constant RATE_UNIT = 1e10;

    /// @notice Thrown for the first line that differs from what the terms give.
    error Waterfall_WrongLine(uint256 line, uint256 expectedMinor, uint256 givenMinor);
    /// @notice Thrown when there are not as many lines as the steps have.
    error Waterfall_LineCount(uint256 expected, uint256 given);

    /// @notice Interest of one period: outstanding × rate × days / 360, rounded once.
    function interestOf(
        uint256 outstandingMinor,
        uint256 rateE10,
        uint256 dayCount,
        Rounding rounding
    ) internal pure returns (uint256) {
        uint256 denominator = DayCounts.DAYS_A_YEAR * RATE_UNIT;
        uint256 numerator = outstandingMinor * rateE10 * dayCount;
        return (rounding == Rounding.HalfUp ? numerator + denominator / 2 : numerator) / denominator;
    }

    /// @notice Number of lines that the steps have.
    function lineCountOf(StepTerms[] memory steps) internal pure returns (uint256 count) {
        for (uint256 i; i < steps.length; ++i) {
            if (steps[i].kind == StepKind.Fee) ++count;
            for (uint256 classes = steps[i].classes; classes != 0; classes &= classes - 1) ++count;
        }
    }

    /// @notice Checks every line and brings the classes to where the lines leave them. The last step pays what is left, so
    /// lines that pass add up to the funds exactly.
    function check(
        StepTerms[] memory steps,
        Funds memory funds,
        ClassLedger[] memory classes,
        uint128[] calldata paidMinor
    ) internal pure {
        uint256 lineCount = lineCountOf(steps);
        if (paidMinor.length != lineCount) revert Waterfall_LineCount(lineCount, paidMinor.length);
        Walk memory walk;
        for (uint256 i; i < steps.length; ++i) {
            StepTerms memory step = steps[i];
            if (step.kind == StepKind.Fee) {
                uint256 dueMinor = Math.min(funds.feesDueMinor[walk.fee++], step.capMinor);
                _take(funds, walk, paidMinor, Math.min(dueMinor, funds.cashMinor));
            } else if (step.kind == StepKind.ClassInterest) {
                _payInterest(step.classes, funds, walk, classes, paidMinor);
            } else if (step.kind == StepKind.Residual) {
                uint256 residualMinor = funds.cashMinor;
                classes[Math.log2(step.classes)].residualPaidMinor += residualMinor;
                _take(funds, walk, paidMinor, residualMinor);
            } else {
                bool isProRata = step.kind == StepKind.PrincipalProRata;
                _payPrincipal(step.classes, isProRata, funds, walk, classes, paidMinor);
            }
        }
    }

    /// @dev Classes of one interest step rank equally: when funds are short, each gets its share of them by what is due.
    function _payInterest(
        uint256 chosen,
        Funds memory funds,
        Walk memory walk,
        ClassLedger[] memory classes,
        uint128[] calldata paidMinor
    ) private pure {
        uint256[] memory shares = new uint256[](classes.length);
        uint256 dueMinor;
        for (uint256 i; i < classes.length; ++i) {
            if ((chosen >> i) & 1 == 0) continue;
            shares[i] = classes[i].interestDueMinor;
            dueMinor += shares[i];
        }
        if (dueMinor > funds.cashMinor) _share(funds.cashMinor, shares, dueMinor);
        for (uint256 i; i < classes.length; ++i) {
            if ((chosen >> i) & 1 == 0) continue;
            _take(funds, walk, paidMinor, shares[i]);
            classes[i].interestDueMinor -= shares[i];
            classes[i].interestPaidMinor += shares[i];
        }
    }

    /// @dev In sequence a class gets all it can before the next; pro rata each gets its share by what is outstanding.
    function _payPrincipal(
        uint256 chosen,
        bool isProRata,
        Funds memory funds,
        Walk memory walk,
        ClassLedger[] memory classes,
        uint128[] calldata paidMinor
    ) private pure {
        uint256 leftMinor = Math.min(funds.principalMinor, funds.cashMinor);
        uint256[] memory shares = new uint256[](classes.length);
        uint256 outstandingMinor;
        for (uint256 i; i < classes.length; ++i) {
            if ((chosen >> i) & 1 == 0) continue;
            shares[i] = classes[i].outstandingMinor;
            outstandingMinor += shares[i];
        }
        if (isProRata && outstandingMinor > leftMinor) _share(leftMinor, shares, outstandingMinor);
        for (uint256 i; i < classes.length; ++i) {
            if ((chosen >> i) & 1 == 0) continue;
            uint256 amountMinor = Math.min(shares[i], leftMinor);
            leftMinor -= amountMinor;
            funds.principalMinor -= amountMinor;
            _take(funds, walk, paidMinor, amountMinor);
            classes[i].outstandingMinor -= amountMinor;
            classes[i].principalPaidMinor += amountMinor;
        }
    }

    function _take(
        Funds memory funds,
        Walk memory walk,
        uint128[] calldata paidMinor,
        uint256 expectedMinor
    ) private pure {
        uint256 givenMinor = paidMinor[walk.line];
        if (givenMinor != expectedMinor) revert Waterfall_WrongLine(walk.line, expectedMinor, givenMinor);
        funds.cashMinor -= expectedMinor;
        ++walk.line;
    }

    /// @dev Replaces weights by shares of an amount below their total, by largest remainder.
    function _share(uint256 amountMinor, uint256[] memory weights, uint256 total) private pure {
        uint256[] memory remainders = new uint256[](weights.length);
        uint256 left = amountMinor;
        for (uint256 i; i < weights.length; ++i) {
            uint256 product = amountMinor * weights[i];
            (weights[i], remainders[i]) = (product / total, product % total);
            left -= weights[i];
        }
        for (; left != 0; --left) {
            uint256 largest;
            for (uint256 i = 1; i < weights.length; ++i) {
                if (remainders[i] > remainders[largest]) largest = i;
            }
            ++weights[largest];
            remainders[largest] = 0;
        }
    }
}
