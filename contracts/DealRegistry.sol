// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SSTORE2} from "solady/src/utils/SSTORE2.sol";
import {IApprovals} from "./interfaces/IApprovals.sol";
import {DealState, IDealRegistry} from "./interfaces/IDealRegistry.sol";
import {IDistributor} from "./interfaces/IDistributor.sol";
import {FilingPower, FilingState, IFilingRegistry} from "./interfaces/IFilingRegistry.sol";
import {INote} from "./interfaces/INote.sol";
import {CivilDates} from "./libraries/CivilDates.sol";
import {FilingPowers} from "./libraries/FilingPowers.sol";
import {Restrictions} from "./libraries/Restrictions.sol";
import {Roles} from "./libraries/Roles.sol";
import {TermsCheck} from "./TermsCheck.sol";
import {ClassTerms, DealTerms, Pricing, StepTerms, TERMS_TYPEHASH} from "./types/DealTerms.sol";
import {DealId, FilingId, PartyId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IDealRegistry`.
contract DealRegistry is IDealRegistry, Wired {
    /// @notice Most allocations of one issuance.
    uint256 public constant MAX_ALLOCATIONS = 200;
    /// @notice Most notes that one opening makes.
    /// @dev A transaction may use 16.7 million gas from the Osaka fork on. Three notes take 11.3 million, four would take 15.
    /// What is done for all classes at once stays below with sixteen notes: 3.6 million to create the deal, 9.3 for its first
    /// issuance if that goes to 200 accounts, 1.3 for the first report, 1.0 for a record date, 0.3 for a suspension.
    uint256 public constant MAX_NOTES_PER_OPENING = 3;

    TermsCheck private immutable TERMS_CHECK = new TermsCheck();

    mapping(DealId => Deal) private _deals;
    mapping(DealId => address) private _termsPointers;
    mapping(DealId => Pricing) private _pricings;
    mapping(DealId => mapping(uint256 classIndex => INote)) private _notes;
    mapping(PartyId issuer => mapping(bytes32 operationRef => bool)) private _issuances;

    constructor(Wiring memory wiring_) Wired(wiring_) {}

    /// @inheritdoc IDealRegistry
    function create(FilingId filing, DealTerms calldata terms) external returns (DealId deal) {
        IFilingRegistry.Filing memory filed = FILINGS.filingOf(filing);
        bytes memory encoded = abi.encode(TERMS_TYPEHASH, terms);
        bytes32 termsHash = keccak256(encoded);
        if (termsHash != filed.termsHash) revert DealRegistry_TermsNotFiled(filed.termsHash, termsHash);
        PartyId party = PARTIES.requireRole(msg.sender, Roles.ISSUER);
        if (party != terms.issuer) revert DealRegistry_NotIssuer(party, terms.issuer);
        if (terms.issuer != filed.issuer) revert DealRegistry_BadTerms("issuer", 0);
        if (terms.filingEntity != filed.filingEntity) revert DealRegistry_BadTerms("filingEntity", 0);
        (bool isFixed, Pricing memory pricing) = TERMS_CHECK.requireSound(terms, filed.capsMinor);

        deal = _dealId(filing, filed.version, termsHash);
        if (_deals[deal].state != DealState.None) revert DealRegistry_DealExists(deal);
        _deals[deal] = Deal(
            filing,
            termsHash,
            terms.issuer,
            filed.version,
            DealState.Created,
            uint8(terms.classes.length),
            0,
            0,
            0
        );
        _termsPointers[deal] = SSTORE2.write(encoded);
        emit DealCreated(deal, filing, termsHash, encoded);

        _assignRoles(deal, terms);
        if (isFixed) _price(deal, pricing);
    }

    /// @inheritdoc IDealRegistry
    function openClasses(DealId deal, uint8 count) external {
        Deal storage current = _known(deal);
        PARTIES.requireDealRole(msg.sender, deal, Roles.ISSUER);
        IFilingRegistry.Filing memory filed = _requireCurrent(deal, current);
        uint8 first = current.openedClasses;
        uint8 left = current.classCount - first;
        if (count == 0 || count > left) revert DealRegistry_OpeningCount(deal, count, left);
        current.openedClasses = first + count;
        // A filing may be under suspension when a class is opened; the note hears of it like of any later one.
        FilingState stored = filed.state == FilingState.Suspended ? FilingState.Recorded : filed.state;
        ClassTerms[] memory classes = _termsOf(deal).classes;
        uint256 made;
        for (uint8 i = first; i < first + count; ++i) {
            INote note;
            if (classes[i].tokenised) {
                if (++made > MAX_NOTES_PER_OPENING) revert DealRegistry_TooManyNotes(deal, i, MAX_NOTES_PER_OPENING);
                note = _makeNote(deal, i, classes[i]);
                note.followFiling(stored, filed.suspendedUntil);
            }
            emit ClassOpened(deal, i, address(note));
        }
    }

    /// @inheritdoc IDealRegistry
    function price(DealId deal, Pricing calldata pricing) external {
        Deal storage current = _known(deal);
        bool isIssuer = PARTIES.partyOf(msg.sender) == current.issuer;
        PartyId party = PARTIES.requireDealRole(msg.sender, deal, isIssuer ? Roles.ISSUER : Roles.TRUSTEE);
        if (current.state != DealState.Created) revert DealRegistry_AlreadyPriced(deal);
        IFilingRegistry.Filing memory filed = _requireCurrent(deal, current);
        if (filed.state != FilingState.Recorded) revert DealRegistry_FilingNotRecorded(deal, filed.state);
        TERMS_CHECK.requireInside(_termsOf(deal), pricing);

        bytes32 subject = keccak256(abi.encode("price", deal, pricing));
        if (APPROVALS.endorse(subject, subject, party, IApprovals.Quorum(2, 0))) _price(deal, pricing);
    }

    /// @inheritdoc IDealRegistry
    function issue(
        DealId deal,
        uint8 classIndex,
        INote.Allocation[] calldata allocations,
        bytes32 operationRef
    ) external {
        Deal storage current = _known(deal);
        PartyId issuer = PARTIES.requireDealRole(msg.sender, deal, Roles.ISSUER);
        if (current.state == DealState.Amortising) revert DealRegistry_IssuanceEnded(deal);
        INote note = _noteOf(deal, current, classIndex);
        if (operationRef == 0 || _issuances[issuer][operationRef]) {
            revert DealRegistry_DuplicateOperation(issuer, operationRef);
        }
        if (allocations.length == 0 || allocations.length > MAX_ALLOCATIONS) {
            revert DealRegistry_AllocationCount(allocations.length, MAX_ALLOCATIONS);
        }
        IFilingRegistry.Filing memory filed = _requireCurrent(deal, current);
        if (filed.state == FilingState.IssuedReported) revert DealRegistry_IssuanceEnded(deal);
        uint256 reasons = _reasonsOf(current, filed);
        uint256 units = _unitsOf(allocations);
        uint256 amountMinor = units * note.unitFaceMinor();
        // Where a rule of the deal fails, the note refuses below and names the rules of the first leg with it.
        if (reasons == 0) {
            FILINGS.consume(current.filing, classIndex, amountMinor);
            _requireWithinBalance(deal, current.filing, classIndex, amountMinor);
        }
        _issuances[issuer][operationRef] = true;
        if (reasons == 0 && current.state != DealState.Outstanding) _begin(deal, current);
        note.issue(allocations, reasons);
        emit Issued(deal, classIndex, operationRef, issuer, units, amountMinor);
    }

    /// @inheritdoc IDealRegistry
    function declareRecordDate(DealId deal, uint32 recordDate) external returns (uint24 recordDateId, uint40 closesAt) {
        Deal storage current = _known(deal);
        if (msg.sender != address(DISTRIBUTOR)) PARTIES.requireDealRole(msg.sender, deal, Roles.PAYING_AGENT);
        _requireOpened(deal, current);
        if (!CivilDates.isDate(recordDate)) revert DealRegistry_BadDate(recordDate);
        if (recordDate <= current.lastRecordDate) {
            revert DealRegistry_RecordDateOrder(deal, current.lastRecordDate, recordDate);
        }
        DealTerms memory terms = _termsOf(deal);
        if (recordDate > terms.legalFinalMaturityDate) revert DealRegistry_BadDate(recordDate);
        current.lastRecordDate = recordDate;
        closesAt = CivilDates.lastSecondOf(recordDate, terms.utcOffsetMinutes);
        for (uint256 i; i < current.classCount; ++i) {
            INote note = _notes[deal][i];
            if (address(note) != address(0)) recordDateId = note.scheduleRecordDate(recordDate, closesAt);
        }
        emit RecordDateDeclared(deal, recordDate, recordDateId, closesAt);
    }

    /// @inheritdoc IDealRegistry
    function endIssuance(DealId deal) external {
        if (msg.sender != address(DISTRIBUTOR)) revert DealRegistry_NotDistributor(msg.sender);
        Deal storage current = _known(deal);
        if (current.state != DealState.Outstanding) revert DealRegistry_NotOutstanding(deal);
        current.state = DealState.Amortising;
        emit IssuanceEnded(deal);
    }

    /// @inheritdoc IDealRegistry
    function followFiling(
        FilingId filing,
        uint16 version,
        bytes32 termsHash,
        FilingState state,
        uint40 suspendedUntil
    ) external {
        if (msg.sender != address(FILINGS)) revert DealRegistry_NotFilingRegistry(msg.sender);
        DealId deal = _dealId(filing, version, termsHash);
        uint256 classCount = _deals[deal].classCount;
        for (uint256 i; i < classCount; ++i) {
            INote note = _notes[deal][i];
            if (address(note) != address(0)) note.followFiling(state, suspendedUntil);
        }
    }

    /// @inheritdoc IDealRegistry
    function cancel(DealId deal, uint8 classIndex, address[] calldata accounts) external {
        Deal storage current = _known(deal);
        INote note = _noteOf(deal, current, classIndex);
        FilingState state = FILINGS.stateOf(current.filing);
        if (!FilingPowers.allows(state, FilingPower.Redeem)) revert DealRegistry_FilingNotRecorded(deal, state);
        if (current.state != DealState.Amortising) revert DealRegistry_NotRedeemed(deal, classIndex);
        StepTerms[] memory steps = _termsOf(deal).steps;
        bool takesResidual = (steps[steps.length - 1].classes >> classIndex) & 1 == 1;
        if (takesResidual) PARTIES.requireDealRole(msg.sender, deal, Roles.PAYING_AGENT);
        for (uint8 i; i < current.classCount; ++i) {
            bool isAsked = takesResidual || i == classIndex;
            if (isAsked && !_isRedeemed(deal, i)) revert DealRegistry_NotRedeemed(deal, i);
        }
        note.cancel(accounts);
    }

    /// @inheritdoc IDealRegistry
    function close(FilingId filing) external {
        if (msg.sender != address(FILINGS)) revert DealRegistry_NotFilingRegistry(msg.sender);
        DealId deal = dealOfFiling(filing);
        Deal storage current = _deals[deal];
        if (current.state != DealState.Outstanding && current.state != DealState.Amortising) return;
        for (uint8 i; i < current.classCount; ++i) {
            INote note = _notes[deal][i];
            if (address(note) == address(0)) continue;
            uint256 units = note.totalSupply();
            if (units != 0) revert DealRegistry_UnitsLeft(deal, i, units);
            HOLDERS.dismissNote(note);
        }
    }

    /// @inheritdoc IDealRegistry
    function dealOf(DealId deal) external view returns (Deal memory) {
        return _known(deal);
    }

    /// @inheritdoc IDealRegistry
    function termsOf(DealId deal) external view returns (DealTerms memory) {
        _known(deal);
        return _termsOf(deal);
    }

    /// @inheritdoc IDealRegistry
    function pricingOf(DealId deal) external view returns (Pricing memory) {
        _known(deal);
        return _pricings[deal];
    }

    /// @inheritdoc IDealRegistry
    function noteOf(DealId deal, uint8 classIndex) external view returns (INote) {
        _known(deal);
        return _notes[deal][classIndex];
    }

    /// @inheritdoc IDealRegistry
    function dealOfFiling(FilingId filing) public view returns (DealId) {
        IFilingRegistry.Filing memory filed = FILINGS.filingOf(filing);
        DealId deal = _dealId(filing, filed.version, filed.termsHash);
        return _deals[deal].state == DealState.None ? DealId.wrap(0) : deal;
    }

    /// @inheritdoc IDealRegistry
    function isIssued(PartyId issuer, bytes32 operationRef) external view returns (bool) {
        return _issuances[issuer][operationRef];
    }

    /// @inheritdoc IDealRegistry
    function termsHashOf(DealTerms calldata terms) external pure returns (bytes32) {
        return keccak256(abi.encode(TERMS_TYPEHASH, terms));
    }

    function _assignRoles(DealId deal, DealTerms calldata terms) private {
        PARTIES.assignDealRole(deal, Roles.ISSUER, terms.issuer);
        PARTIES.assignDealRole(deal, Roles.TRUSTEE, terms.trustee);
        PARTIES.assignDealRole(deal, Roles.PAYING_AGENT, terms.payingAgent);
        PARTIES.assignDealRole(deal, Roles.SERVICER, terms.servicer);
    }

    function _makeNote(DealId deal, uint8 classIndex, ClassTerms memory class) private returns (INote note) {
        note = NOTE_FACTORY.make(
            deal,
            classIndex,
            INote.ClassFacts(class.label, class.isin, class.unitFaceMinor, class.admittedCategories, class.rules)
        );
        _notes[deal][classIndex] = note;
    }

    function _price(DealId deal, Pricing memory pricing) private {
        _pricings[deal] = pricing;
        _deals[deal].closingDate = pricing.closingDate;
        _deals[deal].state = DealState.Priced;
        emit DealPriced(deal, pricing);
    }

    /// @dev Where the filing itself forbids issuance nothing else could have been done yet.
    function _reasonsOf(
        Deal storage current,
        IFilingRegistry.Filing memory filed
    ) private view returns (uint256 reasons) {
        if (filed.state == FilingState.Suspended) return Restrictions.FILING_SUSPENDED;
        if (filed.state == FilingState.Revoked) return Restrictions.FILING_REVOKED;
        if (filed.state == FilingState.Closed) return Restrictions.FILING_CLOSED;
        if (!FilingPowers.allows(filed.state, FilingPower.Issue)) return Restrictions.FILING_NOT_RECORDED;
        bool isOpen = block.timestamp >= filed.windowOpensAt && block.timestamp <= filed.windowClosesAt;
        if (current.state == DealState.Created) reasons |= Restrictions.DEAL_NOT_PRICED;
        if (!isOpen) reasons |= Restrictions.ISSUANCE_WINDOW_CLOSED;
        if (DISCLOSURES.isOverdue(current.filing)) reasons |= Restrictions.REPORT_OVERDUE;
        if (!SCRUTINY.isRechecked(current.filing)) reasons |= Restrictions.RECHECK_MISSING;
    }

    /// @dev The first issuance of a deal. Before it no note has anything that the holder registry could tell it of, so deals
    /// that are never issued do not count among the live notes.
    function _begin(DealId deal, Deal storage current) private {
        current.state = DealState.Outstanding;
        DISCLOSURES.opened(current.filing);
        for (uint256 i; i < current.classCount; ++i) {
            INote note = _notes[deal][i];
            if (address(note) != address(0)) HOLDERS.admitNote(note);
        }
    }

    function _isRedeemed(DealId deal, uint8 classIndex) private view returns (bool) {
        IDistributor.ClassBalance memory balance = DISTRIBUTOR.balanceOf(deal, classIndex);
        return balance.outstandingMinor == 0 && balance.interestShortfallMinor == 0;
    }

    function _requireWithinBalance(DealId deal, FilingId filing, uint256 classIndex, uint256 amountMinor) private view {
        uint256 balanceMinor = _pricings[deal].originalBalanceMinor[classIndex];
        uint256 issuedMinor = FILINGS.issuedMinorOf(filing, classIndex);
        if (issuedMinor > balanceMinor) {
            revert DealRegistry_BalanceExceeded(deal, classIndex, balanceMinor, issuedMinor - amountMinor, amountMinor);
        }
    }

    /// @dev The note of a class that is not retained.
    function _noteOf(DealId deal, Deal storage current, uint8 classIndex) private view returns (INote note) {
        _requireOpened(deal, current);
        note = _notes[deal][classIndex];
        if (address(note) == address(0)) revert DealRegistry_ClassNotTokenised(deal, classIndex);
    }

    /// @dev Before, a class without a note may be retained or not opened yet; and a record date would miss some notes.
    function _requireOpened(DealId deal, Deal storage current) private view {
        (uint8 opened, uint8 classCount) = (current.openedClasses, current.classCount);
        if (opened != classCount) revert DealRegistry_ClassesNotOpened(deal, opened, classCount);
    }

    /// @dev A new version of the filing may name other terms, caps or another issuer, so it needs a deal of its own.
    function _requireCurrent(
        DealId deal,
        Deal storage current
    ) private view returns (IFilingRegistry.Filing memory filed) {
        filed = FILINGS.filingOf(current.filing);
        if (filed.version != current.filingVersion) {
            revert DealRegistry_Superseded(deal, current.filingVersion, filed.version);
        }
    }

    function _dealId(FilingId filing, uint16 version, bytes32 termsHash) private pure returns (DealId) {
        return DealId.wrap(keccak256(abi.encode(filing, version, termsHash)));
    }

    function _unitsOf(INote.Allocation[] calldata allocations) private pure returns (uint256 units) {
        for (uint256 i; i < allocations.length; ++i) units += allocations[i].units;
    }

    function _termsOf(DealId deal) private view returns (DealTerms memory terms) {
        (, terms) = abi.decode(SSTORE2.read(_termsPointers[deal]), (bytes32, DealTerms));
    }

    function _known(DealId deal) private view returns (Deal storage current) {
        current = _deals[deal];
        if (current.state == DealState.None) revert DealRegistry_UnknownDeal(deal);
    }
}
