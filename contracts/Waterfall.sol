// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {DayCounts} from "./libraries/DayCounts.sol";
import {Rounding, StepKind} from "./types/DealTerms.sol";
import {StepWord} from "./types/PlanWords.sol";

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
    /// @param line Where the walk stands; 0 before it, like `fee`.
    struct Funds {
        uint256 cashMinor;
        uint256 principalMinor;
        uint256[] feesDueMinor;
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
    function lineCountOf(StepWord[] memory steps) internal pure returns (uint256 count) {
        for (uint256 i; i < steps.length; ++i) {
            if (steps[i].kindOf() == StepKind.Fee) ++count;
            for (uint256 classes = steps[i].classesOf(); classes != 0; classes &= classes - 1) ++count;
        }
    }

    /// @notice Checks every line and brings the classes to where the lines leave them. The last step pays what is left, so
    /// lines that pass add up to the funds exactly.
    /// @dev The number of lines must be `lineCountOf(steps)`, that of fees due the number of fee steps. Amounts are below
    /// 2^128 and classes are 16 at most, so neither sums nor products of two amounts overflow; and no line is expected to be
    /// more than what is left of funds, principal, interest due or balance. Hence the unchecked parts.
    function check(
        StepWord[] memory steps,
        Funds memory funds,
        ClassLedger[] memory classes,
        uint256[] calldata paidMinor
    ) internal pure {
        for (uint256 i; i < steps.length; ++i) _pay(steps[i], funds, classes, paidMinor);
    }

    function _pay(
        StepWord step,
        Funds memory funds,
        ClassLedger[] memory classes,
        uint256[] calldata paidMinor
    ) private pure {
        StepKind kind = step.kindOf();
        uint256 chosen = step.classesOf();
        if (kind == StepKind.Fee) {
            uint256 dueMinor = Math.min(funds.feesDueMinor[funds.fee++], step.capMinorOf());
            _take(funds, paidMinor, Math.min(dueMinor, funds.cashMinor));
        } else if (kind == StepKind.ClassInterest) {
            _payInterest(chosen, funds, classes, paidMinor);
        } else if (kind == StepKind.Residual) {
            classes[Math.log2(chosen)].residualPaidMinor = funds.cashMinor;
            _take(funds, paidMinor, funds.cashMinor);
        } else {
            _payPrincipal(chosen, kind == StepKind.PrincipalProRata, funds, classes, paidMinor);
        }
    }

    /// @dev Classes of one interest step rank equally: when funds are short, each gets its share of them by what is due.
    function _payInterest(
        uint256 chosen,
        Funds memory funds,
        ClassLedger[] memory classes,
        uint256[] calldata paidMinor
    ) private pure {
        uint256[] memory shares = new uint256[](classes.length);
        uint256 dueMinor;
        unchecked {
            for (uint256 i; chosen >> i != 0; ++i) {
                if ((chosen >> i) & 1 == 0) continue;
                shares[i] = classes[i].interestDueMinor;
                dueMinor += shares[i];
            }
            if (dueMinor > funds.cashMinor) _share(funds.cashMinor, shares, dueMinor);
            for (uint256 i; chosen >> i != 0; ++i) {
                if ((chosen >> i) & 1 == 0) continue;
                uint256 amountMinor = shares[i];
                _take(funds, paidMinor, amountMinor);
                ClassLedger memory class = classes[i];
                class.interestDueMinor -= amountMinor;
                class.interestPaidMinor += amountMinor;
            }
        }
    }

    /// @dev In sequence a class gets all it can before the next; pro rata each gets its share by what is outstanding.
    function _payPrincipal(
        uint256 chosen,
        bool isProRata,
        Funds memory funds,
        ClassLedger[] memory classes,
        uint256[] calldata paidMinor
    ) private pure {
        uint256 leftMinor = Math.min(funds.principalMinor, funds.cashMinor);
        uint256[] memory shares = isProRata ? _principalShares(chosen, leftMinor, classes) : new uint256[](0);
        unchecked {
            for (uint256 i; chosen >> i != 0; ++i) {
                if ((chosen >> i) & 1 == 0) continue;
                ClassLedger memory class = classes[i];
                uint256 amountMinor = Math.min(isProRata ? shares[i] : class.outstandingMinor, leftMinor);
                _take(funds, paidMinor, amountMinor);
                leftMinor -= amountMinor;
                funds.principalMinor -= amountMinor;
                class.outstandingMinor -= amountMinor;
                class.principalPaidMinor += amountMinor;
            }
        }
    }

    function _principalShares(
        uint256 chosen,
        uint256 amountMinor,
        ClassLedger[] memory classes
    ) private pure returns (uint256[] memory shares) {
        shares = new uint256[](classes.length);
        uint256 outstandingMinor;
        for (uint256 i; chosen >> i != 0; ++i) {
            if ((chosen >> i) & 1 == 0) continue;
            shares[i] = classes[i].outstandingMinor;
            outstandingMinor += shares[i];
        }
        if (outstandingMinor > amountMinor) _share(amountMinor, shares, outstandingMinor);
    }

    function _take(Funds memory funds, uint256[] calldata paidMinor, uint256 expectedMinor) private pure {
        uint256 line = funds.line;
        uint256 givenMinor = paidMinor[line];
        if (givenMinor != expectedMinor) revert Waterfall_WrongLine(line, expectedMinor, givenMinor);
        unchecked {
            funds.cashMinor -= expectedMinor;
            funds.line = line + 1;
        }
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
