// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingState, IFilingRegistry} from "../../contracts/interfaces/IFilingRegistry.sol";
import {IDealRegistry} from "../../contracts/interfaces/IDealRegistry.sol";
import {INote} from "../../contracts/interfaces/INote.sol";
import {ClassTerms, DayCount, DealTerms, Pricing, RateKind} from "../../contracts/types/DealTerms.sol";
import {
    ResidenceRule,
    Rounding,
    RuleTerms,
    StepKind,
    StepTerms,
    UNSET_SECONDS
} from "../../contracts/types/DealTerms.sol";
import {DealId, FilingId, PartyId} from "../../contracts/types/Ids.sol";
import {Checks} from "./Checks.sol";
import {Laws} from "./Laws.sol";
import {vm} from "./Vm.sol";

/// @notice The ledger as a campaign finds it: a deal of two classes that lives, four classes under filings that were revoked,
/// never recorded, closed or never priced, accounts at three custodians, one holder with two of them.
contract Campaign is Checks {
    uint64 private constant OPEN_UNITS = 2_000;
    uint64 private constant WIDE_UNITS = 20_000;
    uint64 private constant CAP_UNITS = 20_500;

    constructor() {
        _deploy();
        _open();
        for (uint256 i; i < FIXED_FILINGS; ++i) _file(i);
        for (uint256 i; i < WALKING_FILINGS; ++i) _filed.push();
        _begin();
    }

    function _open() private {
        for (uint16 i = CUSTODIAN_A; i <= CUSTODIAN_C; ++i) {
            _licences[i].hasRole = true;
            _licences[i].licensedUntil = uint40(BEGINS_AT + 60 days);
            bytes memory data = abi.encodeCall(
                _holdersRegistry.license,
                (PartyId.wrap(i), uint40(BEGINS_AT + 60 days), 0, keccak256("evidence"))
            );
            _expect(Laws.LICENCE, true, _key(REGISTRAR), address(_holdersRegistry), data, "licence");
        }
        for (uint256 i; i < ACCOUNT_COUNT; ++i) {
            Account storage account = _accounts.push();
            bool isOwn = i == 7 || i == 8 || i == 10;
            account.ring = i + 1;
            account.accountRef = keccak256(abi.encode("account", i));
            account.holderRef = bytes16(keccak256(abi.encode("holder", i)));
            if (isOwn) account.privateKey = uint256(keccak256(abi.encode("private key", i)));
            account.at = isOwn ? vm.addr(account.privateKey) : _derived(_custodianOfPlace(i), account.accountRef);
            _placeOf[account.at] = i + 1;
            if (i < 9) _tryRegister(i, _custodianOfPlace(i), _facts(i));
        }
        _tryJoin(0, 3);
    }

    /// @dev Written down a second time: hash of registry, custodian and reference.
    function _derived(uint16 custodian, bytes32 accountRef) private view returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(address(_holdersRegistry), custodian, accountRef)))));
    }

    function _facts(uint256 account) private view returns (Facts memory) {
        uint8 flags = ACCEPTS_DELIVERY | (account == OMNIBUS_ACCOUNT ? IS_OMNIBUS : 0);
        return Facts(_accounts[account].holderRef, "HK", 1, 1, flags, uint40(BEGINS_AT + 30 days), 0);
    }

    /// @dev 0 lives, 1 is revoked after its issuance, 2 stays a draft, 3 is closed, 4 is never priced.
    function _file(uint256 i) private {
        DealTerms memory terms = _terms(i);
        uint128[] memory caps = new uint128[](terms.classes.length);
        for (uint256 k; k < caps.length; ++k) caps[k] = CAP_UNITS * UNIT_FACE_MINOR;
        if (i == 0) caps[0] = OPEN_UNITS * UNIT_FACE_MINOR;
        bytes32 termsHash = _deals.termsHashOf(terms);
        IFilingRegistry.Submission memory given = _submission(
            termsHash,
            caps,
            uint40(BEGINS_AT + (i == 0 ? 40 days : 365 days))
        );
        bytes memory data = abi.encodeCall(IFilingRegistry.draft, (keccak256(abi.encode("filing", i)), given));
        bytes memory answer = _expect(Laws.FILING_TABLE, true, _key(FILING_ENTITY), address(_filings), data, "draft");
        _filed.push();
        _drafted(i, abi.decode(answer, (FilingId)), 1, given);
        if (i != 2) _record(i);
        data = abi.encodeCall(IDealRegistry.create, (_filed[i].id, terms));
        answer = _expect(Laws.ISSUANCE, true, _key(ISSUER), address(_deals), data, "deal");
        DealId deal = abi.decode(answer, (DealId));
        data = abi.encodeCall(IDealRegistry.openClasses, (deal, uint8(terms.classes.length)));
        _expect(Laws.ISSUANCE, true, _key(ISSUER), address(_deals), data, "opening of classes");
        for (uint8 k; k < terms.classes.length; ++k) _openClass(i, k, deal, terms, caps);
    }

    function _openClass(
        uint256 filing,
        uint8 classIndex,
        DealId deal,
        DealTerms memory terms,
        uint128[] memory caps
    ) private {
        Class storage class = _classes.push();
        ClassTerms memory of_ = terms.classes[classIndex];
        (class.filing, class.deal, class.classIndex) = (filing, deal, classIndex);
        class.note = _deals.noteOf(deal, classIndex);
        class.isPriced = filing != 4;
        class.admittedCategories = of_.admittedCategories;
        (class.minimumUnits, class.maxHolders) = (of_.rules.minimumUnits, of_.rules.maxHolders);
        (class.lockUpSeconds, class.complianceSeconds) = (of_.rules.lockUpSeconds, of_.rules.complianceSeconds);
        class.balanceMinor = of_.originalBalanceHighestMinor;
        class.capMinor = caps[classIndex];
        for (uint256 k; k < of_.rules.residences.length; ++k) class.residences.push(of_.rules.residences[k]);
    }

    function _record(uint256 filing) private {
        _examine(filing);
        Filed storage filed = _filed[filing];
        bytes memory data = abi.encodeCall(IFilingRegistry.submit, (filed.id, 1, keccak256("receipt")));
        _expect(Laws.HANDING_IN, true, _key(FILING_ENTITY), address(_filings), data, "handing in");
        _expect(Laws.HANDING_IN, true, _key(REGISTRAR), address(_filings), data, "handing in");
        filed.state = FilingState.Submitted;
        IFilingRegistry.Evidence memory evidence = IFilingRegistry.Evidence(
            "2026-0001",
            "https://filings.example/2026-0001",
            keccak256("page"),
            uint40(BEGINS_AT - 1 days)
        );
        data = abi.encodeCall(IFilingRegistry.attest, (filed.id, 1, filed.bundleHash, filed.termsHash, evidence));
        _expect(Laws.TWO_ATTESTERS, true, _key(ATTESTER_A), address(_filings), data, "attestation");
        _expect(Laws.TWO_ATTESTERS, true, _key(ATTESTER_B), address(_filings), data, "attestation");
        filed.state = FilingState.Recorded;
    }

    /// @dev First issuances, and the ends of the filings under which nothing moves any more.
    function _begin() private {
        _recheckNow(0);
        _recheckNow(1);
        for (uint256 i; i < 6; ++i) _issueTo(i < 2 ? 0 : 1, i, 100);
        _issueTo(2, 1, 50);
        bytes memory data = abi.encodeCall(
            IFilingRegistry.revoke,
            (_filed[1].id, keccak256("revocation"), keccak256("notice"))
        );
        _expectDecision(Laws.FILING_TABLE, true, address(_filings), data, "revocation");
        _filed[1].state = FilingState.Revoked;
        data = abi.encodeCall(IFilingRegistry.close, (_filed[3].id, keccak256("final report")));
        _expect(Laws.FILING_TABLE, true, _key(FILING_ENTITY), address(_filings), data, "closing");
        _expect(Laws.FILING_TABLE, true, _key(REGISTRAR), address(_filings), data, "closing");
        _filed[3].state = FilingState.Closed;
    }

    function _recheckNow(uint256 filing) private {
        bytes memory data = abi.encodeCall(
            _scrutiny.recheck,
            (_filed[filing].id, RECHECK_PASSED, keccak256("evidence"))
        );
        _expect(Laws.RECHECK, true, _key(ASSESSOR), address(_scrutiny), data, "second look");
        _filed[filing].recheckedUntil = uint40(block.timestamp) + RECHECK_SECONDS;
    }

    function _issueTo(uint256 class, uint256 account, uint64 units) private {
        INote.Allocation[] memory legs = new INote.Allocation[](1);
        uint256[] memory accounts = new uint256[](1);
        (legs[0], accounts[0]) = (INote.Allocation(_at(account), units), account);
        _tryIssue(class, legs, accounts, ISSUER);
        _require(_classes[class].units[account] == units, Laws.ISSUANCE, "a first issuance");
    }

    function _terms(uint256 i) private pure returns (DealTerms memory terms) {
        bool isMain = i == 0;
        terms.version = 2;
        terms.dealDocumentHash = keccak256(abi.encode("deal document", i));
        (terms.filingEntity, terms.issuer) = (PartyId.wrap(FILING_ENTITY), PartyId.wrap(ISSUER));
        (terms.trustee, terms.payingAgent) = (PartyId.wrap(TRUSTEE), PartyId.wrap(PAYING_AGENT));
        (terms.servicer, terms.currency, terms.utcOffsetMinutes) = (PartyId.wrap(SERVICER), "USD", 8 * 60);
        terms.calendarTableHash = keccak256("calendar");
        (terms.cutoffDate, terms.closingDateEarliest, terms.closingDateLatest) = (20260131, 20260210, 20260210);
        (terms.firstPaymentDate, terms.legalFinalMaturityDate) = (20260315, 20310315);
        terms.classes = new ClassTerms[](isMain ? 2 : 1);
        for (uint256 k; k < terms.classes.length; ++k) terms.classes[k] = _class(i, k);
        if (i == 4) terms.classes[0].rateLowestE10 = 1;
        terms.steps = new StepTerms[](2);
        terms.steps[0] = StepTerms(StepKind.ClassInterest, isMain ? 3 : 1, PartyId.wrap(0), 0);
        terms.steps[1] = StepTerms(StepKind.Residual, 1, PartyId.wrap(0), 0);
    }

    function _class(uint256 i, uint256 k) private pure returns (ClassTerms memory class) {
        bool isFirst = i == 0 && k == 0;
        uint128 balanceMinor = (isFirst ? OPEN_UNITS : WIDE_UNITS) * UNIT_FACE_MINOR;
        class.label = k == 0 ? "A-1" : "A-2";
        class.isin = bytes12(bytes(k == 0 ? "XS0000000011" : "XS0000000029"));
        (class.tokenised, class.unitFaceMinor) = (true, UNIT_FACE_MINOR);
        (class.originalBalanceLowestMinor, class.originalBalanceHighestMinor) = (balanceMinor, balanceMinor);
        (class.rateKind, class.rateLowestE10, class.rateHighestE10) = (RateKind.Fixed, 400_000_000, 400_000_000);
        (class.dayCount, class.rounding) = (DayCount.Actual360, Rounding.HalfUp);
        class.admittedCategories = isFirst ? 0x52 : 0x7e;
        class.rules = _rules(isFirst, i == 0);
    }

    function _rules(bool isFirst, bool isMain) private pure returns (RuleTerms memory rules) {
        rules.residences = new ResidenceRule[](isFirst ? 2 : 0);
        if (!isMain) rules.complianceSeconds = UNSET_SECONDS;
        if (!isFirst) return rules;
        (rules.lockUpSeconds, rules.complianceSeconds) = (2 hours, 4 hours);
        (rules.minimumUnits, rules.maxHolders) = (10, 6);
        rules.residences[0] = ResidenceRule("CH", 0);
        rules.residences[1] = ResidenceRule("SG", 0x30);
    }
}
