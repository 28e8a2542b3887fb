// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDealRegistry} from "./interfaces/IDealRegistry.sol";
import {ClassTerms, DealTerms, Pricing, RateKind, StepKind, StepTerms} from "./types/DealTerms.sol";
import {CivilDates} from "./libraries/CivilDates.sol";
import {RulesCheck} from "./libraries/RulesCheck.sol";

/// @notice Whether terms make sense, and whether a pricing stays inside them.
/// @dev The deal registry deploys its own from its constructor: the two together would pass the size that a contract may
/// have. It keeps nothing and anybody may ask it.
contract TermsCheck {
    uint16 internal constant LAYOUT_VERSION = 2;
    uint256 internal constant MAX_CLASSES = 16;
    uint256 internal constant MAX_STEPS = 64;
    /// @dev A hundred per cent a year. What is above is taken for a slip of units.
    uint256 internal constant MAX_RATE_E10 = 1e10;

    /// @notice Refuses terms that contradict themselves or the caps of their filing.
    /// @dev Reverts with `DealRegistry_BadTerms` naming the first offending field.
    /// @return isFixed Whether the terms leave nothing open at pricing.
    /// @return pricing The pricing that follows from them then.
    function requireSound(
        DealTerms calldata terms,
        uint128[] calldata capsMinor
    ) external pure returns (bool isFixed, Pricing memory pricing) {
        uint256 classCount = terms.classes.length;
        _require(terms.version == LAYOUT_VERSION, "version", 0);
        _require(terms.dealDocumentHash != 0, "dealDocumentHash", 0);
        _require(terms.calendarTableHash != 0, "calendarTableHash", 0);
        _require(terms.currency != 0, "currency", 0);
        _require(terms.trustee != terms.issuer && terms.trustee != terms.filingEntity, "trustee", 0);
        // Fixings and postings need both, as two parties.
        _require(terms.trustee != terms.payingAgent, "payingAgent", 0);
        _require(classCount > 0 && classCount <= MAX_CLASSES, "classes", classCount);
        _require(capsMinor.length == classCount, "capsMinor", capsMinor.length);
        _require(terms.utcOffsetMinutes >= -12 * 60 && terms.utcOffsetMinutes <= 14 * 60, "utcOffsetMinutes", 0);
        _requireDates(terms);
        bool isTokenised;
        for (uint256 i; i < classCount; ++i) {
            _requireClass(terms.classes[i], capsMinor[i], i);
            isTokenised = isTokenised || terms.classes[i].tokenised;
        }
        _require(isTokenised, "tokenised", 0);
        _require(terms.steps.length > 0 && terms.steps.length <= MAX_STEPS, "steps", terms.steps.length);
        uint256 last = terms.steps.length - 1;
        for (uint256 i; i <= last; ++i) {
            _requireStep(terms.steps[i], classCount, i);
            // What is left belongs to one class and to nobody after it, so that every posting pays out all it has.
            _require((terms.steps[i].kind == StepKind.Residual) == (i == last), "residual", i);
        }
        return _fixedPricing(terms);
    }

    /// @notice Refuses a pricing outside the filed bounds.
    /// @dev Reverts with `DealRegistry_PriceOutsideBounds` or `DealRegistry_PricingLength`.
    function requireInside(DealTerms calldata terms, Pricing calldata given) external pure {
        uint256 classCount = terms.classes.length;
        _requireLength(given.originalBalanceMinor.length, classCount);
        _requireLength(given.rateE10.length, classCount);
        if (!CivilDates.isDate(given.closingDate)) revert IDealRegistry.DealRegistry_BadDate(given.closingDate);
        _requireWithin("closingDate", 0, terms.closingDateEarliest, terms.closingDateLatest, given.closingDate);
        for (uint256 i; i < classCount; ++i) {
            ClassTerms calldata class = terms.classes[i];
            (uint256 lowest, uint256 highest) = (class.originalBalanceLowestMinor, class.originalBalanceHighestMinor);
            _requireWithin("originalBalanceMinor", i, lowest, highest, given.originalBalanceMinor[i]);
            _requireWithin("rateE10", i, class.rateLowestE10, class.rateHighestE10, given.rateE10[i]);
            if (class.tokenised && given.originalBalanceMinor[i] % class.unitFaceMinor != 0) {
                revert IDealRegistry.DealRegistry_PriceOutsideBounds(
                    "unitFaceMinor",
                    i,
                    class.unitFaceMinor,
                    class.unitFaceMinor,
                    given.originalBalanceMinor[i]
                );
            }
        }
    }

    function _fixedPricing(DealTerms calldata terms) private pure returns (bool isFixed, Pricing memory pricing) {
        uint256 classCount = terms.classes.length;
        isFixed = terms.closingDateEarliest == terms.closingDateLatest;
        pricing = Pricing(terms.closingDateEarliest, new uint128[](classCount), new uint64[](classCount));
        for (uint256 i; i < classCount; ++i) {
            ClassTerms calldata class = terms.classes[i];
            isFixed =
                isFixed &&
                class.originalBalanceLowestMinor == class.originalBalanceHighestMinor &&
                class.rateLowestE10 == class.rateHighestE10;
            pricing.originalBalanceMinor[i] = class.originalBalanceLowestMinor;
            pricing.rateE10[i] = class.rateLowestE10;
        }
    }

    function _requireDates(DealTerms calldata terms) private pure {
        _require(CivilDates.isDate(terms.cutoffDate), "cutoffDate", 0);
        _require(CivilDates.isDate(terms.closingDateEarliest), "closingDateEarliest", 0);
        _require(CivilDates.isDate(terms.closingDateLatest), "closingDateLatest", 0);
        _require(CivilDates.isDate(terms.firstPaymentDate), "firstPaymentDate", 0);
        _require(CivilDates.isDate(terms.legalFinalMaturityDate), "legalFinalMaturityDate", 0);
        _require(terms.closingDateEarliest <= terms.closingDateLatest, "closingDateLatest", 0);
        _require(terms.closingDateLatest < terms.firstPaymentDate, "firstPaymentDate", 0);
        _require(terms.firstPaymentDate <= terms.legalFinalMaturityDate, "legalFinalMaturityDate", 0);
    }

    function _requireClass(ClassTerms calldata class, uint128 capMinor, uint256 i) private pure {
        _require(bytes(class.label).length > 0 && bytes(class.label).length <= 16, "label", i);
        (uint128 lowest, uint128 highest) = (class.originalBalanceLowestMinor, class.originalBalanceHighestMinor);
        _require(lowest > 0 && lowest <= highest, "originalBalanceLowestMinor", i);
        _require(class.rateLowestE10 <= class.rateHighestE10, "rateLowestE10", i);
        _require(class.rateKind != RateKind.Zero || class.rateHighestE10 == 0, "rateHighestE10", i);
        _require(class.rateHighestE10 <= MAX_RATE_E10, "rateHighestE10", i);
        if (!class.tokenised) return;
        _require(class.isin != 0, "isin", i);
        _require(highest <= capMinor, "originalBalanceHighestMinor", i);
        _require(class.unitFaceMinor > 0, "unitFaceMinor", i);
        _require(lowest % class.unitFaceMinor == 0 && highest % class.unitFaceMinor == 0, "unitFaceMinor", i);
        _require(highest / class.unitFaceMinor <= type(uint64).max, "unitFaceMinor", i);
        bool areNamed = RulesCheck.areNamed(class.admittedCategories);
        _require(class.admittedCategories != 0 && areNamed, "admittedCategories", i);
        string memory fault = RulesCheck.faultOf(class.rules, lowest / class.unitFaceMinor);
        _require(bytes(fault).length == 0, fault, i);
    }

    function _requireStep(StepTerms calldata step, uint256 classCount, uint256 i) private pure {
        bool isFee = step.kind == StepKind.Fee;
        _require(isFee == (step.classes == 0), "classes", i);
        _require(uint256(step.classes) >> classCount == 0, "classes", i);
        _require(isFee != step.payee.isNobody(), "payee", i);
        _require(isFee || step.capMinor == 0, "capMinor", i);
        if (step.kind == StepKind.Residual) _require(step.classes & (step.classes - 1) == 0, "classes", i);
    }

    function _requireLength(uint256 length, uint256 classCount) private pure {
        if (length != classCount) revert IDealRegistry.DealRegistry_PricingLength(length, classCount);
    }

    function _requireWithin(
        string memory field,
        uint256 i,
        uint256 lowest,
        uint256 highest,
        uint256 given
    ) private pure {
        if (given >= lowest && given <= highest) return;
        revert IDealRegistry.DealRegistry_PriceOutsideBounds(field, i, lowest, highest, given);
    }

    function _require(bool isSound, string memory field, uint256 classIndex) private pure {
        if (!isSound) revert IDealRegistry.DealRegistry_BadTerms(field, classIndex);
    }
}
